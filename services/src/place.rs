//! Where this server is: its base address and the one table of paths that it hands out.
//!
//! No path depends on a row number but those of statuses, whose id is part of their address for good.

use model::{
    AccountId, AccountKind, ActionId, BridgeLetterId, Domain, FollowId, InvitationId, MediaId,
    Millis, RowId, StatusId,
};
use url::Url;

use crate::context::{Clock, Context};
use crate::copies::CopyKey;
use crate::media::sealed::{self, Reader};

/// The public address of this server.
#[derive(Clone, Debug)]
pub struct Place {
    /// `https://balai.example` without a slash at the end.
    base: String,
    /// `balai.example`, with a port where it is not the scheme's own.
    domain: Domain,
    /// `http` or `https`.
    secure: bool,
    /// Where our files are asked for, without a slash at the end.
    files: String,
    /// What makes the addresses of copies ours alone.
    copies: CopyKey,
    /// What tells until when an address is good.
    clock: Watch,
}

/// A clock that can be printed.
#[derive(Clone)]
struct Watch(Clock);

impl Watch {
    fn now(&self) -> Millis {
        (self.0)()
    }
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Watch")
    }
}

impl Place {
    /// Checks a base address.
    ///
    /// # Errors
    /// A plain sentence, when it is not `http(s)://host[:port]` without path, query or user.
    pub fn new(base: &str) -> Result<Self, String> {
        let url = Url::parse(base.trim_end_matches('/'))
            .map_err(|_e| format!("{base} is not an address such as https://balai.example"))?;
        let plain = matches!(url.scheme(), "http" | "https")
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if !plain {
            return Err(format!(
                "{base} is not an address such as https://balai.example"
            ));
        }
        let domain = Domain::of(&url).map_err(|error| format!("{base}: {error}"))?;
        let secure = url.scheme() == "https";
        let base = url.as_str().trim_end_matches('/').to_owned();
        Ok(Self {
            files: format!("{base}/media"),
            base,
            domain,
            secure,
            copies: CopyKey::default(),
            clock: Watch(Context::system_clock()),
        })
    }

    /// The same place, with its secret for the addresses of copies, the clock by which addresses run out and,
    /// where our files are served by someone else (a storage service, a CDN), the address there.
    #[must_use]
    pub fn with_media(mut self, copies: CopyKey, clock: Clock, files: Option<&str>) -> Self {
        self.copies = copies;
        self.clock = Watch(clock);
        if let Some(files) = files {
            self.files = files.trim_end_matches('/').to_owned();
        }
        self
    }

    /// `https://balai.example`
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The domain in handles and comparisons, with its port where that is not the default.
    #[must_use]
    pub const fn domain(&self) -> &Domain {
        &self.domain
    }

    /// The name of the server's own actor: its domain (FEP-d556). A user name has no colon, so a port stands
    /// behind an underscore.
    #[must_use]
    pub fn server_name(&self) -> String {
        self.domain().as_str().replace(':', "_")
    }

    /// Is the public address `https`?
    #[must_use]
    pub const fn is_secure(&self) -> bool {
        self.secure
    }

    /// Is this an address of ours?
    #[must_use]
    pub fn owns(&self, uri: &str) -> bool {
        uri.strip_prefix(&self.base)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
    }

    /// `/users/NAME` for people, `/g/NAME` for groups, `/actor` for the server.
    #[must_use]
    pub fn account_uri(&self, kind: AccountKind, username: &str) -> String {
        match kind {
            AccountKind::Group => format!("{}/g/{username}", self.base),
            AccountKind::Server => format!("{}/actor", self.base),
            AccountKind::Person | AccountKind::Bot | AccountKind::Organization => {
                format!("{}/users/{username}", self.base)
            }
        }
    }

    /// The page of a person or group.
    #[must_use]
    pub fn account_url(&self, username: &str) -> String {
        format!("{}/@{username}", self.base)
    }

    /// The address of a status of the account with this address.
    #[must_use]
    pub fn status_uri(&self, account_uri: &str, id: StatusId) -> String {
        format!("{account_uri}/statuses/{id}")
    }

    /// The page of a status.
    #[must_use]
    pub fn status_url(&self, username: &str, id: StatusId) -> String {
        format!("{}/@{username}/{id}", self.base)
    }

