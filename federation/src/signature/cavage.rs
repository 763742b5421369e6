//! draft-cavage-http-signatures-12 as the fediverse uses it: reading the `Signature` header, what it
//! must cover, and the text that was signed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::Millis;

use super::base::field;
use super::{Algorithm, Claim, Form, Parts, Reason, SignatureError, date, digest, in_window};

/// A header with a signature of 8192 bits and generous names is shorter than this.
const MAX_HEADER: usize = 8 * 1024;
const MAX_PARAMETERS: usize = 16;

const TARGET: &str = "(request-target)";
const CREATED: &str = "(created)";
const EXPIRES: &str = "(expires)";

pub(super) fn parse(header: &str) -> Result<Claim, SignatureError> {
    let parameters = parameters(header)?;
    let get = |name: &str| {
        let found = parameters.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| *value)
    };
    let key_id = get("keyId").filter(|id| !id.is_empty());
    let signature = get("signature").ok_or(Reason::Malformed)?;
    let algorithm = algorithm(get("algorithm"))?;
    // Section 2.1.6: without a list only the time of signing is covered.
    let listed = get("headers").unwrap_or(CREATED);
    let mut components: Vec<String> = Vec::new();
    for name in listed.split_ascii_whitespace() {
        let name = name.to_ascii_lowercase();
        if components.contains(&name) {
            return Err(Reason::Malformed.into());
        }
        components.push(name);
    }
    Ok(Claim {
        form: Form::Cavage,
        key_id: key_id.ok_or(Reason::Malformed)?.to_owned(),
        algorithm,
        components,
        created: get("created").map(seconds).transpose()?,
        expires: get("expires").map(seconds).transpose()?,
        params: String::new(),
        signature: STANDARD.decode(signature).or(Err(Reason::Malformed))?,
    })
}

/// `name="value"` or `name=number`, separated by commas. A name may occur once.
fn parameters(header: &str) -> Result<Vec<(&str, &str)>, SignatureError> {
    if header.len() > MAX_HEADER {
        return Err(Reason::Malformed.into());
    }
    let mut found: Vec<(&str, &str)> = Vec::new();
    let mut rest = header.trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=').ok_or(Reason::Malformed)?;
        let name = name.trim();
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').ok_or(Reason::Malformed)?,
            None => {
                let end = after.find(',').unwrap_or(after.len());
                after.split_at_checked(end).ok_or(Reason::Malformed)?
            }
        };
        if name.is_empty()
            || value.contains('\\')
            || found.len() == MAX_PARAMETERS
            || found.iter().any(|(known, _)| *known == name)
        {
            return Err(Reason::Malformed.into());
        }
        found.push((name, value.trim()));
        let after = after.trim_start();
        rest = match after.strip_prefix(',') {
            Some(next) => next.trim_start(),
            None if after.is_empty() => after,
            None => return Err(Reason::Malformed.into()),
        };
    }
    Ok(found)
}

fn algorithm(name: Option<&str>) -> Result<Algorithm, SignatureError> {
    match name {
        None | Some("hs2019") => Ok(Algorithm::ByKey),
        Some("rsa-sha256") => Ok(Algorithm::Rsa),
        Some("ed25519") => Ok(Algorithm::Ed25519),
        Some(_) => Err(Reason::Algorithm.into()),
    }
}

/// Whole seconds; `expires` may have decimals (section 2.1.5), which do not matter.
fn seconds(text: &str) -> Result<i64, SignatureError> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(decimals) {
        return Err(Reason::NoDate.into());
    }
    Ok(whole.parse::<i64>().or(Err(Reason::NoDate))?)
}

/// Required: target, host, a time of signing, and the digest of a body. A `Date` or `Digest` that is
/// there but not covered counts for nothing.
pub(super) fn check(claim: &Claim, parts: &Parts<'_>, now: Millis) -> Result<(), SignatureError> {
    claim.must_cover(TARGET)?;
    claim.must_cover("host")?;
    let mut dated = false;
    if claim.covers(CREATED) {
        // Section 2.3: the old algorithm names exclude it, since old readers would not see it.
        if claim.algorithm == Algorithm::Rsa {
            return Err(Reason::Algorithm.into());
        }
        in_window(claim.created.ok_or(Reason::NoDate)?, now)?;
        dated = true;
    }
    if claim.covers("date") {
        let date = date::parse(&field(parts, "date")?).ok_or(Reason::NoDate)?;
        in_window(date.0.div_euclid(Millis::SECOND), now)?;
        dated = true;
    }
    if !dated {
        return Err(Reason::NotCovered("date").into());
    }
    claim.reject_expired(now)?;
    if parts.needs_digest() {
        claim.must_cover("digest")?;
        digest::check_digest(parts.headers, parts.body.unwrap_or_default())?;
    }
    Ok(())
}

