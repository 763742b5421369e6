//! Start-up settings: flags over `BALAI_*` environment over `balai.toml` over defaults.

mod media;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use clap::Args;
use ipnet::IpNet;
use serde::Deserialize;
use services::Place;

pub use media::MediaFlags;

use crate::client::Front;
use crate::mail::Way;

/// The settings as flags; each can stand in the environment too.
#[derive(Args, Clone, Debug, Default)]
pub struct Flags {
    /// The settings file.
    #[arg(long, global = true, env = "BALAI_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Where to listen.
    #[arg(long, global = true, env = "BALAI_BIND", value_name = "ADDRESS:PORT")]
    pub bind: Option<String>,
    /// The public address of the place, such as `https://balai.example`.
    #[arg(long, global = true, env = "BALAI_BASE_URL", value_name = "URL")]
    pub base_url: Option<String>,
    /// The folder for the database and pictures.
    #[arg(long, global = true, env = "BALAI_DATA_DIR", value_name = "FOLDER")]
    pub data_dir: Option<PathBuf>,
    /// `postgres://...`; without it a SQLite file in the data folder.
    #[arg(
        long,
        global = true,
        env = "DATABASE_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub database_url: Option<String>,
    /// Talk to other servers over plain http too (tests and labs).
    #[arg(
        long,
        global = true,
        env = "BALAI_FEDERATION_ALLOW_HTTP",
        value_name = "on|off"
    )]
    pub federation_allow_http: Option<String>,
    /// Private addresses that other servers may have, such as `127.0.0.0/8,::1/128` (tests and labs).
    #[arg(
        long,
        global = true,
        env = "BALAI_FEDERATION_ALLOW_PRIVATE",
        value_name = "CIDR,.."
    )]
    pub federation_allow_private: Option<String>,
    /// A further certificate authority for other servers, as PEM (tests and labs).
    #[arg(
        long,
        global = true,
        env = "BALAI_FEDERATION_EXTRA_CA",
        value_name = "FILE"
    )]
    pub federation_extra_ca: Option<PathBuf>,
    /// Proxies in front of the server whose `X-Forwarded-For` counts, such as `127.0.0.1/32`.
    #[arg(
        long,
        global = true,
        env = "BALAI_TRUSTED_PROXIES",
        value_name = "CIDR,.."
    )]
    pub trusted_proxies: Option<String>,
    /// `off`: nothing is counted, whatever the settings of the place say (tests).
    #[arg(long, global = true, env = "BALAI_RATE_LIMITS", value_name = "on|off")]
    pub rate_limits: Option<String>,
    /// The mail server: `smtps://NAME:PASSWORD@HOST`.
    #[arg(
        long,
        global = true,
        env = "BALAI_SMTP_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub smtp_url: Option<String>,
    /// The address that mails come from.
    #[arg(long, global = true, env = "BALAI_MAIL_FROM", value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// Write mails into this folder instead of sending them (tests and development).
    #[arg(long, global = true, env = "BALAI_MAIL_DIR", value_name = "FOLDER")]
    pub mail_dir: Option<PathBuf>,
    /// Allow chosen ids, secrets and tokens, and the password grant.
    #[arg(long, global = true, env = "BALAI_TEST_MODE", value_name = "on|off")]
    pub test_mode: Option<String>,
    /// `text` for people, `json` for machines.
    #[arg(
        long,
        global = true,
        env = "BALAI_LOG_FORMAT",
        value_name = "text|json"
    )]
    pub log_format: Option<String>,
    /// Where files lie and what is done with them.
    #[command(flatten)]
    pub media: MediaFlags,
}

