//! RFC 9421 as far as requests between servers need it: choosing one signature of the dictionary,
//! what it must cover, and the signature base. Components with parameters are not understood and
//! therefore refused.

use http::HeaderMap;
use model::Millis;
use sfv::{BareItem, Dictionary, FieldType as _, InnerList, Item, List, ListEntry, Parser};

use super::base::{field, without_usual_port};
use super::{
    Algorithm, Claim, Form, Parts, Reason, SIGNATURE, SIGNATURE_INPUT, SignatureError, digest,
    in_window,
};

const MAX_HEADER: usize = 8 * 1024;
const MAX_COMPONENTS: usize = 32;

pub(super) fn parse(headers: &HeaderMap) -> Result<Claim, SignatureError> {
    let inputs = dictionary(headers, &SIGNATURE_INPUT)?;
    let signatures = dictionary(headers, &SIGNATURE)?;
    let mut refused = Reason::Missing.into();
    let mut second_best = None;
    // A proxy may have put its own signature beside the sender's. The sender's is the one that
    // covers the method, as ours and everyone's must.
    for (label, input) in &inputs {
        let (ListEntry::InnerList(input), Some(ListEntry::Item(signature))) =
            (input, signatures.get(label))
        else {
            refused = Reason::Malformed.into();
            continue;
        };
        match read(input, signature) {
            Ok(claim) if claim.covers("@method") => return Ok(claim),
            Ok(claim) => second_best = second_best.or(Some(claim)),
            Err(error) => refused = error,
        }
    }
    second_best.ok_or(refused)
}

fn dictionary(headers: &HeaderMap, name: &http::HeaderName) -> Result<Dictionary, SignatureError> {
    let mut lines = Vec::new();
    for value in headers.get_all(name) {
        lines.push(value.to_str().or(Err(Reason::Malformed))?);
    }
    let text = lines.join(", ");
    if text.len() > MAX_HEADER {
        return Err(Reason::Malformed.into());
    }
    Ok(Parser::new(&text).parse().or(Err(Reason::Malformed))?)
}

fn read(input: &InnerList, signature: &Item) -> Result<Claim, SignatureError> {
    let BareItem::ByteSequence(signature) = &signature.bare_item else {
        return Err(Reason::Malformed.into());
    };
    let parameter = |name: &str| input.params.get(name);
    let seconds = |name: &str| match parameter(name) {
        None => Ok(None),
        Some(BareItem::Integer(at)) => Ok(Some(i64::from(*at))),
        Some(_) => Err(SignatureError::from(Reason::NoDate)),
    };
    let key_id = match parameter("keyid") {
        Some(BareItem::String(id)) if !id.as_str().is_empty() => id.as_str().to_owned(),
        _ => return Err(Reason::Malformed.into()),
    };
    let algorithm = match parameter("alg") {
        None => Algorithm::ByKey,
        Some(BareItem::String(name)) => match name.as_str() {
            "rsa-v1_5-sha256" => Algorithm::Rsa,
            "ed25519" => Algorithm::Ed25519,
            _ => return Err(Reason::Algorithm.into()),
        },
        Some(_) => return Err(Reason::Algorithm.into()),
    };
    Ok(Claim {
        form: Form::Rfc9421,
        key_id,
        algorithm,
        components: components(input)?,
        created: seconds("created")?,
        expires: seconds("expires")?,
        params: serialise(input).ok_or(Reason::Malformed)?,
        signature: signature.clone(),
    })
}

fn components(input: &InnerList) -> Result<Vec<String>, SignatureError> {
    let mut components: Vec<String> = Vec::new();
    for item in &input.items {
        let BareItem::String(name) = &item.bare_item else {
            return Err(Reason::Malformed.into());
        };
        if !item.params.is_empty() {
            return Err(Reason::UnknownComponent.into());
        }
        let name = name.as_str();
        let lower = name.bytes().all(|b| !b.is_ascii_uppercase());
        if !lower || components.len() == MAX_COMPONENTS || components.iter().any(|c| c == name) {
            return Err(Reason::Malformed.into());
        }
        components.push(name.to_owned());
    }
    Ok(components)
}

/// The covered components and their parameters as the base's last line has them: strictly serialised
/// (section 2.3), whatever spaces the header had.
pub(super) fn serialise(input: &InnerList) -> Option<String> {
    let list: List = vec![ListEntry::InnerList(input.clone())];
    list.serialize()
}

/// Required: method, target, `created`, and the digest of a body. The target is the whole URI, or
/// host and path and, where there is one, query.
pub(super) fn check(claim: &Claim, parts: &Parts<'_>, now: Millis) -> Result<(), SignatureError> {
    claim.must_cover("@method")?;
    if !claim.covers("@target-uri") {
        claim.must_cover("@authority")?;
        if !claim.covers("@request-target") {
            claim.must_cover("@path")?;
            if parts.split_target().1.is_some() {
                claim.must_cover("@query")?;
            }
        }
    }
    in_window(claim.created.ok_or(Reason::NoDate)?, now)?;
    claim.reject_expired(now)?;
    if parts.needs_digest() {
        claim.must_cover("content-digest")?;
        digest::check_content_digest(parts.headers, parts.body.unwrap_or_default())?;
    }
    Ok(())
}

/// The signature base (section 2.5).
pub(super) fn base(claim: &Claim, parts: &Parts<'_>) -> Result<String, SignatureError> {
    let mut base = String::new();
    for name in &claim.components {
        let value = component(parts, name)?;
        base.push_str(&format!("\"{name}\": {value}\n"));
    }
    base.push_str(&format!("\"@signature-params\": {}", claim.params));
    Ok(base)
}

fn component(parts: &Parts<'_>, name: &str) -> Result<String, SignatureError> {
    let authority = || without_usual_port(parts.scheme, parts.authority).to_ascii_lowercase();
    let (path, query) = parts.split_target();
    Ok(match name {
        "@method" => parts.method.as_str().to_owned(),
        "@target-uri" => format!("{}://{}{}", parts.scheme, authority(), parts.path_and_query),
        "@authority" => authority(),
        "@scheme" => parts.scheme.to_owned(),
        "@request-target" => parts.path_and_query.to_owned(),
        "@path" => path.to_owned(),
        "@query" => format!("?{}", query.unwrap_or_default()),
        unknown if unknown.starts_with('@') => return Err(Reason::UnknownComponent.into()),
        header => field(parts, header)?,
    })
}
