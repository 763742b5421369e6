//! Stories of those to whom something was done: they are told, they answer once, and someone else decides.

use database::{account_warnings, group_bans, moderation_actions};
use model::{ActionState, Page, Role};

use super::*;
use crate::group_log;
use crate::groups::{act, join};
use crate::testing::{self, World, log_is_whole};

/// Ana owns the garden, ben moderates it, chi is a member.
async fn cast(world: &World) {
    let garden = world.garden.id;
    for who in [&world.ben, &world.chi] {
        join(&world.ctx, who, garden).await.unwrap();
    }
    let deed = Deed::SetRole {
        who: world.ben.id(),
        role: Role::Moderator,
    };
    act(&world.ctx, &world.ana, garden, deed, Why::default())
        .await
        .unwrap();
}

async fn ban(world: &World, by: &Viewer) -> ActionId {
    let deed = Deed::Ban {
        who: world.chi.id(),
    };
    let why = Why::because("rude");
    match act(&world.ctx, by, world.garden.id, deed, why)
        .await
        .unwrap()
    {
        stewardship::Done::Executed(id) => id,
        other => panic!("{other:?}"),
    }
}

async fn is_banned(world: &World) -> bool {
    let (garden, chi, now) = (world.garden.id, world.chi.id(), world.ctx.now());
    world
        .db(move |c| Ok(group_bans::is_banned(c, garden, chi, now)?))
        .await
}

async fn states(world: &World, id: ActionId) -> Vec<ActionState> {
    let garden = world.garden.id;
    let rows = world
        .db(move |c| Ok(moderation_actions::answers(c, garden, id)?))
        .await;
    rows.into_iter().map(|row| row.state).collect()
}

