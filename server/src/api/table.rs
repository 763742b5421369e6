//! The table of the API's routes. A route takes its access from the type of its handler's first
//! argument, so that one without a declared scope does not compile; the coverage page and the scope
//! matrix are read from the same table.

use std::fmt::Write as _;

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};

use super::describe::{Asks, Reads};
use crate::auth::{Access, Caller, Declares};
use crate::state::AppState;

/// What stands behind a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// It does what Mastodon's documentation says.
    Works,
    /// It answers an empty value of the right shape, or that there is no such thing.
    Empty,
    /// It answers 422 and changes nothing.
    NotBuilt,
}

/// One route.
#[derive(Clone, Debug)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path, with `{id}` where something stands for an id.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
    /// What stands behind it.
    pub stand: Stand,
    /// What it reads of a request.
    pub reads: Reads,
    service: MethodRouter<AppState>,
}

/// The routes of a noun, or of all.
#[derive(Clone, Debug, Default)]
pub struct Routes(Vec<Route>);

/// The arguments of a handler, the first of which declares who may call it.
pub trait Declared {
    /// The declaration.
    const ACCESS: Access;

    /// What all of them read.
    fn reads() -> Reads;
}

macro_rules! declared {
    ($( ($($rest:ident),*) )+) => { $(
        impl<Via, First: Declares + Asks, $($rest: Asks),*> Declared for (Via, First, $($rest,)*) {
            const ACCESS: Access = First::ACCESS;

            fn reads() -> Reads {
                let mut reads = Reads::default();
                First::asks(&mut reads);
                $( $rest::asks(&mut reads); )*
                reads
            }
        }
    )+ };
}
declared! { () (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) (A, B, C, D, E, F) }

impl Routes {
    /// None yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// One after the other.
    pub fn iter(&self) -> impl Iterator<Item = &Route> {
        self.0.iter()
    }

    fn with<H, T>(mut self, method: Method, path: &'static str, stand: Stand, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: Declared + 'static,
    {
        let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET);
        self.0.push(Route {
            method,
            path,
            access: T::ACCESS,
            stand,
            reads: T::reads(),
            service: on(filter, handler),
        });
        self
    }

    /// Reads.
    #[must_use]
    pub fn get<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: Declared + 'static,
    {
        self.with(Method::GET, path, Stand::Works, handler)
    }

    /// Does something.
    #[must_use]
    pub fn post<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: Declared + 'static,
    {
        self.with(Method::POST, path, Stand::Works, handler)
    }

    /// Changes something: PUT and PATCH alike, as clients do not agree on which.
    #[must_use]
    pub fn update<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: Declared + 'static,
    {
        self.with(Method::PUT, path, Stand::Works, handler.clone())
            .with(Method::PATCH, path, Stand::Works, handler)
    }

    /// Deletes something.
    #[must_use]
    pub fn delete<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: Declared + 'static,
    {
        self.with(Method::DELETE, path, Stand::Works, handler)
    }

    /// A reading that has nothing to say yet, in the right shape.
    #[must_use]
    pub fn empty<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: Declared + 'static,
    {
        self.with(Method::GET, path, Stand::Empty, handler)
    }

    /// Writings that are answered 422 and change nothing.
    #[must_use]
    pub fn not_built<A>(self, methods: &[Method], path: &'static str) -> Self
    where
        A: Declares + Asks + axum::extract::FromRequestParts<AppState> + Send + 'static,
    {
        methods.iter().fold(self, |routes, method| {
            routes.with(method.clone(), path, Stand::NotBuilt, super::not_built::<A>)
        })
    }

    /// These and those.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The router of the table.
    pub fn router(self) -> Router<AppState> {
        self.0.into_iter().fold(Router::new(), |router, route| {
            router.route(route.path, route.service)
        })
    }

    /// The page `docs/developers/api-coverage.md`; `test` names the test of a route.
    pub fn page(&self, test: impl Fn(&Route) -> Option<String>) -> String {
        let count = |stand| self.0.iter().filter(|route| route.stand == stand).count();
        let mut page = format!(
            "# What of the Mastodon API works\n\n\
             This page is written from the table of routes (`server/src/api/table.rs`); a test holds it against the code.\n\
             `UPDATE_DOCS=1 cargo test -p server coverage` writes it anew. The same table describes itself at\n\
             `/api/openapi.json`. The last column names a test that calls the route.\n\n\
             {} routes work, {} answer an empty value of the right shape, {} are writings that answer 422 and change nothing.\n\n\
             | route | who | scope | state | test |\n|---|---|---|---|---|\n",
            count(Stand::Works),
            count(Stand::Empty),
            count(Stand::NotBuilt),
        );
        let mut rows: Vec<&Route> = self.0.iter().collect();
        rows.sort_by_key(|route| (route.path, route.method.as_str()));
        for route in rows {
            let scopes: Vec<_> = route.access.scopes.iter().map(|s| s.as_str()).collect();
            let who = match route.access.caller {
                Caller::Anyone => "anyone",
                Caller::AnyoneOrToken => "anyone, or a token",
                Caller::App => "a person or an app",
                Caller::Person => "a person",
            };
            let stand = match route.stand {
                Stand::Works => "works",
                Stand::Empty => "empty",
                Stand::NotBuilt => "not built",
            };
            let _cannot_fail = writeln!(
                page,
                "| `{} {}` | {who} | {} | {stand} | {} |",
                route.method,
                route.path,
                scopes.join(", "),
                test(route).unwrap_or_default(),
            );
        }
        page
    }
}