/// `balai.toml`: the same names in lower case.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    bind: Option<String>,
    base_url: Option<String>,
    data_dir: Option<PathBuf>,
    database_url: Option<String>,
    federation_allow_http: Option<bool>,
    federation_allow_private: Option<Vec<String>>,
    federation_extra_ca: Option<PathBuf>,
    trusted_proxies: Option<Vec<String>>,
    rate_limits: Option<bool>,
    smtp_url: Option<String>,
    mail_from: Option<String>,
    mail_dir: Option<PathBuf>,
    test_mode: Option<bool>,
    log_format: Option<String>,
    media: media::MediaFile,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines, one object a line.
    Json,
}

/// The settings in force.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub bind: SocketAddr,
    /// The public address.
    pub place: Place,
    /// The folder for the database and pictures.
    pub data_dir: PathBuf,
    /// Where the database is; `None` for the file in the data folder.
    pub database_url: Option<String>,
    /// The three switches for labs.
    pub federation: fetch::Policy,
    /// What stands in front of the server.
    pub front: Front,
    /// How mail is sent.
    pub mail: Way,
    /// Chosen secrets and the password grant are allowed.
    pub test_mode: bool,
    /// How the log is written.
    pub log_format: LogFormat,
    /// Where files lie and what is done with them.
    pub media: services::media::Setup,
    /// Each setting with where it came from, for `balai config check`.
    pub origins: Vec<(&'static str, String, &'static str)>,
}

/// Takes the first of flag or environment, file and default, and notes which it was.
struct Layers(Vec<(&'static str, String, &'static str)>);

impl Layers {
    fn pick(
        &mut self,
        name: &'static str,
        flag: Option<String>,
        file: Option<String>,
        default: &str,
    ) -> String {
        let (value, origin) = match (flag, file) {
            (Some(value), _) => (value, "flag or environment"),
            (None, Some(value)) => (value, "file"),
            (None, None) => (default.to_owned(), "default"),
        };
        self.0.push((name, value.clone(), origin));
        value
    }

    /// As [`Layers::pick`], without showing the value.
    fn secret(&mut self, name: &'static str, flag: Option<String>, file: Option<String>) -> String {
        let value = flag.or(file).unwrap_or_default();
        let (shown, origin) = if value.is_empty() {
            ("", "default")
        } else {
            ("***", "set")
        };
        self.0.push((name, shown.to_owned(), origin));
        value
    }
}

impl Config {
    /// Reads all layers.
    ///
    /// # Errors
    /// One plain sentence that names the setting.
    pub fn load(flags: Flags) -> Result<Self, String> {
        let file = read_file(flags.config.as_deref())?;
        let text = |path: Option<PathBuf>| path.map(|path| path.display().to_string());
        let word = |on: Option<bool>| on.map(|on| if on { "on" } else { "off" }.to_owned());
        let mut layers = Layers(Vec::new());
        let bind = layers.pick("bind", flags.bind, file.bind, "127.0.0.1:3000");
        let bind: SocketAddr = bind.parse().map_err(|_e| {
            format!("bind: {bind} is not an address with a port, such as 127.0.0.1:3000")
        })?;
        let default_base = format!("http://localhost:{}", bind.port());
        let base = layers.pick("base_url", flags.base_url, file.base_url, &default_base);
        let place = Place::new(&base).map_err(|error| format!("base_url: {error}"))?;
        let data_dir = layers.pick(
            "data_dir",
            text(flags.data_dir),
            text(file.data_dir),
            "./data",
        );
        let database_url = flags
            .database_url
            .or(file.database_url)
            .filter(|url| !url.is_empty());
        if let Some(url) = &database_url
            && !["postgres://", "postgresql://", "sqlite:"]
                .iter()
                .any(|scheme| url.trim().starts_with(scheme))
        {
            return Err("database_url: it starts with postgres:// or sqlite:".to_owned());
        }
        layers.0.push((
            "database_url",
            database_url.as_deref().map_or_else(
                || "a SQLite file in the data folder".to_owned(),
                without_password,
            ),
            if database_url.is_some() {
                "set"
            } else {
                "default"
            },
        ));
        let allow_http = layers.pick(
            "federation_allow_http",
            flags.federation_allow_http,
            word(file.federation_allow_http),
            "off",
        );
        let allow_private = layers.pick(
            "federation_allow_private",
            flags.federation_allow_private,
            file.federation_allow_private.map(|list| list.join(",")),
            "",
        );
        let extra_ca = layers.pick(
            "federation_extra_ca",
            text(flags.federation_extra_ca),
            text(file.federation_extra_ca),
            "",
        );
        let front = front(
            &layers.pick(
                "trusted_proxies",
                flags.trusted_proxies,
                file.trusted_proxies.map(|list| list.join(",")),
                "",
            ),
            &layers.pick(
                "rate_limits",
                flags.rate_limits,
                word(file.rate_limits),
                "on",
            ),
        )?;
        let mail = mail(
            &mut layers,
            flags.smtp_url.or(file.smtp_url),
            (flags.mail_from, file.mail_from),
            (text(flags.mail_dir), text(file.mail_dir)),
        )?;
        let test_mode = layers.pick("test_mode", flags.test_mode, word(file.test_mode), "off");
        let media = media::load(&mut layers, flags.media, file.media)?;
        let log_format = layers.pick("log_format", flags.log_format, file.log_format, "text");
        Ok(Self {
            bind,
            place,
            data_dir: data_dir.into(),
            database_url,
            federation: policy(&allow_http, &allow_private, &extra_ca)?,
            front,
            mail,
            test_mode: switch("test_mode", &test_mode)?,
            log_format: match log_format.as_str() {
                "text" => LogFormat::Text,
                "json" => LogFormat::Json,
                other => return Err(format!("log_format: {other} is neither text nor json")),
            },
            media,
            origins: layers.0,
        })
    }
}

