//! Links by which someone says "this is me": those of a profile, and the one that answers them on another
//! page (<https://microformats.org/wiki/rel-me>).

use crate::Html;
use crate::html::{Token, Tokens};

/// What every link of a member's words carries, and what it carries in a profile.
const LINK: &str = "rel=\"nofollow noopener noreferrer\"";
const OWN_LINK: &str = "rel=\"nofollow noopener noreferrer me\"";
/// Links of one page that are looked at.
const MOST_LINKS: usize = 10_000;

/// The same words as part of a profile: its links say `rel="me"`.
#[must_use]
pub fn own_links(html: &Html) -> Html {
    Html::from_trusted_row(html.as_str().replace(LINK, OWN_LINK))
}

/// Does this page link with `rel="me"` to one of these addresses?
#[must_use]
pub fn links_back(page: &str, addresses: &[&str]) -> bool {
    let plain = |address: &str| address.trim().trim_end_matches('/').to_lowercase();
    let wanted: Vec<String> = addresses.iter().map(|address| plain(address)).collect();
    let links = Tokens::new(page).filter_map(|token| match token {
        Token::Start(start) if matches!(start.name.as_str(), "a" | "link") => Some(start),
        _ => None,
    });
    links.take(MOST_LINKS).any(|link| {
        let rel = link.attribute("rel").unwrap_or_default();
        let href = link.attribute("href").unwrap_or_default();
        rel.split_ascii_whitespace()
            .any(|word| word.eq_ignore_ascii_case("me"))
            && wanted.contains(&plain(&href))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANA: &str = "https://balai.example/@ana";

    #[test]
    fn only_a_link_that_says_me_answers() {
        for (page, answers) in [
            (
                "<a rel=\"me\" href=\"https://balai.example/@ana\">me</a>",
                true,
            ),
            (
                "<head><link rel='ME nofollow' href='https://Balai.example/@ana/'></head>",
                true,
            ),
            ("<a href=\"https://balai.example/@ana\">me</a>", false),
            (
                "<a rel=\"me\" href=\"https://balai.example/@ana2\">me</a>",
                false,
            ),
            (
                "<a rel=\"meow\" href=\"https://balai.example/@ana\">me</a>",
                false,
            ),
            (
                "<!-- <a rel=\"me\" href=\"https://balai.example/@ana\">me</a> -->",
                false,
            ),
            ("<p>https://balai.example/@ana", false),
            ("", false),
        ] {
            assert_eq!(links_back(page, &[ANA]), answers, "{page}");
        }
    }

    #[test]
    fn links_of_a_profile_say_me() {
        let html = crate::plain_to_html("https://ana.example/", &|_| None, &|_| String::new());
        assert!(!html.as_str().contains(" me\""));
        assert!(own_links(&html).as_str().contains(OWN_LINK));
    }
}
