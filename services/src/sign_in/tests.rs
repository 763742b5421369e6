//! Stories of passwords, browsers and the first owner.

use model::ServerRole;

use super::*;
use crate::accounts::create_user;
use crate::testing::{self, World};

fn eko() -> NewUser {
    NewUser {
        username: "eko".to_owned(),
        email: "Eko@Mail.example".to_owned(),
        password: Secret("correct horse".to_owned()),
        role: ServerRole::Member,
        locale: "id".to_owned(),
        confirmed: true,
        approved: true,
    }
}

fn text(outcome: Result<Viewer>) -> String {
    match outcome {
        Err(Error::Unauthorized(text)) => text.to_owned(),
        other => panic!("{other:?}"),
    }
}

database::both_engines! {
    fn eko_signs_in_by_address_or_name(fresh: &Fresh) {
        let world = World::new(fresh);
        let ctx = &world.ctx;
        testing::run(async {
            let id = create_user(ctx, eko()).await.unwrap().account.id;
            let right = Secret("correct horse".to_owned());
            for name in ["eko", "EKO", " eko@mail.example ", "EKO@MAIL.EXAMPLE"] {
                assert_eq!(check_password(ctx, name, &right).await.unwrap().id(), id, "{name}");
            }
            let wrong = Secret("wrong horse".to_owned());
            let one_text = text(check_password(ctx, "eko", &wrong).await);
            for name in ["nobody", "ekо", "*)(uid=*))(|(uid=*", "eko\u{0}", "a@x,b@y"] {
                assert_eq!(text(check_password(ctx, name, &right).await), one_text, "{name}");
            }

            world.db(move |c| Ok(users::set_disabled(c, id, Some(Millis(1)))?)).await;
            assert_eq!(text(check_password(ctx, "eko", &wrong).await), one_text);
            assert_ne!(text(check_password(ctx, "eko", &right).await), one_text);
        });
    }

    fn who_is_not_approved_is_told_so_after_the_password(fresh: &Fresh) {
        let world = World::new(fresh);
        let ctx = &world.ctx;
        testing::run(async {
            create_user(ctx, NewUser { approved: false, ..eko() }).await.unwrap();
            let right = Secret("correct horse".to_owned());
            let said = text(check_password(ctx, "eko", &right).await);
            assert_eq!(said, "this account waits for approval");
        });
    }

    fn a_browser_stays_signed_in_for_a_month(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ben) = (&world.ctx, &world.ben);
        testing::run(async {
            let cookie = open_session(ctx, ben, Device::default()).await.unwrap();
            let other = open_session(ctx, ben, Device::default()).await.unwrap();
            assert_ne!(cookie, other);
            let found = session(ctx, &cookie.0).await.unwrap().unwrap();
            assert_eq!(found.viewer.id(), ben.id());
            assert!(found.csrf.len() >= 43 && found.csrf != cookie.0);
            assert!(session(ctx, "nonsense").await.unwrap().is_none());

            close_session(ctx, &other.0).await.unwrap();
            assert!(session(ctx, &other.0).await.unwrap().is_none());
            world.pass(29 * Millis::DAY);
            assert!(session(ctx, &cookie.0).await.unwrap().is_some());
            let id = ben.id();
            world.db(move |c| Ok(users::set_disabled(c, id, Some(Millis(1)))?)).await;
            assert!(session(ctx, &cookie.0).await.unwrap().is_none());
            world.db(move |c| Ok(users::set_disabled(c, id, None)?)).await;
            world.pass(2 * Millis::DAY);
            assert!(session(ctx, &cookie.0).await.unwrap().is_none());
        });
    }

    fn the_first_link_makes_one_owner_once(fresh: &Fresh) {
        let world = World::new(fresh);
        let ctx = &world.ctx;
        testing::run(async {
            let old = first_run_code(ctx).await.unwrap().unwrap().0;
            assert!(is_first_run_code(ctx, &old).await.unwrap());
            world.pass(Millis::HOUR);
            assert!(!is_first_run_code(ctx, &old).await.unwrap());
            let code = first_run_code(ctx).await.unwrap().unwrap().0;
            let second = first_run_code(ctx).await.unwrap().unwrap().0;

            let late = claim_place(ctx, &old, "x", eko()).await;
            assert!(matches!(late, Err(Error::Unauthorized(_))));
            let weak = NewUser { password: Secret("short".to_owned()), ..eko() };
            assert!(matches!(claim_place(ctx, &code, "x", weak).await, Err(Error::Invalid(_))));
            // A mistake does not spend the code, nor name the place.
            assert_ne!(ctx.settings().title, "x");
            let view = claim_place(ctx, &code, " Balai Warga ", eko()).await.unwrap();
            assert_eq!(ctx.settings().title, "Balai Warga");
            let owner = viewer_named(ctx, "@eko").await.unwrap();
            assert_eq!((owner.id(), owner.user.role), (view.account.id, ServerRole::Owner));
            assert!(owner.user.may_act());

            for spent in [&code, &second] {
                assert!(!is_first_run_code(ctx, spent).await.unwrap());
                let again = NewUser { username: "fay".to_owned(), email: "f@x.example".to_owned(), ..eko() };
                let refused = claim_place(ctx, spent, "", again).await;
                assert!(matches!(refused, Err(Error::Unauthorized(_))));
            }
            assert!(first_run_code(ctx).await.unwrap().is_none());
            assert!(matches!(viewer_named(ctx, "garden").await, Err(Error::NotFound)));
        });
    }
}