/// The text that was signed: with the query, and without it where there is one, because `GoToSocial`
/// and old Mastodon leave it away.
pub(super) fn bases(claim: &Claim, parts: &Parts<'_>) -> Result<Vec<String>, SignatureError> {
    let mut bases = vec![base(claim, parts, parts.path_and_query)?];
    if let (path, Some(_)) = parts.split_target() {
        bases.push(base(claim, parts, path)?);
    }
    Ok(bases)
}

fn base(claim: &Claim, parts: &Parts<'_>, target: &str) -> Result<String, SignatureError> {
    let mut lines = Vec::with_capacity(claim.components.len());
    for name in &claim.components {
        let value = match name.as_str() {
            TARGET => format!("{} {target}", parts.method.as_str().to_ascii_lowercase()),
            CREATED => claim.created.ok_or(Reason::NoDate)?.to_string(),
            EXPIRES => claim.expires.ok_or(Reason::NoDate)?.to_string(),
            header => field(parts, header)?,
        };
        lines.push(format!("{name}: {value}"));
    }
    Ok(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::{parameters, parse};
    use crate::signature::{Algorithm, Reason};
    use proptest::prelude::{any, proptest};

    #[test]
    fn a_usual_header_is_read() {
        let claim = parse(
            "keyId=\"https://a.example/u#main-key\", algorithm=\"hs2019\",created=1402170695 ,\
             expires=1402170699.25,headers=\"(Request-Target) host\",signature=\"AAEC\"",
        )
        .unwrap();
        assert_eq!(claim.key_id, "https://a.example/u#main-key");
        assert_eq!(claim.algorithm, Algorithm::ByKey);
        assert_eq!(claim.components, ["(request-target)", "host"]);
        assert_eq!(
            (claim.created, claim.expires),
            (Some(1_402_170_695), Some(1_402_170_699))
        );
        assert_eq!(claim.signature, [0, 1, 2]);
    }

    #[test]
    fn garbage_is_malformed() {
        let many: String = (0..200).map(|n| format!("p{n}=\"x\",")).collect();
        let table = [
            String::new(),
            "keyId=".to_owned(),
            "keyId=\"a".to_owned(),
            "keyId=\"a\"".to_owned(),
            "keyId=\"\",signature=\"AAEC\"".to_owned(),
            "signature=\"AAEC\"".to_owned(),
            "keyId=\"a\",signature=\"!!\"".to_owned(),
            "keyId=\"a\",keyId=\"b\",signature=\"AAEC\"".to_owned(),
            "keyId=\"a\"x,signature=\"AAEC\"".to_owned(),
            "keyId=\"a\\\",signature=\"AAEC\"".to_owned(),
            "keyId=\"a\",headers=\"date date\",signature=\"AAEC\"".to_owned(),
            "keyId=\"a\",,signature=\"AAEC\"".to_owned(),
            format!("{many}keyId=\"a\",signature=\"AAEC\""),
            format!("keyId=\"{}\",signature=\"AAEC\"", "a".repeat(64 * 1024)),
            "sig1=:AAEC:".to_owned(),
        ];
        for header in table {
            let error = parse(&header).unwrap_err();
            assert_eq!(error.reason, Reason::Malformed, "{header:.80}");
        }
    }

    #[test]
    fn weak_and_unknown_algorithms_are_refused_before_any_key() {
        for name in [
            "hmac-sha256",
            "rsa-sha1",
            "none",
            "",
            "rsa-sha512",
            "RSA-SHA256",
            "dsa-sha1",
        ] {
            let header = format!("keyId=\"a\",algorithm=\"{name}\",signature=\"AAEC\"");
            assert_eq!(
                parse(&header).unwrap_err().reason,
                Reason::Algorithm,
                "{name}"
            );
        }
    }

    #[test]
    fn unreadable_times_are_no_times() {
        for value in [
            "created=soon",
            "created=\"-5\"",
            "expires=1e9",
            "created=",
            "expires=99999999999999999999",
        ] {
            let header = format!("keyId=\"a\",signature=\"AAEC\",{value}");
            assert_eq!(
                parse(&header).unwrap_err().reason,
                Reason::NoDate,
                "{value}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in any::<String>()) {
            let _ = parameters(&text);
            let _ = parse(&format!("keyId=\"a\",signature=\"AAEC\",{text}"));
        }

        #[test]
        fn no_near_miss_breaks_the_reader(text in "[a-zA-Z\"=, .0-9()-]{0,200}") {
            let _ = parse(&text);
        }
    }
}
