//! Filters as the first version of the API has them: one phrase each. Each is a keyword, and shows what
//! the filter around it says.

use std::sync::Arc;

use database::filters::{self, Filter, Keyword};
use model::KeywordId;

use super::{FilterChange, KeywordChange, alter, announce, edit, insert, put, settle, whole};
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::views::account::Viewer;

/// A keyword with the filter around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhraseView {
    /// The keyword: its id is the phrase's.
    pub keyword: Keyword,
    /// The filter around it.
    pub filter: Filter,
}

/// All of one's keywords, oldest filter first.
///
/// # Errors
/// The database.
pub async fn all(ctx: &Ctx, viewer: &Viewer) -> Result<Vec<PhraseView>> {
    let me = viewer.id();
    ctx.db
        .read(move |conn| {
            let rows = filters::of(conn, me)?;
            Ok(whole(conn, rows)?
                .into_iter()
                .flat_map(|view| {
                    let filter = view.filter;
                    view.keywords.into_iter().map(move |keyword| PhraseView {
                        keyword,
                        filter: filter.clone(),
                    })
                })
                .collect())
        })
        .await
}

/// One.
///
/// # Errors
/// `NotFound`.
pub async fn one(ctx: &Ctx, viewer: &Viewer, id: KeywordId) -> Result<PhraseView> {
    let me = viewer.id();
    ctx.db
        .read(move |conn| {
            let keyword = filters::keyword(conn, me, id)?;
            let filter = filters::get(conn, me, keyword.filter_id)?;
            Ok(PhraseView { keyword, filter })
        })
        .await
}

/// Makes a filter of one phrase, which is its title too.
///
/// # Errors
/// `Invalid`, `LimitExceeded`.
pub async fn create(
    ctx: &Ctx,
    viewer: &Viewer,
    change: FilterChange,
    phrase: KeywordChange,
) -> Result<PhraseView> {
    let (home, me) = (Arc::clone(ctx), viewer.id());
    ctx.write(move |conn| {
        let filter = insert(&home, conn, me, &change)?;
        let keyword = put(&home, conn, filter.id, &phrase)?;
        settle(&home, conn, me)?;
        Ok(PhraseView { keyword, filter })
    })
    .await
}

/// Changes a phrase, and the filter around it where nothing else is in it.
///
/// # Errors
/// `NotFound`, `Invalid`: also where the filter has more keywords, which this version cannot show.
pub async fn update(
    ctx: &Ctx,
    viewer: &Viewer,
    id: KeywordId,
    change: FilterChange,
    phrase: KeywordChange,
) -> Result<PhraseView> {
    let (home, me) = (Arc::clone(ctx), viewer.id());
    ctx.write(move |conn| {
        let mut keyword = filters::keyword(conn, me, id)?;
        let before = filters::get(conn, me, keyword.filter_id)?;
        let mut filter = before.clone();
        edit(conn, &mut keyword, &phrase)?;
        alter(&home, conn, &mut filter, &change)?;
        if filter != before && filters::keywords(conn, &[filter.id])?.len() > 1 {
            return Err(Error::invalid(
                "phrase",
                "ERR_INVALID",
                "This filter has several keywords: only an app that knows them can change what they share",
            ));
        }
        settle(&home, conn, me)?;
        Ok(PhraseView { keyword, filter })
    })
    .await
}

/// Removes a phrase, and with the last one the filter, unless it holds single posts.
///
/// # Errors
/// `NotFound`.
pub async fn delete(ctx: &Ctx, viewer: &Viewer, id: KeywordId) -> Result<()> {
    let (home, me) = (Arc::clone(ctx), viewer.id());
    ctx.write(move |conn| {
        let keyword = filters::keyword(conn, me, id)?;
        filters::delete_keyword(conn, id)?;
        let of = [keyword.filter_id];
        if filters::keywords(conn, &of)?.is_empty() && filters::statuses(conn, &of)?.is_empty() {
            filters::delete(conn, keyword.filter_id)?;
        }
        announce(&home, conn, me)
    })
    .await
}
