//! Media types read as RFC 9110 section 8.3 writes them, with parameters, quoting and case, so that
//! `application/ld+json;Profile="..."; charset=utf-8` is one and `application/activity+json-evil`
//! is not.

/// The profile that makes `application/ld+json` an ActivityStreams document.
const ACTIVITY_STREAMS: &str = "https://www.w3.org/ns/activitystreams";

/// A parsed `Content-Type`: type and subtype in lower case, with its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaType {
    essence: String,
    parameters: Vec<(String, String)>,
}

impl MediaType {
    /// Reads a header value; `None` where it is not a media type.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (essence, mut rest) = match text.split_once(';') {
            Some((essence, rest)) => (essence, rest),
            None => (text, ""),
        };
        let essence = essence.trim_matches([' ', '\t']).to_ascii_lowercase();
        let (kind, subtype) = essence.split_once('/')?;
        if !is_token(kind) || !is_token(subtype) {
            return None;
        }
        let mut parameters = Vec::new();
        loop {
            rest = rest.trim_start_matches([' ', '\t', ';']);
            if rest.is_empty() {
                break;
            }
            let (name, after) = rest.split_once('=')?;
            if !is_token(name) {
                return None;
            }
            let (value, after) = value(after)?;
            parameters.push((name.to_ascii_lowercase(), value));
            rest = after.trim_start_matches([' ', '\t']);
            if !rest.is_empty() && !rest.starts_with(';') {
                return None;
            }
        }
        Some(Self {
            essence,
            parameters,
        })
    }

    /// Type and subtype, in lower case, without parameters.
    #[must_use]
    pub fn essence(&self) -> &str {
        &self.essence
    }

    /// The first parameter of this name (given in lower case).
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether this names an ActivityStreams document: `application/activity+json`, or
    /// `application/ld+json` whose profile lists ActivityStreams.
    #[must_use]
    pub fn is_activity(&self) -> bool {
        match self.essence.as_str() {
            "application/activity+json" => true,
            "application/ld+json" => self
                .parameter("profile")
                .is_some_and(|p| p.split_ascii_whitespace().any(|u| u == ACTIVITY_STREAMS)),
            _ => false,
        }
    }

    /// Whether this names a JSON document of any kind.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.essence == "application/json"
            || (self.essence.starts_with("application/") && self.essence.ends_with("+json"))
    }

    /// Whether this may be a picture, a sound or a film; plain bytes count, since storage services
    /// serve uploads so and the receiver looks at the content anyway.
    #[must_use]
    pub fn is_media(&self) -> bool {
        ["image/", "video/", "audio/"]
            .iter()
            .any(|kind| self.essence.starts_with(kind))
            || matches!(
                self.essence.as_str(),
                "application/octet-stream" | "binary/octet-stream"
            )
    }
}

fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

/// One parameter value, plain or quoted, and what follows it.
fn value(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([';', ' ', '\t']).unwrap_or(text.len());
        let (token, rest) = text.split_at_checked(end)?;
        return is_token(token).then(|| (token.to_owned(), rest));
    };
    let mut value = String::new();
    let mut characters = quoted.chars();
    loop {
        match characters.next()? {
            '"' => return Some((value, characters.as_str())),
            '\\' => value.push(characters.next()?),
            plain => value.push(plain),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::MediaType;
    use proptest::prelude::{any, proptest};

    #[test]
    fn activity_documents_are_told_by_type_and_profile() {
        let yes = [
            "application/activity+json",
            "Application/Activity+JSON",
            "application/activity+json; charset=utf-8",
            "application/activity+json;charset=\"UTF-8\"",
            "application/activity+json ; charset=utf-8",
            "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"",
            "application/ld+json;profile=\"https://www.w3.org/ns/activitystreams\"; charset=utf-8",
            "application/ld+json; charset=utf-8; PROFILE=\"https://www.w3.org/ns/activitystreams\"",
            "application/ld+json; profile=\"https://example.org/x https://www.w3.org/ns/activitystreams\"",
            "application/ld+json; profile=\"https:\\/\\/www.w3.org/ns/activitystreams\"",
        ];
        for text in yes {
            let parsed = MediaType::parse(text).expect(text);
            assert!(parsed.is_activity() && parsed.is_json(), "{text}");
        }
        let no = [
            "",
            "text/html",
            "text/html; charset=utf-8",
            "text/plain",
            "application/json",
            "application/activity+json-evil",
            "application/activity+jsonevil",
            "application/activity",
            "activity+json",
            "application/ld+json",
            "application/ld+json; profile=\"https://www.w3.org/ns/other\"",
            "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams-evil\"",
            "application/ld+json; x=\"; profile=https://www.w3.org/ns/activitystreams\"",
            "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams",
            "application/activity+json, text/html",
            "application/activity+json text/html",
            "application/activity+json; charset",
            "application/activity+json; charset=\"utf-8\" text/html",
            "text/html; a=application/activity+json",
        ];
        for text in no {
            let activity = MediaType::parse(text).is_some_and(|t| t.is_activity());
            assert!(!activity, "{text}");
        }
    }

    #[test]
    fn pictures_pass_and_pages_do_not() {
        for text in [
            "image/png",
            "video/mp4",
            "audio/ogg",
            "application/octet-stream",
        ] {
            assert!(MediaType::parse(text).unwrap().is_media(), "{text}");
        }
        for text in ["text/html", "application/json", "application/xhtml+xml"] {
            assert!(!MediaType::parse(text).unwrap().is_media(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in any::<String>()) {
            let _ = MediaType::parse(&text);
            let _ = MediaType::parse(&format!("a/b;{text}"));
        }
    }
}
