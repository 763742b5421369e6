//! Postel lives here: the ways in which one fact is spelt by different servers, read into one
//! form. Each leniency names the software that forced it. What has no such reason is strict.

use model::Millis;
use serde_json::{Map, Value};

use super::refusal::{Refusal, Why};
use super::uri::ObjectUri;

/// The members of one JSON object. A member that is `null` is absent: Mastodon, Pleroma,
/// Mobilizon and `NodeBB` write `null` for what they do not have.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    /// The members of `value`.
    ///
    /// # Errors
    /// When it is no object, or one that only a JSON-LD processor could read: a server that
    /// expands `@id` would see another object than we do.
    pub(crate) fn of(value: &'a Value) -> Result<Self, Refusal> {
        let Value::Object(map) = value else {
            return Err(Refusal::whole(Why::Expected("an object")));
        };
        if ["@graph", "@id", "@type"]
            .iter()
            .any(|k| map.contains_key(*k))
        {
            return Err(Refusal::whole(Why::ExpandedJsonLd));
        }
        Ok(Self(map))
    }

    /// The members of `value`, for parts where nothing depends on who is named: `None` is read
    /// as absence.
    pub(crate) fn part(value: &'a Value) -> Option<Self> {
        value.as_object().map(Self)
    }

    /// The member `name`, unless it is absent or null.
    pub(crate) fn get(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|v| !v.is_null())
    }

    /// The member `name`, if it is a string.
    pub(crate) fn str(self, name: &str) -> Option<&'a str> {
        self.get(name).and_then(Value::as_str)
    }

    /// The type. One string: a list of types would be another object for each reader.
    pub(crate) fn kind(self) -> Result<&'a str, Refusal> {
        match self.get("type") {
            Some(Value::String(kind)) => Ok(kind),
            Some(_) => Err(Refusal::new("type", Why::Expected("one string"))),
            None => Err(Refusal::new("type", Why::Missing)),
        }
    }

    /// A text of at most `max` characters; what is longer is cut. The empty string is absence:
    /// Friendica and Pleroma send `"summary": ""` where there is none.
    pub(crate) fn text(self, name: &str, max: usize) -> Option<String> {
        self.str(name).and_then(|text| cut(text, max))
    }

    /// A text that may not be cut without changing its meaning.
    pub(crate) fn whole_text(self, name: &str, max: usize) -> Result<Option<String>, Refusal> {
        match self.str(name) {
            Some(text) if text.len() > max => Err(Refusal::new(name, Why::TooLong)),
            Some("") | None => Ok(None),
            Some(text) => Ok(Some(text.to_owned())),
        }
    }

    /// One or many: a list is itself, anything else is a list of one. Lotide sends a bare string
    /// in `to`; a program that compacts JSON-LD unwraps every list of one item.
    pub(crate) fn many(self, name: &str) -> &'a [Value] {
        match self.get(name) {
            None => &[],
            Some(Value::Array(list)) => list,
            Some(one) => std::slice::from_ref(one),
        }
    }

    /// The first readable address of the member `name`; anything unreadable is absence.
    pub(crate) fn link(self, name: &str) -> Option<ObjectUri> {
        self.many(name).iter().find_map(link)
    }

    /// The one address of the member `name`, which has to be there. A list is refused even with
    /// one item: it names who did something, or to what.
    pub(crate) fn required_link(self, name: &str) -> Result<ObjectUri, Refusal> {
        let Some(value) = self.get(name) else {
            return Err(Refusal::new(name, Why::Missing));
        };
        let address = match value {
            Value::String(address) => Some(address.as_str()),
            // Friendica, Mobilizon and Mbin embed the object where others send its id.
            Value::Object(object) => match object.get("id") {
                None => return Err(Refusal::new("id", Why::Missing).inside(name)),
                Some(id) => id.as_str(),
            },
            _ => None,
        };
        let Some(address) = address else {
            return Err(Refusal::new(name, Why::Expected("one address")));
        };
        ObjectUri::parse(address).map_err(|refusal| refusal.inside(name))
    }

    /// All readable addresses of the member `name`, at most `max`.
    pub(crate) fn links(self, name: &str, max: usize) -> Vec<ObjectUri> {
        self.many(name).iter().filter_map(link).take(max).collect()
    }

    /// The id, which has to be there and may have no fragment: two ids that differ only by it
    /// are fetched from one place.
    pub(crate) fn object_id(self) -> Result<ObjectUri, Refusal> {
        let id = self.id()?;
        if id.has_fragment() {
            return Err(Refusal::new("id", Why::Expected("without a fragment")));
        }
        Ok(id)
    }

    /// The id, which has to be there.
    pub(crate) fn id(self) -> Result<ObjectUri, Refusal> {
        match self.get("id") {
            Some(Value::String(id)) => ObjectUri::parse(id).map_err(|refusal| refusal.inside("id")),
            Some(_) => Err(Refusal::new("id", Why::Expected("one address"))),
            None => Err(Refusal::new("id", Why::Missing)),
        }
    }

    /// A boolean, where it was said at all. Pleroma sends `"sensitive": null`.
    pub(crate) fn flag(self, name: &str) -> Option<bool> {
        self.get(name).and_then(Value::as_bool)
    }

    /// A count or a size; a negative one or a fraction is absent.
    pub(crate) fn number(self, name: &str) -> Option<u64> {
        self.get(name).and_then(Value::as_u64)
    }

    /// A number of any kind.
    pub(crate) fn float(self, name: &str) -> Option<f64> {
        self.get(name)
            .and_then(Value::as_f64)
            .filter(|n| n.is_finite())
    }

    /// A time. What is no time between 1970 and 9999 is absent, never an error: a post is not
    /// lost for its date, our own time of receipt stands in.
    pub(crate) fn date(self, name: &str) -> Option<Millis> {
        self.str(name).and_then(Millis::parse)
    }

    /// A text with its language: `content`, or what stands in `contentMap`. Mastodon and Mitra
    /// send both; Friendica writes the one entry of its map a little differently; the funfedi.dev
    /// test suite also has objects with the map alone.
    pub(crate) fn said(self, name: &str, map: &str) -> (Option<&'a str>, Option<String>) {
        let said = self.str(name);
        let map = self.get(map).and_then(Value::as_object);
        let entries = || {
            map.into_iter()
                .flatten()
                .filter_map(|(tag, text)| Some((tag, text.as_str()?)))
        };
        let chosen = match said {
            Some(_) if entries().count() == 1 => entries().next(),
            Some(said) => entries().find(|(_, text)| *text == said),
            // Whether a parser keeps the order of members or sorts them, it is the same one.
            None => entries()
                .filter(|(_, text)| !text.is_empty())
                .min_by_key(|(tag, _)| *tag),
        };
        (
            said.or(chosen.map(|(_, text)| text)),
            chosen.and_then(|(tag, _)| language_tag(tag)),
        )
    }

    /// The language of an object: a tag (`inLanguage` of Mobilizon), or the pair of identifier
    /// and name that Lemmy and `PeerTube` send.
    pub(crate) fn language(self) -> Option<String> {
        ["language", "inLanguage"].iter().find_map(|name| {
            let value = self.many(name).first()?;
            let tag = value
                .as_str()
                .or_else(|| value.get("identifier")?.as_str())?;
            language_tag(tag)
        })
    }

    /// The address of the page for people. `url` is a string, a Link, or a list of both
    /// (`PeerTube` lists the page and each file): the first of type `text/html` wins, then a
    /// bare string, then a Link without a type.
    pub(crate) fn page(self) -> Option<ObjectUri> {
        let list = self.many("url");
        let media_type = |v: &Value| v.get("mediaType").and_then(Value::as_str).map(essence);
        list.iter()
            .filter(|v| media_type(v).as_deref() == Some("text/html"))
            .chain(list.iter().filter(|v| v.is_string()))
            .chain(
                list.iter()
                    .filter(|v| v.is_object() && media_type(v).is_none()),
            )
            .find_map(link)
    }
}

