//! The programs `ffmpeg` and `ffprobe`: found, tried, and run in a cage. They read one file in a folder of
//! their own, as the container that its first bytes showed, with a cleared environment and no way to the
//! network or to another file (threats, row 74); they get one thread, little memory and an end.
//!
//! What is asked of them stands in `film`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::process::Command;
use tokio::sync::Semaphore;

use crate::error::{Error, Result};

/// The word for doing without.
pub const OFF: &str = "off";
/// How long a quick question may take.
pub(crate) const QUICK: Duration = Duration::from_secs(20);
/// How long a film may take.
pub(crate) const LONG: Duration = Duration::from_secs(15 * 60);
/// The most that a program may say.
const MOST_SAID: u64 = 1024 * 1024;
/// The largest single piece of memory that a decoder may ask for.
const MOST_MEMORY: &str = "268435456";
/// What may be decoded: what people's devices record, and the covers of songs.
const CODECS: &str = "h264,hevc,vp8,vp9,av1,libdav1d,libaom-av1,libvpx,libvpx-vp9,mpeg4,mjpeg,png,gif,\
    aac,mp3,mp3float,opus,libopus,vorbis,flac,alac,amrnb,amrwb,pcm_s16le,pcm_s24le,pcm_s32le,pcm_u8,\
    pcm_f32le,pcm_s16be";

/// Two quick questions at a time, and one film: neither waits for the other, and posts still get through.
static QUESTIONS: Semaphore = Semaphore::const_new(2);
static FILMS: Semaphore = Semaphore::const_new(1);
/// What was found out about a program, for the next server in this process.
static KNOWN: Mutex<Option<HashMap<PathBuf, Option<Arc<Tools>>>>> = Mutex::new(None);

const SAMPLE_AVIF: &[u8] = include_bytes!("../../assets/sample.avif");
const SAMPLE_HEIC: &[u8] = include_bytes!("../../assets/sample.heic");

/// The programs, and what they can do.
#[derive(Debug)]
pub struct Tools {
    ffmpeg: PathBuf,
    ffprobe: PathBuf,
    /// Are AVIF pictures read?
    pub reads_avif: bool,
    /// Are HEIC pictures read?
    pub reads_heic: bool,
}

/// Looks for the programs: at the path that the settings name, else on `PATH`; `ffprobe` stands beside
/// `ffmpeg`. Nothing where one is missing or cannot write what we need.
pub(crate) async fn find(setting: &str) -> Option<Arc<Tools>> {
    if setting == OFF {
        return None;
    }
    let ffmpeg = if setting.is_empty() {
        on_path("ffmpeg")?
    } else {
        PathBuf::from(setting)
    };
    let known = {
        let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().and_then(|known| known.get(&ffmpeg).cloned())
    };
    if let Some(known) = known {
        return known;
    }
    let found = examine(ffmpeg.clone()).await.map(Arc::new);
    KNOWN
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get_or_insert_default()
        .insert(ffmpeg, found.clone());
    found
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
}

/// Tries what has to work: encoders are listed, the two kinds of stills are decoded.
async fn examine(ffmpeg: PathBuf) -> Option<Tools> {
    let ffprobe = ffmpeg.with_file_name("ffprobe");
    if !ffmpeg.is_file() || !ffprobe.is_file() {
        tracing::warn!("{} or its ffprobe is not there", ffmpeg.display());
        return None;
    }
    let mut tools = Tools {
        ffmpeg,
        ffprobe,
        reads_avif: false,
        reads_heic: false,
    };
    let mut list = Command::new(&tools.ffmpeg);
    list.args(["-hide_banner", "-encoders"]);
    let said = said(list, QUICK).await.ok()?;
    let said = String::from_utf8_lossy(&said).into_owned();
    let writes = |name: &str| said.split_ascii_whitespace().any(|word| word == name);
    if !(writes("libx264") && writes("aac") && writes("libmp3lame") && writes("png")) {
        tracing::warn!("this ffmpeg cannot write H.264, AAC, MP3 and PNG; it is not used");
        return None;
    }
    tools.reads_avif = tools.still(SAMPLE_AVIF, "mov").await.is_ok();
    tools.reads_heic = tools.still(SAMPLE_HEIC, "mov").await.is_ok();
    Some(tools)
}

/// A folder of one's own with the file that a program is to read.
#[derive(Debug)]
pub(crate) struct Cage(tempfile::TempDir);

impl Cage {
    /// With these bytes in it.
    pub(crate) async fn with(bytes: Vec<u8>) -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("balai-media-")
            .tempdir()
            .map_err(unusable)?;
        let path = folder.path().join(IN);
        tokio::fs::write(path, bytes).await.map_err(unusable)?;
        Ok(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// What a program has written.
    pub(crate) async fn read(&self, name: &str, most: u64) -> Result<Vec<u8>> {
        let path = self.path().join(name);
        let size = tokio::fs::metadata(&path).await.map_err(unusable)?.len();
        if size > most {
            return Err(Error::Media(
                "the file is too large once converted".to_owned(),
            ));
        }
        tokio::fs::read(path).await.map_err(unusable)
    }
}

/// The file that a program reads.
const IN: &str = "in";

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is handed to map_err by name"
)]
fn unusable(error: std::io::Error) -> Error {
    if error.kind() == std::io::ErrorKind::StorageFull {
        return Error::Database(database::Error::Full);
    }
    Error::Database(database::Error::Busy(format!(
        "the folder for temporary files: {error}"
    )))
}

