//! Keys in actor documents and key documents: `publicKey` in PEM, and Multikeys of
//! `assertionMethod` (FEP-521a). Decoding them and checking owners belongs to signatures.

use serde_json::Value;

use super::super::lenient::{Fields, link};
use super::super::refusal::{Refusal, Why};
use super::super::uri::ObjectUri;

/// The most keys of one actor, as Mastodon reads them.
const MAX_KEYS: usize = 10;
/// The longest PEM text: an RSA key of 8,192 bits has 1,500 bytes.
const MAX_PEM: usize = 4096;
/// The longest key in multibase.
const MAX_MULTIBASE: usize = 4096;

/// A key in PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// Its id: with a fragment at most servers, without at `GoToSocial`.
    pub id: ObjectUri,
    /// The actor whose key it is, by the key's word.
    pub owner: Option<ObjectUri>,
    /// The key, `SubjectPublicKeyInfo` or PKCS#1 in PEM.
    pub pem: String,
}

/// A key in multibase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Multikey {
    /// Its id.
    pub id: ObjectUri,
    /// The actor whose key it is, by the key's word.
    pub controller: Option<ObjectUri>,
    /// The key, base58-btc with its multicodec prefix.
    pub multibase: String,
}

impl PublicKey {
    /// Reads a key: a member of an actor, or a document of its own (`GoToSocial` serves a stub
    /// actor, others the bare key).
    ///
    /// # Errors
    /// A [`Refusal`] that names the field.
    pub fn read(value: &Value) -> Result<Self, Refusal> {
        let fields = Fields::of(value)?;
        let missing = || Refusal::new("publicKeyPem", Why::Missing);
        let Some(pem) = fields.whole_text("publicKeyPem", MAX_PEM)? else {
            return Err(missing());
        };
        Ok(Self {
            id: fields.required_link("id")?,
            owner: fields.link("owner").or_else(|| fields.link("controller")),
            pem,
        })
    }
}

impl Multikey {
    /// Reads a key of type `Multikey`.
    ///
    /// # Errors
    /// A [`Refusal`] that names the field.
    pub fn read(value: &Value) -> Result<Self, Refusal> {
        let fields = Fields::of(value)?;
        let kind = fields.kind()?;
        if kind != "Multikey" {
            return Err(Refusal::unknown_type("", kind));
        }
        let Some(multibase) = fields.whole_text("publicKeyMultibase", MAX_MULTIBASE)? else {
            return Err(Refusal::new("publicKeyMultibase", Why::Missing));
        };
        Ok(Self {
            id: fields.required_link("id")?,
            controller: fields.get("controller").and_then(link),
            multibase,
        })
    }
}

/// One object or a list of them. A bare address would have to be fetched, and is no key yet.
pub(super) fn public_keys(fields: Fields<'_>) -> Vec<PublicKey> {
    let list = fields.many("publicKey").iter().take(MAX_KEYS);
    list.filter_map(|v| PublicKey::read(v).ok()).collect()
}

pub(super) fn multikeys(fields: Fields<'_>) -> Vec<Multikey> {
    let list = fields.many("assertionMethod").iter().take(MAX_KEYS);
    list.filter_map(|v| Multikey::read(v).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_come_alone_or_in_lists() {
        let key = json!({"id": "https://far.example/u#main-key",
            "owner": "https://far.example/u", "publicKeyPem": "-----BEGIN"});
        let multi = json!({"id": "https://far.example/u#ed25519-key", "type": "Multikey",
            "controller": "https://far.example/u", "publicKeyMultibase": "z6Mk"});
        let value = json!({"publicKey": key, "assertionMethod": [multi, "https://far.example/k"]});
        let fields = Fields::of(&value).unwrap();
        assert_eq!(public_keys(fields).len(), 1);
        assert_eq!(multikeys(fields).len(), 1);
        let value = json!({"publicKey": vec![key; 50]});
        assert_eq!(public_keys(Fields::of(&value).unwrap()).len(), MAX_KEYS);
        let value = json!({"publicKey": "https://far.example/key"});
        assert!(public_keys(Fields::of(&value).unwrap()).is_empty());
    }

    #[test]
    fn a_key_without_a_key_is_refused() {
        let why = |v: Value| PublicKey::read(&v).unwrap_err().to_string();
        assert_eq!(
            why(json!({"id": "https://far.example/k"})),
            "publicKeyPem: missing"
        );
        assert_eq!(why(json!({"publicKeyPem": "x"})), "id: missing");
        assert_eq!(
            why(json!({"publicKeyPem": "x".repeat(5000)})),
            "publicKeyPem: too long"
        );
    }
}
