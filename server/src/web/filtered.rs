//! What a reader's filters do to a post on a page: the server marks, and the page is the app.

use model::{FilterAction, FilterContext};
use services::views::StatusView;

use super::cards::Reader;

/// What stands between a reader and a post.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Veil {
    /// Nothing.
    #[default]
    Nothing,
    /// Its pictures are covered.
    Pictures,
    /// All of it is covered, under the filter's title.
    Title(String),
    /// It is not shown.
    Absent,
}

/// The strongest of the filters that hold here. One's own posts are always shown.
pub(crate) fn veil(view: &StatusView, reader: Reader<'_>) -> Veil {
    let shown = view.reblog.as_deref().unwrap_or(view);
    if reader.me == Some(shown.status.account_id) {
        return Veil::Nothing;
    }
    let mut veil = Veil::Nothing;
    for found in &view.filtered {
        if !reader.context.is_in(found.filter.contexts) {
            continue;
        }
        match (found.filter.action, &veil) {
            (FilterAction::Hide, _) => return Veil::Absent,
            (FilterAction::Warn, _) => veil = Veil::Title(found.filter.title.clone()),
            (FilterAction::Blur, Veil::Nothing) => veil = Veil::Pictures,
            (FilterAction::Blur, _) => {}
        }
    }
    veil
}

impl Reader<'_> {
    /// The same reader on another kind of page.
    pub(crate) const fn within(mut self, context: FilterContext) -> Self {
        self.context = context;
        self
    }
}
