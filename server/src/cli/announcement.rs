//! Verbs that tell everyone something.

use clap::{Args, Subcommand};
use model::{AnnouncementId, Millis};
use services::Ctx;
use services::announcements::{self, Draft};

use super::{Failure, say};

/// `balai announcement ..`
#[derive(Debug, Subcommand)]
pub(super) enum Announcement {
    /// Tell everyone something.
    Create(CreateAnnouncement),
    /// What was told.
    List,
    /// Take one away.
    Delete {
        /// Its number, as `list` shows it.
        id: String,
    },
}

/// What is told, and when.
#[derive(Args, Debug)]
pub(super) struct CreateAnnouncement {
    /// The text: plain, with addresses and hashtags.
    text: String,
    /// When what it tells of begins: `2026-12-01T18:00:00Z`.
    #[arg(long)]
    starts_at: Option<String>,
    /// When it ends; the announcement is shown until then.
    #[arg(long)]
    ends_at: Option<String>,
    /// The hours of both do not matter.
    #[arg(long)]
    all_day: bool,
    /// When it is shown, if not now.
    #[arg(long)]
    publish_at: Option<String>,
}

fn time(text: Option<String>) -> Result<Option<Millis>, Failure> {
    text.map(|text| {
        Millis::parse(&text).ok_or_else(|| {
            Failure::Usage(format!("{text} is no time such as 2026-12-01T18:00:00Z"))
        })
    })
    .transpose()
}

impl Announcement {
    pub(super) async fn act(self, ctx: &Ctx) -> Result<(), Failure> {
        match self {
            Self::Create(new) => {
                let draft = Draft {
                    text: new.text,
                    starts_at: time(new.starts_at)?,
                    ends_at: time(new.ends_at)?,
                    all_day: new.all_day,
                    publish_at: time(new.publish_at)?,
                };
                let made = announcements::create(ctx, draft).await?;
                say(&made.id.to_string());
            }
            Self::List => {
                for row in announcements::all(ctx).await? {
                    let at = row.published_at.unwrap_or(row.created_at).iso();
                    say(&format!(
                        "{}  {at}  {}",
                        row.id,
                        row.source.replace('\n', " ")
                    ));
                }
            }
            Self::Delete { id } => {
                let number: AnnouncementId = id.parse().map_err(|_e| {
                    Failure::Usage(format!("{id} is no number of an announcement"))
                })?;
                announcements::delete(ctx, number).await?;
                say("It is taken away.");
            }
        }
        Ok(())
    }
}
