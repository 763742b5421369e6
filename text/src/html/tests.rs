//! What the sanitiser keeps, what it turns into text, and that attacks come out harmless.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

fn clean(html: &str) -> String {
    let once = Html::sanitize(html);
    let twice = Html::sanitize(once.as_str());
    assert_eq!(once, twice, "not a fixed point for {html:?}");
    once.into_string()
}

const REL: &str = r#"rel="nofollow noopener noreferrer" target="_blank""#;

#[test]
fn a_post_from_mastodon_stays_as_it_is() {
    let post = format!(
        r#"<p><span class="h-card"><a href="https://far.example/@dan" class="u-url mention" {REL}>@<span>dan</span></a></span> hello<br>world &amp; all</p><p><a href="https://example.com/a" {REL}><span class="invisible">https://</span><span class="ellipsis">example.com/</span><span class="invisible">a</span></a></p>"#
    );
    assert_eq!(clean(&post), post);
}

#[test]
fn hashtags_keep_their_mark() {
    assert_eq!(
        clean(
            r#"<a href="https://far.example/tags/tea" class="mention hashtag x" rel="tag ugc">#<span>tea</span></a>"#
        ),
        r#"<a href="https://far.example/tags/tea" class="mention hashtag" rel="nofollow noopener noreferrer tag" target="_blank">#<span>tea</span></a>"#
    );
}

