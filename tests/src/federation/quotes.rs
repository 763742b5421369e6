//! Quotes between servers: who asks, who answers, what each side shows, and what is taken back.

use serde_json::{Value, json};

use crate::harness::{Instance, Person, Stage, TwoPlaces, eventually, id_of, on_both_engines};

on_both_engines![
    a_quote_is_asked_for_and_shown_on_both_sides,
    what_nobody_may_quote_is_refused_before_it_is_asked,
    consent_that_is_taken_back_travels,
    a_quote_of_a_deleted_post_shows_nothing,
];

struct Two {
    first: Instance,
    second: Instance,
    ana: Person,
    dan: Person,
}

/// Ana on the first server, dan on the second, who follow each other.
fn two(stage: Stage) -> Two {
    let (first, second) = (stage.instance(), stage.instance());
    let (ana, dan) = (first.person("ana"), second.person("dan"));
    for (who, whom, at) in [(&dan, "ana", &first), (&ana, "dan", &second)] {
        let handle = format!("@{whom}@{}", at.domain());
        let there = id_of(&who.find_account(&handle).expect("they are found"));
        who.towards(&there, "follow").ok();
        eventually("the follow is accepted", || {
            (who.relationship(&there)["following"] == true).then_some(())
        });
    }
    Two {
        first,
        second,
        ana,
        dan,
    }
}

fn quote(who: &Person, id: &str, text: &str) -> Value {
    let body = json!({"status": text, "quoted_status_id": id});
    who.post("/api/v1/statuses", &body).ok()
}

/// Waits until the quote in a post stands like this.
fn stands(who: &Person, id: &str, state: &str) -> Value {
    eventually(&format!("the quote is {state} for {}", who.name), || {
        let status = who.status(id).ok();
        (status["quote"]["state"] == state).then_some(status)
    })
}

fn quoted(places: &Two) -> (Value, String, String) {
    let post = places.ana.publish("quote me");
    let there = id_of(&TwoPlaces::arrives(&places.dan, &post));
    let quoting = quote(&places.dan, &there, "see");
    let here = id_of(&quoting);
    stands(&places.dan, &here, "accepted");
    let arrived = id_of(&TwoPlaces::arrives(&places.ana, &quoting));
    stands(&places.ana, &arrived, "accepted");
    (post, here, arrived)
}

fn a_quote_is_asked_for_and_shown_on_both_sides(stage: &Stage) {
    let places = two(*stage);
    let (post, here, arrived) = quoted(&places);
    let at_dan = places.dan.status(&here).ok();
    assert_eq!(at_dan["quote"]["quoted_status"]["uri"], post["uri"]);
    let at_ana = places.ana.status(&arrived).ok();
    assert_eq!(at_ana["quote"]["quoted_status"]["id"], post["id"]);
    let content = at_ana["content"].as_str().expect("a text");
    assert!(content.contains("class=\"quote-inline\""), "{content}");
    let told = eventually("ana is told", || places.ana.notified_of("quote").pop());
    assert_eq!(told["status"]["id"], arrived.as_str());
    assert_eq!(places.ana.status(&id_of(&post)).ok()["quotes_count"], 1);

    // The note says who may quote it and what it quotes; the stamp can be read at its address.
    let note = places
        .second
        .visitor()
        .document(at_dan["uri"].as_str().expect("an address"))
        .ok();
    for name in ["quote", "quoteUri", "quoteUrl", "_misskey_quote"] {
        assert_eq!(note[name], post["uri"], "{name}");
    }
    let policy = &note["interactionPolicy"]["canQuote"]["automaticApproval"];
    assert_eq!(
        policy,
        &json!(["https://www.w3.org/ns/activitystreams#Public"])
    );
    let stamp = note["quoteAuthorization"].as_str().expect("a stamp");
    let read = places.first.visitor().document(stamp).ok();
    assert_eq!(read["type"], "QuoteAuthorization");
    assert_eq!(read["id"], stamp);
    assert_eq!(read["interactingObject"], note["id"]);
    assert_eq!(read["interactionTarget"], post["uri"]);
}

fn what_nobody_may_quote_is_refused_before_it_is_asked(stage: &Stage) {
    let places = two(*stage);
    let body = json!({"status": "mine", "quote_approval_policy": "nobody"});
    let post = places.ana.post("/api/v1/statuses", &body).ok();
    let there = TwoPlaces::arrives(&places.dan, &post);
    assert_eq!(there["quote_approval"]["current_user"], "denied");
    let body = json!({"status": "see", "quoted_status_id": there["id"]});
    places.dan.post("/api/v1/statuses", &body).refused(422);
    // Followers are known by their address.
    let path = format!("/api/v1/statuses/{}/interaction_policy", id_of(&post));
    let wish = json!({"quote_approval_policy": "followers"});
    places.ana.put(&path, &wish).ok();
    eventually("dan hears that he may", || {
        let there = places.dan.status(&id_of(&there)).ok();
        (there["quote_approval"]["current_user"] == "automatic").then_some(())
    });
}

fn consent_that_is_taken_back_travels(stage: &Stage) {
    let places = two(*stage);
    let (post, here, arrived) = quoted(&places);
    let note = places.dan.status(&here).ok();
    let document = |at: &Instance, uri: &str| at.visitor().document(uri);
    let uri = note["uri"].as_str().expect("an address").to_owned();
    let stamp = document(&places.second, &uri).ok()["quoteAuthorization"].clone();
    let path = format!("/api/v1/statuses/{}/quotes/{arrived}/revoke", id_of(&post));
    let after = places.ana.post(&path, &json!({})).ok();
    assert_eq!(after["quote"]["state"], "revoked");
    stands(&places.dan, &here, "revoked");
    document(&places.first, stamp.as_str().expect("a stamp")).is(404);
    assert!(document(&places.second, &uri).ok()["quoteAuthorization"].is_null());
}

fn a_quote_of_a_deleted_post_shows_nothing(stage: &Stage) {
    let places = two(*stage);
    let (post, here, arrived) = quoted(&places);
    let path = format!("/api/v1/statuses/{}", id_of(&post));
    places.ana.delete(&path).ok();
    for (who, id) in [(&places.dan, &here), (&places.ana, &arrived)] {
        let status = stands(who, id, "deleted");
        assert!(status["quote"]["quoted_status"].is_null(), "{status}");
    }
}
