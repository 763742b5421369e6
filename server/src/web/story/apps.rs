//! An app asks, a person answers: consent, codes and tokens, and the addresses that get no answer.

use axum::http::StatusCode;
use model::Scopes;
use services::oauth::{NewApp, OUT_OF_BAND};

use super::{Browser, Hall, form, hall, member};

async fn register(hall: &Hall, redirect_uri: &str) -> services::oauth::App {
    let new = NewApp {
        name: "Tusky".to_owned(),
        redirect_uris: vec![
            redirect_uri.to_owned(),
            "https://elk.example/cb?x=1".to_owned(),
        ],
        scopes: Scopes::parse("read write follow").unwrap(),
        ..NewApp::default()
    };
    services::oauth::register(&hall.ctx, new).await.unwrap()
}

fn ask(client_id: &str, redirect_uri: &str) -> String {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let query = form(&[
        pair("response_type", "code"),
        pair("client_id", client_id),
        pair("redirect_uri", redirect_uri),
        pair("scope", "read write"),
        pair("state", "s&t ü"),
    ]);
    format!("/oauth/authorize?{query}")
}

#[tokio::test]
async fn an_app_is_let_in_by_a_person_and_gets_a_token() {
    const CALLBACK: &str = "mastodon-android-auth://callback";
    let hall = hall().await;
    let app = register(&hall, CALLBACK).await;
    let question = ask(&app.client_id, CALLBACK);

    let mut stranger = Browser::new(&hall, "en");
    let sent = stranger.get(&question).await;
    let sign_in = sent.goes_to().to_owned();
    assert!(
        sign_in.starts_with("/login?return_to=%2Foauth%2Fauthorize%3F"),
        "{sign_in}"
    );

    let mut ana = member(&hall, "ana").await;
    let consent = ana.get(&question).await;
    assert_eq!(consent.status, StatusCode::OK, "{}", consent.text);
    assert!(consent.text.contains("Tusky"));
    assert!(
        consent
            .header("content-security-policy")
            .contains("form-action 'self' mastodon-android-auth:;")
    );
    assert_eq!(consent.header("cache-control"), "private, no-store");
    let denied = ana
        .fill(&question, "/oauth/authorize", &[("answer", "deny")])
        .await;
    assert_eq!(
        denied.goes_to(),
        "mastodon-android-auth://callback?error=access_denied&state=s%26t+%C3%BC"
    );
    let allowed = ana
        .fill(&question, "/oauth/authorize", &[("answer", "allow")])
        .await;
    let target = allowed.goes_to();
    let code = target
        .strip_prefix("mastodon-android-auth://callback?code=")
        .unwrap();
    let (code, state) = code.split_once("&state=").unwrap();
    assert_eq!(state, "s%26t+%C3%BC");

    let mut phone = Browser::new(&hall, "en");
    let json = serde_json::json!({
        "grant_type": "authorization_code", "client_id": app.client_id, "client_secret": app.client_secret.0,
        "code": code, "redirect_uri": CALLBACK,
    });
    let kind = ("content-type", "application/json");
    let token = phone
        .send(
            "POST",
            "/oauth/token",
            &[kind, ("origin", "https://elk.example")],
            json.to_string(),
        )
        .await;
    assert_eq!(token.status, StatusCode::OK, "{}", token.text);
    assert_eq!(token.header("access-control-allow-origin"), "*");
    assert_eq!(token.header("cache-control"), "no-store");
    let body: serde_json::Value = serde_json::from_str(&token.text).unwrap();
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["scope"], "read write");
    let bearer = format!("Bearer {}", body["access_token"].as_str().unwrap());
    let info = phone
        .send(
            "GET",
            "/oauth/userinfo",
            &[("authorization", &bearer)],
            String::new(),
        )
        .await;
    assert!(
        info.text.contains("\"preferred_username\":\"ana\""),
        "{}",
        info.text
    );

    let again = phone
        .send("POST", "/oauth/token", &[kind], json.to_string())
        .await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
    assert!(
        again.text.contains("\"error\":\"invalid_grant\""),
        "{}",
        again.text
    );
    let info = phone
        .send(
            "GET",
            "/oauth/userinfo",
            &[("authorization", &bearer)],
            String::new(),
        )
        .await;
    assert_eq!(
        info.status,
        StatusCode::UNAUTHORIZED,
        "a code that is used twice takes its token along"
    );
}

#[tokio::test]
async fn nobody_is_sent_to_an_address_that_was_not_registered() {
    let hall = hall().await;
    let app = register(&hall, OUT_OF_BAND).await;
    let mut ana = member(&hall, "ana").await;
    for (client_id, address) in [
        (app.client_id.as_str(), "https://evil.example/"),
        (app.client_id.as_str(), "https://elk.example/cb"),
        (app.client_id.as_str(), "javascript:alert(1)"),
        ("unknown", "https://elk.example/cb?x=1"),
        ("", OUT_OF_BAND),
    ] {
        let page = ana.get(&ask(client_id, address)).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{address}");
        assert_eq!(page.header("location"), "", "{address}");
        assert!(page.text.contains("role=\"alert\""), "{address}");
    }
    let wide =
        ask(&app.client_id, "https://elk.example/cb?x=1").replace("read%20write", "admin%3Aread");
    let page = ana.get(&wide).await;
    assert_eq!(
        page.goes_to(),
        "https://elk.example/cb?x=1&error=invalid_scope&state=s%26t+%C3%BC"
    );

    let page = ana
        .fill(
            &ask(&app.client_id, OUT_OF_BAND),
            "/oauth/authorize",
            &[("answer", "allow")],
        )
        .await;
    let shown = page.goes_to().to_owned();
    let code = shown
        .strip_prefix("/oauth/authorize/native?code=")
        .unwrap()
        .to_owned();
    let page = ana.get(&shown).await;
    assert!(page.text.contains(&format!(">{code}</textarea>")) && page.text.contains("readonly"));
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    let page = ana.get("/oauth/authorize/native?code=%3Cb%3E").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}
