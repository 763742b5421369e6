//! Stories of accounts: made, changed, received, gone.

use database::{actor_keys, follows, memberships, users};
use model::{Event, GroupKind, MembershipState};

use super::*;
use crate::relationships;
use crate::testing::{self, World};

fn eko() -> NewUser {
    NewUser {
        username: "Eko".to_owned(),
        email: "eko@mail.example".to_owned(),
        password: Secret("correct horse".to_owned()),
        role: ServerRole::Member,
        locale: "id".to_owned(),
        confirmed: true,
        approved: true,
    }
}

fn problems(outcome: Result<AccountView>) -> Vec<(&'static str, &'static str)> {
    match outcome {
        Err(Error::Invalid(problems)) => problems.iter().map(|p| (p.field, p.code)).collect(),
        other => panic!("{other:?}"),
    }
}

fn profile_of_fay() -> RemoteProfile {
    RemoteProfile {
        uri: "https://far.example/users/fay".to_owned(),
        url: "https://far.example/@fay".to_owned(),
        domain: "far.example".to_owned(),
        username: "fay".to_owned(),
        kind: AccountKind::Person,
        display_name: "Fay".to_owned(),
        note: "<p>hi<script>alert(1)</script></p>".to_owned(),
        fields: vec![(
            "web".to_owned(),
            "<a href=\"javascript:x\">x</a>".to_owned(),
        )],
        avatar: "javascript:alert(1)".to_owned(),
        header: "https://far.example/h.png".to_owned(),
        locked: false,
        members_only: false,
        discoverable: true,
        indexable: true,
        published: Some(Millis(i64::MAX / 4)),
        inbox: "https://far.example/users/fay/inbox".to_owned(),
        shared_inbox: "https://far.example/inbox".to_owned(),
        outbox: String::new(),
        followers: String::new(),
        featured: String::new(),
        moderators: String::new(),
        instance: InstanceId(1),
        keys: vec![(
            "https://far.example/users/fay#main-key".to_owned(),
            0,
            vec![1, 2, 3],
        )],
    }
}

