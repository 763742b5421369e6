//! Verbs that make things: applications, tokens, groups, settings. People are in `people`.

use clap::{Args, Subcommand};
use model::{GroupKind, GroupLimit, Handle, Scopes, Secret};
use services::admin::limits;
use services::groups::NewGroup;
use services::oauth::NewApp;
use services::{Ctx, accounts, group_log, groups, oauth, settings, sign_in};

use super::{Failure, say};

/// `balai app ..`
#[derive(Debug, Subcommand)]
pub(super) enum App {
    /// Register an application.
    Create(CreateApp),
}

/// What an application needs.
#[derive(Args, Debug)]
pub(super) struct CreateApp {
    /// What people see.
    #[arg(long)]
    name: String,
    /// Where codes go; several times for several.
    #[arg(long, required = true)]
    redirect_uri: Vec<String>,
    /// What it may ask for, separated by spaces.
    #[arg(long)]
    scopes: String,
    /// A chosen id (test mode).
    #[arg(long, requires = "client_secret")]
    client_id: Option<String>,
    /// A chosen secret (test mode).
    #[arg(long, requires = "client_id")]
    client_secret: Option<String>,
}

impl App {
    pub(super) async fn act(self, ctx: &Ctx) -> Result<(), Failure> {
        let Self::Create(new) = self;
        let app = oauth::register(
            ctx,
            NewApp {
                name: new.name,
                website: None,
                redirect_uris: new.redirect_uri,
                scopes: scopes(&new.scopes)?,
                chosen: new.client_id.zip(new.client_secret.map(Secret)),
            },
        )
        .await?;
        say(&format!("client_id: {}", app.client_id));
        say(&format!("client_secret: {}", app.client_secret.0));
        Ok(())
    }
}

/// `balai token ..`
#[derive(Debug, Subcommand)]
pub(super) enum Token {
    /// Make a token for a member.
    Create(CreateToken),
}

/// What a token needs.
#[derive(Args, Debug)]
pub(super) struct CreateToken {
    /// Whose.
    #[arg(long)]
    user: String,
    /// The application's client id. One that we made may begin with a hyphen.
    #[arg(long, allow_hyphen_values = true)]
    app: Option<String>,
    /// What it allows, separated by spaces.
    #[arg(long)]
    scopes: String,
    /// A chosen token (test mode).
    #[arg(long)]
    token: Option<String>,
}

impl Token {
    pub(super) async fn act(self, ctx: &Ctx) -> Result<(), Failure> {
        let Self::Create(new) = self;
        let viewer = person(ctx, &new.user).await?;
        let scopes = scopes(&new.scopes)?;
        let issued = oauth::mint(
            ctx,
            &viewer,
            new.app.as_deref(),
            scopes,
            new.token.map(Secret),
        )
        .await
        .map_err(|error| match error {
            services::Error::NotFound => {
                Failure::Usage("there is no application of this id".to_owned())
            }
            other => other.into(),
        })?;
        say(&issued.token.0);
        Ok(())
    }
}

/// `balai group ..`
#[derive(Debug, Subcommand)]
pub(super) enum Group {
    /// Found a group.
    Create(CreateGroup),
    /// Show a group first: in the directory, on the front page, among the suggestions of apps.
    Feature {
        /// Its name.
        name: String,
    },
    /// Show it first no more.
    Unfeature {
        /// Its name.
        name: String,
    },
    /// Let only those find a group who follow it.
    Limit(OnGroup),
    /// Stop a group: it can be read, and nothing is done in it.
    Freeze(OnGroup),
    /// Ask a group to leave: it closes after the days that the setting `eviction_days` says.
    Evict(OnGroup),
    /// Check that no entry of a group's log was changed or removed.
    VerifyLog {
        /// Its name.
        name: String,
    },
}

/// What administrators do to a group, or take back. It stands in the group's log.
#[derive(Args, Debug)]
pub(super) struct OnGroup {
    /// Its name.
    name: String,
    /// Why; its people read it.
    #[arg(long, required_unless_present = "undo")]
    reason: Option<String>,
    /// Take it back.
    #[arg(long)]
    undo: bool,
}

/// What a group needs.
#[derive(Args, Debug)]
pub(super) struct CreateGroup {
    /// The name in its handle.
    name: String,
    /// Who owns it.
    #[arg(long)]
    owner: String,
    /// What people call it.
    #[arg(long, default_value = "")]
    title: String,
    /// open, approved or private.
    #[arg(long, default_value = "open")]
    kind: String,
}

impl Group {
    pub(super) async fn act(self, ctx: &Ctx) -> Result<(), Failure> {
        match self {
            Self::Create(new) => new.act(ctx).await,
            Self::Feature { name } => feature(ctx, &name, true).await,
            Self::Unfeature { name } => feature(ctx, &name, false).await,
            Self::Limit(on) => on.set(ctx, GroupLimit::Limit).await,
            Self::Freeze(on) => on.set(ctx, GroupLimit::Freeze).await,
            Self::Evict(on) => on.set(ctx, GroupLimit::Evict).await,
            Self::VerifyLog { name } => verify_log(ctx, &name).await,
        }
    }
}

