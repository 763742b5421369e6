//! Polls in an app: asked, read, voted in, changed; and who may not.

use serde_json::{Value, json};

use crate::harness::{Body, Browser, Stage, World, id_of, on_both_engines};

on_both_engines![
    a_poll_is_asked_and_voted_in,
    what_makes_no_poll_is_refused_with_mastodons_sentences,
    a_poll_that_may_not_be_seen_is_not_there,
    an_edit_can_ask_something_else,
    a_member_asks_a_group_and_votes_on_a_page,
];

fn tea(more: &Value) -> Value {
    let mut poll = json!({ "options": ["tea", "coffee"], "expires_in": 300 });
    for (key, value) in more.as_object().into_iter().flatten() {
        poll[key] = value.clone();
    }
    json!({ "status": "What shall we drink?", "poll": poll })
}

fn a_poll_is_asked_and_voted_in(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    let form = [
        ("status", "What shall we drink?"),
        ("poll[options][]", "tea"),
        ("poll[options][]", "coffee"),
        ("poll[expires_in]", "300"),
        ("poll[multiple]", "true"),
        ("poll[hide_totals]", "1"),
    ];
    let hidden = ana
        .ask(
            http::Method::POST,
            "/api/v1/statuses",
            &[],
            Some(Body::form(&form)),
        )
        .ok()["poll"]
        .clone();
    assert_eq!(
        hidden["options"][0],
        json!({ "title": "tea", "votes_count": null })
    );
    assert_eq!(
        (&hidden["multiple"], &hidden["expired"]),
        (&json!(true), &json!(false))
    );

    let status = ana.post("/api/v1/statuses", &tea(&json!({}))).ok();
    let poll = id_of(&status["poll"]);
    assert_eq!(status["poll"]["voted"], true, "nobody votes in his own");
    let seen = place.visitor().get(&format!("/api/v1/polls/{poll}")).ok();
    assert!(
        seen.get("voted").is_none() && seen.get("own_votes").is_none(),
        "{seen}"
    );
    assert_eq!(
        seen["options"][1],
        json!({ "title": "coffee", "votes_count": 0 })
    );

    let votes = format!("/api/v1/polls/{poll}/votes");
    for choices in [json!([2]), json!(["x"]), json!([]), json!([0, 1])] {
        ben.post(&votes, &json!({ "choices": choices }))
            .refused(422);
    }
    ana.post(&votes, &json!({ "choices": [0] })).refused(422);
    let voted = ben.post(&votes, &json!({ "choices": [1] })).ok();
    assert_eq!(
        (&voted["voted"], &voted["own_votes"]),
        (&json!(true), &json!([1]))
    );
    assert_eq!(
        (&voted["votes_count"], &voted["voters_count"]),
        (&json!(1), &json!(1))
    );
    let said = ben.form(&votes, &[("choices[]", "0")]).refused(422);
    assert_eq!(
        said,
        "Validation failed: You have already voted on this poll"
    );
    assert_eq!(ben.status(&id_of(&status)).ok()["poll"], voted);
    let again = ana.get(&format!("/api/v1/polls/{poll}")).ok();
    assert_eq!(again["options"][1]["votes_count"], 1);
}

fn what_makes_no_poll_is_refused_with_mastodons_sentences(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let limits = place.visitor().get("/api/v2/instance").ok()["configuration"]["polls"].clone();
    assert_eq!(
        (&limits["max_options"], &limits["max_characters_per_option"]),
        (&json!(4), &json!(50))
    );
    let before = place.row_counts();
    for (poll, text) in [
        (
            json!({ "options": ["tea"] }),
            "Choices must have more than one item",
        ),
        (
            json!({ "options": ["a", "b", "c", "d", "e"] }),
            "Choices can't contain more than 4 items",
        ),
        (
            json!({ "options": ["a", "b".repeat(51)] }),
            "Choices cannot be longer than 50 characters each",
        ),
        (
            json!({ "options": ["a", "a"] }),
            "Choices contain duplicate items",
        ),
        (json!({ "expires_in": 299 }), "Deadline is too soon"),
        (
            json!({ "expires_in": 40_000_000 }),
            "Deadline is too far into the future",
        ),
    ] {
        let said = ana.post("/api/v1/statuses", &tea(&poll)).refused(422);
        assert_eq!(said, format!("Validation failed: {text}"));
    }
    assert_eq!(place.row_counts(), before, "nothing is stored of it");
}

fn a_poll_that_may_not_be_seen_is_not_there(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    let mut draft = tea(&json!({}));
    draft["visibility"] = json!("private");
    let poll = id_of(&ana.post("/api/v1/statuses", &draft).ok()["poll"]);
    let before = place.row_counts();
    for id in [poll.as_str(), "1", "x"] {
        let read = format!("/api/v1/polls/{id}");
        let votes = format!("/api/v1/polls/{id}/votes");
        let missing = ben.get("/api/v1/statuses/1").refused(404);
        assert_eq!(ben.get(&read).refused(404), missing);
        assert_eq!(
            ben.post(&votes, &json!({ "choices": [0] })).refused(404),
            missing
        );
    }
    assert_eq!(place.row_counts(), before);
}

fn an_edit_can_ask_something_else(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    let status = ana.post("/api/v1/statuses", &tea(&json!({}))).ok();
    let (path, poll) = (
        format!("/api/v1/statuses/{}", id_of(&status)),
        id_of(&status["poll"]),
    );
    ben.post(
        &format!("/api/v1/polls/{poll}/votes"),
        &json!({ "choices": [0] }),
    )
    .ok();
    let other = tea(&json!({ "options": ["tea", "water", "milk"] }));
    let edited = ana.put(&path, &other).ok();
    assert_eq!(
        (&edited["poll"]["id"], &edited["poll"]["votes_count"]),
        (&json!(poll), &json!(0))
    );
    let history = place.visitor().items(&format!("{path}/history"));
    assert_eq!(
        history[0]["poll"]["options"],
        json!([{ "title": "tea" }, { "title": "coffee" }])
    );
    assert_eq!(history[1]["poll"]["options"][2]["title"], "milk");
}

fn a_member_asks_a_group_and_votes_on_a_page(stage: &Stage) {
    let world = World::new(*stage);
    let mut draft = tea(&json!({}));
    draft["status"] = json!("@garden What shall we sow?");
    let thread = world.ben.post("/api/v1/statuses", &draft).ok();
    assert_eq!(thread["group"]["id"], world.garden.id.as_str());
    let browser = Browser::of(&world.place, &world.chi);
    let page = browser.open(&format!("/@ben/{}", id_of(&thread)));
    let form = page.form_to(&format!("/@ben/{}/vote", id_of(&thread)));
    let poll = id_of(&thread["poll"]);
    let page = browser.submit(&form.fill("choice", "0").press("poll", &poll));
    assert!(page.text().contains("your choice"), "{}", page.source);
    assert_eq!(
        world.ben.status(&id_of(&thread)).ok()["poll"]["options"][0]["votes_count"],
        1
    );
}
