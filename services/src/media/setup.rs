//! The settings of media at the start, and what they amount to on this machine: where files lie, which
//! programs are there, how much of what lies elsewhere is kept.

use std::path::Path;
use std::sync::Arc;

use super::tools::{self, Tools};
use crate::error::Result;
use crate::remote_files::Desk;
use crate::storage::{Bucket, Storage};

/// Two gigabytes.
pub const DEFAULT_QUOTA: i64 = 2 * 1024 * 1024 * 1024;

/// The settings of media at the start.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The bucket that files lie in; `None` for a folder in the data folder.
    pub bucket: Option<Bucket>,
    /// Where our files are served by someone else.
    pub public_url: Option<String>,
    /// How many bytes of copies of remote files are kept.
    pub quota: i64,
    /// The program `ffmpeg`; empty to look for it, `off` to do without.
    pub ffmpeg: String,
}

impl Default for Setup {
    /// A folder, no bucket, and no programs: what tests and small verbs need.
    fn default() -> Self {
        Self {
            bucket: None,
            public_url: None,
            quota: DEFAULT_QUOTA,
            ffmpeg: tools::OFF.to_owned(),
        }
    }
}

impl Setup {
    /// The storage that these settings name.
    ///
    /// # Errors
    /// Where the folder cannot be made, or the settings contradict each other.
    pub fn storage(&self, data_dir: &Path) -> Result<Storage> {
        match &self.bucket {
            Some(bucket) => Storage::bucket(bucket),
            None => Storage::folder(&data_dir.join("media")),
        }
    }

    /// What can be done with media on this machine.
    pub async fn means(&self) -> Means {
        Means {
            tools: tools::find(&self.ffmpeg).await,
            quota: self.quota,
            desk: Desk::default(),
        }
    }
}

/// What can be done with media here.
#[derive(Debug)]
pub struct Means {
    /// The programs that convert sound and film, where they are installed.
    pub tools: Option<Arc<Tools>>,
    /// How many bytes of copies of remote files are kept.
    pub quota: i64,
    /// Who is fetching what.
    pub(crate) desk: Desk,
}

impl Default for Means {
    fn default() -> Self {
        Self {
            tools: None,
            quota: DEFAULT_QUOTA,
            desk: Desk::default(),
        }
    }
}

impl Means {
    /// The types of files that may be uploaded here, as this machine is able to read them.
    #[must_use]
    pub fn accepted(&self) -> Vec<&'static str> {
        let mut kinds = vec!["image/jpeg", "image/png", "image/gif", "image/webp"];
        let Some(tools) = &self.tools else {
            return kinds;
        };
        if tools.reads_heic {
            kinds.extend(["image/heic", "image/heif"]);
        }
        if tools.reads_avif {
            kinds.push("image/avif");
        }
        kinds.extend([
            "video/webm",
            "video/mp4",
            "video/quicktime",
            "audio/wave",
            "audio/wav",
            "audio/x-wav",
            "audio/ogg",
            "audio/vorbis",
            "audio/mpeg",
            "audio/mp3",
            "audio/webm",
            "audio/flac",
            "audio/aac",
            "audio/m4a",
            "audio/x-m4a",
            "audio/mp4",
            "audio/3gpp",
        ]);
        kinds
    }

    /// Can sound and film be converted here?
    #[must_use]
    pub const fn converts(&self) -> bool {
        self.tools.is_some()
    }
}
