//! Links by which members let others in: into the place. Those into its groups are `group_invites`.

use std::sync::Arc;

use database::invites::{self as rows, Invite};
use database::{Conn, users};
use model::settings::{Inviters, Settings};
use model::{InviteId, Millis, ServerRole};

use crate::context::{Context, Ctx};
use crate::door::door;
use crate::error::{Error, Problem, Result};
use crate::views::account::Viewer;

/// Open invites of one member; those who run the place may have more.
const MOST_OPEN: i64 = 20;
const MOST_OPEN_OF_STAFF: i64 = 500;
/// People that one invite lets in at the most.
const MOST_USES: i64 = 1_000;
/// So many are shown.
const SHOWN: i64 = 100;

/// An invite as its maker sees it.
#[derive(Clone, Debug)]
pub struct View {
    /// Its id.
    pub id: InviteId,
    /// The whole link.
    pub url: String,
    /// What stands in it.
    pub code: String,
    /// So many people; `None` for any number.
    pub max_uses: Option<i64>,
    /// So many came.
    pub uses: i64,
    /// Until when.
    pub expires_at: Option<Millis>,
    /// Does it still let someone in?
    pub is_open: bool,
    /// The name of who made it.
    pub by: String,
}

/// An invite that lets someone in.
pub(crate) struct Usable {
    pub(crate) id: InviteId,
    /// Was it made by someone who runs the place?
    pub(crate) by_staff: bool,
}

/// The one problem of codes that never were, are used up or too old, or whose maker may invite no more.
pub(crate) fn unusable() -> Problem {
    Problem {
        field: "invite_code",
        code: "ERR_INVALID",
        text: "this invitation is not valid (any more)".to_owned(),
    }
}

fn is_staff(role: ServerRole) -> bool {
    role >= ServerRole::Moderator
}

fn may_invite(settings: &Settings, role: ServerRole) -> bool {
    settings.invites == Inviters::Members || is_staff(role)
}

/// May this person make invites as the place is now?
#[must_use]
pub fn may_make(ctx: &Context, viewer: &Viewer) -> bool {
    door(ctx).by_invite && may_invite(&ctx.settings(), viewer.user.role)
}

/// Can this be a code at all? PostgreSQL takes no NUL in a text, and no code has one.
pub(crate) fn is_code(code: &str) -> bool {
    code.len() <= 100 && code.bytes().all(|b| b.is_ascii_graphic())
}

/// For so many people, and so long?
///
/// # Errors
/// `Invalid` for impossible numbers.
pub(crate) fn check(max_uses: Option<i64>, lasts: Option<i64>) -> Result<()> {
    if max_uses.is_some_and(|most| !(1..=MOST_USES).contains(&most)) {
        return Err(Error::invalid(
            "max_uses",
            "ERR_INVALID",
            "an invitation is for 1 to 1000 people",
        ));
    }
    if lasts.is_some_and(|lasts| !(Millis::MINUTE..=365 * Millis::DAY).contains(&lasts)) {
        return Err(Error::invalid(
            "expires_in",
            "ERR_INVALID",
            "an invitation works for a minute to a year",
        ));
    }
    Ok(())
}

/// The open invite with this code, as long as its maker may let others in.
pub(crate) fn open(ctx: &Context, conn: &mut Conn, code: &str) -> Result<Option<Usable>> {
    if !is_code(code) {
        return Ok(None);
    }
    let Some(invite) = rows::by_code(conn, code)?.filter(|invite| invite.is_open(ctx.now())) else {
        return Ok(None);
    };
    let Some(maker) = users::find(conn, invite.account_id)? else {
        return Ok(None);
    };
    let usable = maker.may_act() && may_invite(&ctx.settings(), maker.role);
    Ok(usable.then_some(Usable {
        id: invite.id,
        by_staff: is_staff(maker.role),
    }))
}

/// Counts one who came; `false` where the invite was closed meanwhile.
pub(crate) fn spend(ctx: &Context, conn: &mut Conn, id: InviteId) -> Result<bool> {
    Ok(rows::spend(conn, id, ctx.now())?)
}

