//! Verbs about people: made, let in, given a password; links that let them in.

use clap::{Args, Subcommand};
use model::{Millis, Secret, ServerRole};
use services::accounts::NewUser;
use services::{Ctx, accounts, credentials, invites, sign_up};

use super::make::person;
use super::{Failure, say};
use crate::i18n::Lang;

/// `balai user ..`
#[derive(Debug, Subcommand)]
pub(super) enum User {
    /// Make a member.
    Create(CreateUser),
    /// Set another password; everything that is signed in ends.
    SetPassword {
        /// Whose.
        name: String,
        /// At least eight characters.
        #[arg(long)]
        password: String,
    },
    /// Count the e-mail address as confirmed.
    Confirm {
        /// Whose.
        name: String,
    },
    /// Let someone in who waits for approval.
    Approve {
        /// Whom.
        name: String,
    },
}

/// What a member needs.
#[derive(Args, Debug)]
pub(super) struct CreateUser {
    /// The name: letters, digits and underscores.
    name: String,
    /// The e-mail address.
    #[arg(long)]
    email: String,
    /// At least eight characters.
    #[arg(long)]
    password: String,
    /// owner, admin, moderator or member.
    #[arg(long, default_value = "member")]
    role: String,
    /// The e-mail address needs no confirmation.
    #[arg(long)]
    confirmed: bool,
    /// No moderator needs to agree.
    #[arg(long)]
    approved: bool,
    /// The language of pages and mails.
    #[arg(long, default_value = "en")]
    locale: String,
}

impl User {
    pub(super) async fn act(self, ctx: &Ctx) -> Result<(), Failure> {
        match self {
            Self::Create(new) => new.act(ctx).await,
            Self::SetPassword { name, password } => {
                let account = person(ctx, &name).await?.id();
                credentials::set_password(ctx, account, Secret(password)).await?;
                say(&format!(
                    "{name} has a new password; every browser and app is signed out."
                ));
                Ok(())
            }
            Self::Confirm { name } => {
                let account = person(ctx, &name).await?.id();
                sign_up::confirm_by_hand(ctx, account).await?;
                say(&format!("The e-mail address of {name} is confirmed."));
                Ok(())
            }
            Self::Approve { name } => {
                let account = person(ctx, &name).await?.id();
                sign_up::approve(ctx, account).await?;
                say(&format!("{name} is let in."));
                Ok(())
            }
        }
    }
}

impl CreateUser {
    async fn act(self, ctx: &Ctx) -> Result<(), Failure> {
        let new = self;
        let role: ServerRole = new
            .role
            .parse()
            .map_err(|error| Failure::Usage(format!("--role {}: {error}", new.role)))?;
        if Lang::of_tag(&new.locale).is_none() {
            return Err(Failure::Usage(format!(
                "--locale {}: not one of: en id",
                new.locale
            )));
        }
        let made = accounts::create_user(
            ctx,
            NewUser {
                username: new.name,
                email: new.email,
                password: Secret(new.password),
                role,
                locale: new.locale,
                confirmed: new.confirmed,
                approved: new.approved,
            },
        )
        .await?;
        say(&format!(
            "{} is a {role} of this place: {}",
            made.account.username, made.account.url
        ));
        Ok(())
    }
}

/// `balai invite ..`
#[derive(Debug, Subcommand)]
pub(super) enum Invite {
    /// Make a link that lets people in.
    Create {
        /// In whose name.
        #[arg(long)]
        user: String,
        /// For so many people; without it for any number.
        #[arg(long)]
        uses: Option<i64>,
        /// For so many days; without it for ever.
        #[arg(long)]
        days: Option<i64>,
    },
    /// The newest links.
    List,
    /// End a link; whoever came by it stays.
    Revoke {
        /// What stands at the end of the link.
        code: String,
    },
}

impl Invite {
    pub(super) async fn act(self, ctx: &Ctx) -> Result<(), Failure> {
        match self {
            Self::Create { user, uses, days } => {
                let viewer = person(ctx, &user).await?;
                let lasts = days.map(|days| days.saturating_mul(Millis::DAY));
                let invite = invites::make(ctx, &viewer, uses, lasts).await?;
                say(&invite.url);
            }
            Self::List => {
                for invite in invites::newest(ctx).await? {
                    let most = invite
                        .max_uses
                        .map_or("any".to_owned(), |most| most.to_string());
                    let end = invite
                        .expires_at
                        .map_or("never".to_owned(), Millis::iso_seconds);
                    let state = if invite.is_open { "open" } else { "closed" };
                    say(&format!(
                        "{} {state}, by {}, {} of {most} came, ends {end}",
                        invite.url, invite.by, invite.uses
                    ));
                }
            }
            Self::Revoke { code } => {
                invites::close_by_code(ctx, &code)
                    .await
                    .map_err(|error| match error {
                        services::Error::NotFound => {
                            Failure::Usage("there is no such link".to_owned())
                        }
                        other => other.into(),
                    })?;
                say("The link is closed.");
            }
        }
        Ok(())
    }
}
