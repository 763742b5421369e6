//! Stories of invitations: links and their bounds, people who are asked by name, and who may do it.

use database::{group_invitations, moderation_actions, statuses};
use model::{Event, GroupKind, MembershipState, Page, Role};

use super::*;
use crate::groups::{GroupChange, act, is_member};
use crate::relationships;
use crate::testing::{self, World, log_is_whole};

const DAY: i64 = Millis::DAY;

/// The code of the newest link that this person sees.
async fn code(ctx: &Ctx, viewer: &Viewer, group: AccountId) -> String {
    let links = all(ctx, viewer, group).await.unwrap().links;
    links[0].code.clone()
}

async fn link(ctx: &Ctx, viewer: &Viewer, group: AccountId, uses: Option<i64>) -> String {
    make(ctx, viewer, group, uses, Some(7 * DAY)).await.unwrap();
    code(ctx, viewer, group).await
}

/// The words of a log, oldest first, with whom each concerns and what it refers to.
async fn log(
    world: &World,
    group: AccountId,
) -> Vec<(String, Option<AccountId>, Option<model::ActionId>)> {
    let mut rows = world
        .db(move |c| Ok(moderation_actions::page(c, group, &Page::first(200))?))
        .await;
    rows.reverse();
    rows.into_iter()
        .map(|row| (row.kind, row.target_account_id, row.refers_to))
        .collect()
}

async fn promote(world: &World, group: AccountId, who: AccountId, role: Role) {
    let deed = Deed::SetRole { who, role };
    act(&world.ctx, &world.ana, group, deed, Why::default())
        .await
        .unwrap();
}

async fn freeze(world: &World, group: AccountId, frozen: bool) {
    let now = world.ctx.now();
    world
        .db(move |c| {
            let row = groups::find(c, group)?.ok_or(Error::NotFound)?;
            let frozen_at = frozen.then_some(now);
            Ok(groups::update(c, &Group { frozen_at, ..row })?)
        })
        .await;
}

fn gone<T: std::fmt::Debug>(outcome: &Result<T>) {
    assert!(matches!(outcome, Err(Error::NotFound)), "{outcome:?}");
}

fn forbidden<T: std::fmt::Debug>(outcome: &Result<T>) {
    assert!(matches!(outcome, Err(Error::Forbidden(_))), "{outcome:?}");
}

fn problem<T: std::fmt::Debug>(outcome: Result<T>) -> &'static str {
    match outcome {
        Err(Error::Invalid(problems)) => problems[0].code,
        other => panic!("{other:?}"),
    }
}

