//! What federation forgets: bodies that were worked through, ids of old activities, deliveries that
//! nobody took for a week.

use std::sync::Arc;

use database::Lane;
use model::Millis;

use crate::engine::Federation;
use crate::error::Result;

/// How long a received body is kept after it had its effect: long enough for every relay of it.
const BODIES: i64 = Millis::DAY;
/// How long the id of a received activity is kept: a replay is older than its signature may be long before.
const IDS: i64 = 90 * Millis::DAY;
/// How long a delivery is tried.
const DELIVERIES: i64 = 7 * Millis::DAY;

/// Forgets once.
///
/// # Errors
/// The database.
pub async fn tidy(fed: &Arc<Federation>) -> Result<()> {
    let now = fed.ctx.now();
    fed.ctx
        .db
        .write_in(Lane::Background, move |conn| {
            database::inbox::tidy(conn, now.plus(-BODIES), now.plus(-IDS))
        })
        .await?;
    loop {
        let given_up = fed
            .ctx
            .db
            .write_in(Lane::Background, move |conn| {
                database::deliveries::give_up(conn, now.plus(-DELIVERIES))
            })
            .await?;
        if given_up == 0 {
            return Ok(());
        }
    }
}
