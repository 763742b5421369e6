//! Looking things up at other servers: identity, redirects, handles, threads, and how far one goes.

use super::ownership::follow;
use super::*;
use crate::fetch::Trip;
use crate::vocabulary::ObjectUri;
use database::instances;

database::both_engines! {
    fn identity_is_where_the_document_is(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let (far, evil) = (Peer::start().await, Peer::start().await);
            let dan = far.person("dan");
            let note = dan.note("n1", json!({}));
            far.serve(&note);
            let fediverse = world.ctx.fediverse();
            let look = |uri: String| {
                let fediverse = Arc::clone(&fediverse);
                async move { fediverse.fetch_status(&uri).await.unwrap() }
            };
            // 18: a redirect elsewhere, a document that names another's id, an id that is elsewhere.
            evil.redirect("/r", &far.url("/users/eve/1"));
            evil.serve_at("/copy", &note);
            let mut mine = note.clone();
            mine["id"] = json!(evil.url("/mine"));
            evil.serve_at("/mine", &mine);
            evil.serve_kind("/html", "text/html", "<link rel=alternate>");
            evil.serve_kind("/json", "application/json", &note.to_string());
            for path in ["/r", "/copy", "/mine", "/html", "/json", "/nothing"] {
                assert_eq!(look(evil.url(path)).await, None, "{path}");
            }
            assert!(world.status(note["id"].as_str().unwrap()).await.is_none());
            assert_eq!(look("http://home.example/users/ana/statuses/1".to_owned()).await, None);

            // A page of the same server leads to it, and so does a redirect to it.
            far.serve_at("/@dan/1", &note);
            let found = look(far.url("/@dan/1")).await.unwrap();
            evil.redirect("/to-it", note["id"].as_str().unwrap());
            assert_eq!(look(evil.url("/to-it")).await, Some(found));
            assert_eq!(world.status(note["id"].as_str().unwrap()).await.unwrap().id, found);

            // 17: at its own id it has another one.
            let mut moving = note.clone();
            moving["id"] = json!(far.url("/b"));
            far.serve_at("/a", &moving);
            moving["id"] = json!(far.url("/a"));
            far.serve_at("/b", &moving);
            assert_eq!(look(far.url("/a")).await, None);
        });
    }

    fn a_handle_is_what_both_ends_say(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let (far, evil) = (Peer::start().await, Peer::start().await);
            let dan = far.person("dan");
            let domain = |peer: &Peer| peer.base.strip_prefix("http://").unwrap().to_owned();
            let finger = |peer: &Peer, asked: &str, subject: &str, actor: &str| {
                let (name, host) = asked.split_once('@').unwrap();
                let host = host.replace(':', "%3A");
                peer.serve_kind(
                    &format!("/.well-known/webfinger?resource=acct%3A{name}%40{host}"),
                    "application/jrd+json",
                    &json!({"subject": format!("acct:{subject}"), "links": [{"rel": "self",
                        "type": "application/activity+json", "href": actor}]}).to_string(),
                );
            };
            let true_name = format!("dan@{}", domain(&far));
            finger(&far, &true_name, &true_name, &dan.uri);
            let stolen = format!("dan@{}", domain(&evil));
            finger(&evil, &stolen, &stolen, &dan.uri);
            let alias = format!("old@{}", domain(&evil));
            finger(&evil, &alias, &true_name, &dan.uri);
            let ours = format!("boss@{}", domain(&evil));
            finger(&evil, &ours, "boss@home.example", &dan.uri);

            let fediverse = world.ctx.fediverse();
            let look = |handle: &str| {
                let (fediverse, handle) = (Arc::clone(&fediverse), handle.parse().unwrap());
                async move { fediverse.resolve_handle(&handle).await.unwrap() }
            };
            let found = look(&true_name).await;
            assert!(found.is_some());
            assert_eq!(look(&true_name.to_uppercase()).await, found);
            assert_eq!(look(&stolen).await, None, "the actor does not answer to it");
            assert_eq!(look(&alias).await, found, "an alias leads to the true name");
            assert_eq!(look(&ours).await, None, "names of ours are given by us");
            assert_eq!(look(&format!("nobody@{}", domain(&far))).await, None);
            assert_eq!(look("dan@home.example").await, None);

            // A split domain: the actor lives here, its name is there, and there agrees.
            let eve = far.person("eve");
            let split = format!("eve@{}", domain(&evil));
            finger(&far, &format!("eve@{}", domain(&far)), &split, &eve.uri);
            finger(&evil, &split, &split, &eve.uri);
            assert!(look(&split).await.is_some());
            let stored = world.account(&eve.uri).await.unwrap();
            assert_eq!(stored.acct(), split);
        });
    }

    fn an_answer_brings_its_thread_and_those_it_names(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let (far, third) = (Peer::start().await, Peer::start().await);
            let (dan, kim, lou) = (far.person("dan"), third.person("kim"), third.person("lou"));
            let ana = world.person("ana").await;
            follow(&world, &ana, &dan).await;
            let root = kim.note("root", json!({}));
            let middle = lou.note("middle", json!({"inReplyTo": root["id"]}));
            third.serve(&root);
            third.serve(&middle);
            let answer = dan.note("answer", json!({"inReplyTo": middle["id"],
                "tag": [{"type": "Mention", "href": lou.uri, "name": "@lou"}]}));
            world.takes(&dan, &dan.creates(&answer)).await;
            let id = |note: &Value| note["id"].as_str().unwrap().to_owned();
            let stored = [
                world.status(&id(&root)).await.unwrap(),
                world.status(&id(&middle)).await.unwrap(),
                world.status(&id(&answer)).await.unwrap(),
            ];
            assert_eq!(stored[2].in_reply_to_id, Some(stored[1].id));
            assert_eq!(stored[1].in_reply_to_id, Some(stored[0].id));
            assert_eq!(stored[2].root_id, stored[0].id);
        });
    }

    fn an_endless_thread_ends(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let far = Peer::start().await;
            let dan = far.person("dan");
            let ana = world.person("ana").await;
            follow(&world, &ana, &dan).await;
            for n in 0..120 {
                let next = format!("{}/deep{}", dan.uri, n + 1);
                far.serve(&dan.note(&format!("deep{n}"), json!({"inReplyTo": next})));
            }
            let circle = format!("{}/circle", dan.uri);
            far.serve(&dan.note("circle", json!({"inReplyTo": circle})));
            let deep = dan.note("top", json!({"inReplyTo": format!("{}/deep0", dan.uri)}));
            far.hits();
            world.takes(&dan, &dan.creates(&deep)).await;
            assert_eq!(far.hits().len(), 64);
            let round = dan.note("round", json!({"inReplyTo": circle}));
            world.takes(&dan, &dan.creates(&round)).await;
            assert_eq!(far.hits(), ["/users/dan/circle"]);
        });
    }

    fn a_host_is_asked_in_the_form_that_it_takes(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let far = Peer::start().await;
            let dan = far.person("dan");
            let picky = picky(&far).await;
            let document = dan.document().to_string().replace(&far.base, &picky.base);
            picky.serve(&serde_json::from_str(&document).unwrap());
            let uri = ObjectUri::parse(&picky.url("/users/dan")).unwrap();
            let trip = Trip::for_a_job();
            let found = crate::actors::find(&world.fed, &uri, crate::actors::Fresh::Now, &trip);
            found.await.unwrap();
            assert_eq!(picky.hits(), ["/users/dan", "/users/dan"], "two knocks");
            let domain = uri.domain();
            let known = world.db(move |conn| instances::by_domain(conn, &domain)).await;
            assert_eq!(known.unwrap().signature_form, 2);
            let found = crate::actors::find(&world.fed, &uri, crate::actors::Fresh::Now, &trip);
            found.await.unwrap();
            assert_eq!(picky.hits(), ["/users/dan"], "then one");
        });
    }
}

/// A server that takes RFC 9421 alone.
async fn picky(_like: &Peer) -> Peer {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let pages = Pages::default();
    let hits = Hits::default();
    let state = (Arc::clone(&pages), Arc::clone(&hits));
    let judge = |headers: HeaderMap, state: State<(Pages, Hits)>, uri: Uri| async move {
        if headers.contains_key("signature-input") {
            return serve(state, uri).await.into_response();
        }
        state.1.lock().unwrap().push(uri.path().to_owned());
        StatusCode::UNAUTHORIZED.into_response()
    };
    let router = Router::new().fallback(judge).with_state(state);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Peer { base, pages, hits }
}
