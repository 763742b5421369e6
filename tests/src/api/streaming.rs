//! Streams over real sockets: what is heard where, what is refused, and when it ends.

use model::Millis;
use serde_json::{Value, json};

use crate::harness::{Ear, Person, Reader, Stage, World, eventually, id_of, on_both_engines};

on_both_engines![
    a_post_is_heard_on_every_stream_where_it_stands,
    edits_deletions_and_boosts_are_heard,
    one_hears_what_one_is_told_and_no_one_else,
    the_list_of_a_group_is_a_stream,
    whom_one_blocks_is_heard_no_more,
    server_sent_events_say_the_same,
    a_stream_ends_with_its_token,
    a_stream_ends_with_the_person,
    a_stopping_server_ends_its_streams,
];

fn stream(name: &str) -> Value {
    json!({ "stream": name })
}

fn a_post_is_heard_on_every_stream_where_it_stands(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    ben.towards(&ana.id, "follow").ok();
    place.settle_inside();
    let list = id_of(
        &ben.post("/api/v1/lists", &json!({ "title": "Growers" }))
            .ok(),
    );
    ben.post(
        &format!("/api/v1/lists/{list}/accounts"),
        &json!({ "account_ids": [ana.id] }),
    )
    .ok();
    let mut ear = Ear::of(
        &place,
        &ben,
        &[
            stream("user"),
            stream("public"),
            stream("public:local"),
            stream("public:remote"),
            stream("public:media"),
            stream("public:local:media"),
            stream("public:remote:media"),
            json!({ "stream": "hashtag", "tag": "Beans" }),
            json!({ "stream": "hashtag:local", "tag": "beans" }),
            json!({ "stream": "hashtag", "tag": "peas" }),
            json!({ "stream": "list", "list": list }),
        ],
    );
    let post = ana.publish("#Beans for all");
    let mut heard: Vec<String> = (0..6)
        .map(|_| {
            let (stream, event, payload) = ear.event();
            assert_eq!(event, "update");
            // The very entity of the API, as this reader sees it.
            assert_eq!(payload, ben.status(&id_of(&post)).ok(), "{stream}");
            stream
        })
        .collect();
    heard.sort();
    let list_stream = format!("list {list}");
    assert_eq!(
        heard,
        [
            "hashtag beans",
            "hashtag:local beans",
            &list_stream,
            "public",
            "public:local",
            "user",
        ]
    );
    // For followers alone: at home and in the list.
    let closed = ana.publish_to("private", "#beans for friends");
    let mut heard: Vec<String> = (0..2)
        .map(|_| {
            let (stream, _event, payload) = ear.event();
            assert_eq!(payload["id"], closed["id"]);
            stream
        })
        .collect();
    heard.sort();
    assert_eq!(heard, [list_stream.as_str(), "user"]);
    // What one listens to no more is silent.
    for name in ["public", "public:local", "user"] {
        ear.say(&json!({ "type": "unsubscribe", "stream": name }).to_string());
    }
    ear.say(&json!({ "type": "unsubscribe", "stream": "list", "list": list }).to_string());
    ear.settle();
    ana.publish("nothing for this ear");
    place.settle_inside();
    let last = ana.publish("#peas");
    let (stream, _event, payload) = ear.event();
    assert_eq!(
        (stream.as_str(), &payload["id"]),
        ("hashtag peas", &last["id"])
    );
}