/// The address that a value stands for: a string, an object with an id, or a Link with `href`.
pub(crate) fn link(value: &Value) -> Option<ObjectUri> {
    let text = match value {
        Value::String(text) => text,
        Value::Object(map) => map
            .get("id")
            .filter(|v| !v.is_null())
            .or_else(|| map.get("href"))?
            .as_str()?,
        _ => return None,
    };
    ObjectUri::parse(text).ok()
}

/// A text cut to `max` characters; `None` when nothing is left.
pub(crate) fn cut(text: &str, max: usize) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    if text.len() <= max {
        return Some(text.to_owned());
    }
    Some(text.chars().take(max).collect())
}

/// A language tag in the form of BCP 47, lower-cased; `und` (Lemmy's "undetermined") is none.
pub(crate) fn language_tag(tag: &str) -> Option<String> {
    let sound = (2..=35).contains(&tag.len())
        && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    (sound && tag != "und").then(|| tag.to_ascii_lowercase())
}

/// A media type without its parameters, lower-cased.
pub(crate) fn essence(media_type: &str) -> String {
    media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fields(value: &Value) -> Fields<'_> {
        Fields::of(value).unwrap()
    }

    #[test]
    fn a_link_is_a_string_an_object_or_a_list_of_them() {
        let v = json!({
            "a": "https://far.example/1",
            "b": {"id": "https://far.example/1"},
            "c": [{"type": "Link", "href": "https://far.example/1"}],
            "d": ["not an address", "https://far.example/1"],
        });
        for name in ["a", "b", "c", "d"] {
            assert_eq!(
                fields(&v).link(name).unwrap().as_str(),
                "https://far.example/1"
            );
        }
        assert_eq!(fields(&v).link("e"), None);
        assert!(fields(&v).required_link("a").is_ok());
        assert!(fields(&v).required_link("b").is_ok());
        let said = |name| fields(&v).required_link(name).unwrap_err().to_string();
        assert_eq!(said("c"), "c: not one address");
        assert_eq!(said("d"), "d: not one address");
        assert_eq!(said("e"), "e: missing");
    }

    #[test]
    fn the_page_for_people_is_found_among_files() {
        let v = json!({"url": [
            {"type": "Link", "mediaType": "video/mp4", "href": "https://far.example/v.mp4"},
            {"type": "Link", "mediaType": "text/html; charset=utf-8", "href": "https://far.example/v"},
        ]});
        assert_eq!(fields(&v).page().unwrap().as_str(), "https://far.example/v");
        let v = json!({"url": {"href": "https://far.example/v"}});
        assert!(fields(&v).page().is_some());
        let v = json!({"url": {"mediaType": "video/mp4", "href": "https://far.example/v.mp4"}});
        assert!(fields(&v).page().is_none());
    }

    #[test]
    fn languages_come_in_three_forms() {
        let lang = |v: Value| fields(&v).language();
        assert_eq!(
            lang(json!({"language": {"identifier": "fr", "name": "Français"}})).unwrap(),
            "fr"
        );
        assert_eq!(lang(json!({"inLanguage": "en"})).unwrap(), "en");
        assert_eq!(lang(json!({"language": {"identifier": "und"}})), None);
        assert_eq!(lang(json!({"language": "<script>"})), None);
        let v = json!({"content": "b", "contentMap": {"de": "a", "pt-BR": "b"}});
        assert_eq!(
            fields(&v).said("content", "contentMap"),
            (Some("b"), Some("pt-br".into()))
        );
        let v = json!({"content": "a", "contentMap": {"de": "<bdi>a</bdi>"}});
        assert_eq!(
            fields(&v).said("content", "contentMap"),
            (Some("a"), Some("de".into()))
        );
        let v = json!({"content": null, "contentMap": {"en": null, "de": "a"}});
        assert_eq!(
            fields(&v).said("content", "contentMap"),
            (Some("a"), Some("de".into()))
        );
    }

    #[test]
    fn dates_and_numbers_are_clamped_to_sense() {
        let v = json!({
            "a": "2021-11-01T12:23:50.151874Z", "b": "+275760-09-13T00:00:00Z",
            "c": "2021-01-01T00:00:00+99:99", "d": 5, "e": -1, "f": 1e300,
        });
        assert_eq!(fields(&v).date("a"), Some(Millis(1_635_769_430_151)));
        for name in ["b", "c", "d"] {
            assert_eq!(fields(&v).date(name), None);
        }
        assert_eq!(fields(&v).number("d"), Some(5));
        assert_eq!(fields(&v).number("e"), None);
        assert_eq!(fields(&v).number("f"), None);
    }

    #[test]
    fn expanded_json_ld_is_not_read() {
        let v = json!({"@id": "https://far.example/1", "id": "https://far.example/2"});
        assert_eq!(
            Fields::of(&v).err().unwrap().to_string(),
            "expanded JSON-LD"
        );
    }

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!(cut("äöü", 2).unwrap(), "äö");
        assert_eq!(cut("", 2), None);
    }
}
