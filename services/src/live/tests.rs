//! Stories of listening: who hears what, and until when.

use database::both_engines;
use model::{GroupKind, Verdict, Visibility};

use super::*;
use crate::context::Ctx;
use crate::notifications::policy::{self, PolicyChange};
use crate::statuses::{self, Draft};
use crate::testing::{World, run};
use crate::views::account::Viewer;
use crate::{fan_out, oauth, relationships};

struct Ear {
    link: Link,
}

async fn listen(ctx: &Ctx, who: &Viewer, streams: &[Stream]) -> Ear {
    let issued = oauth::mint(ctx, who, None, model::Scopes::default(), None)
        .await
        .unwrap();
    let token = oauth::bearer(ctx, &issued.token.0).await.unwrap().token;
    let link = Link::open(ctx, who, token, None).unwrap();
    for stream in streams {
        link.subscribe(stream.clone(), true).await.unwrap();
    }
    Ear { link }
}

impl Ear {
    /// All that waits in the queue, in short.
    fn heard(&mut self) -> Vec<String> {
        let mut heard = Vec::new();
        while let Some(Ok(said)) = futures::FutureExt::now_or_never(self.link.next()) {
            heard.push(match &said.message.what {
                What::Update(view) => format!("update {}", view.status.id),
                What::StatusUpdate(view) => format!("status.update {}", view.status.id),
                What::Delete(id) => format!("delete {id}"),
                What::Notification(view) => format!("notification {}", view.kind),
                What::Conversation(_) => "conversation".to_owned(),
                What::FiltersChanged => "filters_changed".to_owned(),
                What::NotificationsMerged => "notifications_merged".to_owned(),
                What::Announcement(view) => format!("announcement {}", view.announcement.id),
                What::AnnouncementReaction(id, name, count) => {
                    format!("reaction {id} {name} {count}")
                }
                What::AnnouncementDelete(id) => format!("announcement.delete {id}"),
            });
        }
        heard
    }
}

/// Works through what happened, as the server's two loops do.
async fn settle(world: &World) {
    for event in world.events().await {
        fan_out::consume(&world.ctx, &event).await.unwrap();
    }
    let mut waiting = world.ctx.live.waiting.lock().unwrap().take().unwrap();
    while let Ok(change) = waiting.try_recv() {
        dispatch::work(&world.ctx, &change).await.unwrap();
    }
    *world.ctx.live.waiting.lock().unwrap() = Some(waiting);
}

async fn say(world: &World, who: &Viewer, visibility: Visibility, text: &str) -> StatusId {
    let draft = Draft {
        text: text.to_owned(),
        visibility: Some(visibility),
        ..Draft::default()
    };
    let view = statuses::publish(&world.ctx, who, draft, None)
        .await
        .unwrap();
    view.status.id
}

