//! What an administrator may loosen, each switch for itself: plain http, private ranges, one more
//! certificate authority. And the times after which the client gives up.

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;

/// Three independent switches; the default is what a server on the open network needs.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Whether `http:` addresses may be asked at all.
    pub allow_http: bool,
    /// Ranges in which literal addresses, any port and non-global addresses are allowed.
    pub allow_private: Vec<IpNet>,
    /// PEM text of certificate authorities that are trusted beside those of the system.
    pub extra_ca: Option<Vec<u8>>,
}

impl Policy {
    /// Whether this very address lies in one of the allowed private ranges. A mapped IPv6 form of
    /// an allowed IPv4 address is another address and does not.
    #[must_use]
    pub fn allows_private(&self, address: IpAddr) -> bool {
        self.allow_private
            .iter()
            .any(|range| range.contains(&address))
    }
}

/// After how long the client gives up on another server.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Name lookup, TCP and TLS together.
    pub connect: Duration,
    /// Silence between two pieces of an answer.
    pub idle: Duration,
    /// The whole call with all its redirects.
    pub total: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            idle: Duration::from_secs(10),
            total: Duration::from_secs(30),
        }
    }
}
