//! Who of the server's staff may do what. A role counts as it is at the moment of the act: whoever was
//! demoted, disabled or suspended since has nothing.

use database::{Conn, accounts, users};
use model::{AccountId, Power, ServerRole};

use crate::error::{Error, Result};
use crate::views::account::Viewer;

/// Proof that someone of the staff may do something.
#[derive(Clone, Copy, Debug)]
pub struct Staff {
    human: AccountId,
    role: ServerRole,
}

const NOT_STAFF: Error = Error::Forbidden("this is the business of those who run this place");

impl Staff {
    /// Who.
    #[must_use]
    pub const fn human(&self) -> AccountId {
        self.human
    }

    /// In which role.
    #[must_use]
    pub const fn role(&self) -> ServerRole {
        self.role
    }
}

/// Someone of the staff who may do this, and who acts as himself: a group's token is no badge.
///
/// # Errors
/// `Forbidden`.
pub fn staff(conn: &mut Conn, viewer: &Viewer, power: Power) -> Result<Staff> {
    if viewer.id() != viewer.human.id {
        return Err(NOT_STAFF);
    }
    let user = users::find(conn, viewer.human.id)?.ok_or(NOT_STAFF)?;
    let account = accounts::get(conn, viewer.human.id)?;
    if !user.may_act() || account.suspended_at.is_some() || !user.role.may(power) {
        return Err(NOT_STAFF);
    }
    Ok(Staff {
        human: user.account_id,
        role: user.role,
    })
}

/// Who holds the server in his hands: the command line. The server's own actor stands for him in the log.
#[must_use]
pub(crate) const fn by_hand(actor: AccountId) -> Staff {
    Staff {
        human: actor,
        role: ServerRole::Owner,
    }
}

/// As [`staff`], and the role stands above that of the account upon which it acts.
///
/// # Errors
/// `Forbidden`; `NotFound` where there is no such account.
pub fn above(conn: &mut Conn, viewer: &Viewer, power: Power, target: AccountId) -> Result<Staff> {
    let staff = staff(conn, viewer, power)?;
    if accounts::get(conn, target)?.kind == model::AccountKind::Server {
        return Err(Error::NotFound);
    }
    if let Some(user) = users::find(conn, target)?
        && !staff.role.outranks(user.role)
    {
        return Err(Error::Forbidden(
            "nobody acts upon themselves or upon who stands as high",
        ));
    }
    Ok(staff)
}
