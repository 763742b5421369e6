//! Stories of polls: votes that count and votes that do not, the end, edits, and other servers.

use database::both_engines;
use model::{NotificationKind, StatusId};

use super::*;
use crate::statuses::{Draft, Edit, Incoming, Received, edit, publish, receive, receive_edit};
use crate::testing::{World, run};
use crate::views::status::{self, StatusView};

fn asking(options: &[&str], multiple: bool) -> NewPoll {
    NewPoll {
        options: options.iter().map(|&option| option.to_owned()).collect(),
        expires_in: 600,
        multiple,
        hide_totals: false,
    }
}

async fn ask(world: &World, poll: NewPoll) -> StatusView {
    let draft = Draft {
        text: "What shall we drink?".to_owned(),
        poll: Some(poll),
        ..Draft::default()
    };
    publish(&world.ctx, &world.ana, draft, None).await.unwrap()
}

fn id(view: &StatusView) -> PollId {
    view.poll.as_ref().unwrap().poll.id
}

fn counts(view: &PollView) -> Vec<i64> {
    view.options.iter().map(|o| o.votes_count).collect()
}

fn sentence<T>(result: Result<T>) -> String {
    match result {
        Err(error) => error.to_string(),
        Ok(_) => "it was done".to_owned(),
    }
}

fn question(options: &[(&str, u64)], end: Millis) -> Incoming {
    Incoming {
        uri: "https://far.example/q/1".to_owned(),
        content: "<p>tea?</p>".to_owned(),
        visibility: Some(model::Visibility::Public),
        poll: Some(IncomingPoll {
            options: options.iter().map(|(o, n)| ((*o).to_owned(), *n)).collect(),
            expires_at: Some(end),
            voters: Some(3),
            ..IncomingPoll::default()
        }),
        ..Incoming::default()
    }
}

