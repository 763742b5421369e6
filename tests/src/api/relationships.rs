//! How one stands to others, in every key of a relationship: notes, endorsements, the wishes of a follow,
//! mutes that end.

use serde_json::{Value, json};

use crate::harness::{Person, Stage, eventually, id_of, on_both_engines};

on_both_engines![
    a_relationship_has_every_key,
    a_note_is_for_ones_own_eyes,
    whom_one_follows_one_may_feature,
    a_follow_brings_home_the_languages_it_wants,
    a_mute_ends_by_itself,
    those_sent_away_are_left_out_unless_asked_for,
];

/// What a relationship says besides the id, where nothing stands between the two.
const NOTHING: [&str; 13] = [
    "following",
    "showing_reblogs",
    "notifying",
    "followed_by",
    "blocking",
    "blocked_by",
    "muting",
    "muting_notifications",
    "requested",
    "requested_by",
    "domain_blocking",
    "endorsed",
    "group_member",
];

fn a_relationship_has_every_key(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben] = ["ana", "ben"].map(|name| place.person(name));
    let strangers = ana.relationship(&ben.id);
    for key in NOTHING {
        assert_eq!(strangers[key], false, "{key}");
    }
    assert_eq!(strangers["languages"], Value::Null);
    assert_eq!(strangers["note"], "");

    let wishes = json!({"reblogs": false, "notify": true, "languages": ["id", "en"]});
    let follow = ana
        .post(&format!("/api/v1/accounts/{}/follow", ben.id), &wishes)
        .ok();
    assert_eq!(follow["following"], true);
    assert_eq!(follow["showing_reblogs"], false);
    assert_eq!(follow["notifying"], true);
    assert_eq!(follow["languages"], json!(["en", "id"]));
    // What is not said again stays; an empty list forgets.
    let again = json!({"reblogs": true});
    let follow = ana
        .post(&format!("/api/v1/accounts/{}/follow", ben.id), &again)
        .ok();
    assert_eq!(follow["showing_reblogs"], true);
    assert_eq!(follow["languages"], json!(["en", "id"]));
    let all = ana
        .form(
            &format!("/api/v1/accounts/{}/follow", ben.id),
            &[("languages[]", "")],
        )
        .ok();
    assert_eq!(all["languages"], Value::Null);
    let wrong = json!({"languages": ["not a language"]});
    ana.post(&format!("/api/v1/accounts/{}/follow", ben.id), &wrong)
        .refused(422);

    ben.patch(
        "/api/v1/accounts/update_credentials",
        &json!({"locked": true}),
    )
    .ok();
    let chi = place.person("chi");
    chi.towards(&ben.id, "follow").ok();
    assert_eq!(chi.relationship(&ben.id)["requested"], true);
    assert_eq!(ben.relationship(&chi.id)["requested_by"], true);
    chi.towards(&ana.id, "block").ok();
    assert_eq!(ana.relationship(&chi.id)["blocked_by"], true);
    assert_eq!(chi.relationship(&ana.id)["blocking"], true);

    let many: String = (0..101).map(|id| format!("id[]={id}&")).collect();
    ana.get(&format!("/api/v1/accounts/relationships?{many}"))
        .refused(422);
    ana.get(&format!("/api/v1/accounts?{many}")).refused(422);
    let single = ana
        .get(&format!("/api/v1/accounts/relationships?id={}", ben.id))
        .ok();
    assert_eq!(single[0]["id"], ben.id.as_str());
}

fn a_note_is_for_ones_own_eyes(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben] = ["ana", "ben"].map(|name| place.person(name));
    let path = format!("/api/v1/accounts/{}/note", ben.id);
    let noted = ana
        .post(&path, &json!({"comment": "met at the market"}))
        .ok();
    assert_eq!(noted["note"], "met at the market");
    assert_eq!(ben.relationship(&ana.id)["note"], "");
    assert_eq!(ana.relationship(&ben.id)["note"], "met at the market");
    let long = "a".repeat(2001);
    let refused = ana.post(&path, &json!({ "comment": long }));
    assert_eq!(
        refused.refused(422),
        "Validation failed: Comment is too long (maximum is 2000 characters)"
    );
    assert_eq!(ana.relationship(&ben.id)["note"], "met at the market");
    assert_eq!(ana.press(&path).ok()["note"], "");
    ana.post("/api/v1/accounts/42/note", &json!({"comment": "who?"}))
        .refused(404);
}

