//! The three cursors of the Mastodon API as part of a query. Entries come out newest first, whichever
//! way the page grows.

/// Loads one page of `$query`, ordered and cut by the id in `$cursor`. Stands inside `both!`.
macro_rules! page_of {
    ($conn:ident, $db:ty, $query:expr, $cursor:expr, $page:expr) => {{
        let query = $query
            .filter($cursor.lt($page.below()))
            .filter($cursor.gt($page.above()))
            .limit($page.limit)
            .into_boxed::<$db>();
        if $page.ascending() {
            query.order($cursor.asc()).load($conn).map(|mut rows| {
                rows.reverse();
                rows
            })
        } else {
            query.order($cursor.desc()).load($conn)
        }
    }};
}
pub(crate) use page_of;
