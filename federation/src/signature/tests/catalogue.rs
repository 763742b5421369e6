//! The hostile catalogue, as far as it concerns signatures: each row is a request and the answer that
//! is expected of us.

use http::StatusCode;

use super::{
    BODY, Form, KEY_ID, NOW, Reason, Request, bare, cavage, date, digest, ed25519, post, refused,
    rfc9421, rsa, seconds,
};
use crate::signature::{SignatureError, parse};

const ALL: &str = "(request-target) host date digest";
const ALL_NEW: &str = "@method @target-uri content-digest";

fn created(offset: i64) -> String {
    format!(";created={}", seconds(offset))
}

/// Rows 1 and 2: no signature, or none that can be read, is 401.
#[test]
fn unsigned_and_unreadable_requests_are_unauthorised() {
    assert_eq!(parse(&bare().headers).unwrap_err().reason, Reason::Missing);
    let long = format!("keyId=\"{}\",signature=\"AAEC\"", "a".repeat(64 * 1024));
    let many: String = (0..200).map(|n| format!("p{n}=\"x\",")).collect();
    for value in [
        "keyId=",
        "keyId=\"a\"",
        "\"\"\"",
        "sig1=:AAEC:",
        "",
        &long,
        &many,
    ] {
        let mut request = bare();
        request.set("signature", value);
        let error = parse(&request.headers).unwrap_err();
        assert_eq!(error.status(), StatusCode::UNAUTHORIZED, "{value:.80}");
    }
    let mut bytes = bare();
    let not_ascii = http::HeaderValue::from_bytes(b"keyId=\"\xff\",signature=\"AAEC\"").unwrap();
    bytes.headers.insert("signature", not_ascii);
    assert_eq!(parse(&bytes.headers).unwrap_err().reason, Reason::Malformed);
}

/// Rows 3 and 4: the digest must be there, covered, and that of the body.
#[test]
fn a_body_without_its_digest_is_refused() {
    let request = cavage(bare(), "(request-target) host date", "", rsa());
    assert_eq!(
        request.judge_with(rsa()),
        refused(Reason::NotCovered("digest"))
    );
    let request = rfc9421(bare(), "@method @target-uri", &created(0), rsa());
    assert_eq!(
        request.judge_with(rsa()),
        refused(Reason::NotCovered("content-digest"))
    );
    for (form, header) in [(Form::Cavage, "digest"), (Form::Rfc9421, "content-digest")] {
        let mut absent = post(form);
        absent.headers.remove(header);
        assert_eq!(absent.judge_with(rsa()), refused(Reason::NoDigest));
        let mut replaced = post(form);
        replaced.body = Some(b"{\"type\":\"Delete\"}".to_vec());
        assert_eq!(replaced.judge_with(rsa()), refused(Reason::WrongDigest));
        replaced.set("digest", &digest::digest(b"{\"type\":\"Delete\"}"));
        replaced.set(
            "content-digest",
            &digest::content_digest(b"{\"type\":\"Delete\"}"),
        );
        assert_eq!(replaced.judge_with(rsa()), refused(Reason::Invalid));
    }
    // The digest of the other form is no substitute.
    let request = cavage(
        bare(),
        "(request-target) host date content-digest",
        "",
        rsa(),
    );
    assert_eq!(
        request.judge_with(rsa()),
        refused(Reason::NotCovered("digest"))
    );
}

/// Row 5: what must be single and is not, is 400 before anything else.
#[test]
fn doubled_headers_are_bad_requests() {
    for (form, names) in [
        (Form::Cavage, &["digest", "signature", "host", "date"][..]),
        (Form::Rfc9421, &["content-digest", "host"][..]),
    ] {
        for name in names {
            let mut request = post(form);
            let value = request.headers[*name].to_str().unwrap().to_owned();
            request.add(name, &value);
            bad_request(&request, Reason::Duplicate);
        }
    }
    let mut request = post(Form::Cavage);
    request.add("content-length", "15");
    request.add("content-length", "16");
    bad_request(&request, Reason::Duplicate);
    let mut request = post(Form::Cavage);
    request.set("digest", "SHA-256=x,SHA-256=y");
    bad_request(&request, Reason::Duplicate);
    let mut request = post(Form::Rfc9421);
    request.set("content-digest", "sha-256=:AAAA:,sha-256=:AAAB:");
    bad_request(&request, Reason::Duplicate);
}

