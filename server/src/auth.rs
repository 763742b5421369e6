//! Who is asking: the token of the `Authorization` header, its scopes, and the extractors with which a
//! handler declares what it needs. Tokens in a query or a body are not looked at, but for streams.

mod stream;

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use model::{Scope, Secret, TokenId};
use services::Ctx;
use services::oauth::{App, Bearer};
use services::views::account::Viewer;

use crate::error::Error;
use crate::limits::Counted;
use crate::state::AppState;

pub use stream::StreamAuth;

/// A scope as a type; the empty list stands for any token.
pub trait Needs: Send + Sync + 'static {
    /// One of these is enough.
    const SCOPES: &'static [Scope];
}

macro_rules! scopes {
    ($( $name:ident = [$($scope:ident),*]; )+) => {
        /// The scopes that routes ask for, as types.
        pub mod scopes {
            use super::{Needs, Scope};
            $(
                #[doc = concat!("`", stringify!($name), "`")]
                #[derive(Clone, Copy, Debug)]
                pub struct $name;
                impl Needs for $name {
                    const SCOPES: &'static [Scope] = &[$(Scope::$scope),*];
                }
            )+
        }
    };
}

scopes! {
    AnyToken = [];
    Profile = [PROFILE];
    Read = [READ];
    ReadAccounts = [READ_ACCOUNTS];
    ReadBlocks = [READ_BLOCKS];
    ReadBookmarks = [READ_BOOKMARKS];
    ReadCollections = [READ_COLLECTIONS];
    ReadFavourites = [READ_FAVOURITES];
    ReadFilters = [READ_FILTERS];
    ReadFollows = [READ_FOLLOWS];
    ReadGroups = [READ_GROUPS];
    ReadLists = [READ_LISTS];
    ReadMutes = [READ_MUTES];
    ReadNotifications = [READ_NOTIFICATIONS];
    ReadSearch = [READ_SEARCH];
    ReadStatuses = [READ_STATUSES];
    WriteAccounts = [WRITE_ACCOUNTS];
    WriteBlocks = [WRITE_BLOCKS];
    WriteBookmarks = [WRITE_BOOKMARKS];
    WriteCollections = [WRITE_COLLECTIONS];
    WriteConversations = [WRITE_CONVERSATIONS];
    WriteFavourites = [WRITE_FAVOURITES];
    WriteFilters = [WRITE_FILTERS];
    WriteFollows = [WRITE_FOLLOWS];
    WriteGroups = [WRITE_GROUPS];
    WriteLists = [WRITE_LISTS];
    WriteMedia = [WRITE_MEDIA];
    WriteMutes = [WRITE_MUTES];
    WriteNotifications = [WRITE_NOTIFICATIONS];
    WriteReports = [WRITE_REPORTS];
    WriteStatuses = [WRITE_STATUSES];
    Push = [PUSH];
    Stream = [READ_STATUSES, READ_NOTIFICATIONS, READ_LISTS, READ_GROUPS];
    StreamList = [READ_LISTS, READ_STATUSES];
    AdminRead = [ADMIN_READ];
    AdminReadAccounts = [ADMIN_READ_ACCOUNTS];
    AdminReadReports = [ADMIN_READ_REPORTS];
    AdminReadDomainAllows = [ADMIN_READ_DOMAIN_ALLOWS];
    AdminReadDomainBlocks = [ADMIN_READ_DOMAIN_BLOCKS];
    AdminReadIpBlocks = [ADMIN_READ_IP_BLOCKS];
    AdminReadEmailDomainBlocks = [ADMIN_READ_EMAIL_DOMAIN_BLOCKS];
    AdminReadCanonicalEmailBlocks = [ADMIN_READ_CANONICAL_EMAIL_BLOCKS];
    AdminWrite = [ADMIN_WRITE];
    AdminWriteAccounts = [ADMIN_WRITE_ACCOUNTS];
    AdminWriteReports = [ADMIN_WRITE_REPORTS];
    AdminWriteDomainAllows = [ADMIN_WRITE_DOMAIN_ALLOWS];
    AdminWriteDomainBlocks = [ADMIN_WRITE_DOMAIN_BLOCKS];
    AdminWriteIpBlocks = [ADMIN_WRITE_IP_BLOCKS];
    AdminWriteEmailDomainBlocks = [ADMIN_WRITE_EMAIL_DOMAIN_BLOCKS];
    AdminWriteCanonicalEmailBlocks = [ADMIN_WRITE_CANONICAL_EMAIL_BLOCKS];
}

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Anyone; a token is not looked at.
    Anyone,
    /// Anyone; a token that is sent must be valid and have the scope.
    AnyoneOrToken,
    /// Any valid token with the scope, of a person or of an app alone.
    App,
    /// A token of a person with the scope.
    Person,
}

