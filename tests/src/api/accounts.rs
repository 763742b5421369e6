//! People among each other: follow, ask, mute, block.

use crate::harness::{Stage, eventually, id_of, on_both_engines};

on_both_engines![
    following_counts_and_is_private_in_its_entries,
    a_locked_account_is_asked_first,
    a_block_ends_what_was_between_two,
    a_mute_is_quiet_and_nobody_is_told,
    a_profile_shows_its_statuses_by_kind,
];

fn following_counts_and_is_private_in_its_entries(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben, chi] = ["ana", "ben", "chi"].map(|name| place.person(name));
    let relationship = ben.towards(&ana.id, "follow").ok();
    assert_eq!(
        (&relationship["id"], &relationship["following"]),
        (&ana.id.clone().into(), &true.into())
    );
    assert_eq!(ana.relationship(&ben.id)["followed_by"], true);
    let profile = chi.get(&format!("/api/v1/accounts/{}", ana.id)).ok();
    assert_eq!(profile["followers_count"], 1);
    let followers = format!("/api/v1/accounts/{}/followers", ana.id);
    assert_eq!(ana.get(&followers).ids(), [ben.id.as_str()]);
    assert!(chi.items(&followers).is_empty());
    let following = format!("/api/v1/accounts/{}/following", ben.id);
    assert_eq!(ben.get(&following).ids(), [ana.id.as_str()]);
    assert!(chi.items(&following).is_empty());

    assert_eq!(ben.towards(&ana.id, "unfollow").ok()["following"], false);
    assert!(ana.items(&followers).is_empty());
    let refused = ana.towards(&ana.id, "follow");
    assert!(
        matches!(refused.status, 403 | 422),
        "nobody follows oneself: {}",
        refused.status
    );
    ana.towards("42", "follow").refused(404);
}

fn a_locked_account_is_asked_first(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben, chi] = ["ana", "ben", "chi"].map(|name| place.person(name));
    let locked = serde_json::json!({ "locked": true });
    ana.patch("/api/v1/accounts/update_credentials", &locked)
        .ok();
    for asking in [&ben, &chi] {
        let relationship = asking.towards(&ana.id, "follow").ok();
        assert_eq!(relationship["requested"], true);
        assert_eq!(relationship["following"], false);
    }
    let waiting = ana.get("/api/v1/follow_requests").ids();
    assert_eq!(waiting.len(), 2);
    let private = id_of(&ana.publish_to("private", "for followers"));
    ben.status(&private).refused(404);
    ana.press(&format!("/api/v1/follow_requests/{}/authorize", ben.id))
        .ok();
    ana.press(&format!("/api/v1/follow_requests/{}/reject", chi.id))
        .ok();
    assert_eq!(ben.relationship(&ana.id)["following"], true);
    let refused = chi.relationship(&ana.id);
    assert_eq!(
        (&refused["following"], &refused["requested"]),
        (&false.into(), &false.into())
    );
    ben.status(&private).ok();
    chi.status(&private).refused(404);
    assert!(ana.items("/api/v1/follow_requests").is_empty());
    ana.towards(&ben.id, "remove_from_followers").ok();
    assert_eq!(ben.relationship(&ana.id)["following"], false);
    ben.status(&private).refused(404);
}

fn a_block_ends_what_was_between_two(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben] = ["ana", "ben"].map(|name| place.person(name));
    ben.towards(&ana.id, "follow").ok();
    let id = id_of(&ana.publish("in public"));
    let relationship = ana.towards(&ben.id, "block").ok();
    assert_eq!(relationship["blocking"], true);
    assert_eq!(relationship["followed_by"], false);
    assert_eq!(ana.get("/api/v1/blocks").ids(), [ben.id.as_str()]);
    ben.status(&id).refused(404);
    ben.act(&id, "favourite").refused(404);
    let follow = ben.towards(&ana.id, "follow");
    assert!(matches!(follow.status, 403 | 404), "{}", follow.status);
    ben.publish("@ana can you hear me?");
    place.settle();
    assert!(ana.notified_of("mention").is_empty());
    assert_eq!(ana.towards(&ben.id, "unblock").ok()["blocking"], false);
    ben.status(&id).ok();
}

fn a_mute_is_quiet_and_nobody_is_told(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben] = ["ana", "ben"].map(|name| place.person(name));
    ana.towards(&ben.id, "follow").ok();
    let before = id_of(&ben.publish("before"));
    eventually("it is at home", || {
        ana.home()
            .iter()
            .any(|status| status["id"] == before.as_str())
            .then_some(())
    });
    let relationship = ana.towards(&ben.id, "mute").ok();
    assert_eq!(
        (&relationship["muting"], &relationship["following"]),
        (&true.into(), &true.into())
    );
    assert_eq!(ana.get("/api/v1/mutes").ids(), [ben.id.as_str()]);
    ben.publish("@ana after");
    place.settle();
    assert!(
        ana.home()
            .iter()
            .all(|status| status["account"]["id"] != ben.id.as_str())
    );
    assert!(ana.notified_of("mention").is_empty());
    assert_ne!(ben.relationship(&ana.id)["blocked_by"], true);
    assert_eq!(ana.towards(&ben.id, "unmute").ok()["muting"], false);
}

fn a_profile_shows_its_statuses_by_kind(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben] = ["ana", "ben"].map(|name| place.person(name));
    let theirs = id_of(&ben.publish("by ben"));
    let root = id_of(&ana.publish("a #thread of mine"));
    let answer = id_of(&ana.reply(&theirs, "@ben yes"));
    let boost = id_of(&ana.act(&theirs, "reblog").ok());
    let hidden = id_of(&ana.publish_to("private", "for followers"));
    let get = |query: &str| {
        ben.get(&format!("/api/v1/accounts/{}/statuses?{query}", ana.id))
            .ids()
    };
    assert_eq!(get(""), [boost.clone(), answer.clone(), root.clone()]);
    assert_eq!(get("exclude_replies=true"), [boost, root.clone()]);
    assert_eq!(get("exclude_reblogs=1"), [answer, root.clone()]);
    assert_eq!(get("tagged=thread"), [root]);
    assert!(get("only_media=true").is_empty());
    let own = ana
        .get(&format!("/api/v1/accounts/{}/statuses", ana.id))
        .ids();
    assert_eq!(own.first(), Some(&hidden));
}
