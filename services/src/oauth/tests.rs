//! Stories of an app that asks for access.

use database::users;
use model::Scope;

use super::*;
use crate::accounts::{NewUser, create_user};
use crate::settings;
use crate::testing::{self, World};

const HOME: &str = "toot-app://callback";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

async fn toot(ctx: &Ctx) -> App {
    let new = NewApp {
        name: "toot".to_owned(),
        redirect_uris: vec![HOME.to_owned(), OUT_OF_BAND.to_owned()],
        scopes: Scopes::parse("read write").unwrap(),
        ..NewApp::default()
    };
    register(ctx, new).await.unwrap()
}

fn client(app: &App) -> (&str, &str) {
    (&app.client_id, &app.client_secret.0)
}

fn refused<T: std::fmt::Debug>(outcome: Result<T>) -> String {
    match outcome {
        Err(Error::Unauthorized(word)) => word.to_owned(),
        other => panic!("{other:?}"),
    }
}

async fn code(ctx: &Ctx, who: &Viewer, app: &App, challenge: Option<&str>) -> String {
    let challenge = challenge.map(|text| (text, "S256"));
    let asked = consent(ctx, &app.client_id, HOME, Some("read"), challenge)
        .await
        .unwrap();
    grant(ctx, who, &asked).await.unwrap().0
}