fn edits_deletions_and_boosts_are_heard(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben, chi] = ["ana", "ben", "chi"].map(|name| place.person(name));
    ben.towards(&chi.id, "follow").ok();
    let post = id_of(&ana.publish("first words"));
    // His own mark is his own sight of it.
    ben.act(&post, "favourite").ok();
    place.settle_inside();
    let mut user = Ear::of(&place, &ben, &[stream("user")]);
    let mut public = Ear::of(&place, &chi, &[stream("public")]);
    let boost = chi.act(&post, "reblog").ok();
    let (_, event, payload) = user.event();
    assert_eq!(event, "update");
    assert_eq!(payload["id"], boost["id"]);
    assert_eq!(payload["reblog"]["id"], post.as_str());
    assert_eq!(payload["reblog"]["favourited"], true);
    place.settle_inside();
    ana.put(
        &format!("/api/v1/statuses/{post}"),
        &json!({ "status": "second words" }),
    )
    .ok();
    let (_, event, payload) = user.event();
    assert_eq!(event, "status.update");
    assert_eq!(payload["id"], post.as_str());
    assert!(
        payload["content"]
            .as_str()
            .is_some_and(|text| text.contains("second"))
    );
    let (stream, event, payload) = public.event();
    assert_eq!(
        (stream.as_str(), event.as_str()),
        ("public", "status.update")
    );
    assert_eq!(payload["favourited"], false);
    place.settle_inside();
    chi.act(&post, "unreblog").ok();
    let (_, event, payload) = user.event();
    assert_eq!((event.as_str(), &payload), ("delete", &boost["id"]));
    ana.delete(&format!("/api/v1/statuses/{post}")).ok();
    let (_, event, payload) = public.event();
    assert_eq!((event, payload), ("delete".to_owned(), Value::from(post)));
}

fn one_hears_what_one_is_told_and_no_one_else(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben, chi] = ["ana", "ben", "chi"].map(|name| place.person(name));
    let streams = [
        stream("user"),
        stream("user:notification"),
        stream("direct"),
    ];
    let mut his = Ear::of(&place, &ben, &streams);
    let mut hers = Ear::of(&place, &chi, &streams);
    ben.hears_strangers();
    let letter = ana.publish_to("direct", "@ben psst");
    let mut heard: Vec<(String, String)> = (0..3)
        .map(|_| {
            let (stream, event, payload) = his.event();
            let about = match event.as_str() {
                "notification" => &payload["status"]["id"],
                _ => &payload["last_status"]["id"],
            };
            assert_eq!(about, &letter["id"], "{payload}");
            (stream, event)
        })
        .collect();
    heard.sort();
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(
        heard,
        [
            pair("direct", "conversation"),
            pair("user", "notification"),
            pair("user:notification", "notification"),
        ]
    );
    place.settle_inside();
    // A token without the scope for notifications hears home alone.
    let narrow = place.with_token(&place.token("ben", "read:statuses"));
    let mut home = Ear::of(&place, &narrow, &[stream("user")]);
    ana.towards(&ben.id, "follow").ok();
    let (_, event, payload) = his.event();
    assert_eq!(
        (event.as_str(), &payload["type"]),
        ("notification", &json!("follow"))
    );
    place.settle_inside();
    let own = ben.publish("hello");
    let (_, event, payload) = home.event();
    assert_eq!((event.as_str(), &payload["id"]), ("update", &own["id"]));
    place.settle_inside();
    // Chi heard nothing of all that.
    let own = chi.publish("only me");
    assert_eq!(hers.event().2["id"], own["id"]);
}

fn the_list_of_a_group_is_a_stream(stage: &Stage) {
    let world = World::new(*stage);
    let place = &world.place;
    place.settle_inside();
    let list = id_of(&world.ben.list_of(&world.garden).expect("a list"));
    let mut ear = Ear::of(
        place,
        &world.ben,
        &[json!({ "stream": "list", "list": list })],
    );
    let mut group = Ear::of(
        place,
        &world.chi,
        &[json!({ "stream": "group", "group": world.garden.id })],
    );
    let thread = world.ana.publish("@garden who has seeds?");
    for ear in [&mut ear, &mut group] {
        let (_stream, event, payload) = ear.event();
        assert_eq!((event.as_str(), &payload["id"]), ("update", &thread["id"]));
        assert_eq!(payload["reblog"], json!(null));
    }
    place.settle_inside();
    world.chi.reply(&id_of(&thread), "@ana I have");
    place.settle_inside();
    // Answers stay in the thread: what is heard next is that it was taken out.
    let out = format!(
        "/api/v1/groups/{}/statuses/{}",
        world.garden.id,
        id_of(&thread)
    );
    world.chi.delete(&out).ok();
    for ear in [&mut ear, &mut group] {
        let (_stream, event, payload) = ear.event();
        assert_eq!((event.as_str(), &payload), ("delete", &thread["id"]));
    }
    place.settle_inside();
    world.ben.towards(&world.garden.id, "unfollow").ok();
    place.settle_inside();
    world.ana.publish("@garden for members");
    place.settle_inside();
    world.ben.towards(&world.garden.id, "follow").ok();
    place.settle_inside();
    let heard = world.ana.publish("@garden welcome back");
    // The group's boost of what was taken out is gone too: the id of nothing that was shown here.
    let (event, payload) = loop {
        let (_stream, event, payload) = ear.event();
        if event != "delete" {
            break (event, payload);
        }
    };
    assert_eq!((event.as_str(), &payload["id"]), ("update", &heard["id"]));
}

