//! How often one may ask: fixed windows by address, by token and by account, with the numbers that
//! Mastodon publishes. One middleware in front of the API and the sign-in; off by the setting
//! `rate_limits`. Counters live in memory and are bounded.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
use axum::http::{Extensions, HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::SecondsFormat;
use model::{AccountId, Millis};
use services::Ctx;

use crate::error::Error;

/// Above this many counters all are forgotten: a flood from everywhere is not for us to stop.
const MOST_COUNTERS: usize = 200_000;

/// One limit: so many in so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Rule {
    name: &'static str,
    most: i64,
    window: i64,
}

const fn rule(name: &'static str, most: i64, minutes: i64) -> Rule {
    Rule {
        name,
        most,
        window: minutes * Millis::MINUTE,
    }
}

const TOKEN: Rule = rule("token", 300, 5);
const ACCOUNT: Rule = rule("account", 1_500, 5);
const ADDRESS: Rule = rule("address", 300, 5);
/// With a token the token counts; this keeps made-up tokens from being a way around the address.
const ADDRESS_WITH_TOKENS: Rule = rule("address with tokens", 1_500, 5);
const MEDIA: Rule = rule("media", 30, 30);
const DELETES: Rule = rule("deletes", 30, 30);
const SIGN_UPS: Rule = rule("sign-ups", 5, 30);
const APPS: Rule = rule("apps", 5, 10);
const LOGINS: Rule = rule("logins", 25, 5);
const RESOLVES: Rule = rule("resolves", 10, 1);

/// The address of who is asking, where something in front of us may name it. Without this extension
/// the address of the connection counts; headers that anyone can write never do.
#[derive(Clone, Copy, Debug)]
pub struct ClientAddress(pub IpAddr);

/// The limits of one server.
#[derive(Debug)]
pub struct Limits {
    ctx: Ctx,
    counters: Counters,
}

/// Windows that begin at whole multiples of their length, by rule and by whom.
#[derive(Debug, Default)]
struct Counters {
    windows: Mutex<HashMap<(Rule, u64), Counter>>,
    hasher: RandomState,
}

#[derive(Clone, Copy, Debug)]
struct Counter {
    window: i64,
    count: i64,
}

/// Where a counter stands after this request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Standing {
    limit: i64,
    remaining: i64,
    reset: Millis,
    exceeded: bool,
}

impl Counters {
    fn count(&self, now: Millis, rule: Rule, who: impl std::hash::Hash) -> Standing {
        let window = now.0.div_euclid(rule.window);
        let reset = Millis((window + 1) * rule.window);
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= MOST_COUNTERS {
            windows.retain(|(rule, _), counter| counter.window == now.0.div_euclid(rule.window));
            if windows.len() >= MOST_COUNTERS {
                windows.clear();
            }
        }
        let counter = windows
            .entry((rule, self.hasher.hash_one(who)))
            .or_insert(Counter { window, count: 0 });
        if counter.window != window {
            *counter = Counter { window, count: 0 };
        }
        counter.count = counter.count.saturating_add(1);
        Standing {
            limit: rule.most,
            remaining: (rule.most - counter.count).max(0),
            reset,
            exceeded: counter.count > rule.most,
        }
    }

    /// Counts a request by all the rules that concern it; the standing that is nearest to its end.
    /// Pages and documents for other servers are not counted, but for the few with a rule of their own.
    fn request(&self, now: Millis, request: &Request) -> Option<Standing> {
        let address = address(request).map(network);
        let token = bearer_text(request.headers());
        let uri = request.uri();
        let for_apps = uri.path().starts_with("/api/") || uri.path().starts_with("/oauth/");
        let general = for_apps.then(|| match &token {
            Some(token) => {
                self.count(now, TOKEN, token)
                    .nearest(self.count(now, ADDRESS_WITH_TOKENS, address))
            }
            None => self.count(now, ADDRESS, address),
        });
        let Some((rule, by_token)) = special(request.method(), uri.path(), uri.query()) else {
            return general;
        };
        let stricter = match token.filter(|_| by_token) {
            Some(token) => self.count(now, rule, token),
            None => self.count(now, rule, address),
        };
        Some(general.map_or(stricter, |general| general.nearest(stricter)))
    }
}

impl Standing {
    fn nearest(self, other: Self) -> Self {
        let left = |standing: &Self| (!standing.exceeded, standing.remaining);
        if left(&other) < left(&self) {
            other
        } else {
            self
        }
    }
}

impl Limits {
    /// Counters that all stand at nothing.
    #[must_use]
    pub fn new(ctx: Ctx) -> Self {
        Self {
            ctx,
            counters: Counters::default(),
        }
    }
}

/// Lets the extractor of tokens count the account, which it alone knows.
#[derive(Clone, Debug)]
pub(crate) struct Counted(Arc<Limits>);

