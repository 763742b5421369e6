//! FEP-8b32: an Ed25519 proof inside a document (`eddsa-jcs-2022`), which survives being forwarded.
//! Making one and verifying one, given the key. Contexts are compared as they stand and never
//! fetched. Whether the key belongs to the author is asked elsewhere.

use aws_lc_rs::digest::{SHA256, digest};
use model::Millis;
use serde_json::{Map, Value, json};

use super::keys::base58;
use super::{KeyKind, PrivateKey, PublicKey};

const CRYPTOSUITE: &str = "eddsa-jcs-2022";

/// Why a document's proof is not accepted, or cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The document is no object.
    #[error("only an object can carry a proof")]
    NoObject,
    /// The document has no proof of the one kind that is understood.
    #[error("the document has no proof that is understood")]
    NoProof,
    /// The proof lacks a part or has one of a wrong shape.
    #[error("the proof cannot be read")]
    Malformed,
    /// The proof was made for other contexts than the document has.
    #[error("the proof is for other contexts")]
    Context,
    /// The proof is meant for something else than to assert.
    #[error("the proof has another purpose")]
    Purpose,
    /// The proof is from the future, or has no readable date.
    #[error("the proof has no believable date")]
    Date,
    /// A key of another kind than Ed25519.
    #[error("the key is not an Ed25519 key")]
    Key,
    /// The mathematics do not agree.
    #[error("the proof does not fit the document and the key")]
    Invalid,
}

/// The identifier of the key that a document's proof names, so that it can be looked for.
///
/// # Errors
/// [`ProofError::NoProof`] or [`ProofError::Malformed`].
pub fn verification_method(document: &Value) -> Result<&str, ProofError> {
    proof_of(document)?
        .get("verificationMethod")
        .and_then(Value::as_str)
        .filter(|id| !id.is_empty())
        .ok_or(ProofError::Malformed)
}

/// Adds a proof to a document; an older one is replaced.
///
/// # Errors
/// [`ProofError::Key`] for another key than Ed25519, [`ProofError::NoObject`] for another value.
pub fn add(
    document: &mut Value,
    key: &PrivateKey,
    verification_method: &str,
    now: Millis,
) -> Result<(), ProofError> {
    if key.kind() != KeyKind::Ed25519 {
        return Err(ProofError::Key);
    }
    let document = document.as_object_mut().ok_or(ProofError::NoObject)?;
    document.remove("proof");
    let mut proof = Map::new();
    if let Some(context) = document.get("@context") {
        proof.insert("@context".to_owned(), context.clone());
    }
    proof.insert("type".to_owned(), json!("DataIntegrityProof"));
    proof.insert("cryptosuite".to_owned(), json!(CRYPTOSUITE));
    proof.insert("created".to_owned(), json!(now.iso_seconds()));
    proof.insert("verificationMethod".to_owned(), json!(verification_method));
    proof.insert("proofPurpose".to_owned(), json!("assertionMethod"));
    let signature = key
        .sign(&message(&proof, document)?)
        .or(Err(ProofError::Key))?;
    let value = format!("z{}", base58::encode(&signature));
    proof.insert("proofValue".to_owned(), Value::String(value));
    document.insert("proof".to_owned(), Value::Object(proof));
    Ok(())
}

/// Whether the holder of this key made this document as it stands.
///
/// # Errors
/// The rule that is broken.
pub fn verify(document: &Value, key: &PublicKey, now: Millis) -> Result<(), ProofError> {
    if key.kind() != KeyKind::Ed25519 {
        return Err(ProofError::Key);
    }
    let mut config = proof_of(document)?.clone();
    let text = |name: &str| config.get(name).and_then(Value::as_str);
    if text("type") != Some("DataIntegrityProof") {
        return Err(ProofError::NoProof);
    }
    if text("proofPurpose") != Some("assertionMethod") {
        return Err(ProofError::Purpose);
    }
    let created = text("created").and_then(Millis::parse);
    if created.is_none_or(|at| at > now.plus(super::MAX_AHEAD)) {
        return Err(ProofError::Date);
    }
    let signature = match config.remove("proofValue") {
        Some(Value::String(value)) => value.strip_prefix('z').and_then(base58::decode),
        _ => None,
    };
    let signature = signature.ok_or(ProofError::Malformed)?;
    let mut document = document.as_object().ok_or(ProofError::NoObject)?.clone();
    document.remove("proof");
    match (config.get("@context"), document.get("@context")) {
        (Some(signed), Some(present)) => {
            // The document may have gained contexts at the end since; they are not signed.
            if !starts_with(present, signed) {
                return Err(ProofError::Context);
            }
            document.insert("@context".to_owned(), signed.clone());
        }
        (Some(_), None) => return Err(ProofError::Context),
        (None, Some(present)) => {
            // Mitra signs the proof as it stands; Fedify signs it with the document's contexts and
            // then sends it without them.
            let mut with_context = config.clone();
            with_context.insert("@context".to_owned(), present.clone());
            if key.verify(&message(&with_context, &document)?, &signature) {
                return Ok(());
            }
        }
        (None, None) => {}
    }
    if key.verify(&message(&config, &document)?, &signature) {
        Ok(())
    } else {
        Err(ProofError::Invalid)
    }
}

