//! What a group writes to people by itself: a direct status in its name, as it stands in any app.

use database::accounts::Account;
use database::statuses::Status;
use model::StatusId;
use text::{MentionTarget, MentionText};

use crate::context::Context;

/// The row of such a letter, in these words of this language. Where its text names `to`, that is a mention. It stands
/// at `uri`, or at the address of a status of its own, where it is to reach other servers.
pub(crate) fn written(
    ctx: &Context,
    group: &Account,
    (language, source): (&str, String),
    uri: Option<String>,
    to: Option<&Account>,
) -> Status {
    let (id, now): (StatusId, _) = (ctx.id(), ctx.now());
    let named = |mention: &MentionText| -> Option<MentionTarget> {
        let account = to?;
        let is_meant = mention.username.to_lowercase() == account.username_key
            && mention.domain.as_deref().unwrap_or_default() == account.domain;
        is_meant.then(|| MentionTarget {
            url: account.url.clone(),
            acct_username: account.username.clone(),
        })
    };
    let no_tag = |_: &str| String::new();
    let uri = uri.unwrap_or_else(|| ctx.place.status_uri(&group.uri, id));
    Status {
        url: ctx.place.status_url(&group.username, id),
        local: true,
        content: text::plain_to_html(&source, &named, &no_tag).into_string(),
        source,
        language: Some(language.to_owned()),
        ..Status::blank(id, group.id, uri, now)
    }
}