database::both_engines! {
    fn a_link_lets_in_as_often_as_it_says_and_the_log_knows_by_which(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, chi) = (&world.ctx, &world.ana, &world.ben, &world.chi);
        testing::run(async {
            let hall = world.group(ana, "hall", GroupKind::Private).await.id;
            forbidden(&make(ctx, ben, hall, Some(1), None).await);
            assert_eq!(problem(make(ctx, ana, hall, Some(0), None).await), "ERR_INVALID");
            let first = link(ctx, ana, hall, Some(1)).await;
            assert_eq!(first.len(), 32);
            assert!(is_open(ctx, hall, &first).await.unwrap());
            // It leads into this group alone, and not into the place.
            assert!(!is_open(ctx, world.garden.id, &first).await.unwrap());
            assert!(!invites::is_open(ctx, &first).await.unwrap());
            gone(&join(ctx, ben, world.garden.id, &first).await);
            gone(&join(ctx, ben, hall, &"0".repeat(32)).await);
            gone(&join(ctx, ben, hall, "a\0b").await);
            // Ana is a member: her own link is not used up by it.
            join(ctx, ana, hall, &first).await.unwrap();
            // Who waits at the door waits no more.
            relationships::follow(ctx, ben, hall, FollowWish::default()).await.unwrap();
            assert!(!is_member(ctx, hall, ben.id()).await.unwrap());
            join(ctx, ben, hall, &first).await.unwrap();
            assert!(is_member(ctx, hall, ben.id()).await.unwrap());
            gone(&join(ctx, chi, hall, &first).await);
            assert!(!is_member(ctx, hall, chi.id()).await.unwrap());

            let entries = log(&world, hall).await;
            let words: Vec<&str> = entries.iter().map(|one| one.0.as_str()).collect();
            assert_eq!(words, ["invite_made", "member_came_by_invitation"]);
            assert_eq!(entries[1].1, Some(ben.id()));
            let made = all(ctx, ana, hall).await.unwrap();
            assert!(entries[1].2.is_some() && !made.links[0].is_open && made.links[0].uses == 1);
            assert!(log_is_whole(ctx, hall).await.unwrap());
            forbidden(&all(ctx, ben, hall).await);
        });
    }

    fn a_link_ends_with_its_time_its_maker_and_its_group(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, chi) = (&world.ctx, &world.ana, &world.ben, &world.chi);
        testing::run(async {
            let hall = world.group(ana, "hall", GroupKind::Approved).await.id;
            let short = link(ctx, ana, hall, None).await;
            world.pass(7 * DAY);
            gone(&join(ctx, chi, hall, &short).await);

            // A moderator's links end with his role, and stay ended when he has it again.
            let way = link(ctx, ana, hall, None).await;
            join(ctx, ben, hall, &way).await.unwrap();
            promote(&world, hall, ben.id(), Role::Moderator).await;
            let his = link(ctx, ben, hall, None).await;
            assert!(is_open(ctx, hall, &his).await.unwrap());
            promote(&world, hall, ben.id(), Role::Member).await;
            gone(&join(ctx, chi, hall, &his).await);
            promote(&world, hall, ben.id(), Role::Moderator).await;
            gone(&join(ctx, chi, hall, &his).await);
            let another = link(ctx, ben, hall, None).await;
            crate::groups::leave(ctx, ben, hall).await.unwrap();
            gone(&join(ctx, chi, hall, &another).await);

            // A stopped group takes nobody in, and asks nobody.
            freeze(&world, hall, true).await;
            gone(&join(ctx, chi, hall, &way).await);
            forbidden(&make(ctx, ana, hall, None, None).await);
            forbidden(&invite(ctx, ana, hall, "@chi", Why::default()).await);
            freeze(&world, hall, false).await;

            // Taken back is taken back; twice is once.
            let links = all(ctx, ana, hall).await.unwrap().links;
            let open = links.iter().find(|one| one.code == way).unwrap().id;
            gone(&close(ctx, ana, world.garden.id, open).await);
            close(ctx, ana, hall, open).await.unwrap();
            close(ctx, ana, hall, open).await.unwrap();
            gone(&join(ctx, chi, hall, &way).await);
            let words: Vec<String> = log(&world, hall).await.into_iter().map(|one| one.0).collect();
            assert_eq!(words.iter().filter(|word| *word == "invite_closed").count(), 1);

            // Who is banned stays out.
            let last = link(ctx, ana, hall, None).await;
            let ban = Deed::Ban { who: chi.id() };
            act(ctx, ana, hall, ban, Why::default()).await.unwrap();
            forbidden(&join(ctx, chi, hall, &last).await);
            assert_eq!(all(ctx, ana, hall).await.unwrap().links[0].uses, 0);
        });
    }

    fn members_make_links_where_the_group_says_so(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, chi) = (&world.ctx, &world.ana, &world.ben, &world.chi);
        testing::run(async {
            let hall = world.group(ana, "hall", GroupKind::Private).await.id;
            let way = link(ctx, ana, hall, None).await;
            join(ctx, ben, hall, &way).await.unwrap();
            assert!(!may_invite(ctx, ben, hall).await.unwrap());
            let option = |circle| Deed::Change {
                change: GroupChange { invites_by: Some(circle), ..GroupChange::default() },
            };
            act(ctx, ana, hall, option(Circle::Members), Why::default()).await.unwrap();
            assert!(may_invite(ctx, ben, hall).await.unwrap());
            assert!(!may_invite(ctx, chi, hall).await.unwrap());
            let his = link(ctx, ben, hall, None).await;
            let seen = all(ctx, ben, hall).await.unwrap();
            assert!(seen.links.len() == 1 && !seen.moderates, "his own alone");
            let anas = all(ctx, ana, hall).await.unwrap().links;
            assert_eq!(anas.len(), 2);
            let of_ana = anas.iter().find(|one| one.by == "ana").unwrap().id;
            gone(&close(ctx, ben, hall, of_ana).await);
            // By name ask moderators alone.
            forbidden(&invite(ctx, ben, hall, "@chi", Why::default()).await);
            for _more in 1..5 {
                make(ctx, ben, hall, None, None).await.unwrap();
            }
            assert_eq!(problem(make(ctx, ben, hall, None, None).await), "ERR_TOO_MANY");
            // The group thinks again.
            act(ctx, ana, hall, option(Circle::Moderators), Why::default()).await.unwrap();
            gone(&join(ctx, chi, hall, &his).await);
            forbidden(&close(ctx, ben, hall, of_ana).await);
        });
    }

    fn who_is_asked_by_name_comes_or_does_not(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, ben, chi) = (&world.ctx, &world.ana, &world.ben, &world.chi);
        testing::run(async {
            let hall = world.group(ana, "hall", GroupKind::Private).await.id;
            assert_eq!(problem(invite(ctx, ana, hall, "@nobody", Why::default()).await), "ERR_NOBODY");
            assert_eq!(problem(invite(ctx, ana, hall, "@garden", Why::default()).await), "ERR_CANNOT_COME");
            world.events().await;
            invite(ctx, ana, hall, "@ben", Why::because("we need your spade")).await.unwrap();
            invite(ctx, ana, hall, "@ben", Why::default()).await.unwrap();
            let events = world.events().await;
            let [Event::StatusPublished { status }] = events[..] else { panic!("{events:?}") };
            let letter = world.db(move |c| Ok(statuses::get(c, status)?)).await;
            assert_eq!((letter.account_id, letter.visibility), (hall, model::Visibility::Direct));
            assert!(letter.source.contains("spade") && letter.source.contains("/@hall/invitation"));
            gone(&mine(ctx, chi, hall).await);
            gone(&answer(ctx, chi, hall, true).await);
            assert_eq!(mine(ctx, ben, hall).await.unwrap(), ctx.now().plus(30 * DAY));
            assert_eq!(all(ctx, ana, hall).await.unwrap().asked.len(), 1);
            answer(ctx, ben, hall, true).await.unwrap();
            assert!(is_member(ctx, hall, ben.id()).await.unwrap());
            gone(&mine(ctx, ben, hall).await);
            // Out again by his own will: the invitation was for once.
            crate::groups::leave(ctx, ben, hall).await.unwrap();
            relationships::follow(ctx, ben, hall, FollowWish::default()).await.unwrap();
            assert!(!is_member(ctx, hall, ben.id()).await.unwrap());
            assert_eq!(problem(invite(ctx, ana, hall, "@ben", Why::default()).await), "ERR_WAITS");

            // A no is told to nobody, and holds for a month.
            invite(ctx, ana, hall, "@chi", Why::default()).await.unwrap();
            let before = log(&world, hall).await.len();
            answer(ctx, chi, hall, false).await.unwrap();
            assert_eq!(log(&world, hall).await.len(), before);
            assert!(all(ctx, ana, hall).await.unwrap().asked.is_empty());
            assert_eq!(problem(invite(ctx, ana, hall, "@chi", Why::default()).await), "ERR_CANNOT_COME");
            world.pass(30 * DAY);
            invite(ctx, ana, hall, "@chi", Why::default()).await.unwrap();
            let who = chi.id();
            act(ctx, ana, hall, Deed::Withdraw { who }, Why::default()).await.unwrap();
            gone(&answer(ctx, chi, hall, true).await);
            // Taken back by the group, it may ask again; what is not answered runs out.
            invite(ctx, ana, hall, "@chi", Why::default()).await.unwrap();
            world.pass(30 * DAY);
            gone(&answer(ctx, chi, hall, true).await);
            invite(ctx, ana, hall, "@chi", Why::default()).await.unwrap();
            act(ctx, ana, hall, Deed::Ban { who }, Why::default()).await.unwrap();
            gone(&answer(ctx, chi, hall, true).await);
            act(ctx, ana, hall, Deed::Unban { who }, Why::default()).await.unwrap();
            gone(&answer(ctx, chi, hall, true).await);
            assert!(log_is_whole(ctx, hall).await.unwrap());
        });
    }

    fn dan_is_asked_elsewhere_and_his_follow_is_enough(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, dan) = (&world.ctx, &world.ana, world.dan.clone());
        testing::run(async {
            let closed = world.group(ana, "closed", GroupKind::Private).await.id;
            let name = "@dan@far.example";
            assert_eq!(problem(invite(ctx, ana, closed, name, Why::default()).await), "ERR_CANNOT_COME");
            let hall = world.group(ana, "hall", GroupKind::Approved).await.id;
            world.events().await;
            invite(ctx, ana, hall, name, Why::default()).await.unwrap();
            let events = world.events().await;
            let [Event::StatusPublished { status }, Event::Invited { group, account, invitation }] = events[..] else {
                panic!("{events:?}")
            };
            assert_eq!((group, account), (hall, dan.id));
            let letter = world.db(move |c| Ok(statuses::get(c, status)?)).await;
            assert!(letter.content.contains("https://far.example/@dan"), "{}", letter.content);
            assert_eq!(letter.uri, ctx.place.status_uri("https://balai.example/g/hall", status));
            relationships::receive_follow(ctx, dan.id, hall, "https://far.example/f/1").await.unwrap();
            assert!(is_member(ctx, hall, dan.id).await.unwrap());
            let kinds: Vec<String> = log(&world, hall).await.into_iter().map(|one| one.0).collect();
            assert_eq!(kinds, ["member_invited", "member_came_by_invitation"]);

            // His server says no: nobody else's no counts.
            relationships::receive_unfollow(ctx, dan.id, hall).await.unwrap();
            invite(ctx, ana, hall, name, Why::default()).await.unwrap();
            let who = dan.id;
            let row = world.db(move |c| Ok(group_invitations::find(c, hall, who)?)).await.unwrap();
            assert_ne!(row.id, invitation);
            gone(&declined_elsewhere(ctx, row.id, ana.id()).await);
            declined_elsewhere(ctx, row.id, dan.id).await.unwrap();
            relationships::receive_follow(ctx, dan.id, hall, "https://far.example/f/2").await.unwrap();
            let found = world.db(move |c| Ok(memberships::find(c, hall, who)?)).await.unwrap();
            assert_eq!(found.state, MembershipState::Requested);
        });
    }
}
