//! Stories of what a policy keeps back, and of groups. Each event is consumed twice: the second time must
//! change nothing.

use std::sync::Arc;

use database::statuses as rows;
use database::{Conn, accounts, both_engines, follows, severance_events};
use model::{FollowState, Millis, NotificationKind, SeveranceKind, Verdict, Visibility};

use super::groups;
use super::policy::{self, PolicyChange};
use super::requests;
use super::tell::{News, tell};
use super::*;
use crate::Context;
use crate::testing::{World, run};
use crate::views::notification::Subject;

/// Dan, who lives elsewhere, writes a letter to someone here.
fn letter(ctx: &Context, conn: &mut Conn, from: AccountId, to: AccountId) -> rows::Status {
    let id = ctx.id();
    let status = rows::Status {
        visibility: Visibility::Direct,
        ..rows::Status::blank(id, from, format!("https://far.example/{id}"), ctx.now())
    };
    rows::insert(conn, &status).unwrap();
    let named = database::mentions::Mention {
        status_id: id,
        account_id: to,
        silent: false,
    };
    database::mentions::insert(conn, &[named]).unwrap();
    status
}

async fn write(world: &World, from: AccountId, to: &Viewer) {
    let (ctx, to) = (Arc::clone(&world.ctx), to.id());
    world
        .db(move |conn| {
            let status = letter(&ctx, conn, from, to);
            let news = News::new(NotificationKind::Mention, from).about(&status);
            tell(&ctx, conn, &news, &[to])?;
            let again = tell(&ctx, conn, &news, &[to])?;
            assert!(again.is_empty(), "told once");
            Ok(())
        })
        .await;
}

/// Someone's post, and who favours it, each a minute after the other.
async fn favoured(world: &World, author: &Viewer, by: &[AccountId]) -> model::StatusId {
    let (ctx, author) = (Arc::clone(&world.ctx), author.id());
    let status = world
        .db(move |conn| {
            let id = ctx.id();
            let status = rows::Status {
                visibility: Visibility::Public,
                ..rows::Status::blank(id, author, format!("x:{id}"), ctx.now())
            };
            rows::insert(conn, &status)?;
            Ok(status)
        })
        .await;
    for who in by {
        world.pass(Millis::MINUTE);
        favour(world, &status, author, *who).await;
    }
    status.id
}

async fn favour(world: &World, status: &rows::Status, author: AccountId, who: AccountId) {
    let (ctx, status) = (Arc::clone(&world.ctx), status.clone());
    world
        .db(move |conn| {
            let news = News::new(NotificationKind::Favourite, who).about(&status);
            tell(&ctx, conn, &news, &[author])?;
            Ok(())
        })
        .await;
}

async fn told(world: &World, who: &Viewer, filter: Filter) -> Vec<NotificationKind> {
    page(&world.ctx, who, filter, Page::first(40))
        .await
        .unwrap()
        .items
        .iter()
        .map(|view| view.kind)
        .collect()
}

