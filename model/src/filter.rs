//! Filters: where they hold, and what they do.

use crate::columns::small_enum;

small_enum! {
    /// What happens to a post that a filter matches. Apps do it; the server marks.
    FilterAction {
        /// Covered, with the filter's title.
        Warn = 0, "warn";
        /// Not shown at all.
        Hide = 1, "hide";
        /// Its pictures are covered.
        Blur = 2, "blur";
    }
}

small_enum! {
    /// Where a filter holds.
    FilterContext {
        /// Home and lists.
        Home = 0, "home";
        /// Notifications.
        Notifications = 1, "notifications";
        /// Public timelines and hashtags.
        Public = 2, "public";
        /// A post with its answers.
        Thread = 3, "thread";
        /// Profiles.
        Account = 4, "account";
    }
}

impl FilterContext {
    /// Several as one number, a bit each.
    #[must_use]
    pub fn set(contexts: &[Self]) -> i16 {
        contexts
            .iter()
            .fold(0, |set, context| set | (1 << context.number()))
    }

    /// Is it in this set?
    #[must_use]
    pub const fn is_in(self, set: i16) -> bool {
        set & (1 << self.number()) != 0
    }

    /// The members of a set, in their order.
    #[must_use]
    pub fn of(set: i16) -> Vec<Self> {
        Self::ALL
            .iter()
            .copied()
            .filter(|context| context.is_in(set))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in() {
        let some = [FilterContext::Home, FilterContext::Account];
        assert_eq!(FilterContext::of(FilterContext::set(&some)), some);
        assert_eq!(
            FilterContext::of(FilterContext::set(FilterContext::ALL)),
            FilterContext::ALL
        );
        assert!(FilterContext::of(0).is_empty());
    }
}
