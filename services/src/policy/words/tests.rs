//! Stories of words and links that a group looks at, and of people whom it meets for the first time.

use database::{held_statuses, memberships, moderation_actions, statuses};
use model::{AccountKind, FirstContact, Millis, Page, StatusId, Visibility};

use super::*;
use crate::groups::{Deed, GroupChange, RuleText, Why, WordText, act};
use crate::polls::{IncomingPoll, NewPoll};
use crate::statuses::tests::note;
use crate::statuses::{Draft, Edit, Incoming, Received, edit, publish, receive, receive_edit};
use crate::testing::{self, World};
use crate::views::account::Viewer;

fn word(kind: GroupWordKind, phrase: &str, act: GroupWordAct) -> WordText {
    WordText {
        kind,
        phrase: phrase.to_owned(),
        act,
        rule: None,
    }
}

async fn write(world: &World, words: Vec<WordText>) {
    let deed = Deed::Words { words };
    act(
        &world.ctx,
        &world.ana,
        world.garden.id,
        deed,
        Why::default(),
    )
    .await
    .unwrap();
}

async fn choose(world: &World, first_contact: FirstContact) {
    let change = GroupChange {
        first_contact: Some(first_contact),
        ..GroupChange::default()
    };
    let deed = Deed::Change { change };
    act(
        &world.ctx,
        &world.ana,
        world.garden.id,
        deed,
        Why::default(),
    )
    .await
    .unwrap();
}

fn draft(text: &str) -> Draft {
    Draft {
        text: format!("{text} @garden"),
        visibility: Some(Visibility::Public),
        ..Draft::default()
    }
}

async fn post(world: &World, by: &Viewer, draft: Draft) -> Result<StatusId> {
    Ok(publish(&world.ctx, by, draft, None).await?.status.id)
}

/// Why it waits in the garden; `None` where it does not.
async fn waits(world: &World, id: StatusId) -> Option<(HeldFor, String)> {
    let garden = world.garden.id;
    let found = world
        .db(move |c| Ok(held_statuses::find(c, garden, id)?))
        .await;
    found.map(|row| (row.reason, row.word))
}

async fn visibility(world: &World, id: StatusId) -> Visibility {
    world
        .db(move |c| Ok(statuses::get(c, id)?))
        .await
        .visibility
}

async fn release(world: &World, id: StatusId) {
    let deed = Deed::Release { status: id };
    act(
        &world.ctx,
        &world.ana,
        world.garden.id,
        deed,
        Why::default(),
    )
    .await
    .unwrap();
}

fn incoming(world: &World, uri: &str, text: &str) -> Incoming {
    Incoming {
        addressed: vec![world.garden.uri.clone()],
        ..note(uri, text)
    }
}

async fn arrive(world: &World, from: AccountId, incoming: Incoming) -> Received {
    receive(&world.ctx, from, incoming, false).await.unwrap()
}

#[test]
fn servers_are_found_in_words_and_unseen_letters_part_none() {
    let mut said = Said::default();
    said.add("buy at Spam.Example/x, or ask a.b-c.example. v\u{200b}iagra");
    assert!(said.hosts.contains("spam.example"), "{:?}", said.hosts);
    assert!(said.hosts.contains("a.b-c.example"), "{:?}", said.hosts);
    assert!(said.texts[0].ends_with("viagra"));
    let linked = linked(&said);
    assert!(linked.contains("b-c.example") && linked.contains("spam.example"));
    assert!(!linked.contains("pam.example"));
}

