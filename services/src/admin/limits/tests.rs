//! Stories of what administrators do to groups, of what they cannot, and of how a group ends.

use database::accounts::Account;
use database::{follows, memberships, moderation_actions, statuses};
use model::{GroupKind, MembershipState, Role, ServerRole, StatusId, Visibility};

use super::*;
use crate::discovery::groups::{Wish, directory};
use crate::group_log;
use crate::groups::{self as people, Deed, GroupChange, Why, act, agree, join, leave};
use crate::polls::{NewPoll, vote};
use crate::statuses::{Draft, Edit, delete, edit, publish};
use crate::stewardship::Done;
use crate::testing::{self, World, log_is_whole};

/// Someone who runs the place, and is in no group.
async fn staff(world: &World, name: &str, role: ServerRole) -> Viewer {
    let person = world.person(name).await;
    let id = person.id();
    world
        .db(move |c| Ok(database::users::set_role(c, id, role)?))
        .await;
    person
}

async fn kinds(world: &World, group: AccountId) -> Vec<String> {
    let rows = world
        .db(move |c| Ok(moderation_actions::page(c, group, &Page::first(100))?))
        .await;
    rows.into_iter().rev().map(|row| row.kind).collect()
}

async fn row(world: &World, group: AccountId) -> Group {
    world
        .db(move |c| Ok(groups::find(c, group)?.unwrap()))
        .await
}

fn say(text: &str) -> Draft {
    Draft {
        text: text.to_owned(),
        visibility: Some(Visibility::Public),
        ..Draft::default()
    }
}

async fn post(world: &World, by: &Viewer, text: &str) -> Result<StatusId> {
    Ok(publish(&world.ctx, by, say(text), None).await?.status.id)
}

async fn is_listed(world: &World, group: &Account) -> bool {
    let found = directory(&world.ctx, None, Wish::default()).await.unwrap();
    found
        .groups
        .iter()
        .any(|one| one.group.account.account.id == group.id)
}

async fn state_of(world: &World, group: AccountId, who: AccountId) -> MembershipState {
    world
        .db(move |c| Ok(memberships::find(c, group, who)?.unwrap().state))
        .await
}

/// Everything the group says of itself.
async fn face(world: &World, group: AccountId) -> (String, String, serde_json::Value, Group) {
    let account = world.account(group).await;
    let row = row(world, group).await;
    (account.display_name, account.note, account.fields, row)
}

