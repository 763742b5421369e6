//! `Quote`, `ShallowQuote` and `QuoteApproval`.

use serde::Serialize;
use services::Place;
use services::views::quote::{QuoteView, Quoting};

use super::Status;

/// <https://docs.joinmastodon.org/entities/Quote/>; inside another quote
/// <https://docs.joinmastodon.org/entities/ShallowQuote/>.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Quote {
    /// With what is quoted.
    Full {
        state: &'static str,
        quoted_status: Option<Box<Status>>,
    },
    /// With its id.
    Shallow {
        state: &'static str,
        quoted_status_id: Option<String>,
    },
}

impl Quote {
    /// Prints a quote as its viewer may see it.
    pub(crate) fn of(place: &Place, view: &QuoteView) -> Self {
        let state = view.state;
        match (&view.quoted, view.quoted_id) {
            (None, Some(id)) => Self::Shallow {
                state,
                quoted_status_id: Some(id.to_string()),
            },
            (quoted, _) => Self::Full {
                state,
                quoted_status: quoted
                    .as_deref()
                    .map(|quoted| Box::new(Status::of(place, quoted))),
            },
        }
    }
}

/// <https://docs.joinmastodon.org/entities/QuoteApproval/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct QuoteApproval {
    automatic: Vec<&'static str>,
    manual: Vec<&'static str>,
    current_user: &'static str,
}

impl QuoteApproval {
    /// Prints who may quote a status.
    pub(crate) fn of(quoting: &Quoting) -> Self {
        Self {
            automatic: quoting.rules.automatic.words(),
            manual: quoting.rules.manual.words(),
            current_user: quoting.leave.as_str(),
        }
    }
}
