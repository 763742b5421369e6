//! Stories of flairs: offered by a group, chosen by an author, read by everyone.

use model::{GroupKind, Page, StatusId};

use super::*;
use crate::groups::{Deed, GroupChange, Why, act, join};
use crate::statuses::{Draft, Incoming, Received, publish, receive};
use crate::testing::{self, World};
use crate::timelines;
use crate::views::status;

fn offer(names: &[&str]) -> Deed {
    Deed::Change {
        change: GroupChange {
            flairs: Some(names.iter().map(|&name| name.to_owned()).collect()),
            ..GroupChange::default()
        },
    }
}

fn problem<T: std::fmt::Debug>(outcome: Result<T>) -> &'static str {
    match outcome {
        Err(Error::Invalid(problems)) => problems[0].code,
        other => panic!("{other:?}"),
    }
}

database::both_engines! {
    fn an_author_chooses_one_of_those_that_the_group_offers(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, garden) = (&world.ctx, &world.ana, &world.ben, world.garden.id);
        testing::run(async {
            join(ctx, ben, garden).await.unwrap();
            for wrong in [&["a"; 21][..], &["seeds", "Seeds!"], &["[seeds]"], &["!!"], &["x".repeat(31).as_str()]] {
                assert_eq!(problem(act(ctx, ana, garden, offer(wrong), Why::default()).await), "ERR_FLAIRS", "{wrong:?}");
            }
            let refused = act(ctx, ben, garden, offer(&["seeds"]), Why::default()).await;
            assert!(matches!(refused, Err(Error::Forbidden(_))));
            act(ctx, ana, garden, offer(&["Seed swap", "Questions"]), Why::default()).await.unwrap();

            let say = async |text: &str, flair: &str, to: Option<StatusId>| {
                let draft = Draft {
                    text: text.to_owned(),
                    flair: flair.to_owned(),
                    in_reply_to: to,
                    group: to.is_none().then_some(garden),
                    ..Draft::default()
                };
                publish(ctx, ben, draft, None).await
            };
            let mut threads = Vec::new();
            for (text, flair, expected) in [
                ("beans", "Seed swap", Some("Seed swap")),
                ("[seed swap] beans", "", Some("Seed swap")),
                ("beans #SeedSwap #questions", "", Some("Seed swap")),
                ("beans", "questions", Some("Questions")),
                ("[other] beans #carrots", "", None),
                ("beans", "", None),
            ] {
                let view = say(text, flair, None).await.unwrap();
                assert_eq!(view.flair.as_deref(), expected, "{text}");
                threads.push(view.status.id);
            }
            assert_eq!(problem(say("beans", "Tools", None).await), "ERR_INCLUSION");
            let answer = say("[Questions] how?", "", Some(threads[0])).await.unwrap();
            assert_eq!(answer.flair, None, "threads have flairs");

            let first = Page::first(20);
            let found = timelines::with_flair(ctx, None, garden, "Seed swap", first).await.unwrap();
            let ids: Vec<StatusId> = found.items.iter().map(|view| view.status.id).collect();
            assert_eq!(ids, [threads[2], threads[1], threads[0]]);
            // Offered no more, it still stands where it was chosen.
            act(ctx, ana, garden, offer(&["Questions"]), Why::default()).await.unwrap();
            let view = status::one(ctx, Some(ben), threads[0]).await.unwrap();
            assert_eq!(view.flair.as_deref(), Some("Seed swap"));
            assert_eq!(problem(say("beans", "Seed swap", None).await), "ERR_INCLUSION");
            // Where there is no group there is none to choose.
            let draft = Draft { text: "hello".to_owned(), flair: "Questions".to_owned(), ..Draft::default() };
            assert_eq!(problem(publish(ctx, ben, draft, None).await), "ERR_INCLUSION");
        });
    }

    fn dan_chooses_from_elsewhere_by_title_or_hashtag(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, dan) = (&world.ctx, &world.ana, world.dan.id);
        testing::run(async {
            let hall = world.group(ana, "hall", GroupKind::Open).await;
            act(ctx, ana, hall.id, offer(&["Seed swap"]), Why::default()).await.unwrap();
            for (at, title, tags, expected) in [
                (1, "[Seed Swap] beans", &[][..], Some("Seed swap")),
                (2, "beans", &["seedswap"], Some("Seed swap")),
                (3, "beans", &["carrots"], None),
            ] {
                let incoming = Incoming {
                    uri: format!("https://far.example/n/{at}"),
                    title: title.to_owned(),
                    content: "<p>who has some?</p>".to_owned(),
                    visibility: Some(model::Visibility::Public),
                    mentions: vec![hall.uri.clone()],
                    tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
                    ..Incoming::default()
                };
                let Received::New(id) = receive(ctx, dan, incoming, true).await.unwrap() else { panic!("kept") };
                let view = status::one(ctx, Some(ana), id).await.unwrap();
                assert_eq!(view.flair.as_deref(), expected, "{title} {tags:?}");
            }
        });
    }
}
