//! The way back to an app: its registered address, letter by letter, with our answer appended.

use services::oauth::OUT_OF_BAND;

/// `uri` with `pairs` in its query. The address was registered exactly so; it is not parsed and printed
/// again, because parsers change what apps compare (`icecubesapp://`).
pub(super) fn with_answer(uri: &str, pairs: &[(&str, &str)]) -> String {
    let answer = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    let (start, fragment) = match uri.split_once('#') {
        Some((start, fragment)) => (start, Some(fragment)),
        None => (uri, None),
    };
    let joint = match start.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    let mut target = format!("{start}{joint}{answer}");
    if let Some(fragment) = fragment {
        target.push('#');
        target.push_str(fragment);
    }
    target
}

/// Where a code goes, as a person understands it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    /// It is shown on a page.
    Shown,
    /// To a site of this name.
    Site(String),
    /// To an app on this device.
    App,
}

impl Destination {
    pub(super) fn of(uri: &str) -> Self {
        if uri == OUT_OF_BAND {
            return Self::Shown;
        }
        match url::Url::parse(uri) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => {
                let host = url.host_str().unwrap_or_default();
                match url.port() {
                    Some(port) => Self::Site(format!("{host}:{port}")),
                    None => Self::Site(host.to_owned()),
                }
            }
            _ => Self::App,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_appended_to_whatever_was_registered() {
        let answer: &[(&str, &str)] = &[("code", "a b&c"), ("state", "=x#")];
        for (uri, expected) in [
            (
                "https://elk.example/cb",
                "https://elk.example/cb?code=a+b%26c&state=%3Dx%23",
            ),
            (
                "https://elk.example/cb?a=1",
                "https://elk.example/cb?a=1&code=a+b%26c&state=%3Dx%23",
            ),
            (
                "https://elk.example/cb?",
                "https://elk.example/cb?code=a+b%26c&state=%3Dx%23",
            ),
            (
                "https://elk.example/cb#x",
                "https://elk.example/cb?code=a+b%26c&state=%3Dx%23#x",
            ),
            (
                "mastodon-android-auth://callback",
                "mastodon-android-auth://callback?code=a+b%26c&state=%3Dx%23",
            ),
            (
                "icecubesapp://",
                "icecubesapp://?code=a+b%26c&state=%3Dx%23",
            ),
            (
                "com.example.app:/cb",
                "com.example.app:/cb?code=a+b%26c&state=%3Dx%23",
            ),
            (
                "http://127.0.0.1:53682/",
                "http://127.0.0.1:53682/?code=a+b%26c&state=%3Dx%23",
            ),
            (
                "http://[::1]:4000/cb?x=%20",
                "http://[::1]:4000/cb?x=%20&code=a+b%26c&state=%3Dx%23",
            ),
        ] {
            assert_eq!(with_answer(uri, answer), expected);
        }
    }

    #[test]
    fn a_state_cannot_break_out_of_the_header() {
        let target = with_answer("app://cb", &[("state", "a\r\nSet-Cookie: x=1")]);
        assert_eq!(target, "app://cb?state=a%0D%0ASet-Cookie%3A+x%3D1");
    }

    #[test]
    fn a_person_is_told_where_the_code_goes() {
        for (uri, expected) in [
            (OUT_OF_BAND, Destination::Shown),
            (
                "https://elk.example/cb",
                Destination::Site("elk.example".to_owned()),
            ),
            (
                "http://127.0.0.1:4000/cb",
                Destination::Site("127.0.0.1:4000".to_owned()),
            ),
            (
                "https://elk.example@evil.example/",
                Destination::Site("evil.example".to_owned()),
            ),
            ("mastodon-android-auth://callback", Destination::App),
        ] {
            assert_eq!(Destination::of(uri), expected, "{uri}");
        }
    }
}
