//! Words of the directory of groups: how many belong to one, and how much is said in it. Both are told
//! roughly: an exact number would tell of a small group who just came or left.

use crate::columns::small_enum;
use crate::time::Millis;

/// How many belong to a group, as far as everyone may know it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroupSize {
    /// Fewer than 10.
    #[default]
    Handful,
    /// 10 to 50.
    Tens,
    /// 50 to 200.
    Hall,
    /// 200 to 1000.
    Hundreds,
    /// More.
    Thousands,
}

impl GroupSize {
    /// The range in which this number of members lies.
    #[must_use]
    pub const fn of(members: i64) -> Self {
        match members {
            ..10 => Self::Handful,
            10..50 => Self::Tens,
            50..200 => Self::Hall,
            200..1000 => Self::Hundreds,
            _ => Self::Thousands,
        }
    }

    /// The range in digits, for the keys of texts: `10-50`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Handful => "0-10",
            Self::Tens => "10-50",
            Self::Hall => "50-200",
            Self::Hundreds => "200-1000",
            Self::Thousands => "1000",
        }
    }
}

/// When something was last said in a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GroupActivity {
    /// Today or yesterday.
    Day,
    /// In this week.
    Week,
    /// In this month.
    Month,
    /// Longer ago, or never.
    #[default]
    Quiet,
}

impl GroupActivity {
    /// How long ago the newest thread came.
    #[must_use]
    pub const fn of(last: Option<Millis>, now: Millis) -> Self {
        let Some(last) = last else {
            return Self::Quiet;
        };
        match now.0.saturating_sub(last.0) / Millis::DAY {
            ..2 => Self::Day,
            2..7 => Self::Week,
            7..31 => Self::Month,
            _ => Self::Quiet,
        }
    }

    /// The word of it, for the keys of texts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quiet => "quiet",
        }
    }
}

small_enum! {
    /// What a word by which groups are sorted is.
    TopicKind {
        /// A language, by its code.
        Language = 0, "language";
        /// A hashtag.
        Hashtag = 1, "hashtag";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_ranges() {
        for (members, range) in [
            (-1, "0-10"),
            (0, "0-10"),
            (9, "0-10"),
            (10, "10-50"),
            (49, "10-50"),
            (50, "50-200"),
            (999, "200-1000"),
            (1000, "1000"),
            (i64::MAX, "1000"),
        ] {
            assert_eq!(GroupSize::of(members).as_str(), range, "{members}");
        }
    }

    #[test]
    fn activity_is_a_word() {
        let now = Millis(100 * Millis::DAY);
        for (days, word) in [
            (0, "day"),
            (1, "day"),
            (2, "week"),
            (6, "week"),
            (7, "month"),
            (31, "quiet"),
            // The clock of another server.
            (-3, "day"),
        ] {
            let last = now.plus(-days * Millis::DAY);
            assert_eq!(GroupActivity::of(Some(last), now).as_str(), word, "{days}");
        }
        assert_eq!(GroupActivity::of(None, now), GroupActivity::Quiet);
    }
}
