//! What we sign we accept, in both forms and with both kinds of keys; and nothing that was changed
//! on the way.

use super::{
    BODY, Form, KEY_ID, Method, NOW, Options, Reason, Request, Url, ed25519, refused, rsa,
    sign_rfc9421, signed,
};
use crate::signature::{check, parse};

const FORMS: [Form; 2] = [Form::Cavage, Form::Rfc9421];

#[test]
fn both_forms_and_both_kinds_of_keys_are_verified() {
    for form in FORMS {
        for key in [rsa(), ed25519()] {
            for address in [
                "https://home.example/inbox",
                "https://home.example/g/garden?page=true&min_id=0",
                "https://home.example/",
            ] {
                for method in [Method::POST, Method::GET] {
                    let request = signed(form, &method, address, key);
                    let claim = parse(&request.headers).unwrap();
                    assert_eq!((claim.form, claim.key_id.as_str()), (form, KEY_ID));
                    check(&claim, &request.parts(), NOW).unwrap();
                    request.judge_with(key).unwrap();
                }
            }
        }
    }
}

#[test]
fn another_key_does_not_fit() {
    for form in FORMS {
        let request = signed(form, &Method::POST, "https://home.example/inbox", ed25519());
        assert_eq!(request.judge_with(rsa()), refused(Reason::Invalid));
        let request = signed(form, &Method::POST, "https://home.example/inbox", rsa());
        let judged = request.judge_with(ed25519());
        let why = match form {
            // The cavage form names its algorithm.
            Form::Cavage => Reason::Algorithm,
            Form::Rfc9421 => Reason::Invalid,
        };
        assert_eq!(judged, refused(why));
    }
}

#[test]
fn the_set_of_rfc9421_is_that_of_mastodon() {
    let request = signed(
        Form::Rfc9421,
        &Method::POST,
        "https://home.example/inbox",
        rsa(),
    );
    assert_eq!(
        request.headers["signature-input"],
        format!(
            "sig1=(\"@method\" \"@target-uri\" \"content-digest\");created=1790000000;keyid=\"{KEY_ID}\""
        )
    );
    let request = signed(
        Form::Cavage,
        &Method::POST,
        "https://home.example/inbox",
        rsa(),
    );
    let header = request.headers["signature"].to_str().unwrap();
    assert!(
        header.contains("headers=\"(request-target) host date digest content-type\""),
        "{header}"
    );
    assert!(header.contains("algorithm=\"rsa-sha256\""), "{header}");
}

#[test]
fn the_options_of_rfc9421_are_understood_too() {
    let url = Url::parse("https://home.example/inbox").unwrap();
    for key in [rsa(), ed25519()] {
        let options = Options {
            name_algorithm: true,
            expires_in: Some(300),
        };
        let headers =
            sign_rfc9421(&Method::POST, &url, Some(BODY), KEY_ID, key, NOW, options).unwrap();
        let request = Request {
            method: Method::POST,
            target: "/inbox".to_owned(),
            headers,
            body: Some(BODY.to_vec()),
        };
        request.judge_with(key).unwrap();
        let public = key.public_key().unwrap();
        let late = request.judge(&public, NOW.plus(300_000));
        assert_eq!(late, refused(Reason::Expired));
        let other = if key.kind() == rsa().kind() {
            ed25519()
        } else {
            rsa()
        };
        assert_eq!(request.judge_with(other), refused(Reason::Algorithm));
    }
}

#[test]
fn every_flipped_byte_is_noticed() {
    for form in FORMS {
        for key in [rsa(), ed25519()] {
            let good = signed(form, &Method::POST, "https://home.example/inbox?a=b", key);
            for at in 0..BODY.len() {
                let mut bad = good.clone();
                bad.body.as_mut().unwrap()[at] ^= 1;
                assert_eq!(bad.judge_with(key), refused(Reason::WrongDigest));
            }
            flip_headers(&good, |bad| bad.judge_with(key).is_err());
            for target in [
                "/inbox?a=c",
                "/inbo?a=b",
                "/inbox?",
                "/Inbox?a=b",
                "/inbox?a=b&",
                "//inbox?a=b",
            ] {
                let mut bad = good.clone();
                target.clone_into(&mut bad.target);
                assert!(bad.judge_with(key).is_err(), "{target}");
            }
            let mut bad = good.clone();
            bad.method = Method::PUT;
            assert_eq!(bad.judge_with(key), refused(Reason::Invalid));
            let mut bad = good.clone();
            bad.body = None;
            assert_eq!(bad.judge_with(key), refused(Reason::WrongDigest));
        }
    }
}

