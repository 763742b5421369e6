//! Files of members and copies of remote ones, as they are asked for by pages, apps and other servers:
//! in parts, with types of ours, kept by whoever asks for as long as they like.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{
    ACCEPT_RANGES, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL,
    CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
    IF_RANGE, RANGE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use services::remote_files;
use services::storage::{Found, Part};

use super::failure::Failure;
use crate::state::AppState;

/// A year: nothing ever changes under its name.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";
/// Kept by whoever may see it, and by nobody between.
const FOR_A_READER: &str = "private, max-age=3600";
/// A copy may be given up, and what was a picture there may be none tomorrow.
const A_DAY: &str = "public, max-age=86400";

/// `/media/KEY`: a file by its random key. The type is ours, never the uploader's; web apps read the
/// pixels, hence the open door for other origins.
pub(crate) async fn ours(
    State(app): State<AppState>,
    Path(key): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let asked = Asked::of(&headers, &key);
    let (found, kind) = services::media::file(&app.ctx, &key, asked.part).await?;
    if asked.has_it {
        return Ok(unchanged(&asked, FOR_GOOD));
    }
    Ok(answer(found, kind, &asked, FOR_GOOD))
}

/// `/media/proxy/KEY/ADDRESS`: our copy of what lies on another server.
pub(crate) async fn copy(
    State(app): State<AppState>,
    Path((key, address)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    one_copy(&app, &key, &address, false, &headers).await
}

/// `/media/proxy/KEY/ADDRESS/small`: the small and motionless version of it.
pub(crate) async fn small_copy(
    State(app): State<AppState>,
    Path((key, address)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    one_copy(&app, &key, &address, true, &headers).await
}

async fn one_copy(
    app: &AppState,
    key: &str,
    address: &str,
    small: bool,
    headers: &HeaderMap,
) -> Result<Response, Failure> {
    let asked = Asked::of(headers, "");
    let copy = remote_files::open(&app.ctx, key, address, small, asked.part).await?;
    let asked = Asked::of(headers, &copy.file);
    if asked.has_it {
        return Ok(unchanged(&asked, A_DAY));
    }
    Ok(answer(copy.found, copy.kind, &asked, A_DAY))
}

/// `/media/only/MEDIUM/READER/UNTIL/SEAL`: a medium that is not for everyone.
pub(crate) async fn sealed(
    State(app): State<AppState>,
    Path(path): Path<(String, String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    one_sealed(&app, path, false, &headers).await
}

/// `/media/only/MEDIUM/READER/UNTIL/SEAL/small`: the small version of it.
pub(crate) async fn small_sealed(
    State(app): State<AppState>,
    Path(path): Path<(String, String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    one_sealed(&app, path, true, &headers).await
}

async fn one_sealed(
    app: &AppState,
    (media, reader, until, seal): (String, String, String, String),
    small: bool,
    headers: &HeaderMap,
) -> Result<Response, Failure> {
    let address = services::media::sealed::Asked {
        media,
        reader,
        until,
        seal,
    };
    let name = format!("{}-{small}", address.media);
    let asked = Asked::of(headers, &name);
    let found = services::media::sealed::open(&app.ctx, &address, small, asked.part).await?;
    if asked.has_it {
        return Ok(unchanged(&asked, FOR_A_READER));
    }
    Ok(answer(found.found, found.kind, &asked, FOR_A_READER))
}

/// What a request says of the part that it wants.
struct Asked {
    tag: String,
    has_it: bool,
    part: Part,
}

impl Asked {
    fn of(headers: &HeaderMap, name: &str) -> Self {
        let text = |header: HeaderName| headers.get(header).and_then(|value| value.to_str().ok());
        let tag = format!("\"{name}\"");
        let has_it = text(IF_NONE_MATCH).is_some_and(|tags| {
            tags.split(',')
                .map(|one| one.trim().trim_start_matches("W/"))
                .any(|one| one == tag)
        });
        // A part of another version would not fit; files never change, so that only the tag can differ.
        let same = text(IF_RANGE).is_none_or(|version| name.is_empty() || version.trim() == tag);
        let part = text(RANGE).filter(|_| same).map_or(Part::All, part);
        Self { tag, has_it, part }
    }
}

/// One range of bytes (RFC 9110, 14.1.2). Several at once are answered with the whole, as the RFC allows:
/// a thousand of them are an attack (threats, row 79).
fn part(range: &str) -> Part {
    let one = range
        .trim()
        .strip_prefix("bytes=")
        .filter(|ranges| !ranges.contains(','))
        .and_then(|range| range.trim().split_once('-'));
    let Some((from, to)) = one else {
        return Part::All;
    };
    match (from.trim().parse::<u64>(), to.trim()) {
        (Ok(from), "") => Part::From(from),
        (Ok(from), to) => match to.parse::<u64>() {
            Ok(to) if to >= from => Part::Between(from, to.saturating_add(1)),
            _ => Part::All,
        },
        (Err(_), to) if from.trim().is_empty() => to.parse::<u64>().map_or(Part::All, Part::Last),
        _ => Part::All,
    }
}

/// What stands on every answer: fixed type, no scripts, no guessing, open to web apps.
fn dressed(mut response: Response, tag: &str, cache: &'static str) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (CACHE_CONTROL, cache),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin",
        ),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (
            ACCESS_CONTROL_EXPOSE_HEADERS,
            "Content-Length, Content-Range, ETag",
        ),
        (ACCEPT_RANGES, "bytes"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(ETAG, tag);
    }
    response
}

fn unchanged(asked: &Asked, cache: &'static str) -> Response {
    dressed(StatusCode::NOT_MODIFIED.into_response(), &asked.tag, cache)
}

fn answer(found: Found, kind: &'static str, asked: &Asked, cache: &'static str) -> Response {
    let reading = match found {
        Found::Here(reading) => reading,
        Found::Beyond(size) => {
            let range = [(CONTENT_RANGE, format!("bytes */{size}"))];
            let refusal = (StatusCode::RANGE_NOT_SATISFIABLE, range).into_response();
            return dressed(refusal, &asked.tag, "no-store");
        }
    };
    let count = reading.range.end.saturating_sub(reading.range.start);
    let whole = asked.part == Part::All;
    let status = if whole {
        StatusCode::OK
    } else {
        StatusCode::PARTIAL_CONTENT
    };
    let headers = [
        (CONTENT_TYPE, kind.to_owned()),
        (CONTENT_LENGTH, count.to_string()),
    ];
    let (range, size) = (reading.range, reading.size);
    let mut response = (status, headers, Body::from_stream(reading.stream)).into_response();
    if !whole {
        let text = format!(
            "bytes {}-{}/{size}",
            range.start,
            range.end.saturating_sub(1)
        );
        if let Ok(text) = HeaderValue::try_from(text) {
            response.headers_mut().insert(CONTENT_RANGE, text);
        }
    }
    dressed(response, &asked.tag, cache)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_read_and_many_are_not() {
        for (text, expected) in [
            ("bytes=0-", Part::From(0)),
            ("bytes=5-9", Part::Between(5, 10)),
            ("bytes=-500", Part::Last(500)),
            ("bytes=9-5", Part::All),
            ("bytes=0-1,3-4", Part::All),
            ("lines=1-2", Part::All),
            ("bytes=", Part::All),
            ("bytes=-", Part::All),
            ("bytes=a-b", Part::All),
            ("bytes=0-18446744073709551615", Part::Between(0, u64::MAX)),
            ("bytes=99999999999999999999999-", Part::All),
        ] {
            assert_eq!(part(text), expected, "{text}");
        }
    }

    #[test]
    fn who_has_it_is_told_so() {
        let mut headers = HeaderMap::new();
        headers.insert(
            IF_NONE_MATCH,
            HeaderValue::from_static("\"x\", W/\"a.png\""),
        );
        assert!(Asked::of(&headers, "a.png").has_it);
        assert!(!Asked::of(&headers, "b.png").has_it);
        headers.insert(RANGE, HeaderValue::from_static("bytes=0-1"));
        assert_eq!(Asked::of(&headers, "b.png").part, Part::Between(0, 2));
        headers.insert(IF_RANGE, HeaderValue::from_static("\"a.png\""));
        assert_eq!(Asked::of(&headers, "b.png").part, Part::All);
        assert_eq!(Asked::of(&headers, "a.png").part, Part::Between(0, 2));
    }
}
