//! Stories of a group: founding, the queue, bans, the log.

use database::{actor_keys, moderation_actions, statuses};
use model::{GroupKind, StatusId};

use super::*;
use crate::relationships;
use crate::statuses::{Draft, publish};
use crate::testing::{self, World};

fn named(name: &str, title: &str) -> NewGroup {
    NewGroup {
        name: name.to_owned(),
        title: title.to_owned(),
        ..NewGroup::default()
    }
}

fn code(outcome: Result<GroupView>) -> &'static str {
    match outcome {
        Err(Error::Invalid(problems)) => problems[0].code,
        other => panic!("{other:?}"),
    }
}

fn is_whole(log: &[moderation_actions::ModerationAction]) -> bool {
    let mut check = crate::ledger::Check::default();
    log.iter().all(|entry| check.follows(entry))
}

database::both_engines! {
    fn ben_founds_a_group(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ben) = (&world.ctx, &world.ben);
        testing::run(async {
            let new = NewGroup {
                note: "Rules of @garden: <b>be kind</b>".to_owned(),
                kind: Some(GroupKind::Approved),
                ..named("", "Warga RT 05")
            };
            let view = create(ctx, ben, new).await.unwrap();
            let account = &view.account.account;
            assert_eq!(account.uri, "https://balai.example/g/warga_rt_05");
            assert_eq!(account.display_name, "Warga RT 05");
            assert!(account.locked && account.note.contains("&lt;b&gt;"));
            assert!(account.note.contains("https://balai.example/@garden"));
            assert_eq!(view.viewer_role, Some(Role::Owner));
            assert_eq!((view.members_count, view.owner), (1, Some(ben.id())));
            let id = account.id;
            let keys = world.db(move |c| Ok(actor_keys::of(c, id)?)).await;
            assert_eq!(keys.len(), 2);
            assert!(keys.iter().all(|key| key.private_der.is_some()));
            assert_eq!(keys[0].uri, "https://balai.example/g/warga_rt_05#main-key");

            // The same title again: another name.
            let again = create(ctx, ben, named("", "Warga RT 05")).await.unwrap();
            assert_eq!(again.account.account.username, "warga_rt_05_2");
            // One namespace with people.
            assert_eq!(code(create(ctx, ben, named("Chi", "x")).await), "ERR_TAKEN");
            assert_eq!(code(create(ctx, ben, named("admin", "x")).await), "ERR_RESERVED");
            assert_eq!(code(create(ctx, ben, named("a b", "x")).await), "ERR_INVALID");
            assert_eq!(code(create(ctx, ben, named("", "庭")).await), "ERR_BLANK");
        });
    }

    fn the_queue_of_an_approved_group(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, chi) = (&world.ctx, &world.ana, &world.ben, &world.chi);
        testing::run(async {
            let hall = world.group(ana, "hall", GroupKind::Approved).await.id;
            let view = join(ctx, ben, hall).await.unwrap();
            assert_eq!(view.viewer, Some(MembershipState::Requested));
            join(ctx, chi, hall).await.unwrap();
            assert!(!is_member(ctx, hall, ben.id()).await.unwrap());
            world.events().await;

            let refused = act(ctx, ben, hall, Deed::Approve { who: chi.id() }, Why::default()).await;
            assert!(matches!(refused, Err(Error::Forbidden(_))));
            let page = Page::first(40);
            assert!(membership_requests(ctx, ben, hall, page).await.is_err());
            let waiting = membership_requests(ctx, ana, hall, page).await.unwrap();
            assert_eq!(waiting.items.len(), 2);
            act(ctx, ana, hall, Deed::Approve { who: ben.id() }, Why::default()).await.unwrap();
            act(ctx, ana, hall, Deed::Refuse { who: chi.id() }, Why::default()).await.unwrap();
            assert!(is_member(ctx, hall, ben.id()).await.unwrap());
            assert!(!is_member(ctx, hall, chi.id()).await.unwrap());
            let again = act(ctx, ana, hall, Deed::Approve { who: ben.id() }, Why::default()).await;
            assert!(matches!(again, Err(Error::NotFound)));
            let events = world.events().await;
            assert!(matches!(
                &events[..],
                [
                    Event::Joined { .. },
                    Event::FollowAccepted { .. },
                    Event::FollowRejected { .. },
                    Event::Warned { .. },
                ]
            ), "{events:?}");

            // Members are not for everyone's eyes; who moderates is.
            let seen = memberships(ctx, Some(chi), hall, None, page).await.unwrap();
            assert_eq!(seen.items.len(), 1);
            assert_eq!(seen.items[0].role, Role::Owner);
            let seen = memberships(ctx, Some(ana), hall, None, page).await.unwrap();
            assert_eq!(seen.items.len(), 2);
            let seen = memberships(ctx, Some(ana), hall, Some(Role::Member), page).await.unwrap();
            assert_eq!(seen.items[0].account.account.id, ben.id());
        });
    }

    fn the_last_owner_stays(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, garden) = (&world.ctx, &world.ana, world.garden.id);
        testing::run(async {
            assert!(matches!(leave(ctx, ana, garden).await, Err(Error::Forbidden(_))));
            assert!(matches!(
                relationships::unfollow(ctx, ana, garden).await,
                Err(Error::Forbidden(_))
            ));
            assert!(is_member(ctx, garden, ana.id()).await.unwrap());
            join(ctx, &world.ben, garden).await.unwrap();
            let ben = world.ben.id();
            world.db(move |c| {
                let row = memberships::find(c, garden, ben)?.unwrap();
                Ok(memberships::set_state(c, row.id, row.state, Role::Owner, row.updated_at)?)
            }).await;
            leave(ctx, ana, garden).await.unwrap();
            assert!(!is_member(ctx, garden, ana.id()).await.unwrap());
            assert!(leave(ctx, &world.ben, garden).await.is_err());
        });
    }

    fn a_ban_shuts_the_door(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, garden) = (&world.ctx, &world.ana, &world.ben, world.garden.id);
        testing::run(async {
            join(ctx, ben, garden).await.unwrap();
            assert!(act(ctx, ben, garden, Deed::Ban { who: world.chi.id() }, Why::because("")).await.is_err());
            assert!(matches!(
                act(ctx, ana, garden, Deed::Ban { who: ana.id() }, Why::because("")).await,
                Err(Error::Forbidden(_))
            ));
            world.events().await;
            act(ctx, ana, garden, Deed::Ban { who: ben.id() }, Why::because("spam")).await.unwrap();
            act(ctx, ana, garden, Deed::Ban { who: ben.id() }, Why::because("spam")).await.unwrap();
            let events = world.events().await;
            assert!(matches!(
                &events[..],
                [Event::FollowRejected { .. }, Event::Banned { .. }, Event::Warned { .. }]
            ));
            assert!(!is_member(ctx, garden, ben.id()).await.unwrap());
            assert!(matches!(join(ctx, ben, garden).await, Err(Error::Forbidden(_))));
            assert!(show(ctx, Some(ben), garden).await.unwrap().viewer_banned);
            let banned = bans(ctx, ana, garden, Page::first(40)).await.unwrap();
            assert_eq!(banned.items[0].account.id, ben.id());
            assert!(bans(ctx, ben, garden, Page::first(40)).await.is_err());

            act(ctx, ana, garden, Deed::Unban { who: ben.id() }, Why::default()).await.unwrap();
            join(ctx, ben, garden).await.unwrap();
            assert!(is_member(ctx, garden, ben.id()).await.unwrap());
            act(ctx, ana, garden, Deed::Kick { who: ben.id() }, Why::default()).await.unwrap();
            assert!(!is_member(ctx, garden, ben.id()).await.unwrap());
            join(ctx, ben, garden).await.unwrap();
        });
    }

    fn every_act_stands_in_the_log_with_the_human(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, garden) = (&world.ctx, &world.ana, world.garden.id);
        testing::run(async {
            let acting = World::acting(ana, &world.garden);
            act(ctx, ana, garden, Deed::Ban { who: world.ben.id() }, Why::because("rude")).await.unwrap();
            act(ctx, &acting, garden, Deed::Unban { who: world.ben.id() }, Why::default()).await.unwrap();
            act(ctx, &acting, garden, Deed::Ban { who: world.dan.id }, Why::because("spam\u{202e}")).await.unwrap();
            let mut log = world
                .db(move |c| Ok(moderation_actions::page(c, garden, &Page::first(10))?))
                .await;
            log.reverse();
            let acts: Vec<_> = log.iter().map(|one| (one.kind.as_str(), one.account_id)).collect();
            assert_eq!(acts, [
                ("member_banned", ana.id()),
                ("member_unbanned", garden),
                ("member_banned", garden),
            ]);
            assert!(log.iter().all(|one| one.human_id == ana.id()));
            assert!(is_whole(&log));
            for at in 0..log.len() {
                let mut forged = log.clone();
                forged[at].reason = "nothing".to_owned();
                assert!(!is_whole(&forged));
                let mut forged = log.clone();
                forged.remove(at);
                assert_eq!(is_whole(&forged), at == 2);
            }
            assert!(testing::log_is_whole(ctx, garden).await.unwrap());

            // A role that is gone takes the power along, also through a token of the group.
            let who = ana.id();
            world.db(move |c| {
                let row = memberships::find(c, garden, who)?.unwrap();
                Ok(memberships::set_state(c, row.id, row.state, Role::Member, row.updated_at)?)
            }).await;
            let refused = act(ctx, &acting, garden, Deed::Unban { who: world.dan.id }, Why::default()).await;
            assert!(matches!(refused, Err(Error::Forbidden(_))));
        });
    }

    fn groups_are_listed_and_shown(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ben) = (&world.ctx, &world.ben);
        testing::run(async {
            world.group(&world.ana, "hall", GroupKind::Open).await;
            assert_eq!(crate::discovery::groups::first(ctx, 10).await.unwrap().len(), 2);
            assert!(joined(ctx, ben).await.unwrap().is_empty());
            join(ctx, ben, world.garden.id).await.unwrap();
            let mine = joined(ctx, ben).await.unwrap();
            assert_eq!(mine[0].account.account.username, "garden");
            assert_eq!(mine[0].members_count, 2);
            let person = show(ctx, None, ben.id()).await;
            assert!(matches!(person, Err(Error::NotFound)));
            assert!(matches!(join(ctx, ben, world.chi.id()).await, Err(Error::NotFound)));
        });
    }

    fn a_thread_leaves_the_group_and_stays_its_authors(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, garden) = (&world.ctx, &world.ana, &world.ben, world.garden.id);
        testing::run(async {
            join(ctx, ben, garden).await.unwrap();
            let draft = || Draft { text: "@garden hello".to_owned(), ..Draft::default() };
            let thread = publish(ctx, ben, draft(), None).await.unwrap().status.id;
            let boost = world
                .db(move |c| Ok(statuses::boost_by(c, garden, thread)?))
                .await
                .expect("the group's boost");
            world.events().await;
            let refused = act(ctx, ben, garden, Deed::RemoveStatus { status: thread }, Why::because("")).await;
            assert!(matches!(refused, Err(Error::Forbidden(_))));
            act(ctx, ana, garden, Deed::RemoveStatus { status: thread }, Why::because("rule 3")).await.unwrap();
            act(ctx, ana, garden, Deed::RemoveStatus { status: thread }, Why::because("rule 3")).await.unwrap();
            let told = world.events().await;
            let taken_out = Event::RemovedFromGroup {
                group: garden,
                status: thread,
                boost: Some(boost.id),
            };
            assert_eq!(told[0], taken_out);
            // Its author is told, once.
            assert!(matches!(told[1..], [Event::Warned { .. }]), "{told:?}");
            let row = world.db(move |c| Ok(statuses::get(c, thread)?)).await;
            assert!(row.removed_at.is_some() && row.deleted_at.is_none());
            let gone = world.db(move |c| Ok(statuses::boost_by(c, garden, thread)?)).await;
            assert!(gone.is_none());
            assert!(testing::log_is_whole(ctx, garden).await.unwrap());
            let missing = act(ctx, ana, garden, Deed::RemoveStatus { status: StatusId(1) }, Why::because("")).await;
            assert!(matches!(missing, Err(Error::NotFound)));

            // Who is banned posts into the group no more.
            act(ctx, ana, garden, Deed::Ban { who: ben.id() }, Why::because("")).await.unwrap();
            let outcome = publish(ctx, ben, draft(), None).await;
            assert!(matches!(outcome, Err(Error::Forbidden(_))), "{outcome:?}");
        });
    }
}
