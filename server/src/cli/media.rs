//! Verbs for files: how much there is, what may go, whether the storage works.

use clap::Subcommand;
use services::{Ctx, media, remote_files};

use super::{Failure, say};

/// `balai media ..`
#[derive(Debug, Subcommand)]
pub(super) enum Media {
    /// Print where files lie and how much of what lies elsewhere is kept.
    Usage,
    /// Remove uploads that nobody posted, files that nothing points at, and copies above the quota.
    Tidy,
    /// Write, read and remove a small file.
    Check,
}

impl Media {
    pub(super) async fn act(self, ctx: &Ctx) -> Result<(), Failure> {
        match self {
            Self::Usage => {
                let (usage, quota) = remote_files::usage(ctx).await?;
                say(&format!("Files lie in {}.", ctx.storage.name()));
                say(&format!(
                    "Copies of remote files: {} with {} MiB, of at most {} MiB.",
                    usage.files,
                    mebibytes(usage.bytes),
                    mebibytes(quota)
                ));
            }
            Self::Tidy => {
                let tidied = media::tidy(ctx).await?;
                say(&format!(
                    "Removed {} uploads and {} files that nothing pointed at.",
                    tidied.uploads, tidied.files
                ));
            }
            Self::Check => {
                ctx.storage.check().await.map_err(Failure::Failed)?;
                say(&format!("{} works.", ctx.storage.name()));
            }
        }
        Ok(())
    }
}

/// Rounded up: what is there is never none.
const fn mebibytes(bytes: i64) -> i64 {
    bytes.saturating_add((1 << 20) - 1) >> 20
}
