//! Accounts: found, made, changed.

use model::{
    AccountId, AccountKind, Handle, InstanceId, Millis, Page, Paged, Secret, ServerRole, Visibility,
};

use crate::context::Ctx;
use crate::error::Result;
use crate::views::account::{AccountView, Viewer};

/// A new member.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The wanted name.
    pub username: String,
    /// The e-mail address.
    pub email: String,
    /// At least eight characters.
    pub password: Secret<String>,
    /// On the server as a whole.
    pub role: ServerRole,
    /// The language of pages and mails.
    pub locale: String,
    /// The e-mail address needs no confirmation.
    pub confirmed: bool,
    /// No moderator needs to agree.
    pub approved: bool,
}

/// Changes to a profile; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct ProfileChange {
    /// Plain text.
    pub display_name: Option<String>,
    /// As typed.
    pub note: Option<String>,
    /// Name and value of each field, at most four.
    pub fields: Option<Vec<(String, String)>>,
    /// Bytes of a new picture.
    pub avatar: Option<Vec<u8>>,
    /// Bytes of a new picture.
    pub header: Option<Vec<u8>>,
    /// Followers need approval (a group: becomes Approved or Open).
    pub locked: Option<bool>,
    /// A bot?
    pub bot: Option<bool>,
    /// May be suggested.
    pub discoverable: Option<bool>,
    /// May be found by search.
    pub indexable: Option<bool>,
    /// Hide followers and following.
    pub hide_collections: Option<bool>,
    /// For new posts.
    pub default_visibility: Option<Visibility>,
    /// For new posts.
    pub default_sensitive: Option<bool>,
    /// For new posts; `Some(None)` forgets it.
    pub default_language: Option<Option<String>>,
}

/// An actor of another server, understood and checked.
#[derive(Clone, Debug)]
pub struct RemoteProfile {
    /// The ActivityPub id.
    pub uri: String,
    /// The page.
    pub url: String,
    /// The domain of its handle.
    pub domain: String,
    /// The name in its handle.
    pub username: String,
    /// What it is.
    pub kind: AccountKind,
    /// Plain text.
    pub display_name: String,
    /// Raw HTML: it is cleaned here.
    pub note: String,
    /// Name and raw HTML of each field.
    pub fields: Vec<(String, String)>,
    /// Address of the picture; empty for none.
    pub avatar: String,
    /// Address of the picture; empty for none.
    pub header: String,
    /// Followers need approval.
    pub locked: bool,
    /// May be suggested.
    pub discoverable: bool,
    /// May be found by search.
    pub indexable: bool,
    /// When it was made.
    pub published: Option<Millis>,
    /// Where it receives.
    pub inbox: String,
    /// Where its server receives for all; empty for none.
    pub shared_inbox: String,
    /// Empty for none.
    pub outbox: String,
    /// Empty for none.
    pub followers: String,
    /// Empty for none.
    pub featured: String,
    /// Empty for none.
    pub moderators: String,
    /// Its server.
    pub instance: InstanceId,
    /// Key id, kind (0 RSA, 1 Ed25519) and DER (RSA: SubjectPublicKeyInfo; Ed25519: the 32 bytes) of each key.
    pub keys: Vec<(String, i16, Vec<u8>)>,
}

/// Makes a member: account, user, both keys, in one transaction.
///
/// # Errors
/// `Invalid` with a problem per field (taken, reserved, too short..).
pub async fn create_user(ctx: &Ctx, new: NewUser) -> Result<AccountView> {
    todo!("{ctx:?} {new:?}")
}

/// The server's own actor with its keys; made at the first call.
///
/// # Errors
/// The database.
pub async fn server_actor(ctx: &Ctx) -> Result<AccountView> {
    todo!("{ctx:?}")
}

/// By handle, in the database as it is. A handle with our own domain, or none, is local.
///
/// # Errors
/// `NotFound`.
pub async fn lookup(ctx: &Ctx, handle: &Handle) -> Result<AccountView> {
    todo!("{ctx:?} {handle:?}")
}

/// By ActivityPub id, in the database as it is.
///
/// # Errors
/// The database.
pub async fn find_by_uri(ctx: &Ctx, uri: &str) -> Result<Option<AccountView>> {
    todo!("{ctx:?} {uri}")
}

/// One that this viewer may look at: a suspended one, or one that blocks the viewer, is still shown
/// (the API says so in its relationship); what does not exist is not.
///
/// # Errors
/// `NotFound`.
pub async fn show(ctx: &Ctx, viewer: Option<&Viewer>, id: AccountId) -> Result<AccountView> {
    todo!("{ctx:?} {viewer:?} {id:?}")
}

/// Followers; entries for the owner (a group: its moderators) or where the owner opened them, else an
/// empty page. Cursors are rows of follows.
///
/// # Errors
/// `NotFound`.
pub async fn followers(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    id: AccountId,
    page: Page,
) -> Result<Paged<AccountView>> {
    todo!("{ctx:?} {viewer:?} {id:?} {page:?}")
}

/// Whom it follows, by the same rule.
///
/// # Errors
/// `NotFound`.
pub async fn following(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    id: AccountId,
    page: Page,
) -> Result<Paged<AccountView>> {
    todo!("{ctx:?} {viewer:?} {id:?} {page:?}")
}

/// Changes a profile: one's own, or the group's that a moderator acts for.
///
/// # Errors
/// `Invalid`, `Media`.
pub async fn update(ctx: &Ctx, viewer: &Viewer, change: ProfileChange) -> Result<AccountView> {
    todo!("{ctx:?} {viewer:?} {change:?}")
}

/// Stores or refreshes an actor of another server and its keys.
///
/// # Errors
/// `Conflict` where its name belongs to another actor of that server.
pub async fn receive(ctx: &Ctx, profile: RemoteProfile) -> Result<AccountId> {
    todo!("{ctx:?} {profile:?}")
}

/// An actor elsewhere is gone: its statuses become tombstones, its follows and memberships end.
///
/// # Errors
/// The database.
pub async fn receive_delete(ctx: &Ctx, account: AccountId) -> Result<()> {
    todo!("{ctx:?} {account:?}")
}

/// Counts for the instance documents: people here, active in the last month, statuses written here,
/// other servers known.
///
/// # Errors
/// The database.
pub async fn statistics(ctx: &Ctx) -> Result<Statistics> {
    todo!("{ctx:?}")
}

/// Totals of the place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// People here.
    pub users: i64,
    /// Who posted in the last month.
    pub active_month: i64,
    /// Who posted in the last half year.
    pub active_half_year: i64,
    /// Statuses written here.
    pub statuses: i64,
    /// Servers known.
    pub domains: i64,
}