/// The first proof of our kind; a document may carry several.
fn proof_of(document: &Value) -> Result<&Map<String, Value>, ProofError> {
    let document = document.as_object().ok_or(ProofError::NoObject)?;
    let proof = document.get("proof").ok_or(ProofError::NoProof)?;
    let list = match proof {
        Value::Array(list) => list.as_slice(),
        single => std::slice::from_ref(single),
    };
    list.iter()
        .filter_map(Value::as_object)
        .find(|proof| proof.get("cryptosuite").and_then(Value::as_str) == Some(CRYPTOSUITE))
        .ok_or(ProofError::NoProof)
}

/// What is signed: the hash of the proof's own parts, then that of the document without its proof.
fn message(
    config: &Map<String, Value>,
    document: &Map<String, Value>,
) -> Result<Vec<u8>, ProofError> {
    let mut message = Vec::with_capacity(64);
    for part in [config, document] {
        let canonical = serde_json_canonicalizer::to_vec(part).or(Err(ProofError::Malformed))?;
        message.extend_from_slice(digest(&SHA256, &canonical).as_ref());
    }
    Ok(message)
}

/// Whether one context begins with all of another, in order.
fn starts_with(present: &Value, signed: &Value) -> bool {
    let list = |value: &Value| match value {
        Value::Array(list) => list.clone(),
        single => vec![single.clone()],
    };
    present == signed || list(present).starts_with(&list(signed))
}

#[cfg(test)]
mod tests {
    use super::{ProofError, add, message, verification_method, verify};
    use crate::signature::keys::base58;
    use crate::signature::{KeyKind, PrivateKey};
    use model::Millis;
    use serde_json::{Value, json};

    const NOW: Millis = Millis(1_790_000_000_000);
    const METHOD: &str = "https://a.example/users/a#ed25519-key";

    fn key() -> PrivateKey {
        PrivateKey::ed25519_from_seed(&[7; 32]).unwrap()
    }

    fn note() -> Value {
        json!({
            "@context": ["https://www.w3.org/ns/activitystreams", {"k": "https://k.example/"}],
            "id": "https://a.example/notes/1",
            "type": "Note",
            "content": "Selamat pagi, \u{1f331}",
            "n": [1, 2.5, true, null],
        })
    }

    fn signed() -> Value {
        let mut document = note();
        add(&mut document, &key(), METHOD, NOW).unwrap();
        document
    }

    fn judge(document: &Value) -> Result<(), ProofError> {
        verify(document, &key().public_key().unwrap(), NOW)
    }

    #[test]
    fn what_is_signed_is_verified_however_it_is_spelt() {
        let document = signed();
        assert_eq!(judge(&document), Ok(()));
        assert_eq!(verification_method(&document), Ok(METHOD));
        // Another order and other spaces and escapes are the same document.
        let text = serde_json::to_string_pretty(&document).unwrap();
        let text = text
            .replace("Selamat", "\\u0053elamat")
            .replace("2.5", "25e-1");
        assert_eq!(judge(&serde_json::from_str(&text).unwrap()), Ok(()));
        let mut twice = document.clone();
        add(&mut twice, &key(), METHOD, NOW).unwrap();
        assert_eq!(twice, document);
        let mut listed = document.clone();
        listed["proof"] = json!([{"type": "Other"}, document["proof"]]);
        assert_eq!(judge(&listed), Ok(()));
    }