database::both_engines! {
    fn only_administrators_limit_a_group_and_say_why(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, garden) = (&world.ctx, world.garden.id);
        testing::run(async {
            let admin = staff(&world, "ada", ServerRole::Admin).await;
            let moderator = staff(&world, "rini", ServerRole::Moderator).await;
            for who in [&moderator, &world.ana, &world.ben] {
                for limit in GroupLimit::ALL {
                    let refused = set(ctx, who, garden, *limit, true, "because").await;
                    assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
                }
            }
            let long = "x".repeat(MOST_REASON + 1);
            for reason in ["", "  \n", long.as_str()] {
                let refused = set(ctx, &admin, garden, GroupLimit::Freeze, true, reason).await;
                assert!(matches!(refused, Err(Error::Invalid(_))), "{reason:.10}");
            }
            let person = world.ben.id();
            let refused = set(ctx, &admin, person, GroupLimit::Freeze, true, "because").await;
            assert!(matches!(refused, Err(Error::NotFound)));
            assert!(kinds(&world, garden).await.is_empty());
            assert!(world.events().await.is_empty());

            for limit in GroupLimit::ALL {
                set(ctx, &admin, garden, *limit, true, "because").await.unwrap();
                // The same once more is no second entry.
                set(ctx, &admin, garden, *limit, true, "once more").await.unwrap();
            }
            for limit in GroupLimit::ALL {
                set(ctx, &admin, garden, *limit, false, "").await.unwrap();
                set(ctx, &admin, garden, *limit, false, "").await.unwrap();
            }
            assert_eq!(kinds(&world, garden).await, [
                "group_limited", "group_frozen", "group_evicted",
                "group_unlimited", "group_unfrozen", "group_kept",
            ]);
            assert_eq!(kinds(&world, ledger::OF_THE_SERVER).await.len(), 6);
            assert!(log_is_whole(ctx, garden).await.unwrap());
            let told = world.events().await;
            let told = told.iter().filter(|event| matches!(event, Event::GroupLimited { .. }));
            assert_eq!(told.count(), 6);
        });
    }

    fn the_log_names_the_administrators_and_hides_the_human_as_it_hides_all(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, garden) = (&world.ctx, &world.ana, &world.ben, world.garden.id);
        testing::run(async {
            let admin = staff(&world, "ada", ServerRole::Admin).await;
            set(ctx, &admin, garden, GroupLimit::Limit, true, "a law").await.unwrap();
            let entries = async |viewer: Option<&Viewer>| {
                group_log::page(ctx, viewer, garden, Page::first(10)).await.unwrap().items
            };
            for viewer in [None, Some(ben)] {
                let seen = entries(viewer).await;
                assert!(seen[0].by_administrators && seen[0].by.is_none());
                assert_eq!(seen[0].reason, "a law");
            }
            let seen = entries(Some(ana)).await;
            assert_eq!(seen[0].by.as_ref().unwrap().account.id, admin.id());
        });
    }

    fn a_limited_group_goes_on_and_is_found_by_its_followers_alone(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ben, garden) = (&world.ctx, &world.ben, &world.garden);
        testing::run(async {
            let admin = staff(&world, "ada", ServerRole::Admin).await;
            assert!(is_listed(&world, garden).await);
            set(ctx, &admin, garden.id, GroupLimit::Limit, true, "because").await.unwrap();
            assert!(!is_listed(&world, garden).await);
            join(ctx, ben, garden.id).await.unwrap();
            post(&world, ben, "@garden beans").await.unwrap();
            set(ctx, &admin, garden.id, GroupLimit::Limit, false, "").await.unwrap();
            assert!(is_listed(&world, garden).await);
        });
    }

    fn in_a_frozen_group_nothing_is_done_and_one_can_read_and_leave(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, chi, garden) =
            (&world.ctx, &world.ana, &world.ben, &world.chi, world.garden.id);
        testing::run(async {
            let admin = staff(&world, "ada", ServerRole::Admin).await;
            join(ctx, ben, garden).await.unwrap();
            let thread = post(&world, ben, "@garden beans").await.unwrap();
            let options = ["beans", "peas"].map(str::to_owned).to_vec();
            let poll = NewPoll { options, expires_in: 600, multiple: false, hide_totals: false };
            let draft = Draft { poll: Some(poll), ..say("@garden which?") };
            let asked = publish(ctx, ben, draft, None).await.unwrap();
            let poll = asked.poll.unwrap().poll.id;
            let as_group = World::acting(ana, &world.garden);
            set(ctx, &admin, garden, GroupLimit::Freeze, true, "because").await.unwrap();
            assert!(vote(ctx, ana, poll, vec![0]).await.is_err());
            let before = face(&world, garden).await;

            assert!(join(ctx, chi, garden).await.is_err());
            assert!(crate::relationships::follow_only(ctx, chi, garden).await.is_err());
            for who in [ana, ben, chi] {
                assert!(post(&world, who, "@garden more beans").await.is_err());
                let answer = Draft { in_reply_to: Some(thread), ..say("an answer") };
                assert!(publish(ctx, who, answer, None).await.is_err());
            }
            let words = Edit { text: Some("other words".to_owned()), ..Edit::default() };
            assert!(edit(ctx, ben, thread, words).await.is_err());
            let deeds = [
                Deed::Change { change: GroupChange { slow_mode: Some(60), ..GroupChange::default() } },
                Deed::Rules { rules: Vec::new() },
                Deed::RemoveStatus { status: thread },
                Deed::Ban { who: ben.id() },
                Deed::Mute { who: ben.id() },
                Deed::SetRole { who: ben.id(), role: Role::Moderator },
                Deed::Transfer { to: ben.id() },
                Deed::Pin { status: thread },
                Deed::Lock { status: thread },
                Deed::Close,
            ];
            for deed in deeds {
                let refused = act(ctx, ana, garden, deed.clone(), Why::default()).await;
                assert!(matches!(refused, Err(Error::Forbidden(_))), "{deed:?}");
            }
            let named = crate::accounts::ProfileChange {
                display_name: Some("Another".to_owned()),
                ..crate::accounts::ProfileChange::default()
            };
            let none = GroupChange::default();
            assert!(people::change(ctx, ana, garden, named.clone(), none).await.is_err());
            assert!(crate::accounts::update(ctx, &as_group, named).await.is_err());
            assert!(post(&world, &as_group, "an announcement").await.is_err());
            assert!(crate::canned_answers::put(ctx, ana, garden, None, "a", "b").await.is_err());
            assert_eq!(face(&world, garden).await, before);
            assert_eq!(kinds(&world, garden).await, ["group_frozen"]);

            // Read, leave, take what is one's own away.
            assert_eq!(group_log::page(ctx, None, garden, Page::first(5)).await.unwrap().items.len(), 1);
            let seen = crate::timelines::group(ctx, None, garden, Page::first(5)).await.unwrap();
            assert_eq!(seen.items.len(), 2);
            leave(ctx, ben, garden).await.unwrap();
            delete(ctx, ben, thread).await.unwrap();

            set(ctx, &admin, garden, GroupLimit::Freeze, false, "").await.unwrap();
            join(ctx, chi, garden).await.unwrap();
            post(&world, chi, "@garden at last").await.unwrap();
        });
    }

    fn from_elsewhere_nothing_comes_into_a_frozen_group(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, dan, garden) = (&world.ctx, &world.dan, world.garden.id);
        testing::run(async {
            let admin = staff(&world, "ada", ServerRole::Admin).await;
            let follow = async |uri: &str| {
                crate::relationships::receive_follow(ctx, dan.id, garden, uri).await.unwrap();
            };
            follow("https://far.example/follows/1").await;
            let moderates = Deed::SetRole { who: dan.id, role: Role::Moderator };
            act(ctx, &world.ana, garden, moderates, Why::default()).await.unwrap();
            set(ctx, &admin, garden, GroupLimit::Freeze, true, "because").await.unwrap();
            world.events().await;
            let far = world.remote(AccountKind::Person, "fay", "far.example").await;
            let uri = "https://far.example/follows/2";
            crate::relationships::receive_follow(ctx, far.id, garden, uri).await.unwrap();
            let told = world.events().await;
            assert!(
                matches!(told.as_slice(), [Event::FollowRejected { account, .. }] if *account == far.id),
                "{told:?}"
            );
            let deed = Deed::Ban { who: far.id };
            let refused = people::act_from_elsewhere(ctx, dan.id, garden, deed, Why::default()).await;
            assert!(matches!(refused, Err(Error::Forbidden(_))));
            people::relay(ctx, garden, model::InboxId(1)).await.unwrap();
            assert!(world.events().await.is_empty());
        });
    }

    fn what_was_appealed_waits_while_a_group_is_frozen(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, garden) = (&world.ctx, &world.ana, &world.ben, world.garden.id);
        testing::run(async {
            let admin = staff(&world, "ada", ServerRole::Admin).await;
            join(ctx, ben, garden).await.unwrap();
            let done = act(ctx, ana, garden, Deed::Ban { who: ben.id() }, Why::default()).await.unwrap();
            let Done::Executed(ban) = done else { panic!("{done:?}") };
            set(ctx, &admin, garden, GroupLimit::Freeze, true, "because").await.unwrap();
            crate::appeals::appeal(ctx, ben, garden, ban, "why?").await.unwrap();
            world.pass(20 * Millis::DAY);
            jobs::work(ctx).await.unwrap();
            let is_banned = async || {
                let (ben, now) = (ben.id(), ctx.now());
                world.db(move |c| Ok(database::group_bans::is_banned(c, garden, ben, now)?)).await
            };
            assert!(is_banned().await);
            set(ctx, &admin, garden, GroupLimit::Freeze, false, "").await.unwrap();
            world.pass(Millis::DAY + 1);
            jobs::work(ctx).await.unwrap();
            assert!(!is_banned().await);
        });
    }

    fn an_evicted_group_goes_on_and_closes_on_its_day(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, chi) = (&world.ctx, &world.ana, &world.ben, &world.chi);
        let garden = world.garden.id;
        testing::run(async {
            let admin = staff(&world, "ada", ServerRole::Admin).await;
            crate::settings::set(ctx, &[("eviction_days".to_owned(), "10".to_owned())]).await.unwrap();
            join(ctx, ben, garden).await.unwrap();
            let thread = post(&world, ben, "@garden beans").await.unwrap();
            set(ctx, &admin, garden, GroupLimit::Evict, true, "another place fits better").await.unwrap();
            let day = row(&world, garden).await.leaves_at.unwrap();
            assert_eq!(day, ctx.now().plus(10 * Millis::DAY));
            // Nobody new; whoever is there goes on.
            assert!(join(ctx, chi, garden).await.is_err());
            assert!(post(&world, chi, "@garden let me in").await.is_err());
            post(&world, ben, "@garden more beans").await.unwrap();
            let shut = GroupChange { slow_mode: Some(1), ..GroupChange::default() };
            act(ctx, ana, garden, Deed::Change { change: shut }, Why::default()).await.unwrap();

            // Taken back in time, the day passes and nothing happens.
            set(ctx, &admin, garden, GroupLimit::Evict, false, "").await.unwrap();
            world.pass(11 * Millis::DAY);
            jobs::work(ctx).await.unwrap();
            due(ctx, garden).await.unwrap();
            assert_eq!(row(&world, garden).await.closed_at, None);
            join(ctx, chi, garden).await.unwrap();

            set(ctx, &admin, garden, GroupLimit::Evict, true, "it really does").await.unwrap();
            world.pass(9 * Millis::DAY);
            jobs::work(ctx).await.unwrap();
            due(ctx, garden).await.unwrap();
            assert_eq!(row(&world, garden).await.closed_at, None);
            world.pass(Millis::DAY + 1);
            world.events().await;
            jobs::work(ctx).await.unwrap();
            due(ctx, garden).await.unwrap();
            assert!(row(&world, garden).await.closed_at.is_some());
            let log = kinds(&world, garden).await;
            assert_eq!(log.last().map(String::as_str), Some("group_closed"));
            assert_eq!(log.iter().filter(|kind| *kind == "group_closed").count(), 1);
            assert!(log_is_whole(ctx, garden).await.unwrap());
            world.pass(2 * Millis::MINUTE);
            jobs::work(ctx).await.unwrap();
            let thread = world.db(move |c| Ok(statuses::get(c, thread)?)).await;
            assert!(!thread.is_deleted() && thread.group().is_none());
        });
    }

    fn an_owner_closes_a_group_and_its_people_keep_what_they_wrote(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, chi) = (&world.ctx, &world.ana, &world.ben, &world.chi);
        let garden = world.garden.id;
        testing::run(async {
            join(ctx, ben, garden).await.unwrap();
            let thread = post(&world, ben, "@garden beans").await.unwrap();
            let answer = Draft { in_reply_to: Some(thread), ..say("an answer") };
            let answer = publish(ctx, ana, answer, None).await.unwrap().status.id;
            crate::relationships::receive_follow(ctx, world.dan.id, garden, "https://far.example/f/1")
                .await
                .unwrap();
            let refused = act(ctx, ben, garden, Deed::Close, Why::default()).await;
            assert!(matches!(refused, Err(Error::Forbidden(_))));
            world.events().await;
            act(ctx, ana, garden, Deed::Close, Why::because("we are done")).await.unwrap();
            // Once.
            assert!(matches!(act(ctx, ana, garden, Deed::Close, Why::default()).await, Err(Error::NotFound)));
            let told = world.events().await;
            assert_eq!(
                told.iter().filter(|event| matches!(event, Event::AccountDeleted { account } if *account == garden)).count(),
                1,
                "{told:?}"
            );
            for who in [ana.id(), ben.id()] {
                assert_eq!(state_of(&world, garden, who).await, MembershipState::Closed);
            }
            assert!(people::show(ctx, Some(ana), garden).await.is_err());
            assert!(people::joined(ctx, ben).await.unwrap().is_empty());
            assert!(crate::lists::all(ctx, ben).await.unwrap().is_empty());
            assert!(join(ctx, chi, garden).await.is_err());
            // Its people read its log, nobody else does, and its name is not given again.
            let read = async |who: Option<&Viewer>| group_log::page(ctx, who, garden, Page::first(5)).await;
            assert_eq!(read(Some(ben)).await.unwrap().items.len(), 1);
            assert!(read(Some(ana)).await.unwrap().items[0].by.is_some());
            assert!(read(Some(ben)).await.unwrap().items[0].by.is_none());
            for who in [Some(chi), None] {
                assert!(matches!(read(who).await, Err(Error::NotFound)));
            }
            let again = people::NewGroup { name: "garden".to_owned(), ..people::NewGroup::default() };
            assert!(matches!(people::create(ctx, chi, again).await, Err(Error::Invalid(_))));

            world.pass(2 * Millis::MINUTE);
            jobs::work(ctx).await.unwrap();
            assert!(!world.events().await.iter().any(|event| matches!(event, Event::AccountDeleted { .. })));
            for id in [thread, answer] {
                let row = world.db(move |c| Ok(statuses::get(c, id)?)).await;
                assert!(!row.is_deleted() && row.group().is_none());
            }
            let left = world.db(move |c| Ok(follows::all_around(c, garden)?)).await;
            assert!(left.is_empty(), "{left:?}");
            // The administrators cannot bring it back either.
            let admin = staff(&world, "ada", ServerRole::Admin).await;
            let refused = set(ctx, &admin, garden, GroupLimit::Evict, false, "").await;
            assert!(matches!(refused, Err(Error::NotFound)));
            assert!(crate::admin::accounts::unsuspend(ctx, &admin, garden).await.is_err());
            assert!(world.account(garden).await.suspended_at.is_some());
        });
    }

    fn several_have_to_agree_to_the_end_where_the_group_wants_that(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, garden) = (&world.ctx, &world.ana, &world.ben, world.garden.id);
        testing::run(async {
            join(ctx, ben, garden).await.unwrap();
            let moderates = Deed::SetRole { who: ben.id(), role: Role::Moderator };
            act(ctx, ana, garden, moderates, Why::default()).await.unwrap();
            let two = GroupChange { approvals: Some(2), ..GroupChange::default() };
            act(ctx, ana, garden, Deed::Change { change: two }, Why::default()).await.unwrap();
            assert!(act(ctx, ben, garden, Deed::Close, Why::default()).await.is_err());
            let done = act(ctx, ana, garden, Deed::Close, Why::default()).await.unwrap();
            let Done::Proposed(proposal) = done else { panic!("{done:?}") };
            assert_eq!(row(&world, garden).await.closed_at, None);
            agree(ctx, ben, garden, proposal).await.unwrap();
            assert!(row(&world, garden).await.closed_at.is_some());
            assert!(log_is_whole(ctx, garden).await.unwrap());
        });
    }

    fn the_command_line_does_the_same_and_stands_in_the_log(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, garden) = (&world.ctx, world.garden.id);
        testing::run(async {
            for limit in GroupLimit::ALL {
                assert!(by_hand(ctx, "@garden", *limit, true, "because").await.unwrap());
                assert!(!by_hand(ctx, "garden", *limit, true, "because").await.unwrap());
                assert!(by_hand(ctx, "garden", *limit, false, "").await.unwrap());
            }
            assert_eq!(kinds(&world, garden).await.len(), 6);
            assert!(matches!(by_hand(ctx, "ben", GroupLimit::Freeze, true, "x").await, Err(Error::NotFound)));
            assert!(matches!(by_hand(ctx, "garden", GroupLimit::Freeze, true, " ").await, Err(Error::Invalid(_))));
            let seen = group_log::page(ctx, Some(&world.ana), garden, Page::first(1)).await.unwrap();
            let by = seen.items[0].by.as_ref().unwrap();
            assert_eq!(by.account.kind, AccountKind::Server);
        });
    }

    fn who_waits_at_an_evicted_group_waits(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben) = (&world.ctx, &world.ana, &world.ben);
        testing::run(async {
            let admin = staff(&world, "ada", ServerRole::Admin).await;
            let council = world.group(ana, "council", GroupKind::Approved).await.id;
            join(ctx, ben, council).await.unwrap();
            set(ctx, &admin, council, GroupLimit::Evict, true, "because").await.unwrap();
            let approve = Deed::Approve { who: ben.id() };
            assert!(act(ctx, ana, council, approve.clone(), Why::default()).await.is_err());
            let open = GroupChange { kind: Some(GroupKind::Open), ..GroupChange::default() };
            act(ctx, ana, council, Deed::Change { change: open }, Why::default()).await.unwrap();
            assert_eq!(state_of(&world, council, ben.id()).await, MembershipState::Requested);
            set(ctx, &admin, council, GroupLimit::Evict, false, "").await.unwrap();
            act(ctx, ana, council, approve, Why::default()).await.unwrap();
            assert_eq!(state_of(&world, council, ben.id()).await, MembershipState::Member);
        });
    }
}
