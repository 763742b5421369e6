//! What apps call: tokens for codes, the end of a token, who is signed in.

use axum::Json;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::Secret;
use serde::Deserialize;
use serde_json::json;
use services::oauth::{self, Issued};
use services::sign_in;

use crate::api::entities::various::Token;
use crate::auth::{Auth, scopes};
use crate::client::Client;
use crate::error::Error;
use crate::extract::Params;
use crate::limits::LOGINS_TO_ACCOUNT;
use crate::state::AppState;

/// The parameters of `/oauth/token` and `/oauth/revoke`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    grant_type: String,
    client_id: String,
    client_secret: String,
    code: String,
    redirect_uri: String,
    code_verifier: Option<String>,
    scope: Option<String>,
    username: String,
    password: String,
    token: String,
}

/// An error in OAuth's own form (RFC 6749, 5.2).
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    error: &'static str,
    text: &'static str,
}

const fn refusal(status: StatusCode, error: &'static str, text: &'static str) -> Refusal {
    Refusal {
        status,
        error,
        text,
    }
}

const INVALID_CLIENT: Refusal = refusal(
    StatusCode::UNAUTHORIZED,
    "invalid_client",
    "The application is not known here, or its secret is wrong",
);
const INVALID_GRANT: Refusal = refusal(
    StatusCode::BAD_REQUEST,
    "invalid_grant",
    "The code, the address or the proof is wrong, was used before, or is too old",
);
const INVALID_REQUEST: Refusal = refusal(
    StatusCode::BAD_REQUEST,
    "invalid_request",
    "A parameter is missing or cannot be read",
);
const INVALID_SCOPE: Refusal = refusal(
    StatusCode::BAD_REQUEST,
    "invalid_scope",
    "The scope is unknown, or wider than that of the application",
);
const UNSUPPORTED: Refusal = refusal(
    StatusCode::BAD_REQUEST,
    "unsupported_grant_type",
    "This kind of grant is not offered here",
);
const UNAUTHORIZED_CLIENT: Refusal = refusal(
    StatusCode::FORBIDDEN,
    "unauthorized_client",
    "This token does not belong to this application",
);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({"error": self.error, "error_description": self.text});
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(
                WWW_AUTHENTICATE,
                HeaderValue::from_static("Basic realm=\"OAuth\""),
            );
        }
        response
    }
}

/// What the use case says, in OAuth's words; faults of ours pass as what they are.
fn refused(error: services::Error) -> Response {
    let refusal = match error {
        services::Error::Unauthorized("invalid_client") => INVALID_CLIENT,
        services::Error::Unauthorized("unsupported_grant_type") => UNSUPPORTED,
        services::Error::Forbidden("unauthorized_client") => UNAUTHORIZED_CLIENT,
        services::Error::Unauthorized(_) | services::Error::Forbidden(_) => INVALID_GRANT,
        services::Error::NotFound => INVALID_CLIENT,
        services::Error::Invalid(_) => INVALID_SCOPE,
        other => return Error::from(other).into_response(),
    };
    refusal.into_response()
}

/// The app's id and secret: HTTP Basic (RFC 6749, 2.3.1) or in the body.
fn client(headers: &HeaderMap, wish: &Wish) -> Option<(String, String)> {
    let Some(header) = headers.get(AUTHORIZATION) else {
        return Some((wish.client_id.clone(), wish.client_secret.clone()));
    };
    let (scheme, value) = header.to_str().ok()?.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        // Some apps send the token that they want to revoke here too.
        return Some((wish.client_id.clone(), wish.client_secret.clone()));
    }
    let text = String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((decoded(id), decoded(secret)))
}

