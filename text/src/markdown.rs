//! Markdown to `Html`. comrak reads it; we walk its tree and write with our own builder, so that
//! tables, headings and pictures come out as Mastodon's clients can show them, raw HTML stays
//! text, and mentions are found in words only, never in code or in addresses.

use comrak::nodes::{AstNode, NodeList, NodeValue};
use comrak::{Arena, Options, arena_tree::NodeEdge, parse_document};
use url::Url;

use crate::compose::{ResolveMention, TagUrl, write_link, write_words};
use crate::html::{Builder, Html, Tag, cut, outward_link, safe_href};
use crate::microsyntax::{Collector, Found};

/// Longer texts are cut; nobody may write as much here.
const MAX_INPUT: usize = 256 * 1024;

/// Turns Markdown (`CommonMark` with tables, strikethrough, task lists and Lemmy's
/// `::: spoiler`) into the HTML that goes out.
#[must_use]
pub fn markdown_to_html(text: &str, resolve: &ResolveMention<'_>, tag_url: &TagUrl<'_>) -> Html {
    let mut builder = Builder::default();
    walk(text, &mut |step| match step {
        Step::Words(words) if builder.in_link() => builder.text(words),
        Step::Words(words) => write_words(&mut builder, words, resolve, tag_url),
        Step::Verbatim(words) => builder.text(words),
        Step::LineBreak => builder.line_break(),
        Step::Boundary => builder.boundary(),
        Step::Cell => {
            if builder.in_line() {
                builder.text(" | ");
            }
        }
        Step::Open(tag, start) => {
            let start = start.map(|number| vec![("start", number.to_string())]);
            builder.open(tag, &start.unwrap_or_default());
        }
        Step::Close(tag) => builder.close(tag),
        Step::BareLink(address) => write_link(&mut builder, address),
        Step::OpenLink(address) => {
            if let Some(href) = safe_href(address) {
                builder.open(Tag::A, &outward_link(href));
            }
        }
        Step::CloseLink => builder.close(Tag::A),
    });
    Html::built(builder)
}

/// Everything that a Markdown text mentions outside code and addresses.
#[must_use]
pub fn scan_markdown(text: &str) -> Found {
    let mut collector = Collector::default();
    let mut in_link = false;
    walk(text, &mut |step| match step {
        Step::Words(words) if !in_link => collector.add(words),
        Step::BareLink(address) | Step::OpenLink(address) => {
            in_link = matches!(step, Step::OpenLink(_)) && safe_href(address).is_some();
            if let Some(url) = safe_href(address).and_then(|href| Url::parse(&href).ok()) {
                collector.add_link(url);
            }
        }
        Step::CloseLink => in_link = false,
        _ => {}
    });
    collector.found
}

