//! Names to addresses, checked at the moment of connecting: the addresses that pass here are the
//! very ones the socket is opened to, so a name that changes its answer between check and use gains
//! nothing.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use futures::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::address::is_global;
use crate::hosts::Door;
use crate::{Policy, Refusal};

/// Looks a name up. The system does it in a running server; a test hands in its own.
pub trait Lookup: Send + Sync {
    /// All addresses of a name.
    fn lookup<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>>;
}

/// The resolver of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn lookup<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// Stands between the HTTP client and the lookup.
#[derive(Clone)]
pub(crate) struct Guard {
    pub(crate) policy: Arc<Policy>,
    pub(crate) lookup: Arc<dyn Lookup>,
    pub(crate) door: Door,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let found = guard.lookup.lookup(name.as_str()).await?;
            let allowed = check(&guard.policy, guard.door, found)?;
            let addresses: Addrs = Box::new(
                allowed
                    .into_iter()
                    .map(|address| SocketAddr::new(address, 0)),
            );
            Ok(addresses)
        })
    }
}

/// All addresses of an answer must be of one kind: all of the open network, or all inside the allowed
/// private ranges. One bad address spoils the answer, since the client would try them in turn.
fn check(policy: &Policy, door: Door, found: Vec<IpAddr>) -> Result<Vec<IpAddr>, Refusal> {
    let private = found.iter().filter(|a| policy.allows_private(**a)).count();
    if private == found.len() {
        return Ok(found);
    }
    let usable = |address: &IpAddr| policy.allows_private(*address) || is_global(*address);
    let any_global = found.iter().any(|a| is_global(*a));
    if !found.iter().all(usable) {
        return Err(if any_global {
            Refusal::MixedAddresses
        } else {
            Refusal::Address
        });
    }
    if private > 0 {
        return Err(Refusal::MixedAddresses);
    }
    match door {
        Door::Open => Ok(found),
        Door::PrivateOnly => Err(Refusal::Port),
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::hosts::Door;
    use crate::{Policy, Refusal};
    use std::net::IpAddr;

    fn addresses(list: &[&str]) -> Vec<IpAddr> {
        list.iter().map(|a| a.parse().unwrap()).collect()
    }

    #[test]
    fn one_private_address_spoils_the_answer() {
        let strict = Policy::default();
        let ask = |list: &[&str]| check(&strict, Door::Open, addresses(list)).map(|a| a.len());
        assert_eq!(ask(&["1.1.1.1", "2606:4700::1111"]), Ok(2));
        assert_eq!(ask(&["127.0.0.1"]), Err(Refusal::Address));
        assert_eq!(ask(&["1.1.1.1", "127.0.0.1"]), Err(Refusal::MixedAddresses));
        assert_eq!(ask(&["1.1.1.1", "::1"]), Err(Refusal::MixedAddresses));
        assert_eq!(
            ask(&["::ffff:1.1.1.1", "1.1.1.1"]),
            Err(Refusal::MixedAddresses)
        );
    }

    #[test]
    fn an_allowed_range_is_allowed_alone() {
        let policy = Policy {
            allow_private: vec!["127.0.0.0/8".parse().unwrap()],
            ..Policy::default()
        };
        let ask = |door, list: &[&str]| check(&policy, door, addresses(list)).map(|a| a.len());
        for door in [Door::Open, Door::PrivateOnly] {
            assert_eq!(ask(door, &["127.0.0.1", "127.0.0.2"]), Ok(2));
            assert_eq!(
                ask(door, &["127.0.0.1", "1.1.1.1"]),
                Err(Refusal::MixedAddresses)
            );
            assert_eq!(ask(door, &["127.0.0.1", "10.0.0.1"]), Err(Refusal::Address));
        }
        assert_eq!(ask(Door::Open, &["1.1.1.1"]), Ok(1));
        assert_eq!(ask(Door::PrivateOnly, &["1.1.1.1"]), Err(Refusal::Port));
    }
}