impl Counted {
    /// Counts a request of this person.
    ///
    /// # Errors
    /// 429.
    pub(crate) fn account(&self, account: AccountId) -> Result<(), Error> {
        let now = self.0.ctx.now();
        let standing = self.0.counters.count(now, ACCOUNT, account);
        if standing.exceeded {
            return Err(Error::TooMany(seconds(standing, now)));
        }
        Ok(())
    }
}

/// The middleware: counts, answers 429 where it is too much, and says on each answer how much is left.
pub async fn count(
    State(limits): State<Arc<Limits>>,
    mut request: Request,
    next: Next,
) -> Response {
    if !limits.ctx.settings().rate_limits || request.method() == Method::OPTIONS {
        return next.run(request).await;
    }
    let now = limits.ctx.now();
    let Some(standing) = limits.counters.request(now, &request) else {
        return next.run(request).await;
    };
    let mut response = if standing.exceeded {
        let mut refused = Error::TooMany(seconds(standing, now)).into_response();
        // Apps that are pages must be able to read it, too.
        refused
            .headers_mut()
            .insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        refused
    } else {
        request
            .extensions_mut()
            .insert(Counted(Arc::clone(&limits)));
        next.run(request).await
    };
    write(response.headers_mut(), standing);
    response
}

fn write(headers: &mut HeaderMap, standing: Standing) {
    headers.insert("x-ratelimit-limit", HeaderValue::from(standing.limit));
    headers.insert(
        "x-ratelimit-remaining",
        HeaderValue::from(standing.remaining),
    );
    // Six digits after the second: Mastodon.py and mastodon-ios parse exactly this.
    let reset = standing
        .reset
        .date_time()
        .to_rfc3339_opts(SecondsFormat::Micros, true);
    if let Ok(value) = HeaderValue::from_str(&reset) {
        headers.insert("x-ratelimit-reset", value);
    }
}

fn seconds(standing: Standing, now: Millis) -> i64 {
    (standing.reset.0 - now.0).max(0) / Millis::SECOND + 1
}

/// The stricter rule of a few addresses, and whether it goes by token where there is one.
fn special(method: &Method, path: &str, query: Option<&str>) -> Option<(Rule, bool)> {
    let path = path.trim_end_matches('/');
    if method == Method::DELETE && path.starts_with("/api/v1/statuses/") {
        return Some((DELETES, true));
    }
    if method == Method::GET && path == "/api/v2/search" {
        let resolves = query.is_some_and(|query| {
            url::form_urlencoded::parse(query.as_bytes())
                .any(|(key, value)| key == "resolve" && matches!(&*value, "true" | "1" | "True"))
        });
        return resolves.then_some((RESOLVES, true));
    }
    if method != Method::POST {
        return None;
    }
    match path {
        "/api/v1/media" | "/api/v2/media" => Some((MEDIA, true)),
        "/api/v1/accounts" => Some((SIGN_UPS, false)),
        "/api/v1/apps" => Some((APPS, false)),
        "/oauth/token" | "/login" | "/setup" => Some((LOGINS, false)),
        _ if path.starts_with("/api/v1/statuses/") && path.ends_with("/unreblog") => {
            Some((DELETES, true))
        }
        _ => None,
    }
}

pub(crate) fn address(request: &Request) -> Option<IpAddr> {
    address_in(request.extensions())
}

/// Where a request comes from, as connections are counted: by household.
pub(crate) fn household(extensions: &Extensions) -> Option<IpAddr> {
    address_in(extensions).map(network)
}

fn address_in(extensions: &Extensions) -> Option<IpAddr> {
    extensions
        .get::<ClientAddress>()
        .map(|named| named.0)
        .or_else(|| {
            extensions
                .get::<ConnectInfo<SocketAddr>>()
                .map(|peer| peer.0.ip())
        })
}

/// An IPv4 address as it is, an IPv6 address as its /64: that much one household has.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from(u128::from(v6) >> 64 << 64)),
    }
}

fn bearer_text(headers: &HeaderMap) -> Option<String> {
    let value = headers.get("authorization")?.to_str().ok()?;
    let (_scheme, token) = value.split_once(' ')?;
    Some(token.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn uploads_have_their_own_end() {
        let counters = Counters::default();
        let upload =
            || counters.request(NOW, &ask(Method::POST, "/api/v2/media", "ana", "192.0.2.7"));
        assert!((0..30).all(|_| !upload().unwrap().exceeded));
        assert!(upload().unwrap().exceeded);
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
            rule(Method::GET, "/api/v2/search", Some("q=x&resolve=true")),
            Some("resolves")
        );
        assert_eq!(rule(Method::GET, "/api/v2/search", Some("q=x")), None);
        assert_eq!(rule(Method::GET, "/api/v1/timelines/home", None), None);
    }
}
