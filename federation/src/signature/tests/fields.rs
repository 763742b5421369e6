//! Arbitrary headers, and the structured-field vectors of the HTTP working group where they are at
//! hand (they are read where they lie, see `BALAI_AP_SAMPLES`).

use std::path::PathBuf;

use base64::Engine as _;
use http::HeaderValue;
use proptest::prelude::{any, proptest};
use sfv::{Dictionary, List, ListEntry, Parser};

use super::{Form, NOW, bare, post, rsa};
use crate::signature::rfc9421::serialise;
use crate::signature::{digest, parse, verify};

proptest! {
    #[test]
    fn no_headers_break_the_reader(
        signature in proptest::collection::vec(any::<u8>(), 0..300),
        input in proptest::collection::vec(any::<u8>(), 0..300),
        digest_value in proptest::collection::vec(any::<u8>(), 0..100),
    ) {
        let mut request = bare();
        for (name, bytes) in [
            ("signature", signature),
            ("signature-input", input),
            ("digest", digest_value.clone()),
            ("content-digest", digest_value),
        ] {
            if let Ok(value) = HeaderValue::from_bytes(&bytes) {
                request.headers.insert(name, value);
            }
        }
        let _ = digest::check_digest(&request.headers, b"");
        let _ = digest::check_content_digest(&request.headers, b"");
        if let Ok(claim) = parse(&request.headers) {
            let _ = verify(&claim, &request.parts(), &rsa().public_key().unwrap(), NOW);
        }
    }

    #[test]
    fn no_near_miss_breaks_the_reader(
        at in 0usize..400,
        text in "[ -~]{0,20}",
        old in any::<bool>(),
    ) {
        let mut request = post(if old { Form::Cavage } else { Form::Rfc9421 });
        for name in ["signature", "signature-input", "digest", "content-digest", "date"] {
            let Some(value) = request.headers.get(name) else { continue };
            let mut changed = value.to_str().unwrap().to_owned();
            changed.insert_str(at.min(changed.len()), &text);
            request.headers.insert(name, HeaderValue::from_str(&changed).unwrap());
        }
        if let Ok(claim) = parse(&request.headers) {
            let _ = verify(&claim, &request.parts(), &rsa().public_key().unwrap(), NOW);
        }
    }
}

fn samples() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/ap-samples");
    let folder = std::env::var_os("BALAI_AP_SAMPLES").map_or(beside, PathBuf::from);
    let folder = folder.join("structured-field-tests");
    folder.is_dir().then_some(folder)
}

/// The last line of a signature base is an inner list, strictly serialised. Every inner list of the
/// vectors must come out of our serialiser as the working group says, and what they call broken must
/// not come in.
#[test]
fn inner_lists_are_serialised_as_the_working_group_says() {
    let Some(folder) = samples() else {
        eprintln!("skipped: no structured-field vectors here");
        return;
    };
    let (mut lists, mut broken) = (0, 0);
    for file in [
        "listlist",
        "param-listlist",
        "dictionary",
        "param-dict",
        "examples",
        "binary",
    ] {
        let text = std::fs::read_to_string(folder.join(format!("{file}.json"))).unwrap();
        let cases: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        for case in cases {
            let raw: Vec<&str> = case["raw"]
                .as_array()
                .unwrap()
                .iter()
                .map(|v| v.as_str().unwrap())
                .collect();
            let raw = raw.join(", ");
            let members: Result<Vec<ListEntry>, _> = match case["header_type"].as_str() {
                Some("list") => Parser::new(&raw).parse::<List>(),
                Some("dictionary") => Parser::new(&raw)
                    .parse::<Dictionary>()
                    .map(|d| d.into_values().collect()),
                _ => continue,
            };
            if case["must_fail"] == true {
                assert!(members.is_err(), "{raw}");
                broken += 1;
                continue;
            }
            if case["can_fail"] == true {
                continue;
            }
            let canonical = case.get("canonical").map_or(raw.clone(), |lines| {
                lines[0].as_str().unwrap_or_default().to_owned()
            });
            for member in members.unwrap() {
                if let ListEntry::InnerList(list) = member {
                    let ours = serialise(&list).unwrap();
                    assert!(canonical.contains(&ours), "{ours} is not in {canonical}");
                    lists += 1;
                }
            }
        }
    }
    assert!(
        lists >= 25 && broken >= 15,
        "{lists} lists, {broken} broken"
    );
}

/// Byte sequences are what signatures and digests come in.
#[test]
fn byte_sequences_are_read_as_the_working_group_says() {
    let Some(folder) = samples() else {
        eprintln!("skipped: no structured-field vectors here");
        return;
    };
    let text = std::fs::read_to_string(folder.join("binary.json")).unwrap();
    let cases: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    for case in cases {
        let raw = case["raw"][0].as_str().unwrap();
        let mut request = bare();
        request.set("content-digest", &format!("sha-256={raw}"));
        let body = b"hello";
        let judged = digest::check_content_digest(&request.headers, body);
        // The vectors spell "hello"; none of them is a hash of anything.
        assert!(judged.is_err(), "{raw}");
        if case["must_fail"] == true {
            assert_eq!(judged, super::refused(super::Reason::NoDigest), "{raw}");
        }
    }
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, b"hello");
    let mut request = bare();
    let value = super::STANDARD.encode(hash);
    request.set("content-digest", &format!("sha-256=:{value}:"));
    assert_eq!(
        digest::check_content_digest(&request.headers, b"hello"),
        Ok(())
    );
}