impl OnGroup {
    async fn set(self, ctx: &Ctx, limit: GroupLimit) -> Result<(), Failure> {
        let reason = self.reason.as_deref().unwrap_or_default();
        let changed = limits::by_hand(ctx, &self.name, limit, !self.undo, reason)
            .await
            .map_err(|error| match error {
                services::Error::NotFound => {
                    Failure::Usage(format!("there is no group called {}", self.name))
                }
                other => other.into(),
            })?;
        say(match (limit, self.undo, changed) {
            (_, false, false) => "It is so already.",
            (_, true, false) => "There is nothing to take back.",
            (GroupLimit::Limit, false, true) => "Only those who follow it find it.",
            (GroupLimit::Limit, true, true) => "It can be found again.",
            (GroupLimit::Freeze, false, true) => "It is frozen.",
            (GroupLimit::Freeze, true, true) => "It is frozen no more.",
            (GroupLimit::Evict, false, true) => {
                let days = ctx.settings().eviction_days;
                say(&format!("It closes in {days} days."));
                return Ok(());
            }
            (GroupLimit::Evict, true, true) => "It stays.",
        });
        Ok(())
    }
}

/// Says whether the log of a group is whole; it fails where it is not.
async fn verify_log(ctx: &Ctx, name: &str) -> Result<(), Failure> {
    let unknown = || Failure::Usage(format!("there is no group called {name}"));
    let handle: Handle = name
        .trim_start_matches(['@', '!'])
        .parse()
        .map_err(|_error| unknown())?;
    let group = accounts::lookup(ctx, &handle)
        .await
        .map_err(|error| match error {
            services::Error::NotFound => unknown(),
            other => other.into(),
        })?;
    let verdict = group_log::verify(ctx, group.account.id)
        .await
        .map_err(|error| match error {
            services::Error::NotFound => unknown(),
            other => other.into(),
        })?;
    match verdict.broken_at {
        None => {
            say(&format!(
                "All {} entries follow from each other.",
                verdict.entries
            ));
            Ok(())
        }
        Some(entry) => Err(Failure::Failed(format!(
            "The log is broken: entry {entry} does not follow from those before it."
        ))),
    }
}

async fn feature(ctx: &Ctx, name: &str, first: bool) -> Result<(), Failure> {
    let changed = services::admin::groups::feature_by_hand(ctx, name, first)
        .await
        .map_err(|error| match error {
            services::Error::NotFound => Failure::Usage(format!("there is no group called {name}")),
            other => other.into(),
        })?;
    say(match (first, changed) {
        (true, true) => "It is shown first.",
        (true, false) => "It is shown first already.",
        (false, true) => "It is shown first no more.",
        (false, false) => "It was not shown first.",
    });
    Ok(())
}

impl CreateGroup {
    async fn act(self, ctx: &Ctx) -> Result<(), Failure> {
        let new = self;
        let kind: GroupKind = new
            .kind
            .parse()
            .map_err(|error| Failure::Usage(format!("--kind {}: {error}", new.kind)))?;
        let founder = person(ctx, &new.owner).await?;
        let group = groups::create(
            ctx,
            &founder,
            NewGroup {
                name: new.name,
                title: new.title,
                kind: Some(kind),
                ..NewGroup::default()
            },
        )
        .await?;
        let account = &group.account.account;
        say(&format!(
            "{} is an {kind} group: {}",
            account.username, account.url
        ));
        Ok(())
    }
}

/// `balai settings ..`
#[derive(Debug, Subcommand)]
pub(super) enum Settings {
    /// Change settings, all or none.
    Set {
        /// `registrations=open` and the like.
        #[arg(required = true, value_name = "KEY=VALUE")]
        changes: Vec<String>,
    },
}

impl Settings {
    pub(super) async fn act(self, ctx: &Ctx) -> Result<(), Failure> {
        let Self::Set { changes } = self;
        let changes = changes
            .iter()
            .map(|change| {
                change
                    .split_once('=')
                    .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
                    .ok_or_else(|| Failure::Usage(format!("{change} is not of the form KEY=VALUE")))
            })
            .collect::<Result<Vec<_>, _>>()?;
        settings::set(ctx, &changes).await?;
        for (name, value) in &changes {
            say(&format!("{name} = {value}"));
        }
        Ok(())
    }
}

pub(super) async fn person(
    ctx: &Ctx,
    name: &str,
) -> Result<services::views::account::Viewer, Failure> {
    sign_in::viewer_named(ctx, name)
        .await
        .map_err(|error| match error {
            services::Error::NotFound => {
                Failure::Usage(format!("there is no member called {name}"))
            }
            other => other.into(),
        })
}

fn scopes(text: &str) -> Result<Scopes, Failure> {
    Scopes::parse(text).map_err(|word| Failure::Usage(format!("{word} is no scope")))
}