fn front(proxies: &str, rate_limits: &str) -> Result<Front, String> {
    let trusted = proxies
        .split(',')
        .map(str::trim)
        .filter(|net| !net.is_empty())
        .map(|net| {
            net.parse::<IpNet>()
                .or_else(|_no_range| net.parse::<IpAddr>().map(IpNet::from))
                .map_err(|_e| format!("trusted_proxies: {net} is not a range such as 127.0.0.1/32"))
        })
        .collect::<Result<_, _>>()?;
    Ok(Front {
        trusted,
        unlimited: !switch("rate_limits", rate_limits)?,
    })
}

fn mail(
    layers: &mut Layers,
    smtp_url: Option<String>,
    (from_flag, from_file): (Option<String>, Option<String>),
    (dir_flag, dir_file): (Option<String>, Option<String>),
) -> Result<Way, String> {
    let smtp_url = smtp_url.filter(|url| !url.is_empty());
    if let Some(url) = &smtp_url {
        crate::mail::check_smtp_url(url)
            .map_err(|error| format!("smtp_url: {error}; it is like smtps://NAME:PASSWORD@HOST"))?;
    }
    let shown = smtp_url
        .as_deref()
        .map_or_else(String::new, without_password);
    let origin = if smtp_url.is_some() { "set" } else { "default" };
    layers.0.push(("smtp_url", shown, origin));
    let from = layers.pick("mail_from", from_flag, from_file, "");
    let from = match from.trim() {
        "" => None,
        from => Some(
            from.parse()
                .map_err(|_e| format!("mail_from: {from} is not an e-mail address"))?,
        ),
    };
    let folder = layers.pick("mail_dir", dir_flag, dir_file, "");
    Ok(Way {
        smtp_url,
        folder: Some(folder)
            .filter(|folder| !folder.is_empty())
            .map(PathBuf::from),
        from,
    })
}

