//! How long a text is, counted as Mastodon counts: clients show the same number.

use unicode_segmentation::UnicodeSegmentation;

use crate::microsyntax::{PieceKind, pieces};

/// Every link counts as much, however long it is (Mastodon `characters_reserved_per_url`).
const LINK: usize = 23;

/// The length that is compared with the limit of a post: a link counts 23, a mention without
/// its server.
#[must_use]
pub fn characters(text: &str) -> usize {
    let mut counted = 0;
    let mut at = 0;
    for piece in pieces(text) {
        counted += graphemes(text.get(at..piece.span.start).unwrap_or_default());
        counted += match &piece.kind {
            PieceKind::Mention(mention) => 1 + mention.username.len(),
            PieceKind::Link(_) => LINK,
            PieceKind::Hashtag(_) => graphemes(text.get(piece.span.clone()).unwrap_or_default()),
        };
        at = piece.span.end;
    }
    counted + graphemes(text.get(at..).unwrap_or_default())
}

/// Letters as people see them: an emoji of several code points is one.
#[must_use]
pub fn graphemes(text: &str) -> usize {
    text.graphemes(true).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_servers_do_not_cost_what_they_are_long() {
        assert_eq!(characters("hello"), 5);
        assert_eq!(characters("@ana@very.long.example hi"), 7);
        assert_eq!(
            characters("see https://example.com/a/very/long/path/that/goes/on ok"),
            4 + 23 + 3
        );
        assert_eq!(characters("👩‍👩‍👧‍👦é"), 2);
        assert_eq!(characters("#tea"), 4);
    }
}
