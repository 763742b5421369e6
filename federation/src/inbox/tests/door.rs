//! Rows 1 to 24 of the hostile catalogue, as far as the door answers them: the status, nothing
//! stored, nobody asked.

use super::*;
use crate::signature::sign::{Options, sign_rfc9421};

type Bend = fn(&mut Wire, &Actor, &World);

/// What is done to a sound request of someone known, and what is answered.
const BENT: &[(&str, Bend, u16)] = &[
    (
        "1: no signature",
        |wire, _, _| {
            wire.headers.remove("signature");
        },
        401,
    ),
    (
        "2: garbage",
        |wire, _, _| wire.set("signature", "keyId=garbage"),
        401,
    ),
    (
        "2: an open quote",
        |wire, _, _| {
            let open = wire.signature().replace("signature=\"", "signature=");
            wire.set("signature", &open);
        },
        401,
    ),
    (
        "2: no signature in it",
        |wire, _, _| {
            wire.set(
                "signature",
                "keyId=\"http://127.0.0.1:9/u#k\",algorithm=\"hs2019\"",
            );
        },
        401,
    ),
    (
        "2: two hundred parameters",
        |wire, _, _| {
            let many: String = (0..200).map(|n| format!("p{n}=\"x\",")).collect();
            let signature = format!("{many}{}", wire.signature());
            wire.set("signature", &signature);
        },
        401,
    ),
    (
        "2: 64 kB of headers",
        |wire, _, _| wire.set("signature", &"x".repeat(65_536)),
        431,
    ),
    (
        "3: no digest",
        |wire, dan, _| {
            wire.headers.remove("digest");
            wire.sign(dan, ALL);
        },
        401,
    ),
    (
        "3: the digest is not covered",
        |wire, dan, _| {
            wire.sign(dan, &["(request-target)", "host", "date"]);
        },
        401,
    ),
    ("4: another body", |wire, _, _| wire.body.extend(b" "), 401),
    (
        "5: two digests",
        |wire, _, _| wire.add("digest", "SHA-256=x"),
        400,
    ),
    (
        "5: two in one",
        |wire, dan, _| {
            let both = format!("SHA-256=x,{}", wire.headers["digest"].to_str().unwrap());
            wire.set("digest", &both);
            wire.sign(dan, ALL);
        },
        400,
    ),
    (
        "5: two dates",
        |wire, _, _| wire.add("date", "Mon, 23 Nov 2026 00:00:00 GMT"),
        400,
    ),
    (
        "5: two hosts",
        |wire, _, _| wire.add("host", "far.example"),
        400,
    ),
    (
        "6: too old",
        |wire, dan, world| {
            wire.set(
                "date",
                &date::format(world.ctx.now().plus(-121 * Millis::MINUTE)),
            );
            wire.sign(dan, ALL);
        },
        401,
    ),
    (
        "7: from the future",
        |wire, dan, world| {
            wire.set(
                "date",
                &date::format(world.ctx.now().plus(31 * Millis::MINUTE)),
            );
            wire.sign(dan, ALL);
        },
        401,
    ),
    (
        "7: no date",
        |wire, dan, _| {
            wire.headers.remove("date");
            wire.sign(dan, ALL);
        },
        401,
    ),
    (
        "7: a date that is none",
        |wire, dan, _| {
            wire.set("date", "yesterday");
            wire.sign(dan, ALL);
        },
        401,
    ),
    (
        "8: the digest alone",
        |wire, dan, _| wire.sign(dan, &["digest"]),
        401,
    ),
    (
        "8: not the target",
        |wire, dan, _| wire.sign(dan, &["host", "date", "digest"]),
        401,
    ),
    (
        "8: not the host",
        |wire, dan, _| {
            wire.sign(dan, &["(request-target)", "date", "digest"]);
        },
        401,
    ),
    (
        "9: another host",
        |wire, dan, _| {
            wire.set("host", "other.example");
            wire.sign(dan, ALL);
        },
        421,
    ),
    (
        "9: an address",
        |wire, _, _| wire.set("host", "127.0.0.1"),
        421,
    ),
    (
        "9: another port",
        |wire, _, _| wire.set("host", "home.example:8080"),
        421,
    ),
    (
        "10: for another inbox",
        |wire, _, _| wire.path = "/users/ana/inbox".to_owned(),
        401,
    ),
    (
        "12: another algorithm",
        |wire, _, _| {
            let hmac = wire.signature().replace("hs2019", "hmac-sha256");
            wire.set("signature", &hmac);
        },
        401,
    ),
    (
        "12: an algorithm of another key",
        |wire, _, _| {
            let rsa = wire.signature().replace("hs2019", "rsa-sha256");
            wire.set("signature", &rsa);
        },
        401,
    ),
    (
        "13: two signatures",
        |wire, _, _| {
            wire.set(
                "authorization",
                "Signature keyId=\"http://127.0.0.1:9/u#k\"",
            );
        },
        400,
    ),
    (
        "38: too large",
        |wire, _, _| wire.body = vec![b' '; 1_048_577],
        413,
    ),
    (
        "38: says that it is too large",
        |wire, _, _| wire.set("content-length", "1048577"),
        413,
    ),
    (
        "53: packed",
        |wire, _, _| wire.set("content-encoding", "gzip"),
        415,
    ),
    (
        "54: a page",
        |wire, _, _| wire.set("content-type", "text/html"),
        415,
    ),
];

