//! Paging as the Mastodon API defines it: three cursors and a limit.

/// What part of a list is asked for. Cursors are bare ids: of a status, or of the relationship's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Only what is older than this.
    pub max_id: Option<i64>,
    /// The newest entries that are newer than this.
    pub since_id: Option<i64>,
    /// The entries immediately newer than this; still answered newest first.
    pub min_id: Option<i64>,
    /// How many at the most (already clamped).
    pub limit: i64,
}

impl Page {
    /// The first page.
    #[must_use]
    pub const fn first(limit: i64) -> Self {
        Self {
            max_id: None,
            since_id: None,
            min_id: None,
            limit,
        }
    }

    /// Everything older than `max_id`, exclusive; `i64::MAX` where no cursor was given.
    #[must_use]
    pub fn below(&self) -> i64 {
        self.max_id.unwrap_or(i64::MAX)
    }

    /// Everything newer than this, exclusive.
    #[must_use]
    pub fn above(&self) -> i64 {
        self.min_id.or(self.since_id).unwrap_or(0)
    }

    /// Does the page grow upward from `min_id`? Then the query sorts ascending and the answer is turned.
    #[must_use]
    pub const fn ascending(&self) -> bool {
        self.min_id.is_some()
    }
}

/// One page of things with the cursors of its first and last entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paged<T> {
    /// Newest first.
    pub items: Vec<T>,
    /// The cursor of the newest entry: `min_id` of the previous page.
    pub newest: Option<i64>,
    /// The cursor of the oldest entry: `max_id` of the next page. `None` where nothing older can be.
    pub oldest: Option<i64>,
}

impl<T> Paged<T> {
    /// An empty page.
    #[must_use]
    pub const fn empty() -> Self {
        Self {
            items: Vec::new(),
            newest: None,
            oldest: None,
        }
    }

    /// A page from entries with their cursors, newest first; a page that is not full is the last one.
    #[must_use]
    pub fn of(entries: Vec<(i64, T)>, page: &Page) -> Self {
        let full = i64::try_from(entries.len()).unwrap_or(i64::MAX) >= page.limit;
        let newest = entries.first().map(|entry| entry.0);
        let oldest = entries
            .last()
            .map(|entry| entry.0)
            .filter(|_| full || page.ascending());
        Self {
            items: entries.into_iter().map(|entry| entry.1).collect(),
            newest,
            oldest,
        }
    }

    /// The same page with each entry turned into something else.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Paged<U> {
        Paged {
            items: self.items.into_iter().map(f).collect(),
            newest: self.newest,
            oldest: self.oldest,
        }
    }

    /// The same cursors over other items (a page of ids that was loaded in one go).
    #[must_use]
    pub fn with<U>(&self, items: Vec<U>) -> Paged<U> {
        Paged {
            items,
            newest: self.newest,
            oldest: self.oldest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_is_not_full_is_the_last() {
        let page = Page::first(2);
        assert_eq!(Paged::of(vec![(9, 'a'), (7, 'b')], &page).oldest, Some(7));
        assert_eq!(Paged::of(vec![(9, 'a')], &page).oldest, None);
        assert_eq!(Paged::<char>::of(vec![], &page), Paged::empty());
    }
}
