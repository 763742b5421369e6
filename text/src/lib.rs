//! Workshops for text: HTML that is safe to show, Markdown, mentions, hashtags and links, and
//! the way back to plain text. Pure functions, no I/O.
//!
//! **The only maker of [`Html`]**: whoever holds an `Html` may print it unescaped.

mod clean;
mod compose;
mod count;
mod escape;
mod html;
mod language;
mod links;
mod markdown;
mod me;
mod microsyntax;
mod page;
mod plain;
mod robots;

pub use clean::{display_name, multiline};
pub use compose::{MentionTarget, ResolveMention, TagUrl, plain_to_html};
pub use count::{characters, graphemes};
pub use escape::escaped;
pub use html::Html;
pub use language::detect;
pub use links::{all_links, first_link};
pub use markdown::{markdown_to_html, scan_markdown};
pub use me::{links_back, own_links};
pub use microsyntax::{Found, MentionText, Piece, PieceKind, pieces, scan};
pub use page::{Page, read_page};
pub use plain::{first_line_title, first_line_title_of_text, summary, to_plain};
pub use robots::robots_allow;
