//! Time: Unix milliseconds in a `BIGINT`, ISO 8601 only at the edges.

use chrono::{DateTime, SecondsFormat, Utc};

use crate::columns::bigint;

bigint! {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    Millis
}

impl Millis {
    /// One second, in the same unit.
    pub const SECOND: i64 = 1000;
    /// One minute.
    pub const MINUTE: i64 = 60 * Self::SECOND;
    /// One hour.
    pub const HOUR: i64 = 60 * Self::MINUTE;
    /// One day.
    pub const DAY: i64 = 24 * Self::HOUR;

    /// This time moved by `by` milliseconds (saturating).
    #[must_use]
    pub const fn plus(self, by: i64) -> Self {
        Self(self.0.saturating_add(by))
    }

    /// ISO 8601 in UTC with milliseconds, as the Mastodon API writes times.
    #[must_use]
    pub fn iso(self) -> String {
        self.date_time()
            .to_rfc3339_opts(SecondsFormat::Millis, true)
    }

    /// `2026-11-23`: as the API writes the day of a last post.
    #[must_use]
    pub fn day(self) -> String {
        self.date_time().format("%Y-%m-%d").to_string()
    }

    /// ISO 8601 in UTC with seconds, as ActivityStreams documents carry it.
    #[must_use]
    pub fn iso_seconds(self) -> String {
        self.date_time().to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    /// As a `chrono` value; a time outside its range is the epoch.
    #[must_use]
    pub fn date_time(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or_default()
    }

    /// Reads RFC 3339; `None` for what is not a time between 1970 and 9999.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let at = DateTime::parse_from_rfc3339(text.trim())
            .ok()?
            .timestamp_millis();
        (0..=253_402_300_799_999).contains(&at).then_some(Self(at))
    }
}

impl serde::Serialize for Millis {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_i64(self.0)
    }
}
impl<'de> serde::Deserialize<'de> for Millis {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        i64::deserialize(d).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_survives_iso() {
        let at = Millis(1_790_000_000_123);
        assert_eq!(Millis::parse(&at.iso()), Some(at));
        assert_eq!(at.iso(), "2026-09-21T14:13:20.123Z");
    }

    #[test]
    fn nonsense_is_no_time() {
        for text in [
            "",
            "yesterday",
            "2026-13-01T00:00:00Z",
            "+275760-01-01T00:00:00Z",
        ] {
            assert_eq!(Millis::parse(text), None, "{text}");
        }
    }
}
