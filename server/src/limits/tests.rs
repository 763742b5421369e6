//! The counters by themselves; over HTTP they are tried in the stories.

use super::*;
use crate::client::ClientAddress;

const NOW: Millis = Millis(1_790_000_000_000);

fn ask(method: Method, path: &str, token: &str, address: &str) -> Request {
    let mut request = Request::builder().method(method).uri(path);
    if !token.is_empty() {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let mut request = request.body(axum::body::Body::empty()).unwrap();
    request
        .extensions_mut()
        .insert(ClientAddress(address.parse().unwrap()));
    request
}

#[test]
fn the_request_after_the_last_one_waits_for_the_next_window() {
    let counters = Counters::default();
    let home = || ask(Method::GET, "/api/v1/timelines/home", "ana", "192.0.2.7");
    for left in (0..300).rev() {
        let standing = counters.request(NOW, &home()).unwrap();
        assert_eq!((standing.remaining, standing.exceeded), (left, false));
    }
    assert!(counters.request(NOW, &home()).unwrap().exceeded);
    let other = ask(Method::GET, "/api/v1/timelines/home", "ben", "192.0.2.7");
    assert!(!counters.request(NOW, &other).unwrap().exceeded);
    let later = NOW.plus(5 * Millis::MINUTE);
    assert!(!counters.request(later, &home()).unwrap().exceeded);
}

#[test]
fn made_up_tokens_are_no_way_around_the_address() {
    let counters = Counters::default();
    let asked = |n: usize| {
        let token = format!("made-up-{n}");
        counters.request(
            NOW,
            &ask(Method::GET, "/api/v1/lists", &token, "2001:db8::1"),
        )
    };
    assert!((0..1_500).all(|n| !asked(n).unwrap().exceeded));
    assert!(asked(1_500).unwrap().exceeded);
}

fn limits() -> Arc<Limits> {
    let folder = std::env::temp_dir().join(format!("balai-limits-{}", std::process::id()));
    let place = services::Place::new("https://balai.example").unwrap();
    let ctx = tokio::runtime::Runtime::new()
        .unwrap()
        .block_on(services::Context::open(None, &folder, place, true))
        .unwrap();
    Arc::new(Limits::new(ctx))
}

fn counted(limits: &Arc<Limits>, rule: Option<Rule>) -> Counted {
    Counted {
        limits: Arc::clone(limits),
        rule,
        nearest: Arc::default(),
    }
}

#[test]
fn uploads_have_their_own_end_by_account() {
    let limits = limits();
    let (ana, ben) = (AccountId(1), AccountId(2));
    let upload = |who| counted(&limits, Some(MEDIA)).account(who);
    assert!((0..30).all(|_| upload(ana).is_ok()));
    assert_eq!(upload(ana).unwrap_err().status(), 429);
    assert!(upload(ben).is_ok());
}

#[test]
fn a_flood_takes_no_more_room_and_forgets_no_tries() {
    let counters = Counters::default();
    for _ in 0..3 {
        counters.count(NOW, LOGINS_TO_ACCOUNT, 7_u8);
    }
    for stranger in 0..MOST_COUNTERS + 10 {
        counters.count(NOW, ADDRESS, stranger);
    }
    assert!(counters.windows.lock().unwrap().len() <= MOST_COUNTERS);
    assert_eq!(counters.count(NOW, LOGINS_TO_ACCOUNT, 7_u8).remaining, 21);
}

#[test]
fn pages_are_not_counted_but_signing_in_is() {
    let counters = Counters::default();
    let page = ask(Method::GET, "/@ana", "", "192.0.2.7");
    assert_eq!(counters.request(NOW, &page), None);
    let sign_in = || ask(Method::POST, "/login", "", "192.0.2.7");
    assert!((0..25).all(|_| !counters.request(NOW, &sign_in()).unwrap().exceeded));
    assert!(counters.request(NOW, &sign_in()).unwrap().exceeded);
}

#[test]
fn a_household_has_one_counter() {
    let net = |text: &str| network(text.parse().unwrap());
    assert_eq!(net("2001:db8:1:2::1"), net("2001:db8:1:2:ffff::9"));
    assert_ne!(net("2001:db8:1:2::1"), net("2001:db8:1:3::1"));
    assert_eq!(net("::ffff:192.0.2.7"), net("192.0.2.7"));
    assert_ne!(net("192.0.2.7"), net("192.0.2.8"));
}

#[test]
fn a_few_addresses_have_stricter_rules() {
    let rule = |method, path, query| special(&method, path, query).map(|(rule, _)| rule.name);
    assert_eq!(rule(Method::POST, "/api/v2/media", None), Some("media"));
    assert_eq!(
        rule(Method::DELETE, "/api/v1/statuses/1", None),
        Some("deletes")
    );
    assert_eq!(
        rule(Method::POST, "/api/v1/statuses/1/unreblog", None),
        Some("deletes")
    );
    assert_eq!(rule(Method::POST, "/oauth/token", None), Some("logins"));
    assert_eq!(
        rule(Method::POST, "/api/v1/groups", None),
        Some("new groups")
    );
    assert_eq!(rule(Method::GET, "/api/v1/timelines/home", None), None);
}
