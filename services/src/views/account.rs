//! An account with what its printers need, and how the viewer stands to it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use database::account_restrictions::{self, Standing};
use database::accounts::{self, Account};
use database::groups::{self, Group};
use database::profiles::{self, Extras};
use database::users::User;
use database::{
    Conn, account_domain_blocks, account_notes, blocks, endorsements, follow_languages, follows,
    group_bans, group_mutes, memberships, mutes,
};
use model::{
    AccountId, FollowState, Id, MembershipState, Millis, Page, Paged, ServerRole, Visibility,
};

use crate::context::Ctx;
use crate::emojis::{EmojiView, Emojis};
use crate::error::{Error, Result};

/// An account ready to print.
#[derive(Clone, Debug)]
pub struct AccountView {
    /// The row.
    pub account: Account,
    /// Where it is a group of this server.
    pub group: Option<Group>,
    /// Limited by the staff: only followers find it.
    pub silenced: bool,
    /// All its pictures are covered by the staff.
    pub sensitized: bool,
    /// The role of a person of this server.
    pub role: Option<ServerRole>,
    /// Custom emoji in its name, note and fields.
    pub emojis: Vec<EmojiView>,
    /// The further parts of its profile, where someone here wrote any.
    pub extras: Option<Extras>,
}

/// How one account stands to another, seen from the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RelationshipView {
    /// To whom.
    pub id: AccountId,
    /// The other was sent away by the staff.
    pub suspended: bool,
    /// Follow in force.
    pub following: bool,
    /// Boosts shown.
    pub showing_reblogs: bool,
    /// Told of each post.
    pub notifying: bool,
    /// The languages that the follow brings home; empty for all.
    pub languages: Vec<String>,
    /// Followed by.
    pub followed_by: bool,
    /// Blocked by the viewer.
    pub blocking: bool,
    /// The viewer is blocked.
    pub blocked_by: bool,
    /// Muted.
    pub muting: bool,
    /// With notifications.
    pub muting_notifications: bool,
    /// When the mute ends.
    pub muting_expires_at: Option<model::Millis>,
    /// Asked to follow, not answered.
    pub requested: bool,
    /// Was asked by.
    pub requested_by: bool,
    /// The viewer hides the whole server.
    pub domain_blocking: bool,
    /// Featured on the viewer's profile.
    pub endorsed: bool,
    /// What the viewer wrote down.
    pub note: String,
    /// For groups: a member.
    pub group_member: bool,
    /// For groups: with this role.
    pub group_role: Option<model::Role>,
}

impl AccountView {
    /// What stands before the lines of a profile in every app and on every server, for a group that leaves this one:
    /// a name in both languages of this place, and the day.
    #[must_use]
    pub fn leaving(&self) -> Option<(&'static str, String)> {
        let day = self.group.as_ref()?.leaves_at?;
        Some(("Leaves this server / Pindah dari server ini", day.day()))
    }
}

/// Who is looking. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// The account that looks: a person, or a group whose moderator acts for it.
    pub account: Arc<Account>,
    /// The human behind it (the same, but when acting for a group).
    pub human: Arc<Account>,
    /// The human's account on this server.
    pub user: Arc<User>,
}

impl Viewer {
    /// The id of the account that looks.
    #[must_use]
    pub fn id(&self) -> AccountId {
        self.account.id
    }

    /// Does a human act for a group here?
    #[must_use]
    pub fn is_group(&self) -> bool {
        self.account.id != self.human.id
    }

    /// The same human, who acts for this account: himself, or a group. What he chose for posts of his own and
    /// his role on the server are not the group's.
    #[must_use]
    pub fn acting_for(self, account: Arc<Account>) -> Self {
        if account.id == self.human.id {
            return Self { account, ..self };
        }
        let user = User {
            role: ServerRole::Member,
            default_visibility: Visibility::Public,
            default_sensitive: false,
            default_language: None,
            ..User::clone(&self.user)
        };
        Self {
            account,
            human: self.human,
            user: Arc::new(user),
        }
    }
}