    /// The address of the activity that made a status, or of a boost.
    #[must_use]
    pub fn activity_uri(&self, status_uri: &str) -> String {
        format!("{status_uri}/activity")
    }

    /// The address of a group's boost of a thread.
    #[must_use]
    pub fn announce_uri(&self, group_uri: &str, id: StatusId) -> String {
        format!("{group_uri}/announces/{id}")
    }

    /// The address of the `Invite` by which a group of ours asks someone elsewhere.
    #[must_use]
    pub fn invite_uri(&self, group_uri: &str, id: InvitationId) -> String {
        format!("{group_uri}#invites/{id}")
    }

    /// The address of a letter of a private group about what one of its members wrote.
    #[must_use]
    pub fn bridge_letter_uri(&self, group_uri: &str, id: BridgeLetterId) -> String {
        format!("{group_uri}/letters/{id}")
    }

    /// The letter that has this address, if it can be one of ours.
    pub(crate) fn bridge_letter_at(&self, uri: &str) -> Option<BridgeLetterId> {
        let (group, id) = uri.strip_prefix(&self.base)?.rsplit_once("/letters/")?;
        group.strip_prefix("/g/")?;
        id.parse().ok()
    }

    /// The page on which someone answers an invitation to a group.
    #[must_use]
    pub fn invitation_url(&self, group_username: &str) -> String {
        format!("{}/invitation", self.account_url(group_username))
    }

    /// The page on which the members of a group choose who looks after it.
    #[must_use]
    pub fn succession_url(&self, group_username: &str) -> String {
        format!("{}/succession", self.account_url(group_username))
    }

    /// The page on which the moderators of a group work through its queue.
    #[must_use]
    pub fn queue_url(&self, group_username: &str) -> String {
        format!("{}/@{group_username}/queue", self.base)
    }

    /// The page on which the moderators of a group answer reports.
    #[must_use]
    pub fn reports_url(&self, group_username: &str) -> String {
        format!("{}/@{group_username}/reports", self.base)
    }

    /// The log of a group.
    #[must_use]
    pub fn log_url(&self, group_username: &str) -> String {
        format!("{}/@{group_username}/log", self.base)
    }

    /// The page of one entry of it, where the person concerned can answer.
    #[must_use]
    pub fn log_entry_url(&self, group_username: &str, entry: ActionId) -> String {
        format!("{}/{entry}", self.log_url(group_username))
    }

    /// The address of a follow made here.
    #[must_use]
    pub fn follow_uri(&self, account_uri: &str, id: FollowId) -> String {
        format!("{account_uri}#follows/{id}")
    }

    /// The address of the consent of an author here to a quote.
    #[must_use]
    pub fn quote_stamp_uri(&self, account_uri: &str, quoting: StatusId) -> String {
        format!("{account_uri}/quote_authorizations/{quoting}")
    }

    /// The address of a custom emoji of ours.
    #[must_use]
    pub fn emoji_uri(&self, shortcode: &str) -> String {
        format!("{}/emojis/{shortcode}", self.base)
    }

    /// The address of the request to quote that a post of someone here makes.
    #[must_use]
    pub fn quote_request_uri(&self, account_uri: &str, quoting: StatusId) -> String {
        format!("{account_uri}#quote_requests/{quoting}")
    }

    /// The address of a favourite given here.
    #[must_use]
    pub fn like_uri(&self, account_uri: &str, id: RowId) -> String {
        format!("{account_uri}#likes/{id}")
    }

    /// The address of a block set here.
    #[must_use]
    pub fn block_uri(&self, account_uri: &str, target: AccountId) -> String {
        format!("{account_uri}#blocks/{target}")
    }

    /// The key that signs requests.
    #[must_use]
    pub fn rsa_key_uri(&self, account_uri: &str) -> String {
        format!("{account_uri}#main-key")
    }

    /// The key that signs proofs.
    #[must_use]
    pub fn ed25519_key_uri(&self, account_uri: &str) -> String {
        format!("{account_uri}#ed25519-key")
    }

    /// The page of a hashtag.
    #[must_use]
    pub fn tag_url(&self, name: &str) -> String {
        format!("{}/tags/{name}", self.base)
    }