/// Row 13: two authorisations that differ.
#[test]
fn contradicting_authorisations_are_bad_requests() {
    let mut request = post(Form::Cavage);
    request.set("authorization", "Signature keyId=\"https://evil.example/\"");
    bad_request(&request, Reason::Contradiction);
    let same = request.headers["signature"].to_str().unwrap().to_owned();
    request.set("authorization", &format!("signature {same}"));
    assert_eq!(request.judge_with(rsa()), Ok(()));
    // What a proxy adds for itself is none of our business.
    request.set("authorization", "Basic YTpi");
    assert_eq!(request.judge_with(rsa()), Ok(()));
}

fn bad_request(request: &Request, reason: Reason) {
    let error = parse(&request.headers).unwrap_err();
    assert_eq!(error, SignatureError::from(reason));
    assert_eq!(error.status(), StatusCode::BAD_REQUEST);
}

/// Rows 6 and 7: the window, its edges, and dates that are none.
#[test]
fn signatures_are_accepted_within_the_window_only() {
    let table = [
        (-2 * 3600 - 60, refused(Reason::TooOld)),
        (-2 * 3600 + 60, Ok(())),
        (-60, Ok(())),
        (29 * 60, Ok(())),
        (31 * 60, refused(Reason::TooNew)),
        (73 * 365 * 24 * 3600, refused(Reason::TooNew)),
    ];
    for (offset, expected) in table {
        let mut request = bare();
        request.set("date", &date::format(NOW.plus(offset * 1000)));
        let dated = cavage(request, ALL, "", rsa());
        assert_eq!(dated.judge_with(rsa()), expected, "date {offset}");

        let at = seconds(offset);
        let names = "(request-target) (created) host digest";
        let made = cavage(bare(), names, &format!("created={at}"), ed25519());
        assert_eq!(made.judge_with(ed25519()), expected, "(created) {offset}");

        let new = rfc9421(bare(), ALL_NEW, &created(offset), rsa());
        assert_eq!(new.judge_with(rsa()), expected, "created {offset}");
    }
}

#[test]
fn absent_and_unreadable_dates_are_refused() {
    for value in ["yesterday", "2026-09-21T12:53:20Z", "1790000000", ""] {
        let mut request = bare();
        request.set("date", value);
        let request = cavage(request, ALL, "", rsa());
        assert_eq!(
            request.judge_with(rsa()),
            refused(Reason::NoDate),
            "{value}"
        );
    }
    let undated = cavage(bare(), "(request-target) host digest", "", rsa());
    assert_eq!(
        undated.judge_with(rsa()),
        refused(Reason::NotCovered("date"))
    );
    // A `created` that is not covered is no date.
    let more = format!("created={}", seconds(0));
    let loose = cavage(bare(), "(request-target) host digest", &more, ed25519());
    assert_eq!(
        loose.judge_with(ed25519()),
        refused(Reason::NotCovered("date"))
    );
    let mut removed = post(Form::Cavage);
    removed.headers.remove("date");
    assert_eq!(removed.judge_with(rsa()), refused(Reason::MissingHeader));

    let undated = rfc9421(bare(), ALL_NEW, "", rsa());
    assert_eq!(undated.judge_with(rsa()), refused(Reason::NoDate));
    for more in [
        ";created=\"1790000000\"",
        ";created=1790000000.5",
        ";created",
    ] {
        let request = rfc9421(bare(), ALL_NEW, more, rsa());
        assert_eq!(request.judge_with(rsa()), refused(Reason::NoDate), "{more}");
    }
}

#[test]
fn what_the_sender_let_expire_has_expired() {
    for (offset, expected) in [(-1, refused(Reason::Expired)), (60, Ok(()))] {
        let expires = seconds(offset);
        let names = "(request-target) (created) (expires) host digest";
        let more = format!("created={},expires={expires}", seconds(-300));
        let old = cavage(bare(), names, &more, ed25519());
        assert_eq!(old.judge_with(ed25519()), expected, "{offset}");
        let more = format!("{};expires={expires}", created(-300));
        let new = rfc9421(bare(), ALL_NEW, &more, rsa());
        assert_eq!(new.judge_with(rsa()), expected, "{offset}");
    }
}

