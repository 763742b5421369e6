//! Where a request comes from. Only a proxy that the settings name may say that it is somewhere else than
//! the connection (threats, row 98); headers that anyone can write never do.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};
use axum::middleware::Next;
use axum::response::Response;
use ipnet::IpNet;
use services::sign_in::Device;
use services::views::account::Viewer;

use crate::error::Error;
use crate::limits::{Counted, RESOLVES, Rule, Unlimited};
use crate::state::AppState;

const FORWARDED: &str = "x-forwarded-for";

/// The address of who is asking, as the outermost layer found it.
#[derive(Clone, Copy, Debug)]
pub struct ClientAddress(pub IpAddr);

/// What stands in front of the server, and what it is told at its start.
#[derive(Clone, Debug, Default)]
pub struct Front {
    /// Proxies whose word counts.
    pub trusted: Vec<IpNet>,
    /// No limits at all.
    pub unlimited: bool,
}

impl Front {
    /// The address that counts: that of the connection, or of the last hop that no proxy of ours is.
    #[must_use]
    pub fn address(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut found = peer.to_canonical();
        if !self.trusts(found) {
            return found;
        }
        let lines: Vec<&str> = headers
            .get_all(FORWARDED)
            .iter()
            .map(|line| line.to_str().unwrap_or("?"))
            .collect();
        for word in lines.join(",").rsplit(',') {
            // What cannot be read was not written by a proxy of ours.
            let Some(hop) = hop(word) else { return found };
            found = hop;
            if !self.trusts(found) {
                break;
            }
        }
        found
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|net| net.contains(&address))
    }
}

/// One word of the header: an address, perhaps with a port.
fn hop(word: &str) -> Option<IpAddr> {
    let word = word.trim();
    let bare = word.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<IpAddr>()
        .or_else(|_no_address| word.parse::<SocketAddr>().map(|socket| socket.ip()))
        .ok()
        .map(|address| address.to_canonical())
}

/// The outermost layer: finds out where the request comes from.
pub async fn find(State(front): State<Arc<Front>>, mut request: Request, next: Next) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|peer| peer.0.ip());
    if let Some(peer) = peer {
        let address = front.address(peer, request.headers());
        request.extensions_mut().insert(ClientAddress(address));
    }
    if front.unlimited {
        request.extensions_mut().insert(Unlimited);
    }
    next.run(request).await
}

/// The address of a request.
#[must_use]
pub fn address(extensions: &Extensions) -> Option<IpAddr> {
    let named = extensions.get::<ClientAddress>().map(|named| named.0);
    named.or_else(|| {
        extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|peer| peer.0.ip())
    })
}

/// The network of an address, as people may see it: a /24, a /48 of IPv6.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(v6) => format!("{}/48", Ipv6Addr::from(u128::from(v6) >> 80 << 80)),
    }
}

/// Who asks, as far as the connection tells: an argument of handlers that have to know.
#[derive(Clone, Debug)]
pub struct Client {
    /// From where.
    pub address: Option<IpAddr>,
    /// What is kept of the browser.
    pub device: Device,
    counted: Option<Counted>,
}

impl Client {
    /// Counts a try by a rule that goes by account or name; nothing where limits are off.
    ///
    /// # Errors
    /// 429.
    pub(crate) fn count(&self, rule: Rule, who: impl std::hash::Hash) -> Result<(), Error> {
        match &self.counted {
            Some(counted) => counted.count(rule, who),
            None => Ok(()),
        }
    }
}

impl Client {
    /// May other servers be asked for this person once more? Counted where it is known that they would be:
    /// a wish has many spellings and may stand in a body.
    ///
    /// # Errors
    /// 429.
    pub(crate) fn count_resolve(&self, viewer: &Viewer) -> Result<(), Error> {
        self.count(RESOLVES, viewer.human.id)
    }
}

impl FromRequestParts<AppState> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _app: &AppState) -> Result<Self, Infallible> {
        let address = address(&parts.extensions);
        let user_agent = parts
            .headers
            .get(USER_AGENT)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        Ok(Self {
            address,
            device: Device {
                network: address.map(network).unwrap_or_default(),
                user_agent,
            },
            counted: parts.extensions.get::<Counted>().cloned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED, line.parse().unwrap());
        }
        headers.insert("x-real-ip", "198.51.100.9".parse().unwrap());
        headers.insert("forwarded", "for=198.51.100.9".parse().unwrap());
        headers.insert("cf-connecting-ip", "198.51.100.9".parse().unwrap());
        headers
    }

    #[test]
    fn only_a_trusted_proxy_says_where_a_request_comes_from() {
        let proxies = ["10.0.0.0/8", "fd00::/8"];
        for (trusted, peer, lines, expected) in [
            // Nobody is trusted: the connection counts.
            (&[][..], "192.0.2.7", &["198.51.100.1"][..], "192.0.2.7"),
            (
                &proxies[..],
                "192.0.2.7",
                &["198.51.100.1"][..],
                "192.0.2.7",
            ),
            (
                &proxies[..],
                "10.0.0.1",
                &["198.51.100.1"][..],
                "198.51.100.1",
            ),
            (
                &proxies[..],
                "::ffff:10.0.0.1",
                &["198.51.100.1"][..],
                "198.51.100.1",
            ),
            // What the client wrote itself stands further left.
            (
                &proxies[..],
                "10.0.0.1",
                &["203.0.113.5, 198.51.100.1"][..],
                "198.51.100.1",
            ),
            (
                &proxies[..],
                "10.0.0.1",
                &["203.0.113.5", "198.51.100.1, 10.0.0.2"][..],
                "198.51.100.1",
            ),
            (
                &proxies[..],
                "10.0.0.1",
                &["198.51.100.1:4711"][..],
                "198.51.100.1",
            ),
            (
                &proxies[..],
                "fd00::1",
                &["[2001:db8::9]:4711"][..],
                "2001:db8::9",
            ),
            (&proxies[..], "10.0.0.1", &["unknown"][..], "10.0.0.1"),
            (&proxies[..], "10.0.0.1", &[][..], "10.0.0.1"),
            (&proxies[..], "10.0.0.1", &["10.0.0.3"][..], "10.0.0.3"),
        ] {
            let front = Front {
                trusted: trusted.iter().map(|net| net.parse().unwrap()).collect(),
                unlimited: false,
            };
            let found = front.address(peer.parse().unwrap(), &headers(lines));
            assert_eq!(
                found,
                expected.parse::<IpAddr>().unwrap(),
                "{peer} {lines:?}"
            );
        }
    }

    #[test]
    fn a_network_is_all_that_is_kept() {
        for (address, expected) in [
            ("203.0.113.77", "203.0.113.0/24"),
            ("::ffff:203.0.113.77", "203.0.113.0/24"),
            ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ] {
            assert_eq!(network(address.parse().unwrap()), expected);
        }
    }
}
