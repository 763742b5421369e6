//! Stories of lists: one's own, and the one that each joined group is.

use super::*;
use crate::testing::{self, World};
use crate::{groups, relationships};

fn titled(title: &str) -> ListChange {
    ListChange {
        title: Some(title.to_owned()),
        ..ListChange::default()
    }
}

database::both_engines! {
    fn ben_sorts_whom_he_follows(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ben, chi) = (&world.ctx, &world.ben, &world.chi);
        testing::run(async {
            assert!(create(ctx, ben, titled("  ")).await.is_err());
            let list = create(ctx, ben, titled("Neighbours")).await.unwrap();
            let stranger = add(ctx, ben, list.id, vec![chi.id()]).await;
            assert!(matches!(stranger, Err(Error::NotFound)));
            let wish = relationships::FollowWish::default();
            relationships::follow(ctx, ben, chi.id(), wish).await.unwrap();
            add(ctx, ben, list.id, vec![chi.id()]).await.unwrap();
            add(ctx, ben, list.id, vec![chi.id()]).await.unwrap();
            let page = Page::first(40);
            let members = accounts(ctx, ben, list.id, page).await.unwrap();
            assert_eq!(members.items.len(), 1);
            assert_eq!(containing(ctx, ben, chi.id()).await.unwrap()[0].id, list.id);

            // Someone else's list does not exist.
            assert!(matches!(one(ctx, chi, list.id).await, Err(Error::NotFound)));
            assert!(matches!(update(ctx, chi, list.id, titled("x")).await, Err(Error::NotFound)));
            assert!(matches!(delete(ctx, chi, list.id).await, Err(Error::NotFound)));
            assert!(matches!(add(ctx, chi, list.id, vec![]).await, Err(Error::NotFound)));

            let change = ListChange {
                exclusive: Some(true),
                replies_policy: Some(RepliesPolicy::None),
                title: None,
            };
            let changed = update(ctx, ben, list.id, change).await.unwrap();
            assert_eq!(changed.title, "Neighbours");
            assert!(changed.exclusive && changed.replies_policy == RepliesPolicy::None);
            // Whom ben does not follow any more leaves his lists.
            relationships::unfollow(ctx, ben, chi.id()).await.unwrap();
            assert!(accounts(ctx, ben, list.id, page).await.unwrap().items.is_empty());
            delete(ctx, ben, list.id).await.unwrap();
            assert!(all(ctx, ben).await.unwrap().is_empty());
        });
    }

    fn a_joined_group_is_a_list(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ben, garden) = (&world.ctx, &world.ben, world.garden.id);
        testing::run(async {
            assert!(all(ctx, ben).await.unwrap().is_empty());
            groups::join(ctx, ben, garden).await.unwrap();
            let own = create(ctx, ben, titled("Own")).await.unwrap();
            let lists = all(ctx, ben).await.unwrap();
            assert_eq!((lists[0].id, lists[0].group), (own.id, None));
            let list = lists[1].clone();
            assert_eq!((list.title.as_str(), list.group), ("garden", Some(garden)));
            assert_eq!(list.replies_policy, RepliesPolicy::List);
            let page = Page::first(40);
            let members = accounts(ctx, ben, list.id, page).await.unwrap();
            assert_eq!(members.items[0].account.id, garden);
            assert!(matches!(
                add(ctx, ben, list.id, vec![world.chi.id()]).await,
                Err(Error::Invalid(_))
            ));
            assert!(matches!(one(ctx, &world.chi, list.id).await, Err(Error::NotFound)));

            // An app that only turns `exclusive` on sends the shown title back: no name of ben's own.
            let quiet = ListChange { exclusive: Some(true), ..titled("garden") };
            assert!(update(ctx, ben, list.id, quiet).await.unwrap().exclusive);
            let id = garden;
            world.db(move |c| {
                let mut profile = rows::Profile::of(&rows::get(c, id)?);
                profile.display_name = "The Garden".to_owned();
                Ok(rows::set_profile(c, id, &profile)?)
            }).await;
            assert_eq!(one(ctx, ben, list.id).await.unwrap().title, "The Garden");
            update(ctx, ben, list.id, titled("Kebun")).await.unwrap();

            // Hidden, not left.
            delete(ctx, ben, list.id).await.unwrap();
            assert_eq!(all(ctx, ben).await.unwrap().len(), 1);
            assert!(groups::is_member(ctx, garden, ben.id()).await.unwrap());
            let hidden = one(ctx, ben, list.id).await.unwrap();
            assert_eq!((hidden.title.as_str(), hidden.exclusive), ("Kebun", false));

            groups::leave(ctx, ben, garden).await.unwrap();
            assert!(matches!(one(ctx, ben, list.id).await, Err(Error::NotFound)));
            groups::join(ctx, ben, garden).await.unwrap();
            let back = all(ctx, ben).await.unwrap();
            assert_eq!((back[1].id, back[1].title.as_str()), (list.id, "Kebun"));
        });
    }
}
