//! What other servers read: documents, who may see them, and what nobody can tell apart.

use axum::body::{Body, to_bytes};
use database::testing::Fresh;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, VARY};
use http::{HeaderMap, Request, StatusCode};
use model::{GroupKind, Visibility};
use serde_json::Value;
use services::groups::{Deed, RuleText, Why};
use services::statuses::Draft;
use tower::ServiceExt as _;

use super::{router, wants_activity};
use crate::outbox::tests::{World, run, steady};
use std::sync::Arc;

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// For snapshots: without what differs from run to run.
    fn steady(&self) -> Value {
        assert_eq!(self.status, StatusCode::OK);
        let mut value = self.json();
        steady(&mut value, "");
        value
    }
}

async fn get(world: &World, path: &str) -> Answer {
    let path = path.strip_prefix("http://home.example").unwrap_or(path);
    let request = Request::get(path)
        .header("accept", "application/activity+json")
        .body(Body::empty())
        .unwrap();
    let response = router(Arc::clone(&world.fed))
        .oneshot(request)
        .await
        .unwrap();
    let (head, body) = response.into_parts();
    Answer {
        status: head.status,
        headers: head.headers,
        body: to_bytes(body, 1 << 20).await.unwrap().to_vec(),
    }
}

fn story<F: Future<Output = ()>>(tell: impl FnOnce(World) -> F) {
    let fresh = Fresh::sqlite();
    run(async {
        let world = World::new(&fresh);
        tell(world).await;
    });
}

