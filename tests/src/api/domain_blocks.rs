//! A member hides a whole server: nothing of it in timelines, notifications and follows.

use serde_json::json;

use crate::harness::{Person, Stage, TwoPlaces, eventually, on_both_engines};

on_both_engines![
    a_hidden_server_is_silent_and_unfollowed,
    only_a_domain_can_be_hidden,
];

fn hide(person: &Person, domain: &str) {
    person
        .post("/api/v1/domain_blocks", &json!({ "domain": domain }))
        .ok();
}

fn a_hidden_server_is_silent_and_unfollowed(stage: &Stage) {
    let places = TwoPlaces::new(*stage);
    let (ben, dan) = (&places.first.ben, &places.dan);
    let there = places.second.domain();
    let dans = ben
        .find_account(&format!("@dan@{there}"))
        .expect("dan is found");
    let dans_id = crate::harness::id_of(&dans);
    ben.towards(&dans_id, "follow").ok();
    let bens = dan
        .find_account(&format!("@ben@{}", places.first.place.domain()))
        .expect("ben is found");
    let bens_id = crate::harness::id_of(&bens);
    dan.towards(&bens_id, "follow").ok();
    eventually("both follow", || {
        (ben.relationship(&dans_id)["following"] == true
            && dan.relationship(&bens_id)["following"] == true)
            .then_some(())
    });
    let before = dan.publish("before");
    let arrived = TwoPlaces::arrives(ben, &before);
    eventually("it is at home", || {
        ben.home()
            .iter()
            .any(|shown| shown["id"] == arrived["id"])
            .then_some(())
    });

    let preview = ben
        .get(&format!("/api/v1/domain_blocks/preview?domain={there}"))
        .ok();
    assert_eq!(preview, json!({"following_count": 1, "followers_count": 1}));
    hide(ben, &there);
    let listed = ben.get("/api/v1/domain_blocks").ok();
    assert_eq!(listed, json!([there]));
    let relationship = ben.relationship(&dans_id);
    assert_eq!(relationship["domain_blocking"], true);
    assert_eq!(relationship["following"], false);
    assert_eq!(relationship["followed_by"], false);
    assert!(ben.home().is_empty());
    let told = ben.notified_of("severed_relationships");
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["event"]["type"], "user_domain_block");
    assert_eq!(told[0]["event"]["followers_count"], 1);
    assert!(
        ben.get("/api/v1/timelines/public?remote=true")
            .ids()
            .is_empty()
    );
    assert!(
        !places
            .first
            .ana
            .get("/api/v1/timelines/public?remote=true")
            .ids()
            .is_empty(),
        "others still see it"
    );
    ben.towards(&dans_id, "follow").refused(403);
    eventually("dan's server hears of it", || {
        (dan.relationship(&bens_id)["following"] == false).then_some(())
    });

    let call = format!("@ben@{} do you hear me?", places.first.place.domain());
    dan.publish(&call);
    places.second.settle();
    places.first.place.settle();
    assert!(ben.notified_of("mention").is_empty());

    let lifted = ben.ask(
        http::Method::DELETE,
        &format!("/api/v1/domain_blocks?domain={there}"),
        &[],
        None,
    );
    lifted.ok();
    assert_eq!(ben.relationship(&dans_id)["domain_blocking"], false);
    assert!(
        !ben.get("/api/v1/timelines/public?remote=true")
            .ids()
            .is_empty()
    );
    ben.towards(&dans_id, "follow").ok();
}

fn only_a_domain_can_be_hidden(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    for wrong in ["", "not a domain", "' OR 1=1 --", &place.domain()] {
        ana.post("/api/v1/domain_blocks", &json!({ "domain": wrong }))
            .refused(422);
    }
    for name in ["one.example", "two.example", "three.example"] {
        hide(&ana, name);
    }
    hide(&ana, "One.Example");
    let first = ana.get("/api/v1/domain_blocks?limit=2");
    assert_eq!(first.ok(), json!(["three.example", "two.example"]));
    let next = first.header("link").unwrap_or_default();
    assert!(next.contains("max_id="), "{next}");
    // Someone else's list is another.
    let ben = place.person("ben");
    assert_eq!(ben.get("/api/v1/domain_blocks").ok(), json!([]));
}
