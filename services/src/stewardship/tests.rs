//! Stories of what moderators do: to people, to posts, to the group, and of what several have to agree to.

use database::{groups, held_statuses, memberships, moderation_actions, statuses};
use model::{
    ActionState, Circle, FirstContact, GroupKind, MembershipState, Millis, Page, Role, StatusId,
    Visibility,
};

use super::*;
use crate::groups::{act, agree, join, withdraw};
use crate::statuses::{Draft, publish};
use crate::testing::log_is_whole;
use crate::testing::{self, World};
use crate::views::account::Viewer;

fn say(group: &str, text: &str) -> Draft {
    Draft {
        text: format!("{text} @{group}"),
        visibility: Some(Visibility::Public),
        ..Draft::default()
    }
}

async fn post(world: &World, by: &Viewer, text: &str) -> StatusId {
    let posted = publish(&world.ctx, by, say("garden", text), None).await;
    posted.unwrap().status.id
}

async fn answer(world: &World, by: &Viewer, to: StatusId) -> Result<StatusId> {
    let draft = Draft {
        text: "an answer".to_owned(),
        in_reply_to: Some(to),
        visibility: Some(Visibility::Public),
        ..Draft::default()
    };
    Ok(publish(&world.ctx, by, draft, None).await?.status.id)
}

async fn row(world: &World, id: StatusId) -> database::statuses::Status {
    world.db(move |c| Ok(statuses::get(c, id)?)).await
}

/// The words of the log of the garden, oldest first.
async fn log(world: &World) -> Vec<(String, ActionState)> {
    let garden = world.garden.id;
    let mut rows = world
        .db(move |c| Ok(moderation_actions::page(c, garden, &Page::first(200))?))
        .await;
    rows.reverse();
    rows.into_iter().map(|row| (row.kind, row.state)).collect()
}

async fn role_of(world: &World, who: AccountId) -> Option<Role> {
    let garden = world.garden.id;
    let found = world
        .db(move |c| Ok(memberships::find(c, garden, who)?))
        .await;
    found
        .filter(memberships::Membership::is_member)
        .map(|row| row.role)
}

fn change(change: GroupChange) -> Deed {
    Deed::Change { change }
}

