//! The inbox as a hostile server finds it: what is forged, replayed, malformed or too large gets the
//! answer that `threats.md` names, and nothing of it is stored.

use std::collections::BTreeMap;

use federation::signature::Form;
use http::{HeaderMap, HeaderValue, Method};
use model::Millis;
use serde_json::{Value, json};

use crate::harness::{
    Body, Instance, Peer, Person, Stage, TwoPlaces, deliver, eventually, id_of, now,
    on_both_engines, text_of,
};

on_both_engines![
    what_is_not_rightly_signed_is_refused_at_the_door,
    what_cannot_be_read_is_refused_at_the_door,
    a_replay_has_one_effect,
    nobody_speaks_for_somebody_else,
    nobody_changes_what_is_somebody_elses,
    nobody_lets_himself_in,
];

struct Door {
    place: Instance,
    ana: Person,
    eve: Peer,
    inbox: String,
    before: BTreeMap<String, i64>,
}

impl Door {
    /// Eve is known here: ana was written to by her once.
    fn new(stage: Stage) -> Self {
        let place = stage.instance();
        let ana = place.person("ana");
        let eve = Peer::new("mastodon");
        let inbox = place.url("/inbox");
        eve.send(
            &inbox,
            &eve.create("hello", "hello", &place.url("/users/ana")),
        )
        .is(202);
        eventually("ana is told", || ana.notified_of("mention").pop());
        place.settle();
        let mut door = Self {
            place,
            ana,
            eve,
            inbox,
            before: BTreeMap::new(),
        };
        door.before = door.counts();
        door
    }

    /// Rows of all tables but the raw inbox and what is known of servers.
    fn counts(&self) -> BTreeMap<String, i64> {
        let mut counts = self.place.row_counts();
        for table in ["inbox", "instances"] {
            counts.remove(table);
        }
        counts
    }

    fn nothing_happened(&self, case: &str) {
        self.place.settle();
        assert_eq!(self.counts(), self.before, "{case} left something behind");
    }

    fn activity(&self, word: &str) -> Vec<u8> {
        let to = self.place.url("/users/ana");
        self.eve.create(word, word, &to).to_string().into_bytes()
    }

    fn signed(&self, form: Form, body: &[u8], now: Millis) -> HeaderMap {
        self.eve.sign(form, &self.inbox, body, now)
    }
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    headers.insert(name, HeaderValue::from_str(value).expect("a header"));
}

fn what_is_not_rightly_signed_is_refused_at_the_door(stage: &Stage) {
    let door = Door::new(*stage);
    let body = door.activity("forged");
    let minute = Millis::MINUTE;
    let at = |offset: i64| Millis(now().0 + offset);
    let cavage = |offset: i64| door.signed(Form::Cavage, &body, at(offset));
    let rfc9421 = |offset: i64| door.signed(Form::Rfc9421, &body, at(offset));
    let with = |change: &dyn Fn(&mut HeaderMap)| {
        let mut headers = cavage(0);
        change(&mut headers);
        headers
    };
    let elsewhere = |path: &str| {
        door.eve
            .sign(Form::Cavage, &door.place.url(path), &body, now())
    };
    let unsigned_body = door
        .eve
        .sign(Form::Cavage, &door.inbox, b"another body", now());
    let nobody = format!("{}/users/nobody#main-key", door.eve.base);
    let stranger = door
        .eve
        .sign_as(&nobody, Form::Cavage, &door.inbox, &body, now());
    let cases: Vec<(&str, HeaderMap, u16)> = vec![
        ("no signature", HeaderMap::new(), 401),
        ("garbage", with(&|h| set(h, "signature", "keyId=\"x")), 401),
        (
            "no signature in the signature",
            with(&|h| set(h, "signature", "keyId=\"x\",headers=\"host\"")),
            401,
        ),
        (
            "no digest",
            with(&|h| {
                h.remove("digest");
            }),
            401,
        ),
        ("another body", unsigned_body, 401),
        (
            "two digests",
            with(&|h| {
                h.append("digest", HeaderValue::from_static("SHA-256=eA=="));
            }),
            400,
        ),
        ("too old", cavage(-121 * minute), 401),
        ("too old", rfc9421(-121 * minute), 401),
        ("from the future", cavage(31 * minute), 401),
        ("from the future", rfc9421(31 * minute), 401),
        (
            "no date",
            with(&|h| {
                h.remove("date");
            }),
            401,
        ),
        ("another path", elsewhere("/users/ana/inbox"), 401),
        (
            "two signatures that differ",
            with(&|h| set(h, "authorization", "Signature keyId=\"x\"")),
            400,
        ),
        ("a key that is not there", stranger, 401),
        (
            "a secret made of the public key",
            with(&|h| {
                let signature = h["signature"]
                    .to_str()
                    .unwrap()
                    .replace("rsa-sha256", "hmac-sha256");
                set(h, "signature", &signature);
            }),
            401,
        ),
    ];
    for (case, headers, expected) in cases {
        let answer = deliver(&door.inbox, &headers, body.clone());
        assert_eq!(answer.status, expected, "{case}: {}", answer.text());
        door.nothing_happened(case);
    }
    // For another server, replayed here.
    let url = "http://other.example/inbox";
    let mut headers = door.eve.sign(Form::Cavage, url, &body, now());
    set(&mut headers, "host", "other.example");
    deliver(&door.inbox, &headers, body.clone()).is(421);
    door.nothing_happened("another host");

    // What is old, but not too old, is taken; so is either form.
    for (word, form, offset) in [
        ("late", Form::Cavage, -119 * minute),
        ("new", Form::Rfc9421, -119 * minute),
    ] {
        let body = door.activity(word);
        let headers = door.signed(form, &body, at(offset));
        deliver(&door.inbox, &headers, body).is(202);
    }
    eventually("both arrived", || {
        (door.ana.notified_of("mention").len() == 3).then_some(())
    });
}