/// What a route declares, by the type of its handler's first argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// Who.
    pub caller: Caller,
    /// With one of these scopes; empty for any token.
    pub scopes: &'static [Scope],
}

/// An extractor that declares who may call. A handler whose first argument is none of them cannot
/// become a route.
pub trait Declares {
    /// The declaration.
    const ACCESS: Access;
}

/// A person is asking, with the scope `N`.
#[derive(Clone, Debug)]
pub struct Auth<N> {
    /// Who.
    pub viewer: Viewer,
    /// With which token.
    pub token: TokenId,
    /// Through which app.
    pub app: Option<App>,
    needs: PhantomData<N>,
}

/// Anyone is asking; a token, where there is one, is valid and has the scope `N`.
#[derive(Clone, Debug)]
pub struct MaybeAuth<N> {
    /// The person, where the token is a person's.
    pub viewer: Option<Viewer>,
    needs: PhantomData<N>,
}

impl<N> MaybeAuth<N> {
    /// The person, as the use cases take it.
    #[must_use]
    pub const fn viewer(&self) -> Option<&Viewer> {
        self.viewer.as_ref()
    }
}

/// A person or an app alone is asking, with the scope `N`.
#[derive(Clone, Debug)]
pub struct AppAuth<N> {
    /// The token with what stands behind it.
    pub bearer: Bearer,
    needs: PhantomData<N>,
}

/// Anyone is asking, and it does not matter who.
#[derive(Clone, Copy, Debug)]
pub struct Public;

impl<N: Needs> Declares for Auth<N> {
    const ACCESS: Access = Access {
        caller: Caller::Person,
        scopes: N::SCOPES,
    };
}
impl<N: Needs> Declares for MaybeAuth<N> {
    const ACCESS: Access = Access {
        caller: Caller::AnyoneOrToken,
        scopes: N::SCOPES,
    };
}
impl<N: Needs> Declares for AppAuth<N> {
    const ACCESS: Access = Access {
        caller: Caller::App,
        scopes: N::SCOPES,
    };
}
impl Declares for Public {
    const ACCESS: Access = Access {
        caller: Caller::Anyone,
        scopes: &[],
    };
}

impl<N: Needs> FromRequestParts<AppState> for Auth<N> {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let bearer = bearer(parts, &state.ctx, N::SCOPES).await?;
        let Bearer {
            token,
            app,
            viewer,
            waiting,
            ..
        } = bearer.ok_or(Error::NoToken)?;
        if let Some(waiting) = waiting {
            return Err(services::Error::Barred(waiting.missing.in_words()).into());
        }
        Ok(Self {
            viewer: viewer.ok_or(Error::NeedsPerson)?,
            token,
            app,
            needs: PhantomData,
        })
    }
}

impl<N: Needs> FromRequestParts<AppState> for MaybeAuth<N> {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let bearer = bearer(parts, &state.ctx, N::SCOPES).await?;
        Ok(Self {
            viewer: bearer.and_then(|bearer| bearer.viewer),
            needs: PhantomData,
        })
    }
}

impl<N: Needs> FromRequestParts<AppState> for AppAuth<N> {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let bearer = bearer(parts, &state.ctx, N::SCOPES).await?;
        Ok(Self {
            bearer: bearer.ok_or(Error::NoToken)?,
            needs: PhantomData,
        })
    }
}

/// The token itself, for the one who needs it.
#[derive(Clone, Debug)]
pub struct Word(pub Secret<String>);

