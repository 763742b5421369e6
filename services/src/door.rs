//! How the door of the place stands, as the settings and the mail allow it.

use model::settings::{Inviters, Registrations};

use crate::context::Context;

/// How the door stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Door {
    /// May anyone come in who is not invited?
    pub open: bool,
    /// Does a moderator look first?
    pub approval: bool,
    /// May members let others in by a link?
    pub invites: bool,
    /// Does a link let someone in?
    pub by_invite: bool,
    /// Must the e-mail address be confirmed?
    pub confirmation: bool,
    /// It would be open, but the mail that it asks for cannot be sent.
    pub lacks_mail: bool,
}

/// How the door stands now.
#[must_use]
pub fn door(ctx: &Context) -> Door {
    let settings = ctx.settings();
    let lacks_mail = settings.email_confirmation && !ctx.sends_mail();
    let is = |mode| settings.registrations == mode && !lacks_mail;
    let by_invite = settings.registrations != Registrations::Closed && !lacks_mail;
    Door {
        open: is(Registrations::Open) || is(Registrations::Approval),
        approval: settings.registrations == Registrations::Approval,
        invites: by_invite && settings.invites == Inviters::Members,
        by_invite,
        confirmation: settings.email_confirmation,
        lacks_mail,
    }
}
