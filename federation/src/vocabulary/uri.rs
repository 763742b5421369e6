//! The address of an object: one canonical spelling, so that two ids are equal when their
//! strings are. Whether a host may be contacted is not decided here but where fetching happens.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::refusal::{Refusal, Why};

/// The collection of everyone.
pub const AS_PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// The longest address that we read or store, in bytes.
pub const MAX_URI: usize = 2048;

/// Whether an address is the collection of everyone. Fixed names are read instead of expanded
/// JSON-LD, so the two compacted spellings are known here: `as:Public` (Pleroma in old versions,
/// bridges) and `Public` (Litepub contexts, Smithereen).
#[must_use]
pub fn is_public(address: &str) -> bool {
    matches!(address, AS_PUBLIC | "as:Public" | "Public")
}

/// An absolute http or https address in canonical form: at most 2,048 bytes, no user name in it,
/// lower-case A-label host without a trailing dot, no default port, dot segments resolved.
///
/// A fragment is kept: activities and keys are named by one (`https://a.example/u#follows/1`).
/// Ids of actors and statuses must not have one, see [`ObjectUri::has_fragment`].
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ObjectUri(Url);

impl ObjectUri {
    /// Reads an address.
    ///
    /// # Errors
    /// A [`Refusal`] without a field when it is not one of those described above.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let no = || Refusal::whole(Why::Expected("an http address"));
        if text.len() > MAX_URI {
            return Err(Refusal::whole(Why::TooLong));
        }
        // The URL parser drops tabs and line ends, trims spaces and turns backslashes: two
        // spellings that differ for every other server would become one.
        if text
            .chars()
            .any(|c| c.is_control() || c.is_whitespace() || c == '\\')
        {
            return Err(no());
        }
        // Nor are missing or further slashes before the host forgiven, as that parser does.
        let sound = text.split_once("://").is_some_and(|(scheme, after)| {
            ["http", "https"]
                .iter()
                .any(|s| scheme.eq_ignore_ascii_case(s))
                && !after.starts_with('/')
        });
        if !sound {
            return Err(no());
        }
        let Ok(mut url) = Url::parse(text) else {
            return Err(no());
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(no());
        }
        let Some(host) = url.host_str() else {
            return Err(no());
        };
        if let Some(bare) = host.strip_suffix('.') {
            let bare = bare.to_owned();
            if bare.is_empty() || bare.ends_with('.') || url.set_host(Some(&bare)).is_err() {
                return Err(no());
            }
        }
        if url.fragment() == Some("") {
            url.set_fragment(None);
        }
        if url.as_str().len() > MAX_URI {
            return Err(Refusal::whole(Why::TooLong));
        }
        Ok(Self(url))
    }

    /// The canonical spelling.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The parsed form.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// The host with its port where that is not the default one: the domain as handles and
    /// block lists write it.
    #[must_use]
    pub fn domain(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        match self.0.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// Whether the host is written as an IP address.
    #[must_use]
    pub fn is_literal(&self) -> bool {
        matches!(self.0.host(), Some(Host::Ipv4(_) | Host::Ipv6(_)))
    }

    /// Whether something follows a `#`.
    #[must_use]
    pub fn has_fragment(&self) -> bool {
        self.0.fragment().is_some()
    }

    /// The address without its fragment: what is fetched for a key id.
    #[must_use]
    pub fn without_fragment(&self) -> Self {
        let mut url = self.0.clone();
        url.set_fragment(None);
        Self(url)
    }
}

/// Whether two addresses belong to one server: same scheme, host and port (FEP-fe34).
#[must_use]
pub fn same_origin(a: &ObjectUri, b: &ObjectUri) -> bool {
    a.0.scheme() == b.0.scheme()
        && a.0.host_str() == b.0.host_str()
        && a.0.port_or_known_default() == b.0.port_or_known_default()
}

impl fmt::Display for ObjectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for ObjectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.as_str())
    }
}

impl TryFrom<String> for ObjectUri {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text)
    }
}

impl std::str::FromStr for ObjectUri {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        Self::parse(text)
    }
}

impl From<ObjectUri> for String {
    fn from(uri: ObjectUri) -> Self {
        uri.0.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str) -> String {
        ObjectUri::parse(text).unwrap().to_string()
    }

    #[test]
    fn one_address_has_one_spelling() {
        let one = "https://far.example/users/ana";
        for text in [
            one,
            "https://FAR.example/users/ana",
            "HTTPS://far.example:443/users/ana",
            "https://far.example./users/ana",
            "https://far.example/x/%2e%2e/users/./ana",
            "https://far.example/users/ana#",
        ] {
            assert_eq!(canonical(text), one, "{text}");
        }
        assert_eq!(
            canonical("https://bücher.example/ä"),
            "https://xn--bcher-kva.example/%C3%A4"
        );
        assert_eq!(
            canonical("http://far.example:8541/u#main-key"),
            "http://far.example:8541/u#main-key"
        );
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "/users/ana",
            "ap://did:key:z6Mk/1",
            "acct:ana@far.example",
            "https://ana@far.example/",
            "https://ana:pw@far.example/",
            "https://far.example/a b",
            " https://far.example/",
            "https://far.example\\@evil.example/",
            "https://far.example/\u{9}x",
            "https://./",
            "https://far.example../",
            "https:///x",
            "https:far.example/x",
            "https:/far.example/x",
            "https:far.example/?x=://",
            "javascript:alert(1)",
            "tag:far.example,2021:1",
        ] {
            assert!(ObjectUri::parse(text).is_err(), "{text}");
        }
        let long = format!("https://far.example/{}", "x".repeat(MAX_URI));
        assert_eq!(ObjectUri::parse(&long).unwrap_err().why, Why::TooLong);
        let grows = format!("https://far.example/{}", "ä".repeat(900));
        assert_eq!(ObjectUri::parse(&grows).unwrap_err().why, Why::TooLong);
    }

    #[test]
    fn origin_is_scheme_host_and_port() {
        let uri = |text| ObjectUri::parse(text).unwrap();
        let one = uri("https://far.example/a");
        assert!(same_origin(&one, &uri("https://far.example:443/b#c")));
        for other in [
            "http://far.example/a",
            "https://far.example:8443/a",
            "https://x.far.example/a",
        ] {
            assert!(!same_origin(&one, &uri(other)), "{other}");
        }
        assert_eq!(
            uri("http://far.example:8541/x").domain(),
            "far.example:8541"
        );
    }

    #[test]
    fn it_travels_as_a_string() {
        let uri: ObjectUri = serde_json::from_str("\"https://far.example:443/a\"").unwrap();
        assert_eq!(
            serde_json::to_string(&uri).unwrap(),
            "\"https://far.example/a\""
        );
        assert!(serde_json::from_str::<ObjectUri>("\"ftp://far.example/a\"").is_err());
    }
}