both_engines! {
    fn a_letter_from_a_stranger_waits_for_a_word(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, ana, dan) = (&world.ctx, &world.ana, world.dan.id);
            write(&world, dan, ana).await;
            world.pass(Millis::MINUTE);
            write(&world, dan, ana).await;
            assert!(told(&world, ana, Filter::default()).await.is_empty());
            let all = Filter { include_filtered: true, ..Filter::default() };
            assert_eq!(told(&world, ana, all).await.len(), 2);
            let his = Filter { account: Some(dan), ..Filter::default() };
            assert_eq!(told(&world, ana, his).await.len(), 2, "of one sender all are shown");
            let waiting = requests::page(ctx, ana, Page::first(40)).await.unwrap();
            let request = waiting.items.first().unwrap();
            assert_eq!((request.count, request.account.account.id), (2, dan));
            assert!(request.last_status.is_some());
            let view = policy::show(ctx, ana).await.unwrap();
            assert_eq!((view.requests, view.notifications), (1, 2));

            let id = request.id;
            assert!(requests::one(ctx, &world.ben, id).await.is_err(), "not ben's");
            assert!(requests::accept(ctx, &world.ben, vec![id]).await.is_err());
            requests::accept(ctx, ana, vec![id]).await.unwrap();
            assert_eq!(told(&world, ana, Filter::default()).await.len(), 2);
            assert!(requests::page(ctx, ana, Page::first(40)).await.unwrap().items.is_empty());
            write(&world, dan, ana).await;
            assert_eq!(told(&world, ana, Filter::default()).await.len(), 3, "let in for good");
        });
    }

    fn who_is_sent_away_has_to_ask_again(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, ana, dan) = (&world.ctx, &world.ana, world.dan.id);
            write(&world, dan, ana).await;
            let waiting = requests::page(ctx, ana, Page::first(40)).await.unwrap();
            let ids: Vec<_> = waiting.items.iter().map(|view| view.id).collect();
            requests::dismiss(ctx, ana, ids.clone()).await.unwrap();
            let all = Filter { include_filtered: true, ..Filter::default() };
            assert!(told(&world, ana, all).await.is_empty());
            assert!(requests::dismiss(ctx, ana, ids).await.is_err(), "gone");
            write(&world, dan, ana).await;
            assert_eq!(requests::page(ctx, ana, Page::first(40)).await.unwrap().items.len(), 1);
        });
    }

    fn an_answer_is_no_strange_letter(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, ana, dan) = (Arc::clone(&world.ctx), world.ana.id(), world.dan.id);
            let ben = world.ben.id();
            world.db(move |conn| {
                let first = letter(&ctx, conn, ana, dan);
                let id = ctx.id();
                let answer = rows::Status {
                    visibility: Visibility::Direct,
                    root_id: first.id,
                    in_reply_to_id: Some(first.id),
                    ..rows::Status::blank(id, dan, format!("https://far.example/{id}"), ctx.now())
                };
                rows::insert(conn, &answer)?;
                let news = News::new(NotificationKind::Mention, dan).about(&answer);
                let heard = tell(&ctx, conn, &news, &[ana, ben])?;
                let heard: Vec<_> = heard.iter().map(|row| row.account_id).collect();
                assert_eq!(heard, [ana], "ben wrote nothing to dan");
                Ok(())
            }).await;
        });
    }

    fn each_rule_of_a_policy_says_its_word(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, ana) = (&world.ctx, &world.ana);
            let (me, dan) = (ana.id(), world.dan.id);
            let heard = async |kind: NotificationKind| {
                let (ctx, all) = (Arc::clone(ctx), Filter { include_filtered: true, ..Filter::default() });
                world.db(move |conn| {
                    database::notifications::clear(conn, me)?;
                    tell(&ctx, conn, &News::new(kind, dan), &[me])?;
                    Ok(())
                }).await;
                let page = page(&world.ctx, ana, all, Page::first(1)).await.unwrap();
                page.items.first().map(|view| view.filtered)
            };
            let set = async |change: PolicyChange| {
                let accept = Some(Verdict::Accept);
                let usual = PolicyChange {
                    for_not_following: accept,
                    for_not_followers: accept,
                    for_new_accounts: accept,
                    for_private_mentions: accept,
                    for_limited_accounts: accept,
                };
                policy::change(ctx, ana, usual).await.unwrap();
                policy::change(ctx, ana, change).await.unwrap();
            };
            let (filter, drop) = (Some(Verdict::Filter), Some(Verdict::Drop));
            assert_eq!(heard(NotificationKind::Follow).await, Some(false), "the usual policy");
            set(PolicyChange { for_not_following: filter, ..PolicyChange::default() }).await;
            assert_eq!(heard(NotificationKind::Follow).await, Some(true));
            assert_eq!(heard(NotificationKind::Status).await, Some(false), "what was asked for is told");
            assert_eq!(heard(NotificationKind::ModerationWarning).await, None, "a warning without one is none");
            set(PolicyChange { for_not_followers: drop, ..PolicyChange::default() }).await;
            assert_eq!(heard(NotificationKind::Follow).await, None);
            set(PolicyChange { for_new_accounts: filter, ..PolicyChange::default() }).await;
            assert_eq!(heard(NotificationKind::Follow).await, Some(true));
            world.pass(31 * Millis::DAY);
            assert_eq!(heard(NotificationKind::Follow).await, Some(false), "old enough");

            // Both follow each other: dan is no stranger, and after three days a follower.
            let home = Arc::clone(ctx);
            world.db(move |conn| {
                for (from, to) in [(me, dan), (dan, me)] {
                    follows::insert(conn, &follows::Follow {
                        id: home.id(),
                        account_id: from,
                        target_id: to,
                        state: FollowState::Accepted,
                        reblogs: true,
                        notify: false,
                        uri: None,
                        created_at: home.now(),
                    })?;
                }
                Ok(())
            }).await;
            set(PolicyChange { for_not_following: filter, for_not_followers: drop, ..PolicyChange::default() }).await;
            assert_eq!(heard(NotificationKind::Favourite).await, None, "only just");
            world.pass(4 * Millis::DAY);
            assert_eq!(heard(NotificationKind::Favourite).await, Some(false));
        });
    }

    fn what_happens_to_one_post_is_one_group(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, ana) = (&world.ctx, &world.ana);
            let (ben, chi, dan) = (world.ben.id(), world.chi.id(), world.dan.id);
            let first = favoured(&world, ana, &[ben, chi]).await;
            let second = favoured(&world, ana, &[ben]).await;
            let read = async |kinds: Option<Vec<NotificationKind>>, page: Page| {
                groups::page(ctx, ana, Filter::default(), kinds, page).await.unwrap()
            };
            let found = read(None, Page::first(40)).await;
            let view = found.items.first().unwrap();
            let shape: Vec<_> = view.groups.iter().map(|group| (group.head.status.as_ref().unwrap().status.id, group.count)).collect();
            assert_eq!(shape, [(second, 1), (first, 2)]);
            let group = view.groups.get(1).unwrap();
            assert_eq!(group.sample, [chi, ben]);
            assert_eq!(view.accounts.len(), 2, "each account once");
            let span = group.span.unwrap();
            assert!(span.min < span.max && span.max == group.newest);
            assert_eq!(groups::unread_count(ctx, ana, Filter::default(), None, 100).await.unwrap(), 2);

            // Not grouped where the app does not want it; the pages hold what they say.
            let alone = read(Some(Vec::new()), Page::first(40)).await;
            assert_eq!(alone.items.first().unwrap().groups.len(), 3);
            assert!(alone.items.first().unwrap().groups.iter().all(|group| matches!(group.key, model::GroupKey::One(_))));
            let one = read(None, Page::first(1)).await;
            let next = read(None, Page { max_id: one.oldest, ..Page::first(1) }).await;
            assert_eq!(next.items.first().unwrap().groups.first().unwrap().key, group.key);
            let up = read(None, Page { min_id: Some(0), ..Page::first(1) }).await;
            assert_eq!(up.items.first().unwrap().groups.first().unwrap().key, group.key);

            // Half a day later another group begins.
            world.pass(13 * Millis::HOUR);
            let home = Arc::clone(ctx);
            let me = ana.id();
            world.db(move |conn| {
                let status = rows::get(conn, first)?;
                tell(&home, conn, &News::new(NotificationKind::Favourite, dan).about(&status), &[me])?;
                Ok(())
            }).await;
            assert_eq!(read(None, Page::first(40)).await.items.first().unwrap().groups.len(), 3);

            let whole = groups::one(ctx, ana, group.key).await.unwrap();
            assert_eq!(whole.groups.first().unwrap().count, 2);
            assert!(groups::one(ctx, &world.ben, group.key).await.is_err(), "not ben's");
            let who = groups::accounts(ctx, ana, group.key, Page::first(1)).await.unwrap();
            assert_eq!(who.items.first().unwrap().account.id, chi);
            groups::dismiss(ctx, &world.ben, group.key).await.unwrap();
            assert!(groups::one(ctx, ana, group.key).await.is_ok(), "ben dismissed nothing of hers");
            groups::dismiss(ctx, ana, group.key).await.unwrap();
            assert!(groups::one(ctx, ana, group.key).await.is_err());
        });
    }

    fn a_suspended_account_is_neither_told_of_nor_counted(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, ana) = (&world.ctx, &world.ana);
            let (ben, chi) = (world.ben.id(), world.chi.id());
            favoured(&world, ana, &[ben, chi]).await;
            world.db(move |conn| {
                accounts::set_suspended(conn, chi, Some(Millis(1)))?;
                Ok(())
            }).await;
            assert_eq!(told(&world, ana, Filter::default()).await.len(), 1);
            let found = groups::page(ctx, ana, Filter::default(), None, Page::first(40)).await.unwrap();
            let view = found.items.first().unwrap();
            assert_eq!(view.groups.first().unwrap().sample, [ben]);
            assert_eq!(view.groups.first().unwrap().count, 1);
        });
    }

    fn an_edit_is_told_once_and_the_next_one_anew(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ana, ben) = (world.ana.id(), world.ben.id());
            let post = favoured(&world, &world.ana, &[]).await;
            for edit in 1..=2 {
                let ctx = Arc::clone(&world.ctx);
                world.db(move |conn| {
                    let status = rows::Status { edited_at: Some(Millis(edit)), ..rows::get(conn, post)? };
                    let news = News::new(NotificationKind::Update, ana).about(&status);
                    assert_eq!(tell(&ctx, conn, &news, &[ben])?.len(), 1);
                    assert!(tell(&ctx, conn, &news, &[ben])?.is_empty());
                    Ok(())
                }).await;
                assert_eq!(told(&world, &world.ben, Filter::default()).await.len(), 1, "the newest takes its place");
            }
        });
    }

    fn lost_follows_are_told_with_their_numbers(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, ana) = (Arc::clone(&world.ctx), world.ana.id());
            world.db(move |conn| {
                let event = severance_events::SeveranceEvent {
                    id: ctx.id(),
                    account_id: ana,
                    kind: SeveranceKind::UserDomainBlock,
                    target_name: "far.example".to_owned(),
                    followers_count: 3,
                    following_count: 2,
                    created_at: ctx.now(),
                };
                severance_events::insert(conn, &event)?;
                let news = News::new(NotificationKind::SeveredRelationships, ana).object(event.id.0);
                assert_eq!(tell(&ctx, conn, &news, &[ana])?.len(), 1, "from oneself");
                Ok(())
            }).await;
            let found = page(&world.ctx, &world.ana, Filter::default(), Page::first(1)).await.unwrap();
            let Subject::Severance(event) = &found.items.first().unwrap().subject else {
                panic!("no event");
            };
            assert_eq!((event.followers_count, event.following_count), (3, 2));
        });
    }
}
