//! What ends what somebody was signed in with ends everything that hangs on it, at once (threats, rows 103
//! and 104): apps, browsers, open streams, push, and letters that wait.

use http::Method;
use model::{GroupKind, Secret, ServerRole};
use serde_json::{Value, json};
use services::credentials;

use crate::api::admin_accounts::staff;
use crate::api::sign_up::link_in;
use crate::harness::{
    Browser, Client, Ear, Instance, PASSWORD, Person, Reader, Stage, account_id, eventually, id_of,
    on_both_engines, runtime,
};

on_both_engines![
    each_end_ends_all_that_hangs_on_it,
    a_stream_tells_nothing_of_what_is_not_ones_own_any_more,
];

const OTHER: &str = "another horse battery";

/// Somebody in two browsers and an app, who listens in two ways, is pushed to, and asked for a new password.
struct Signed<'a> {
    place: &'a Instance,
    boss: &'a Client,
    person: Person,
    here: Browser,
    there: Browser,
    letter: String,
    ear: Ear,
    reader: Reader,
}

impl<'a> Signed<'a> {
    fn new(place: &'a Instance, boss: &'a Client, name: &str) -> Self {
        let person = place.person(name);
        let here = Browser::of(place, &person);
        let there = Browser::of(place, &person);
        // A point of the curve (its generator) stands for the key of a phone.
        let key = "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU";
        let push = json!({"subscription": {"endpoint": "http://127.0.0.1:9/p",
            "keys": {"p256dh": key, "auth": "c2l4dGVlbiBsZXR0ZXJzIQ"}}});
        person.post("/api/v1/push/subscription", &push).ok();
        let stranger = Browser::new(place);
        let form = stranger
            .open("/forgot")
            .form_to("/forgot")
            .fill("name", name);
        stranger.submit(&form);
        let letter = link_in(&next_letter(place, "/reset?token="), place, "/reset?token=");
        let ear = Ear::of(place, &person, &[json!({"stream": "user"})]);
        let reader = Reader::open(place, "/api/v1/streaming/user", person.token());
        Self {
            place,
            boss,
            person,
            here,
            there,
            letter,
            ear,
            reader,
        }
    }

    fn is_in(browser: &Browser) -> bool {
        browser.ask(Method::GET, "/home", None).status == 200
    }

    /// The staff does something about them.
    fn deed(&self, kind: &str) {
        let path = format!("/api/v1/admin/accounts/{}/action", self.person.id);
        self.boss.post(&path, &json!({ "type": kind })).ok();
    }

    /// Is there still where to push to?
    fn is_pushed_to(&self) -> bool {
        let rows = self.place.contents().remove("push_subscriptions");
        let is_theirs = |row: &String| row.contains(&self.person.id);
        rows.unwrap_or_default().iter().any(is_theirs)
    }
}

/// The next letter with this in it.
fn next_letter(place: &Instance, with: &str) -> String {
    eventually(with, || {
        let plain = |mail: &String| mail.replace("=\r\n", "").replace("=3D", "=");
        place
            .mails()
            .into_iter()
            .find(|mail| plain(mail).contains(with))
    })
}

/// What is left after it.
#[derive(Clone, Copy)]
struct Left {
    here: bool,
    there: bool,
    letter: bool,
}

const NOTHING: Left = Left {
    here: false,
    there: false,
    letter: false,
};

type End = (&'static str, fn(&Signed<'_>), Left);

const ENDS: &[End] = &[
    (
        "a new password by the page",
        by_page,
        Left {
            here: true,
            ..NOTHING
        },
    ),
    (
        "a new password by the command line",
        by_command_line,
        NOTHING,
    ),
    ("a new password by a letter", by_letter, NOTHING),
    ("a new address", by_address, NOTHING),
    (
        "all apps ended",
        |signed| end_apps(signed, "all"),
        Left {
            here: true,
            there: true,
            letter: true,
        },
    ),
    ("disabled", |signed| signed.deed("disable"), NOTHING),
    ("suspended", |signed| signed.deed("suspend"), NOTHING),
];

fn by_page(signed: &Signed<'_>) {
    let page = signed.here.open("/settings/security");
    let form = page.form_to("/settings/password");
    let form = form.fill("current", PASSWORD).fill("password", OTHER);
    signed.here.submit(&form).answer.is(200);
}

fn by_command_line(signed: &Signed<'_>) {
    let ctx = signed.place.ctx();
    let id = account_id(&signed.person.id);
    let done = runtime()
        .block_on(async { credentials::set_password(&ctx, id, Secret(OTHER.to_owned())).await });
    done.expect("a password");
}

fn by_letter(signed: &Signed<'_>) {
    let browser = Browser::new(signed.place);
    let form = browser.open(&signed.letter).form_to("/reset");
    browser.submit(&form.fill("password", OTHER)).answer.is(200);
}

