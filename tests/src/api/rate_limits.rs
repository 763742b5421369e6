//! How often one may ask (threats, row 99), with a clock that stands still: the request after the last
//! one is refused, says when to come again, and then it is answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use http::Method;
use model::Millis;
use serde_json::{Value, json};

use crate::harness::{Answer, Body, Browser, Client, Instance, Stage, now, on_both_engines};

on_both_engines![
    every_answer_says_how_much_is_left,
    each_limit_ends_where_it_says,
    a_person_has_one_count_through_all_apps,
    only_a_trusted_proxy_names_the_address,
    limits_can_be_switched_off,
];

/// A server whose time stands still until it is moved.
struct Frozen {
    place: Instance,
    clock: Arc<AtomicI64>,
}

impl Frozen {
    fn new(stage: Stage) -> Self {
        Self::with(stage, |config| {
            config.front.trusted = vec!["127.0.0.0/8".parse().expect("a range")];
        })
    }

    fn with(stage: Stage, change: impl FnOnce(&mut server::config::Config)) -> Self {
        // At the beginning of an hour: every window is a part of one.
        let start = now().0.div_euclid(Millis::HOUR) * Millis::HOUR;
        let clock = Arc::new(AtomicI64::new(start));
        let time = Arc::clone(&clock);
        let place = stage.instance_at(
            Arc::new(move || Millis(time.load(Ordering::SeqCst))),
            change,
        );
        Self { place, clock }
    }

    fn limited(&self) -> &Self {
        self.place.set("rate_limits", "on");
        self
    }

    fn pass(&self, minutes: i64) {
        self.clock
            .fetch_add(minutes * Millis::MINUTE, Ordering::SeqCst);
    }
}

/// One request as if from this address.
fn ask_from(
    client: &Client,
    address: &str,
    method: Method,
    path: &str,
    body: Option<&Value>,
) -> Answer {
    let headers = [("x-forwarded-for", address)];
    client.ask(method, path, &headers, body.map(Body::json))
}

fn refused_for_now(answer: &Answer) {
    assert_eq!(answer.refused(429), "Too many requests");
    let seconds: i64 = answer
        .header("retry-after")
        .expect("a pause")
        .parse()
        .expect("seconds");
    assert!(seconds > 0, "{seconds}");
    assert_eq!(answer.header("x-ratelimit-remaining"), Some("0"));
    assert!(answer.header("access-control-allow-origin").is_some());
}

fn every_answer_says_how_much_is_left(stage: &Stage) {
    let frozen = Frozen::new(*stage);
    let ana = frozen.place.person("ana");
    frozen.limited();
    let answer = ana.get("/api/v1/timelines/home");
    assert_eq!(answer.header("x-ratelimit-limit"), Some("300"));
    assert_eq!(answer.header("x-ratelimit-remaining"), Some("299"));
    // ISO 8601 with microseconds, as Mastodon.py and mastodon-ios read it.
    let reset = answer.header("x-ratelimit-reset").expect("an end");
    let shape: String = reset
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    assert_eq!(shape, "0000-00-00T00:00:00.000000Z");
    assert_eq!(
        ana.get("/api/v1/timelines/home")
            .header("x-ratelimit-remaining"),
        Some("298")
    );
    // Errors, unknown paths and visitors too; pages are not counted.
    for path in ["/api/v1/nothing", "/api/v1/statuses/42", "/api/v2/instance"] {
        assert!(
            ana.get(path).header("x-ratelimit-remaining").is_some(),
            "{path}"
        );
        assert!(
            frozen
                .place
                .visitor()
                .get(path)
                .header("x-ratelimit-remaining")
                .is_some(),
            "{path}"
        );
    }
    assert_eq!(
        frozen
            .place
            .visitor()
            .get("/about")
            .header("x-ratelimit-limit"),
        None
    );
    frozen.pass(5);
    assert_eq!(
        ana.get("/api/v1/timelines/home")
            .header("x-ratelimit-remaining"),
        Some("299")
    );
}

/// Who asks for what, how often, in how many minutes.
const LIMITS: &[(&str, &str, i64, i64)] = &[
    ("ana", "GET /api/v1/lists", 300, 5),
    ("a visitor", "GET /api/v2/instance", 300, 5),
    ("a visitor", "POST /api/v1/apps", 5, 10),
    ("a visitor", "POST /api/v1/accounts", 5, 30),
    ("a visitor", "POST /oauth/token", 25, 5),
    ("ana", "POST /api/v2/media", 30, 30),
    ("ana", "DELETE /api/v1/statuses/42", 30, 30),
    ("ben", "POST /api/v1/statuses/42/unreblog", 30, 30),
    ("ana", "POST /api/v1/reports", 30, 30),
    ("ben", "GET /api/v2/search?q=x&resolve=true", 10, 1),
    ("ben", "GET /api/v2/search?q=x&resolve=yes", 10, 1),
    ("ben", "GET /api/v1/search?q=x&resolve=t", 10, 1),
    ("ben", "GET /api/v1/accounts/search?q=x&resolve=on", 10, 1),
    ("ana", "POST /api/v1/groups", 20, 24 * 60),
    ("a visitor", "POST /api/v1/emails/confirmations", 5, 30),
];

