//! What both forms share when they build the text that is signed: the combined value of a header
//! field, and the host that the request is for.

use http::header::HOST;

use super::{Parts, Reason, SignatureError};

/// All lines of a field, trimmed and joined (RFC 9421, 2.1). `Host` may live in the request line of
/// HTTP/2 instead; then it is the one we are known by.
pub(super) fn field(parts: &Parts<'_>, name: &str) -> Result<String, SignatureError> {
    let mut lines = Vec::new();
    for value in parts.headers.get_all(name) {
        let text = value.to_str().or(Err(Reason::MissingHeader))?;
        lines.push(text.trim_matches([' ', '\t']));
    }
    if !lines.is_empty() {
        return Ok(lines.join(", "));
    }
    if name == "host" {
        return Ok(parts.authority.to_owned());
    }
    Err(Reason::MissingHeader.into())
}

/// A request that names another host was signed for that one.
pub(super) fn right_host(parts: &Parts<'_>) -> Result<(), SignatureError> {
    let Some(host) = parts.headers.get(HOST) else {
        return Ok(());
    };
    let ours = without_usual_port(parts.scheme, parts.authority);
    let theirs = host.to_str().or(Err(Reason::OtherHost))?;
    if without_usual_port(parts.scheme, theirs).eq_ignore_ascii_case(ours) {
        Ok(())
    } else {
        Err(Reason::OtherHost.into())
    }
}

/// `example.com:443` and `example.com` are one place over https.
pub(super) fn without_usual_port<'a>(scheme: &str, authority: &'a str) -> &'a str {
    let port = match scheme {
        "https" => ":443",
        "http" => ":80",
        _ => return authority,
    };
    authority.strip_suffix(port).unwrap_or(authority)
}
