//! The date of HTTP (RFC 9110, 5.6.7) in its one living spelling, `Sun, 06 Nov 1994 08:49:37 GMT`.

use chrono::NaiveDateTime;
use model::Millis;

const IMF_FIXDATE: &str = "%a, %d %b %Y %H:%M:%S GMT";

/// Reads a date; `None` for every other spelling.
#[must_use]
pub fn parse(text: &str) -> Option<Millis> {
    let date = NaiveDateTime::parse_from_str(text, IMF_FIXDATE).ok()?;
    let at = Millis(date.and_utc().timestamp_millis());
    // The library forgives signs, spaces and missing zeros; a second spelling is not wanted.
    (format(at) == text).then_some(at)
}

/// Writes a date.
#[must_use]
pub fn format(at: Millis) -> String {
    at.date_time().format(IMF_FIXDATE).to_string()
}

#[cfg(test)]
mod tests {
    use super::{format, parse};
    use model::Millis;

    #[test]
    fn the_example_of_the_specification_is_read_and_written() {
        let text = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(parse(text), Some(Millis(784_111_777_000)));
        assert_eq!(format(Millis(784_111_777_000)), text);
    }

    #[test]
    fn other_spellings_are_no_dates() {
        for text in [
            "",
            "now",
            "784111777",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Sun, 06 Nov 1994 08:49:37 +0000",
            "Mon, 06 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:49:37 GMT",
            "Sun, 31 Feb 1994 08:49:37 GMT",
            "Sun, 06 Nov +1994 8:49:37 GMT",
            "1994-11-06T08:49:37Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