fn whom_one_blocks_is_heard_no_more(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben, chi] = ["ana", "ben", "chi"].map(|name| place.person(name));
    for friend in [&ana, &chi] {
        ben.towards(&friend.id, "follow").ok();
    }
    place.settle_inside();
    let mut ear = Ear::of(&place, &ben, &[stream("user"), stream("public")]);
    ana.towards(&ben.id, "block").ok();
    place.settle_inside();
    let gone = id_of(&ana.publish("@ben not for you"));
    place.settle_inside();
    ana.delete(&format!("/api/v1/statuses/{gone}")).ok();
    ben.towards(&chi.id, "mute").ok();
    chi.publish("muted");
    place.settle_inside();
    let own = ben.publish("mine");
    for _ in 0..2 {
        let (_, event, payload) = ear.event();
        assert_eq!((event.as_str(), &payload["id"]), ("update", &own["id"]));
    }
}

fn server_sent_events_say_the_same(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    ben.towards(&ana.id, "follow").ok();
    place.settle_inside();
    let list = id_of(
        &ben.post("/api/v1/lists", &json!({ "title": "Growers" }))
            .ok(),
    );
    ben.post(
        &format!("/api/v1/lists/{list}/accounts"),
        &json!({ "account_ids": [ana.id] }),
    )
    .ok();
    let of_list = format!("/api/v1/streaming/list?list={list}");
    let open = |path: &str| Reader::open(&place, path, ben.token());
    let mut readers = [
        "/api/v1/streaming/user",
        "/api/v1/streaming/public",
        "/api/v1/streaming/public/local",
        "/api/v1/streaming/hashtag?tag=beans",
        "/api/v1/streaming/hashtag/local?tag=beans",
        &of_list,
    ]
    .map(open);
    let mut told = open("/api/v1/streaming/user/notification");
    let mut direct = open("/api/v1/streaming/direct");
    let remote = open("/api/v1/streaming/public/remote");
    let post = ana.publish("#beans for @ben");
    let payload = ben.status(&id_of(&post)).ok();
    for reader in &mut readers {
        // Ben's own stream tells him of the mention as well, in either order.
        let text = reader.until_after("event: update\n", "}\n\n").to_owned();
        let data = text.split("event: update\ndata: ").nth(1);
        let data = data.unwrap_or_else(|| panic!("no update: {text}"));
        let data = data.split("\n\n").next().expect("a line");
        let status: Value = serde_json::from_str(data).expect("JSON");
        assert_eq!(status, payload);
        assert!(text.contains("content-type: text/event-stream"), "{text}");
        assert!(!text.contains("content-encoding"), "{text}");
    }
    told.until("event: notification\ndata: {");
    ana.publish_to("direct", "@ben psst");
    direct.until("event: conversation\ndata: {");
    place.stop();
    let text = remote.ends();
    assert!(!text.contains("event:"), "{text}");
    assert!(text.contains("retry: 2000"), "{text}");
}

