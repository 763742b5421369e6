//! Hashtags: followed, they bring public posts home; featured, they stand on a profile.

use serde_json::{Value, json};

use crate::harness::{Client, Ear, Stage, TwoPlaces, eventually, id_of, on_both_engines};

on_both_engines![
    a_followed_hashtag_brings_posts_home,
    a_followed_hashtag_is_heard_on_the_stream,
    followed_hashtags_are_paged_by_their_rows,
    a_profile_features_hashtags,
    what_is_no_hashtag_is_not_found,
    others_may_not_follow_or_feature_for_someone,
    other_servers_read_what_someone_features,
];

fn names(found: &[Value]) -> Vec<&str> {
    found
        .iter()
        .filter_map(|one| one["name"].as_str())
        .collect()
}

fn at_home(reader: &Client, id: &str) -> bool {
    reader.home().iter().any(|status| status["id"] == id)
}

fn a_followed_hashtag_brings_posts_home(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben, chi] = ["ana", "ben", "chi"].map(|name| place.person(name));
    let tag = ben.press("/api/v1/tags/Beans/follow").ok();
    assert_eq!(
        (&tag["name"], &tag["following"]),
        (&json!("beans"), &json!(true))
    );
    ben.press("/api/v1/tags/beans/follow").ok();
    let open = id_of(&ana.publish("#Beans for all"));
    let quiet = id_of(&ana.publish_to("unlisted", "#beans, quietly"));
    let closed = id_of(&ana.publish_to("private", "#beans for friends"));
    eventually("it is at home", || at_home(&ben, &open).then_some(()));
    place.settle_inside();
    assert_eq!(ben.home().len(), 1);
    assert!(!at_home(&ben, &quiet) && !at_home(&ben, &closed) && !at_home(&chi, &open));

    // Whom one mutes or blocks a hashtag does not bring back.
    ben.towards(&chi.id, "mute").ok();
    let muted = id_of(&chi.publish("#beans again"));
    place.settle_inside();
    assert!(!at_home(&ben, &muted));

    let used = ben.get("/api/v1/tags/beans").ok();
    let days = used["history"].as_array().expect("days");
    assert_eq!(days.len(), 7);
    assert_eq!(
        (&days[0]["uses"], &days[0]["accounts"]),
        (&json!("2"), &json!("2"))
    );
    let (newest, before): (i64, i64) = (day(&days[0]), day(&days[1]));
    assert_eq!((newest % 86_400, newest - before), (0, 86_400));
    let anonymous = place.visitor().get("/api/v1/tags/beans").ok();
    assert_eq!(anonymous["history"], used["history"]);
    assert!(anonymous.get("following").is_none(), "{anonymous}");

    let tag = ben.press("/api/v1/tags/beans/unfollow").ok();
    assert_eq!(tag["following"], false);
    assert!(ben.home().is_empty());
    ana.publish("#beans once more");
    place.settle_inside();
    assert!(ben.home().is_empty());
}

fn day(one: &Value) -> i64 {
    one["day"]
        .as_str()
        .expect("a text")
        .parse()
        .expect("a number")
}

fn a_followed_hashtag_is_heard_on_the_stream(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    ben.press("/api/v1/tags/beans/follow").ok();
    let mut ear = Ear::of(&place, &ben, &[json!({ "stream": "user" })]);
    ana.publish("about something else");
    let post = ana.publish("#beans for all");
    let (stream, event, payload) = ear.event();
    assert_eq!((stream.as_str(), event.as_str()), ("user", "update"));
    assert_eq!(payload["id"], post["id"]);
}

fn followed_hashtags_are_paged_by_their_rows(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    assert!(ana.items("/api/v1/followed_tags").is_empty());
    for name in ["beans", "soup", "tea"] {
        ana.press(&format!("/api/v1/tags/{name}/follow")).ok();
    }
    let first = ana.get("/api/v1/followed_tags?limit=2");
    let found = first.ok();
    assert_eq!(names(found.as_array().expect("a list")), ["tea", "soup"]);
    assert_eq!(found[0]["following"], true);
    let next = first.link("next").expect("more");
    let second = ana.get(next.strip_prefix(&place.base).expect("ours"));
    assert_eq!(names(second.ok().as_array().expect("a list")), ["beans"]);
    assert_eq!(second.link("next"), None, "the end");
    place.visitor().get("/api/v1/followed_tags").refused(401);
}