database::both_engines! {
    fn a_moderator_takes_back_what_was_a_mistake(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, chi, garden) =
            (&world.ctx, &world.ana, &world.ben, &world.chi, world.garden.id);
        testing::run(async {
            cast(&world).await;
            let entry = ban(&world, ben).await;
            let refused = take_back(ctx, chi, garden, entry, "").await.unwrap_err();
            assert!(matches!(refused, Error::Forbidden(_)), "{refused:?}");
            // What she asks another to decide is not for him to settle beside that.
            appeal(ctx, chi, garden, entry, "it was not me").await.unwrap();
            let waits = take_back(ctx, ben, garden, entry, "").await.unwrap_err();
            assert!(matches!(waits, Error::NotFound), "{waits:?}");
            decide(ctx, ana, garden, entry, true, "").await.unwrap();
            assert!(is_banned(&world).await);

            take_back(ctx, ben, garden, entry, "the wrong person").await.unwrap();
            assert!(!is_banned(&world).await);
            let last = states(&world, entry).await.pop();
            assert_eq!(last, Some(ActionState::Executed), "it refers to the first");
            let twice = take_back(ctx, ben, garden, entry, "").await.unwrap_err();
            assert!(matches!(twice, Error::NotFound), "{twice:?}");
            assert!(log_is_whole(ctx, garden).await.unwrap());
        });
    }

    fn who_is_banned_is_told_answers_once_and_another_decides(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, chi, garden) =
            (&world.ctx, &world.ana, &world.ben, &world.chi, world.garden.id);
        testing::run(async {
            cast(&world).await;
            let id = ban(&world, ana).await;
            let who = chi.id();
            let told = world.db(move |c| Ok(account_warnings::of(c, who, 5)?)).await;
            assert_eq!(told.len(), 1);
            let link = format!("https://balai.example/@garden/log/{id}");
            assert!(told[0].text.contains("rude") && told[0].text.contains(&link), "{}", told[0].text);
            // By the group: who of its moderators did it is not their concern.
            assert_eq!(told[0].account_id, garden);

            assert!(matches!(appeal(ctx, ben, garden, id, "not mine").await, Err(Error::NotFound)));
            assert!(matches!(appeal(ctx, chi, garden, id, " ").await, Err(Error::Invalid(_))));
            assert!(matches!(decide(ctx, ben, garden, id, false, "").await, Err(Error::NotFound)));
            appeal(ctx, chi, garden, id, "It was a quotation.").await.unwrap();
            assert!(matches!(appeal(ctx, chi, garden, id, "again").await, Err(Error::Forbidden(_))));
            assert_eq!(world.db(move |c| judges(c, garden, id)).await, [ben.id()]);
            assert!(matches!(decide(ctx, ana, garden, id, true, "").await, Err(Error::Forbidden(_))));
            assert!(matches!(decide(ctx, chi, garden, id, false, "").await, Err(Error::Forbidden(_))));
            decide(ctx, ben, garden, id, false, "a quotation indeed").await.unwrap();
            assert!(!is_banned(&world).await);
            assert_eq!(
                states(&world, id).await,
                [ActionState::Appealed, ActionState::Overturned, ActionState::Executed]
            );
            assert!(matches!(decide(ctx, ben, garden, id, true, "").await, Err(Error::NotFound)));
            assert!(log_is_whole(ctx, garden).await.unwrap());
        });
    }

    fn what_stands_stands_and_what_nobody_decides_lapses(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, chi, garden) =
            (&world.ctx, &world.ana, &world.ben, &world.chi, world.garden.id);
        testing::run(async {
            cast(&world).await;
            let first = ban(&world, ana).await;
            appeal(ctx, chi, garden, first, "please").await.unwrap();
            decide(ctx, ben, garden, first, true, "").await.unwrap();
            world.pass(20 * Millis::DAY);
            crate::jobs::work(ctx).await.unwrap();
            assert!(is_banned(&world).await);
            act(ctx, ana, garden, Deed::Unban { who: chi.id() }, Why::default()).await.unwrap();

            let second = ban(&world, ana).await;
            appeal(ctx, chi, garden, second, "please").await.unwrap();
            world.pass(13 * Millis::DAY);
            crate::jobs::work(ctx).await.unwrap();
            assert!(is_banned(&world).await);
            world.pass(2 * Millis::DAY);
            crate::jobs::work(ctx).await.unwrap();
            assert!(!is_banned(&world).await);
            assert!(states(&world, second).await.contains(&ActionState::Overturned));
            // Too late to say anything about the first act of all.
            world.pass(31 * Millis::DAY);
            let third = ban(&world, ana).await;
            world.pass(31 * Millis::DAY);
            let late = appeal(ctx, chi, garden, third, "late").await;
            assert!(matches!(late, Err(Error::Forbidden(_))));
        });
    }

    fn where_nobody_else_moderates_the_staff_may_say_that_it_stands(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, chi, garden) = (&world.ctx, &world.ana, &world.chi, world.garden.id);
        testing::run(async {
            join(ctx, chi, garden).await.unwrap();
            let id = ban(&world, ana).await;
            appeal(ctx, chi, garden, id, "please").await.unwrap();
            let staff = &world.ben;
            let badge = staff.id();
            world.db(move |c| {
                Ok(database::users::set_role(c, badge, ServerRole::Moderator)?)
            }).await;
            assert!(matches!(decide(ctx, staff, garden, id, false, "").await, Err(Error::Forbidden(_))));
            decide(ctx, staff, garden, id, true, "I looked at it").await.unwrap();
            assert!(is_banned(&world).await);
            assert_eq!(states(&world, id).await, [ActionState::Appealed, ActionState::Upheld]);
        });
    }

    fn the_log_shows_names_only_where_the_group_wants_it_and_forgets(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, chi, garden) =
            (&world.ctx, &world.ana, &world.ben, &world.chi, world.garden.id);
        testing::run(async {
            cast(&world).await;
            let id = ban(&world, ana).await;
            appeal(ctx, chi, garden, id, "It was a quotation.").await.unwrap();
            let all = Page::first(40);
            let seen = group_log::page(ctx, None, garden, all).await.unwrap().items;
            assert!(seen.iter().all(|one| one.by.is_none() && one.whom.is_none() && one.words.is_none()));
            assert_eq!(seen.iter().filter(|one| one.reason == "rude").count(), 1);
            let seen = group_log::page(ctx, Some(ben), garden, all).await.unwrap().items;
            assert!(seen.iter().all(|one| one.by.is_some()));
            assert!(seen.iter().any(|one| one.words.as_deref() == Some("It was a quotation.")));
            let mine = group_log::entry(ctx, Some(chi), garden, id).await.unwrap();
            assert!(mine.is_mine && !mine.moderates && mine.entry.by.is_none());
            assert_eq!(mine.answers[0].words.as_deref(), Some("It was a quotation."));
            let names = stewardship::GroupChange { log_names: Some(true), ..Default::default() };
            act(ctx, ana, garden, Deed::Change { change: names }, Why::default()).await.unwrap();
            let seen = group_log::page(ctx, None, garden, all).await.unwrap().items;
            assert!(seen.iter().all(|one| one.by.is_some()));

            assert_eq!(group_log::forget(ctx).await.unwrap(), 0);
            world.pass(400 * Millis::DAY);
            assert!(group_log::forget(ctx).await.unwrap() > 0);
            let after = group_log::page(ctx, Some(ben), garden, all).await.unwrap().items;
            assert!(after.iter().all(|one| one.by.is_none() && one.whom.is_none() && one.reason.is_empty()));
            assert!(after.iter().any(|one| one.kind == "member_banned"));
            // The chain holds over what is forgotten, and over what comes next.
            act(ctx, ana, garden, Deed::Unban { who: chi.id() }, Why::default()).await.unwrap();
            assert!(log_is_whole(ctx, garden).await.unwrap());
            let mut rows = world.db(move |c| {
                Ok(moderation_actions::after(c, garden, ActionId(0), 100)?)
            }).await;
            // Nothing that is left can be changed unnoticed.
            rows[0].kind = "member_kissed".to_owned();
            assert!(rows[0].commitment.is_some() && !ledger::Check::default().follows(&rows[0]));
        });
    }

    fn the_log_of_a_private_group_is_for_its_people(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, chi) = (&world.ctx, &world.ana, &world.ben, &world.chi);
        testing::run(async {
            let hut = world.group(ana, "hut", model::GroupKind::Private).await.id;
            join(ctx, ben, hut).await.unwrap();
            act(ctx, ana, hut, Deed::Approve { who: ben.id() }, Why::default()).await.unwrap();
            let all = Page::first(40);
            assert_eq!(group_log::page(ctx, Some(ben), hut, all).await.unwrap().items.len(), 1);
            for stranger in [None, Some(chi)] {
                assert!(matches!(group_log::page(ctx, stranger, hut, all).await, Err(Error::NotFound)));
            }
            // Who was sent away still sees what was done to them, and nothing else.
            let deed = Deed::Ban { who: ben.id() };
            let stewardship::Done::Executed(id) = act(ctx, ana, hut, deed, Why::default()).await.unwrap() else {
                panic!()
            };
            assert!(group_log::entry(ctx, Some(ben), hut, id).await.unwrap().is_mine);
            assert!(matches!(group_log::page(ctx, Some(ben), hut, all).await, Err(Error::NotFound)));
            assert!(matches!(group_log::entry(ctx, Some(chi), hut, id).await, Err(Error::NotFound)));
        });
    }
}