fn what_cannot_be_read_is_refused_at_the_door(stage: &Stage) {
    let door = Door::new(*stage);
    let eve = door.eve.actor();
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    let template = |more: &str| {
        format!(
            "{{\"@context\":\"https://www.w3.org/ns/activitystreams\",\"id\":\"{}\",\
             \"type\":\"Like\",\"actor\":\"{eve}\"{more}}}",
            door.eve.id("malformed"),
        )
        .into_bytes()
    };
    let cases: Vec<(&str, Vec<u8>, u16)> = vec![
        ("no JSON", b"hello".to_vec(), 400),
        ("half of it", b"{\"type\": \"Li".to_vec(), 400),
        ("a list", b"[1, 2]".to_vec(), 400),
        (
            "no type",
            format!("{{\"id\":\"{}\",\"actor\":\"{eve}\"}}", door.eve.id("x")).into_bytes(),
            400,
        ),
        (
            "two actors",
            template(&format!(
                ",\"object\":\"x\",\"actor\":\"{}/users/other\"",
                door.eve.base
            )),
            400,
        ),
        ("too deep", template(&format!(",\"object\":{deep}")), 400),
        (
            "not UTF-8",
            [template(",\"object\":\"").as_slice(), b"\xff\xfe\"}"].concat(),
            400,
        ),
        (
            "too large",
            template(&format!(",\"object\":\"{}\"", "x".repeat(1 << 20))),
            413,
        ),
    ];
    for (case, body, expected) in cases {
        let headers = door.signed(Form::Cavage, &body, now());
        let answer = deliver(&door.inbox, &headers, body);
        assert_eq!(answer.status, expected, "{case}: {}", answer.text());
        door.nothing_happened(case);
    }
    let body = door.activity("packed");
    let mut headers = door.signed(Form::Cavage, &body, now());
    set(&mut headers, "content-encoding", "gzip");
    deliver(&door.inbox, &headers, body.clone()).is(415);
    let kind = "text/html".to_owned();
    let visitor = door.place.visitor();
    visitor
        .ask(
            Method::POST,
            "/inbox",
            &[],
            Some(Body { kind, bytes: body }),
        )
        .is(415);
    visitor.get("/inbox").is(405);
    door.nothing_happened("a packed body");
}

fn a_replay_has_one_effect(stage: &Stage) {
    let door = Door::new(*stage);
    let body = door.activity("again");
    let headers = door.signed(Form::Cavage, &body, now());
    for _again in 0..20 {
        deliver(&door.inbox, &headers, body.clone()).is(202);
    }
    eventually("it arrived", || {
        (door.ana.notified_of("mention").len() > 1).then_some(())
    });
    door.place.settle();
    assert_eq!(door.ana.notified_of("mention").len(), 2);
    // Nor does another activity with the same object make another status.
    let to = door.place.url("/users/ana");
    let mut other = door.eve.create("again", "again", &to);
    other["id"] = json!(door.eve.id("again-with-another-id"));
    door.eve.send(&door.inbox, &other).is(202);
    door.place.settle();
    assert_eq!(door.ana.notified_of("mention").len(), 2);
}