fn by_address(signed: &Signed<'_>) {
    let page = signed.here.open("/settings/security");
    let email = format!("{}@new.example", signed.person.name);
    let form = page.form_to("/settings/email");
    signed
        .here
        .submit(&form.fill("current", PASSWORD).fill("email", &email));
    let letter = next_letter(signed.place, "/confirm?token=");
    let browser = Browser::new(signed.place);
    let page = browser.open(&link_in(&letter, signed.place, "/confirm?token="));
    browser.submit(&page.form_to("/confirm")).answer.is(200);
}

fn end_apps(signed: &Signed<'_>, id: &str) {
    let page = signed.here.open("/settings/security");
    let form = page.form_with("id", Some(id));
    signed.here.submit(&form).answer.is(200);
}

/// Something that somebody does.
type Deed<'a> = Box<dyn Fn() + 'a>;

fn each_end_ends_all_that_hangs_on_it(stage: &Stage) {
    let place = stage.instance();
    let boss = staff(&place, "boss", ServerRole::Admin);
    let witness = place.person("wati");
    for (number, (name, end, left)) in ENDS.iter().enumerate() {
        let mut signed = Signed::new(&place, &boss, &format!("p{number}"));
        assert!(signed.is_pushed_to(), "{name}: before it");
        end(&signed);
        // Nothing but that it is over.
        let heard = signed.ear.ends();
        let farewell = |frame: &Value| frame.to_string().contains("moderation_warning");
        assert!(heard.iter().all(farewell), "{name}: {heard:?}");
        let status = signed
            .person
            .get("/api/v1/accounts/verify_credentials")
            .status;
        assert!(
            matches!(status, 401 | 403),
            "{name}: the app hears {status}"
        );
        assert_eq!(
            Signed::is_in(&signed.here),
            left.here,
            "{name}: the browser of it"
        );
        assert_eq!(
            Signed::is_in(&signed.there),
            left.there,
            "{name}: another browser"
        );
        let letter = Browser::new(&place)
            .ask(Method::GET, &signed.letter, None)
            .status;
        assert_eq!(letter == 200, left.letter, "{name}: the letter: {letter}");
        assert!(!signed.is_pushed_to(), "{name}: push");
        let again = Ear::open(
            &place,
            "/api/v1/streaming",
            &[(
                "authorization",
                &format!("Bearer {}", signed.person.token()),
            )],
        );
        assert!(again.is_err(), "{name}: nobody listens again");
        assert!(!signed.reader.ends().contains("event: update"), "{name}");
    }
    witness.get("/api/v1/accounts/verify_credentials").ok();
}

/// Who leaves, is sent away or takes a list apart hears nothing of it from then on.
fn a_stream_tells_nothing_of_what_is_not_ones_own_any_more(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben, chi] = ["ana", "ben", "chi"].map(|name| place.person(name));
    let group = place.group("garden", "The garden", &ana, GroupKind::Open);
    for who in [&ben, &chi] {
        who.towards(&group.id, "follow").ok();
    }
    ben.towards(&chi.id, "follow").ok();
    let list = id_of(&ben.post("/api/v1/lists", &json!({"title": "t"})).ok());
    let members = json!({"account_ids": [chi.id]});
    ben.post(&format!("/api/v1/lists/{list}/accounts"), &members)
        .ok();
    let of_group = id_of(&ben.list_of(&group).expect("the list of the group"));
    let stream = |id: &str| json!({"stream": "list", "list": id});
    let kick = format!("/api/v1/groups/{}/kick", group.id);
    let whom = json!({"account_ids": [ben.id]});
    let cases: Vec<(&str, Value, Deed<'_>, Deed<'_>)> = vec![
        (
            "a list that is gone",
            stream(&list),
            Box::new(|| {
                ben.delete(&format!("/api/v1/lists/{list}")).ok();
            }),
            Box::new(|| {
                chi.publish("for the list");
            }),
        ),
        (
            "a group that one was sent away from",
            stream(&of_group),
            Box::new(|| {
                ana.post(&kick, &whom).ok();
            }),
            Box::new(|| {
                ana.publish("@garden for members");
            }),
        ),
        (
            "somebody who blocks one",
            json!({"stream": "user"}),
            Box::new(|| {
                chi.towards(&ben.id, "block").ok();
            }),
            Box::new(|| {
                chi.publish("for friends");
            }),
        ),
    ];
    for (name, wish, end, speak) in cases {
        place.settle_inside();
        let mut ear = Ear::of(&place, &ben, &[wish]);
        end();
        place.settle_inside();
        speak();
        place.settle_inside();
        // What comes next is one's own: nothing stood between.
        ear.say(&json!({"type": "subscribe", "stream": "hashtag", "tag": "mark"}).to_string());
        ear.settle();
        let mark = id_of(&ben.publish("#mark"));
        let heard = ear.event().2;
        assert_eq!(heard["id"], mark.as_str(), "{name}: {heard}");
    }
}