fn whom_one_follows_one_may_feature(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben, chi] = ["ana", "ben", "chi"].map(|name| place.person(name));
    let refused = ana.press(&format!("/api/v1/accounts/{}/endorse", ben.id));
    assert_eq!(
        refused.refused(422),
        "Validation failed: You must be already following the person you want to endorse"
    );
    for person in [&ben, &chi] {
        ana.towards(&person.id, "follow").ok();
    }
    let featured = ana
        .press(&format!("/api/v1/accounts/{}/endorse", ben.id))
        .ok();
    assert_eq!(featured["endorsed"], true);
    // The older name, and twice is once.
    ana.press(&format!("/api/v1/accounts/{}/pin", chi.id)).ok();
    ana.press(&format!("/api/v1/accounts/{}/pin", chi.id)).ok();
    let own = ana.get("/api/v1/endorsements").ids();
    assert_eq!(own, [chi.id.as_str(), ben.id.as_str()]);
    let seen = place
        .visitor()
        .get(&format!("/api/v1/accounts/{}/endorsements", ana.id))
        .ids();
    assert_eq!(seen, own);
    let page = ana.get("/api/v1/endorsements?limit=1");
    assert_eq!(page.ids(), [chi.id.as_str()]);

    ana.press(&format!("/api/v1/accounts/{}/unpin", chi.id))
        .ok();
    let gone = ana
        .press(&format!("/api/v1/accounts/{}/unendorse", ben.id))
        .ok();
    assert_eq!(gone["endorsed"], false);
    ana.press(&format!("/api/v1/accounts/{}/endorse", ben.id))
        .ok();
    ana.towards(&ben.id, "unfollow").ok();
    assert!(ana.items("/api/v1/endorsements").is_empty());
}

fn at_home(person: &Person, status: &str) -> bool {
    person.home().iter().any(|shown| shown["id"] == status)
}

fn a_follow_brings_home_the_languages_it_wants(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben] = ["ana", "ben"].map(|name| place.person(name));
    let wish = json!({"languages": ["id"]});
    ana.post(&format!("/api/v1/accounts/{}/follow", ben.id), &wish)
        .ok();
    let say = |language: &str| {
        let draft = json!({"status": "selamat pagi semuanya", "language": language});
        id_of(&ben.post("/api/v1/statuses", &draft).ok())
    };
    let (english, indonesian) = (say("en"), say("id"));
    eventually("the wanted language is at home", || {
        at_home(&ana, &indonesian).then_some(())
    });
    place.settle();
    assert!(!at_home(&ana, &english));
    // Nothing is hidden: whoever looks there finds it.
    ana.status(&english).ok();
}

fn a_mute_ends_by_itself(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben, chi] = ["ana", "ben", "chi"].map(|name| place.person(name));
    let short = json!({"duration": 1, "notifications": false});
    let muted = ana
        .post(&format!("/api/v1/accounts/{}/mute", ben.id), &short)
        .ok();
    assert_eq!(muted["muting"], true);
    assert_eq!(muted["muting_notifications"], false);
    assert!(muted["muting_expires_at"].is_string());
    ana.towards(&chi.id, "mute").ok();
    let listed = ana.items("/api/v1/mutes");
    let ends = |id: &str| {
        let found = listed.iter().find(|account| account["id"] == id);
        found.map(|account| account["mute_expires_at"].clone())
    };
    assert_eq!(ends(&chi.id), Some(Value::Null));
    eventually("the mute is over", || {
        (ana.relationship(&ben.id)["muting"] == false).then_some(())
    });
    assert_eq!(ana.get("/api/v1/mutes").ids(), [chi.id.as_str()]);
}

fn those_sent_away_are_left_out_unless_asked_for(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben] = ["ana", "ben"].map(|name| place.person(name));
    let id = ben.id.parse().expect("an id");
    database::accounts::set_suspended(&mut place.conn(), id, Some(model::Millis(1)))
        .expect("ben is sent away");
    let path = format!("/api/v1/accounts/relationships?id[]={}", ben.id);
    assert!(ana.items(&path).is_empty());
    assert_eq!(ana.items(&format!("{path}&with_suspended=true")).len(), 1);
    let shown = ana.get(&format!("/api/v1/accounts/{}", ben.id)).ok();
    assert_eq!(shown["suspended"], true);
}
