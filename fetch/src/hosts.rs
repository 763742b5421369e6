//! What is checked of an address before anything is looked up: scheme, user name, form of the host
//! and port. Literal addresses must be decided here, because the HTTP client never shows them to
//! its resolver.

use std::net::IpAddr;

use url::{Host, Url};

use crate::{Policy, Refusal};

/// Through which of the two doors a request may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// Any address of the open network or of an allowed private range.
    Open,
    /// Allowed private ranges only: the port is not the usual one.
    PrivateOnly,
}

/// Decides whether an address may be asked, before any name is looked up.
pub(crate) fn door(policy: &Policy, url: &Url) -> Result<Door, Refusal> {
    match url.scheme() {
        "https" => {}
        "http" if policy.allow_http => {}
        _ => return Err(Refusal::Scheme),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refusal::UserInfo);
    }
    match url.host() {
        Some(Host::Ipv4(address)) => literal(policy, address.into()),
        Some(Host::Ipv6(address)) => literal(policy, address.into()),
        Some(Host::Domain(name)) if !is_name(name) => Err(Refusal::Name),
        Some(Host::Domain(_)) if url.port().is_none() => Ok(Door::Open),
        Some(Host::Domain(_)) if policy.allow_private.is_empty() => Err(Refusal::Port),
        Some(Host::Domain(_)) => Ok(Door::PrivateOnly),
        None => Err(Refusal::Name),
    }
}

fn literal(policy: &Policy, address: IpAddr) -> Result<Door, Refusal> {
    if policy.allows_private(address) {
        Ok(Door::PrivateOnly)
    } else {
        Err(Refusal::Literal)
    }
}

/// RFC 1123 with the underscore that some media hosts use; `Url` has already lowered the case and
/// turned other scripts into their ASCII form. A final dot is another spelling of the same host and
/// would slip past comparisons.
fn is_name(name: &str) -> bool {
    name.len() <= 253
        && name.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
        })
}

/// Whether two addresses are of one host: same name and same port.
pub(crate) fn same_host(one: &Url, other: &Url) -> bool {
    one.host() == other.host() && one.port_or_known_default() == other.port_or_known_default()
}

/// Where a redirect leads, if it may be followed: never from https to anything else. The new address
/// is checked like any other before it is asked.
pub(crate) fn next_hop(from: &Url, location: &str) -> Result<Url, Refusal> {
    let to = from.join(location).or(Err(Refusal::Redirect))?;
    if from.scheme() == "https" && to.scheme() != "https" {
        return Err(Refusal::Redirect);
    }
    Ok(to)
}

#[cfg(test)]
mod tests {
    use super::{Door, door, next_hop};
    use crate::{Policy, Refusal};
    use url::Url;

    fn strict(address: &str) -> Result<Door, Refusal> {
        match Url::parse(address) {
            Ok(url) => door(&Policy::default(), &url),
            Err(_) => Err(Refusal::Name),
        }
    }

