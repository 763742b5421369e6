//! A server that no one here wrote: a bot on Fedify follows the group, posts into it, and receives its
//! announces, in both forms of signature.

use serde_json::{Value, json};

use crate::harness::{Client, Stage, World, eventually, id_of, on_both_engines, text_of};

on_both_engines![
    a_fedify_bot_that_knocks_with_rfc9421_takes_part,
    a_fedify_bot_that_knocks_with_cavage_takes_part,
    a_fedify_bot_that_takes_rfc9421_alone_receives,
    a_fedify_bot_that_is_sent_away_hears_nothing_more,
];

const RFC9421: &str = "rfc9421";
const CAVAGE: &str = "draft-cavage-http-signatures-12";

/// The bot's control routes.
struct Bot {
    client: Client,
    actor: String,
}

impl Bot {
    fn act(&self, verb: &str, body: &Value) -> Value {
        self.client.post(&format!("/control/{verb}"), body).ok()
    }

    fn received(&self) -> Vec<Value> {
        self.client.items("/control/received")
    }

    fn receives(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let found = eventually(what, || self.received().into_iter().find(|one| wanted(one)));
        assert_eq!(found["verified"], true, "{found}");
        found
    }
}

fn take_part(stage: Stage, settings: &[(&str, &str)], form: &str) {
    let Some((_running, origin)) = testbench::fedify_peer(settings) else {
        return;
    };
    let world = World::new(stage);
    let bot = Bot {
        client: Client::new(&origin, None),
        actor: format!("{origin}/users/bot"),
    };
    let garden = &world.garden.uri;

    // It finds the group, follows it, and is let in.
    let seen = bot.act("lookup", &json!({ "url": garden }));
    assert_eq!(seen["type"], "Group", "{seen}");
    bot.act("follow", &json!({ "actor": garden }));
    bot.receives("the garden accepts", |one| {
        one["type"] == "Accept" && one["actor"] == garden.as_str()
    });
    let sent = bot.client.items("/control/sent");
    let follow = sent
        .iter()
        .rev()
        .find(|one| one["method"] == "POST")
        .expect("a request");
    assert_eq!(follow["form"], form, "{follow}");
    assert_eq!(follow["status"], 202, "{follow}");

    // A member's thread comes to it by the group.
    let thread = world.ben.publish("@garden who has seeds?");
    let uri = thread["uri"].clone();
    bot.receives("the announce arrives", |one| {
        one["type"] == "Announce" && one["actor"] == garden.as_str()
    });
    let read = bot.act("lookup", &json!({ "url": uri }));
    assert_eq!(read["type"], "Note", "{read}");

    // It posts into the group, and everybody here sees it.
    let posted = bot.act(
        "post",
        &json!({ "text": "the bot has seeds", "group": garden }),
    );
    let address = posted["id"].as_str().expect("an address").to_owned();
    let list = id_of(&world.ben.list_of(&world.garden).expect("a list"));
    let here = eventually("it is in the list", || {
        let shown = world.ben.items(&format!("/api/v1/timelines/list/{list}"));
        shown
            .into_iter()
            .find(|status| status["uri"] == address.as_str())
    });
    assert!(text_of(here["content"].as_str().unwrap()).contains("the bot has seeds"));
    assert_eq!(
        here["account"]["uri"].as_str().unwrap_or(&bot.actor),
        bot.actor
    );

    // It is answered, and gets the answer.
    let answer = world.ana.reply(&id_of(&here), "thank you, bot");
    bot.receives("the answer arrives", |one| {
        one["type"] == "Create" && one["objectId"] == answer["uri"]
    });
    // It answers a member's thread.
    let posted = bot.act(
        "post",
        &json!({ "text": "I have", "inReplyTo": uri, "group": garden }),
    );
    eventually("its answer stands in the thread", || {
        let below = world.ben.answers(&id_of(&thread));
        below
            .into_iter()
            .find(|status| status["uri"] == posted["id"])
    });

    // It changes and takes back what it wrote.
    bot.act(
        "edit",
        &json!({ "id": address, "text": "the bot has no seeds" }),
    );
    eventually("the edit arrives", || {
        let now = world.ben.status(&id_of(&here)).ok();
        text_of(now["content"].as_str()?)
            .contains("no seeds")
            .then_some(())
    });
    bot.act("delete", &json!({ "id": address }));
    eventually("the deletion arrives", || {
        (world.ben.status(&id_of(&here)).status == 404).then_some(())
    });
    bot.act("like", &json!({ "object": uri }));
    eventually("ben is told of the like", || {
        world.ben.notified_of("favourite").pop()
    });
    let unverified: Vec<Value> = bot
        .received()
        .into_iter()
        .filter(|one| one["verified"] != true)
        .collect();
    assert!(unverified.is_empty(), "{unverified:?}");
}