fn decoded(text: &str) -> String {
    url::form_urlencoded::parse(format!("x={}", text.replace('&', "%26")).as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

/// `POST /oauth/token`
pub(super) async fn issue(
    State(app): State<AppState>,
    from: Client,
    headers: HeaderMap,
    wish: Result<Params<Wish>, Error>,
) -> Response {
    let wish = match wish {
        Ok(Params(wish)) => wish,
        Err(error) => return unreadable(error),
    };
    let Some((id, secret)) = client(&headers, &wish) else {
        return INVALID_CLIENT.into_response();
    };
    let client = (id.as_str(), secret.as_str());
    let scope = wish
        .scope
        .as_deref()
        .filter(|scope| !scope.trim().is_empty());
    let issued = match wish.grant_type.as_str() {
        "authorization_code" => {
            let verifier = wish
                .code_verifier
                .as_deref()
                .filter(|word| !word.is_empty());
            oauth::redeem(&app.ctx, client, &wish.code, &wish.redirect_uri, verifier).await
        }
        "client_credentials" => oauth::client_credentials(&app.ctx, client, scope).await,
        "password" => {
            if let Err(error) = count_try(&app, &from, &wish.username).await {
                return error.into_response();
            }
            let password = Secret(wish.password.clone());
            oauth::password_grant(&app.ctx, client, &wish.username, &password, scope).await
        }
        "" => return INVALID_REQUEST.into_response(),
        _ => return UNSUPPORTED.into_response(),
    };
    match issued {
        Ok(issued) => printed(&issued),
        Err(error) => refused(error),
    }
}

/// Counts a try to sign in, by the account that the name means, or by a name that means nobody.
pub(crate) async fn count_try(app: &AppState, from: &Client, name: &str) -> Result<(), Error> {
    match sign_in::account_of(&app.ctx, name).await? {
        Some(account) => from.count(LOGINS_TO_ACCOUNT, account),
        None => from.count(LOGINS_TO_ACCOUNT, name.trim().to_lowercase()),
    }
}

/// A body that cannot be read is an `invalid_request`; one that is too large stays that.
fn unreadable(error: Error) -> Response {
    match error {
        Error::Malformed(_) | Error::Unprocessable(_) | Error::UnsupportedType => {
            INVALID_REQUEST.into_response()
        }
        other => other.into_response(),
    }
}

fn printed(issued: &Issued) -> Response {
    ([(CACHE_CONTROL, "no-store")], Json(Token::from(issued))).into_response()
}

/// `POST /oauth/revoke`
pub(super) async fn revoke(
    State(app): State<AppState>,
    headers: HeaderMap,
    wish: Result<Params<Wish>, Error>,
) -> Response {
    let wish = match wish {
        Ok(Params(wish)) => wish,
        Err(error) => return unreadable(error),
    };
    let Some((id, secret)) = client(&headers, &wish) else {
        return UNAUTHORIZED_CLIENT.into_response();
    };
    match oauth::revoke(&app.ctx, (&id, &secret), &wish.token).await {
        Ok(()) => Json(json!({})).into_response(),
        Err(services::Error::Unauthorized(_) | services::Error::NotFound) => {
            UNAUTHORIZED_CLIENT.into_response()
        }
        Err(error) => refused(error),
    }
}

/// `GET` and `POST /oauth/userinfo` (of `OpenID` Connect, as Mastodon 4.4 answers it)
pub(super) async fn user_info(
    auth: Auth<scopes::Profile>,
    State(app): State<AppState>,
) -> Response {
    let account = &auth.viewer.account;
    let place = &app.ctx.place;
    let name = if account.display_name.is_empty() {
        &account.username
    } else {
        &account.display_name
    };
    let picture = if account.avatar.is_empty() {
        format!("{}/default/avatar.png", place.base())
    } else {
        place.media_url(&account.avatar)
    };
    let body = json!({
        "iss": format!("{}/", place.base()),
        "sub": account.uri,
        "name": name,
        "preferred_username": account.username,
        "profile": account.url,
        "picture": picture,
    });
    ([(CACHE_CONTROL, "private, no-store")], Json(body)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(id: &str, secret: &str) -> Wish {
        Wish {
            client_id: id.to_owned(),
            client_secret: secret.to_owned(),
            ..Wish::default()
        }
    }

    fn with(authorization: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::try_from(authorization).unwrap());
        headers
    }

    #[test]
    fn an_app_names_itself_in_the_body_or_by_basic() {
        let pair = |id: &str, secret: &str| Some((id.to_owned(), secret.to_owned()));
        assert_eq!(client(&HeaderMap::new(), &wish("a", "b")), pair("a", "b"));
        let basic = format!("Basic {}", STANDARD.encode("id:se%3Acret"));
        assert_eq!(client(&with(&basic), &wish("", "")), pair("id", "se:cret"));
        let bearer = "Bearer abc";
        assert_eq!(client(&with(bearer), &wish("a", "b")), pair("a", "b"));
        for bad in ["Basic ???", "Basic", "Basic bm9jb2xvbg=="] {
            assert_eq!(client(&with(bad), &wish("a", "b")), None, "{bad}");
        }
    }

    #[tokio::test]
    async fn errors_have_the_shape_of_rfc_6749() {
        for (error, status, word) in [
            (
                services::Error::Unauthorized("invalid_client"),
                401,
                "invalid_client",
            ),
            (
                services::Error::Unauthorized("invalid_grant"),
                400,
                "invalid_grant",
            ),
            (
                services::Error::Unauthorized("unsupported_grant_type"),
                400,
                "unsupported_grant_type",
            ),
            (
                services::Error::Forbidden("unauthorized_client"),
                403,
                "unauthorized_client",
            ),
            (
                services::Error::invalid("scope", "ERR_INVALID", "x"),
                400,
                "invalid_scope",
            ),
        ] {
            let response = refused(error);
            assert_eq!(response.status().as_u16(), status);
            assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
            let bytes = axum::body::to_bytes(response.into_body(), 9999)
                .await
                .unwrap();
            let body: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            assert_eq!(body["error"], word);
            assert!(body["error_description"].is_string());
        }
    }
}