/// Bodies of someone known, rightly signed.
const BODIES: &[(&str, &str, u16)] = &[
    ("no JSON", "{", 400),
    ("41: no object", "[]", 400),
    (
        "40: twice the actor",
        r#"{"id":"ID","type":"Like","actor":"ME","actor":"ME","object":"x"}"#,
        400,
    ),
    (
        "41: a number as id",
        r#"{"id":5,"type":"Like","actor":"ME","object":"x"}"#,
        400,
    ),
    (
        "41: two types",
        r#"{"id":"ID","type":["Like"],"actor":"ME","object":"x"}"#,
        400,
    ),
    (
        "43: NUL",
        r#"{"id":"ID","type":"Like","actor":"ME","object":"a\u0000"}"#,
        400,
    ),
    (
        "14: another actor",
        r#"{"id":"EVE/1","type":"Like","actor":"EVE","object":"x"}"#,
        401,
    ),
    (
        "ours",
        r#"{"id":"ID","type":"Like","actor":"http://home.example/users/ana","object":"x"}"#,
        401,
    ),
    (
        "36: an id of ours",
        r#"{"id":"http://home.example/1","type":"Like","actor":"ME","object":"x"}"#,
        202,
    ),
    (
        "25: an id elsewhere",
        r#"{"id":"https://victim.example/1","type":"Like","actor":"ME","object":"x"}"#,
        202,
    ),
    (
        "15: a stranger of another server",
        r#"{"id":"https://victim.example/1","type":"Like","actor":"https://victim.example/u","object":"x"}"#,
        401,
    ),
    (
        "108: about a blocked server",
        r#"{"id":"ID","type":"Announce","actor":"ME","object":"https://sub.blocked.example/1"}"#,
        202,
    ),
    (
        "108: by a blocked server",
        r#"{"id":"https://blocked.example/1","type":"Like","actor":"https://blocked.example/u","object":"x"}"#,
        403,
    ),
    (
        "29: a stranger is gone",
        r#"{"id":"https://away.example/1","type":"Delete","actor":"https://away.example/u","object":"https://away.example/u"}"#,
        202,
    ),
];