fn each_limit_ends_where_it_says(stage: &Stage) {
    let frozen = Frozen::new(*stage);
    let place = &frozen.place;
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    frozen.limited();
    let visitor = place.visitor();
    let follow = format!("/api/v1/accounts/{}/follow", ben.id);
    for (number, (who, what, most, minutes)) in LIMITS.iter().enumerate() {
        // A new hour, and an address of its own: nothing is left of the case before.
        frozen.pass(60);
        let client: &Client = match *who {
            "ana" => &ana.app,
            "ben" => &ben.app,
            _ => &visitor,
        };
        let (method, path) = what.split_once(' ').expect("a method and a path");
        let ask = || {
            let method: Method = method.parse().expect("a method");
            let body = (method == Method::POST).then(|| json!({}));
            let address = format!("203.0.113.{number}");
            ask_from(client, &address, method, path, body.as_ref())
        };
        for left in (0..*most).rev() {
            let answer = ask();
            assert_ne!(answer.status, 429, "{who} {what} with {left} left");
            assert_eq!(
                answer.header("x-ratelimit-remaining"),
                Some(&*left.to_string()),
                "{who} {what}: {}",
                answer.text()
            );
        }
        refused_for_now(&ask());
        frozen.pass(*minutes);
        assert_ne!(ask().status, 429, "{who} {what}");
    }
    // Follows go by the day, however they are spread over it.
    let tomorrow = (frozen.clock.load(Ordering::SeqCst) / Millis::DAY + 1) * Millis::DAY;
    frozen.clock.store(tomorrow, Ordering::SeqCst);
    for _ in 0..400 {
        frozen.pass(1);
        assert_ne!(ana.press(&follow).status, 429);
    }
    refused_for_now(&ana.press(&follow));
}

fn a_person_has_one_count_through_all_apps(stage: &Stage) {
    let frozen = Frozen::new(*stage);
    let place = &frozen.place;
    place.person("ana");
    let apps: Vec<Client> = (0..6)
        .map(|_| place.with_token(&place.token("ana", "read write")))
        .collect();
    frozen.limited();
    // Uploads: a second app of the same person has no room of its own, wherever it is.
    for number in 0..30 {
        let answer = ask_from(
            &apps[number % 2],
            &format!("203.0.113.{number}"),
            Method::POST,
            "/api/v2/media",
            Some(&json!({})),
        );
        assert_ne!(answer.status, 429, "{number}");
    }
    refused_for_now(&ask_from(
        &apps[2],
        "198.51.100.1",
        Method::POST,
        "/api/v2/media",
        Some(&json!({})),
    ));
    // Requests: 300 a token, 1,500 a person.
    frozen.pass(60);
    for app in &apps[..5] {
        for number in 0..300 {
            let from = format!("203.0.113.{}", number % 200);
            assert_eq!(
                ask_from(app, &from, Method::GET, "/api/v1/markers", None).status,
                200
            );
        }
    }
    refused_for_now(&ask_from(
        &apps[5],
        "198.51.100.1",
        Method::GET,
        "/api/v1/markers",
        None,
    ));
    // Tries to sign in to one account, from wherever, by whatever name it is called.
    frozen.pass(60);
    let sign_in = |number: usize, name: &str| {
        let browser = Browser::new(place);
        let form = browser.open("/login").form_to("/login");
        let form = form
            .fill("name", name)
            .fill("password", "wrong horse battery");
        let from = format!("203.0.113.{number}");
        browser
            .send_with(&form, &[("x-forwarded-for", &from)])
            .status
    };
    for number in 0..25 {
        let name = if number % 2 == 0 {
            "ana"
        } else {
            "Ana@Mail.example"
        };
        assert_eq!(sign_in(number, name), 422, "{number}");
    }
    assert_eq!(sign_in(100, "ana"), 429);
    assert_eq!(sign_in(101, "nobody"), 422);
    frozen.pass(60);
    assert_eq!(sign_in(102, "ana"), 422);
}

fn only_a_trusted_proxy_names_the_address(stage: &Stage) {
    let spend = |frozen: &Frozen, from: &dyn Fn(usize) -> String| {
        let visitor = frozen.place.visitor();
        (0..6)
            .map(|number| {
                let address = from(number);
                let headers = [
                    ("x-forwarded-for", address.as_str()),
                    ("x-real-ip", address.as_str()),
                    ("forwarded", address.as_str()),
                    ("cf-connecting-ip", address.as_str()),
                ];
                let body = Body::json(&json!({}));
                visitor
                    .ask(Method::POST, "/api/v1/apps", &headers, Some(body))
                    .status
            })
            .filter(|status| *status == 429)
            .count()
    };
    // Nobody is trusted unless the settings say so: the connection counts.
    let plain = Frozen::with(*stage, |_| {});
    plain.limited();
    assert_eq!(spend(&plain, &|number| format!("203.0.113.{number}")), 1);
    let behind = Frozen::new(*stage);
    behind.limited();
    assert_eq!(spend(&behind, &|number| format!("203.0.113.{number}")), 0);
    // What the client wrote in front of the proxy's word is worth nothing.
    behind.pass(60);
    assert_eq!(
        spend(&behind, &|number| format!(
            "198.51.100.{number}, 203.0.113.9"
        )),
        1
    );
    // A household of IPv6 is one, whatever its last 64 bits.
    behind.pass(60);
    assert_eq!(
        spend(&behind, &|number| format!("2001:db8:1:2::{number}")),
        1
    );
    behind.pass(60);
    assert_eq!(
        spend(&behind, &|number| format!("2001:db8:1:{number}::1")),
        0
    );
}

fn limits_can_be_switched_off(stage: &Stage) {
    let frozen = Frozen::with(*stage, |config| config.front.unlimited = true);
    frozen.limited();
    let visitor = frozen.place.visitor();
    for _ in 0..12 {
        let answer = visitor.post("/api/v1/apps", &json!({}));
        answer.refused(422);
        assert_eq!(answer.header("x-ratelimit-limit"), None);
    }
    // And by a setting of the place.
    let frozen = Frozen::new(*stage);
    frozen.place.set("rate_limits", "off");
    let visitor = frozen.place.visitor();
    assert!((0..12).all(|_| visitor.post("/api/v1/apps", &json!({})).status == 422));
}
