//! The settings of media at the start: where files lie, how much is kept, which program converts.

use clap::Args;
use serde::Deserialize;
use services::media::{DEFAULT_QUOTA, Setup};
use services::storage::Bucket;

use super::{Layers, switch};

/// The settings of media as flags; each can stand in the environment too.
#[derive(Args, Clone, Debug, Default)]
pub struct MediaFlags {
    /// The storage service that takes our files, such as `https://s3.example`; without it a folder does.
    #[arg(long, global = true, env = "BALAI_S3_ENDPOINT", value_name = "URL")]
    pub s3_endpoint: Option<String>,
    /// The bucket there.
    #[arg(long, global = true, env = "BALAI_S3_BUCKET", value_name = "NAME")]
    pub s3_bucket: Option<String>,
    /// Its region.
    #[arg(long, global = true, env = "BALAI_S3_REGION", value_name = "NAME")]
    pub s3_region: Option<String>,
    /// Who we are there.
    #[arg(
        long,
        global = true,
        env = "BALAI_S3_ACCESS_KEY",
        value_name = "KEY",
        hide_env_values = true
    )]
    pub s3_access_key: Option<String>,
    /// The proof of it.
    #[arg(
        long,
        global = true,
        env = "BALAI_S3_SECRET_KEY",
        value_name = "KEY",
        hide_env_values = true
    )]
    pub s3_secret_key: Option<String>,
    /// Is the bucket part of the path (`on`) or of the host's name (`off`)?
    #[arg(
        long,
        global = true,
        env = "BALAI_S3_PATH_STYLE",
        value_name = "on|off"
    )]
    pub s3_path_style: Option<String>,
    /// Where the bucket's files are served by someone else, such as `https://files.example`.
    #[arg(long, global = true, env = "BALAI_MEDIA_URL", value_name = "URL")]
    pub media_url: Option<String>,
    /// How much of what lies on other servers is kept, such as `500M` or `2G`.
    #[arg(
        long,
        global = true,
        env = "BALAI_REMOTE_MEDIA_QUOTA",
        value_name = "SIZE"
    )]
    pub remote_media_quota: Option<String>,
    /// The program `ffmpeg`, with `ffprobe` beside it; `off` to do without.
    #[arg(long, global = true, env = "BALAI_FFMPEG", value_name = "FILE|off")]
    pub ffmpeg: Option<String>,
}

/// The same names in `balai.toml`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct MediaFile {
    s3_endpoint: Option<String>,
    s3_bucket: Option<String>,
    s3_region: Option<String>,
    s3_access_key: Option<String>,
    s3_secret_key: Option<String>,
    s3_path_style: Option<bool>,
    url: Option<String>,
    remote_quota: Option<String>,
    ffmpeg: Option<String>,
}

/// All layers of them.
pub(super) fn load(
    layers: &mut Layers,
    flags: MediaFlags,
    file: MediaFile,
) -> Result<Setup, String> {
    let word = |on: Option<bool>| on.map(|on| if on { "on" } else { "off" }.to_owned());
    let endpoint = layers.pick("s3_endpoint", flags.s3_endpoint, file.s3_endpoint, "");
    let bucket = layers.pick("s3_bucket", flags.s3_bucket, file.s3_bucket, "");
    let region = layers.pick("s3_region", flags.s3_region, file.s3_region, "us-east-1");
    let access_key = layers.secret("s3_access_key", flags.s3_access_key, file.s3_access_key);
    let secret_key = layers.secret("s3_secret_key", flags.s3_secret_key, file.s3_secret_key);
    let style = word(file.s3_path_style);
    let style = layers.pick("s3_path_style", flags.s3_path_style, style, "on");
    let path_style = switch("s3_path_style", &style)?;
    let url = layers.pick("media_url", flags.media_url, file.url, "");
    let quota = layers.pick(
        "remote_media_quota",
        flags.remote_media_quota,
        file.remote_quota,
        "2G",
    );
    let ffmpeg = layers.pick("ffmpeg", flags.ffmpeg, file.ffmpeg, "");
    let bucket = if endpoint.is_empty() && bucket.is_empty() {
        None
    } else {
        web("s3_endpoint", &endpoint)?;
        for (name, value) in [
            ("s3_bucket", &bucket),
            ("s3_access_key", &access_key),
            ("s3_secret_key", &secret_key),
        ] {
            if value.is_empty() {
                return Err(format!("{name}: it is needed beside s3_endpoint"));
            }
        }
        Some(Bucket {
            endpoint: endpoint.trim_end_matches('/').to_owned(),
            bucket,
            region,
            access_key,
            secret_key,
            path_style,
        })
    };
    let public_url = (!url.is_empty()).then_some(url);
    if let Some(url) = &public_url {
        web("media_url", url)?;
        if bucket.is_none() {
            return Err("media_url: it goes with s3_endpoint; a folder is served here".to_owned());
        }
    }
    Ok(Setup {
        bucket,
        public_url,
        quota: size(&quota)?,
        ffmpeg,
    })
}