/// Loads accounts in the order of `ids`; what does not exist is left out.
///
/// # Errors
/// The database.
pub async fn load(ctx: &Ctx, ids: Vec<AccountId>) -> Result<Vec<AccountView>> {
    ctx.db.read(move |conn| load_in(conn, &ids)).await
}

/// As [`load`], for a caller that holds a connection already.
///
/// # Errors
/// The database.
pub fn load_in(conn: &mut Conn, ids: &[AccountId]) -> Result<Vec<AccountView>> {
    let unique: Vec<AccountId> = ids
        .iter()
        .copied()
        .collect::<HashSet<_>>()
        .into_iter()
        .collect();
    let accounts = accounts::by_ids(conn, &unique)?;
    let ours: Vec<AccountId> = accounts
        .iter()
        .filter(|account| account.is_group() && account.is_local())
        .map(|account| account.id)
        .collect();
    let here: Vec<AccountId> = accounts
        .iter()
        .filter(|account| account.is_local())
        .map(|account| account.id)
        .collect();
    let mut extras: HashMap<AccountId, Extras> = profiles::of(conn, &here)?
        .into_iter()
        .map(|extras| (extras.account_id, extras))
        .collect();
    let mut groups: HashMap<AccountId, Group> = groups::by_ids(conn, &ours)?
        .into_iter()
        .map(|group| (group.account_id, group))
        .collect();
    let standings: HashMap<AccountId, Standing> = account_restrictions::standings(conn, &unique)?
        .into_iter()
        .map(|standing| (standing.account_id, standing))
        .collect();
    let texts = accounts
        .iter()
        .flat_map(|account| texts_of(account).map(|text| (account.domain.as_str(), text)));
    let emojis = Emojis::load(conn, texts)?;
    let views: HashMap<AccountId, AccountView> = accounts
        .into_iter()
        .map(|account| {
            let standing = standings.get(&account.id);
            let view = AccountView {
                group: groups.remove(&account.id),
                extras: extras.remove(&account.id),
                silenced: standing.is_some_and(|it| it.silenced_at.is_some()),
                sensitized: standing.is_some_and(|it| it.sensitized_at.is_some()),
                role: standing.and_then(|it| it.role),
                emojis: emojis.of(&account.domain, texts_of(&account)),
                account,
            };
            (view.account.id, view)
        })
        .collect();
    Ok(ids.iter().filter_map(|id| views.get(id).cloned()).collect())
}

/// The texts of a profile in which emoji may stand.
fn texts_of(account: &Account) -> impl Iterator<Item = &str> {
    let fields = account.fields.as_array().into_iter().flatten();
    let fields = fields.flat_map(|field| {
        ["name", "value"]
            .into_iter()
            .filter_map(|key| field.get(key)?.as_str())
    });
    [account.display_name.as_str(), account.note.as_str()]
        .into_iter()
        .chain(fields)
}

/// A page of accounts from the rows that list them: their cursors, newest first.
///
/// # Errors
/// The database.
pub fn page_in<I: Id>(
    conn: &mut Conn,
    rows: Vec<(I, AccountId)>,
    page: &Page,
) -> Result<Paged<AccountView>> {
    let rows = rows
        .into_iter()
        .map(|(row, who)| (row.number(), who))
        .collect();
    let found = Paged::of(rows, page);
    let views = load_in(conn, &found.items)?;
    Ok(found.with(views))
}

/// One account.
///
/// # Errors
/// `NotFound`.
pub async fn one(ctx: &Ctx, id: AccountId) -> Result<AccountView> {
    ctx.db.read(move |conn| one_in(conn, id)).await
}

/// As [`one`], for a caller that holds a connection already.
///
/// # Errors
/// `NotFound`.
pub fn one_in(conn: &mut Conn, id: AccountId) -> Result<AccountView> {
    load_in(conn, &[id])?.pop().ok_or(Error::NotFound)
}

/// How `viewer` stands to each of `ids`, in their order; unknown ids are left out.
///
/// # Errors
/// The database.
pub async fn relationships(
    ctx: &Ctx,
    viewer: AccountId,
    ids: Vec<AccountId>,
) -> Result<Vec<RelationshipView>> {
    let now = ctx.now();
    ctx.db
        .read(move |conn| relationships_in(conn, viewer, &ids, now))
        .await
}