database::both_engines! {
    fn a_post_is_taken_out_and_put_back(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, garden) = (&world.ctx, &world.ana, &world.ben, world.garden.id);
        testing::run(async {
            let thread = post(&world, ben, "beans").await;
            let boosts = async || {
                let boost = world.db(move |c| Ok(statuses::boost_by(c, garden, thread)?)).await;
                boost.map(|boost| boost.id)
            };
            let first = boosts().await.unwrap();
            let deed = Deed::RemoveStatus { status: thread };
            let done = act(ctx, ana, garden, deed.clone(), Why::because("off topic")).await.unwrap();
            assert!(matches!(done, Done::Executed(_)), "{done:?}");
            assert_eq!(boosts().await, None);
            assert!(row(&world, thread).await.removed_at.is_some());
            assert_eq!(act(ctx, ana, garden, deed, Why::default()).await.unwrap(), Done::Already);

            let back = Deed::RestoreStatus { status: thread };
            act(ctx, ana, garden, back.clone(), Why::default()).await.unwrap();
            assert!(row(&world, thread).await.removed_at.is_none());
            let second = boosts().await.unwrap();
            assert_ne!(first, second);
            assert_eq!(act(ctx, ana, garden, back, Why::default()).await.unwrap(), Done::Already);
            let words: Vec<String> = log(&world).await.into_iter().map(|one| one.0).collect();
            assert_eq!(words, ["status_removed", "status_restored"]);
            assert!(log_is_whole(ctx, garden).await.unwrap());
        });
    }

    fn nobody_answers_in_a_locked_thread_but_moderators(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, garden) = (&world.ctx, &world.ana, &world.ben, world.garden.id);
        testing::run(async {
            let thread = post(&world, ben, "beans").await;
            let comment = answer(&world, ben, thread).await.unwrap();
            act(ctx, ana, garden, Deed::Lock { status: thread }, Why::default()).await.unwrap();
            for to in [thread, comment] {
                let refused = answer(&world, ben, to).await;
                assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
            }
            answer(&world, ana, thread).await.unwrap();
            act(ctx, ana, garden, Deed::Unlock { status: thread }, Why::default()).await.unwrap();
            answer(&world, ben, comment).await.unwrap();
            // What stands elsewhere is not theirs to close.
            let own = Draft {
                text: "on my own page".to_owned(),
                visibility: Some(Visibility::Public),
                ..Draft::default()
            };
            let elsewhere = publish(ctx, ben, own, None).await.unwrap().status.id;
            let refused = act(ctx, ana, garden, Deed::Lock { status: elsewhere }, Why::default()).await;
            assert!(matches!(refused, Err(Error::NotFound)));
        });
    }

    fn someone_muted_reads_and_does_not_write_until_the_end(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, garden) = (&world.ctx, &world.ana, &world.ben, world.garden.id);
        testing::run(async {
            join(ctx, ben, garden).await.unwrap();
            let why = Why {
                ends_at: Some(ctx.now().plus(Millis::HOUR)),
                ..Why::because("cool down")
            };
            act(ctx, ana, garden, Deed::Mute { who: ben.id() }, why).await.unwrap();
            let refused = publish(ctx, ben, say("garden", "again"), None).await;
            assert!(matches!(refused, Err(Error::Invalid(_))));
            world.pass(Millis::HOUR + 1);
            post(&world, ben, "calm").await;
            // An end that is past is a mistake.
            let past = Why { ends_at: Some(ctx.now()), ..Why::default() };
            let refused = act(ctx, ana, garden, Deed::Ban { who: ben.id() }, past).await;
            assert!(matches!(refused, Err(Error::Invalid(_))));
            assert_eq!(log(&world).await.len(), 1);
        });
    }

    fn a_ban_with_an_end_ends(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, garden) = (&world.ctx, &world.ana, &world.ben, world.garden.id);
        testing::run(async {
            join(ctx, ben, garden).await.unwrap();
            let why = Why { ends_at: Some(ctx.now().plus(Millis::DAY)), ..Why::default() };
            act(ctx, ana, garden, Deed::Ban { who: ben.id() }, why).await.unwrap();
            assert!(join(ctx, ben, garden).await.is_err());
            world.pass(Millis::DAY + 1);
            let view = join(ctx, ben, garden).await.unwrap();
            assert_eq!(view.viewer, Some(MembershipState::Member));
        });
    }

    fn a_first_post_waits_and_is_its_authors_alone(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, chi, garden) =
            (&world.ctx, &world.ana, &world.ben, &world.chi, world.garden.id);
        testing::run(async {
            let hold = GroupChange { first_contact: Some(FirstContact::Everyone), ..GroupChange::default() };
            act(ctx, ana, garden, change(hold), Why::default()).await.unwrap();
            world.events().await;
            let first = post(&world, ben, "hello").await;
            assert!(world.events().await.iter().all(|event| event.status() != Some(first)));
            assert_eq!(row(&world, first).await.visibility, Visibility::Held);
            let seen = |who: AccountId| world.db(move |c| Ok(database::visible::find(c, who, first)?));
            assert!(seen(ben.id()).await.is_some());
            assert!(seen(chi.id()).await.is_none());
            let waiting = world.db(move |c| Ok(held_statuses::of(c, garden, 10)?)).await;
            assert_eq!(waiting.len(), 1);

            act(ctx, ana, garden, Deed::Release { status: first }, Why::default()).await.unwrap();
            assert!(seen(chi.id()).await.is_some());
            let told = world.events().await;
            assert!(told.contains(&model::Event::StatusPublished { status: first }), "{told:?}");
            assert!(told.iter().any(|event| matches!(event, model::Event::Boosted { .. })));
            let again = act(ctx, ana, garden, Deed::Release { status: first }, Why::default()).await;
            assert!(matches!(again, Err(Error::NotFound)));
            // The second one goes through; someone else's first one is withheld.
            let second = post(&world, ben, "hello again").await;
            assert_eq!(row(&world, second).await.visibility, Visibility::Public);
            let spam = post(&world, chi, "buy this").await;
            let ben = ben.id();
            act(ctx, ana, garden, Deed::Withhold { status: spam }, Why::default()).await.unwrap();
            assert!(world.db(move |c| Ok(database::visible::find(c, ben, spam)?)).await.is_none());
            let next = post(&world, chi, "and this").await;
            assert_eq!(row(&world, next).await.visibility, Visibility::Held);
        });
    }

    fn who_may_start_threads_how_often_and_under_a_shield(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, chi, garden) =
            (&world.ctx, &world.ana, &world.ben, &world.chi, world.garden.id);
        testing::run(async {
            let thread = post(&world, ben, "beans").await;
            let set = async |wanted: GroupChange| {
                act(ctx, ana, garden, change(wanted), Why::default()).await.unwrap();
            };
            set(GroupChange { threads_by: Some(Circle::Moderators), ..GroupChange::default() }).await;
            assert!(publish(ctx, ben, say("garden", "more"), None).await.is_err());
            answer(&world, ben, thread).await.unwrap();
            post(&world, ana, "from a moderator").await;
            set(GroupChange {
                threads_by: Some(Circle::Members),
                slow_mode: Some(60),
                ..GroupChange::default()
            }).await;
            world.pass(61_000);
            post(&world, ben, "one").await;
            assert!(publish(ctx, ben, say("garden", "two"), None).await.is_err());
            world.pass(61_000);
            post(&world, ben, "two").await;
            // Who came today does not write under a shield, nor does who has not come yet.
            let eve = world.person("eve").await;
            world.pass(Millis::DAY);
            join(ctx, &eve, garden).await.unwrap();
            set(GroupChange {
                slow_mode: Some(0),
                shield_hours: Some(24),
                ..GroupChange::default()
            }).await;
            let stranger = publish(ctx, chi, say("garden", "wave"), None).await;
            assert!(matches!(stranger, Err(Error::Forbidden(_))));
            let newcomer = publish(ctx, &eve, say("garden", "wave"), None).await;
            assert!(matches!(newcomer, Err(Error::Invalid(_))));
            post(&world, ben, "a member").await;
            world.pass(24 * Millis::HOUR + 1);
            post(&world, chi, "now").await;
            let odd = GroupChange { slow_mode: Some(-1), ..GroupChange::default() };
            assert!(act(ctx, ana, garden, change(odd), Why::default()).await.is_err());
        });
    }

    fn a_group_has_an_owner_and_nobody_takes_it_over(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, chi, garden) =
            (&world.ctx, &world.ana, &world.ben, &world.chi, world.garden.id);
        testing::run(async {
            for who in [ben, chi] {
                join(ctx, who, garden).await.unwrap();
            }
            let set = async |by: &Viewer, who: AccountId, role: Role| {
                act(ctx, by, garden, Deed::SetRole { who, role }, Why::default()).await
            };
            assert!(matches!(set(ben, ben.id(), Role::Owner).await, Err(Error::Forbidden(_))));
            set(ana, ben.id(), Role::Moderator).await.unwrap();
            // A moderator appoints nobody, and demotes nobody.
            assert!(matches!(set(ben, chi.id(), Role::Moderator).await, Err(Error::Forbidden(_))));
            assert!(matches!(set(ben, ana.id(), Role::Member).await, Err(Error::Forbidden(_))));
            // The last owner stays.
            assert!(matches!(set(ana, ana.id(), Role::Member).await, Err(Error::Forbidden(_))));
            set(ana, chi.id(), Role::Owner).await.unwrap();
            assert!(matches!(set(chi, ana.id(), Role::Member).await, Err(Error::Forbidden(_))));
            assert_eq!(set(ana, chi.id(), Role::Owner).await.unwrap(), Done::Already);
            set(ana, ana.id(), Role::Member).await.unwrap();
            assert_eq!(role_of(&world, ana.id()).await, Some(Role::Member));
            // Handed over: the old owner is a moderator.
            act(ctx, chi, garden, Deed::Transfer { to: ben.id() }, Why::default()).await.unwrap();
            assert_eq!(role_of(&world, ben.id()).await, Some(Role::Owner));
            assert_eq!(role_of(&world, chi.id()).await, Some(Role::Moderator));
            let to_nobody = act(ctx, ben, garden, Deed::Transfer { to: world.dan.id }, Why::default()).await;
            assert!(matches!(to_nobody, Err(Error::NotFound)));
            assert_eq!(log(&world).await.len(), 4);
            assert!(log_is_whole(ctx, garden).await.unwrap());
        });
    }

    fn what_weighs_waits_for_a_second_moderator(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, chi, garden) =
            (&world.ctx, &world.ana, &world.ben, &world.chi, world.garden.id);
        testing::run(async {
            for who in [ben, chi] {
                join(ctx, who, garden).await.unwrap();
            }
            let two = GroupChange { approvals: Some(2), ..GroupChange::default() };
            act(ctx, ana, garden, change(two), Why::default()).await.unwrap();
            // While there is one moderator, one is enough.
            let deed = Deed::SetRole { who: ben.id(), role: Role::Moderator };
            assert!(matches!(act(ctx, ana, garden, deed, Why::default()).await.unwrap(), Done::Executed(_)));
            let ban = Deed::Ban { who: chi.id() };
            let done = act(ctx, ana, garden, ban.clone(), Why::because("rude")).await.unwrap();
            let Done::Proposed(proposal) = done else { panic!("{done:?}") };
            assert_eq!(role_of(&world, chi.id()).await, Some(Role::Member));
            assert_eq!(act(ctx, ben, garden, ban.clone(), Why::default()).await.unwrap(), Done::Already);
            assert_eq!(agree(ctx, ana, garden, proposal).await.unwrap(), Done::Already);
            assert!(matches!(agree(ctx, chi, garden, proposal).await, Err(Error::Forbidden(_))));
            // A removal protects people now.
            let thread = post(&world, chi, "rude words").await;
            let removal = Deed::RemoveStatus { status: thread };
            assert!(matches!(act(ctx, ana, garden, removal, Why::default()).await.unwrap(), Done::Executed(_)));

            assert!(matches!(agree(ctx, ben, garden, proposal).await.unwrap(), Done::Executed(_)));
            assert_eq!(role_of(&world, chi.id()).await, None);
            assert!(matches!(agree(ctx, ben, garden, proposal).await, Err(Error::NotFound)));
            let words = log(&world).await;
            let end: Vec<_> = words.iter().rev().take(2).rev().map(|one| (one.0.as_str(), one.1)).collect();
            assert_eq!(end, [
                ("member_banned", ActionState::Approved),
                ("member_banned", ActionState::Executed),
            ]);
            // Taken from the table, and off it after its time.
            let Done::Proposed(other) = act(ctx, ana, garden, change(GroupChange {
                kind: Some(GroupKind::Private), ..GroupChange::default()
            }), Why::default()).await.unwrap() else { panic!() };
            withdraw(ctx, ben, garden, other, Why::because("no")).await.unwrap();
            assert!(matches!(agree(ctx, ben, garden, other).await, Err(Error::NotFound)));
            assert!(log_is_whole(ctx, garden).await.unwrap());
        });
    }

    fn what_an_owner_wants_any_moderator_agrees_to(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, chi, garden) =
            (&world.ctx, &world.ana, &world.ben, &world.chi, world.garden.id);
        testing::run(async {
            for who in [ben, chi] {
                join(ctx, who, garden).await.unwrap();
            }
            let wants = async |by: &Viewer, deed: Deed| act(ctx, by, garden, deed, Why::default()).await;
            let proposes = async |by: &Viewer, deed: Deed| match wants(by, deed).await.unwrap() {
                Done::Proposed(entry) => entry,
                other => panic!("{other:?}"),
            };
            let kind = |kind: GroupKind| change(GroupChange { kind: Some(kind), ..GroupChange::default() });
            let kind_now = async || world.db(move |c| Ok(groups::find(c, garden)?.unwrap().kind)).await;
            wants(ana, change(GroupChange { approvals: Some(2), ..GroupChange::default() })).await.unwrap();
            wants(ana, Deed::SetRole { who: ben.id(), role: Role::Moderator }).await.unwrap();

            // One owner and one moderator: the moderator wants nothing of this by himself, and agrees to it.
            let alone = wants(ben, kind(GroupKind::Approved)).await;
            assert!(matches!(alone, Err(Error::Forbidden(_))), "{alone:?}");
            let opened = proposes(ana, kind(GroupKind::Approved)).await;
            assert_eq!(kind_now().await, GroupKind::Open);
            assert_eq!(agree(ctx, ana, garden, opened).await.unwrap(), Done::Already);
            assert!(matches!(agree(ctx, ben, garden, opened).await.unwrap(), Done::Executed(_)));
            assert_eq!(kind_now().await, GroupKind::Approved);

            // Only an owner himself lays that down, also with the agreement of others.
            let owner = |who: &Viewer| Deed::SetRole { who: who.id(), role: Role::Owner };
            let member = |who: &Viewer| Deed::SetRole { who: who.id(), role: Role::Member };
            let second = proposes(ana, owner(chi)).await;
            agree(ctx, ben, garden, second).await.unwrap();
            let coup = proposes(ana, member(chi)).await;
            let refused = agree(ctx, ben, garden, coup).await;
            assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
            let private = proposes(ana, kind(GroupKind::Private)).await;
            let farewell = proposes(ana, member(ana)).await;
            agree(ctx, ben, garden, farewell).await.unwrap();
            assert_eq!(role_of(&world, ana.id()).await, Some(Role::Member));
            // What she wanted for the group went with her, unless an owner wants it too.
            let refused = agree(ctx, ben, garden, private).await;
            assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
            assert!(matches!(agree(ctx, chi, garden, private).await.unwrap(), Done::Executed(_)));
            assert_eq!(kind_now().await, GroupKind::Private);
            assert!(log_is_whole(ctx, garden).await.unwrap());
        });
    }

    fn an_act_names_a_rule_of_its_group(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, garden) = (&world.ctx, &world.ana, &world.ben, world.garden.id);
        testing::run(async {
            let rules = vec![
                RuleText { text: "Be kind".to_owned(), ..RuleText::default() },
                RuleText { text: "Speak of gardens".to_owned(), ..RuleText::default() },
            ];
            act(ctx, ana, garden, Deed::Rules { rules }, Why::default()).await.unwrap();
            let rows = world.db(move |c| Ok(group_rules::of(c, garden)?)).await;
            let thread = post(&world, ben, "cars").await;
            let why = Why { rule: Some(rows[1].id), ..Why::default() };
            act(ctx, ana, garden, Deed::RemoveStatus { status: thread }, why).await.unwrap();
            let entry = world.db(move |c| {
                Ok(moderation_actions::page(c, garden, &Page::first(1))?.remove(0))
            }).await;
            assert_eq!(entry.rule.as_deref(), Some("2. Speak of gardens"));
            // A rule that is written anew keeps its id; one of nobody is refused.
            let rules = vec![RuleText {
                id: Some(rows[1].id),
                text: "Speak of gardens and balconies".to_owned(),
                ..RuleText::default()
            }];
            act(ctx, ana, garden, Deed::Rules { rules: rules.clone() }, Why::default()).await.unwrap();
            let after = world.db(move |c| Ok(group_rules::of(c, garden)?)).await;
            assert_eq!((after.len(), after[0].id, after[0].position), (1, rows[1].id, 1));
            assert_eq!(act(ctx, ana, garden, Deed::Rules { rules }, Why::default()).await.unwrap(), Done::Already);
            let why = Why { rule: Some(rows[0].id), ..Why::default() };
            let refused = act(ctx, ana, garden, Deed::RestoreStatus { status: thread }, why).await;
            assert!(matches!(refused, Err(Error::Invalid(_))));
        });
    }

    fn another_kind_opens_nothing_backwards(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, chi, garden) =
            (&world.ctx, &world.ana, &world.ben, &world.chi, world.garden.id);
        testing::run(async {
            join(ctx, ben, garden).await.unwrap();
            let kind = async |kind: GroupKind| {
                let wanted = GroupChange { kind: Some(kind), ..GroupChange::default() };
                act(ctx, ana, garden, change(wanted), Why::default()).await.unwrap();
            };
            let open = post(&world, ben, "in the open").await;
            kind(GroupKind::Private).await;
            let inside = post(&world, ben, "among us").await;
            let reply = answer(&world, ana, inside).await.unwrap();
            for id in [inside, reply] {
                assert_eq!(row(&world, id).await.visibility, Visibility::Members);
            }
            let seen = |who: AccountId, id: StatusId| {
                world.db(move |c| Ok(database::visible::find(c, who, id)?.is_some()))
            };
            for id in [inside, reply] {
                assert!(seen(ana.id(), id).await && seen(ben.id(), id).await && seen(garden, id).await);
                assert!(!seen(chi.id(), id).await && !seen(database::visible::NOBODY, id).await);
            }
            assert!(seen(chi.id(), open).await);
            let waits = join(ctx, chi, garden).await.unwrap();
            assert_eq!(waits.viewer, Some(MembershipState::Requested));
            kind(GroupKind::Open).await;
            // Whoever waited is in; what was said behind the door stays there.
            assert_eq!(role_of(&world, chi.id()).await, Some(Role::Member));
            assert!(seen(chi.id(), inside).await);
            assert!(!seen(database::visible::NOBODY, inside).await);
            act(ctx, ana, garden, Deed::Kick { who: chi.id() }, Why::default()).await.unwrap();
            assert!(!seen(chi.id(), inside).await && !seen(chi.id(), reply).await);
            let locked = world.db(move |c| Ok(groups::find(c, garden)?.unwrap().kind)).await;
            assert_eq!(locked, GroupKind::Open);
        });
    }
}