fn policy(allow_http: &str, allow_private: &str, extra_ca: &str) -> Result<fetch::Policy, String> {
    let allow_private = allow_private
        .split(',')
        .map(str::trim)
        .filter(|net| !net.is_empty())
        .map(|net| {
            net.parse::<IpNet>().map_err(|_e| {
                format!("federation_allow_private: {net} is not a range such as 127.0.0.0/8")
            })
        })
        .collect::<Result<_, _>>()?;
    let extra_ca = if extra_ca.is_empty() {
        None
    } else {
        let pem = std::fs::read(extra_ca)
            .map_err(|error| format!("federation_extra_ca: {extra_ca} cannot be read: {error}"))?;
        Some(pem)
    };
    Ok(fetch::Policy {
        allow_http: switch("federation_allow_http", allow_http)?,
        allow_private,
        extra_ca,
    })
}

fn switch(name: &str, value: &str) -> Result<bool, String> {
    model::settings::switch(value).map_err(|error| format!("{name}: {value} is {error}"))
}

fn read_file(named: Option<&Path>) -> Result<File, String> {
    let path = named.unwrap_or_else(|| Path::new("balai.toml"));
    match std::fs::read_to_string(path) {
        Ok(text) => toml::from_str(&text)
            .map_err(|error| format!("{}: {}", path.display(), error.message())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => {
            Ok(File::default())
        }
        Err(error) => Err(format!("{} cannot be read: {error}", path.display())),
    }
}

/// An address of a database as it may be shown.
fn without_password(url: &str) -> String {
    match url::Url::parse(url) {
        Ok(mut url) if url.password().is_some() => {
            let _cannot_be_a_base = url.set_password(Some("***"));
            url.to_string()
        }
        Ok(url) => url.to_string(),
        Err(_) => "***".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_any_setting_it_runs_on_localhost() {
        let config = Config::load(Flags::default()).unwrap();
        assert_eq!(config.bind.to_string(), "127.0.0.1:3000");
        assert_eq!(config.place.base(), "http://localhost:3000");
        assert_eq!(config.data_dir, Path::new("./data"));
        assert!(!config.test_mode && !config.federation.allow_http);
    }

    #[test]
    fn flags_win_over_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("b.toml");
        std::fs::write(
            &path,
            "bind = \"127.0.0.1:4000\"\nbase_url = \"https://balai.example\"\n",
        )
        .unwrap();
        let flags = Flags {
            config: Some(path.clone()),
            bind: Some("127.0.0.1:5000".into()),
            ..Flags::default()
        };
        let config = Config::load(flags).unwrap();
        assert_eq!(config.bind.port(), 5000);
        assert_eq!(config.place.base(), "https://balai.example");

        std::fs::write(&path, "bnid = 1\n").unwrap();
        let error = Config::load(Flags {
            config: Some(path),
            ..Flags::default()
        })
        .unwrap_err();
        assert!(error.contains("bnid"), "{error}");
    }

    #[test]
    fn each_wrong_value_is_named_in_one_sentence() {
        let with = |change: fn(&mut Flags)| {
            let mut flags = Flags::default();
            change(&mut flags);
            Config::load(flags).unwrap_err()
        };
        assert!(with(|f| f.bind = Some("here".into())).starts_with("bind:"));
        assert!(with(|f| f.base_url = Some("balai.example".into())).starts_with("base_url:"));
        assert!(
            with(|f| f.base_url = Some("https://balai.example/x".into())).starts_with("base_url:")
        );
        assert!(with(|f| f.test_mode = Some("perhaps".into())).starts_with("test_mode:"));
        assert!(with(|f| f.smtp_url = Some("mail.example".into())).starts_with("smtp_url:"));
        assert!(with(|f| f.mail_from = Some("nobody".into())).starts_with("mail_from:"));
        assert!(with(|f| f.trusted_proxies = Some("near".into())).starts_with("trusted_proxies:"));
        assert!(with(|f| f.rate_limits = Some("no".into())).starts_with("rate_limits:"));
        assert!(with(|f| f.database_url = Some("mysql://x".into())).starts_with("database_url:"));
        assert!(with(|f| f.federation_allow_private = Some("home".into())).contains("home"));
        assert!(
            with(|f| f.federation_extra_ca = Some("/nowhere.pem".into())).contains("/nowhere.pem")
        );
    }
}
