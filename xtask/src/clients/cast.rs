//! Who is there when a client comes: eka, for whom it speaks, and the others who answer her. They are made with
//! the server's own verbs; what they are told stands in `tests/clients/README.md`.

use std::net::SocketAddr;

use serde_json::json;

use crate::http::App;
use crate::json::text;
use crate::server::{PASSWORD, Place, email};
use crate::{Result, build};

const SCOPES: &str = "read write follow push profile";
const STAFF_SCOPES: &str = "read write follow push profile admin:read admin:write";

/// What the place says of itself, and how it lets people in.
const SETTINGS: [&str; 7] = [
    "rate_limits=off",
    "password_grant=on",
    "registrations=approval",
    "rules=Be kind",
    "terms_of_service=Be fair.",
    "extended_description=A hall with a garden.",
    "show_domain_blocks=all",
];

/// Their tokens. eka has none: her client gets one by itself.
#[derive(Debug)]
pub(super) struct Cast {
    ana: String,
    ben: String,
    oki: String,
}

impl Cast {
    /// Makes them in a place that is not started: ana founds the open group `garden`, and there is
    /// something to read.
    pub(super) async fn make(place: &Place) -> Result<Self> {
        for (name, role) in [
            ("eka", "member"),
            ("ana", "member"),
            ("ben", "member"),
            ("oki", "owner"),
        ] {
            place.user(name, role).await?;
        }
        let picture = build::workspace().join("server/assets/icon.png");
        let founds = ["group", "create", "garden", "--owner", "ana"];
        for words in [
            [&["settings", "set"], &SETTINGS[..]].concat(),
            [&founds[..], &["--title", "The garden"]].concat(),
            vec!["announcement", "create", "The hall is open until ten."],
            vec!["emoji", "add", "leaf", &picture.to_string_lossy()],
        ] {
            place.verb(&words).await?;
        }
        Ok(Self {
            ana: place.token("ana", SCOPES).await?,
            ben: place.token("ben", SCOPES).await?,
            oki: place.token("oki", STAFF_SCOPES).await?,
        })
    }

    /// What has to happen on the running server: ben joins the group.
    pub(super) async fn gather(&self, address: SocketAddr) -> Result<()> {
        let mut ben = App::new(address, self.ben.clone());
        let garden = ben.get("/api/v1/accounts/lookup?acct=garden").await?;
        let join = format!("/api/v1/accounts/{}/follow", text(&garden, "/id")?);
        ben.post(&join, &json!({})).await.map(drop)
    }

    /// What a program is told.
    pub(super) fn environment(&self, base: &str) -> Vec<(String, String)> {
        [
            ("URL", base),
            ("USER", "eka"),
            ("EMAIL", &email("eka")),
            ("PASSWORD", PASSWORD),
            ("GROUP", "garden"),
            ("OTHER", "ana"),
            ("TOKEN_OTHER", &self.ana),
            ("STAFF", "oki"),
            ("TOKEN_STAFF", &self.oki),
            ("PASSWORD_GRANT", "1"),
        ]
        .map(|(name, value)| (format!("BALAI_TEST_{name}"), value.to_owned()))
        .into()
    }
}