    #[test]
    fn every_change_breaks_the_proof() {
        let changes: [(&str, Value, ProofError); 12] = [
            ("/content", json!("Selamat malam"), ProofError::Invalid),
            (
                "/id",
                json!("https://a.example/notes/2"),
                ProofError::Invalid,
            ),
            ("/n/0", json!(2), ProofError::Invalid),
            (
                "/@context/0",
                json!("https://evil.example/"),
                ProofError::Context,
            ),
            (
                "/proof/@context",
                json!("https://evil.example/"),
                ProofError::Context,
            ),
            (
                "/proof/created",
                json!("2026-01-01T00:00:00Z"),
                ProofError::Invalid,
            ),
            (
                "/proof/created",
                json!("2099-01-01T00:00:00Z"),
                ProofError::Date,
            ),
            ("/proof/created", json!(5), ProofError::Date),
            (
                "/proof/proofPurpose",
                json!("authentication"),
                ProofError::Purpose,
            ),
            (
                "/proof/verificationMethod",
                json!("https://b.example/"),
                ProofError::Invalid,
            ),
            (
                "/proof/cryptosuite",
                json!("eddsa-rdfc-2022"),
                ProofError::NoProof,
            ),
            ("/proof/proofValue", json!("zabc0"), ProofError::Malformed),
        ];
        for (pointer, value, why) in changes {
            let mut document = signed();
            *document.pointer_mut(pointer).unwrap() = value;
            assert_eq!(judge(&document), Err(why), "{pointer}");
        }
        let mut extended = signed();
        extended["summary"] = json!("x");
        assert_eq!(judge(&extended), Err(ProofError::Invalid));
        assert_eq!(judge(&note()), Err(ProofError::NoProof));
        assert_eq!(judge(&json!([])), Err(ProofError::NoObject));
    }

    #[test]
    fn a_context_added_at_the_end_is_outside_the_proof() {
        let mut document = signed();
        let contexts = document["@context"].as_array_mut().unwrap();
        contexts.push(json!("https://more.example/"));
        assert_eq!(judge(&document), Ok(()));
    }

    #[test]
    fn both_habits_of_leaving_the_context_away_are_understood() {
        // Fedify: signed with the document's contexts, sent without.
        let mut fedify = signed();
        fedify["proof"].as_object_mut().unwrap().remove("@context");
        assert_eq!(judge(&fedify), Ok(()));
        // Mitra: signs its proof without contexts, too.
        let mut mitra = signed();
        let mut config = mitra["proof"].as_object().unwrap().clone();
        config.remove("@context");
        config.remove("proofValue");
        let signature = key()
            .sign(&message(&config, note().as_object().unwrap()).unwrap())
            .unwrap();
        config.insert(
            "proofValue".to_owned(),
            json!(format!("z{}", base58::encode(&signature))),
        );
        mitra["proof"] = Value::Object(config);
        assert_eq!(judge(&mitra), Ok(()));
        mitra["@context"] = json!("https://www.w3.org/ns/activitystreams");
        assert_eq!(judge(&mitra), Err(ProofError::Invalid));
    }

    #[test]
    fn only_the_right_key_fits() {
        let other = PrivateKey::ed25519_from_seed(&[8; 32]).unwrap();
        let judged = verify(&signed(), &other.public_key().unwrap(), NOW);
        assert_eq!(judged, Err(ProofError::Invalid));
        let rsa = PrivateKey::generate_rsa().unwrap();
        assert_eq!(rsa.kind(), KeyKind::Rsa);
        assert_eq!(add(&mut note(), &rsa, METHOD, NOW), Err(ProofError::Key));
        let judged = verify(&signed(), &rsa.public_key().unwrap(), NOW);
        assert_eq!(judged, Err(ProofError::Key));
    }

    /// The example of FEP-8b32, with the test key of the W3C's specification.
    #[test]
    fn the_example_of_the_fep_has_the_signature_that_the_fep_says() {
        let secret = base58::decode("3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq").unwrap();
        let seed = secret.last_chunk().unwrap();
        let key = PrivateKey::ed25519_from_seed(seed).unwrap();
        let public = key.public_key().unwrap();
        assert_eq!(
            public.to_multikey(),
            "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
        );
        let mut document = json!({
            "@context": [
                "https://www.w3.org/ns/activitystreams",
                "https://w3id.org/security/data-integrity/v1",
            ],
            "id": "https://server.example/activities/1",
            "type": "Create",
            "actor": "https://server.example/users/alice",
            "object": {
                "id": "https://server.example/objects/1",
                "type": "Note",
                "attributedTo": "https://server.example/users/alice",
                "content": "Hello world",
                "location": {
                    "type": "Place",
                    "longitude": -71.184902,
                    "latitude": 25.273962,
                },
            },
        });
        let method = "https://server.example/users/alice#ed25519-key";
        let at = Millis::parse("2023-02-24T23:36:38Z").unwrap();
        add(&mut document, &key, method, at).unwrap();
        assert_eq!(
            document["proof"]["proofValue"],
            "zLaewdp4H9kqtwyrLatK4cjY5oRHwVcw4gibPSUDYDMhi4M49v8pcYk3ZB6D69dNpAPbUmY8ocuJ3m9KhKJEEg7z"
        );
        assert_eq!(verify(&document, &public, NOW), Ok(()));
    }
}