both_engines! {
    fn a_post_is_heard_where_it_stands(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let ctx = &world.ctx;
            relationships::follow(ctx, &world.ben, world.ana.id(), Default::default()).await.unwrap();
            settle(&world).await;
            let mut home = listen(ctx, &world.ben, &[Stream::User]).await;
            let mut public = listen(ctx, &world.chi, &[Stream::Public(Part::All, false)]).await;
            let mut local = listen(ctx, &world.chi, &[Stream::Public(Part::Local, false)]).await;
            let mut remote = listen(ctx, &world.chi, &[Stream::Public(Part::Remote, false)]).await;
            let mut media = listen(ctx, &world.chi, &[Stream::Public(Part::All, true)]).await;
            let mut tag = listen(ctx, &world.chi, &[Stream::Tag("tea".to_owned(), true)]).await;
            let mut stranger = listen(ctx, &world.chi, &[Stream::User]).await;
            let open = say(&world, &world.ana, Visibility::Public, "#Tea for all").await;
            settle(&world).await;
            let expected = [format!("update {open}")];
            for ear in [&mut home, &mut public, &mut local, &mut tag] {
                assert_eq!(ear.heard(), expected);
            }
            for ear in [&mut remote, &mut media, &mut stranger] {
                assert!(ear.heard().is_empty());
            }
            let closed = say(&world, &world.ana, Visibility::Private, "#tea for friends").await;
            settle(&world).await;
            assert_eq!(home.heard(), [format!("update {closed}")]);
            for ear in [&mut public, &mut tag, &mut stranger] {
                assert!(ear.heard().is_empty());
            }
            statuses::delete(ctx, &world.ana, closed).await.unwrap();
            settle(&world).await;
            assert_eq!(home.heard(), [format!("delete {closed}")]);
            assert!(public.heard().is_empty() && stranger.heard().is_empty());
            statuses::delete(ctx, &world.ana, open).await.unwrap();
            settle(&world).await;
            assert_eq!(public.heard(), [format!("delete {open}")]);
            assert_eq!(tag.heard(), [format!("delete {open}")]);
            assert!(remote.heard().is_empty());
        });
    }

    fn whom_one_blocks_or_mutes_is_not_heard(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let ctx = &world.ctx;
            let streams = [Stream::Public(Part::All, false), Stream::User];
            let mut blocker = listen(ctx, &world.ben, &streams).await;
            let mut blocked = listen(ctx, &world.ana, &streams).await;
            relationships::block(ctx, &world.ben, world.ana.id()).await.unwrap();
            settle(&world).await;
            let hers = say(&world, &world.ana, Visibility::Public, "hello @ben").await;
            let his = say(&world, &world.ben, Visibility::Public, "hello @ana").await;
            settle(&world).await;
            let own = |id| vec![format!("update {id}"), format!("update {id}")];
            assert_eq!(blocker.heard(), own(his));
            assert_eq!(blocked.heard(), own(hers));
            statuses::delete(ctx, &world.ana, hers).await.unwrap();
            settle(&world).await;
            assert!(blocker.heard().is_empty());
        });
    }

    fn notifications_and_letters_are_heard_by_their_own(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let ctx = &world.ctx;
            let mut user = listen(ctx, &world.ben, &[Stream::User]).await;
            let mut bell = listen(ctx, &world.ben, &[Stream::Notifications]).await;
            let mut direct = listen(ctx, &world.ben, &[Stream::Direct]).await;
            let mut other = listen(ctx, &world.chi, &[Stream::User, Stream::Notifications, Stream::Direct]).await;
            // Letters of strangers would wait without a sound.
            let accept = PolicyChange {
                for_private_mentions: Some(Verdict::Accept),
                ..PolicyChange::default()
            };
            policy::change(ctx, &world.ben, accept).await.unwrap();
            say(&world, &world.ana, Visibility::Direct, "@ben psst").await;
            settle(&world).await;
            assert_eq!(user.heard(), ["notification mention"]);
            assert_eq!(bell.heard(), ["notification mention"]);
            assert_eq!(direct.heard(), ["conversation"]);
            assert!(other.heard().is_empty());
            let link = &user.link;
            link.unsubscribe(&Stream::User);
            link.subscribe(Stream::User, false).await.unwrap();
            say(&world, &world.ana, Visibility::Direct, "@ben psst again").await;
            settle(&world).await;
            assert!(user.heard().is_empty(), "no scope for notifications");
            assert_eq!(bell.heard(), ["notification mention"]);
        });
    }

    fn the_list_of_a_group_is_heard_while_one_is_a_member(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let ctx = &world.ctx;
            relationships::follow(ctx, &world.ben, world.garden.id, Default::default()).await.unwrap();
            settle(&world).await;
            let lists = crate::lists::all(ctx, &world.ben).await.unwrap();
            let list = lists.first().unwrap().id;
            let mut ear = listen(ctx, &world.ben, &[Stream::List(list)]).await;
            let stolen = Link::open(ctx, &world.chi, TokenId(1), None).unwrap();
            let refused = stolen.subscribe(Stream::List(list), true).await;
            assert!(matches!(refused, Err(crate::Error::NotFound)));
            let thread = say(&world, &world.ana, Visibility::Public, "@garden beans").await;
            settle(&world).await;
            assert_eq!(ear.heard(), [format!("update {thread}")]);
            relationships::unfollow(ctx, &world.ben, world.garden.id).await.unwrap();
            settle(&world).await;
            say(&world, &world.ana, Visibility::Public, "@garden more beans").await;
            settle(&world).await;
            assert!(ear.heard().is_empty());
            let _kinds = GroupKind::Open;
        });
    }

    fn a_revoked_token_ends_its_connections_alone(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let ctx = &world.ctx;
            let mut one = listen(ctx, &world.ben, &[Stream::User]).await;
            let mut two = listen(ctx, &world.ben, &[Stream::User]).await;
            let mut chi = listen(ctx, &world.chi, &[Stream::User]).await;
            watch::look(ctx).await.unwrap();
            let open = |ear: &mut Ear| futures::FutureExt::now_or_never(ear.link.next()).is_none();
            assert!(open(&mut one) && open(&mut two) && open(&mut chi));
            let token = ctx.live.tokens().first().copied().unwrap();
            let now = ctx.now();
            world.db(move |conn| Ok(database::access_tokens::revoke(conn, token, now)?)).await;
            watch::look(ctx).await.unwrap();
            assert_eq!(one.link.next().await.unwrap_err(), End::Revoked);
            assert!(open(&mut two) && open(&mut chi));
            // Whom someone else's process suspends hears nothing more either.
            let chi_id = world.chi.id();
            world.db(move |conn| {
                Ok(database::accounts::set_suspended(conn, chi_id, Some(now))?)
            }).await;
            watch::look(ctx).await.unwrap();
            assert_eq!(chi.link.next().await.unwrap_err(), End::Revoked);
            assert!(open(&mut two));
            drop((one, two, chi));
            assert_eq!(ctx.live.connected(), 0);
            assert!(ctx.live.inner().channels.is_empty());
        });
    }
}

