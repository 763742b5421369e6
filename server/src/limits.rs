//! How often one may ask: fixed windows by address, by token and by account, with the numbers that
//! Mastodon publishes (threats, row 99). One middleware in front of the API and the sign-in; off by the
//! setting `rate_limits`. Counters live in memory and are bounded. Where a request comes from says
//! `client`.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
use axum::http::{Extensions, HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::SecondsFormat;
use model::{AccountId, Millis};
use services::Ctx;

use crate::client;
use crate::error::Error;
use crate::web::error_page_for;

/// Above this many counters all are forgotten: a flood from everywhere is not for us to stop.
const MOST_COUNTERS: usize = 200_000;

/// One limit: so many in so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Rule {
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
const FOLLOWS: Rule = rule("follows", 400, 24 * 60);
const REPORTS: Rule = rule("reports", 30, 30);
const SIGN_UPS: Rule = rule("sign-ups", 5, 30);
const INVITES: Rule = rule("invitations", 25, 5);
const MAILS: Rule = rule("mails", 5, 30);
const MAIL_LINKS: Rule = rule("links in mails", 25, 5);
const APPS: Rule = rule("apps", 5, 10);
const LOGINS: Rule = rule("logins", 25, 5);
/// New groups: each costs a key.
const NEW_GROUPS: Rule = rule("new groups", 20, 24 * 60);
/// Look-ups on other servers, by whoever they are made for and in whatever way they are asked for.
pub(crate) const RESOLVES: Rule = rule("resolves", 10, 1);
/// Tries to sign in to one account, from wherever.
pub(crate) const LOGINS_TO_ACCOUNT: Rule = rule("logins to an account", 25, 60);
/// Changes of one's password or address: each asks for the present password.
pub(crate) const PASSWORD_CHANGES: Rule = rule("password changes", 10, 10);
/// Letters for one account, or for a name that may be one.
pub(crate) const LETTERS: Rule = rule("letters", 5, 30);
/// Links that one member makes.
pub(crate) const NEW_INVITES: Rule = rule("new invitations", 20, 60);
/// Whole groups that one moderator takes along.
pub(crate) const EXPORTS: Rule = rule("exports", 10, 60);

/// Switches all limits off for this process, whatever the settings of the place say.
#[derive(Clone, Copy, Debug)]
pub struct Unlimited;

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
            make_room(&mut windows, now);
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

    /// Counts a request by all the rules that concern it before anyone knows who asks; the standing that
    /// is nearest to its end. Pages and documents for other servers are not counted, but for the few with
    /// a rule of their own.
    fn request(&self, now: Millis, request: &Request) -> Option<Standing> {
        let address = client::address(request.extensions()).map(network);
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
        let stricter = match special(request.method(), uri.path(), uri.query()) {
            // Counted when it is known who it is: a new token is no new account.
            Some((_, true)) if token.is_some() => None,
            Some((rule, _)) => Some(self.count(now, rule, address)),
            None => None,
        };
        match (general, stricter) {
            (Some(general), Some(stricter)) => Some(general.nearest(stricter)),
            (general, stricter) => general.or(stricter),
        }
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

/// Lets those who know whose account it is count it.
#[derive(Clone, Debug)]
pub(crate) struct Counted {
    limits: Arc<Limits>,
    /// The rule of the address that goes by account.
    rule: Option<Rule>,
    /// What goes by account and is nearest to its end, for the headers of the answer.
    nearest: Arc<Mutex<Option<Standing>>>,
}

impl Counted {
    /// Counts a request of this person.
    ///
    /// # Errors
    /// 429.
    pub(crate) fn account(&self, account: AccountId) -> Result<(), Error> {
        self.count(ACCOUNT, account)?;
        match self.rule {
            Some(rule) => self.count(rule, account),
            None => Ok(()),
        }
    }

    /// Counts by another rule.
    ///
    /// # Errors
    /// 429.
    pub(crate) fn count(&self, rule: Rule, who: impl std::hash::Hash) -> Result<(), Error> {
        let now = self.limits.ctx.now();
        let standing = self.limits.counters.count(now, rule, who);
        let mut nearest = self.nearest.lock().unwrap_or_else(PoisonError::into_inner);
        *nearest = Some(nearest.map_or(standing, |known| known.nearest(standing)));
        if standing.exceeded {
            return Err(Error::TooMany(seconds(standing, now)));
        }
        Ok(())
    }
}

/// Forgets the windows that are over; in a flood also those in which someone asked once, so that it wipes
/// out no count of tries.
fn make_room(windows: &mut HashMap<(Rule, u64), Counter>, now: Millis) {
    windows.retain(|(rule, _), counter| counter.window == now.0.div_euclid(rule.window));
    if windows.len() >= MOST_COUNTERS {
        windows.retain(|_, counter| counter.count > 1);
    }
    if windows.len() >= MOST_COUNTERS {
        windows.clear();
    }
}

/// The middleware: counts, answers 429 where it is too much, and says on each answer how much is left.
pub async fn count(
    State(limits): State<Arc<Limits>>,
    mut request: Request,
    next: Next,
) -> Response {
    let off = request.extensions().get::<Unlimited>().is_some();
    if off || !limits.ctx.settings().rate_limits || request.method() == Method::OPTIONS {
        return next.run(request).await;
    }
    let now = limits.ctx.now();
    let first = limits.counters.request(now, &request);
    if let Some(standing) = first.filter(|standing| standing.exceeded) {
        let mut refused = refusal(&request, seconds(standing, now));
        write(refused.headers_mut(), standing);
        return refused;
    }
    let uri = request.uri();
    let special = special(request.method(), uri.path(), uri.query());
    let nearest = Arc::new(Mutex::new(first));
    request.extensions_mut().insert(Counted {
        limits: Arc::clone(&limits),
        rule: special.and_then(|(rule, by_account)| by_account.then_some(rule)),
        nearest: Arc::clone(&nearest),
    });
    let mut response = next.run(request).await;
    let nearest = *nearest.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(standing) = nearest {
        write(response.headers_mut(), standing);
    }
    response
}

/// 429: JSON for programs, a page for people.
fn refusal(request: &Request, seconds: i64) -> Response {
    let path = request.uri().path();
    let is_page = !path.starts_with("/api/")
        && !matches!(path, "/oauth/token" | "/oauth/revoke" | "/oauth/userinfo");
    let error = Error::TooMany(seconds);
    if is_page {
        return error_page_for(request.headers(), &error);
    }
    let mut refused = error.into_response();
    // Apps that are pages must be able to read it, too.
    refused
        .headers_mut()
        .insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    refused
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

/// The stricter rule of a few addresses, and whether it goes by account where there is a token.
fn special(method: &Method, path: &str, query: Option<&str>) -> Option<(Rule, bool)> {
    let path = path.trim_end_matches('/');
    if method == Method::DELETE && path.starts_with("/api/v1/statuses/") {
        return Some((DELETES, true));
    }
    if method == Method::GET {
        // Codes that someone could try to guess.
        return match path {
            "/join" | "/confirm" | "/reset" => query.map(|_| (MAIL_LINKS, false)),
            _ if path.starts_with("/invite/") => Some((INVITES, false)),
            _ => None,
        };
    }
    if method != Method::POST {
        return None;
    }
    match path {
        "/api/v1/media" | "/api/v2/media" => Some((MEDIA, true)),
        "/api/v1/accounts" | "/join" => Some((SIGN_UPS, false)),
        "/forgot" => Some((MAILS, false)),
        "/api/v1/emails/confirmations" => Some((MAILS, false)),
        "/confirm" | "/reset" => Some((MAIL_LINKS, false)),
        "/api/v1/reports" => Some((REPORTS, true)),
        "/api/v1/groups" | "/groups/new" => Some((NEW_GROUPS, true)),
        "/api/v1/apps" => Some((APPS, false)),
        "/oauth/token" | "/login" | "/setup" => Some((LOGINS, false)),
        _ if path.starts_with("/api/v1/statuses/") && path.ends_with("/unreblog") => {
            Some((DELETES, true))
        }
        _ if path.starts_with("/api/v1/accounts/") && path.ends_with("/follow") => {
            Some((FOLLOWS, true))
        }
        _ => None,
    }
}

/// Where a request comes from.
pub(crate) fn address(request: &Request) -> Option<IpAddr> {
    client::address(request.extensions())
}

/// Where a request comes from, as connections are counted: by household.
pub(crate) fn household(extensions: &Extensions) -> Option<IpAddr> {
    client::address(extensions).map(network)
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
mod tests;