impl FromRequestParts<AppState> for Word {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _state: &AppState) -> Result<Self, Error> {
        let word = token(parts)?.ok_or(Error::NoToken)?;
        Ok(Self(Secret(word.to_owned())))
    }
}

impl FromRequestParts<AppState> for Public {
    type Rejection = Error;
    async fn from_request_parts(_parts: &mut Parts, _state: &AppState) -> Result<Self, Error> {
        Ok(Self)
    }
}

/// The token in the `Authorization` header: `Ok(None)` for no header at all.
///
/// # Errors
/// 401 for another scheme, or for two headers of which nobody knows which counts.
pub fn token(parts: &Parts) -> Result<Option<&str>, Error> {
    let mut headers = parts.headers.get_all(AUTHORIZATION).iter();
    let Some(first) = headers.next() else {
        return Ok(None);
    };
    if headers.next().is_some() {
        return Err(Error::NoToken);
    }
    let (scheme, token) = first
        .to_str()
        .ok()
        .and_then(|value| value.trim().split_once(' '))
        .ok_or(Error::NoToken)?;
    let token = token.trim();
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() || token.len() > 500 {
        return Err(Error::NoToken);
    }
    Ok(Some(token))
}

async fn bearer(parts: &Parts, ctx: &Ctx, needed: &[Scope]) -> Result<Option<Bearer>, Error> {
    match token(parts)? {
        Some(token) => bearer_of(token, parts, ctx, needed).await.map(Some),
        None => Ok(None),
    }
}

/// Who stands behind this token, where it allows one of `needed`.
async fn bearer_of(
    token: &str,
    parts: &Parts,
    ctx: &Ctx,
    needed: &[Scope],
) -> Result<Bearer, Error> {
    let bearer = services::oauth::bearer(ctx, token)
        .await
        .map_err(|error| match error {
            services::Error::Unauthorized(_) | services::Error::NotFound => Error::NoToken,
            other => other.into(),
        })?;
    if !allowed(&bearer.scopes, needed) {
        return Err(Error::OutsideScopes);
    }
    let human = bearer
        .viewer
        .as_ref()
        .or(bearer.waiting.as_ref().map(|waiting| &waiting.viewer))
        .map(|viewer| viewer.human.id);
    if let (Some(counted), Some(human)) = (parts.extensions.get::<Counted>(), human) {
        counted.account(human)?;
    }
    Ok(bearer)
}

fn allowed(held: &model::Scopes, needed: &[Scope]) -> bool {
    needed.is_empty() || needed.iter().any(|scope| held.cover(*scope))
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use model::Scopes;

    use super::*;

    fn parts(headers: &[&str]) -> Parts {
        let mut request = Request::builder().uri("/x?access_token=query");
        for value in headers {
            request = request.header("authorization", *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn only_the_header_carries_a_token() {
        assert_eq!(token(&parts(&[])).unwrap(), None);
        assert_eq!(token(&parts(&["Bearer abc"])).unwrap(), Some("abc"));
        assert_eq!(token(&parts(&["bearer abc"])).unwrap(), Some("abc"));
        for bad in ["Basic abc", "abc", "Bearer ", ""] {
            assert_eq!(token(&parts(&[bad])).unwrap_err().status(), 401, "{bad}");
        }
        assert!(token(&parts(&["Bearer a", "Bearer b"])).is_err());
    }

    #[test]
    fn a_scope_must_be_held_or_covered() {
        let held = |text| Scopes::parse(text).unwrap();
        assert!(allowed(&held("read"), scopes::ReadStatuses::SCOPES));
        assert!(allowed(&held("follow"), scopes::WriteFollows::SCOPES));
        assert!(allowed(&held("read:accounts"), scopes::Profile::SCOPES));
        assert!(allowed(&held(""), scopes::AnyToken::SCOPES));
        assert!(!allowed(
            &held("push profile follow"),
            scopes::ReadStatuses::SCOPES
        ));
        assert!(!allowed(
            &held("write:media admin:write"),
            scopes::WriteStatuses::SCOPES
        ));
    }
}
