//! Names of people, groups and servers: `Username`, `Domain`, `Handle`.
//!
//! A domain has one canonical form, the lower-case A-label without trailing dot or default port, and
//! is brought into it before every comparison, block check and store.

use std::fmt;
use std::str::FromStr;

use url::Host;

/// Text that is not what it should be; the message is a plain phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseError(pub &'static str);

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
impl std::error::Error for ParseError {}

/// A local part of a handle: 1 to 30 characters `a-z A-Z 0-9 _` when chosen here; dots and hyphens
/// inside and up to 255 bytes when it comes from another server.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Username(String);

/// Names that would be mistaken for the place itself or for its addresses.
const RESERVED: &[&str] = &[
    "about",
    "admin",
    "administrator",
    "actor",
    "api",
    "auth",
    "balai",
    "c",
    "g",
    "help",
    "home",
    "inbox",
    "instance",
    "join",
    "login",
    "logout",
    "media",
    "mod",
    "moderator",
    "new",
    "nodeinfo",
    "notifications",
    "oauth",
    "outbox",
    "postmaster",
    "relay",
    "root",
    "search",
    "security",
    "settings",
    "setup",
    "support",
    "system",
    "tags",
    "users",
    "webmaster",
    "welcome",
];

impl Username {
    /// A name that someone wants to have here.
    ///
    /// # Errors
    /// When it is empty, longer than 30, has other characters than `a-z 0-9 _`, or is reserved.
    pub fn local(text: &str) -> Result<Self, ParseError> {
        let name = Self::shape(text)?;
        if name.0.len() > 30 {
            return Err(ParseError("a name has at most 30 characters"));
        }
        if !name
            .0
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_')
        {
            return Err(ParseError(
                "a name has only the letters a to z, digits and underscores",
            ));
        }
        if RESERVED.contains(&name.key().as_str()) {
            return Err(ParseError("this name is reserved"));
        }
        Ok(name)
    }

    fn shape(text: &str) -> Result<Self, ParseError> {
        let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
        let outer = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        let bytes = text.as_bytes();
        match (bytes.first(), bytes.last()) {
            (Some(first), Some(last))
                if outer(*first)
                    && outer(*last)
                    && bytes.iter().copied().all(inner)
                    && bytes.len() <= 255 =>
            {
                Ok(Self(text.to_owned()))
            }
            _ => Err(ParseError("this is not a name")),
        }
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is compared and stored for look-up: lower case.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl FromStr for Username {
    type Err = ParseError;
    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::shape(text)
    }
}
impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A server's name in canonical form, with its port where that is not the default one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Domain(String);

impl Domain {
    /// The domain of an address; the port is kept where it is not the scheme's own.
    ///
    /// # Errors
    /// When the address has no host, or one that is no valid name.
    pub fn of(url: &url::Url) -> Result<Self, ParseError> {
        let host = url.host().ok_or(ParseError("an address without a host"))?;
        let host = host_text(&host)?;
        Ok(Self(match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host,
        }))
    }

    /// The canonical text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host without a port.
    #[must_use]
    pub fn host(&self) -> &str {
        match self.0.rsplit_once(':') {
            Some((host, port)) if !host.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => {
                host
            }
            _ => &self.0,
        }
    }

    /// Is this domain `other`, or below it?
    #[must_use]
    pub fn is_within(&self, other: &str) -> bool {
        let host = self.host();
        host == other
            || self.0 == other
            || host
                .strip_suffix(other)
                .is_some_and(|rest| rest.ends_with('.'))
    }
}

fn host_text(host: &Host<&str>) -> Result<String, ParseError> {
    match host {
        Host::Domain(name) => {
            let name = name.strip_suffix('.').unwrap_or(name);
            let label = |l: &str| {
                !l.is_empty()
                    && l.len() <= 63
                    && !l.starts_with('-')
                    && !l.ends_with('-')
                    && l.bytes().all(|b| {
                        b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_'
                    })
            };
            if name.len() <= 253 && name.split('.').all(label) {
                Ok(name.to_owned())
            } else {
                Err(ParseError("this is not a domain"))
            }
        }
        Host::Ipv4(ip) => Ok(ip.to_string()),
        Host::Ipv6(ip) => Ok(format!("[{ip}]")),
    }
}

impl FromStr for Domain {
    type Err = ParseError;
    fn from_str(text: &str) -> Result<Self, ParseError> {
        if text.is_empty()
            || text.len() > 300
            || text.contains(['/', '@', '?', '#', '\\', '%', ' '])
        {
            return Err(ParseError("this is not a domain"));
        }
        let url = url::Url::parse(&format!("https://{text}/"))
            .map_err(|_e| ParseError("this is not a domain"))?;
        Self::of(&url)
    }
}
impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `name` (someone here) or `name@domain`; a leading `@`, `!` or `acct:` is accepted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Handle {
    /// The local part.
    pub username: Username,
    /// The server; `None` where the handle names none.
    pub domain: Option<Domain>,
}

impl FromStr for Handle {
    type Err = ParseError;
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let text = text.trim();
        let text = text.strip_prefix("acct:").unwrap_or(text);
        let text = text.strip_prefix(['@', '!']).unwrap_or(text);
        match text.split_once('@') {
            None => Ok(Self {
                username: text.parse()?,
                domain: None,
            }),
            Some((name, domain)) => Ok(Self {
                username: name.parse()?,
                domain: Some(domain.parse()?),
            }),
        }
    }
}
impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.domain {
            None => write!(f, "{}", self.username),
            Some(domain) => write!(f, "{}@{domain}", self.username),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_has_one_form() {
        for (text, form) in [
            ("EXAMPLE.com.", "example.com"),
            ("example.com:443", "example.com"),
            ("ｅxample.com", "example.com"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("127.0.0.1:3000", "127.0.0.1:3000"),
            ("localhost:3000", "localhost:3000"),
        ] {
            assert_eq!(
                text.parse::<Domain>().map(|d| d.to_string()),
                Ok(form.to_owned()),
                "{text}"
            );
        }
        for text in [
            "",
            ".example.com",
            "-a.example",
            "a..b",
            "a b",
            "a/b",
            "a@b",
            "exa%2emple.com",
        ] {
            assert!(text.parse::<Domain>().is_err(), "{text}");
        }
    }

    #[test]
    fn subdomains_are_within() {
        let domain: Domain = "sub.evil.example".parse().unwrap();
        assert!(domain.is_within("evil.example"));
        assert!(!domain.is_within("vil.example"));
        assert!(
            "evil.example:8080"
                .parse::<Domain>()
                .unwrap()
                .is_within("evil.example")
        );
    }

    #[test]
    fn handles_are_read_with_and_without_sigil() {
        for text in [
            "@ana@far.example",
            "!ana@far.example",
            "acct:ana@far.example",
            "ana@FAR.example",
        ] {
            assert_eq!(
                text.parse::<Handle>().unwrap().to_string(),
                "ana@far.example"
            );
        }
        assert_eq!("ana".parse::<Handle>().unwrap().domain, None);
        assert!("ana@".parse::<Handle>().is_err());
        assert!("a b".parse::<Handle>().is_err());
    }

    #[test]
    fn local_names_are_stricter() {
        assert!(Username::local("ana_1").is_ok());
        for name in ["", "a.b", "admin", "ADMIN", "аna", "a b", &"a".repeat(31)] {
            assert!(Username::local(name).is_err(), "{name}");
        }
    }
}
