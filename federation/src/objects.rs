//! From the language of the wire to what the use cases take, one file for each noun. Nothing is
//! fetched or stored here.

pub(crate) mod actor;
pub(crate) mod note;
