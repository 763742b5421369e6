//! Stories of threads that stand in one group and are shown in others.

use database::{groups as rows, home_entries};
use model::{
    Circle, Event, FirstContact, GroupKind, GroupWordAct, GroupWordKind, Page, StatusId, Visibility,
};

use super::*;
use crate::error::Error;
use crate::groups::{Deed, Done, GroupChange, Why, WordText, act, join};
use crate::interactions::{boost, unboost};
use crate::statuses::tests::note;
use crate::statuses::{
    Draft, Edit, Incoming, Received, delete, edit, publish, receive, receive_delete,
};
use crate::testing::{World, log_is_whole, run};
use crate::timelines;
use crate::views::account::Viewer;

/// Ben is in the garden, which is ana's, and in the kitchen, which is chi's.
async fn kitchen(world: &World) -> database::accounts::Account {
    let kitchen = world.group(&world.chi, "kitchen", GroupKind::Open).await;
    for group in [world.garden.id, kitchen.id] {
        join(&world.ctx, &world.ben, group).await.unwrap();
    }
    world.events().await;
    kitchen
}

async fn says(world: &World, by: &Viewer, text: &str) -> StatusId {
    let draft = Draft {
        text: text.to_owned(),
        visibility: Some(Visibility::Public),
        ..Draft::default()
    };
    let made = publish(&world.ctx, by, draft, None).await.unwrap();
    made.status.id
}

async fn answers(world: &World, by: &Viewer, to: StatusId) -> StatusId {
    let draft = Draft {
        text: "an answer".to_owned(),
        visibility: Some(Visibility::Public),
        in_reply_to: Some(to),
        ..Draft::default()
    };
    publish(&world.ctx, by, draft, None)
        .await
        .unwrap()
        .status
        .id
}

/// What a visitor reads in a group.
async fn shown(world: &World, group: AccountId) -> Vec<StatusId> {
    let page = timelines::group(&world.ctx, None, group, Page::first(20)).await;
    page.unwrap()
        .items
        .iter()
        .map(|view| view.status.id)
        .collect()
}

async fn does(world: &World, by: &Viewer, group: AccountId, deed: Deed) -> Done {
    act(&world.ctx, by, group, deed, Why::default())
        .await
        .unwrap()
}

async fn set(world: &World, by: &Viewer, group: AccountId, change: GroupChange) {
    does(world, by, group, Deed::Change { change }).await;
}

/// The words of a log, oldest first, without those that set the scene.
async fn log(world: &World, group: AccountId) -> Vec<String> {
    assert!(log_is_whole(&world.ctx, group).await.unwrap());
    let mut entries = world
        .db(move |c| Ok(moderation_actions::page(c, group, &Page::first(50))?))
        .await;
    entries.reverse();
    let words = entries.into_iter().map(|entry| entry.kind);
    words.filter(|kind| !kind.ends_with("_changed")).collect()
}

