//! A group is founded: its name, its account with keys and pictures, its settings, and its first owner.

use std::sync::Arc;

use database::follows::{self, Follow};
use database::groups::{self, Group};
use database::memberships::{self, Membership};
use database::{Conn, accounts, actor_keys};
use model::{AccountId, AccountKind, GroupKind, Role, Username};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::views::account::Viewer;
use crate::views::group::{self, GroupView};
use crate::{enrol, keys, names, profile};

/// A new group.
#[derive(Clone, Debug, Default)]
pub struct NewGroup {
    /// The name in its handle; empty: made from the title.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// What it is for, as typed.
    pub note: String,
    /// Open unless said otherwise.
    pub kind: Option<GroupKind>,
    /// Bytes of a picture.
    pub avatar: Option<Vec<u8>>,
    /// Bytes of a picture.
    pub header: Option<Vec<u8>>,
}

/// Founds a group: account, keys, settings, the founder as owner and follower, in one transaction.
///
/// # Errors
/// `Invalid` with a problem per field (name taken by a person or group, reserved..).
pub async fn create(ctx: &Ctx, founder: &Viewer, new: NewGroup) -> Result<GroupView> {
    if founder.account.is_group() {
        return Err(Error::Forbidden("people found groups"));
    }
    if text::graphemes(&new.title) > profile::MOST_NAME {
        return Err(profile::name_too_long());
    }
    let title = text::display_name(&new.title, profile::MOST_NAME);
    let name = wanted_name(ctx, &new, &title).await?;
    let note = profile::note(ctx, new.note.clone()).await?;
    let (keys, avatar, header) = tokio::try_join!(
        keys::generate(),
        profile::picture(ctx, new.avatar, media::avatar),
        profile::picture(ctx, new.header, media::header),
    )?;
    let kind = new.kind.unwrap_or(GroupKind::Open);
    let mut row = enrol::blank(ctx, AccountKind::Group, name.as_str());
    row.display_name = title;
    row.note_source = note.source;
    row.note = note.html;
    row.locked = kind.has_door();
    row.avatar = avatar.unwrap_or_default();
    row.header = header.unwrap_or_default();
    row.indexable = true;
    let (context, founder) = (Arc::clone(ctx), founder.id());
    let pictures = [row.avatar.clone(), row.header.clone()];
    let founded = ctx
        .write(move |conn| {
            let ctx = &context;
            let id = row.id;
            accounts::insert(conn, &row).map_err(|error| names::collision(error, "name"))?;
            actor_keys::replace(conn, id, &keys.into_rows(ctx, &row))?;
            groups::insert(conn, &Group::new(id, kind, Some(founder), row.created_at))?;
            first_owner(ctx, conn, id, founder)?;
            group::one_in(conn, Some(founder), id, ctx.now())
        })
        .await;
    if founded.is_err() {
        profile::drop_pictures(ctx, &pictures).await;
    }
    founded
}

/// The name that is asked for, or one made of the title that is free.
async fn wanted_name(ctx: &Ctx, new: &NewGroup, title: &str) -> Result<Username> {
    let chosen = new.name.trim().to_owned();
    let base = names::from_title(title);
    let is_chosen = !chosen.is_empty();
    if !is_chosen && base.is_empty() {
        return Err(Error::invalid(
            "name",
            "ERR_BLANK",
            "a group needs a name of letters a to z, digits and underscores",
        ));
    }
    ctx.db
        .read(move |conn| {
            if is_chosen {
                let name = names::wanted("name", &chosen).map_err(|p| Error::Invalid(vec![p]))?;
                return if names::is_taken(conn, &name)? {
                    Err(Error::Invalid(vec![names::taken("name")]))
                } else {
                    Ok(name)
                };
            }
            let numbered = (2..100).map(|number| format!("{base}_{number}"));
            for candidate in std::iter::once(base.clone()).chain(numbered) {
                if let Ok(name) = names::wanted("name", &candidate)
                    && !names::is_taken(conn, &name)?
                {
                    return Ok(name);
                }
            }
            Err(Error::Invalid(vec![names::taken("name")]))
        })
        .await
}

fn first_owner(ctx: &Ctx, conn: &mut Conn, group: AccountId, founder: AccountId) -> Result<()> {
    let now = ctx.now();
    memberships::insert(
        conn,
        &Membership {
            role: Role::Owner,
            ..Membership::new(ctx.id(), group, founder, now)
        },
    )?;
    follows::insert(conn, &Follow::new(ctx.id(), founder, group, now))?;
    accounts::count_follow(conn, founder, group, 1)?;
    Ok(())
}
