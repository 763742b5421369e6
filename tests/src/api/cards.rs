//! Link cards: what stands behind a link, read once and never hot-linked; and oEmbed of our own posts.

use serde_json::{Value, json};

use super::media::picture;
use crate::harness::{Person, Stage, Web, eventually, id_of, on_both_engines};

on_both_engines![
    a_link_has_a_card_that_was_read_once,
    what_is_hostile_becomes_text_or_nothing,
    rules_of_robots_and_blocks_are_kept,
    our_posts_can_be_shown_elsewhere,
];

const PAGE: &str = "<html lang=\"id\"><head><title>Short</title>\
    <meta property=\"og:title\" content=\"Growing beans\">\
    <meta property=\"og:description\" content=\"A short guide\">\
    <meta property=\"og:site_name\" content=\"The Garden\">\
    <meta name=\"author\" content=\"Ana\">\
    <meta property=\"article:published_time\" content=\"2020-01-02T03:04:05Z\">\
    <meta property=\"og:image\" content=\"/bean.png\"></head><body>text</body></html>";

fn card(who: &Person, id: &str) -> Value {
    eventually("the card is there", || {
        let card = who.status(id).ok()["card"].clone();
        card.is_object().then_some(card)
    })
}

fn a_link_has_a_card_that_was_read_once(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    let web = Web::new();
    web.put("/bean.png", "image/png", &picture(80, 40));
    let url = web.put("/beans", "text/html; charset=utf-8", PAGE.as_bytes());
    let id = id_of(&ana.publish(&format!("@ben #beans look: {url}#top")));
    let shown = card(&ana, &id);
    assert_eq!(shown["url"], url.as_str());
    assert_eq!(shown["title"], "Growing beans");
    assert_eq!(shown["description"], "A short guide");
    assert_eq!(shown["provider_name"], "The Garden");
    assert_eq!(shown["author_name"], "Ana");
    assert_eq!(shown["type"], "link");
    assert_eq!(shown["html"], "");
    assert_eq!(shown["published_at"], "2020-01-02T03:04:05.000Z");
    // Our own copy of the picture.
    let image = shown["image"].as_str().expect("a picture");
    assert!(image.starts_with(&place.base), "{image}");
    place.visitor().get(image).is(200);
    let alone = ana.get(&format!("/api/v1/statuses/{id}/card")).ok();
    assert_eq!(alone["title"], "Growing beans");

    let second = id_of(&ben.publish(&format!("again {url}")));
    assert_eq!(card(&ben, &second)["title"], "Growing beans");
    let times = web.asked().iter().filter(|path| *path == "/beans").count();
    assert_eq!(times, 1, "once for an address");
    let found = place
        .visitor()
        .items(&format!("/api/v1/timelines/link?url={url}"));
    let ids: Vec<String> = found.iter().map(id_of).collect();
    assert_eq!(ids, [second.clone(), id]);
    // Whom one has muted one does not meet there either.
    ben.towards(&ana.id, "mute").ok();
    let shown = ben.items(&format!("/api/v1/timelines/link?url={url}"));
    assert_eq!(shown.iter().map(id_of).collect::<Vec<_>>(), [second]);
    assert!(
        place
            .visitor()
            .items("/api/v1/timelines/link?url=x")
            .is_empty()
    );
}

fn what_is_hostile_becomes_text_or_nothing(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let web = Web::new();
    let evil = "<title><script>alert(1)</script></title>\
        <meta property=\"og:image\" content=\"javascript:alert(1)\">\
        <meta property=\"og:description\" content=\"<img src=x onerror=alert(1)>\">\
        <link rel=\"alternate\" type=\"application/json+oembed\" href=\"/oembed\">\
        <link rel=\"canonical\" href=\"https://victim.example/\">";
    let url = web.put("/evil", "text/html", evil.as_bytes());
    let id = id_of(&ana.publish(&format!("see {url}")));
    let shown = card(&ana, &id);
    assert_eq!(shown["html"], "");
    assert_eq!(shown["embed_url"], "");
    assert!(shown["image"].is_null());
    assert_eq!(shown["url"], url.as_str(), "no address of another place");
    assert!(!web.asked().contains(&"/oembed".to_owned()));
    // A letter has no card: who is asked would learn of it.
    let web = Web::new();
    let url = web.put("/secret", "text/html", PAGE.as_bytes());
    ana.publish_to("direct", &format!("see {url}"));
    let file = web.put("/file", "application/pdf", b"%PDF");
    let other = id_of(&ana.publish(&format!("see {file}")));
    eventually("the file was looked at", || {
        web.asked().contains(&"/file".to_owned()).then_some(())
    });
    assert!(ana.status(&other).ok()["card"].is_null());
    let none = ana.get(&format!("/api/v1/statuses/{other}/card")).ok();
    assert_eq!(none, json!({}));
    assert!(!web.asked().contains(&"/secret".to_owned()));
}

fn rules_of_robots_and_blocks_are_kept(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let web = Web::new();
    web.put(
        "/robots.txt",
        "text/plain",
        b"User-agent: balai\nDisallow: /private\n",
    );
    let closed = web.put("/private/a", "text/html", PAGE.as_bytes());
    let open = web.put("/open", "text/html", PAGE.as_bytes());
    let id = id_of(&ana.publish(&format!("see {closed}")));
    let other = id_of(&ana.publish(&format!("see {open}")));
    card(&ana, &other);
    eventually("the rules were read twice", || {
        let rules = web
            .asked()
            .iter()
            .filter(|path| *path == "/robots.txt")
            .count();
        (rules >= 2).then_some(())
    });
    assert!(ana.status(&id).ok()["card"].is_null());
    assert!(!web.asked().contains(&"/private/a".to_owned()));
}

fn our_posts_can_be_shown_elsewhere(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let post = ana.publish("Beans & more");
    let url = post["url"].as_str().expect("a page");
    let visitor = place.visitor();
    let embed = visitor.get(&format!("/api/oembed?url={url}")).ok();
    assert_eq!(embed["version"], "1.0");
    assert_eq!(embed["author_name"], "ana");
    let html = embed["html"].as_str().expect("markup");
    assert!(html.contains(url) && !html.contains("<script") && !html.contains("<iframe"));
    let hidden = ana.publish_to("private", "hidden");
    let hidden = hidden["url"].as_str().expect("a page");
    let never = place.url("/@ana/1");
    for address in [hidden, never.as_str(), "https://far.example/@ana/1", ""] {
        visitor
            .get(&format!("/api/oembed?url={address}"))
            .refused(404);
    }
}