#[test]
fn who_reads_too_slowly_is_sent_away_and_nobody_waits() {
    let world = World::sqlite();
    run(async {
        let ctx = &world.ctx;
        let mut slow = listen(ctx, &world.ben, &[Stream::User]).await;
        let mut quick = listen(ctx, &world.chi, &[Stream::User]).await;
        for _ in 0..=QUEUE {
            for who in [&world.ben, &world.chi] {
                dispatch::work(ctx, &Change::Filters(who.id()))
                    .await
                    .unwrap();
            }
            assert_eq!(quick.heard().len(), 1);
            // The runtime counts what a task takes out of queues without a pause.
            tokio::task::yield_now().await;
        }
        assert_eq!(slow.link.next().await.unwrap_err(), End::Slow);
    });
}

#[test]
fn what_is_undone_is_not_told() {
    let world = World::sqlite();
    run(async {
        let ctx = &world.ctx;
        let mut ear = listen(ctx, &world.ben, &[Stream::User]).await;
        let ben = world.ben.id();
        let failed: crate::Result<()> = ctx
            .write(move |_conn| {
                note(Change::Filters(ben));
                Err(crate::Error::NotFound)
            })
            .await;
        assert!(failed.is_err());
        settle(&world).await;
        assert!(ear.heard().is_empty());
        let done: crate::Result<()> = ctx
            .write(move |_conn| {
                note(Change::Filters(ben));
                Ok(())
            })
            .await;
        done.unwrap();
        settle(&world).await;
        assert_eq!(ear.heard(), ["filters_changed"]);
    });
}

#[test]
fn there_is_an_end_to_connections_and_streams() {
    let world = World::sqlite();
    run(async {
        let ctx = &world.ctx;
        let open = || Link::open(ctx, &world.ben, TokenId(7), None);
        let links: Vec<Link> = (0..MOST_OF_PERSON).map(|_| open().unwrap()).collect();
        assert!(open().is_err());
        assert!(Link::open(ctx, &world.chi, TokenId(8), None).is_ok());
        let first = links.first().unwrap();
        for number in 0..MOST_STREAMS {
            let stream = Stream::Tag(format!("tag{number}"), false);
            first.subscribe(stream.clone(), true).await.unwrap();
            first.subscribe(stream, true).await.unwrap();
        }
        let refused = first.subscribe(Stream::User, true).await;
        assert!(matches!(refused, Err(crate::Error::LimitExceeded(_))));
        first.unsubscribe(&Stream::Tag("tag0".to_owned(), false));
        first.subscribe(Stream::User, true).await.unwrap();
        ctx.live.stop();
        assert!(open().is_err());
        drop(links);
    });
}
