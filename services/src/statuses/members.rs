//! What comes from elsewhere and is for the members of a group: told by whom it is addressed to. The group's
//! followers are an address of their own, and nothing of it is for everyone.

use database::accounts::{self, Account};
use database::{Conn, group_servers};
use model::Visibility;

use super::Incoming;
use super::receive::Around;
use crate::error::Result;
use crate::policy::status::is_private;

/// In which group's hands it is.
pub(super) enum Whose {
    /// For the members of this group.
    Members(Box<Account>),
    /// It may not be stored, for this reason.
    Refused(&'static str),
    /// No matter of a private group.
    Others,
}

const PUBLIC_ELSEWHERE: Whose =
    Whose::Refused("it is for everyone, and the group is for its members");

/// Is it for the members of a group? Asked before anything else decides on its audience.
///
/// # Errors
/// The database.
pub(super) fn whose(conn: &mut Conn, incoming: &Incoming, around: &Around) -> Result<Whose> {
    match &around.parent {
        Some(parent) if parent.visibility == Visibility::Members => {
            let Some(group) = parent.group() else {
                return Ok(Whose::Refused("what it answers was taken out of its group"));
            };
            let group = accounts::get(conn, group)?;
            answer(conn, incoming, around, group)
        }
        // An ordinary answer, also below what a group wrote to somebody.
        Some(_) => Ok(Whose::Others),
        None => thread(conn, incoming, around),
    }
}

fn answer(conn: &mut Conn, incoming: &Incoming, around: &Around, group: Account) -> Result<Whose> {
    if around.visibility.is_open() {
        return Ok(PUBLIC_ELSEWHERE);
    }
    let address = Address::of(conn, &group)?;
    if !address.is_spoken_to(incoming) {
        // A letter between the two; not what all followers of its author read.
        return Ok(match around.visibility {
            Visibility::Direct => Whose::Others,
            _ => Whose::Refused("it answers what is for the members of a group"),
        });
    }
    vouched(conn, incoming, around, group)
}

fn thread(conn: &mut Conn, incoming: &Incoming, around: &Around) -> Result<Whose> {
    let mut groups: Vec<Account> = Vec::new();
    if let Some(via) = incoming.via {
        groups.push(accounts::get(conn, via)?);
    }
    let known = around.named.iter().chain(&around.addressed);
    groups.extend(known.filter(|account| account.is_group()).cloned());
    for group in groups {
        let private = is_private(conn, &group)?;
        let address = Address::of(conn, &group)?;
        if around.visibility.is_open() {
            // Only the first group counts, as everywhere.
            return Ok(if private && group.is_local() {
                PUBLIC_ELSEWHERE
            } else {
                Whose::Others
            });
        }
        if group.is_local() {
            if !private {
                continue;
            }
            // Mastodon addresses its private mention of a group to the group and its followers, Lemmy and we
            // to the followers; who is copied may be named in it. Whoever else is in `to` gets a letter.
            if around.visibility == Visibility::Direct && address.is_all_of(&incoming.to) {
                if incoming.in_reply_to.is_some() {
                    return Ok(Whose::Refused("it answers what is not known here"));
                }
                return Ok(Whose::Members(Box::new(group)));
            }
            let for_nobody_else = known_here(around).all(|account| account.id == group.id);
            if around.visibility == Visibility::Direct && for_nobody_else {
                return Ok(Whose::Refused("nobody reads letters to a private group"));
            }
        } else if around.visibility == Visibility::Direct
            && address.is_spoken_to(incoming)
            && (private || incoming.via == Some(group.id))
        {
            if incoming.in_reply_to.is_some() {
                return Ok(Whose::Refused("it answers what is not known here"));
            }
            return vouched(conn, incoming, around, group);
        }
    }
    Ok(Whose::Others)
}

fn known_here(around: &Around) -> impl Iterator<Item = &Account> {
    around
        .named
        .iter()
        .chain(&around.addressed)
        .filter(|account| account.is_local())
}

/// What is said to stand in a group elsewhere stands there by the group's own word, or that of its server.
fn vouched(conn: &mut Conn, incoming: &Incoming, around: &Around, group: Account) -> Result<Whose> {
    if group.is_local() || incoming.via == Some(group.id) {
        return Ok(Whose::Members(Box::new(group)));
    }
    let home = group_servers::home(conn, group.id)?.map(|server| server.id);
    let its = group_servers::home(conn, around.author.id)?.map(|server| server.id);
    Ok(if home.is_some() && home == its {
        Whose::Members(Box::new(group))
    } else {
        Whose::Refused("it did not come through its group")
    })
}

/// Where one reaches a group and its members.
struct Address {
    group: String,
    followers: String,
}

impl Address {
    fn of(conn: &mut Conn, group: &Account) -> Result<Self> {
        let followers = accounts::remote(conn, group.id)?
            .map(|remote| remote.followers)
            .filter(|followers| !followers.is_empty())
            .unwrap_or_else(|| format!("{}/followers", group.uri));
        Ok(Self {
            group: group.uri.clone(),
            followers,
        })
    }

    fn is(&self, address: &str) -> bool {
        address == self.group || address == self.followers
    }

    /// Nobody else is in the list, and someone is.
    fn is_all_of(&self, list: &[String]) -> bool {
        !list.is_empty() && list.iter().all(|address| self.is(address))
    }

    /// The group or its members are addressed in any way.
    fn is_spoken_to(&self, incoming: &Incoming) -> bool {
        let mut all = incoming.to.iter().chain(&incoming.addressed);
        all.any(|address| self.is(address))
    }
}
