//! Stories of looking for people, groups and things by their address.

use std::sync::Arc;

use futures::future::BoxFuture;

use super::*;
use crate::fediverse::Fediverse;
use crate::testing::{self, World};

fn query(text: &str) -> Query {
    Query {
        text: text.to_owned(),
        accounts: true,
        statuses: true,
        hashtags: true,
        resolve: true,
        following: false,
        limit: 20,
        offset: 0,
        ..Query::default()
    }
}

async fn names(world: &World, viewer: Option<&Viewer>, text: &str) -> Vec<String> {
    let found = search(&world.ctx, viewer, query(text)).await.unwrap();
    found
        .accounts
        .iter()
        .map(|view| view.account.acct())
        .collect()
}

/// A world in which every handle and address is the same account.
#[derive(Debug)]
struct Everywhere(AccountId);

impl Fediverse for Everywhere {
    fn resolve_handle<'a>(&'a self, _: &'a Handle) -> BoxFuture<'a, Result<Option<AccountId>>> {
        Box::pin(async { Ok(Some(self.0)) })
    }
    fn fetch_account<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Option<AccountId>>> {
        Box::pin(async { Ok(Some(self.0)) })
    }
    fn fetch_status<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Option<StatusId>>> {
        Box::pin(async { Err(Error::Upstream("no".to_owned())) })
    }
}

database::both_engines! {
    fn people_and_groups_are_found_by_name(fresh: &Fresh) {
        let world = World::new(fresh);
        testing::run(async {
            let id = world.ben.id();
            world.db(move |c| {
                let mut profile = accounts::Profile::of(&accounts::get(c, id)?);
                profile.display_name = "Benedikta 100%_sure".to_owned();
                Ok(accounts::set_profile(c, id, &profile)?)
            }).await;
            assert_eq!(names(&world, None, "be").await, ["ben"]);
            assert_eq!(names(&world, None, "BENEDIKTA").await, ["ben"]);
            assert_eq!(names(&world, None, "@an").await, ["ana"]);
            assert_eq!(names(&world, None, "!gar").await, ["garden"]);
            assert_eq!(names(&world, None, "!ana").await, Vec::<String>::new());
            assert_eq!(names(&world, None, "da").await, ["dan@far.example"]);
            assert_eq!(names(&world, None, "@dan@far").await, ["dan@far.example"]);
            // What means something in a pattern means itself.
            assert_eq!(names(&world, None, "100%_").await, ["ben"]);
            for text in ["%", "__", "\\", "", "  ", "@", "b%n", "a\0b"] {
                let found = names(&world, None, text).await;
                assert!(found.is_empty() || text == "%", "{text:?} {found:?}");
            }
        });
    }

    fn only_members_look_things_up_elsewhere(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ben) = (&world.ctx, &world.ben);
        testing::run(async {
            ctx.connect(Arc::new(Everywhere(world.dan.id)));
            for text in ["@new@other.example", "https://other.example/@new"] {
                assert!(names(&world, None, text).await.is_empty(), "{text}");
                assert_eq!(names(&world, Some(ben), text).await, ["dan@far.example"]);
            }
            // What is ours is never looked for elsewhere.
            for text in ["@nobody@balai.example", "https://balai.example/@nobody"] {
                assert!(names(&world, Some(ben), text).await.is_empty(), "{text}");
            }
            for text in [
                "ana@balai.example",
                "https://balai.example/@ana",
                "https://balai.example/users/ana?x=1",
            ] {
                assert_eq!(names(&world, None, text).await, ["ana"], "{text}");
            }
            for text in ["https://balai.example/g/garden", "https://balai.example/@garden"] {
                assert_eq!(names(&world, None, text).await, ["garden"], "{text}");
            }
            let page = "https://far.example/@dan";
            assert_eq!(names(&world, None, page).await, ["dan@far.example"]);
        });
    }
}