/// What the tree says, in order of reading.
enum Step<'a> {
    /// Words in which mentions, hashtags and links count.
    Words(&'a str),
    /// Words in which they do not: code, raw HTML.
    Verbatim(&'a str),
    LineBreak,
    /// The paragraph ends.
    Boundary,
    Cell,
    Open(Tag, Option<usize>),
    Close(Tag),
    BareLink(&'a str),
    OpenLink(&'a str),
    CloseLink,
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.tasklist = true;
    options.extension.block_directive = true;
    options
}

fn walk(text: &str, tell: &mut dyn FnMut(Step<'_>)) {
    let arena = Arena::new();
    let root = parse_document(&arena, cut(text, MAX_INPUT), &options());
    // comrak may cut a word into several nodes; a mention must not be cut with it.
    let mut words = String::new();
    let mut bare_link = false;
    for edge in root.traverse() {
        let (node, starts) = match edge {
            NodeEdge::Start(node) => (node, true),
            NodeEdge::End(node) => (node, false),
        };
        let value = &node.data.borrow().value;
        if let NodeValue::Text(text) = value {
            if starts && !bare_link {
                words.push_str(text);
            }
            continue;
        }
        if !words.is_empty() {
            tell(Step::Words(&words));
            words.clear();
        }
        match value {
            NodeValue::Link(link) if is_bare(node, &link.url) => {
                bare_link = starts;
                if starts {
                    tell(Step::BareLink(&link.url));
                }
            }
            NodeValue::Link(link) | NodeValue::Image(link) if starts => {
                tell(Step::OpenLink(&link.url));
                if node.first_child().is_none() {
                    tell(Step::Verbatim(&link.url));
                }
            }
            NodeValue::Link(_) | NodeValue::Image(_) => tell(Step::CloseLink),
            value if starts => start(value, tell),
            value => end(value, tell),
        }
    }
}

/// `<https://x.example>`: the address is its own text.
fn is_bare(node: &AstNode<'_>, url: &str) -> bool {
    node.first_child().is_some_and(|child| {
        child.next_sibling().is_none()
            && matches!(&child.data.borrow().value, NodeValue::Text(text) if text == url)
    })
}

fn start(value: &NodeValue, tell: &mut dyn FnMut(Step<'_>)) {
    match value {
        NodeValue::CodeBlock(block) => {
            tell(Step::Open(Tag::Pre, None));
            tell(Step::Open(Tag::Code, None));
            tell(Step::Verbatim(block.literal.trim_end_matches('\n')));
            tell(Step::Close(Tag::Code));
            tell(Step::Close(Tag::Pre));
        }
        NodeValue::HtmlBlock(block) => {
            tell(Step::Boundary);
            tell(Step::Verbatim(block.literal.trim_end()));
            tell(Step::Boundary);
        }
        NodeValue::HtmlInline(raw) | NodeValue::Raw(raw) => tell(Step::Verbatim(raw)),
        NodeValue::Code(code) => {
            tell(Step::Open(Tag::Code, None));
            tell(Step::Verbatim(&code.literal));
            tell(Step::Close(Tag::Code));
        }
        NodeValue::Heading(_) => {
            tell(Step::Open(Tag::P, None));
            tell(Step::Open(Tag::Strong, None));
        }
        NodeValue::List(list) => tell(Step::Open(list_tag(list), first_number(list))),
        NodeValue::TaskItem(item) => {
            tell(Step::Open(Tag::Li, None));
            tell(Step::Verbatim(if item.symbol.is_some() {
                "☑ "
            } else {
                "☐ "
            }));
        }
        NodeValue::TableCell => tell(Step::Cell),
        NodeValue::TableRow(_) | NodeValue::Table(_) | NodeValue::ThematicBreak => {
            tell(Step::Boundary);
        }
        // Lemmy: `::: spoiler What it is about`.
        NodeValue::BlockDirective(directive) => {
            let title = directive.info.trim();
            let title = title.strip_prefix("spoiler").unwrap_or(title).trim();
            tell(Step::Open(Tag::P, None));
            tell(Step::Open(Tag::Strong, None));
            tell(Step::Verbatim(title));
            tell(Step::Close(Tag::Strong));
            tell(Step::Close(Tag::P));
        }
        // People write lines as they want to see them.
        NodeValue::SoftBreak | NodeValue::LineBreak => tell(Step::LineBreak),
        value => {
            if let Some(tag) = simple_tag(value) {
                tell(Step::Open(tag, None));
            }
        }
    }
}

fn end(value: &NodeValue, tell: &mut dyn FnMut(Step<'_>)) {
    match value {
        NodeValue::Heading(_) => {
            tell(Step::Close(Tag::Strong));
            tell(Step::Close(Tag::P));
        }
        NodeValue::List(list) => tell(Step::Close(list_tag(list))),
        NodeValue::TaskItem(_) => tell(Step::Close(Tag::Li)),
        NodeValue::Table(_) => tell(Step::Boundary),
        value => {
            if let Some(tag) = simple_tag(value) {
                tell(Step::Close(tag));
            }
        }
    }
}

fn simple_tag(value: &NodeValue) -> Option<Tag> {
    Some(match value {
        NodeValue::Paragraph => Tag::P,
        NodeValue::BlockQuote => Tag::Blockquote,
        NodeValue::Item(_) => Tag::Li,
        NodeValue::Emph => Tag::Em,
        NodeValue::Strong => Tag::Strong,
        NodeValue::Strikethrough => Tag::Del,
        _ => return None,
    })
}

fn list_tag(list: &NodeList) -> Tag {
    match list.list_type {
        comrak::nodes::ListType::Bullet => Tag::Ul,
        comrak::nodes::ListType::Ordered => Tag::Ol,
    }
}

fn first_number(list: &NodeList) -> Option<usize> {
    (list_tag(list) == Tag::Ol && list.start != 1).then_some(list.start)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{MentionTarget, MentionText};

    fn resolve(mention: &MentionText) -> Option<MentionTarget> {
        Some(MentionTarget {
            url: format!("https://balai.example/@{}", mention.username),
            acct_username: mention.username.clone(),
        })
    }

    fn render(text: &str) -> String {
        let tag_url = |tag: &str| format!("https://balai.example/tags/{tag}");
        markdown_to_html(text, &resolve, &tag_url).into_string()
    }

    #[test]
    fn the_usual_marks_work() {
        assert_eq!(
            render("# Title\n\nsome **bold** and *soft* and `code` ~~gone~~\nnext line"),
            "<p><strong>Title</strong></p><p>some <strong>bold</strong> and <em>soft</em> and <code>code</code> <del>gone</del><br>next line</p>"
        );
        assert_eq!(
            render("> quoted\n\n3. c\n4. d"),
            "<blockquote><p>quoted</p></blockquote><ol start=\"3\"><li><p>c</p></li><li><p>d</p></li></ol>"
        );
        assert_eq!(
            render("```rust\nlet a = 1;\n```"),
            "<pre><code>let a = 1;</code></pre>"
        );
        assert_eq!(
            render("|a|b|\n|-|-|\n|1|2|\n\nend"),
            "<p>a | b</p><p>1 | 2</p><p>end</p>"
        );
        assert_eq!(
            render("- [x] done\n- [ ] open"),
            "<ul><li>☑ <p>done</p></li><li>☐ <p>open</p></li></ul>"
        );
    }

    #[test]
    fn raw_html_stays_text_and_bad_links_lead_nowhere() {
        assert_eq!(
            render("<script>x</script>"),
            "<p>&lt;script&gt;x&lt;/script&gt;</p>"
        );
        assert_eq!(
            render("a <b onclick=x>b</b>"),
            "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>"
        );
        assert_eq!(render("[x](javascript:alert(1)) [y](/y)"), "<p>x y</p>");
    }

    #[test]
    fn pictures_become_links() {
        assert_eq!(
            render("![a cat](https://x.example/c.png)"),
            r#"<p><a href="https://x.example/c.png" rel="nofollow noopener noreferrer" target="_blank">a cat</a></p>"#
        );
    }

    #[test]
    fn spoilers_show_their_title_first() {
        let html = render("::: spoiler The end\nhe *wakes* up\n:::\nafter");
        assert_eq!(
            html,
            "<p><strong>The end</strong></p><p>he <em>wakes</em> up</p><p>after</p>"
        );
    }

    #[test]
    fn mentions_count_in_words_only() {
        let text = "hi @ana_b_c, `@ben` [@chi](https://x.example/@chi) **@dan@far.example** #tea\n\n    #code\n\nhttps://x.example/@eve_a_b";
        let found = scan_markdown(text);
        let names: Vec<_> = found.mentions.iter().map(|m| m.username.as_str()).collect();
        assert_eq!(names, ["ana_b_c", "dan"]);
        assert_eq!(found.hashtags, ["tea"]);
        assert_eq!(found.links.len(), 2);
        let html = render(text);
        assert_eq!(html.matches("class=\"h-card\"").count(), 2);
        assert!(html.contains("<code>@ben</code>"));
    }

    #[test]
    fn hostile_markdown_ends() {
        for piece in [
            ">", "[", "*a ", "![", "- ", "`", "<", "|a", ":::\n", "_a*", "&#1;", "[a](<b",
        ] {
            let begun = std::time::Instant::now();
            let html = render(&piece.repeat(5_000));
            assert!(
                begun.elapsed() < std::time::Duration::from_secs(20),
                "{piece}"
            );
            assert_eq!(
                Html::sanitize(&html),
                Html::sanitize(Html::sanitize(&html).as_str())
            );
        }
    }

    proptest! {
        #[test]
        fn what_we_write_is_balanced(text in "[@#a*_`>\\[\\]()!|\\-~: \n<&1.]{0,80}") {
            let html = render(&text);
            let clean = Html::sanitize(&html);
            prop_assert_eq!(clean.as_str().matches('<').count(), html.matches('<').count());
        }
    }
}
