//! Pictures that are not for everyone (threats, rows 80 and 121). Their addresses name no file: they name the
//! medium, its reader and a time until when, under a seal that only we can make. Whoever comes with one is
//! looked at again: the reader has to be let through to the post now, not when the address was made.

use std::ops::Deref;

use database::media_attachments::{self, MediaAttachment};
use database::{Conn, accounts, statuses, users, visible};
use model::{AccountId, Millis, Power, StatusId};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::files;
use crate::place::Place;
use crate::policy;
use crate::remote_files::{self, Copy};
use crate::storage::Part;

/// For whom the addresses of a medium are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// The post is for everyone.
    Everyone,
    /// This account, which may see the post, or whose office it is to look at it.
    Only(AccountId),
    /// The servers that got the post. They fetch again when they have cleared their copies, so that this
    /// address lives as long as the post.
    Elsewhere,
}

/// A medium, and for whom its addresses are made.
#[derive(Clone, Debug)]
pub struct MediaView {
    row: MediaAttachment,
    reader: Reader,
}

impl Deref for MediaView {
    type Target = MediaAttachment;

    fn deref(&self) -> &MediaAttachment {
        &self.row
    }
}

impl MediaView {
    /// A medium of something that is open to everyone, or to this reader alone.
    #[must_use]
    pub const fn new(row: MediaAttachment, reader: Reader) -> Self {
        Self { row, reader }
    }

    /// For whom its addresses are made.
    #[must_use]
    pub const fn reader(&self) -> Reader {
        self.reader
    }

    /// The path here of the medium for the servers that get the post, whoever among them asked for its document;
    /// `None` for what has its plain address.
    #[must_use]
    pub fn path_for_servers(&self, place: &Place) -> Option<String> {
        (self.reader != Reader::Everyone)
            .then(|| place.sealed_path(self.row.id, Reader::Elsewhere, false))
    }

    /// The paths here of the medium and of its small version, where it is not for everyone; empty where there is
    /// no such version. `None` for what has its plain address.
    #[must_use]
    pub fn sealed_paths(&self, place: &Place) -> Option<(String, String)> {
        if self.reader == Reader::Everyone {
            return None;
        }
        let still = self.row.kind == "image";
        let (is_here, has_small) = if self.row.remote_url.is_empty() {
            (
                !self.row.file.is_empty(),
                !self.row.preview.is_empty() || (still && !self.row.file.is_empty()),
            )
        } else {
            (self.row.kind != "unknown", still)
        };
        let path = |is_there: bool, small: bool| {
            if is_there {
                place.sealed_path(self.row.id, self.reader, small)
            } else {
                String::new()
            }
        };
        Some((path(is_here, false), path(has_small, true)))
    }
}

/// What an address under seal says.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The medium.
    pub media: String,
    /// Its reader: the number of an account, or [`ELSEWHERE`].
    pub reader: String,
    /// Until when; 0 for as long as the post is there.
    pub until: String,
    /// What only we can write.
    pub seal: String,
}

/// What stands for other servers in an address.
pub(crate) const ELSEWHERE: &str = "elsewhere";
/// An address is good for a day, and the same for an hour so that it is not fetched twice: apps show what they
/// loaded hours ago.
const GOOD_FOR: i64 = 25 * Millis::HOUR;

/// Until when an address made now is good.
pub(crate) fn until(reader: Reader, now: Millis) -> i64 {
    match reader {
        Reader::Elsewhere => 0,
        Reader::Everyone | Reader::Only(_) => now.0 - now.0.rem_euclid(Millis::HOUR) + GOOD_FOR,
    }
}

/// The word of a reader in an address.
pub(crate) fn word(reader: Reader) -> String {
    match reader {
        Reader::Only(who) => who.to_string(),
        Reader::Everyone | Reader::Elsewhere => ELSEWHERE.to_owned(),
    }
}

/// Opens a medium by an address under seal, or its small version.
///
/// # Errors
/// `NotFound` for what is not ours, is past its time, or is not for this reader any more.
pub async fn open(ctx: &Ctx, asked: &Asked, small: bool, part: Part) -> Result<Copy> {
    let (id, reader) = ctx.place.sealed_asked_for(asked).ok_or(Error::NotFound)?;
    let row = ctx
        .db
        .read(move |conn| {
            let row = media_attachments::find(conn, id)?.ok_or(Error::NotFound)?;
            if !is_for(conn, &row, reader)? {
                return Err(Error::NotFound);
            }
            Ok(row)
        })
        .await?;
    if !row.remote_url.is_empty() {
        return remote_files::open_address(ctx, &row.remote_url, small, part).await;
    }
    let file = if small && !row.preview.is_empty() {
        row.preview
    } else {
        row.file
    };
    let kind = files::kind(&file).ok_or(Error::NotFound)?;
    Ok(Copy {
        found: files::open(ctx, &file, part).await?,
        kind,
        file: id.to_string(),
    })
}

/// May this reader have it now?
fn is_for(conn: &mut Conn, row: &MediaAttachment, reader: Reader) -> Result<bool> {
    match (reader, row.status_id) {
        (Reader::Only(who), Some(status)) => {
            Ok(is_there(conn, who)? && may_look(conn, who, status)?)
        }
        (Reader::Elsewhere, Some(status)) => {
            Ok(!visible::for_delivery(conn, &[status])?.is_empty())
        }
        (Reader::Everyone, _) | (_, None) => Ok(false),
    }
}

/// Who was shut out, or is gone, reads nothing.
fn is_there(conn: &mut Conn, who: AccountId) -> Result<bool> {
    let found = accounts::by_ids(conn, &[who])?;
    Ok(found.iter().any(|it| it.suspended_at.is_none()))
}

/// Does the gate let them through, or is it their office: a post that waits for the moderators of a group, or
/// that a report names?
fn may_look(conn: &mut Conn, who: AccountId, status: StatusId) -> Result<bool> {
    if visible::find(conn, who, status)?.is_some() {
        return Ok(true);
    }
    let Some(row) = statuses::find(conn, status)?.filter(|row| !row.is_deleted()) else {
        return Ok(false);
    };
    let of_staff =
        users::find(conn, who)?.is_some_and(|it| it.may_act() && it.role.may(Power::ManageReports));
    if of_staff && !visible::reported(conn, &[status])?.is_empty() {
        return Ok(true);
    }
    policy::looks_after(conn, who, &row)
}
