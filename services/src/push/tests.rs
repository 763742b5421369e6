//! Stories of subscribing, of who is told because of whom, and of what a push service answers.

use std::sync::{Arc, Mutex};

use database::both_engines;
use futures::future::BoxFuture;

use super::*;
use crate::outward::{Found, Outward};
use crate::statuses::{self, Draft};
use crate::testing::{World, run};
use crate::{fan_out, oauth, relationships};

/// A push service that writes down what comes.
#[derive(Debug, Default)]
struct Service {
    status: Mutex<u16>,
    got: Mutex<Vec<Vec<(&'static str, String)>>>,
}

impl Outward for Service {
    fn get<'a>(&'a self, _: &'a Url, _: &'a str, _: usize) -> BoxFuture<'a, Result<Found>> {
        Box::pin(async { Err(Error::NotFound) })
    }
    fn post<'a>(
        &'a self,
        url: &'a Url,
        headers: Vec<(&'static str, String)>,
        _body: Vec<u8>,
        _most: usize,
    ) -> BoxFuture<'a, Result<Found>> {
        self.got.lock().unwrap().push(headers);
        let status = *self.status.lock().unwrap();
        Box::pin(async move {
            Ok(Found {
                status,
                content_type: String::new(),
                url: url.clone(),
                body: Vec::new(),
            })
        })
    }
}

/// A point on the curve, and a secret.
const P256DH: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

fn wish(alerts: &[NotificationKind], policy: Policy) -> NewSubscription {
    NewSubscription {
        endpoint: "https://push.example/ben".to_owned(),
        p256dh: P256DH.to_owned(),
        auth: Secret(AUTH.to_owned()),
        standard: true,
        alerts: alerts.to_vec(),
        policy: Some(policy),
    }
}

struct Stage {
    world: World,
    service: Arc<Service>,
    token: TokenId,
    word: Secret<String>,
}

impl Stage {
    async fn new(world: World) -> Self {
        let service = Arc::new(Service::default());
        *service.status.lock().unwrap() = 201;
        world
            .ctx
            .open_outward(Arc::clone(&service) as Arc<dyn Outward>);
        let issued = oauth::mint(&world.ctx, &world.ben, None, model::Scopes::default(), None)
            .await
            .unwrap();
        let token = oauth::bearer(&world.ctx, &issued.token.0)
            .await
            .unwrap()
            .token;
        Self {
            world,
            service,
            token,
            word: issued.token,
        }
    }

    async fn subscribe(&self, new: NewSubscription) -> Result<SubscriptionView> {
        subscribe(
            &self.world.ctx,
            &self.world.ben,
            self.token,
            &self.word,
            new,
        )
        .await
    }

    /// Ana names ben; how many messages reach the push service.
    async fn told(&self) -> usize {
        self.service.got.lock().unwrap().clear();
        let draft = Draft {
            text: "hello @ben".to_owned(),
            ..Draft::default()
        };
        statuses::publish(&self.world.ctx, &self.world.ana, draft, None)
            .await
            .unwrap();
        self.settle().await;
        self.service.got.lock().unwrap().len()
    }

    async fn settle(&self) {
        for event in self.world.events().await {
            fan_out::consume(&self.world.ctx, &event).await.unwrap();
        }
        crate::jobs::work(&self.world.ctx).await.unwrap();
    }
}