/// Row 8: what must be covered.
#[test]
fn every_required_part_must_be_covered() {
    use Reason::NotCovered;
    let old = [
        ("digest", "(request-target)"),
        ("host date digest", "(request-target)"),
        ("(request-target) date digest", "host"),
        ("(request-target) host digest", "date"),
        ("(request-target) host date", "digest"),
    ];
    for (names, missing) in old {
        let request = cavage(bare(), names, "", rsa());
        assert_eq!(
            request.judge_with(rsa()),
            refused(NotCovered(missing)),
            "{names}"
        );
    }
    let new = [
        ("", Err("@method")),
        ("@target-uri content-digest", Err("@method")),
        ("@method content-digest", Err("@authority")),
        ("@method @path content-digest", Err("@authority")),
        ("@method @authority content-digest", Err("@path")),
        ("@method @authority @path content-digest", Err("@query")),
        ("@method @target-uri", Err("content-digest")),
        ("@method @authority @path @query", Err("content-digest")),
        ("@method @authority @path @query content-digest", Ok(())),
        ("@method @authority @request-target content-digest", Ok(())),
        ("@method @target-uri content-digest", Ok(())),
        (
            "@method @target-uri @authority host date content-digest",
            Ok(()),
        ),
    ];
    for (names, expected) in new {
        let mut request = bare();
        "/inbox?a=b".clone_into(&mut request.target);
        let request = rfc9421(request, names, &created(0), rsa());
        let expected = expected.map_err(|missing| NotCovered(missing).into());
        assert_eq!(request.judge_with(rsa()), expected, "{names}");
    }
}

/// Rows 9 and 10: a request for another host or another inbox.
#[test]
fn a_request_for_somebody_else_is_not_for_us() {
    for host in [
        "other.example",
        "127.0.0.1",
        "home.example.evil.example",
        "home.example:8443",
    ] {
        let mut request = bare();
        request.set("host", host);
        let old = cavage(request.clone(), ALL, "", rsa());
        assert_eq!(old.judge_with(rsa()), refused(Reason::OtherHost), "{host}");
        let new = rfc9421(request, ALL_NEW, &created(0), rsa());
        assert_eq!(new.judge_with(rsa()), refused(Reason::OtherHost), "{host}");
    }
    for host in ["home.example:443", "HOME.example"] {
        let mut request = bare();
        request.set("host", host);
        assert_eq!(
            cavage(request, ALL, "", rsa()).judge_with(rsa()),
            Ok(()),
            "{host}"
        );
    }
    for form in [Form::Cavage, Form::Rfc9421] {
        let address = "https://other.example/inbox";
        let request = super::signed(form, &http::Method::POST, address, rsa());
        assert_eq!(request.judge_with(rsa()), refused(Reason::Invalid));
        let mut elsewhere = post(form);
        "/users/a/inbox".clone_into(&mut elsewhere.target);
        assert_eq!(elsewhere.judge_with(rsa()), refused(Reason::Invalid));
    }
}