fn nobody_speaks_for_somebody_else(stage: &Stage) {
    let door = Door::new(*stage);
    let victim = Peer::new("mastodon");
    let to = door.place.url("/users/ana");
    // In the name of another person of the same server, and of another server.
    let own = door.eve.create("mine", "mine", &to);
    for actor in [format!("{}/users/mallory", door.eve.base), victim.actor()] {
        let mut activity = own.clone();
        activity["actor"] = json!(actor);
        activity["object"]["attributedTo"] = json!(actor);
        let answer = door.eve.send(&door.inbox, &activity);
        assert_eq!(answer.status, 401, "{actor}: {}", answer.text());
        door.nothing_happened(&actor);
    }
    assert!(
        victim.fetched().is_empty(),
        "the other server was asked: {:?}",
        victim.fetched()
    );
    // In the name of ana herself.
    let mut activity = own.clone();
    activity["actor"] = json!(to);
    door.eve.send(&door.inbox, &activity).is(401);
    door.nothing_happened("ana herself");

    // Rightly signed, and about what is not hers: taken, and dropped.
    let mut activity = own.clone();
    activity["id"] = json!(format!("{}/activities/1", victim.base));
    door.eve.send(&door.inbox, &activity).is(202);
    door.nothing_happened("an activity of another server");
    let mut activity = own.clone();
    activity["id"] = json!(door.eve.id("foreign-note"));
    activity["object"]["id"] = json!(format!("{}/notes/1", victim.base));
    door.eve.send(&door.inbox, &activity).is(202);
    door.nothing_happened("a note of another server");
    let mut activity = own.clone();
    activity["id"] = json!(door.eve.id("our-note"));
    activity["object"]["id"] = json!(door.place.url("/users/ana/statuses/1"));
    door.eve.send(&door.inbox, &activity).is(202);
    door.nothing_happened("a note of this server");
    let mut activity = own;
    activity["id"] = json!(door.eve.id("attributed"));
    activity["object"]["attributedTo"] = json!(format!("{}/users/mallory", door.eve.base));
    door.eve.send(&door.inbox, &activity).is(202);
    door.nothing_happened("a note of somebody else");
    assert_eq!(door.ana.notified_of("mention").len(), 1);
}

fn nobody_changes_what_is_somebody_elses(stage: &Stage) {
    let door = Door::new(*stage);
    let mallory = Peer::new("mastodon");
    let id = door.ana.notified_of("mention")[0]["status"].clone();
    let uri = id["uri"].as_str().expect("an address").to_owned();
    let post = door.ana.publish("by ana");
    let send = |word: &str, kind: &str, object: Value| {
        let activity = json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": mallory.id(word),
            "type": kind,
            "actor": mallory.actor(),
            "to": ["https://www.w3.org/ns/activitystreams#Public"],
            "object": object,
        });
        mallory.send(&door.inbox, &activity).is(202);
        door.place.settle();
    };
    for (number, target) in [&uri, post["uri"].as_str().expect("an address")]
        .into_iter()
        .enumerate()
    {
        let mut note = mallory.note("x", "changed", &door.place.url("/users/ana"));
        note["id"] = json!(target);
        note["updated"] = json!("2030-01-01T00:00:00Z");
        send(&format!("update-{number}"), "Update", note);
        send(&format!("delete-{number}"), "Delete", json!(target));
        let tombstone = json!({ "id": target, "type": "Tombstone" });
        send(&format!("tombstone-{number}"), "Delete", tombstone);
        let announce = json!({ "type": "Announce", "id": target, "actor": door.eve.actor(), "object": target });
        send(&format!("undo-{number}"), "Undo", announce);
    }
    send("delete-eve", "Delete", json!(door.eve.actor()));
    let eves = door.ana.status(&id_of(&id)).ok();
    assert_eq!(text_of(eves["content"].as_str().unwrap()), "hello");
    assert_eq!(eves["edited_at"], Value::Null);
    let anas = door.ana.status(&id_of(&post)).ok();
    assert_eq!(text_of(anas["content"].as_str().unwrap()), "by ana");
}

fn nobody_lets_himself_in(stage: &Stage) {
    let places = TwoPlaces::new(*stage);
    let eve = Peer::new("mastodon");
    let inbox = places.second.url("/inbox");
    let locked = places.second.person("gil");
    locked
        .patch(
            "/api/v1/accounts/update_credentials",
            &json!({ "locked": true }),
        )
        .ok();
    let gil = places.second.url("/users/gil");
    eve.send(&inbox, &eve.follow(&gil)).is(202);
    places.second.settle();
    // She accepts her own request in her own name, and one that was never sent.
    let requests = locked.items("/api/v1/follow_requests");
    assert_eq!(requests.len(), 1);
    for (word, object) in [
        ("own", json!(eve.id("follow"))),
        (
            "never",
            json!({ "type": "Follow", "id": places.second.url("/users/gil#follows/1"), "actor": gil, "object": eve.actor() }),
        ),
    ] {
        let accept = json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": eve.id(&format!("accept-{word}")),
            "type": "Accept",
            "actor": eve.actor(),
            "object": object,
        });
        eve.send(&inbox, &accept).is(202);
        places.second.settle();
    }
    assert_eq!(locked.items("/api/v1/follow_requests").len(), 1);
    let stand = locked.relationship(&id_of(&requests[0]));
    assert_eq!(
        (&stand["followed_by"], &stand["following"]),
        (&json!(false), &json!(false))
    );
    // A post into a group that approves its members is dropped where she is none.
    let circle = places.first.place.group(
        "circle",
        "Circle",
        &places.first.ana,
        model::GroupKind::Approved,
    );
    let before = places.first.place.row_counts();
    eve.send(
        &places.first.place.url("/g/circle/inbox"),
        &eve.create("in", "let me in", &circle.uri),
    )
    .is(202);
    places.first.place.settle();
    let after = places.first.place.row_counts();
    assert_eq!(after.get("statuses"), before.get("statuses"));
    assert!(eve.arrived_of("Announce").is_empty());
}