    fn lab() -> Policy {
        Policy {
            allow_http: true,
            allow_private: vec!["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()],
            extra_ca: None,
        }
    }

    #[test]
    fn names_over_https_on_their_own_port_are_asked() {
        for address in [
            "https://example.com/users/a",
            "https://example.com:443/",
            "https://EXAMPLE.com/",
            "https://bücher.example/",
            "https://xn--bcher-kva.example/",
        ] {
            assert_eq!(strict(address), Ok(Door::Open), "{address}");
        }
    }

    #[test]
    fn everything_else_is_refused_without_a_look_up() {
        use Refusal::{Literal, Name, Port, Scheme, UserInfo};
        let table = [
            ("http://example.com/", Scheme),
            ("ftp://example.com/", Scheme),
            ("file:///etc/passwd", Scheme),
            ("data:application/json,{}", Scheme),
            ("gopher://example.com/", Scheme),
            ("javascript:alert(1)", Scheme),
            ("https://victim.example@evil.example/", UserInfo),
            ("https://a:b@evil.example/", UserInfo),
            ("https://example.com:22/", Port),
            ("https://example.com:6379/", Port),
            ("https://example.com:5432/", Port),
            ("https://example.com:80/", Port),
            ("https://example.com:8443/", Port),
            ("https://example.com./", Name),
            ("https://exa..mple/", Name),
            ("https://-example.com/", Name),
            ("https://example-.com/", Name),
            ("https://2130706433/", Literal),
            ("https://0x7f.1/", Literal),
            ("https://127.1/", Literal),
            ("https://0177.0.0.1/", Literal),
            ("https://127.0.0.1/", Literal),
            ("https://%31%32%37.0.0.1/", Literal),
            ("https://１２７.0.0.1/", Literal),
            ("https://8.8.8.8/", Literal),
            ("https://[::1]/", Literal),
            ("https://[::]/", Literal),
            ("https://[::ffff:127.0.0.1]/", Literal),
            ("https://[::127.0.0.1]/", Literal),
            ("https://[64:ff9b::7f00:1]/", Literal),
            ("https://[2002:7f00:1::]/", Literal),
            ("https://[2001:0:53aa::1]/", Literal),
            ("https://[fec0::1]/", Literal),
            ("https://[fc00::1]/", Literal),
            ("https://[2a01:4f8::1]/", Literal),
            ("https://[fe80::1%25eth0]/", Name),
            ("https://xn--a/", Name),
        ];
        for (address, why) in table {
            assert_eq!(strict(address), Err(why), "{address}");
        }
        let long = format!("https://{}example/", "a.".repeat(130));
        assert_eq!(strict(&long), Err(Name));
    }

    #[test]
    fn each_switch_opens_only_its_own_door() {
        let ask = |policy: &Policy, address: &str| door(policy, &Url::parse(address).unwrap());
        let http = Policy {
            allow_http: true,
            ..Policy::default()
        };
        assert_eq!(ask(&http, "http://example.com/"), Ok(Door::Open));
        assert_eq!(ask(&http, "http://127.0.0.1/"), Err(Refusal::Literal));
        assert_eq!(ask(&http, "http://localhost:3000/"), Err(Refusal::Port));
        let private = Policy {
            allow_http: false,
            ..lab()
        };
        assert_eq!(
            ask(&private, "http://127.0.0.1:3000/"),
            Err(Refusal::Scheme)
        );
        assert_eq!(
            ask(&private, "https://127.0.0.1:3000/"),
            Ok(Door::PrivateOnly)
        );
        let lab = lab();
        for address in [
            "http://127.0.0.1:3000/",
            "http://127.9.9.9/",
            "http://[::1]:80/",
            "http://localhost:3000/",
        ] {
            assert_eq!(ask(&lab, address), Ok(Door::PrivateOnly), "{address}");
        }
        for address in [
            "http://10.0.0.1:3000/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::2]/",
            "https://8.8.8.8/",
        ] {
            assert_eq!(ask(&lab, address), Err(Refusal::Literal), "{address}");
        }
    }

    #[test]
    fn a_redirect_never_leaves_https() {
        let from = Url::parse("https://one.example/a").unwrap();
        for to in [
            "http://one.example/b",
            "file:///etc/passwd",
            "data:text/plain,x",
            "gopher://one.example/",
            "https://[::1",
        ] {
            assert_eq!(next_hop(&from, to), Err(Refusal::Redirect), "{to}");
        }
        assert_eq!(
            next_hop(&from, "../b").unwrap().as_str(),
            "https://one.example/b"
        );
        assert_eq!(
            next_hop(&from, "//two.example/b").unwrap().as_str(),
            "https://two.example/b"
        );
        let plain = Url::parse("http://one.example/a").unwrap();
        assert!(next_hop(&plain, "https://one.example/a").is_ok());
    }
}