database::both_engines! {
    fn a_bent_request_is_refused_and_leaves_nothing(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let far = Peer::start().await;
            let dan = far.person("dan");
            let eve = far.person("eve");
            let blocked = "blocked.example".parse().unwrap();
            services::admin::domains::cut_off(&world.ctx, &blocked, "").await.unwrap();
            let like = dan.does("Like", "1", json!("http://home.example/x"));
            for known in [&dan, &eve] {
                let like = known.does("Like", "0", json!("http://home.example/x"));
                world.deliver(known, &like).await;
            }
            far.hits();
            let before = world.counts().await;
            for (name, bend, expected) in BENT {
                let mut wire = dan.wire(&world, &like);
                bend(&mut wire, &dan, &world);
                let (status, headers) = world.answer(wire).await;
                assert_eq!(status.as_u16(), *expected, "{name}");
                let kind = headers["content-type"].to_str().unwrap();
                assert!(kind.starts_with("application/json"), "{name}: {kind}");
                assert!(far.hits().iter().all(|path| *path == "/users/dan"), "{name}");
            }
            for (name, body, expected) in BODIES {
                let body = body
                    .replace("ID", &format!("{}/b", dan.uri))
                    .replace("ME", &dan.uri)
                    .replace("EVE", &eve.uri);
                let mut wire = dan.wire(&world, &like);
                wire.body = body.into_bytes();
                wire.set("digest", &digest::digest(&wire.body));
                wire.sign(&dan, ALL);
                assert_eq!(world.knock(wire).await.as_u16(), *expected, "{name}");
                assert_eq!(far.hits(), Vec::<String>::new(), "{name}");
            }
            assert_eq!(world.counts().await, before);
            assert_eq!(world.knock(dan.wire(&world, &like)).await, StatusCode::ACCEPTED);
            assert_ne!(world.counts().await, before, "the straight one was stored");
        });
    }

    fn the_window_and_both_forms_are_open(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let far = Peer::start().await;
            let dan = far.person("dan");
            let mut old = dan.wire(&world, &dan.does("Like", "1", json!("http://home.example/x")));
            old.set("date", &date::format(world.ctx.now().plus(-119 * Millis::MINUTE)));
            old.sign(&dan, ALL);
            assert_eq!(world.knock(old).await, StatusCode::ACCEPTED);

            let like = dan.does("Like", "2", json!("http://home.example/x"));
            let mut new = dan.wire(&world, &like);
            for name in ["signature", "digest", "date"] {
                new.headers.remove(name);
            }
            let now = world.ctx.now();
            let body = Some(new.body.as_slice());
            let options = Options::default();
            let url = inbox_url();
            let signed =
                sign_rfc9421(&Method::POST, &url, body, &dan.key_id(), &dan.key, now, options);
            new.headers.extend(signed.unwrap());
            assert_eq!(world.knock(new).await, StatusCode::ACCEPTED);
            assert_eq!(world.counts().await["inbox"], 2);
        });
    }

    fn fifty_replays_are_one(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let far = Peer::start().await;
            let dan = far.person("dan");
            let ana = world.person("ana").await;
            let follow = dan.does("Follow", "1", json!(ana.account.uri));
            let wire = dan.wire(&world, &follow);
            let knocks = (0..50).map(|_| world.knock(wire.clone()));
            for status in futures::future::join_all(knocks).await {
                assert_eq!(status, StatusCode::ACCEPTED);
            }
            assert_eq!(far.hits(), ["/users/dan"], "fifty who ask are one who asks");
            crate::receive::work(&world.fed).await.unwrap();
            let counts = world.counts().await;
            assert_eq!((counts["inbox"], counts["follows"]), (1, 1));
            // A replay after the work is one too.
            assert_eq!(world.knock(wire).await, StatusCode::ACCEPTED);
            assert_eq!(world.counts().await, counts);
        });
    }

    fn a_new_key_is_read_once_and_the_old_one_is_worth_nothing(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let far = Peer::start().await;
            let old = far.person("dan");
            let like = |id: &str| old.does("Like", id, json!("http://home.example/x"));
            assert_eq!(world.knock(old.wire(&world, &like("1"))).await, StatusCode::ACCEPTED);

            let mut new = old.clone();
            new.key = PrivateKey::ed25519_from_seed(&[9; 32]).unwrap();
            far.serve(&new.document());
            far.hits();
            assert_eq!(world.knock(new.wire(&world, &like("2"))).await, StatusCode::ACCEPTED);
            assert_eq!(far.hits(), ["/users/dan"]);
            for id in ["3", "4", "5"] {
                let wire = old.wire(&world, &like(id));
                assert_eq!(world.knock(wire).await, StatusCode::UNAUTHORIZED);
            }
            assert_eq!(far.hits(), Vec::<String>::new(), "not twice in five minutes");
            world.pass(6 * Millis::MINUTE);
            let wire = old.wire(&world, &like("6"));
            assert_eq!(world.knock(wire).await, StatusCode::UNAUTHORIZED);
            assert_eq!(far.hits(), ["/users/dan"]);
        });
    }

    fn a_key_counts_only_where_its_actor_lists_it(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let far = Peer::start().await;
            let dan = far.person("dan");
            let like = dan.does("Like", "1", json!("http://home.example/x"));
            let mut forged = dan.clone();
            forged.key = PrivateKey::ed25519_from_seed(&[9; 32]).unwrap();

            // 16: a document at the key's address says that the key is dan's; dan does not.
            let mut wire = dan.wire(&world, &like);
            far.serve_at("/key", &json!({"id": far.url("/key"), "type": "Key",
                "owner": dan.uri, "publicKeyPem": forged.key.public_key().unwrap().to_pem()}));
            wire.sign(&forged, ALL);
            let other_key = wire.signature().replace("/users/dan#main-key", "/key");
            wire.set("signature", &other_key);
            assert_eq!(world.knock(wire.clone()).await, StatusCode::UNAUTHORIZED);
            // 16: dan lists the key with other bytes.
            wire.sign(&forged, ALL);
            assert_eq!(world.knock(wire).await, StatusCode::UNAUTHORIZED);
            assert_eq!(world.counts().await["inbox"], 0);

            // 17: an actor at an address that is not its own.
            let mut elsewhere = far.person("eve").document();
            elsewhere["id"] = json!("https://victim.example/users/eve");
            far.serve_at("/users/eve", &elsewhere);
            let eve = Actor { name: "eve".to_owned(), uri: far.url("/users/eve"), ..dan.clone() };
            let like = eve.does("Like", "1", json!("http://home.example/x"));
            assert_eq!(world.knock(eve.wire(&world, &like)).await, StatusCode::UNAUTHORIZED);
            assert!(world.account("https://victim.example/users/eve").await.is_none());
        });
    }

    fn a_server_that_is_away_may_come_back(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let far = Peer::start().await;
            let dan = far.person("dan");
            far.fail("/users/dan", StatusCode::BAD_GATEWAY);
            let wire = dan.wire(&world, &dan.does("Like", "1", json!("http://home.example/x")));
            for _ in 0..3 {
                let (status, headers) = world.answer(wire.clone()).await;
                assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
                assert!(headers.contains_key("retry-after"));
            }
            assert_eq!(far.hits().len(), 1, "asked once, remembered");
            far.serve(&dan.document());
            world.pass(2 * Millis::MINUTE);
            assert_eq!(world.knock(wire).await, StatusCode::ACCEPTED);
        });
    }

    fn dead_keys_cost_a_sender_five_looks_a_minute(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let far = Peer::start().await;
            let nobody = |n: u32| Actor {
                uri: far.url(&format!("/users/nobody{n}")),
                kind: "Person",
                name: format!("nobody{n}"),
                key: PrivateKey::ed25519_from_seed(&[1; 32]).unwrap(),
            };
            let like = |who: &Actor| who.does("Like", "1", json!("http://home.example/x"));
            let mut answers = BTreeMap::new();
            for n in 0..12 {
                let nobody = nobody(n);
                let status = world.knock(nobody.wire(&world, &like(&nobody))).await;
                *answers.entry(status.as_u16()).or_insert(0) += 1;
            }
            assert_eq!(answers, BTreeMap::from([(401, 5), (429, 7)]));
            assert_eq!(far.hits().len(), 5);
            world.pass(Millis::MINUTE);
            let first = nobody(0);
            let status = world.knock(first.wire(&world, &like(&first))).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED);
            assert_eq!(far.hits().len(), 0, "a dead key is left alone");
            let dan = far.person("dan");
            assert_eq!(world.knock(dan.wire(&world, &like(&dan))).await, StatusCode::ACCEPTED);
        });
    }

    fn forged_signatures_in_many_names_cost_a_sender_five_looks_a_minute(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let far = Peer::start().await;
            let like = |who: &Actor, id: &str| who.does("Like", id, json!("http://home.example/x"));
            let known: Vec<Actor> = (0..8).map(|n| far.person(&format!("p{n}"))).collect();
            for person in &known {
                let wire = person.wire(&world, &like(person, "1"));
                assert_eq!(world.knock(wire).await, StatusCode::ACCEPTED);
            }
            far.hits();
            let mut answers = BTreeMap::new();
            for person in &known {
                let mut forger = person.clone();
                forger.key = PrivateKey::ed25519_from_seed(&[9; 32]).unwrap();
                let status = world.knock(forger.wire(&world, &like(person, "2"))).await;
                *answers.entry(status.as_u16()).or_insert(0) += 1;
            }
            assert_eq!(answers, BTreeMap::from([(401, 5), (429, 3)]));
            assert_eq!(far.hits().len(), 5, "each look has to be paid for");
        });
    }
}
