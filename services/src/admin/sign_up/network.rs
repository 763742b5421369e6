//! A network in its canonical form: an address with the bits behind its prefix at nought.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A network of either family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// Reads an address, which is a network of one, or an address with a prefix. Nothing wider than a /8
    /// (IPv4) or a /16 (IPv6) is taken: a slip of the hand must not shut the world out.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.trim().split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u8>().ok()?)),
            None => (text.trim(), None),
        };
        let address: IpAddr = address.parse().ok()?;
        let (least, most) = match address {
            IpAddr::V4(_) => (8, 32),
            IpAddr::V6(_) => (16, 128),
        };
        let prefix = prefix.unwrap_or(most);
        if !(least..=most).contains(&prefix) {
            return None;
        }
        Some(Self {
            address: cut(address, prefix),
            prefix,
        })
    }

    /// Does this address lie in it? An IPv4 address that comes as IPv6 is IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.address.is_ipv4() && cut(address, self.prefix) == self.address
    }
}

fn cut(address: IpAddr, prefix: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX
                .checked_shl(32 - u32::from(prefix.min(32)))
                .unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits() & mask))
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX
                .checked_shl(128 - u32::from(prefix.min(128)))
                .unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & mask))
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_has_one_form_and_holds_its_own() {
        for (typed, form) in [
            ("192.0.2.7", "192.0.2.7/32"),
            ("192.0.2.77/24", "192.0.2.0/24"),
            ("2001:db8::1/32", "2001:db8::/32"),
        ] {
            assert_eq!(Network::parse(typed).unwrap().to_string(), form);
        }
        for typed in ["", "x", "192.0.2.0/33", "0.0.0.0/0", "::/0", "10.0.0.0/-1"] {
            assert_eq!(Network::parse(typed), None, "{typed}");
        }
        let network = Network::parse("192.0.2.0/24").unwrap();
        assert!(network.contains("192.0.2.200".parse().unwrap()));
        assert!(network.contains("::ffff:192.0.2.200".parse().unwrap()));
        assert!(!network.contains("192.0.3.1".parse().unwrap()));
        assert!(!network.contains("2001:db8::1".parse().unwrap()));
    }
}
