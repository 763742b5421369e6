//! Who opens a stream. Sockets of a browser cannot set headers: so the token may stand as the socket's
//! subprotocol, or in the query, here and nowhere else. No log has queries (`router::log`).

use std::marker::PhantomData;
use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::header::SEC_WEBSOCKET_PROTOCOL;
use axum::http::request::Parts;
use model::{Scope, Scopes, TokenId};
use services::oauth::Bearer;
use services::views::account::Viewer;

use super::{Access, Caller, Declares, Needs, bearer_of, token};
use crate::error::Error;
use crate::limits;
use crate::state::AppState;

/// The longest token that is looked up.
const LONGEST: usize = 500;

/// A person opens a stream, with the scope `N`.
#[derive(Clone, Debug)]
pub struct StreamAuth<N> {
    /// Who.
    pub viewer: Viewer,
    /// With which token.
    pub token: TokenId,
    /// What it allows: each stream asks for itself.
    pub scopes: Scopes,
    /// From where, as connections are counted.
    pub address: Option<IpAddr>,
    needs: PhantomData<N>,
}

impl<N> StreamAuth<N> {
    /// Does the token allow one of these?
    #[must_use]
    pub fn may(&self, needed: &[Scope]) -> bool {
        super::allowed(&self.scopes, needed)
    }
}

impl<N: Needs> Declares for StreamAuth<N> {
    const ACCESS: Access = Access {
        caller: Caller::Person,
        scopes: N::SCOPES,
    };
}

impl<N: Needs> FromRequestParts<AppState> for StreamAuth<N> {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let found = stream_token(parts)?.ok_or(Error::NoToken)?;
        let Bearer {
            token,
            viewer,
            waiting,
            scopes,
            ..
        } = bearer_of(&found, parts, &state.ctx, N::SCOPES).await?;
        if let Some(waiting) = waiting {
            return Err(services::Error::Barred(waiting.missing.in_words()).into());
        }
        Ok(Self {
            viewer: viewer.ok_or(Error::NeedsPerson)?,
            token,
            scopes,
            address: limits::household(&parts.extensions),
            needs: PhantomData,
        })
    }
}

/// The token of a stream: the header stands over the query, the query over the subprotocol.
fn stream_token(parts: &Parts) -> Result<Option<String>, Error> {
    if let Some(token) = token(parts)? {
        return Ok(Some(token.to_owned()));
    }
    let query = parts.uri.query().unwrap_or_default();
    let asked = url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, value)| name == "access_token" && !value.is_empty())
        .map(|(_name, value)| value.into_owned());
    let found = asked.or_else(|| {
        let offered = parts.headers.get(SEC_WEBSOCKET_PROTOCOL)?.to_str().ok()?;
        let first = offered.split(',').next()?.trim();
        (!first.is_empty()).then(|| first.to_owned())
    });
    if found.as_ref().is_some_and(|token| token.len() > LONGEST) {
        return Err(Error::NoToken);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn of(uri: &str, headers: &[(&str, &str)]) -> Result<Option<String>, Error> {
        let mut request = Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        stream_token(&request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn three_ways_lead_in() {
        let some = |text: &str| Some(text.to_owned());
        let header = ("authorization", "Bearer one");
        let protocol = ("sec-websocket-protocol", "three, x");
        assert_eq!(
            of("/s?access_token=two", &[header, protocol]).unwrap(),
            some("one")
        );
        assert_eq!(of("/s?access_token=two", &[protocol]).unwrap(), some("two"));
        assert_eq!(of("/s?stream=user", &[protocol]).unwrap(), some("three"));
        assert_eq!(of("/s?access_token=", &[]).unwrap(), None);
        assert!(of("/s", &[("authorization", "Basic x")]).is_err());
        let long = format!("/s?access_token={}", "a".repeat(501));
        assert!(of(&long, &[]).is_err());
    }
}
