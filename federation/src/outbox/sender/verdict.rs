//! What an answer to a delivery means, and how long to wait: pure functions. The classes are those that
//! peers really use; the schedule ends after a week, as Mastodon's does.

use std::time::Duration;

use http::StatusCode;
use model::Millis;

use crate::signature::Form;

/// How often a refusal is believed to be passing: keys change, accounts are unblocked.
pub(super) const TRIES: i32 = 3;
/// The pauses between attempts; the last one repeats.
const PAUSES: [i64; 7] = [
    Millis::MINUTE,
    5 * Millis::MINUTE,
    15 * Millis::MINUTE,
    45 * Millis::MINUTE,
    2 * Millis::HOUR,
    6 * Millis::HOUR,
    12 * Millis::HOUR,
];
/// Nobody is left alone for longer than this because he asked.
const LONGEST_WISH: i64 = Millis::DAY;

/// What becomes of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Taken.
    Done,
    /// Never again.
    Drop,
    /// Refused; a few more tries.
    Again,
    /// The host has trouble: all that is for it waits, for as long as it asks.
    Host(Option<Duration>),
    /// The host has trouble with this one: the others get a chance before it.
    Stumbled(Option<Duration>),
}

/// What an answer means.
pub(super) fn judge(status: StatusCode, retry_after: Option<Duration>) -> Verdict {
    match status.as_u16() {
        200..=299 => Verdict::Done,
        408 | 425 | 429 | 502..=504 | 520..=530 => Verdict::Host(retry_after),
        500..=599 => Verdict::Stumbled(retry_after),
        // A redirect of a delivery is a server being moved: it may settle.
        300..=399 | 401 | 403 | 404 => Verdict::Again,
        _ => Verdict::Drop,
    }
}

/// Is the other signature form worth a try?
pub(super) fn second_knock(status: StatusCode) -> bool {
    matches!(status.as_u16(), 400 | 401)
}

/// What was remembered of a host, as a form; draft-cavage for who is not known.
pub(super) const fn form(remembered: i16) -> Form {
    match remembered {
        2 => Form::Rfc9421,
        _ => Form::Cavage,
    }
}

/// The other one.
pub(super) const fn other(form: Form) -> Form {
    match form {
        Form::Cavage => Form::Rfc9421,
        Form::Rfc9421 => Form::Cavage,
    }
}

/// How a form is remembered.
pub(super) const fn number(form: Form) -> i16 {
    match form {
        Form::Cavage => 1,
        Form::Rfc9421 => 2,
    }
}

/// How long to wait after so many failures before this one: the schedule with 25 % of chance to either
/// side, so that those who failed together do not come back together.
pub(super) fn pause(failures: i32, chance: u16) -> i64 {
    let at = usize::try_from(failures).unwrap_or(0).min(PAUSES.len() - 1);
    let base = PAUSES.get(at).copied().unwrap_or(Millis::MINUTE);
    let half = base / 2;
    base - base / 4 + half * i64::from(chance) / i64::from(u16::MAX)
}

/// As [`pause`], but at least as long as the host asks for.
pub(super) fn host_pause(failures: i32, chance: u16, asked: Option<Duration>) -> i64 {
    let asked = asked.map_or(0, |asked| {
        i64::try_from(asked.as_millis()).unwrap_or(i64::MAX)
    });
    if asked > 0 {
        asked.min(LONGEST_WISH)
    } else {
        pause(failures, chance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(code: u16) -> Verdict {
        judge(StatusCode::from_u16(code).unwrap(), None)
    }

    #[test]
    fn each_answer_has_its_class() {
        for code in [200, 201, 202, 204] {
            assert_eq!(judged(code), Verdict::Done, "{code}");
        }
        for code in [400, 405, 410, 413, 415, 422] {
            assert_eq!(judged(code), Verdict::Drop, "{code}");
        }
        for code in [301, 401, 403, 404] {
            assert_eq!(judged(code), Verdict::Again, "{code}");
        }
        for code in [408, 429, 502, 503, 504] {
            assert_eq!(judged(code), Verdict::Host(None), "{code}");
        }
        assert_eq!(judged(500), Verdict::Stumbled(None));
    }

    #[test]
    fn pauses_grow_and_vary_by_a_quarter() {
        for (failures, pause_in_minutes) in [(0, 1), (1, 5), (2, 15), (3, 45), (4, 120), (9, 720)] {
            let base = pause_in_minutes * Millis::MINUTE;
            assert_eq!(pause(failures, 0), base - base / 4);
            assert_eq!(pause(failures, u16::MAX), base - base / 4 + base / 2);
        }
        let hour = Some(Duration::from_secs(3600));
        assert_eq!(host_pause(0, 0, hour), Millis::HOUR);
        let week = Some(Duration::from_secs(7 * 86_400));
        assert_eq!(host_pause(0, 0, week), Millis::DAY, "a day at the most");
    }
}
