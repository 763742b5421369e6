//! The verbs of `balai`. Each opens the database itself, also while the server runs, and calls the same
//! use cases as every other door.

mod announcement;
mod emoji;
mod make;
mod media;
mod people;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use services::{Context, Ctx};

use crate::config::{Config, Flags};
use crate::serve;

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "balai",
    version,
    about = "A community hall that its people own"
)]
struct Cli {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run the server (what happens without a verb).
    Serve,
    /// People.
    #[command(subcommand)]
    User(people::User),
    /// Links that let people in.
    #[command(subcommand)]
    Invite(people::Invite),
    /// Applications.
    #[command(subcommand)]
    App(make::App),
    /// Access tokens.
    #[command(subcommand)]
    Token(make::Token),
    /// Groups.
    #[command(subcommand)]
    Group(make::Group),
    /// What everyone here is told.
    #[command(subcommand)]
    Announcement(announcement::Announcement),
    /// Custom emoji.
    #[command(subcommand)]
    Emoji(emoji::Emoji),
    /// Files of posts, and copies of remote ones.
    #[command(subcommand)]
    Media(media::Media),
    /// Settings of the place.
    #[command(subcommand)]
    Settings(make::Settings),
    /// The settings at start.
    #[command(subcommand)]
    Config(ConfigVerb),
    /// Bring the database up to this version.
    Migrate,
}

#[derive(Debug, Subcommand)]
enum ConfigVerb {
    /// Print the settings in force and where each came from.
    Check,
}

/// Why a verb did not do what was asked.
#[derive(Debug)]
pub enum Failure {
    /// What was typed is wrong: exit code 2.
    Usage(String),
    /// It was right and did not work: exit code 1.
    Failed(String),
}

impl From<services::Error> for Failure {
    fn from(error: services::Error) -> Self {
        use services::Error as E;
        match error {
            E::Database(error) => Self::Failed(error.to_string()),
            E::Upstream(text) => Self::Failed(text),
            other => Self::Usage(other.to_string()),
        }
    }
}

/// Reads the command line and does what it says.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if !error.use_stderr() => {
            let _printed = error.print();
            return ExitCode::SUCCESS;
        }
        Err(error) => return fail(Failure::Usage(first_sentence(&error.to_string()))),
    };
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => fail(failure),
    }
}

/// One plain sentence on standard error.
#[expect(clippy::needless_pass_by_value, reason = "it ends here")]
fn fail(failure: Failure) -> ExitCode {
    let (text, code) = match &failure {
        Failure::Usage(text) => (text, 2),
        Failure::Failed(text) => (text, 1),
    };
    eprintln!("balai: {}", text.trim());
    ExitCode::from(code)
}

/// What clap says has several paragraphs; the first says what is wrong.
fn first_sentence(text: &str) -> String {
    let text = text.strip_prefix("error: ").unwrap_or(text);
    text.lines()
        .take_while(|line| !line.trim().is_empty())
        .map(str::trim)
        .collect::<Vec<_>>()
        .join(" ")
}

fn run(cli: Cli) -> Result<(), Failure> {
    let config = Config::load(cli.flags).map_err(Failure::Usage)?;
    let verb = match cli.verb {
        Some(Verb::Config(ConfigVerb::Check)) => {
            check(&config);
            return Ok(());
        }
        None | Some(Verb::Serve) => None,
        Some(verb) => Some(verb),
    };
    // The provider of cryptography: one, before the first connection.
    let _was_there_already = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime
        .enable_all()
        .build()
        .map_err(|error| Failure::Failed(format!("no threads: {error}")))?;
    runtime.block_on(async {
        match verb {
            None => serve::run(config).await.map_err(Failure::Failed),
            Some(verb) => {
                let ctx = open(&config).await?;
                let done = act(&ctx, verb).await;
                ctx.db.close().await;
                done
            }
        }
    })
}

/// Opens the place without serving it.
async fn open(config: &Config) -> Result<Ctx, Failure> {
    let ctx = Context::open_with(
        config.database_url.as_deref(),
        &config.data_dir,
        config.place.clone(),
        config.test_mode,
        // No verb converts anything: the programs need not be looked for.
        &services::media::Setup {
            ffmpeg: services::media::OFF.to_owned(),
            ..config.media.clone()
        },
    )
    .await
    .map_err(|error| Failure::Failed(error.to_string()))?;
    // Nothing is sent from here, but letters are left for the server where it can send them.
    crate::mail::connect(&ctx, &config.mail).map_err(Failure::Usage)?;
    Ok(ctx)
}

async fn act(ctx: &Ctx, verb: Verb) -> Result<(), Failure> {
    match verb {
        Verb::User(verb) => verb.act(ctx).await,
        Verb::Invite(verb) => verb.act(ctx).await,
        Verb::App(verb) => verb.act(ctx).await,
        Verb::Token(verb) => verb.act(ctx).await,
        Verb::Group(verb) => verb.act(ctx).await,
        Verb::Announcement(verb) => verb.act(ctx).await,
        Verb::Emoji(verb) => verb.act(ctx).await,
        Verb::Media(verb) => verb.act(ctx).await,
        Verb::Settings(verb) => verb.act(ctx).await,
        // Opening has migrated it.
        Verb::Migrate => {
            say("The database is up to date.");
            Ok(())
        }
        Verb::Serve | Verb::Config(_) => Ok(()),
    }
}

fn check(config: &Config) {
    for (name, value, origin) in &config.origins {
        say(&format!("{name} = {value}  ({origin})"));
    }
}

/// The one place that prints what a verb answers.
#[expect(clippy::print_stdout, reason = "this is the command line")]
fn say(line: &str) {
    println!("{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_word_is_one_sentence() {
        let error = Cli::try_parse_from(["balai", "user", "create"])
            .unwrap_err()
            .to_string();
        let sentence = first_sentence(&error);
        assert!(
            !sentence.contains('\n') && sentence.contains("--email"),
            "{sentence}"
        );
    }

    #[test]
    fn the_verbs_are_those_of_the_papers() {
        for line in [
            "balai",
            "balai serve",
            "balai migrate",
            "balai config check",
            "balai user create ana --email a@b.example --password secret12 --role owner --confirmed --approved --locale id",
            "balai user set-password ana --password secret1234",
            "balai user confirm ana",
            "balai user approve ana",
            "balai invite create --user ana --uses 5 --days 7",
            "balai invite list",
            "balai invite revoke 0123",
            "balai app create --name N --redirect-uri urn:ietf:wg:oauth:2.0:oob --scopes read --client-id X --client-secret Y",
            "balai token create --user ana --app X --scopes read --token T",
            "balai group create garden --owner ana --title Garden --kind approved",
            "balai group feature garden",
            "balai group unfeature garden",
            "balai group limit garden --reason spam",
            "balai group freeze garden --undo",
            "balai group evict garden --reason spam",
            "balai emoji add cow cow.png --category animals",
            "balai emoji list",
            "balai emoji remove cow",
            "balai settings set registrations=open rate_limits=off",
            "balai --bind 127.0.0.1:0 serve",
        ] {
            assert!(Cli::try_parse_from(line.split(' ')).is_ok(), "{line}");
        }
    }
}
