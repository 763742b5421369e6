//! What every handler can reach.

use services::Ctx;

/// The state of the application; cloning it is cheap.
#[derive(Clone, Debug)]
pub struct AppState {
    /// The use cases' context.
    pub ctx: Ctx,
}
