//! What an app asks before its first screen: what is this place, who am I, what is new.

use http::Method;
use serde_json::{Value, json};

use crate::harness::{Stage, World, on_both_engines};

on_both_engines![
    the_place_says_what_it_is_in_both_versions,
    the_first_screens_find_everything_in_the_right_shape,
    a_profile_is_changed_in_every_encoding,
    markers_are_kept,
    browsers_of_other_sites_may_ask,
    the_place_is_found_by_other_software,
];

fn the_place_says_what_it_is_in_both_versions(stage: &Stage) {
    let place = stage.instance();
    let visitor = place.visitor();
    let new = visitor.get("/api/v2/instance").ok();
    let old = visitor.get("/api/v1/instance").ok();
    for instance in [&new, &old] {
        let version = instance["version"].as_str().expect("a version");
        assert!(version.contains("(compatible; Balai "), "{version}");
        assert_eq!(instance["title"], "Balai");
    }
    assert_eq!(new["domain"], place.domain());
    assert_eq!(old["uri"], place.domain());
    let streaming = old["urls"]["streaming_api"].as_str().expect("an address");
    assert!(
        streaming.starts_with("ws://") || streaming.starts_with("wss://"),
        "{streaming}"
    );
    assert_eq!(new["api_versions"]["mastodon"], 7);
    assert_eq!(new["contact"]["account"], Value::Null);
    place.person("ana");
    place.set("contact_account", "@ana");
    let (new, old) = (
        visitor.get("/api/v2/instance").ok(),
        visitor.get("/api/v1/instance").ok(),
    );
    assert_eq!(new["contact"]["account"]["acct"], "ana");
    assert_eq!(old["contact_account"]["acct"], "ana");
    for instance in [&new, &old] {
        let most = &instance["configuration"]["statuses"]["max_characters"];
        assert!(most.as_i64().is_some_and(|most| most >= 500), "{most}");
        assert!(instance["rules"].is_array());
    }
    assert!(new["contact"].is_object() && new["registrations"].is_object());
    assert!(old["stats"]["user_count"].is_i64() && old["registrations"].is_boolean());
}

fn the_first_screens_find_everything_in_the_right_shape(stage: &Stage) {
    let world = World::new(*stage);
    let me = world.ben.get("/api/v1/accounts/verify_credentials").ok();
    assert_eq!(me["username"], "ben");
    assert_eq!(me["acct"], "ben");
    assert_eq!(me["url"], world.place.url("/@ben"));
    assert_eq!(me["source"]["privacy"], "public");
    for picture in ["avatar", "avatar_static", "header", "header_static"] {
        let address = me[picture].as_str().expect("an address");
        assert!(
            address.starts_with(&world.place.base),
            "{picture}: {address}"
        );
        assert_eq!(world.place.visitor().get(address).status, 200, "{address}");
    }
    let preferences = world.ben.get("/api/v1/preferences").ok();
    assert_eq!(preferences["posting:default:visibility"], "public");
    for path in [
        "/api/v1/timelines/home",
        "/api/v1/timelines/public",
        "/api/v1/timelines/public?local=true",
        "/api/v1/timelines/tag/nothing",
        "/api/v1/notifications",
        "/api/v1/custom_emojis",
        "/api/v1/filters",
        "/api/v2/filters",
        "/api/v1/announcements",
        "/api/v1/lists",
        "/api/v1/followed_tags",
        "/api/v1/conversations",
        "/api/v1/bookmarks",
        "/api/v1/favourites",
        "/api/v1/blocks",
        "/api/v1/mutes",
        "/api/v1/domain_blocks",
        "/api/v1/follow_requests",
        "/api/v1/scheduled_statuses",
        "/api/v2/suggestions",
        "/api/v1/trends/statuses",
        "/api/v1/trends/tags",
        "/api/v1/trends/links",
        "/api/v1/featured_tags",
        "/api/v1/groups",
        &format!("/api/v1/accounts/{}/featured_tags", world.ana.id),
        &format!("/api/v1/accounts/{}/lists", world.ana.id),
        &format!("/api/v1/accounts/familiar_followers?id[]={}", world.ana.id),
    ] {
        let body = world.ben.get(path).ok();
        assert!(body.is_array(), "{path} answers no list: {body}");
    }
    let markers = world
        .ben
        .get("/api/v1/markers?timeline[]=home&timeline[]=notifications")
        .ok();
    assert!(markers.is_object(), "{markers}");
}

