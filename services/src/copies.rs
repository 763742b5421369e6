//! The addresses of copies of what lies elsewhere: a keyed hash and the address itself. Only what we
//! handed out is ever fetched (threats, row 70), and nobody can guess the address of a copy.

use std::sync::Arc;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use url::Url;

/// The longest address that is fetched.
const MOST: usize = 2048;
/// Where copies are asked for.
const PATH: &str = "/media/proxy/";

/// The secret that makes the addresses of copies ours.
#[derive(Clone)]
pub struct CopyKey(Arc<hmac::Key>);

impl std::fmt::Debug for CopyKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CopyKey")
    }
}

impl Default for CopyKey {
    /// One that everyone knows, until the server has read its own.
    fn default() -> Self {
        Self::new(&[0; 32])
    }
}

impl CopyKey {
    /// From the secret of this server.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        Self(Arc::new(hmac::Key::new(hmac::HMAC_SHA256, secret)))
    }

    /// 128 bits that nobody else can compute.
    pub(crate) fn key(&self, address: &str) -> String {
        let tag = hmac::sign(&self.0, address.as_bytes());
        hex::encode(tag.as_ref().get(..16).unwrap_or_default())
    }

    /// The path of the copy of this address; `None` for what is never fetched.
    pub(crate) fn path(&self, address: &str) -> Option<String> {
        let web = address.starts_with("https://") || address.starts_with("http://");
        if !web || address.len() > MOST || address.contains(char::is_control) {
            return None;
        }
        let key = self.key(address);
        Some(format!("{PATH}{key}/{}", URL_SAFE_NO_PAD.encode(address)))
    }

    /// The address in a path of ours; `None` where it is not ours, or leads to a copy of a copy
    /// (threats, row 78).
    pub(crate) fn read(&self, key: &str, address: &str) -> Option<Url> {
        let address = URL_SAFE_NO_PAD.decode(address).ok()?;
        let address = String::from_utf8(address).ok()?;
        if !is_same(&self.key(&address), key) {
            return None;
        }
        let url = Url::parse(&address).ok()?;
        (!url.path().starts_with(PATH)).then_some(url)
    }
}

/// Compares what is secret with what was said, in the same time whatever was said.
pub(crate) fn is_same(secret: &str, said: &str) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(secret.as_bytes(), said.as_bytes()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_we_handed_out_is_read() {
        let ours = CopyKey::new(b"ours");
        let path = ours.path("https://far.example/a b.png?x=1").unwrap();
        let mut parts = path.strip_prefix(PATH).unwrap().split('/');
        let (key, address) = (parts.next().unwrap(), parts.next().unwrap());
        assert_eq!(parts.next(), None);
        assert_eq!(
            ours.read(key, address).unwrap().as_str(),
            "https://far.example/a%20b.png?x=1"
        );
        let elsewhere = URL_SAFE_NO_PAD.encode("https://far.example/b.png");
        assert_eq!(ours.read(key, &elsewhere), None);
        assert_eq!(CopyKey::new(b"theirs").read(key, address), None);
        assert_eq!(ours.read("", address), None);

        let nested = ours.path("https://near.example/media/proxy/0/a").unwrap();
        let mut parts = nested.strip_prefix(PATH).unwrap().split('/');
        assert_eq!(
            ours.read(parts.next().unwrap(), parts.next().unwrap()),
            None
        );
        let long = format!("https://far.example/{}", "a".repeat(3000));
        for address in [
            "",
            "javascript:1",
            "data:image/png;base64,",
            "ftp://x/",
            &long,
        ] {
            assert_eq!(ours.path(address), None, "{address}");
        }
    }
}