impl Tools {
    /// What `ffprobe` says of the file in the cage, as JSON.
    pub(crate) async fn probe(&self, cage: &Cage, reader: &str) -> Result<serde_json::Value> {
        let mut command = Command::new(&self.ffprobe);
        command.args([
            "-v",
            "error",
            "-of",
            "json",
            "-show_format",
            "-show_streams",
        ]);
        only_this_file(&mut command, reader);
        let said = caged(command, cage, QUICK).await?;
        serde_json::from_slice(&said)
            .map_err(|_error| Error::Media("the file cannot be read".to_owned()))
    }

    /// Converts the file in the cage as `how` says; the last word of `how` names what is written.
    pub(crate) async fn convert(
        &self,
        cage: &Cage,
        reader: &str,
        before: &[&str],
        how: &[&str],
        patience: Duration,
    ) -> Result<()> {
        let mut command = Command::new(&self.ffmpeg);
        command
            .args(["-nostdin", "-hide_banner", "-v", "error", "-y"])
            .args(["-max_alloc", MOST_MEMORY, "-threads", "1"])
            .args(before);
        only_this_file(&mut command, reader);
        // Nothing that tells about who recorded it goes on: no tags, chapters, subtitles or data.
        command
            .args(["-map_metadata", "-1", "-map_metadata:s", "-1"])
            .args(["-map_chapters", "-1", "-sn", "-dn"])
            .args([
                "-fflags",
                "+bitexact",
                "-flags:v",
                "+bitexact",
                "-flags:a",
                "+bitexact",
            ])
            .args(["-threads", "1", "-filter_threads", "1"])
            .args(how);
        caged(command, cage, patience).await.map(drop)
    }

    /// The picture in a file of stills, or the first of a film, as PNG.
    pub(crate) async fn still(&self, bytes: &[u8], reader: &str) -> Result<Vec<u8>> {
        let cage = Cage::with(bytes.to_vec()).await?;
        self.first_picture(&cage, reader, &[]).await
    }

    /// The first picture of the file in the cage, as PNG.
    pub(crate) async fn first_picture(
        &self,
        cage: &Cage,
        reader: &str,
        before: &[&str],
    ) -> Result<Vec<u8>> {
        let how = [
            "-map",
            "0:v:0",
            "-an",
            "-frames:v",
            "1",
            "-c:v",
            "png",
            "-f",
            "image2",
            "-update",
            "1",
            "picture.png",
        ];
        self.convert(cage, reader, before, &how, QUICK).await?;
        cage.read("picture.png", 200 * 1024 * 1024).await
    }
}

/// The container is the one that the first bytes showed, and nothing but this file is opened: neither a
/// playlist nor a reference in a film leads anywhere.
fn only_this_file(command: &mut Command, reader: &str) {
    command
        .args(["-protocol_whitelist", "file", "-format_whitelist", reader])
        .args(["-codec_whitelist", CODECS])
        .args(["-f", reader, "-i", "file:in"]);
}

async fn caged(mut command: Command, cage: &Cage, patience: Duration) -> Result<Vec<u8>> {
    command.current_dir(cage.path());
    said(command, patience).await
}

/// Runs a program with nothing of our environment and hears what it prints; it is ended when it takes too
/// long, and when nobody waits for it any more.
async fn said(mut command: Command, patience: Duration) -> Result<Vec<u8>> {
    let refused = || Error::Media("the file cannot be read".to_owned());
    let room = if patience > QUICK { &FILMS } else { &QUESTIONS };
    let _one_of_few = room.acquire().await.map_err(|_closed| refused())?;
    command
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    let mut child = command.spawn().map_err(|error| {
        tracing::error!(%error, "a program for media cannot be started");
        Error::Database(database::Error::Busy("ffmpeg cannot be started".to_owned()))
    })?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let work = async {
        let mut printed = Vec::new();
        let mut complained = Vec::new();
        let listen = async {
            if let Some(out) = out {
                let _the_rest_is_lost = out.take(MOST_SAID).read_to_end(&mut printed).await;
            }
        };
        let hear = async {
            if let Some(err) = err {
                let _the_rest_is_lost = err.take(MOST_SAID).read_to_end(&mut complained).await;
            }
        };
        let ((), (), status) = tokio::join!(listen, hear, child.wait());
        (status, printed, complained)
    };
    match tokio::time::timeout(patience, work).await {
        Ok((Ok(status), printed, _complained)) if status.success() => Ok(printed),
        Ok((_status, _printed, complained)) => {
            let complaint = String::from_utf8_lossy(&complained);
            let complaint: String = complaint.chars().take(300).collect();
            tracing::debug!(complaint, "a file was not converted");
            Err(refused())
        }
        Err(_too_long) => {
            tracing::info!("a program for media took too long and was ended");
            Err(Error::Media(
                "the file takes too long to convert".to_owned(),
            ))
        }
    }
}