database::both_engines! {
    fn an_app_gets_a_token_by_a_code(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ben) = (&world.ctx, &world.ben);
        testing::run(async {
            let app = toot(ctx).await;
            let word = code(ctx, ben, &app, None).await;
            for wrong in ["toot-app://callback/", "toot-app://Callback", OUT_OF_BAND, ""] {
                let outcome = redeem(ctx, client(&app), &word, wrong, None).await;
                assert_eq!(refused(outcome), "invalid_grant", "{wrong}");
            }
            let bad = redeem(ctx, (&app.client_id, "x"), &word, HOME, None).await;
            assert_eq!(refused(bad), "invalid_client");
            let other = toot(ctx).await;
            let bad = redeem(ctx, client(&other), &word, HOME, None).await;
            assert_eq!(refused(bad), "invalid_grant");

            let issued = redeem(ctx, client(&app), &word, HOME, None).await.unwrap();
            let who = bearer(ctx, &issued.token.0).await.unwrap();
            assert_eq!(who.viewer.unwrap().id(), ben.id());
            assert_eq!(who.app.unwrap().name, "toot");
            assert!(who.scopes.cover(Scope::READ) && !who.scopes.cover(Scope::WRITE));

            // A second use is the mark of a thief: both hold nothing now.
            let again = redeem(ctx, client(&app), &word, HOME, None).await;
            assert_eq!(refused(again), "invalid_grant");
            assert_eq!(refused(bearer(ctx, &issued.token.0).await), "The access token is invalid");

            let late = code(ctx, ben, &app, None).await;
            world.pass(10 * Millis::MINUTE);
            let outcome = redeem(ctx, client(&app), &late, HOME, None).await;
            assert_eq!(refused(outcome), "invalid_grant");
        });
    }

    fn a_challenge_must_be_answered(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ben) = (&world.ctx, &world.ben);
        testing::run(async {
            let app = toot(ctx).await;
            let word = code(ctx, ben, &app, Some(CHALLENGE)).await;
            for verifier in [None, Some(""), Some("wrong"), Some(CHALLENGE)] {
                let outcome = redeem(ctx, client(&app), &word, HOME, verifier).await;
                assert_eq!(refused(outcome), "invalid_grant", "{verifier:?}");
            }
            redeem(ctx, client(&app), &word, HOME, Some(VERIFIER)).await.unwrap();
            // The challenge was dropped on the way: the verifier tells.
            let word = code(ctx, ben, &app, None).await;
            let outcome = redeem(ctx, client(&app), &word, HOME, Some(VERIFIER)).await;
            assert_eq!(refused(outcome), "invalid_grant");

            for (text, method) in [(CHALLENGE, "plain"), ("short", "S256"), (CHALLENGE, "")] {
                let asked = consent(ctx, &app.client_id, HOME, None, Some((text, method))).await;
                assert!(matches!(asked, Err(Error::Invalid(_))), "{text} {method}");
            }
        });
    }

    fn what_is_asked_for_is_checked_first(fresh: &Fresh) {
        let world = World::new(fresh);
        let ctx = &world.ctx;
        testing::run(async {
            let app = toot(ctx).await;
            let asked = consent(ctx, &app.client_id, OUT_OF_BAND, None, None).await.unwrap();
            assert_eq!(asked.scopes.to_string(), "read");
            for unknown in ["x", "x\0"] {
                let asked = consent(ctx, unknown, HOME, None, None).await;
                assert!(matches!(asked, Err(Error::NotFound)));
            }
            for (uri, scope) in [
                ("https://evil.example", "read"),
                (HOME, "admin:read"),
                (HOME, "nonsense"),
            ] {
                let asked = consent(ctx, &app.client_id, uri, Some(scope), None).await;
                assert!(matches!(asked, Err(Error::Invalid(_))), "{uri} {scope}");
            }
            for uri in [
                "javascript:alert(1)",
                "data:text/html,x",
                "VBScript:x",
                "/relative",
                "https://x.example/#part",
                "https://x.example/\0",
                "",
            ] {
                let new = NewApp {
                    name: "bad".to_owned(),
                    redirect_uris: vec![uri.to_owned()],
                    ..NewApp::default()
                };
                assert!(matches!(register(ctx, new).await, Err(Error::Invalid(_))), "{uri}");
            }
            let fine = ["http://127.0.0.1:8080/cb", "oauth2redirect://x", "icecubesapp://"];
            let new = NewApp {
                name: "fine".to_owned(),
                redirect_uris: fine.map(str::to_owned).to_vec(),
                ..NewApp::default()
            };
            let app = register(ctx, new).await.unwrap();
            assert_eq!(app.redirect_uris, fine);
            assert_eq!(app.scopes, Scopes::standard());
            // The secret is shown once.
            assert!(self::app(ctx, &app.client_id).await.unwrap().client_secret.0.is_empty());
        });
    }

    fn an_app_alone_is_nobody_and_can_be_revoked(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ben) = (&world.ctx, &world.ben);
        testing::run(async {
            let app = toot(ctx).await;
            let alone = client_credentials(ctx, client(&app), None).await.unwrap();
            assert!(bearer(ctx, &alone.token.0).await.unwrap().viewer.is_none());
            let wide = client_credentials(ctx, client(&app), Some("admin:read")).await;
            assert!(matches!(wide, Err(Error::Invalid(_))));

            let read = || Scopes::standard();
            let token = mint(ctx, ben, Some(&app.client_id), read(), None).await.unwrap().token.0;
            let other = toot(ctx).await;
            assert!(matches!(
                revoke(ctx, client(&other), &token).await,
                Err(Error::Forbidden("unauthorized_client"))
            ));
            assert!(matches!(
                revoke(ctx, (&app.client_id, "x"), &token).await,
                Err(Error::Forbidden("unauthorized_client"))
            ));
            revoke(ctx, client(&app), "unknown").await.unwrap();
            revoke(ctx, client(&app), &token).await.unwrap();
            revoke(ctx, client(&app), &token).await.unwrap();
            assert!(bearer(ctx, &token).await.is_err());

            let chosen = || Some(Secret("chosen".to_owned()));
            mint(ctx, ben, None, read(), chosen()).await.unwrap();
            assert!(matches!(mint(ctx, ben, None, read(), chosen()).await, Err(Error::Invalid(_))));
            let spaced = Some(Secret("a b".to_owned()));
            assert!(matches!(mint(ctx, ben, None, read(), spaced).await, Err(Error::Invalid(_))));
            let id = ben.id();
            world.db(move |c| Ok(users::set_disabled(c, id, Some(Millis(1)))?)).await;
            assert!(bearer(ctx, "chosen").await.is_err());
        });
    }

    fn a_token_of_the_group_lives_as_long_as_the_role(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana) = (&world.ctx, &world.ana);
        testing::run(async {
            let app = toot(ctx).await;
            let asked = consent(ctx, &app.client_id, HOME, None, None).await.unwrap();
            let stranger = World::acting(&world.ben, &world.garden);
            assert!(matches!(grant(ctx, &stranger, &asked).await, Err(Error::Forbidden(_))));
            let acting = World::acting(ana, &world.garden);
            let word = grant(ctx, &acting, &asked).await.unwrap().0;
            let token = redeem(ctx, client(&app), &word, HOME, None).await.unwrap().token.0;
            let viewer = bearer(ctx, &token).await.unwrap().viewer.unwrap();
            assert_eq!((viewer.id(), viewer.human.id), (world.garden.id, ana.id()));
            let (garden, who) = (world.garden.id, ana.id());
            world.db(move |c| {
                use database::memberships;
                let row = memberships::find(c, garden, who)?.unwrap();
                let role = model::Role::Member;
                Ok(memberships::set_state(c, row.id, row.state, role, row.updated_at)?)
            }).await;
            assert!(bearer(ctx, &token).await.is_err());
        });
    }

    fn the_password_grant_is_shut_unless_opened(fresh: &Fresh) {
        let world = World::new(fresh);
        let ctx = &world.ctx;
        testing::run(async {
            let app = toot(ctx).await;
            let password = Secret("correct horse".to_owned());
            let eko = NewUser {
                username: "eko".to_owned(),
                email: "eko@mail.example".to_owned(),
                password: password.clone(),
                role: model::ServerRole::Member,
                locale: "en".to_owned(),
                confirmed: true,
                approved: true,
            };
            create_user(ctx, eko).await.unwrap();
            let shut = password_grant(ctx, client(&app), "eko", &password, None).await;
            assert_eq!(refused(shut), "unsupported_grant_type");
            let on = [("password_grant".to_owned(), "on".to_owned())];
            settings::set(ctx, &on).await.unwrap();
            let issued = password_grant(ctx, client(&app), "eko", &password, None).await.unwrap();
            assert!(bearer(ctx, &issued.token.0).await.unwrap().viewer.is_some());
            let wrong = Secret("wrong".to_owned());
            let shut = password_grant(ctx, client(&app), "eko", &wrong, None).await;
            assert_eq!(refused(shut), "invalid_grant");
        });
    }
}
