//! The API as somebody finds it who means harm (threats, rows 81 to 107). Tables, most of them made from
//! the table of routes itself: whoever adds a route has it tried here, or is told what is missing. What a
//! noun's own stories show already is named in `docs/developers/threats-of-the-api.md`.

mod administrator;
mod canary;
mod canary_servers;
mod console;
mod doubles;
mod endings;
mod forms;
mod house;
mod names;
mod oauth;
mod objects;
mod pages;
mod paging;
pub(crate) mod pictures;
mod quotas;
mod roles;
mod stock;
mod strings;
