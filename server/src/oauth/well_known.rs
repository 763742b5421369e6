//! `/.well-known/oauth-authorization-server` (RFC 8414): what apps may count on.

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use model::Scope;
use serde_json::{Value, json};
use services::Place;

use crate::state::AppState;

/// The document.
pub(super) async fn metadata(State(app): State<AppState>) -> Response {
    let password = app.ctx.test_mode && app.ctx.settings().password_grant;
    let body = Json(document(&app.ctx.place, password));
    ([(CACHE_CONTROL, "public, max-age=300")], body).into_response()
}

fn document(place: &Place, password: bool) -> Value {
    let base = place.base();
    let mut grants = vec!["authorization_code", "client_credentials"];
    if password {
        grants.push("password");
    }
    let scopes: Vec<&str> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
    json!({
        "issuer": format!("{base}/"),
        "service_documentation": "https://docs.joinmastodon.org/",
        "authorization_endpoint": format!("{base}/oauth/authorize"),
        "token_endpoint": format!("{base}/oauth/token"),
        "revocation_endpoint": format!("{base}/oauth/revoke"),
        "userinfo_endpoint": format!("{base}/oauth/userinfo"),
        "app_registration_endpoint": format!("{base}/api/v1/apps"),
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": grants,
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_ours_and_pkce_is_announced() {
        let place = Place::new("https://balai.example").unwrap();
        let document = document(&place, false);
        for name in [
            "authorization",
            "token",
            "revocation",
            "userinfo",
            "app_registration",
        ] {
            let address = document[format!("{name}_endpoint")].as_str().unwrap();
            assert!(place.owns(address), "{address}");
        }
        assert_eq!(
            document["code_challenge_methods_supported"],
            json!(["S256"])
        );
        assert_eq!(
            document["grant_types_supported"].as_array().unwrap().len(),
            2
        );
    }
}