database::both_engines! {
    fn words_are_found_wherever_a_reader_finds_them(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ana, ben) = (&world.ana, &world.ben);
        testing::run(async {
            write(&world, vec![
                word(GroupWordKind::Word, "Casino", GroupWordAct::Hold),
                word(GroupWordKind::Part, "crypt", GroupWordAct::Hold),
                word(GroupWordKind::Link, "https://spam.example/page", GroupWordAct::Refuse),
            ]).await;
            let thread = post(&world, ben, draft("beans and casinos")).await.unwrap();
            assert_eq!(waits(&world, thread).await, None);
            let poll = Draft {
                poll: Some(NewPoll {
                    options: vec!["yes".to_owned(), "CASINO!".to_owned()],
                    expires_in: 3600,
                    ..NewPoll::default()
                }),
                ..draft("which?")
            };
            let warned = Draft { spoiler_text: "encrypted".to_owned(), ..draft("x") };
            let titled = Draft { title: "The casino".to_owned(), ..draft("x") };
            let answer = Draft {
                text: "a ca\u{ad}sino".to_owned(),
                in_reply_to: Some(thread),
                visibility: Some(Visibility::Public),
                ..Draft::default()
            };
            for (draft, found) in [(poll, "Casino"), (warned, "crypt"), (titled, "Casino"), (answer, "Casino")] {
                let id = post(&world, ben, draft.clone()).await.unwrap();
                assert_eq!(waits(&world, id).await, Some((HeldFor::Word, found.to_owned())), "{draft:?}");
                assert_eq!(visibility(&world, id).await, Visibility::Held, "{draft:?}");
                // Who moderates writes what he wants.
                let id = post(&world, ana, draft).await.unwrap();
                assert_eq!(waits(&world, id).await, None);
            }
            for text in ["see https://shop.spam.example/x", "see spam.example for it"] {
                let refused = post(&world, ben, draft(text)).await;
                assert!(matches!(refused, Err(Error::Invalid(_))), "{text}");
            }
            post(&world, ben, draft("see https://notspam.example/x")).await.unwrap();
        });
    }

    fn a_picture_is_read_by_what_it_is_said_to_show(fresh: &Fresh) {
        let world = World::new(fresh);
        testing::run(async {
            write(&world, vec![word(GroupWordKind::Word, "casino", GroupWordAct::Hold)]).await;
            let dan = world.dan.id;
            let file = crate::statuses::IncomingMedia {
                url: "https://far.example/1.png".to_owned(),
                mime: "image/png".to_owned(),
                description: "the door of a casino".to_owned(),
                ..crate::statuses::IncomingMedia::default()
            };
            let one = Incoming {
                attachments: vec![file],
                ..incoming(&world, "https://far.example/1", "look")
            };
            let Received::New(id) = arrive(&world, dan, one).await else { panic!() };
            assert!(waits(&world, id).await.is_some());
            // What waits makes nobody a member.
            let garden = world.garden.id;
            assert!(world.db(move |c| Ok(memberships::find(c, garden, dan)?)).await.is_none());
            let asked = Incoming {
                poll: Some(IncomingPoll {
                    options: vec![("casino".to_owned(), 0), ("no".to_owned(), 0)],
                    expires_at: Some(world.ctx.now().plus(Millis::HOUR)),
                    ..IncomingPoll::default()
                }),
                ..incoming(&world, "https://far.example/2", "which?")
            };
            let Received::New(id) = arrive(&world, dan, asked).await else { panic!() };
            assert!(waits(&world, id).await.is_some());
        });
    }

    fn a_refusal_names_the_rule_and_the_log_names_no_word(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, garden) = (&world.ctx, &world.ana, &world.ben, world.garden.id);
        testing::run(async {
            let rules = vec![RuleText { text: "No advertising".to_owned(), ..RuleText::default() }];
            act(ctx, ana, garden, Deed::Rules { rules }, Why::default()).await.unwrap();
            let rule = world.db(move |c| Ok(group_rules::of(c, garden)?)).await[0].id;
            let words = vec![WordText { rule: Some(rule), ..word(GroupWordKind::Word, "casino", GroupWordAct::Refuse) }];
            let deed = Deed::Words { words };
            assert!(matches!(act(ctx, ben, garden, deed.clone(), Why::default()).await, Err(Error::Forbidden(_))));
            act(ctx, ana, garden, deed.clone(), Why::default()).await.unwrap();
            let again = act(ctx, ana, garden, deed, Why::default()).await.unwrap();
            assert_eq!(again, crate::groups::Done::Already);
            let Err(Error::Invalid(problems)) = post(&world, ben, draft("casino")).await else { panic!() };
            assert!(problems[0].text.contains("1. No advertising"), "{problems:?}");
            assert!(!problems[0].text.contains("casino"), "{problems:?}");
            let log = world.db(move |c| Ok(moderation_actions::page(c, garden, &Page::first(1))?)).await;
            assert_eq!(log[0].kind, "words_changed");
            assert!(!format!("{:?}", log[0]).contains("casino"));
            for bad in [
                vec![word(GroupWordKind::Word, "  ", GroupWordAct::Hold)],
                vec![word(GroupWordKind::Word, &"x".repeat(101), GroupWordAct::Hold)],
                vec![word(GroupWordKind::Link, "no domain", GroupWordAct::Hold)],
                (0..101).map(|n| word(GroupWordKind::Word, &format!("w{n}"), GroupWordAct::Hold)).collect(),
            ] {
                let refused = act(ctx, ana, garden, Deed::Words { words: bad }, Why::default()).await;
                assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
            }
        });
    }

    fn an_edit_that_brings_in_a_word_is_refused_here(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ben) = (&world.ctx, &world.ben);
        testing::run(async {
            let id = post(&world, ben, draft("casino and beans")).await.unwrap();
            write(&world, vec![
                word(GroupWordKind::Word, "casino", GroupWordAct::Hold),
                word(GroupWordKind::Word, "poker", GroupWordAct::Hold),
            ]).await;
            let reword = async |text: &str| {
                let wanted = Edit { text: Some(format!("{text} @garden")), ..Edit::default() };
                edit(ctx, ben, id, wanted).await
            };
            // What stood there before stays.
            reword("casino and more beans").await.unwrap();
            assert!(matches!(reword("casino and poker").await, Err(Error::Invalid(_))));
            let row = world.db(move |c| Ok(statuses::get(c, id)?)).await;
            assert!(row.source.contains("more beans"), "{}", row.source);
        });
    }

    fn an_edit_from_elsewhere_waits_again(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, dan, garden) = (&world.ctx, world.dan.id, world.garden.id);
        testing::run(async {
            write(&world, vec![word(GroupWordKind::Word, "casino", GroupWordAct::Refuse)]).await;
            let first = incoming(&world, "https://far.example/1", "beans");
            let Received::New(id) = arrive(&world, dan, first).await else { panic!() };
            let boost = async || world.db(move |c| Ok(statuses::boost_by(c, garden, id)?)).await;
            assert!(boost().await.is_some());
            world.events().await;
            world.pass(Millis::MINUTE);
            let changed = incoming(&world, "https://far.example/1", "casino");
            receive_edit(ctx, dan, changed).await.unwrap();
            assert_eq!(waits(&world, id).await, Some((HeldFor::Word, "casino".to_owned())));
            assert!(boost().await.is_none());
            let told = world.events().await;
            assert!(told.iter().any(|event| matches!(event, model::Event::RemovedFromGroup { .. })), "{told:?}");
            release(&world, id).await;
            assert!(boost().await.is_some());
            let row = world.db(move |c| Ok(statuses::get(c, id)?)).await;
            assert!(row.removed_at.is_none() && row.visibility == Visibility::Public);
            // Once let through, the same word brings it back to nobody.
            world.pass(Millis::MINUTE);
            receive_edit(ctx, dan, incoming(&world, "https://far.example/1", "casino!")).await.unwrap();
            assert_eq!(waits(&world, id).await, None);
            let new = arrive(&world, dan, incoming(&world, "https://far.example/2", "casino")).await;
            assert!(matches!(new, Received::Dropped(_)), "{new:?}");
        });
    }

    fn strangers_are_met_one_server_and_one_person_at_a_time(fresh: &Fresh) {
        let world = World::new(fresh);
        let (dan, ben) = (world.dan.id, &world.ben);
        testing::run(async {
            choose(&world, FirstContact::Strangers).await;
            let bob = world.remote(AccountKind::Person, "bob", "far.example").await;
            let eve = world.remote(AccountKind::Person, "eve", "other.example").await;
            // Accounts of today are looked at wherever they live.
            let young = post(&world, ben, draft("my first")).await.unwrap();
            assert_eq!(waits(&world, young).await, Some((HeldFor::NewAccount, String::new())));
            world.pass(8 * Millis::DAY);
            let old = post(&world, ben, draft("a week later")).await.unwrap();
            assert_eq!(waits(&world, old).await, None);

            let Received::New(first) = arrive(&world, dan, incoming(&world, "https://far.example/1", "hello")).await
                else { panic!() };
            assert_eq!(waits(&world, first).await, Some((HeldFor::NewServer, String::new())));
            let Received::New(second) = arrive(&world, bob.id, incoming(&world, "https://far.example/2", "hi")).await
                else { panic!() };
            assert!(waits(&world, second).await.is_some());
            release(&world, first).await;
            for (who, uri, free) in [
                (dan, "https://far.example/3", true),
                (bob.id, "https://far.example/4", true),
                (eve.id, "https://other.example/1", false),
            ] {
                let Received::New(id) = arrive(&world, who, incoming(&world, uri, "again")).await else { panic!() };
                assert_eq!(waits(&world, id).await.is_none(), free, "{uri}");
            }
            // Everyone's first post: the server does not speak for its people.
            choose(&world, FirstContact::Everyone).await;
            let kim = world.remote(AccountKind::Person, "kim", "far.example").await;
            let Received::New(id) = arrive(&world, kim.id, incoming(&world, "https://far.example/9", "hi")).await
                else { panic!() };
            assert_eq!(waits(&world, id).await, Some((HeldFor::FirstPost, String::new())));
            choose(&world, FirstContact::Nobody).await;
            let free = post(&world, &world.chi, draft("hello")).await.unwrap();
            assert_eq!(waits(&world, free).await, None);
        });
    }
}
