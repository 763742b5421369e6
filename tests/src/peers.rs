//! A server that no one here wrote: a bot on Fedify follows the group, posts into it, and receives its
//! announces, in both forms of signature.

use serde_json::{Value, json};

use crate::harness::{Client, Stage, World, eventually, id_of, on_both_engines, text_of};

on_both_engines![
    a_fedify_bot_that_knocks_with_rfc9421_takes_part,
    a_fedify_bot_that_knocks_with_cavage_takes_part,
    a_fedify_bot_that_takes_rfc9421_alone_receives,
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