/// Would this code let someone in?
///
/// # Errors
/// The database.
pub async fn is_open(ctx: &Ctx, code: &str) -> Result<bool> {
    if !door(ctx).by_invite {
        return Ok(false);
    }
    let (code, context) = (code.to_owned(), Arc::clone(ctx));
    ctx.db
        .read(move |conn| Ok(open(&context, conn, &code)?.is_some()))
        .await
}

/// Makes an invite for so many people (`None`: any number) that works so long (`None`: for ever).
///
/// # Errors
/// `Forbidden` for who may not; `Invalid` for impossible numbers; `LimitExceeded` for too many.
pub async fn make(
    ctx: &Ctx,
    viewer: &Viewer,
    max_uses: Option<i64>,
    lasts: Option<i64>,
) -> Result<View> {
    if !may_make(ctx, viewer) {
        return Err(Error::Forbidden("invitations are made by others here"));
    }
    check(max_uses, lasts)?;
    let now = ctx.now();
    let row = Invite {
        id: ctx.id(),
        account_id: viewer.human.id,
        code: ctx.random_hex::<16>()?,
        max_uses,
        uses: 0,
        expires_at: lasts.map(|lasts| now.plus(lasts)),
        created_at: now,
        group_id: None,
        action_id: None,
    };
    let most = if is_staff(viewer.user.role) {
        MOST_OPEN_OF_STAFF
    } else {
        MOST_OPEN
    };
    let view = seen(ctx, row.clone(), viewer.human.username.clone(), None);
    ctx.write(move |conn| {
        if rows::count_open(conn, row.account_id, now)? >= most {
            return Err(Error::LimitExceeded("there are too many open invitations"));
        }
        rows::insert(conn, &row)?;
        Ok(view)
    })
    .await
}

/// An invite as who may manage it sees it; of a link into a group with the name of the group.
pub(crate) fn seen(ctx: &Context, row: Invite, by: String, group: Option<&str>) -> View {
    View {
        id: row.id,
        url: match group {
            Some(group) => format!("{}/invite/{}", ctx.place.account_url(group), row.code),
            None => format!("{}/invite/{}", ctx.place.base(), row.code),
        },
        is_open: row.is_open(ctx.now()),
        code: row.code,
        max_uses: row.max_uses,
        uses: row.uses,
        expires_at: row.expires_at,
        by,
    }
}

/// The newest invites of this person.
///
/// # Errors
/// The database.
pub async fn of(ctx: &Ctx, viewer: &Viewer) -> Result<Vec<View>> {
    let id = viewer.human.id;
    let rows = ctx
        .db
        .read(move |conn| Ok::<_, Error>(rows::of_account(conn, id, SHOWN)?))
        .await?;
    let by = &viewer.human.username;
    Ok(rows
        .into_iter()
        .map(|row| seen(ctx, row, by.clone(), None))
        .collect())
}

/// The newest invites of all, for those who run the place.
///
/// # Errors
/// The database.
pub async fn newest(ctx: &Ctx) -> Result<Vec<View>> {
    let rows = ctx
        .db
        .read(|conn| Ok::<_, Error>(rows::newest(conn, SHOWN)?))
        .await?;
    Ok(rows
        .into_iter()
        .map(|(row, by)| seen(ctx, row, by, None))
        .collect())
}

/// Ends an invite of this person (who runs the place: of anyone). Whoever came by it stays.
///
/// # Errors
/// `NotFound`, also for an invite of someone else.
pub async fn close(ctx: &Ctx, viewer: &Viewer, id: InviteId) -> Result<()> {
    let of = (!is_staff(viewer.user.role)).then_some(viewer.human.id);
    close_one(ctx, id, of).await
}

async fn close_one(ctx: &Ctx, id: InviteId, of: Option<model::AccountId>) -> Result<()> {
    let now = ctx.now();
    ctx.write(move |conn| {
        if rows::close(conn, id, None, of, now)? {
            Ok(())
        } else {
            Err(Error::NotFound)
        }
    })
    .await
}

/// Ends the invite with this code, from the command line.
///
/// # Errors
/// `NotFound`.
pub async fn close_by_code(ctx: &Ctx, code: &str) -> Result<()> {
    let code = code.to_owned();
    let found = ctx
        .db
        .read(move |conn| Ok::<_, Error>(rows::by_code(conn, &code)?))
        .await?
        .ok_or(Error::NotFound)?;
    close_one(ctx, found.id, None).await
}
