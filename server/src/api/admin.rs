//! The staff's part of the API. A handler names the scope that the token needs and what the role of its
//! holder must allow; both are asked for before anything of the request is looked at.

mod accounts;
mod domains;
mod groups;
mod measures;
mod reports;
mod sign_up;
mod tags;
mod trends;

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use model::Power;
use services::views::account::Viewer;

use super::{Asks, Reads, Routes};
use crate::auth::{Access, Auth, Declares, Needs};
use crate::error::Error;
use crate::extract::Many;
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .and(accounts::routes())
        .and(domains::routes())
        .and(groups::routes())
        .and(sign_up::routes())
        .and(reports::routes())
        .and(measures::routes())
        .and(tags::routes())
        .and(trends::routes())
}

/// What a role must allow, as a type.
pub(super) trait Duty: Send + Sync + 'static {
    /// The power.
    const POWER: Power;
}

macro_rules! duties {
    ($($name:ident)+) => { $(
        /// The power of the same name.
        #[derive(Clone, Copy, Debug)]
        pub(super) struct $name;
        impl Duty for $name {
            const POWER: Power = Power::$name;
        }
    )+ };
}
duties! { ManageSettings ManageUsers ManageFederation ManageBlocks ManageTaxonomies DeleteUserData ViewDashboard }

/// Someone of the staff is asking: with the scope `N`, in a role that allows `D`.
#[derive(Clone, Debug)]
pub(super) struct Staff<N, D> {
    /// Who.
    pub(super) viewer: Viewer,
    duty: PhantomData<(N, D)>,
}

impl<N: Needs, D> Declares for Staff<N, D> {
    const ACCESS: Access = <Auth<N> as Declares>::ACCESS;
}

impl<N, D> Asks for Staff<N, D> {
    fn asks(_reads: &mut Reads) {}
}

impl<N: Needs, D: Duty> FromRequestParts<AppState> for Staff<N, D> {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let auth = Auth::<N>::from_request_parts(parts, state).await?;
        services::admin::check(&state.ctx, &auth.viewer, D::POWER).await?;
        Ok(Self {
            viewer: auth.viewer,
            duty: PhantomData,
        })
    }
}