fn a_profile_is_changed_in_every_encoding(stage: &Stage) {
    use crate::harness::Part;
    let place = stage.instance();
    let ana = place.person("ana");
    let path = "/api/v1/accounts/update_credentials";
    let me = ana
        .patch(path, &json!({ "display_name": "Ana", "locked": "true" }))
        .ok();
    assert_eq!(
        (&me["display_name"], &me["locked"]),
        (&json!("Ana"), &json!(true))
    );

    let form = crate::harness::Body::form(&[
        ("note", "Grows beans"),
        ("locked", "0"),
        ("fields_attributes[0][name]", "Pronouns"),
        ("fields_attributes[0][value]", "she"),
        ("source[privacy]", "unlisted"),
    ]);
    let me = ana.ask(Method::PATCH, path, &[], Some(form)).ok();
    assert_eq!(me["locked"], false);
    assert_eq!(me["source"]["note"], "Grows beans");
    assert_eq!(me["source"]["privacy"], "unlisted");
    assert_eq!(me["fields"][0]["name"], "Pronouns");

    let picture = super::media::picture(64, 64);
    let parts = [
        Part {
            name: "avatar",
            file: Some(("me.png", "image/png")),
            bytes: &picture,
        },
        Part {
            name: "display_name",
            file: None,
            bytes: b"Ana Maria",
        },
    ];
    let body = crate::harness::Body::multipart(&parts);
    let me = ana.ask(Method::PATCH, path, &[], Some(body)).ok();
    assert_eq!(me["display_name"], "Ana Maria");
    let avatar = me["avatar"].as_str().expect("an address");
    let file = place.visitor().get(avatar);
    assert_eq!(file.status, 200);
    assert!(
        file.header("content-type")
            .is_some_and(|kind| kind.starts_with("image/"))
    );
    // Nothing that was not named is lost.
    assert_eq!(me["source"]["note"], "Grows beans");
    let seen: Value = place
        .visitor()
        .get(&format!("/api/v1/accounts/{}", ana.id))
        .ok();
    assert_eq!(seen["display_name"], "Ana Maria");
    assert_eq!(
        seen["source"],
        Value::Null,
        "the source is for the owner alone"
    );
}

fn markers_are_kept(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let status = ana.publish("read up to here");
    let id = status["id"].as_str().expect("an id");
    let marked = ana
        .post(
            "/api/v1/markers",
            &json!({ "home": { "last_read_id": id } }),
        )
        .ok();
    assert_eq!(marked["home"]["last_read_id"], id);
    let kept = ana.get("/api/v1/markers?timeline[]=home").ok();
    assert_eq!(kept["home"]["last_read_id"], id);
}

fn browsers_of_other_sites_may_ask(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let asked = [
        ("origin", "https://app.example"),
        ("access-control-request-method", "POST"),
        (
            "access-control-request-headers",
            "authorization,content-type,idempotency-key",
        ),
    ];
    for path in ["/api/v1/statuses", "/oauth/token", "/api/v2/media"] {
        let answer = place.visitor().ask(Method::OPTIONS, path, &asked, None);
        assert!(
            matches!(answer.status, 200 | 204),
            "{path}: {}",
            answer.status
        );
        assert_eq!(
            answer.header("access-control-allow-origin"),
            Some("*"),
            "{path}"
        );
        let headers = answer
            .header("access-control-allow-headers")
            .unwrap_or_default();
        assert!(
            headers == "*" || headers.to_lowercase().contains("idempotency-key"),
            "{path}: {headers}"
        );
        assert_eq!(
            answer.header("access-control-allow-credentials"),
            None,
            "{path}"
        );
    }
    let origin = [("origin", "https://app.example")];
    let answer = ana.ask(Method::GET, "/api/v1/timelines/home", &origin, None);
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    let exposed = answer
        .header("access-control-expose-headers")
        .unwrap_or_default()
        .to_lowercase();
    assert!(
        exposed.contains("link") && exposed.contains("x-ratelimit-reset"),
        "{exposed}"
    );
    let answer = place
        .visitor()
        .ask(Method::GET, "/.well-known/nodeinfo", &origin, None);
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
}

fn the_place_is_found_by_other_software(stage: &Stage) {
    let world = World::new(*stage);
    let visitor = world.place.visitor();
    let domain = world.place.domain();
    for (name, uri) in [
        ("ana", world.place.url("/users/ana")),
        ("garden", world.garden.uri.clone()),
    ] {
        let path = format!("/.well-known/webfinger?resource=acct:{name}@{domain}");
        let answer = visitor.get(&path);
        let found = answer.ok();
        let kind = answer.header("content-type").unwrap_or_default();
        assert!(kind.starts_with("application/jrd+json"), "{kind}");
        assert_eq!(found["subject"], format!("acct:{name}@{domain}"));
        let links = found["links"].as_array().expect("links");
        let own = links
            .iter()
            .find(|link| link["rel"] == "self")
            .expect("self");
        assert_eq!(own["href"], uri);
    }
    visitor
        .get(&format!(
            "/.well-known/webfinger?resource=acct:nobody@{domain}"
        ))
        .is(404);
    visitor.get("/.well-known/webfinger").is(400);
    let links = visitor.get("/.well-known/nodeinfo").ok();
    for version in ["2.0", "2.1"] {
        let rel = format!("http://nodeinfo.diaspora.software/ns/schema/{version}");
        let links = links["links"].as_array().expect("links");
        let link = links
            .iter()
            .find(|link| link["rel"] == rel)
            .expect("a version");
        let info = visitor.get(link["href"].as_str().expect("an address")).ok();
        assert_eq!(info["software"]["name"], "balai");
        assert_eq!(info["version"], version);
        assert_eq!(info["protocols"], json!(["activitypub"]));
        assert_eq!(info["usage"]["users"]["total"], 3);
    }
    let meta = visitor.get("/.well-known/host-meta");
    assert!(
        meta.is(200)
            .text()
            .contains("/.well-known/webfinger?resource=")
    );
}