fn a_stream_ends_with_its_token(stage: &Stage) {
    let place = stage.instance();
    let ben = place.person("ben");
    let visitor = place.visitor();
    let app = visitor
        .form(
            "/api/v1/apps",
            &[
                ("client_name", "App"),
                ("redirect_uris", "urn:ietf:wg:oauth:2.0:oob"),
                ("scopes", "read"),
            ],
        )
        .ok();
    place.set("password_grant", "on");
    let text = |name: &str| app[name].as_str().expect("text").to_owned();
    let (id, secret) = (text("client_id"), text("client_secret"));
    let client = [
        ("client_id", id.as_str()),
        ("client_secret", secret.as_str()),
    ];
    let mut grant = vec![
        ("grant_type", "password"),
        ("username", "ben@mail.example"),
        ("password", crate::harness::PASSWORD),
        ("scope", "read"),
    ];
    grant.extend(client);
    let token = visitor.form("/oauth/token", &grant).ok()["access_token"]
        .as_str()
        .expect("a token")
        .to_owned();
    let mut ear = Ear::of(&place, &place.with_token(&token), &[stream("user")]);
    let reader = Reader::open(&place, "/api/v1/streaming/user", &token);
    let mut other = Ear::of(&place, &ben, &[stream("user")]);
    let mut revoke = vec![("token", token.as_str())];
    revoke.extend(client);
    visitor.form("/oauth/revoke", &revoke).is(200);
    assert!(ear.ends().is_empty());
    assert!(!reader.ends().contains("event:"));
    let own = ben.publish("still here");
    assert_eq!(other.event().2["id"], own["id"]);
}

fn a_stream_ends_with_the_person(stage: &Stage) {
    let world = World::new(*stage);
    let place = &world.place;
    let open = |who: &Person| Ear::of(place, who, &[stream("public")]);
    let (mut ana, mut ben, mut chi) = (open(&world.ana), open(&world.ben), open(&world.chi));
    let now = Millis(1);
    let id = |who: &Person| who.id.parse().expect("an id");
    let (ben_id, chi_id) = (id(&world.ben), id(&world.chi));
    // As another process does it.
    let mut conn = place.conn();
    database::users::set_disabled(&mut conn, ben_id, Some(now)).expect("disabled");
    database::accounts::set_suspended(&mut conn, chi_id, Some(now)).expect("suspended");
    assert!(ben.ends().is_empty());
    assert!(chi.ends().is_empty());
    let own = world.ana.publish("still here");
    assert_eq!(ana.event().2["id"], own["id"]);
}

fn a_stopping_server_ends_its_streams(stage: &Stage) {
    let place = stage.instance();
    let ben = place.person("ben");
    let mut ear = Ear::of(&place, &ben, &[stream("user")]);
    place.stop();
    assert!(ear.ends().is_empty());
    place.start_again();
    Ear::of(&place, &ben, &[stream("user")]);
}