/// Row 12: algorithms. What keys are refused stands with the keys.
#[test]
fn only_two_algorithms_exist_and_they_must_fit_the_key() {
    let algorithm = |name: &str| format!("algorithm=\"{name}\"");
    for name in [
        "hmac-sha256",
        "rsa-sha1",
        "none",
        "rsa-sha512",
        "ecdsa-sha256",
    ] {
        let request = cavage(bare(), ALL, &algorithm(name), rsa());
        assert_eq!(
            request.judge_with(rsa()),
            refused(Reason::Algorithm),
            "{name}"
        );
    }
    for name in [
        "hmac-sha256",
        "rsa-pss-sha512",
        "ecdsa-p256-sha256",
        "none",
        "",
    ] {
        let more = format!("{};alg=\"{name}\"", created(0));
        let request = rfc9421(bare(), ALL_NEW, &more, rsa());
        assert_eq!(
            request.judge_with(rsa()),
            refused(Reason::Algorithm),
            "{name}"
        );
    }
    let wrong_key = [
        (
            cavage(bare(), ALL, &algorithm("rsa-sha256"), ed25519()),
            ed25519(),
        ),
        (cavage(bare(), ALL, &algorithm("ed25519"), rsa()), rsa()),
        (
            rfc9421(
                bare(),
                ALL_NEW,
                &format!("{};alg=\"ed25519\"", created(0)),
                rsa(),
            ),
            rsa(),
        ),
    ];
    for (request, key) in wrong_key {
        assert_eq!(request.judge_with(key), refused(Reason::Algorithm));
    }
    let confused = cavage(bare(), ALL, &algorithm("hs2019"), ed25519());
    assert_eq!(confused.judge_with(rsa()), refused(Reason::Invalid));
    assert_eq!(confused.judge_with(ed25519()), Ok(()));
    // The public key as the secret of an HMAC, under an honest name, is only a wrong signature.
    let secret = aws_lc_rs::hmac::Key::new(
        aws_lc_rs::hmac::HMAC_SHA256,
        rsa().public_key().unwrap().to_pem().as_bytes(),
    );
    let tag = aws_lc_rs::hmac::sign(&secret, BODY);
    let forged = base64::Engine::encode(&super::STANDARD, tag.as_ref());
    let mut request = cavage(bare(), ALL, &algorithm("rsa-sha256"), rsa());
    request.set(
        "signature",
        &format!("keyId=\"{KEY_ID}\",headers=\"{ALL}\",signature=\"{forged}\""),
    );
    assert_eq!(request.judge_with(rsa()), refused(Reason::Invalid));
    // Old algorithm names and the new pseudo-header exclude each other.
    let more = format!("algorithm=\"rsa-sha256\",created={}", seconds(0));
    let mixed = cavage(
        bare(),
        "(request-target) (created) host digest",
        &more,
        rsa(),
    );
    assert_eq!(mixed.judge_with(rsa()), refused(Reason::Algorithm));
}

/// Things of RFC 9421 that we do not understand are refused, never skipped.
#[test]
fn unknown_components_and_parameters_are_refused() {
    let tamper = |from: &str, to: &str| {
        let mut request = rfc9421(
            bare(),
            "@method @target-uri content-digest date",
            &created(0),
            rsa(),
        );
        let input = request.headers["signature-input"]
            .to_str()
            .unwrap()
            .replace(from, to);
        request.set("signature-input", &input);
        request.judge_with(rsa())
    };
    assert_eq!(
        tamper("\"date\"", "\"date\";sf"),
        refused(Reason::UnknownComponent)
    );
    assert_eq!(
        tamper("\"date\"", "\"date\";bs"),
        refused(Reason::UnknownComponent)
    );
    assert_eq!(
        tamper("\"@method\"", "\"@method\";req"),
        refused(Reason::UnknownComponent)
    );
    assert_eq!(
        tamper("\"date\"", "\"@status\""),
        refused(Reason::UnknownComponent)
    );
    assert_eq!(
        tamper("\"date\"", "\"@method\""),
        refused(Reason::Malformed)
    );
    assert_eq!(tamper("\"date\"", "\"Date\""), refused(Reason::Malformed));
    assert_eq!(tamper("\"date\"", "date"), refused(Reason::Malformed));
    assert_eq!(
        tamper("\"date\"", "\"x-absent\""),
        refused(Reason::MissingHeader)
    );
    assert_eq!(tamper(";keyid=", ";nokeyid="), refused(Reason::Malformed));
    assert_eq!(tamper("sig1=(", "sig2=("), refused(Reason::Malformed));
    assert_eq!(tamper("sig1=(", "sig1=(("), refused(Reason::Malformed));
    assert_eq!(tamper("\"date\"", ""), refused(Reason::Invalid));
    assert_eq!(tamper("(\"@method\"", "(  \"@method\""), Ok(()));
}

/// A proxy may sign beside the sender.
#[test]
fn the_senders_signature_is_found_beside_others() {
    let mut request = rfc9421(bare(), ALL_NEW, &created(0), rsa());
    let join = |request: &mut Request, name: &str, other: &str| {
        let own = request.headers[name].to_str().unwrap().to_owned();
        request.set(name, other);
        request.add(name, &own);
    };
    join(
        &mut request,
        "signature-input",
        "proxy=(\"date\");keyid=\"p\"",
    );
    join(&mut request, "signature", "proxy=:AAEC:");
    assert_eq!(request.judge_with(rsa()), Ok(()));
}