both_engines! {
    fn each_policy_asks_for_its_own_people(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let stage = Stage::new(world).await;
            let Stage { world, token, .. } = &stage;
            let ctx = &world.ctx;
            assert_eq!(stage.told().await, 0);
            let made = stage.subscribe(wish(&[NotificationKind::Mention], Policy::All)).await.unwrap();
            assert_eq!(made.server_key, public_key(ctx).await.unwrap());
            assert_eq!(made.alerts, [NotificationKind::Mention]);
            let with = |policy| change(ctx, *token, None, Some(policy));
            // All, nobody, whom he follows, who follows him; nobody follows anybody.
            for (policy, many) in [(Policy::All, 1), (Policy::None, 0), (Policy::Followed, 0), (Policy::Follower, 0)] {
                with(policy).await.unwrap();
                assert_eq!(stage.told().await, many, "{policy}");
            }
            relationships::follow(ctx, &world.ben, world.ana.id(), Default::default()).await.unwrap();
            stage.settle().await;
            for (policy, many) in [(Policy::Followed, 1), (Policy::Follower, 0)] {
                with(policy).await.unwrap();
                assert_eq!(stage.told().await, many, "{policy}");
            }
            relationships::unfollow(ctx, &world.ben, world.ana.id()).await.unwrap();
            relationships::follow(ctx, &world.ana, world.ben.id(), Default::default()).await.unwrap();
            stage.settle().await;
            for (policy, many) in [(Policy::Followed, 0), (Policy::Follower, 1)] {
                with(policy).await.unwrap();
                assert_eq!(stage.told().await, many, "{policy}");
            }
            // Other kinds only: a mention is not told.
            change(ctx, *token, Some(vec![NotificationKind::Follow]), Some(Policy::All)).await.unwrap();
            assert_eq!(stage.told().await, 0);
        });
    }

    fn it_ends_with_the_token_and_with_the_app(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let stage = Stage::new(world).await;
            let Stage { world, service, token, .. } = &stage;
            let (ctx, token) = (&world.ctx, *token);
            let mention = || wish(&[NotificationKind::Mention], Policy::All);
            stage.subscribe(mention()).await.unwrap();
            // A second one takes the place of the first.
            stage.subscribe(mention()).await.unwrap();
            assert_eq!(stage.told().await, 1);
            *service.status.lock().unwrap() = 410;
            assert_eq!(stage.told().await, 1);
            assert!(matches!(show(ctx, token).await, Err(Error::NotFound)));
            *service.status.lock().unwrap() = 503;
            stage.subscribe(mention()).await.unwrap();
            assert_eq!(stage.told().await, 1);
            show(ctx, token).await.unwrap();
            // Tried again, later.
            *service.status.lock().unwrap() = 201;
            world.pass(model::Millis::DAY);
            stage.settle().await;
            assert_eq!(service.got.lock().unwrap().len(), 2);
            let now = ctx.now();
            world.db(move |conn| Ok(access_tokens::revoke(conn, token, now)?)).await;
            assert_eq!(stage.told().await, 0);
            assert!(matches!(show(ctx, token).await, Err(Error::NotFound)));
            let late = stage.subscribe(mention()).await;
            assert!(matches!(late, Err(Error::Unauthorized(_))));
        });
    }
}

#[test]
fn what_is_no_address_and_no_key_is_refused() {
    run(async {
        let stage = Stage::new(World::sqlite()).await;
        let good = || wish(&[], Policy::All);
        for endpoint in [
            "",
            "push.example",
            "http://push.example/x",
            "ftp://push.example/x",
            "https://user:secret@push.example/x",
            &format!("https://push.example/{}", "a".repeat(2_000)),
        ] {
            let new = NewSubscription {
                endpoint: endpoint.to_owned(),
                ..good()
            };
            assert!(
                matches!(stage.subscribe(new).await, Err(Error::Invalid(_))),
                "{endpoint}"
            );
        }
        for p256dh in ["", "????", "BBBB", &"B".repeat(87)] {
            let new = NewSubscription {
                p256dh: p256dh.to_owned(),
                ..good()
            };
            assert!(
                matches!(stage.subscribe(new).await, Err(Error::Invalid(_))),
                "{p256dh}"
            );
        }
        for auth in ["", "AAAA", &"A".repeat(200)] {
            let new = NewSubscription {
                auth: Secret(auth.to_owned()),
                ..good()
            };
            assert!(
                matches!(stage.subscribe(new).await, Err(Error::Invalid(_))),
                "{auth}"
            );
        }
        // Either alphabet, padded or not.
        let padded = NewSubscription {
            p256dh: P256DH.replace('-', "+").replace('_', "/") + "=",
            auth: Secret(AUTH.replace('_', "/") + "=="),
            ..good()
        };
        stage.subscribe(padded).await.unwrap();
    });
}

#[test]
fn a_sealed_token_opens_for_its_own_row_alone() {
    run(async {
        let stage = Stage::new(World::sqlite()).await;
        let ctx = &stage.world.ctx;
        let keys = keys::keys(ctx).await.unwrap();
        let sealed = keys.seal(ctx, TokenId(1), &stage.word).unwrap();
        assert_eq!(keys.open(TokenId(1), &sealed).unwrap(), stage.word);
        assert!(keys.open(TokenId(2), &sealed).is_err());
        assert!(keys.open(TokenId(1), &sealed[..20]).is_err());
        assert!(
            !sealed
                .windows(8)
                .any(|part| stage.word.0.as_bytes().starts_with(part))
        );
    });
}
