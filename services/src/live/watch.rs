//! Tokens outlive nothing: twice a second all those with which someone listens are asked for in one
//! statement, so that it does not matter which process revoked one, deleted its app, closed or suspended
//! the person or took a role away.

use std::collections::HashSet;
use std::time::Duration;

use model::TokenId;

use super::End;
use crate::context::Ctx;
use crate::error::Result;

/// Within a second a stream has to end, the statement included.
const PAUSE: Duration = Duration::from_millis(500);

/// Works until it is dropped.
pub async fn run(ctx: &Ctx) {
    loop {
        tokio::time::sleep(PAUSE).await;
        if ctx.live.connected() == 0 {
            continue;
        }
        if let Err(error) = look(ctx).await {
            tracing::warn!(%error, "the tokens of open streams cannot be looked up");
        }
    }
}

/// Ends the connections whose token works no more.
pub(super) async fn look(ctx: &Ctx) -> Result<()> {
    let open = ctx.live.tokens();
    let asked: HashSet<TokenId> = open.iter().copied().collect();
    let valid: HashSet<TokenId> = ctx
        .db
        .read(move |conn| database::live::valid_tokens(conn, &open))
        .await?
        .into_iter()
        .collect();
    // Who came while the database was asked is looked at the next time.
    ctx.live.end_where(End::Revoked, |token| {
        asked.contains(&token) && !valid.contains(&token)
    });
    Ok(())
}