/// As [`relationships`], for a caller that holds a connection already.
///
/// # Errors
/// The database.
pub fn relationships_in(
    conn: &mut Conn,
    viewer: AccountId,
    ids: &[AccountId],
    now: Millis,
) -> Result<Vec<RelationshipView>> {
    let unique: Vec<AccountId> = ids
        .iter()
        .copied()
        .collect::<HashSet<_>>()
        .into_iter()
        .collect();
    let mut views: HashMap<AccountId, RelationshipView> = accounts::present(conn, &unique)?
        .into_iter()
        .map(|(id, suspended_at)| {
            let view = RelationshipView {
                id,
                suspended: suspended_at.is_some(),
                ..RelationshipView::default()
            };
            (id, view)
        })
        .collect();
    let own = follows::of(conn, viewer, &unique)?;
    let wanted: Vec<_> = own.iter().map(|follow| follow.id).collect();
    let mut languages: HashMap<_, Vec<String>> = HashMap::new();
    for (follow, language) in follow_languages::of(conn, &wanted)? {
        languages.entry(follow).or_default().push(language);
    }
    for follow in own {
        if let Some(view) = views.get_mut(&follow.target_id) {
            view.languages = languages.remove(&follow.id).unwrap_or_default();
            view.following = follow.state == FollowState::Accepted;
            view.requested = follow.state == FollowState::Requested;
            view.showing_reblogs = view.following && follow.reblogs;
            view.notifying = view.following && follow.notify;
        }
    }
    for follow in follows::toward(conn, viewer, &unique)? {
        if let Some(view) = views.get_mut(&follow.account_id) {
            view.followed_by = follow.state == FollowState::Accepted;
            view.requested_by = follow.state == FollowState::Requested;
        }
    }
    // A ban from a group stands, for both sides, where a block stands between people.
    for id in blocks::of(conn, viewer, &unique)?
        .into_iter()
        .chain(group_bans::by(conn, viewer, &unique, now)?)
    {
        if let Some(view) = views.get_mut(&id) {
            view.blocking = true;
        }
    }
    for id in blocks::toward(conn, viewer, &unique)?
        .into_iter()
        .chain(group_bans::of(conn, viewer, &unique, now)?)
    {
        if let Some(view) = views.get_mut(&id) {
            view.blocked_by = true;
        }
    }
    for mute in mutes::of(conn, viewer, &unique, now)? {
        if let Some(view) = views.get_mut(&mute.target_id) {
            view.muting = true;
            view.muting_notifications = mute.hide_notifications;
            view.muting_expires_at = mute.ends_at;
        }
    }
    for mute in group_mutes::by(conn, viewer, &unique, now)? {
        if let Some(view) = views.get_mut(&mute.account_id) {
            view.muting = true;
            view.muting_expires_at = mute.ends_at;
        }
    }
    regards(conn, viewer, &unique, &mut views)?;
    for membership in memberships::of(conn, viewer, &unique)? {
        if let Some(view) = views.get_mut(&membership.group_id) {
            match membership.state {
                MembershipState::Member => {
                    view.group_member = true;
                    view.group_role = Some(membership.role);
                }
                MembershipState::Requested => view.requested = true,
                MembershipState::Left | MembershipState::Closed => {}
            }
        }
    }
    Ok(ids.iter().filter_map(|id| views.get(id).cloned()).collect())
}

/// What the viewer alone knows: notes, whom they feature, which servers they hide.
fn regards(
    conn: &mut Conn,
    viewer: AccountId,
    ids: &[AccountId],
    views: &mut HashMap<AccountId, RelationshipView>,
) -> Result<()> {
    for (id, note) in account_notes::of(conn, viewer, ids)? {
        if let Some(view) = views.get_mut(&id) {
            view.note = note;
        }
    }
    for id in endorsements::of(conn, viewer, ids)? {
        if let Some(view) = views.get_mut(&id) {
            view.endorsed = true;
        }
    }
    for id in account_domain_blocks::hidden(conn, viewer, ids)? {
        if let Some(view) = views.get_mut(&id) {
            view.domain_blocking = true;
        }
    }
    Ok(())
}
