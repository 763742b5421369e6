//! Stories of what trends.

use model::StatusId;

use super::*;
use crate::interactions;
use crate::statuses as posts;
use crate::statuses::tests::saying;
use crate::testing::{World, run};

fn names(views: &[TagView]) -> Vec<&str> {
    views.iter().map(|view| view.name.as_str()).collect()
}

async fn say(world: &World, who: &Viewer, text: &str) -> StatusId {
    let made = posts::publish(&world.ctx, who, saying(text), None)
        .await
        .unwrap();
    made.status.id
}

async fn trendable(world: &World) {
    let change = [("trendable_by_default".to_owned(), "on".to_owned())];
    crate::settings::set(&world.ctx, &change).await.unwrap();
}

/// A card as it is when the page was read.
async fn card(world: &World, id: i64, url: &'static str, of: Vec<StatusId>) {
    let now = world.ctx.now();
    world
        .db(move |conn| {
            let card = Card {
                id: RowId(id),
                url_key: url.to_owned(),
                url: url.to_owned(),
                empty: false,
                kind: 0,
                title: "News".to_owned(),
                description: String::new(),
                language: String::new(),
                author_name: String::new(),
                author_url: String::new(),
                provider_name: String::new(),
                provider_url: String::new(),
                image: String::new(),
                image_description: String::new(),
                width: 0,
                height: 0,
                blurhash: String::new(),
                published_at: None,
                fetched_at: now,
            };
            cards::put(conn, &card)?;
            for status in of {
                cards::link(conn, status, card.id)?;
            }
            Ok(())
        })
        .await;
}

database::both_engines! {
    fn nothing_trends_before_someone_looked_unless_the_place_says_so(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let ctx = &world.ctx;
            let hello = say(&world, &world.ana, "#tea").await;
            say(&world, &world.ben, "#tea").await;
            for who in [&world.ben, &world.chi] {
                interactions::favourite(ctx, who, hello).await.unwrap();
            }
            assert!(tags(ctx, None, 10, 0).await.unwrap().is_empty());
            refresh(ctx).await.unwrap();
            assert!(tags(ctx, None, 10, 0).await.unwrap().is_empty());
            assert!(statuses(ctx, None, 10, 0).await.unwrap().is_empty());
            trendable(&world).await;
            let found = tags(ctx, Some(&world.chi), 10, 0).await.unwrap();
            assert_eq!(names(&found), ["tea"]);
            assert_eq!((found[0].history[0].uses, found[0].history[0].accounts), (2, 2));
            assert!(found[0].mine.is_some());
            let shown = statuses(ctx, None, 10, 0).await.unwrap();
            assert_eq!(shown[0].status.id, hello);
            assert!(statuses(ctx, None, 10, 1).await.unwrap().is_empty());

            // What was new yesterday is old today.
            world.pass(2 * Millis::DAY);
            refresh(ctx).await.unwrap();
            assert!(tags(ctx, None, 10, 0).await.unwrap().is_empty());
            assert!(!statuses(ctx, None, 10, 0).await.unwrap().is_empty());
            world.pass(2 * Millis::DAY);
            refresh(ctx).await.unwrap();
            assert!(statuses(ctx, None, 10, 0).await.unwrap().is_empty());
        });
    }

    fn what_a_viewer_keeps_away_does_not_trend_for_them(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let ctx = &world.ctx;
            trendable(&world).await;
            let hello = say(&world, &world.ana, "hello").await;
            for who in [&world.ben, &world.chi] {
                interactions::favourite(ctx, who, hello).await.unwrap();
            }
            refresh(ctx).await.unwrap();
            let sees = async |who: &Viewer| !statuses(ctx, Some(who), 10, 0).await.unwrap().is_empty();
            assert!(sees(&world.ben).await && sees(&world.chi).await);
            crate::relationships::mute(ctx, &world.ben, world.ana.id(), false, None).await.unwrap();
            crate::relationships::block(ctx, &world.ana, world.chi.id()).await.unwrap();
            assert!(!sees(&world.ben).await && !sees(&world.chi).await);
            posts::delete(ctx, &world.ana, hello).await.unwrap();
            assert!(statuses(ctx, None, 10, 0).await.unwrap().is_empty());
        });
    }

    fn links_trend_unless_their_publisher_is_refused(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let ctx = &world.ctx;
            let mut all = Vec::new();
            for who in [&world.ana, &world.ben] {
                all.push(say(&world, who, "look").await);
            }
            card(&world, 5, "https://news.example/a", all).await;
            let one = say(&world, &world.ana, "alone").await;
            card(&world, 6, "https://alone.example/b", vec![one]).await;
            refresh(ctx).await.unwrap();
            assert!(links(ctx, 10, 0).await.unwrap().is_empty());
            let decide = async |kind: i16, subject: &'static str, allowed: bool| {
                world.db(move |conn| Ok(database::reviews::decide(conn, kind, subject, allowed, Millis(1))?)).await;
                links(ctx, 10, 0).await.unwrap().len()
            };
            assert_eq!(decide(2, "news.example", true).await, 1);
            assert_eq!(decide(1, "https://news.example/a", false).await, 0);
            assert_eq!(decide(1, "https://news.example/a", true).await, 1);
            assert_eq!(decide(2, "news.example", false).await, 0);
            trendable(&world).await;
            assert!(links(ctx, 10, 0).await.unwrap().is_empty());
            decide(2, "news.example", true).await;
            let found = links(ctx, 10, 0).await.unwrap();
            assert_eq!((found[0].card.title.as_str(), found[0].history[0].accounts), ("News", 2));
        });
    }
}