#[test]
fn three_ways_lead_in_and_no_other() {
    let place = Stage::sqlite().instance();
    let ben = place.person("ben");
    let token = ben.token();
    let bearer = format!("Bearer {token}");
    let open = |path: &str, headers: &[(&'static str, &str)]| Ear::open(&place, path, headers);
    let mut by_header = open(
        "/api/v1/streaming?stream=user",
        &[("authorization", &bearer)],
    )
    .expect("a socket");
    let mut by_query = open(
        &format!("/api/v1/streaming/?stream=user&access_token={token}"),
        &[],
    )
    .expect("a socket");
    let mut by_protocol = open(
        "/api/v1/streaming?stream=user",
        &[("sec-websocket-protocol", token)],
    )
    .expect("a socket");
    assert_eq!(by_protocol.protocol.as_deref(), Some(token));
    assert_eq!(by_query.protocol, None);
    let post = ben.publish("heard by all three");
    for ear in [&mut by_header, &mut by_query, &mut by_protocol] {
        assert_eq!(ear.event().2["id"], post["id"]);
    }
    assert_eq!(open("/api/v1/streaming?stream=user", &[]).err(), Some(401));
    assert_eq!(
        open("/api/v1/streaming?stream=public", &[]).err(),
        Some(401)
    );
    assert_eq!(
        open("/api/v1/streaming?access_token=wrong", &[]).err(),
        Some(401)
    );
    // A plain request is none of a socket; a token in the query opens streams and nothing else.
    ben.get("/api/v1/streaming").refused(400);
    place
        .visitor()
        .get(&format!("/api/v1/timelines/home?access_token={token}"))
        .refused(401);
    place.visitor().get("/api/v1/streaming/user").refused(401);
    assert_eq!(
        place
            .visitor()
            .get("/api/v1/streaming/health")
            .is(200)
            .text(),
        "OK"
    );
    // An app alone listens to nothing.
    let narrow = place.token("ben", "write");
    assert_eq!(
        open(&format!("/api/v1/streaming?access_token={narrow}"), &[]).err(),
        Some(403)
    );
}

/// Every stream against every kind of token (threats, row 81).
#[test]
fn each_stream_asks_for_its_scope() {
    let place = Stage::sqlite().instance();
    let ben = place.person("ben");
    let ana = place.person("ana");
    let list = id_of(
        &ben.post("/api/v1/lists", &json!({ "title": "Growers" }))
            .ok(),
    );
    let group = place.group("garden", "The garden", &ana, model::GroupKind::Open);
    let statuses = ["read", "read:statuses"].as_slice();
    let streams = [
        (stream("user"), statuses),
        (stream("direct"), statuses),
        (stream("public"), statuses),
        (stream("public:local"), statuses),
        (stream("public:remote:media"), statuses),
        (json!({ "stream": "hashtag", "tag": "x" }), statuses),
        (json!({ "stream": "hashtag:local", "tag": "x" }), statuses),
        (
            stream("user:notification"),
            ["read", "read:notifications"].as_slice(),
        ),
        (
            json!({ "stream": "list", "list": list }),
            ["read", "read:statuses", "read:lists"].as_slice(),
        ),
        (
            json!({ "stream": "group", "group": group.id }),
            ["read", "read:groups"].as_slice(),
        ),
    ];
    for scope in [
        "read",
        "read:statuses",
        "read:notifications",
        "read:lists",
        "read:groups",
    ] {
        let token = place.token("ben", &format!("{scope} write follow push"));
        let mut ear = Ear::of(&place, &place.with_token(&token), &[]);
        for (wish, enough) in &streams {
            let mut wish = wish.clone();
            wish["type"] = json!("subscribe");
            ear.say(&wish.to_string());
            if enough.contains(&scope) {
                ear.settle();
            } else {
                let refusal = ear.next();
                assert_eq!(refusal["status"], 403, "{scope} {wish}: {refusal}");
                assert_eq!(
                    refusal["error"],
                    "This action is outside the authorized scopes"
                );
            }
        }
    }
}

#[test]
fn what_makes_no_sense_is_refused_and_the_rest_goes_on() {
    let place = Stage::sqlite().instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    let list = id_of(&ana.post("/api/v1/lists", &json!({ "title": "Hers" })).ok());
    let mut ear = Ear::of(&place, &ben, &[stream("user")]);
    let wish = |more: Value| {
        let mut wish = json!({ "type": "subscribe" });
        for (name, value) in more.as_object().expect("an object") {
            wish[name] = value.clone();
        }
        wish.to_string()
    };
    for (said, status) in [
        ("no json".to_owned(), 400),
        ("[]".to_owned(), 400),
        ("{\"type\":{}}".to_owned(), 400),
        (wish(stream("home")), 400),
        (wish(stream("hashtag")), 400),
        (wish(stream("list")), 400),
        // Another's list, and one that never was, are the same.
        (wish(json!({ "stream": "list", "list": list })), 404),
        (wish(json!({ "stream": "list", "list": "42" })), 404),
        (wish(json!({ "stream": "list", "list": 42 })), 404),
        (wish(json!({ "stream": "list", "list": "' OR 1" })), 404),
        (
            json!({ "type": "unsubscribe", "stream": "home" }).to_string(),
            400,
        ),
    ] {
        ear.say(&said);
        let refusal = ear.next();
        assert_eq!(refusal["status"], status, "{said}: {refusal}");
        assert!(refusal["error"].is_string());
    }
    for (path, status) in [
        ("/api/v1/streaming/hashtag", 400),
        ("/api/v1/streaming/hashtag/local?tag=", 400),
        ("/api/v1/streaming/list", 400),
        ("/api/v1/streaming/list?list=42", 404),
        (&format!("/api/v1/streaming/list?list={list}"), 404),
    ] {
        ben.get(path).refused(status);
    }
    let own = ben.publish("still heard");
    assert_eq!(ear.event().2["id"], own["id"]);
    // A frame of more than 4 KiB is no wish.
    ear.say(&format!("{{\"type\":\"{}\"}}", "a".repeat(5000)));
    assert!(ear.ends().is_empty());
    eventually("the place forgets who left", || {
        (place.ctx().live.connected() == 0).then_some(())
    });
}
