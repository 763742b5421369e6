//! Finding somebody on another server, following, leaving, blocking.

use serde_json::json;

use crate::harness::{Instance, Person, Stage, eventually, id_of, on_both_engines};

on_both_engines![
    somebody_is_found_followed_and_left_again,
    a_locked_person_elsewhere_is_asked,
    a_block_travels,
    a_changed_profile_travels,
];

struct Pair {
    first: Instance,
    second: Instance,
    ana: Person,
    dan: Person,
    /// Ana as dan's server knows her.
    ana_there: String,
    /// Dan as ana's server knows him.
    dan_here: String,
}

fn pair(stage: Stage) -> Pair {
    let (first, second) = (stage.instance(), stage.instance());
    let (ana, dan) = (first.person("ana"), second.person("dan"));
    let found = dan
        .find_account(&format!("@ana@{}", first.domain()))
        .expect("ana is found");
    assert_eq!(found["acct"], format!("ana@{}", first.domain()));
    assert_eq!(found["url"], first.url("/@ana"));
    let back = ana
        .find_account(&second.url("/users/dan"))
        .expect("dan is found by his address");
    assert_eq!(back["acct"], format!("dan@{}", second.domain()));
    Pair {
        ana_there: id_of(&found),
        dan_here: id_of(&back),
        first,
        second,
        ana,
        dan,
    }
}

fn following(who: &Person, whom: &str) -> bool {
    who.relationship(whom)["following"] == true
}

fn somebody_is_found_followed_and_left_again(stage: &Stage) {
    let pair = pair(*stage);
    pair.dan.towards(&pair.ana_there, "follow").ok();
    eventually("the follow is accepted", || {
        following(&pair.dan, &pair.ana_there).then_some(())
    });
    let told = eventually("ana is told", || pair.ana.notified_of("follow").pop());
    assert_eq!(told["account"]["id"], pair.dan_here.as_str());
    assert_eq!(pair.ana.relationship(&pair.dan_here)["followed_by"], true);

    let post = pair.ana.publish("to everyone who follows");
    let seen = eventually("it is at dan's home", || pair.dan.home().pop());
    assert_eq!(seen["uri"], post["uri"]);
    assert_eq!(seen["content"], post["content"]);
    assert_eq!(seen["account"]["id"], pair.ana_there.as_str());

    pair.dan.towards(&pair.ana_there, "unfollow").ok();
    eventually("ana has one follower less", || {
        (pair.ana.relationship(&pair.dan_here)["followed_by"] == false).then_some(())
    });
    pair.ana.publish("dan does not hear this");
    pair.first.settle();
    pair.second.settle_inside();
    let shown = pair
        .dan
        .items(&format!("/api/v1/accounts/{}/statuses", pair.ana_there));
    assert_eq!(shown.len(), 1);
    // Nobody of that name, and nobody at all.
    let nobody = format!("@nobody@{}", pair.first.domain());
    assert!(pair.dan.find_account(&nobody).is_none());
    assert!(pair.dan.find_account("@ana@127.0.0.1:1").is_none());
}

fn a_locked_person_elsewhere_is_asked(stage: &Stage) {
    let pair = pair(*stage);
    pair.ana
        .patch(
            "/api/v1/accounts/update_credentials",
            &json!({ "locked": true }),
        )
        .ok();
    pair.dan.towards(&pair.ana_there, "follow").ok();
    eventually("ana is asked", || {
        pair.ana.notified_of("follow_request").pop()
    });
    assert!(!following(&pair.dan, &pair.ana_there));
    let private = pair.ana.publish_to("private", "for followers");
    pair.ana
        .press(&format!(
            "/api/v1/follow_requests/{}/authorize",
            pair.dan_here
        ))
        .ok();
    eventually("dan may follow", || {
        following(&pair.dan, &pair.ana_there).then_some(())
    });
    let later = pair.ana.publish_to("private", "for followers, dan too");
    let seen = eventually("it is at dan's home", || {
        pair.dan
            .home()
            .into_iter()
            .find(|status| status["uri"] == later["uri"])
    });
    assert_eq!(seen["visibility"], "private");
    let before = private["uri"].as_str().expect("an address");
    assert!(pair.dan.known_status(before).is_none());
    // A follower who is removed is told so.
    pair.ana
        .towards(&pair.dan_here, "remove_from_followers")
        .ok();
    eventually("dan follows no more", || {
        (!following(&pair.dan, &pair.ana_there)).then_some(())
    });
}

fn a_block_travels(stage: &Stage) {
    let pair = pair(*stage);
    pair.dan.towards(&pair.ana_there, "follow").ok();
    eventually("the follow is accepted", || {
        following(&pair.dan, &pair.ana_there).then_some(())
    });
    pair.ana.towards(&pair.dan_here, "block").ok();
    eventually("dan follows no more", || {
        (!following(&pair.dan, &pair.ana_there)).then_some(())
    });
    eventually("dan's server knows of the block", || {
        (pair.dan.relationship(&pair.ana_there)["blocked_by"] == true).then_some(())
    });
    // What he writes to her does not reach her.
    pair.dan
        .publish(&format!("@ana@{} can you hear me?", pair.first.domain()));
    pair.second.settle();
    pair.first.settle_inside();
    assert!(pair.ana.notified_of("mention").is_empty());
    pair.ana.towards(&pair.dan_here, "unblock").ok();
    eventually("the block is lifted there too", || {
        (pair.dan.relationship(&pair.ana_there)["blocked_by"] == false).then_some(())
    });
}

fn a_changed_profile_travels(stage: &Stage) {
    let pair = pair(*stage);
    pair.dan.towards(&pair.ana_there, "follow").ok();
    eventually("the follow is accepted", || {
        following(&pair.dan, &pair.ana_there).then_some(())
    });
    let change = json!({ "display_name": "Ana of the beans", "note": "I <b>grow</b>" });
    pair.ana
        .patch("/api/v1/accounts/update_credentials", &change)
        .ok();
    let seen = eventually("the name is new there too", || {
        let seen = pair
            .dan
            .get(&format!("/api/v1/accounts/{}", pair.ana_there))
            .ok();
        (seen["display_name"] == "Ana of the beans").then_some(seen)
    });
    assert!(
        !seen["note"].as_str().expect("a note").contains("<b>"),
        "{seen}"
    );
}