database::both_engines! {
    fn the_log_of_a_group_is_a_collection_unless_the_group_is_private(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let ana = world.person("ana").await;
            let garden = world.group(&ana, "garden", GroupKind::Open).await;
            let hut = world.group(&ana, "hut", GroupKind::Private).await;
            for group in [garden.id, hut.id] {
                let rules = vec![RuleText {
                    text: "Be kind".to_owned(),
                    ..RuleText::default()
                }];
                let deed = Deed::Rules { rules };
                services::groups::act(&world.ctx, &ana, group, deed, Why::because("at last"))
                    .await
                    .unwrap();
            }
            let cover = get(&world, "/g/garden/log").await.json();
            assert_eq!(cover["type"], "OrderedCollection");
            assert_eq!(cover["totalItems"], 1);
            let first = cover["first"].as_str().unwrap().to_owned();
            let page = get(&world, &first).await.json();
            let entry = &page["orderedItems"][0];
            assert_eq!(entry["summary"], "at last");
            assert!(
                entry["id"]
                    .as_str()
                    .unwrap()
                    .starts_with("http://home.example/@garden/log/")
            );
            // Without the wish of the group nobody is named.
            assert_eq!(entry["actor"], "http://home.example/g/garden");
            for path in ["/g/hut/log", "/g/hut/log?page=true", "/users/ana/log"] {
                assert_eq!(
                    get(&world, path).await.status,
                    StatusCode::NOT_FOUND,
                    "{path}"
                );
            }
        });
    }

    fn actors_have_their_documents(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let ana = world.person("ana").await;
            world.group(&ana, "garden", GroupKind::Approved).await;
            insta::assert_json_snapshot!("person", get(&world, "/users/ana").await.steady());
            let group = get(&world, "/g/garden").await;
            assert_eq!(group.headers[CONTENT_TYPE], "application/activity+json");
            assert_eq!(group.headers[VARY], "Accept, Signature");
            assert_eq!(group.headers[CACHE_CONTROL], "public, max-age=60");
            insta::assert_json_snapshot!("group", group.steady());
            insta::assert_json_snapshot!("server", get(&world, "/actor").await.steady());
            let page = get(&world, "/@ana").await;
            assert_eq!(page.json()["id"], "http://home.example/users/ana");
            // A name has one address of its own kind.
            assert_eq!(get(&world, "/g/ana").await.status, StatusCode::NOT_FOUND);
            assert_eq!(get(&world, "/users/garden").await.status, StatusCode::NOT_FOUND);
        });
    }

    fn the_place_and_its_hashtags_have_documents(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let ana = world.person("ana").await;
            let place = get(&world, "/").await;
            assert_eq!(place.headers[VARY], "Accept, Signature");
            assert_eq!(place.json()["id"], "http://home.example/actor");
            let say = async |visibility| {
                let draft = Draft {
                    text: "tea at four #teh".to_owned(),
                    visibility: Some(visibility),
                    ..Draft::default()
                };
                world.post(&ana, draft).await.status.uri
            };
            let public = say(Visibility::Public).await;
            say(Visibility::Private).await;
            let tag = get(&world, "/tags/teh").await.json();
            assert_eq!(tag["type"], "OrderedCollection");
            assert_eq!(tag["id"], "http://home.example/tags/teh");
            assert_eq!(tag["orderedItems"], serde_json::json!([public]));
            assert_eq!(get(&world, "/tags/nothing").await.json()["totalItems"], 0);
        });
    }

    fn a_thread_and_its_collections(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let ana = world.person("ana").await;
            world.group(&ana, "garden", GroupKind::Open).await;
            let draft = Draft {
                text: "@garden seeds #kebun".to_owned(),
                title: "Seeds".to_owned(),
                language: Some("en".to_owned()),
                ..Draft::default()
            };
            let thread = world.post(&ana, draft).await;
            let answer = Draft {
                text: "in spring".to_owned(),
                in_reply_to: Some(thread.status.id),
                ..Draft::default()
            };
            let answer = world.post(&ana, answer).await;
            world.settle().await;
            let uri = &thread.status.uri;
            insta::assert_json_snapshot!("note", get(&world, uri).await.steady());
            let page = get(&world, &format!("/@ana/{}", thread.status.id)).await;
            assert_eq!(page.body, get(&world, uri).await.body);
            let create = get(&world, &format!("{uri}/activity")).await.json();
            assert_eq!(create["type"], "Create");
            assert_eq!(create["proof"]["cryptosuite"], "eddsa-jcs-2022");
            let items = async |of: &str| {
                let cover = get(&world, of).await.json();
                let first = cover["first"].as_str().unwrap().to_owned();
                let page = get(&world, &first).await.json();
                (cover["totalItems"].clone(), page["orderedItems"].clone())
            };
            let (total, replies) = items(&format!("{uri}/replies")).await;
            assert_eq!((total, replies), (1.into(), serde_json::json!([answer.status.uri])));
            let (total, context) = items(&format!("{uri}/context")).await;
            assert_eq!(total, 2);
            assert_eq!(context, serde_json::json!([uri, answer.status.uri]));
            let (_, outbox) = items("/users/ana/outbox").await;
            assert_eq!(outbox[0]["object"]["id"], answer.status.uri);
            let (_, outbox) = items("/g/garden/outbox").await;
            assert_eq!((&outbox[0]["type"], &outbox[0]["object"]), (&"Announce".into(), &uri.as_str().into()));
            // The address of an announce leads to it.
            let announce = outbox[0]["id"].as_str().unwrap();
            assert_eq!(get(&world, announce).await.json()["id"], announce);
            let people = get(&world, "/g/garden/moderators").await.json();
            assert_eq!(people["orderedItems"], serde_json::json!(["http://home.example/users/ana"]));
            assert_eq!(get(&world, "/g/garden/followers").await.json()["totalItems"], 1);
            assert!(get(&world, "/g/garden/followers").await.json()["orderedItems"].is_null());
            // A boost says for whom it is wherever it is read.
            let wish = Some(Visibility::Unlisted);
            let boost = services::interactions::boost(&world.ctx, &ana, thread.status.id, wish);
            let boost = boost.await.unwrap();
            let to = &get(&world, &boost.status.uri).await.json()["to"];
            assert_eq!(*to, serde_json::json!(["http://home.example/users/ana/followers"]));
        });
    }
}

#[test]
fn what_is_hidden_looks_like_what_never_was() {
    story(|world| async move {
        let ana = world.person("ana").await;
        let never = get(&world, "/users/ana/statuses/1").await;
        assert_eq!(never.status, StatusCode::NOT_FOUND);
        for visibility in [Visibility::Private, Visibility::Direct] {
            let draft = Draft {
                text: "for few".to_owned(),
                visibility: Some(visibility),
                ..Draft::default()
            };
            let post = world.post(&ana, draft).await;
            for rest in ["", "/activity", "/replies", "/likes", "/shares", "/context"] {
                let hidden = get(&world, &format!("{}{rest}", post.status.uri)).await;
                assert_eq!((hidden.status, &hidden.body), (never.status, &never.body));
                assert_eq!(hidden.headers, never.headers);
            }
            // Nor does its end say that it was.
            services::statuses::delete(&world.ctx, &ana, post.status.id)
                .await
                .unwrap();
            let gone = get(&world, &post.status.uri).await;
            assert_eq!((gone.status, &gone.body), (never.status, &never.body));
        }
        assert_eq!(get(&world, "/users/nobody").await.body, never.body);
    });
}