/// A member elsewhere, and what is left to him as an ex-member.
fn a_fedify_bot_that_is_sent_away_hears_nothing_more(stage: &Stage) {
    let Some((_running, origin)) = testbench::fedify_peer(&[]) else {
        return;
    };
    let world = World::new(*stage);
    let bot = Bot {
        client: Client::new(&origin, None),
        actor: format!("{origin}/users/bot"),
    };
    let garden = world.garden.uri.as_str();
    let by_garden =
        |kind: &'static str| move |one: &Value| one["type"] == kind && one["actor"] == garden;
    bot.act("follow", &json!({ "actor": garden }));
    bot.receives("the garden accepts", by_garden("Accept"));
    let members = format!("/api/v1/groups/{}", world.garden.id);
    assert_eq!(world.ana.get(&members).ok()["members_count"], 4);
    let posted = bot.act("post", &json!({ "text": "buy my seeds", "group": garden }));
    let here = eventually("it arrives", || {
        world
            .ben
            .known_status(posted["id"].as_str().expect("an address"))
    });
    let heard = world.ben.publish("@garden while the bot is here");
    bot.receives("a member hears the group", |one| {
        by_garden("Announce")(one)
            && one["activity"]
                .to_string()
                .contains(heard["uri"].as_str().unwrap())
    });

    let blocks = format!("/api/v1/groups/{}/blocks", world.garden.id);
    let whom = json!({ "account_ids": [here["account"]["id"]], "reason": "spam" });
    world.chi.post(&blocks, &whom).ok();
    let told = bot.receives("it is told", by_garden("Block"));
    assert_eq!(told["objectId"], bot.actor.as_str(), "{told}");
    bot.receives("its follow has ended", by_garden("Reject"));
    world.place.settle();
    assert_eq!(world.ana.get(&members).ok()["members_count"], 3);
    bot.act("clear", &json!({}));

    // A thread, an answer, an edit, a removal: nothing of it is for an ex-member.
    let thread = world.ben.publish("@garden without the bot");
    let answer = world.ana.reply(&id_of(&thread), "at last");
    let path = format!("/api/v1/statuses/{}", id_of(&thread));
    world
        .ben
        .put(&path, &json!({ "status": "@garden without it" }))
        .ok();
    let taken = format!(
        "/api/v1/groups/{}/statuses/{}",
        world.garden.id,
        id_of(&answer)
    );
    world.chi.delete(&taken).ok();
    world.place.settle();
    assert!(bot.received().is_empty(), "{:?}", bot.received());

    // Nor does it get anything in, or itself.
    let late = bot.act("post", &json!({ "text": "me again", "group": garden }));
    let reply = json!({ "text": "and me", "group": garden, "inReplyTo": thread["uri"] });
    let reply = bot.act("post", &reply);
    bot.act("like", &json!({ "object": thread["uri"] }));
    bot.act("follow", &json!({ "actor": garden }));
    bot.receives("it is not let in", by_garden("Reject"));
    world.place.settle();
    for posted in [&late, &reply] {
        let address = posted["id"].as_str().expect("an address");
        assert!(world.ben.known_status(address).is_none(), "{address}");
    }
    assert_eq!(
        world.ben.status(&id_of(&thread)).ok()["favourites_count"],
        0
    );
    assert_eq!(world.ana.get(&members).ok()["members_count"], 3);
}

fn a_fedify_bot_that_knocks_with_rfc9421_takes_part(stage: &Stage) {
    take_part(*stage, &[("FIRST_KNOCK", RFC9421)], RFC9421);
}

fn a_fedify_bot_that_knocks_with_cavage_takes_part(stage: &Stage) {
    take_part(*stage, &[("FIRST_KNOCK", CAVAGE)], CAVAGE);
}

fn a_fedify_bot_that_takes_rfc9421_alone_receives(stage: &Stage) {
    take_part(
        *stage,
        &[("FIRST_KNOCK", RFC9421), ("ACCEPT_ONLY", RFC9421)],
        RFC9421,
    );
}
