//! Networks that are answered nothing: the blocks `no_access` of the staff. They are read anew once a
//! second at the most, so that a block is in force a second after it was set.

use std::sync::{Arc, PoisonError, RwLock};

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use model::Millis;
use services::Ctx;
use services::admin::sign_up::{Network, shut_out};

use crate::limits::address;

/// What is known of the blocks, and since when.
#[derive(Debug)]
pub(crate) struct ShutOut {
    ctx: Ctx,
    known: RwLock<(Millis, Arc<Vec<Network>>)>,
}

impl ShutOut {
    /// Nothing is known yet.
    pub(crate) fn new(ctx: Ctx) -> Self {
        let known = RwLock::new((Millis(0), Arc::default()));
        Self { ctx, known }
    }

    /// The blocks; where the database cannot be asked, those that were known.
    async fn networks(&self) -> Arc<Vec<Network>> {
        let (read_at, known) = {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            (known.0, Arc::clone(&known.1))
        };
        let now = self.ctx.now();
        if now.0.saturating_sub(read_at.0) < Millis::SECOND {
            return known;
        }
        match shut_out(&self.ctx).await {
            Ok(networks) => {
                let networks = Arc::new(networks);
                *self.known.write().unwrap_or_else(PoisonError::into_inner) =
                    (now, Arc::clone(&networks));
                networks
            }
            Err(error) => {
                tracing::warn!(%error, "the blocked networks cannot be read");
                known
            }
        }
    }
}

/// Answers 403 to whoever comes from a network that is shut out.
pub(crate) async fn turn_away(
    State(gate): State<Arc<ShutOut>>,
    request: Request,
    next: Next,
) -> Response {
    if let Some(address) = address(&request)
        && gate
            .networks()
            .await
            .iter()
            .any(|network| network.contains(address))
    {
        return (StatusCode::FORBIDDEN, "Forbidden").into_response();
    }
    next.run(request).await
}