both_engines! {
    fn a_vote_counts_once_and_not_for_oneself(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let ctx = &world.ctx;
            let poll = id(&ask(&world, asking(&["tea", "coffee"], false)).await);
            let seen = vote(ctx, &world.ben, poll, vec![1]).await.unwrap();
            assert_eq!((counts(&seen), seen.poll.voters_count), (vec![0, 1], Some(1)));
            assert_eq!((seen.own, seen.is_own), (Some(vec![1]), false));
            for (who, choices, text) in [
                (&world.ben, vec![0], "You have already voted on this poll"),
                (&world.chi, vec![0, 1], "You have already voted on this poll"),
                (&world.chi, vec![2], "The chosen vote option does not exist"),
                (&world.chi, vec![-1], "The chosen vote option does not exist"),
                (&world.chi, vec![], "The chosen vote option does not exist"),
                (&world.ana, vec![0], "You cannot vote in your own polls"),
            ] {
                let said = sentence(vote(ctx, who, poll, choices).await);
                assert_eq!(said, format!("Validation failed: {text}"));
            }
            let seen = show(ctx, Some(&world.chi), poll).await.unwrap();
            assert_eq!((counts(&seen), seen.has_voted()), (vec![0, 1], Some(false)), "nothing of it was kept");
            assert_eq!(show(ctx, None, poll).await.unwrap().has_voted(), None);
            assert_eq!(show(ctx, Some(&world.ana), poll).await.unwrap().has_voted(), Some(true));

            let many = id(&ask(&world, asking(&["a", "b", "c"], true)).await);
            let seen = vote(ctx, &world.ben, many, vec![0, 2]).await.unwrap();
            assert_eq!((counts(&seen), seen.poll.voters_count), (vec![1, 0, 1], Some(1)));

            let hidden = Draft {
                text: "@ben psst".to_owned(),
                visibility: Some(model::Visibility::Direct),
                poll: Some(asking(&["a", "b"], false)),
                ..Draft::default()
            };
            let hidden = id(&publish(ctx, &world.ana, hidden, None).await.unwrap());
            assert!(matches!(show(ctx, Some(&world.chi), hidden).await, Err(Error::NotFound)));
            assert!(matches!(vote(ctx, &world.chi, hidden, vec![0]).await, Err(Error::NotFound)));
            assert!(matches!(vote(ctx, &world.chi, PollId(1), vec![0]).await, Err(Error::NotFound)));
        });
    }

    fn the_end_is_told_to_who_asked_and_who_voted(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let ctx = &world.ctx;
            let secret = NewPoll { hide_totals: true, ..asking(&["tea", "coffee"], false) };
            let asked = ask(&world, secret).await;
            let poll = id(&asked);
            let seen = vote(ctx, &world.ben, poll, vec![0]).await.unwrap();
            assert!(!seen.shows_totals());
            world.events().await;
            world.pass(601 * Millis::SECOND);
            let late = sentence(vote(ctx, &world.chi, poll, vec![0]).await);
            assert_eq!(late, "Validation failed: The poll has already ended");
            crate::jobs::work(ctx).await.unwrap();
            crate::jobs::work(ctx).await.unwrap();
            let events = world.events().await;
            assert_eq!(events, [Event::PollEnded { status: asked.status.id }], "once, and no word on hidden counts before");
            crate::fan_out::consume(ctx, &events[0]).await.unwrap();
            assert!(show(ctx, None, poll).await.unwrap().shows_totals());
            for (who, told) in [(&world.ana, 1), (&world.ben, 1), (&world.chi, 0)] {
                let who = who.id();
                let wanted = database::notifications::Wanted { kinds: vec![NotificationKind::Poll], ..Default::default() };
                let page = model::Page::first(10);
                let found = world.db(move |conn| Ok(database::notifications::page(conn, who, &wanted, &page)?)).await;
                assert_eq!(found.len(), told);
            }
        });
    }

    fn many_votes_are_told_once(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let ctx = &world.ctx;
            let asked = ask(&world, asking(&["tea", "coffee"], false)).await;
            world.events().await;
            for who in [&world.ben, &world.chi] {
                vote(ctx, who, id(&asked), vec![0]).await.unwrap();
            }
            crate::jobs::work(ctx).await.unwrap();
            assert!(world.events().await.is_empty(), "not yet");
            world.pass(TELL_EVERY);
            crate::jobs::work(ctx).await.unwrap();
            assert_eq!(world.events().await, [Event::PollCounted { status: asked.status.id }]);
        });
    }

    fn another_question_makes_votes_void_and_stands_in_the_history(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let ctx = &world.ctx;
            let asked = ask(&world, asking(&["tea", "coffee"], false)).await;
            let (status, poll) = (asked.status.id, id(&asked));
            vote(ctx, &world.ben, poll, vec![0]).await.unwrap();
            let same = Edit { text: Some("What shall we drink now?".to_owned()), ..Edit::default() };
            let view = edit(ctx, &world.ana, status, same).await.unwrap();
            assert_eq!(counts(view.poll.as_ref().unwrap()), [1, 0], "a poll that is not named stays");
            let other = Edit { poll: Some(asking(&["tea", "water"], false)), ..Edit::default() };
            let view = edit(ctx, &world.ana, status, other).await.unwrap();
            assert_eq!((id(&view), counts(view.poll.as_ref().unwrap())), (poll, vec![0, 0]));
            vote(ctx, &world.ben, poll, vec![1]).await.unwrap();
            let none = Edit { poll: Some(NewPoll::default()), ..Edit::default() };
            assert!(edit(ctx, &world.ana, status, none).await.unwrap().poll.is_none());
            let said: Vec<_> = crate::statuses::history(ctx, None, status).await.unwrap().into_iter().map(|v| v.poll).collect();
            let titles = |a: &str, b: &str| Some(vec![a.to_owned(), b.to_owned()]);
            assert_eq!(said, [titles("tea", "coffee"), titles("tea", "coffee"), titles("tea", "water"), None]);
        });
    }

    fn ballots_from_elsewhere_count_by_the_same_rules(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, dan) = (&world.ctx, world.dan.id);
            let asked = ask(&world, asking(&["tea", "coffee"], false)).await;
            let uri = asked.status.uri.clone();
            let plain = publish(ctx, &world.ana, Draft { text: "no poll".to_owned(), ..Draft::default() }, None).await.unwrap();
            for (uri, option, counts) in [
                (&uri, "milk", false),
                (&plain.status.uri, "tea", false),
                (&uri, "tea", true),
                (&uri, "tea", false),
                (&uri, "coffee", false),
            ] {
                let outcome = receive_vote(ctx, dan, uri, option, "https://far.example/v/1").await.unwrap();
                assert_eq!(outcome.is_ok(), counts, "{option}: {outcome:?}");
            }
            assert_eq!(counts(&show(ctx, None, id(&asked)).await.unwrap()), [1, 0]);
            world.pass(601 * Millis::SECOND);
            let eve = world.remote(model::AccountKind::Person, "eve", "far.example").await;
            let late = receive_vote(ctx, eve.id, &uri, "tea", "https://far.example/v/2").await.unwrap();
            assert!(late.is_err());
        });
    }

    fn behind_a_door_members_alone_vote(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, ana, ben, dan) = (&world.ctx, &world.ana, &world.ben, world.dan.id);
            for kind in [model::GroupKind::Approved, model::GroupKind::Open] {
                let name = kind.to_string();
                let group = world.group(ana, &name, kind).await.id;
                let draft = Draft {
                    text: "What shall we drink?".to_owned(),
                    poll: Some(asking(&["tea", "coffee"], false)),
                    group: Some(group),
                    ..Draft::default()
                };
                let asked = publish(ctx, ana, draft, None).await.unwrap();
                let (poll, uri) = (id(&asked), asked.status.uri.clone());
                let ballot = format!("https://far.example/v/{name}");
                let theirs = receive_vote(ctx, dan, &uri, "tea", &ballot).await.unwrap();
                let his = vote(ctx, ben, poll, vec![0]).await;
                if kind == model::GroupKind::Open {
                    assert!(theirs.is_ok() && his.is_ok(), "whoever reads an open group");
                    continue;
                }
                assert!(theirs.is_err() && matches!(his, Err(Error::Forbidden(_))));
                crate::groups::join(ctx, ben, group).await.unwrap();
                assert!(vote(ctx, ben, poll, vec![0]).await.is_err(), "he waits");
                let deed = crate::groups::Deed::Approve { who: ben.id() };
                crate::groups::act(ctx, ana, group, deed, crate::groups::Why::default()).await.unwrap();
                let seen = vote(ctx, ben, poll, vec![0]).await.unwrap();
                assert_eq!(counts(&seen), [1, 0]);
            }
        });
    }

    fn a_poll_from_elsewhere_follows_its_own_server(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, dan) = (&world.ctx, world.dan.id);
            let end = ctx.now().plus(Millis::DAY);
            let Received::New(status) = receive(ctx, dan, question(&[("tea", 2), ("coffee", 1)], end), true).await.unwrap() else { panic!("kept") };
            let load = async |status: StatusId| status::one(ctx, Some(&world.ben), status).await.unwrap();
            let view = load(status).await;
            let poll = id(&view);
            assert_eq!(counts(view.poll.as_ref().unwrap()), [2, 1]);
            world.events().await;
            let seen = vote(ctx, &world.ben, poll, vec![1]).await.unwrap();
            assert_eq!((counts(&seen), seen.poll.voters_count), (vec![2, 2], Some(4)));
            let events = world.events().await;
            let [Event::Voted { account, votes, .. }] = events.as_slice() else { panic!("{events:?}") };
            assert_eq!((*account, votes.len()), (world.ben.id(), 1));

            world.pass(1000);
            receive_edit(ctx, dan, question(&[("tea", 7), ("coffee", 9)], end)).await.unwrap();
            let view = load(status).await;
            assert_eq!(counts(view.poll.as_ref().unwrap()), [7, 9]);
            assert!(view.status.edited_at.is_none() && world.events().await.is_empty(), "counts are no edit");
            receive_edit(ctx, dan, question(&[("tea", 0), ("water", u64::MAX)], end)).await.unwrap();
            let view = load(status).await;
            assert_eq!(view.poll.as_ref().unwrap().own, Some(vec![]), "another question: ben has not voted");
            assert!(view.status.edited_at.is_some());

            vote(ctx, &world.ben, poll, vec![0]).await.unwrap();
            world.events().await;
            let mut closed = question(&[("tea", 1), ("water", 0)], end);
            closed.poll.as_mut().unwrap().closed = Some(ctx.now());
            receive_edit(ctx, dan, closed).await.unwrap();
            crate::jobs::work(ctx).await.unwrap();
            assert_eq!(world.events().await, [Event::PollEnded { status }]);
        });
    }
}