fn web(name: &str, address: &str) -> Result<(), String> {
    let fine = url::Url::parse(address)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if fine {
        Ok(())
    } else {
        Err(format!(
            "{name}: {address} is not an address such as https://s3.example"
        ))
    }
}

/// `500M`, `2G`, or plain bytes.
fn size(text: &str) -> Result<i64, String> {
    if text.is_empty() {
        return Ok(DEFAULT_QUOTA);
    }
    let upper = text.trim().to_ascii_uppercase();
    let upper = upper.trim_end_matches('B');
    let (number, unit) = match upper.char_indices().next_back() {
        Some((at, 'K')) => (upper.get(..at), 1024),
        Some((at, 'M')) => (upper.get(..at), 1024 * 1024),
        Some((at, 'G')) => (upper.get(..at), 1024 * 1024 * 1024),
        _ => (Some(upper), 1),
    };
    number
        .and_then(|number| number.trim().parse::<i64>().ok())
        .filter(|number| *number >= 0)
        .and_then(|number| number.checked_mul(unit))
        .ok_or_else(|| format!("remote_media_quota: {text} is not a size such as 500M or 2G"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loaded(change: fn(&mut MediaFlags)) -> Result<Setup, String> {
        let mut flags = MediaFlags::default();
        change(&mut flags);
        load(&mut Layers(Vec::new()), flags, MediaFile::default())
    }

    #[test]
    fn sizes_are_read_as_people_write_them() {
        assert_eq!(size("2G"), Ok(DEFAULT_QUOTA));
        assert_eq!(size("500 mb"), Ok(500 * 1024 * 1024));
        assert_eq!(size("0"), Ok(0));
        for text in ["much", "-1", "G", "99999999999G"] {
            assert!(size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_bucket_needs_all_of_its_settings() {
        assert!(loaded(|_| ()).unwrap().bucket.is_none());
        let error = loaded(|it| it.s3_endpoint = Some("https://s3.example".into())).unwrap_err();
        assert!(error.starts_with("s3_bucket:"), "{error}");
        let error = loaded(|it| it.s3_bucket = Some("x".into())).unwrap_err();
        assert!(error.starts_with("s3_endpoint:"), "{error}");
        let error = loaded(|it| it.media_url = Some("https://files.example".into())).unwrap_err();
        assert!(error.starts_with("media_url:"), "{error}");
        let bucket = loaded(|it| {
            it.s3_endpoint = Some("https://s3.example/".into());
            it.s3_bucket = Some("balai".into());
            it.s3_access_key = Some("us".into());
            it.s3_secret_key = Some("secret".into());
        })
        .unwrap()
        .bucket
        .unwrap();
        assert_eq!(bucket.endpoint, "https://s3.example");
        assert!(bucket.path_style && bucket.region == "us-east-1");
        assert!(!format!("{bucket:?}").contains("secret"));
    }
}