#[test]
fn headings_tables_and_pictures_become_paragraphs_and_links() {
    assert_eq!(
        clean("<h2>Title</h2><p>x</p>"),
        "<p><strong>Title</strong></p><p>x</p>"
    );
    assert_eq!(
        clean("<table><thead><tr><th>a</th><th>b</th></tr></thead><tr><td>1<td>2</table>end"),
        "<p>a | b</p><p>1 | 2</p><p>end</p>"
    );
    assert_eq!(
        clean(r#"<p><img src="https://lemmy.example/pictrs/1.png" alt="a cat"></p>"#),
        format!(r#"<p><a href="https://lemmy.example/pictrs/1.png" {REL}>a cat</a></p>"#)
    );
    assert_eq!(
        clean(r#"a<img class="emoji" src="https://x.example/e.png" alt=":tea:">"#),
        "a:tea:"
    );
    assert_eq!(clean("<div>a</div><div>b</div>"), "<p>a</p><p>b</p>");
    assert_eq!(
        clean("a<blockquote><h3>b</h3><br>c</blockquote><br>d<br>e"),
        "a<blockquote><p><strong>b</strong></p><p>c</p></blockquote><p>d<br>e</p>"
    );
}

#[test]
fn lists_keep_their_numbers() {
    assert_eq!(
        clean(r#"<ol start="3" reversed><li value="7x">a<li value=4>b</ol>"#),
        r#"<ol start="3" reversed=""><li>a</li><li value="4">b</li></ol>"#
    );
    assert_eq!(
        clean("<ul>\n<li>a\n<ul><li>b</ul></ul>c"),
        "<ul><li>a\n<ul><li>b</li></ul></li></ul><p>c</p>"
    );
    assert_eq!(clean("<li>alone"), "<p>alone</p>");
}

#[test]
fn wrong_nesting_is_straightened() {
    assert_eq!(clean("<b>a<i>b</b>c</i>"), "<b>a<i>b</i></b><i>c</i>");
    assert_eq!(clean("<p><b>a<p>b</b>c"), "<p><b>a</b></p><p><b>b</b>c</p>");
    assert_eq!(clean("<pre>\n\n\nx\n y</pre>"), "<pre>x\n y</pre>");
    assert_eq!(
        clean("<a href=https://a.example>x<a href=https://b.example>y"),
        format!(
            r#"<a href="https://a.example" {REL}>x</a><a href="https://b.example" {REL}>y</a>"#
        )
    );
}

#[test]
fn links_that_are_not_web_links_become_text() {
    for href in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "java&#115;cript:alert(1)",
        "&#x6A&#x61&#x76&#x61script:alert(1)",
        " javascript:alert(1)",
        "\u{1}javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:msgbox(1)",
        "blob:https://x.example/1",
        "file:///etc/passwd",
        "//x.example/",
        "/local",
        "https://",
        "http:///",
        "gemini://x.example/",
        "ht\ntps://x.example/",
    ] {
        assert_eq!(
            clean(&format!("<a href=\"{href}\">text</a>")),
            "text",
            "{href}"
        );
    }
}

#[test]
fn overrides_cannot_disguise_a_link() {
    let disguised = "<a href='https://x.example'>\u{202e}moc.knab</a>";
    assert!(!clean(disguised).contains('\u{202e}'));
}

/// Written for this test after the families of the OWASP and mXSS collections.
const ATTACKS: &[&str] = &[
    "<script>alert(1)</script>",
    "<SCRIPT SRC=https://x.example/a.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src=\"javascript:alert(1)\">",
    "<img \"\"\"><script>alert(1)</script>\">",
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><set attributeName=href to=javascript:alert(1) /></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><annotation-xml encoding=text/html><img src=x onerror=alert(1)></annotation-xml></math>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math><mi xlink:href=\"javascript:alert(1)\">x</mi></math>",
    "<form><math><mtext></form><form><mglyph><svg><mtext><style><path id=\"</style><img onerror=alert(1) src>\">",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<style>@import 'https://x.example';</style>",
    "<p style=\"background:url(javascript:alert(1))\">x</p>",
    "<p onclick=alert(1) onmouseover='alert(1)'>x</p>",
    "<a href=\"https://x.example\" onclick=\"alert(1)\">x</a>",
    "<a href='https://x.example/\"onmouseover=alert(1) x=\"'>x</a>",
    "<a class='\"><script>alert(1)</script>' href=https://x.example>x</a>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<base href=javascript:alert(1)//>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href=javascript:alert(1)>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<body onload=alert(1)>",
    "<textarea><img src=x onerror=alert(1)></textarea>",
    "<title><img src=x onerror=alert(1)></title>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<template><img src=x onerror=alert(1)></template>",
    "<select><img src=x onerror=alert(1)></select>",
    "<table><td background=javascript:alert(1)>x</table>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml-stylesheet href='javascript:alert(1)'?>",
    "<a href=\"&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)\">x</a>",
    "<a href=\"https://x.example\" target=_self rel=opener>x</a>",
    "<span class=\"mention\" style=position:fixed>x</span>",
    "<span id=x name=y data-x=z>x</span>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;script&amp;gt;alert(1)",
    "<p title=\"<script>alert(1)</script>\">x</p>",
    "<pre>&NewLine;&NewLine;<script>alert(1)</script></pre>",
    "<a <b href='javascript:alert(1)'>x",
    "<<a>script>alert(1)<</a>/script>",
    "<p\0 onclick=alert(1)>x</p>",
    "<im\0g src=x onerror=alert(1)>",
    "<dialog open><form method=dialog><p>x",
    "<custom-element onclick=alert(1)>x</custom-element>",
    "<p xmlns:x='https://x.example' x:onclick=alert(1)>x</p>",
];

/// Everything between angle brackets in the output must be a tag from the list.
fn assert_harmless(html: &str) {
    let mut rest = html;
    while let Some((text, behind)) = rest.split_once('<') {
        assert!(!text.contains('>'), "{html}");
        let (tag, behind) = behind.split_once('>').expect(html);
        rest = behind;
        let name = tag.trim_start_matches('/').split(' ').next().unwrap();
        assert!(
            name == "br" || kept_tag(name).is_some_and(|kept| kept.name() == name),
            "{html}"
        );
        for attribute in tag.split("=\"").filter_map(|part| part.rsplit_once(' ')) {
            let known = [
                "href", "rel", "target", "class", "start", "reversed", "value",
            ];
            let inside_a_value = ["noreferrer", "noopener", "nofollow"].contains(&attribute.1);
            assert!(
                known.contains(&attribute.1) || inside_a_value || tag.contains('"'),
                "{html}"
            );
        }
        let lower = tag.to_ascii_lowercase();
        assert!(
            !lower.contains("href=\"javascript") && !lower.contains("href=\"data"),
            "{html}"
        );
        assert!(
            !lower.contains(" on") && !lower.contains("style="),
            "{html}"
        );
    }
    assert!(!rest.contains('>'), "{html}");
}

#[test]
fn attacks_come_out_harmless() {
    for attack in ATTACKS {
        assert_harmless(&clean(attack));
        assert_harmless(&clean(&format!("<p>a{attack}b</p>")));
        assert_harmless(&clean(&format!("<a href=https://x.example>{attack}</a>")));
        assert_harmless(&clean(&format!("<pre>{attack}")));
    }
}

#[test]
fn every_pair_of_attacks_is_a_fixed_point() {
    for (first, second) in ATTACKS.iter().zip(ATTACKS.iter().skip(7)) {
        assert_harmless(&clean(&format!("{first}{second}")));
    }
}

#[test]
fn hostile_sizes_take_linear_time() {
    let many = 300_000;
    let attributes: String = (0..100_000).map(|i| format!(" a{i}")).collect();
    let pages = [
        "<div>".repeat(100_000),
        "<blockquote>".repeat(30_000),
        "<ul><li>".repeat(30_000),
        "<b>".repeat(300_000),
        "<b><p>".repeat(50_000),
        "<a href=https://x.example/><p>x".repeat(10_000),
        "<".repeat(many),
        "</".repeat(many / 2),
        "<!--".repeat(many / 4),
        "<a x=\"".repeat(many / 6),
        "&".repeat(many),
        "\u{a0}".repeat(many / 2),
        "&amp".repeat(many / 4),
        "<script>".repeat(many / 8),
        "<svg>".repeat(many / 5),
        "<p>x".repeat(many / 4),
        format!("<a{attributes}>x</a>"),
    ];
    for page in &pages {
        let begun = Instant::now();
        let html = Html::sanitize(page);
        // Generous: the tests are built without optimisation, on a busy computer.
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "{:?}",
            page.get(..20)
        );
        assert!(html.as_str().len() <= 1024 * 1024 + 1024);
        assert_eq!(Html::sanitize(html.as_str()), html);
    }
}

proptest! {
    #[test]
    fn sanitising_twice_changes_nothing(html in soup()) {
        assert_harmless(&clean(&html));
    }

    #[test]
    fn any_text_is_a_fixed_point(html in ".{0,200}") {
        assert_harmless(&clean(&html));
    }

    #[test]
    fn ammonia_agrees_with_the_builder(html in soup()) {
        let mut builder = Builder::default();
        rewrite(&html, &mut builder);
        let built = builder.finish();
        prop_assert_eq!(JUDGE.clean(&built).to_string(), built);
    }
}

/// Random pages out of pieces that have caused trouble somewhere.
fn soup() -> impl Strategy<Value = String> {
    let pieces = [
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "<i>",
        "</i>",
        "<em>",
        "</em>",
        "<a href=\"https://x.example/\u{e4}?a&copy=1\">",
        "</a>",
        "<ul>",
        "</ul>",
        "<ol>",
        "</ol>",
        "<li>",
        "</li>",
        "<blockquote>",
        "</blockquote>",
        "<pre>",
        "</pre>",
        "<code>",
        "</code>",
        "<span class='mention x'>",
        "</span>",
        "<br>",
        "\n",
        " ",
        "x",
        "&nbsp;",
        "&NewLine;",
        "&#13;",
        "&#0;",
        "\u{feff}",
        "\r\n",
        "&lt;",
        "<h1>",
        "</h1>",
        "<div>",
        "</div>",
        "<table>",
        "<tr>",
        "<td>",
        "</table>",
        "<img src=https://x.example/i alt='>'>",
        "<svg>",
        "</svg>",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "\"",
        "'",
        "<",
        ">",
        "\u{202e}",
        "\u{1}",
        "<del>",
        "<u>",
        "</u>",
        "<strong>",
        "</strong>",
        "\u{300}",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..120).prop_map(|v| v.concat())
}