#[test]
fn what_was_for_everyone_leaves_a_tombstone() {
    story(|world| async move {
        let ana = world.person("ana").await;
        let post = world.says(&ana, "hello").await;
        services::statuses::delete(&world.ctx, &ana, post.status.id)
            .await
            .unwrap();
        let gone = get(&world, &post.status.uri).await;
        assert_eq!(gone.status, StatusCode::GONE);
        assert_eq!(gone.json()["type"], "Tombstone");
    });
}

#[test]
fn in_secure_mode_only_the_server_itself_is_shown_to_strangers() {
    story(|world| async move {
        let ana = world.person("ana").await;
        let post = world.says(&ana, "hello").await;
        let mut settings = (*world.ctx.settings()).clone();
        settings.secure_mode = true;
        world.ctx.use_settings(settings);
        for path in [
            "/users/ana",
            &post.status.uri,
            "/users/ana/outbox",
            "/users/ana/statuses/1",
        ] {
            assert_eq!(
                get(&world, path).await.status,
                StatusCode::UNAUTHORIZED,
                "{path}"
            );
        }
        assert_eq!(get(&world, "/actor").await.status, StatusCode::OK);
    });
}

#[test]
fn people_groups_and_the_server_are_found() {
    story(|world| async move {
        let ana = world.person("ana").await;
        world.group(&ana, "garden", GroupKind::Open).await;
        let finger = async |resource: &str| {
            get(
                &world,
                &format!("/.well-known/webfinger?resource={resource}"),
            )
            .await
        };
        let person = finger("acct:ana@home.example").await;
        assert_eq!(person.headers["access-control-allow-origin"], "*");
        insta::assert_json_snapshot!("webfinger", person.steady());
        for resource in [
            "acct:ANA@Home.Example",
            "@ana@home.example",
            "http://home.example/users/ana",
            "http://home.example/@ana",
        ] {
            assert_eq!(finger(resource).await.body, person.body, "{resource}");
        }
        let subject = async |resource: &str| finger(resource).await.json()["subject"].clone();
        assert_eq!(
            subject("acct:garden@home.example").await,
            "acct:garden@home.example"
        );
        assert_eq!(
            subject("http://home.example/g/garden").await,
            "acct:garden@home.example"
        );
        let server = "acct:home.example@home.example";
        assert_eq!(subject(server).await, server);
        assert_eq!(subject("http://home.example").await, server);
        for resource in [
            "acct:nobody@home.example",
            "acct:ana@far.example",
            "http://home.example/g/ana",
        ] {
            assert_eq!(
                finger(resource).await.status,
                StatusCode::NOT_FOUND,
                "{resource}"
            );
        }
        let without = get(&world, "/.well-known/webfinger").await;
        assert_eq!(without.status, StatusCode::BAD_REQUEST);
    });
}

#[test]
fn the_server_says_what_it_is() {
    story(|world| async move {
        let ana = world.person("ana").await;
        world.says(&ana, "hello").await;
        let links = get(&world, "/.well-known/nodeinfo").await.json();
        let href = links["links"][1]["href"].as_str().unwrap();
        let mut info = get(&world, href).await.json();
        steady(&mut info, "");
        info["software"]["version"] = "[version]".into();
        insta::assert_json_snapshot!("nodeinfo", info);
        assert_eq!(get(&world, "/nodeinfo/2.0").await.json()["version"], "2.0");
        assert_eq!(
            get(&world, "/nodeinfo/3.0").await.status,
            StatusCode::NOT_FOUND
        );
        let meta = get(&world, "/.well-known/host-meta").await;
        let text = String::from_utf8(meta.body).unwrap();
        assert!(text.contains("http://home.example/.well-known/webfinger?resource={uri}"));
        assert_eq!(
            get(&world, "/inbox").await.status,
            StatusCode::METHOD_NOT_ALLOWED
        );
    });
}

#[test]
fn a_request_gets_what_it_would_rather_have() {
    const PROFILE: &str = "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"";
    let wants = |accept: &str| {
        let mut headers = HeaderMap::new();
        headers.insert("accept", accept.parse().unwrap());
        wants_activity(&headers)
    };
    for accept in [
        "application/activity+json",
        PROFILE,
        "application/activity+json, text/html;q=0.1",
        "text/html;q=0.5, application/activity+json",
        &format!("{PROFILE}, application/activity+json, text/html"),
    ] {
        assert!(wants(accept), "{accept}");
    }
    for accept in [
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "text/html, application/activity+json",
        "application/activity+json;q=0, text/html",
        "application/activity+json-evil",
        "application/json",
        "*/*",
        "",
    ] {
        assert!(!wants(accept), "{accept}");
    }
    assert!(!wants_activity(&HeaderMap::new()));
}
