//! What a web page says of itself in its head: title, description, picture, author. Everything comes out as
//! plain text and whole addresses; nothing of its markup is kept. It is read tag by tag: a tree of a hostile
//! page (tags in tags in tags) takes time with the square of its depth.

use url::Url;

use crate::clean::{display_name, multiline};
use crate::html::{Start, Token, Tokens, cut};

/// So much of a page is read.
const MAX_READ: usize = 256 * 1024;
/// So many entries of a head are looked at.
const MAX_ENTRIES: usize = 500;
/// Letters of a title or name.
const MAX_NAME: usize = 200;
/// Letters of a description.
const MAX_DESCRIPTION: usize = 500;
/// Longer addresses are dropped.
const MAX_ADDRESS: usize = 2048;

/// What a page says of itself; empty texts for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Its title.
    pub title: String,
    /// A few sentences.
    pub description: String,
    /// The name of the place.
    pub site: String,
    /// Who wrote it.
    pub author: String,
    /// The page of who wrote it.
    pub author_url: String,
    /// The picture that stands for it.
    pub image: String,
    /// What is on that picture.
    pub image_description: String,
    /// The two-letter language.
    pub language: String,
    /// Its own address.
    pub canonical: String,
    /// When it was published, as it says.
    pub published: String,
    /// It is about a film.
    pub is_video: bool,
}

/// Reads the head of a page that was found at `at`.
#[must_use]
pub fn read_page(bytes: &[u8], at: &Url) -> Page {
    let text = String::from_utf8_lossy(bytes.get(..MAX_READ).unwrap_or(bytes));
    let head = Head::of(cut(&text, MAX_READ));
    let name = |keys: &[&str]| display_name(&head.first(keys), MAX_NAME);
    let address = |text: String| whole(&text, at);
    let title = name(&["og:title", "twitter:title"]);
    let kind = head.first(&["og:type"]);
    let player = head.first(&["twitter:card"]);
    let author = head.first(&["author", "article:author", "twitter:creator"]);
    // Some write an address where a name belongs.
    let (author, author_url) = match whole(&author, at) {
        url if author.starts_with("http") => (String::new(), url),
        _ => (display_name(&author, MAX_NAME), String::new()),
    };
    Page {
        title: if title.is_empty() {
            display_name(&head.title, MAX_NAME)
        } else {
            title
        },
        description: multiline(
            &head.first(&["og:description", "twitter:description", "description"]),
            MAX_DESCRIPTION,
        ),
        site: name(&["og:site_name", "application-name"]),
        author,
        author_url,
        image: address(head.first(&[
            "og:image:secure_url",
            "og:image",
            "og:image:url",
            "twitter:image",
        ])),
        image_description: name(&["og:image:alt", "twitter:image:alt"]),
        language: language(&head),
        canonical: address(head.canonical.clone()),
        published: cut(&head.first(&["article:published_time", "date"]), 64).to_owned(),
        is_video: kind.starts_with("video") || player == "player",
    }
}

/// The entries of a head.
#[derive(Default)]
struct Head {
    title: String,
    canonical: String,
    lang: String,
    entries: Vec<(String, String)>,
}

impl Head {
    fn of(page: &str) -> Self {
        let mut head = Self::default();
        let starts = Tokens::new(page).filter_map(|token| match token {
            Token::Start(start) => Some(start),
            Token::Text(_) | Token::End(_) => None,
        });
        let named = starts
            .filter(|start| matches!(start.name.as_str(), "html" | "title" | "meta" | "link"));
        for start in named.take(MAX_ENTRIES) {
            head.take(&start);
        }
        head
    }

    fn take(&mut self, start: &Start<'_>) {
        let attribute = |name: &str| start.attribute(name).unwrap_or_default();
        match start.name.as_str() {
            "html" if self.lang.is_empty() => self.lang = attribute("lang").into_owned(),
            "title" if self.title.is_empty() => self.title = cut(&start.words(), 4096).to_owned(),
            "link" if self.canonical.is_empty() && attribute("rel") == "canonical" => {
                self.canonical = attribute("href").into_owned();
            }
            "meta" => {
                let property = attribute("property");
                let key = if property.is_empty() {
                    attribute("name")
                } else {
                    property
                };
                let content = attribute("content");
                let content = cut(&content, 8192);
                if !key.is_empty() && !content.trim().is_empty() {
                    self.entries.push((key.to_lowercase(), content.to_owned()));
                }
            }
            _ => {}
        }
    }

    /// The first entry with one of these keys, in the order of the keys.
    fn first(&self, keys: &[&str]) -> String {
        let with = |key: &&str| self.entries.iter().find(|(known, _)| known == *key);
        keys.iter()
            .find_map(with)
            .map(|(_, content)| content.trim().to_owned())
            .unwrap_or_default()
    }
}

fn language(head: &Head) -> String {
    let said = [head.lang.clone(), head.first(&["og:locale"])];
    said.iter()
        .filter_map(|tag| tag.split(['-', '_']).next())
        .map(str::to_lowercase)
        .find(|main| matches!(main.len(), 2 | 3) && main.bytes().all(|b| b.is_ascii_lowercase()))
        .unwrap_or_default()
}

/// A whole address of the web; empty for anything else.
fn whole(text: &str, at: &Url) -> String {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_ADDRESS || text.contains(char::is_control) {
        return String::new();
    }
    match at.join(text) {
        Ok(url)
            if matches!(url.scheme(), "http" | "https") && url.as_str().len() <= MAX_ADDRESS =>
        {
            url.into()
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(html: &str) -> Page {
        let at = Url::parse("https://news.example/a/b").unwrap();
        read_page(html.as_bytes(), &at)
    }

    #[test]
    fn a_page_says_what_it_is() {
        let page = read(
            "<html lang=\"id-ID\"><head><title>Short</title>\
             <meta property=\"og:title\" content=\"Beans &amp; more\">\
             <meta name=\"description\" content=\"How to\ngrow <b>beans</b>\">\
             <meta property=\"og:image\" content=\"/pic.png\"><meta name=\"author\" content=\"Ana\">\
             <meta property=\"og:site_name\" content=\"The News\">\
             <link rel=\"canonical\" href=\"https://news.example/beans\"></head><body>x</body></html>",
        );
        assert_eq!(page.title, "Beans & more");
        assert_eq!(page.description, "How to\ngrow <b>beans</b>");
        assert_eq!(page.image, "https://news.example/pic.png");
        assert_eq!(
            (page.author.as_str(), page.site.as_str()),
            ("Ana", "The News")
        );
        assert_eq!(page.language, "id");
        assert_eq!(page.canonical, "https://news.example/beans");
        assert_eq!(read("<title>Only this</title>").title, "Only this");
    }

    #[test]
    fn what_is_no_address_of_the_web_is_dropped() {
        for address in [
            "javascript:alert(1)",
            "data:image/png;base64,",
            "java\tscript:1",
            "",
        ] {
            let html = format!("<meta property=\"og:image\" content=\"{address}\">");
            assert_eq!(read(&html).image, "", "{address}");
        }
    }

    #[test]
    fn junk_and_depth_are_read_in_time() {
        assert_eq!(read(""), Page::default());
        let deep = "<div>".repeat(50_000);
        assert_eq!(read(&format!("<title>deep</title>{deep}")).title, "deep");
        assert_eq!(
            read_page(
                &[0xff, 0xfe, 0x00],
                &Url::parse("https://a.example/").unwrap()
            )
            .title,
            ""
        );
    }
}