    /// A file of ours. Where a storage service serves our files itself, they have the path there that
    /// they have in the bucket.
    #[must_use]
    pub fn media_url(&self, file: &str) -> String {
        match (self.serves_files(), file.get(0..2), file.get(2..4)) {
            (false, Some(first), Some(second)) => format!("{}/{first}/{second}/{file}", self.files),
            _ => format!("{}/media/{file}", self.base),
        }
    }

    /// Are our files asked for at this server itself?
    fn serves_files(&self) -> bool {
        self.files.strip_prefix(&self.base) == Some("/media")
    }

    /// The address here under which a file of another server is shown: nobody is sent there for a
    /// picture. **Whatever the API prints of a remote file goes through here.** What is ours stays what
    /// it is; what is no address of the web becomes empty.
    #[must_use]
    pub fn copy_url(&self, remote: &str) -> String {
        self.absolute(remote, self.copy_path(remote))
    }

    /// The same for the small and motionless version of a picture, or for the first picture of a film.
    #[must_use]
    pub fn small_copy_url(&self, remote: &str) -> String {
        self.absolute(remote, self.small_copy_path(remote))
    }

    /// As [`Place::copy_url`], without the server, for pages.
    #[must_use]
    pub fn copy_path(&self, remote: &str) -> String {
        let copied = !self.owns(remote);
        let path = copied.then(|| self.copies.path(remote)).flatten();
        path.unwrap_or_default()
    }

    /// As [`Place::small_copy_url`], without the server, for pages.
    #[must_use]
    pub fn small_copy_path(&self, remote: &str) -> String {
        let path = self.copy_path(remote);
        if path.is_empty() {
            path
        } else {
            format!("{path}/small")
        }
    }

    fn absolute(&self, remote: &str, path: String) -> String {
        match (path.is_empty(), self.owns(remote)) {
            (_, true) => remote.to_owned(),
            (true, false) => path,
            (false, false) => format!("{}{path}", self.base),
        }
    }

    /// The key and the address of a copy that was asked for by a path that we handed out.
    #[must_use]
    pub fn copy_asked_for(&self, key: &str, address: &str) -> Option<Url> {
        self.copies.read(key, address)
    }

    /// An address of which copies are kept.
    pub(crate) fn copied_address(&self, remote: &str) -> Option<Url> {
        let path = self.copy_path(remote);
        let (key, address) = path.rsplit_once('/')?;
        let (_shelf, key) = key.rsplit_once('/')?;
        self.copy_asked_for(key, address)
    }

    /// The path here of a medium that is for this reader, or of its small version.
    pub(crate) fn sealed_path(&self, media: MediaId, reader: Reader, small: bool) -> String {
        let (who, until) = (
            sealed::word(reader),
            sealed::until(reader, self.clock.now()),
        );
        let seal = self.seal(&media.to_string(), &who, &until.to_string());
        let end = if small { "/small" } else { "" };
        format!("/media/only/{media}/{who}/{until}/{seal}{end}")
    }

    /// The medium and the reader in an address that we sealed and that is not past its time.
    pub(crate) fn sealed_asked_for(&self, asked: &sealed::Asked) -> Option<(MediaId, Reader)> {
        let expected = self.seal(&asked.media, &asked.reader, &asked.until);
        if !crate::copies::is_same(&expected, &asked.seal) {
            return None;
        }
        let reader = if asked.reader == sealed::ELSEWHERE {
            Reader::Elsewhere
        } else {
            Reader::Only(asked.reader.parse().ok()?)
        };
        let until = asked.until.parse::<i64>().ok()?;
        let is_over = reader != Reader::Elsewhere && until <= self.clock.now().0;
        (!is_over).then_some((asked.media.parse().ok()?, reader))
    }

    /// No address of the web begins like this, so that no seal is the key of a copy.
    fn seal(&self, media: &str, reader: &str, until: &str) -> String {
        self.copies.key(&format!("only {media} {reader} {until}"))
    }

    /// The key under which the copy of this address is kept.
    #[must_use]
    pub fn copy_key(&self, remote: &str) -> String {
        self.copies.key(remote)
    }

    /// Where every activity for anyone here may be sent.
    #[must_use]
    pub fn shared_inbox(&self) -> String {
        format!("{}/inbox", self.base)
    }
}
