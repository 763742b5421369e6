//! What trends: hashtags, links and posts that many used of late, once someone of the staff looked at them.

use model::ServerRole;
use serde_json::{Value, json};

use super::admin_accounts::staff;
use crate::harness::{Instance, Person, Stage, Web, eventually, id_of, on_both_engines, runtime};

on_both_engines![
    hashtags_trend_once_someone_looked,
    posts_trend_for_those_who_may_see_them,
    what_asks_for_care_does_not_trend,
    links_trend_with_their_cards,
    the_flags_of_a_hashtag_are_kept_to,
];

/// What the worker does every now and then.
fn count(place: &Instance) {
    let ctx = place.ctx();
    runtime()
        .block_on(services::trends::refresh(&ctx))
        .expect("trends are counted");
}

fn names(found: &[Value]) -> Vec<&str> {
    found
        .iter()
        .filter_map(|one| one["name"].as_str())
        .collect()
}

fn crowd(place: &Instance) -> [Person; 3] {
    ["ana", "ben", "chi"].map(|name| place.person(name))
}

fn hashtags_trend_once_someone_looked(stage: &Stage) {
    let place = stage.instance();
    let rini = staff(&place, "rini", ServerRole::Moderator);
    let [ana, ben, chi] = crowd(&place);
    for person in [&ana, &ben, &chi] {
        person.publish("#Beans");
    }
    ana.publish("#soup");
    ben.publish("#soup");
    chi.publish("#alone");
    chi.publish("#alone");
    count(&place);
    let visitor = place.visitor();
    assert!(visitor.items("/api/v1/trends/tags").is_empty());
    let waiting = rini.items("/api/v1/admin/trends/tags");
    assert_eq!(
        names(&waiting),
        ["beans", "soup"],
        "one person makes no trend"
    );
    assert_eq!(waiting[0]["requires_review"], true);
    for name in ["beans", "soup"] {
        rini.press(&format!("/api/v1/admin/trends/tags/{name}/approve"))
            .ok();
    }
    let trends = visitor.items("/api/v1/trends/tags");
    assert_eq!(names(&trends), ["beans", "soup"]);
    assert_eq!(trends[0]["history"][0]["accounts"], "3");
    assert_eq!(visitor.items("/api/v1/trends"), trends);
    assert_eq!(
        names(&visitor.items("/api/v1/trends/tags?limit=1")),
        ["beans"]
    );
    assert_eq!(
        names(&visitor.items("/api/v1/trends/tags?offset=1")),
        ["soup"]
    );
    assert!(
        visitor.items("/api/v1/trends/tags?offset=2").is_empty(),
        "the end"
    );
    visitor.get("/api/v1/trends/tags?limit=many").refused(422);
    ana.press("/api/v1/tags/beans/follow").ok();
    assert_eq!(ana.items("/api/v1/trends/tags")[0]["following"], true);
    rini.press("/api/v1/admin/trends/tags/beans/reject").ok();
    assert_eq!(names(&visitor.items("/api/v1/trends/tags")), ["soup"]);
    ana.get("/api/v1/admin/trends/tags").refused(403);
}

fn posts_trend_for_those_who_may_see_them(stage: &Stage) {
    let place = stage.instance();
    let rini = staff(&place, "rini", ServerRole::Moderator);
    let [ana, ben, chi] = crowd(&place);
    let post = id_of(&ana.publish("hello all"));
    let quiet = id_of(&ana.publish_to("unlisted", "hello some"));
    for id in [&post, &quiet] {
        ben.act(id, "favourite").ok();
        chi.act(id, "reblog").ok();
    }
    count(&place);
    let visitor = place.visitor();
    let seen = |query: &str| {
        visitor
            .get(&format!("/api/v1/trends/statuses{query}"))
            .ids()
    };
    assert!(seen("").is_empty());
    let waiting = rini.items("/api/v1/admin/trends/statuses");
    assert_eq!((id_of(&waiting[0]), waiting.len()), (post.clone(), 1));
    assert_eq!(waiting[0]["requires_review"], true);
    let approved = rini
        .press(&format!("/api/v1/admin/trends/statuses/{post}/approve"))
        .ok();
    assert_eq!(
        (&approved["id"], &approved["requires_review"]),
        (&json!(post), &json!(false))
    );
    assert_eq!(seen(""), [post.as_str()]);
    assert!(seen("?offset=1").is_empty());
    // The very entity, as its reader sees it.
    assert_eq!(
        ben.items("/api/v1/trends/statuses"),
        [ben.status(&post).ok()]
    );
    ben.towards(&ana.id, "mute").ok();
    ana.towards(&chi.id, "block").ok();
    for reader in [&ben, &chi] {
        assert!(reader.items("/api/v1/trends/statuses").is_empty());
    }
    rini.press(&format!("/api/v1/admin/trends/statuses/{quiet}/approve"))
        .refused(404);
    rini.press(&format!("/api/v1/admin/trends/statuses/{post}/reject"))
        .ok();
    assert!(seen("").is_empty());
}