database::both_engines! {
    fn eko_becomes_a_member(fresh: &Fresh) {
        let world = World::new(fresh);
        let ctx = &world.ctx;
        testing::run(async {
            let view = create_user(ctx, eko()).await.unwrap();
            assert_eq!(view.account.uri, "https://balai.example/users/Eko");
            let id = view.account.id;
            let (user, keys) = world
                .db(move |c| Ok((users::find(c, id)?.unwrap(), actor_keys::of(c, id)?)))
                .await;
            assert!(user.password_hash.starts_with("$argon2id$"));
            assert_eq!((user.locale.as_str(), keys.len()), ("id", 2));
            assert_eq!(keys[1].public_der.len(), 32);
            assert_eq!(keys[1].uri, "https://balai.example/users/Eko#ed25519-key");

            assert_eq!(
                problems(create_user(ctx, eko()).await),
                [("username", "ERR_TAKEN"), ("email", "ERR_TAKEN")]
            );
            // The one namespace: a group's name is taken too.
            let garden = NewUser { username: "GARDEN".to_owned(), email: "g@x.example".to_owned(), ..eko() };
            assert_eq!(problems(create_user(ctx, garden).await), [("username", "ERR_TAKEN")]);
            let wrong = NewUser {
                username: "root".to_owned(),
                email: "no".to_owned(),
                password: Secret("short".to_owned()),
                ..eko()
            };
            assert_eq!(
                problems(create_user(ctx, wrong).await),
                [("password", "ERR_TOO_SHORT"), ("username", "ERR_RESERVED"), ("email", "ERR_INVALID")]
            );
        });
    }

    fn ben_changes_his_profile(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ben) = (&world.ctx, &world.ben);
        testing::run(async {
            let change = ProfileChange {
                display_name: Some("  Ben\u{202e} ".to_owned()),
                note: Some("with @ana, <i>https://x.example</i>".to_owned()),
                fields: Some(vec![("web".to_owned(), "https://ben.example".to_owned())]),
                locked: Some(true),
                hide_collections: Some(false),
                default_sensitive: Some(true),
                default_language: Some(Some("id".to_owned())),
                avatar: Some(media::placeholder_avatar("ben")),
                ..ProfileChange::default()
            };
            let view = update(ctx, ben, change).await.unwrap();
            let row = &view.account;
            assert_eq!(row.display_name, "Ben");
            assert!(row.note.contains("https://balai.example/@ana"), "{}", row.note);
            assert!(!row.note.contains("<i>") && row.locked && row.show_collections);
            assert!(row.fields[0]["value"].as_str().unwrap().starts_with("<a "), "{}", row.fields);
            let first = row.avatar.clone();
            assert!(crate::files::read(ctx, &first).await.is_ok());
            assert!(matches!(&world.events().await[..], [Event::ProfileUpdated { .. }]));
            let id = ben.id();
            let user = world.db(move |c| Ok(users::find(c, id)?.unwrap())).await;
            assert!(user.default_sensitive && user.default_language.as_deref() == Some("id"));

            // The old picture leaves the disk; the same again is no change.
            let change = || ProfileChange {
                avatar: Some(media::placeholder_avatar("other")),
                ..ProfileChange::default()
            };
            let view = update(ctx, ben, change()).await.unwrap();
            assert!(crate::files::read(ctx, &first).await.is_err());
            assert!(crate::files::read(ctx, &view.account.avatar).await.is_ok());
            world.events().await;
            update(ctx, ben, ProfileChange { locked: Some(true), ..ProfileChange::default() })
                .await
                .unwrap();
            assert!(world.events().await.is_empty());

            let broken = ProfileChange { avatar: Some(b"no picture".to_vec()), ..ProfileChange::default() };
            assert!(matches!(update(ctx, ben, broken).await, Err(Error::Media(_))));
            let long = ProfileChange { note: Some("x".repeat(2001)), ..ProfileChange::default() };
            assert!(matches!(update(ctx, ben, long).await, Err(Error::Invalid(_))));
            let five = vec![("a".to_owned(), "b".to_owned()); 5];
            let many = ProfileChange { fields: Some(five), ..ProfileChange::default() };
            assert!(matches!(update(ctx, ben, many).await, Err(Error::Invalid(_))));
        });
    }

    fn a_moderator_closes_the_door_of_the_group(fresh: &Fresh) {
        let world = World::new(fresh);
        let ctx = &world.ctx;
        testing::run(async {
            let close = || ProfileChange { locked: Some(true), ..ProfileChange::default() };
            let stranger = World::acting(&world.ben, &world.garden);
            assert!(matches!(update(ctx, &stranger, close()).await, Err(Error::Forbidden(_))));
            let acting = World::acting(&world.ana, &world.garden);
            let view = update(ctx, &acting, close()).await.unwrap();
            assert!(view.account.locked);
            assert_eq!(view.group.unwrap().kind, GroupKind::Approved);
        });
    }

    fn followers_are_shown_to_the_owner_alone(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ben, chi) = (&world.ctx, &world.ben, &world.chi);
        testing::run(async {
            for who in [&world.ana, chi] {
                relationships::follow(ctx, who, ben.id(), relationships::FollowWish::default())
                    .await
                    .unwrap();
            }
            let page = Page::first(1);
            assert!(followers(ctx, None, ben.id(), page).await.unwrap().items.is_empty());
            assert!(followers(ctx, Some(chi), ben.id(), page).await.unwrap().items.is_empty());
            let first = followers(ctx, Some(ben), ben.id(), page).await.unwrap();
            assert_eq!(first.items[0].account.id, chi.id());
            let next = Page { max_id: first.oldest, ..page };
            let second = followers(ctx, Some(ben), ben.id(), next).await.unwrap();
            assert_eq!(second.items[0].account.id, world.ana.id());
            let back = Page { min_id: second.newest, ..page };
            let third = followers(ctx, Some(ben), ben.id(), back).await.unwrap();
            assert_eq!(third.items[0].account.id, chi.id());

            let open = ProfileChange { hide_collections: Some(false), ..ProfileChange::default() };
            update(ctx, ben, open).await.unwrap();
            assert_eq!(followers(ctx, None, ben.id(), Page::first(9)).await.unwrap().items.len(), 2);
            assert_eq!(following(ctx, Some(chi), chi.id(), page).await.unwrap().items.len(), 1);
            // The garden's moderators see who follows it.
            let garden = world.garden.id;
            assert_eq!(followers(ctx, Some(&world.ana), garden, page).await.unwrap().items.len(), 1);
            assert!(followers(ctx, Some(chi), garden, page).await.unwrap().items.is_empty());
            assert!(followers(ctx, None, AccountId(1), page).await.is_err());
        });
    }

    fn fay_is_received_cleaned_and_refreshed(fresh: &Fresh) {
        let world = World::new(fresh);
        let ctx = &world.ctx;
        testing::run(async {
            let id = receive(ctx, profile_of_fay()).await.unwrap();
            let row = world.account(id).await;
            assert!(!row.note.contains("script") && row.avatar.is_empty());
            assert!(!row.fields.to_string().contains("javascript"));
            assert_eq!(row.header, "https://far.example/h.png");
            assert!(row.created_at <= ctx.now());
            let handle: Handle = "@FAY@far.example".parse().unwrap();
            assert_eq!(lookup(ctx, &handle).await.unwrap().account.id, id);
            assert!(find_by_uri(ctx, &row.uri).await.unwrap().is_some());

            let mut newer = profile_of_fay();
            newer.display_name = "Fay F.".to_owned();
            newer.keys[0].2 = vec![4];
            assert_eq!(receive(ctx, newer).await.unwrap(), id);
            let keys = world.db(move |c| Ok(actor_keys::of(c, id)?)).await;
            assert_eq!((keys.len(), keys[0].public_der.as_slice()), (1, &[4_u8][..]));

            // Another actor may take neither her name nor her key.
            let mut other = profile_of_fay();
            other.uri = "https://far.example/users/other".to_owned();
            assert!(matches!(receive(ctx, other.clone()).await, Err(Error::Conflict(_))));
            other.username = "other".to_owned();
            let thief = receive(ctx, other).await.unwrap();
            assert!(world.db(move |c| Ok(actor_keys::of(c, thief)?)).await.is_empty());
            let mut ours = profile_of_fay();
            ours.domain = "BALAI.example".to_owned();
            assert!(matches!(receive(ctx, ours).await, Err(Error::Forbidden(_))));
        });
    }

    fn dan_is_gone_and_nothing_of_him_is_left(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ben, dan) = (&world.ctx, &world.ben, world.dan.id);
        testing::run(async {
            relationships::receive_follow(ctx, dan, ben.id(), "https://far.example/f/1").await.unwrap();
            relationships::receive_follow(ctx, dan, world.garden.id, "https://far.example/f/2")
                .await
                .unwrap();
            receive_delete(ctx, dan).await.unwrap();
            receive_delete(ctx, dan).await.unwrap();
            let garden = world.garden.id;
            let (around, row) = world
                .db(move |c| Ok((follows::all_around(c, dan)?, memberships::find(c, garden, dan)?)))
                .await;
            assert!(around.is_empty());
            assert_eq!(row.unwrap().state, MembershipState::Left);
            assert_eq!(world.account(ben.id()).await.followers_count, 0);
            assert!(world.account(dan).await.suspended_at.is_some());
            // Our own people are not deleted from elsewhere.
            receive_delete(ctx, ben.id()).await.unwrap();
            assert!(world.account(ben.id()).await.suspended_at.is_none());
        });
    }

    fn the_server_has_one_actor(fresh: &Fresh) {
        let world = World::new(fresh);
        let ctx = &world.ctx;
        testing::run(async {
            let actor = server_actor(ctx).await.unwrap().account;
            assert_eq!(actor.uri, "https://balai.example/actor");
            assert_eq!(actor.username, "balai.example");
            assert_eq!(server_actor(ctx).await.unwrap().account.id, actor.id);
            let totals = statistics(ctx).await.unwrap();
            assert_eq!((totals.users, totals.statuses), (3, 0));
        });
    }
}