fn a_profile_features_hashtags(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    ana.publish("#beans and #soup");
    ana.publish_to("private", "#beans for friends");
    ben.publish("#beans too");
    let suggested = ana.items("/api/v1/featured_tags/suggestions");
    let mut suggested = names(&suggested);
    suggested.sort_unstable();
    assert_eq!(suggested, ["beans", "soup"]);
    let beans = ana
        .post("/api/v1/featured_tags", &json!({ "name": "#Beans" }))
        .ok();
    assert_eq!(
        (&beans["name"], &beans["statuses_count"]),
        (&json!("beans"), &json!("1"))
    );
    assert_eq!(beans["last_status_at"], place.ctx().now().day());
    let tea = ana.press("/api/v1/tags/tea/feature").ok();
    assert_eq!(tea["featuring"], true);
    assert_eq!(
        names(&ana.items("/api/v1/featured_tags/suggestions")),
        ["soup"]
    );
    let path = format!("/api/v1/accounts/{}/featured_tags", ana.id);
    assert_eq!(names(&place.visitor().items(&path)), ["beans", "tea"]);
    assert_eq!(
        place.visitor().items(&path)[1]["last_status_at"],
        Value::Null
    );
    assert_eq!(ana.items("/api/v1/featured_tags"), ben.items(&path));

    let row = id_of(&beans);
    ben.delete(&format!("/api/v1/featured_tags/{row}"))
        .refused(404);
    ana.delete(&format!("/api/v1/featured_tags/{row}")).ok();
    ana.delete(&format!("/api/v1/featured_tags/{row}"))
        .refused(404);
    assert_eq!(
        ana.press("/api/v1/tags/tea/unfeature").ok()["featuring"],
        false
    );
    assert!(ben.items(&path).is_empty());
    for at in 0..10 {
        ana.press(&format!("/api/v1/tags/t{at}/feature")).ok();
    }
    ana.post("/api/v1/featured_tags", &json!({ "name": "more" }))
        .refused(422);
    ana.towards(&ben.id, "block").ok();
    assert!(ben.items(&path).is_empty());
}

fn what_is_no_hashtag_is_not_found(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let before = place.row_counts();
    for name in ["two%20words", "123", "%23"] {
        for verb in ["follow", "unfollow", "feature", "unfeature"] {
            ana.press(&format!("/api/v1/tags/{name}/{verb}"))
                .refused(404);
        }
        ana.get(&format!("/api/v1/tags/{name}")).refused(404);
    }
    for name in ["", "two words"] {
        ana.post("/api/v1/featured_tags", &json!({ "name": name }))
            .refused(422);
    }
    ana.delete("/api/v1/featured_tags/42").refused(404);
    ana.get("/api/v1/accounts/42/featured_tags").refused(404);
    assert_eq!(place.row_counts(), before);
}

fn others_may_not_follow_or_feature_for_someone(stage: &Stage) {
    let place = stage.instance();
    place.person("ana");
    let visitor = place.visitor();
    let reader: Client = place.with_token(&place.token("ana", "read"));
    for verb in ["follow", "unfollow", "feature", "unfeature"] {
        visitor
            .press(&format!("/api/v1/tags/beans/{verb}"))
            .refused(401);
        reader
            .press(&format!("/api/v1/tags/beans/{verb}"))
            .refused(403);
    }
    visitor.get("/api/v1/featured_tags").refused(401);
    reader
        .post("/api/v1/featured_tags", &json!({ "name": "beans" }))
        .refused(403);
    assert!(reader.items("/api/v1/followed_tags").is_empty());
    assert!(reader.items("/api/v1/featured_tags").is_empty());
}

fn other_servers_read_what_someone_features(stage: &Stage) {
    let places = TwoPlaces::new(*stage);
    let (ana, dan) = (&places.first.ana, &places.dan);
    ana.press("/api/v1/tags/beans/feature").ok();
    let visitor = places.first.place.visitor();
    let actor = visitor.document("/users/ana").ok();
    let list = actor["featuredTags"].as_str().expect("an address");
    let path = list.strip_prefix(&places.first.place.base).expect("ours");
    let read = visitor.document(path).ok();
    let item = read["orderedItems"].get(0).or_else(|| read["items"].get(0));
    let item = item.expect("a hashtag");
    assert_eq!(
        (&item["type"], &item["name"]),
        (&json!("Hashtag"), &json!("#beans"))
    );

    // What comes from another server is brought home by its hashtags too, once it is known here.
    ana.press("/api/v1/tags/soup/follow").ok();
    let chi = &places.first.chi;
    let there = chi
        .find_account(&format!("@dan@{}", places.second.domain()))
        .expect("dan is found");
    chi.towards(&id_of(&there), "follow").ok();
    eventually("chi follows dan", || {
        (chi.relationship(&id_of(&there))["following"] == true).then_some(())
    });
    let post = dan.publish("from afar: #Soup");
    eventually("it is at home", || {
        ana.home()
            .iter()
            .any(|status| status["uri"] == post["uri"])
            .then_some(())
    });
}
