//! The first link of a post that is about something: no mention, no hashtag, no quote.

use url::Url;

use crate::html::{Html, Token, Tokens, safe_href};

/// The address of the first link in clean markup that `wanted` takes. Links that name people, tags or
/// what is quoted are none.
#[must_use]
pub fn first_link(html: &Html, wanted: impl Fn(&Url) -> bool) -> Option<Url> {
    let mut in_fallback = false;
    for token in Tokens::new(html.as_str()) {
        match token {
            Token::Start(start) => {
                let class = start.attribute("class").unwrap_or_default().into_owned();
                let has = |name: &str| class.split_ascii_whitespace().any(|word| word == name);
                if matches!(start.name.as_str(), "p" | "span") && has("quote-inline") {
                    in_fallback = true;
                }
                if start.name != "a" || in_fallback || has("mention") || has("hashtag") {
                    continue;
                }
                let rel = start.attribute("rel").unwrap_or_default().into_owned();
                if rel.split_ascii_whitespace().any(|word| word == "tag") {
                    continue;
                }
                let href = start.attribute("href").and_then(|href| safe_href(&href));
                let found = href.and_then(|href| Url::parse(&href).ok());
                if let Some(url) = found.filter(|url| wanted(url)) {
                    return Some(url);
                }
            }
            Token::End(name) if name == "p" => in_fallback = false,
            Token::End(_) | Token::Text(_) => {}
        }
    }
    None
}

/// The address of every link in clean markup, whatever it says that it is: whoever looks for links to a place
/// does not go by what their author calls them.
#[must_use]
pub fn all_links(html: &Html) -> Vec<Url> {
    Tokens::new(html.as_str())
        .filter_map(|token| match token {
            Token::Start(start) if start.name == "a" => {
                let href = start.attribute("href").and_then(|href| safe_href(&href))?;
                Url::parse(&href).ok()
            }
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tags_and_quotes_are_no_links() {
        let html = Html::sanitize(
            "<p class=\"quote-inline\">RE: <a href=\"https://far.example/1\">x</a></p>\
             <p><a class=\"u-url mention\" href=\"https://far.example/@ana\">@ana</a> \
             <a rel=\"tag\" href=\"https://far.example/tags/a\">#a</a> \
             <a href=\"https://near.example/\">here</a> \
             <a href=\"https://news.example/a?b=1&amp;c=2\">news</a></p>",
        );
        let found = first_link(&html, |url| url.host_str() != Some("near.example"));
        assert_eq!(found.unwrap().as_str(), "https://news.example/a?b=1&c=2");
        assert_eq!(first_link(&Html::sanitize("<p>none</p>"), |_| true), None);
        let all: Vec<String> = all_links(&html).iter().map(Url::to_string).collect();
        assert_eq!(all.len(), 5);
        assert_eq!(all[1], "https://far.example/@ana");
    }
}