/// Changes each byte of each covered header in turn.
fn flip_headers(good: &Request, noticed: impl Fn(&Request) -> bool) {
    for (name, value) in &good.headers {
        // RFC 9421 covers neither of these; the digest covers what matters of the body.
        let covered =
            good.headers.contains_key("digest") || (name != "content-type" && name != "date");
        if !covered || name == "signature" || name == "signature-input" {
            continue;
        }
        for at in 0..value.len() {
            let mut bytes = value.as_bytes().to_vec();
            bytes[at] ^= 1;
            let Ok(changed) = http::HeaderValue::from_bytes(&bytes) else {
                continue;
            };
            let mut bad = good.clone();
            bad.headers.insert(name.clone(), changed);
            assert!(noticed(&bad), "{name}: {}", String::from_utf8_lossy(&bytes));
        }
    }
}

#[test]
fn every_changed_character_of_the_signature_itself_is_noticed() {
    for form in FORMS {
        let good = signed(form, &Method::POST, "https://home.example/inbox", ed25519());
        for name in ["signature", "signature-input"] {
            let Some(value) = good.headers.get(name) else {
                continue;
            };
            // The name `algorithm` is not signed: without it the key decides, to the same effect.
            let text = value.to_str().unwrap();
            let unsigned = text.find("algorithm").map_or(0..0, |at| at..at + 9);
            for at in (0..value.len()).filter(|at| !unsigned.contains(at)) {
                let mut bytes = value.as_bytes().to_vec();
                bytes[at] = if bytes[at].is_ascii_uppercase() {
                    b'x'
                } else {
                    b'B'
                };
                let mut bad = good.clone();
                bad.headers
                    .insert(name, http::HeaderValue::from_bytes(&bytes).unwrap());
                let judged = parse(&bad.headers).and_then(|claim| {
                    // The key id is how the key is found; another one finds another key.
                    if claim.key_id == KEY_ID {
                        let key = ed25519().public_key().unwrap();
                        crate::signature::verify(&claim, &bad.parts(), &key, NOW)
                    } else {
                        refused(Reason::Invalid)
                    }
                });
                assert!(
                    judged.is_err(),
                    "{name} at {at}: {}",
                    String::from_utf8_lossy(&bytes)
                );
            }
        }
    }
}

#[test]
fn a_target_signed_without_its_query_is_accepted_in_the_old_form_only() {
    let with_query = "https://home.example/users/a/outbox?page=true";
    let without = "https://home.example/users/a/outbox";
    for (form, accepted) in [(Form::Cavage, true), (Form::Rfc9421, false)] {
        let mut request = signed(form, &Method::GET, without, rsa());
        "/users/a/outbox?page=true".clone_into(&mut request.target);
        assert_eq!(request.judge_with(rsa()).is_ok(), accepted);
        let mut request = signed(form, &Method::GET, with_query, rsa());
        "/users/a/outbox".clone_into(&mut request.target);
        assert_eq!(request.judge_with(rsa()), refused(Reason::Invalid));
    }
}

#[test]
fn a_key_id_that_would_break_out_of_its_quotes_is_not_signed_with() {
    let url = Url::parse("https://home.example/inbox").unwrap();
    for id in ["a\"b", "a\\", "a b", "a\nb", "é"] {
        let key = ed25519();
        assert!(super::sign_cavage(&Method::GET, &url, None, id, key, NOW).is_err());
        let options = Options::default();
        assert!(sign_rfc9421(&Method::GET, &url, None, id, key, NOW, options).is_err());
    }
}