fn what_asks_for_care_does_not_trend(stage: &Stage) {
    let place = stage.instance();
    place.set("trendable_by_default", "on");
    let rini = staff(&place, "rini", ServerRole::Moderator);
    let [ana, ben, chi] = crowd(&place);
    let dewi = place.person("dewi");
    dewi.patch(
        "/api/v1/accounts/update_credentials",
        &json!({ "discoverable": false }),
    )
    .ok();
    let open = id_of(&ana.publish("hello"));
    let warned = json!({ "status": "boo", "spoiler_text": "ghosts" });
    let covered = id_of(&ana.post("/api/v1/statuses", &warned).ok());
    let shy = id_of(&dewi.publish("found by nobody"));
    let answer = id_of(&ana.reply(&open, "to myself"));
    for id in [&open, &covered, &shy, &answer] {
        ben.act(id, "favourite").ok();
        chi.act(id, "favourite").ok();
    }
    count(&place);
    let seen = || place.visitor().get("/api/v1/trends/statuses").ids();
    assert_eq!(seen(), [open.as_str()], "without anybody having looked");
    rini.post(
        &format!("/api/v1/admin/accounts/{}/action", ana.id),
        &json!({ "type": "silence" }),
    )
    .ok();
    assert!(seen().is_empty(), "limited");
}

const PAGE: &str = "<html><head><title>Growing beans</title>\
    <meta property=\"og:title\" content=\"Growing beans\"></head><body>text</body></html>";

fn links_trend_with_their_cards(stage: &Stage) {
    let place = stage.instance();
    let rini = staff(&place, "rini", ServerRole::Moderator);
    let [ana, ben, _chi] = crowd(&place);
    let web = Web::new();
    let url = web.put("/beans", "text/html; charset=utf-8", PAGE.as_bytes());
    for person in [&ana, &ben] {
        let id = id_of(&person.publish(&format!("look: {url}")));
        eventually("the card is there", || {
            person.status(&id).ok()["card"].is_object().then_some(())
        });
    }
    count(&place);
    let links = || place.visitor().items("/api/v1/trends/links");
    assert!(links().is_empty());
    let waiting = rini.items("/api/v1/admin/trends/links");
    assert_eq!(
        (&waiting[0]["url"], &waiting[0]["requires_review"]),
        (&json!(url), &json!(true))
    );
    let link = id_of(&waiting[0]);
    let publishers = rini.items("/api/v1/admin/trends/links/publishers");
    let publisher = id_of(&publishers[0]);
    assert!(url.contains(&publisher), "{publisher}");
    assert_eq!(publishers[0]["trendable"], Value::Null);
    rini.press(&format!("/api/v1/admin/trends/links/{link}/approve"))
        .ok();
    let found = links();
    assert_eq!(found[0]["title"], "Growing beans");
    assert_eq!(found[0]["history"].as_array().map(Vec::len), Some(7));
    assert_eq!(found[0]["history"][0]["accounts"], "2");
    // A publisher that is refused has no link that trends.
    let refused = rini
        .press(&format!(
            "/api/v1/admin/trends/links/publishers/{publisher}/reject"
        ))
        .ok();
    assert_eq!(refused["trendable"], false);
    assert!(links().is_empty());
    rini.press(&format!(
        "/api/v1/admin/trends/links/publishers/{publisher}/approve"
    ))
    .ok();
    assert_eq!(links().len(), 1);
    rini.press(&format!("/api/v1/admin/trends/links/{link}/reject"))
        .ok();
    assert!(links().is_empty());
    ana.get("/api/v1/admin/trends/links").refused(403);
}

fn the_flags_of_a_hashtag_are_kept_to(stage: &Stage) {
    let place = stage.instance();
    place.set("trendable_by_default", "on");
    let rini = staff(&place, "rini", ServerRole::Moderator);
    let [ana, ben, _chi] = crowd(&place);
    ana.publish("#beans");
    ben.publish("#beans");
    count(&place);
    let trends = || place.visitor().items("/api/v1/trends/tags").len();
    let found = || {
        let answer = ana.get("/api/v2/search?q=beans&type=hashtags").ok();
        answer["hashtags"].as_array().map(Vec::len)
    };
    assert_eq!((trends(), found()), (1, Some(1)));
    let set = |flags: Value| rini.put("/api/v1/admin/tags/beans", &flags).ok();
    set(json!({ "listable": false, "trendable": true }));
    assert_eq!((trends(), found()), (0, Some(0)));
    assert!(ana.items("/api/v1/featured_tags/suggestions").is_empty());
    set(json!({ "listable": true }));
    assert_eq!((trends(), found()), (1, Some(1)));
    set(json!({ "usable": false }));
    assert_eq!(trends(), 0);
    let post = ana.publish("#beans again");
    assert_eq!(post["tags"], json!([]));
    set(json!({ "usable": true, "trendable": false }));
    assert_eq!(trends(), 0);
}