database::both_engines! {
    fn a_thread_that_names_two_groups_stands_in_the_first_and_is_shown_in_both(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ben, garden) = (&world.ben, world.garden.id);
            let kitchen = kitchen(&world).await.id;
            let thread = says(&world, ben, "@garden @kitchen Who has beans?").await;
            assert_eq!(shown(&world, garden).await, [thread]);
            assert_eq!(shown(&world, kitchen).await, [thread]);
            let row = world.db(move |c| Ok(statuses::get(c, thread)?)).await;
            assert_eq!((row.group_id, row.reblogs_count), (Some(garden), 2));
            let boosts = world.events().await.into_iter().filter(|event| matches!(event, Event::Boosted { .. }));
            assert_eq!(boosts.count(), 2);
            // What is answered stays where the thread is.
            let answer = answers(&world, &world.chi, thread).await;
            let row = world.db(move |c| Ok(statuses::get(c, answer)?)).await;
            assert_eq!((row.group_id, row.reblogs_count), (Some(garden), 0));
            assert_eq!(shown(&world, kitchen).await, [thread]);
            // Its author deletes it: gone in both, and each boost is taken back for those who have it.
            world.events().await;
            delete(&world.ctx, ben, thread).await.unwrap();
            assert!(shown(&world, garden).await.is_empty() && shown(&world, kitchen).await.is_empty());
            let told = world.events().await;
            let back = told.iter().filter(|event| matches!(event, Event::Unboosted { .. }));
            assert_eq!(back.count(), 2, "{told:?}");
        });
    }

    fn a_group_lets_in_only_what_would_stand_in_it_at_once(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ben, chi) = (&world.ben, &world.chi);
            let kitchen = kitchen(&world).await.id;
            let change = GroupChange::default;
            // Each of these keeps it out of one group, and it stands in the garden all the same.
            let refusals = [
                ("private", GroupChange { kind: Some(GroupKind::Private), ..change() }),
                ("local", GroupChange { local_only: Some(true), ..change() }),
                ("circle", GroupChange { threads_by: Some(Circle::Moderators), ..change() }),
                ("first", GroupChange { first_contact: Some(FirstContact::Everyone), ..change() }),
            ];
            for (name, change) in refusals {
                let group = world.group(chi, name, GroupKind::Open).await.id;
                join(&world.ctx, ben, group).await.unwrap();
                set(&world, chi, group, change).await;
                let thread = says(&world, ben, &format!("@garden @{name} beans")).await;
                assert!(shown(&world, world.garden.id).await.contains(&thread), "{name}");
                assert!(shown(&world, group).await.is_empty(), "{name}");
                let boosted = world.db(move |c| Ok(statuses::boost_by(c, group, thread)?)).await;
                assert!(boosted.is_none(), "{name}");
            }
            // Who is no member is made none by it, and who is muted or banned says nothing there.
            says(&world, &world.ana, "@garden @kitchen from no member").await;
            assert!(!crate::groups::is_member(&world.ctx, kitchen, world.ana.id()).await.unwrap());
            does(&world, chi, kitchen, Deed::Mute { who: ben.id() }).await;
            says(&world, ben, "@garden @kitchen from someone muted").await;
            does(&world, chi, kitchen, Deed::Unmute { who: ben.id() }).await;
            let words = vec![WordText {
                kind: GroupWordKind::Word,
                phrase: "casino".to_owned(),
                act: GroupWordAct::Hold,
                rule: None,
            }];
            does(&world, chi, kitchen, Deed::Words { words }).await;
            says(&world, ben, "@garden @kitchen casino").await;
            let quiet = Draft {
                text: "@garden @kitchen for my followers".to_owned(),
                visibility: Some(Visibility::Private),
                ..Draft::default()
            };
            publish(&world.ctx, ben, quiet, None).await.unwrap();
            assert!(shown(&world, kitchen).await.is_empty());
            // The pause between two posts of one member holds for what is passed on, too.
            let slow = world.group(chi, "slow", GroupKind::Open).await.id;
            join(&world.ctx, ben, slow).await.unwrap();
            set(&world, chi, slow, GroupChange { slow_mode: Some(60), ..change() }).await;
            let first = says(&world, ben, "@garden @slow one").await;
            says(&world, ben, "@garden @slow two").await;
            assert_eq!(shown(&world, slow).await, [first]);
            let draft = Draft { text: "@slow three".to_owned(), visibility: Some(Visibility::Public), ..Draft::default() };
            assert!(publish(&world.ctx, ben, draft, None).await.is_err());
            world.pass(61_000);
            let later = says(&world, ben, "@garden @slow four").await;
            assert_eq!(shown(&world, slow).await, [later, first]);
            // An edit that brings the word in ends it, without a trace in the garden.
            let thread = says(&world, ben, "@garden @kitchen beans").await;
            assert_eq!(shown(&world, kitchen).await, [thread]);
            let worse = Edit { text: Some("@garden @kitchen a casino".to_owned()), ..Edit::default() };
            edit(&world.ctx, ben, thread, worse).await.unwrap();
            assert!(shown(&world, kitchen).await.is_empty());
            assert!(shown(&world, world.garden.id).await.contains(&thread));
            // What is for the members of a private group goes nowhere.
            let inside = says(&world, ben, "@private @kitchen among us").await;
            let row = world.db(move |c| Ok(statuses::get(c, inside)?)).await;
            assert_eq!((row.visibility, row.reblogs_count), (Visibility::Members, 1));
            assert!(shown(&world, kitchen).await.is_empty());
        });
    }

    fn what_waited_is_passed_on_when_it_is_let_through_to_two_at_most(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ana, ben, garden) = (&world.ana, &world.ben, world.garden.id);
            let kitchen = kitchen(&world).await.id;
            let mut others = Vec::new();
            for name in ["roof", "yard"] {
                let group = world.group(&world.chi, name, GroupKind::Open).await.id;
                join(&world.ctx, ben, group).await.unwrap();
                others.push(group);
            }
            let thread = says(&world, ben, "@garden @yard @kitchen @roof beans").await;
            assert!(shown(&world, kitchen).await.is_empty());
            does(&world, ana, garden, Deed::Release { status: thread }).await;
            assert_eq!(shown(&world, garden).await, [thread]);
            // The first two that the text names.
            assert_eq!(shown(&world, others[1]).await, [thread]);
            assert_eq!(shown(&world, kitchen).await, [thread]);
            assert!(shown(&world, others[0]).await.is_empty());
        });
    }

    fn a_group_takes_it_out_of_its_own_pages_alone(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, ana, ben, chi, garden) = (&world.ctx, &world.ana, &world.ben, &world.chi, world.garden.id);
            let kitchen = kitchen(&world).await.id;
            let thread = says(&world, ben, "@garden @kitchen beans").await;
            world.events().await;
            let out = Deed::RemoveStatus { status: thread };
            assert!(matches!(does(&world, chi, kitchen, out.clone()).await, Done::Executed(_)));
            assert!(shown(&world, kitchen).await.is_empty());
            assert_eq!(shown(&world, garden).await, [thread]);
            let told = world.events().await;
            assert!(told.iter().any(|event| matches!(event, Event::Unboosted { .. })), "{told:?}");
            assert!(!told.iter().any(|event| matches!(event, Event::RemovedFromGroup { .. })), "{told:?}");
            assert_eq!(does(&world, chi, kitchen, out.clone()).await, Done::Already);
            // Whether it is closed or at the top, its own group decides.
            for deed in [Deed::Lock { status: thread }, Deed::Pin { status: thread }] {
                let refused = act(ctx, chi, kitchen, deed, Why::default()).await;
                assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
            }
            let back = Deed::RestoreStatus { status: thread };
            does(&world, chi, kitchen, back.clone()).await;
            assert_eq!(does(&world, chi, kitchen, back.clone()).await, Done::Already);
            assert_eq!(shown(&world, kitchen).await, [thread]);
            let warned = act(ctx, chi, kitchen, Deed::Warn { who: ben.id(), status: Some(thread) }, Why::because("off topic"));
            warned.await.unwrap();
            assert_eq!(log(&world, kitchen).await, ["status_removed", "status_restored", "member_warned"]);

            // Where its own group takes it out, nobody shows it; where it comes back, so do the others, but for the one
            // whose moderators did not want it.
            does(&world, ana, garden, out.clone()).await;
            assert!(shown(&world, kitchen).await.is_empty());
            let gone = act(ctx, chi, kitchen, back.clone(), Why::default()).await;
            assert!(matches!(gone, Err(Error::NotFound)), "{gone:?}");
            does(&world, ana, garden, back.clone()).await;
            assert_eq!(shown(&world, kitchen).await, [thread]);
            does(&world, chi, kitchen, out.clone()).await;
            does(&world, ana, garden, out).await;
            does(&world, ana, garden, back).await;
            assert_eq!(shown(&world, garden).await, [thread]);
            assert!(shown(&world, kitchen).await.is_empty());
            // What another group never showed is not its business.
            let other = says(&world, ben, "@garden more beans").await;
            let refused = act(ctx, chi, kitchen, Deed::RemoveStatus { status: other }, Why::default()).await;
            assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
        });
    }

    fn an_answer_to_the_moderators_brings_it_back(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, ben, chi) = (&world.ctx, &world.ben, &world.chi);
            let kitchen = kitchen(&world).await.id;
            join(ctx, &world.ana, kitchen).await.unwrap();
            let role = Deed::SetRole { who: world.ana.id(), role: model::Role::Moderator };
            does(&world, chi, kitchen, role).await;
            let thread = says(&world, ben, "@garden @kitchen beans").await;
            let out = does(&world, chi, kitchen, Deed::RemoveStatus { status: thread }).await;
            let Done::Executed(entry) = out else { panic!("{out:?}") };
            crate::appeals::appeal(ctx, ben, kitchen, entry, "beans are cooked").await.unwrap();
            crate::appeals::decide(ctx, &world.ana, kitchen, entry, false, "true").await.unwrap();
            assert_eq!(shown(&world, kitchen).await, [thread]);
            let last = log(&world, kitchen).await.pop();
            assert_eq!(last.as_deref(), Some("status_restored"));
        });
    }

    fn moderators_show_a_thread_of_another_group_from_their_app(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, ana, ben, chi) = (&world.ctx, &world.ana, &world.ben, &world.chi);
            let account = kitchen(&world).await;
            let kitchen = account.id;
            let console = World::acting(chi, &account);
            let thread = says(&world, ben, "@garden beans").await;
            let first = boost(ctx, &console, thread, None).await.unwrap();
            let again = boost(ctx, &console, thread, None).await.unwrap();
            assert_eq!(first.status.id, again.status.id);
            assert_eq!(first.reblog.unwrap().status.id, thread);
            assert_eq!(shown(&world, kitchen).await, [thread]);
            unboost(ctx, &console, thread).await.unwrap();
            unboost(ctx, &console, thread).await.unwrap();
            assert!(shown(&world, kitchen).await.is_empty());
            boost(ctx, &console, thread, None).await.unwrap();
            // To delete it, or the boost, is to take it out.
            delete(ctx, &console, thread).await.unwrap();
            let second = boost(ctx, &console, thread, None).await.unwrap();
            delete(ctx, &console, second.status.id).await.unwrap();
            assert!(shown(&world, kitchen).await.is_empty());
            assert_eq!(shown(&world, world.garden.id).await, [thread]);
            let (on, off) = ("thread_passed_on", "status_removed");
            assert_eq!(log(&world, kitchen).await, [on, off, on, off, on, off]);

            let answer = answers(&world, ben, thread).await;
            let alone = says(&world, ben, "in no group").await;
            let private = world.group(chi, "private", GroupKind::Private).await;
            let closed = World::acting(chi, &private);
            let out = says(&world, ben, "@garden more beans").await;
            does(&world, ana, world.garden.id, Deed::RemoveStatus { status: out }).await;
            does(&world, chi, kitchen, Deed::Ban { who: ana.id() }).await;
            let banned = says(&world, ana, "@garden from someone banned").await;
            let refused = [
                (&console, answer), (&console, alone), (&console, out), (&console, banned), (&closed, thread),
            ];
            for (by, status) in refused {
                let refused = boost(ctx, by, status, None).await;
                assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
            }
        });
    }

    fn a_thread_from_elsewhere_is_passed_on_and_ends_with_its_own_group(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, dan) = (&world.ctx, world.dan.id);
            let kitchen = kitchen(&world).await;
            let far = world.remote(model::AccountKind::Group, "far", "far.example").await;
            let arrives = async |uri: &str, mentions: Vec<String>| {
                let incoming = Incoming { mentions, ..note(uri, "<p>beans</p>") };
                let Received::New(id) = receive(ctx, dan, incoming, false).await.unwrap() else { panic!() };
                id
            };
            // A first post makes him a member; what only names the kitchen does not.
            let names = |groups: &[&database::accounts::Account]| groups.iter().map(|group| group.uri.clone()).collect();
            let early = arrives("https://far.example/1", names(&[&world.garden, &kitchen])).await;
            assert!(shown(&world, kitchen.id).await.is_empty());
            let own = arrives("https://far.example/2", names(&[&kitchen])).await;
            let both = arrives("https://far.example/3", names(&[&world.garden, &kitchen])).await;
            assert_eq!(shown(&world, kitchen.id).await, [both, own]);
            assert_eq!(shown(&world, world.garden.id).await, [both, early]);
            // It stands in a group elsewhere, which takes it out.
            let there = arrives("https://far.example/4", names(&[&far, &kitchen])).await;
            assert_eq!(shown(&world, kitchen.id).await, [there, both, own]);
            let removed = crate::groups::elsewhere::Told::Removed;
            crate::groups::elsewhere::receive(ctx, far.id, there, removed).await.unwrap();
            assert_eq!(shown(&world, kitchen.id).await, [both, own]);
            world.events().await;
            receive_delete(ctx, dan, "https://far.example/3").await.unwrap();
            assert_eq!(shown(&world, kitchen.id).await, [own]);
            let told = world.events().await;
            let back = told.iter().filter(|event| matches!(event, Event::Unboosted { .. }));
            assert_eq!(back.count(), 2, "{told:?}");
        });
    }

    fn it_comes_home_once_and_is_in_no_feed_of_what_is_not_found(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, ben, chi) = (&world.ctx, &world.ben, &world.chi);
            let kitchen = kitchen(&world).await;
            join(ctx, chi, world.garden.id).await.unwrap();
            world.events().await;
            let thread = says(&world, ben, "@garden @kitchen beans").await;
            for event in world.events().await {
                crate::fan_out::consume(ctx, &event).await.unwrap();
            }
            let me = chi.id();
            let home = world.db(move |c| Ok(home_entries::page(c, me, &Page::first(10))?)).await;
            assert_eq!(home.len(), 1, "by two groups, once");
            let feed = async || crate::discovery::groups::feed(ctx, "kitchen").await.unwrap().threads;
            assert_eq!(feed().await[0].status.id, thread);
            // The garden is not listed any more: nobody is to find it in the feed of another.
            set(&world, &world.ana, world.garden.id, GroupChange { listed: Some(false), ..GroupChange::default() }).await;
            assert!(feed().await.is_empty());
            assert_eq!(shown(&world, kitchen.id).await, [thread]);
            let row = world.db(move |c| Ok(rows::find(c, kitchen.id)?)).await;
            assert!(row.is_some());
        });
    }
}
