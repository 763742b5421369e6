//! Verbs for custom emoji.

use std::path::PathBuf;

use clap::Subcommand;
use services::{Ctx, emojis};

use super::{Failure, say};

/// `balai emoji ..`
#[derive(Debug, Subcommand)]
pub(super) enum Emoji {
    /// Add one, or give it a new picture.
    Add {
        /// Its name: letters, digits and underscores, without the colons.
        shortcode: String,
        /// A PNG, GIF or WebP file of at most 256 kB.
        file: PathBuf,
        /// Under which heading apps offer it.
        #[arg(long, default_value = "")]
        category: String,
    },
    /// Print all.
    List,
    /// Take one away.
    Remove {
        /// Its name.
        shortcode: String,
    },
}

impl Emoji {
    pub(super) async fn act(self, ctx: &Ctx) -> Result<(), Failure> {
        match self {
            Self::Add {
                shortcode,
                file,
                category,
            } => {
                let unreadable = |error: std::io::Error| {
                    Failure::Usage(format!("{} cannot be read: {error}", file.display()))
                };
                let size = std::fs::metadata(&file).map_err(unreadable)?.len();
                if usize::try_from(size).is_ok_and(|size| size > emojis::MAX_BYTES) {
                    return Err(Failure::Usage(format!(
                        "{} is larger than {} kB",
                        file.display(),
                        emojis::MAX_BYTES / 1024
                    )));
                }
                let bytes = std::fs::read(&file).map_err(unreadable)?;
                let shortcode = shortcode.trim_matches(':');
                emojis::add(ctx, shortcode, bytes, &category).await?;
                say(&format!(":{shortcode}: is an emoji of this place."));
            }
            Self::List => {
                for emoji in emojis::ours(ctx).await? {
                    say(format!(":{}: {}", emoji.shortcode, emoji.category).trim_end());
                }
            }
            Self::Remove { shortcode } => {
                let shortcode = shortcode.trim_matches(':');
                emojis::remove(ctx, shortcode).await?;
                say(&format!(":{shortcode}: is gone."));
            }
        }
        Ok(())
    }
}
