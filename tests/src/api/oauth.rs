//! An app is registered, a person signs in on plain pages and agrees, the app gets a token.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::Method;
use model::{Millis, Scopes};
use serde_json::{Value, json};
use services::{oauth, sign_in};

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::harness::{
    Answer, Browser, Instance, Page, Person, Stage, now, on_both_engines, runtime,
};

on_both_engines![
    an_app_gets_a_token_with_pkce_over_plain_forms,
    an_app_without_an_address_shows_the_code_for_copying,
    a_code_works_once_and_a_second_use_ends_its_token,
    a_redirect_that_is_not_registered_is_never_followed,
    an_app_alone_has_a_token_that_is_nobody,
    a_revoked_token_is_worth_nothing,
    the_password_grant_is_closed_until_it_is_opened,
    every_misuse_has_one_answer,
    what_an_app_asks_wrongly_is_told_to_it_alone,
    who_is_signed_in_is_told_to_apps_that_may_know,
    a_token_of_the_command_line_has_no_more_scopes_than_its_app,
];

pub(crate) const CALLBACK: &str = "http://127.0.0.1:1/callback";
const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";
const VERIFIER: &str = "a-verifier-of-forty-three-characters-or-more-1234";

pub(crate) fn query(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

pub(crate) fn register(place: &Instance, redirect: &str) -> (String, String) {
    let app = place
        .visitor()
        .form(
            "/api/v1/apps",
            &[
                ("client_name", "Story"),
                ("redirect_uris", redirect),
                ("scopes", "read write follow push"),
                ("website", "https://story.example"),
            ],
        )
        .ok();
    assert_eq!(app["name"], "Story");
    assert_eq!(app["redirect_uris"], json!([redirect]));
    assert_eq!(app["client_secret_expires_at"], 0);
    let text = |name: &str| app[name].as_str().expect("text").to_owned();
    (text("client_id"), text("client_secret"))
}

/// Presses the button that agrees.
pub(crate) fn agree(browser: &Browser, page: &Page) -> Answer {
    let is_no = |text: &str| ["deny", "refuse", "cancel", "no"].contains(&text);
    let forms = page.forms().into_iter().filter(|form| form.posts);
    for form in forms.filter(|form| form.action.contains("/oauth/")) {
        let yes = form
            .buttons
            .iter()
            .find(|(name, value)| !is_no(name) && !is_no(value));
        if let Some((name, value)) = yes.cloned() {
            let form = if name.is_empty() {
                form
            } else {
                form.press(&name, &value)
            };
            return browser.send(&form);
        }
    }
    panic!("no form to agree with: {}", page.source)
}

/// Signs in, agrees, and answers where that led.
pub(crate) fn authorise(place: &Instance, who: &Person, path: &str) -> (Browser, Answer) {
    let browser = Browser::new(place);
    let page = browser.open(path);
    assert!(
        page.path.starts_with("/login"),
        "a stranger signs in first: {}",
        page.path
    );
    let form = page
        .form_to("/login")
        .fill("name", &who.email())
        .fill("password", crate::harness::PASSWORD);
    let consent = browser.submit(&form);
    assert!(
        consent.text().contains("Story"),
        "the page names the app: {}",
        consent.text()
    );
    assert!(!consent.source.contains("<script"), "the page has a script");
    let answer = agree(&browser, &consent);
    (browser, answer)
}

pub(crate) fn code_of(answer: &Answer) -> (String, url::Url) {
    assert!(
        matches!(answer.status, 302 | 303),
        "{}: {}",
        answer.status,
        answer.text()
    );
    let target = answer.header("location").expect("a redirect");
    let target = url::Url::parse(target).expect("an address");
    let code = target
        .query_pairs()
        .find(|pair| pair.0 == "code")
        .expect("a code")
        .1
        .into_owned();
    (code, target)
}

pub(crate) fn wish<'a>(client: &'a str, more: &[(&'a str, &'a str)]) -> String {
    let mut pairs = vec![
        ("response_type", "code"),
        ("client_id", client),
        ("redirect_uri", CALLBACK),
        ("scope", "read write"),
    ];
    pairs.extend(more);
    format!("/oauth/authorize?{}", query(&pairs))
}

pub(crate) fn redeem(
    place: &Instance,
    app: &(String, String),
    code: &str,
    more: &[(&str, &str)],
) -> Answer {
    let mut pairs = vec![
        ("grant_type", "authorization_code"),
        ("client_id", app.0.as_str()),
        ("client_secret", app.1.as_str()),
        ("redirect_uri", CALLBACK),
        ("code", code),
    ];
    pairs.extend(more);
    place.visitor().form("/oauth/token", &pairs)
}

pub(crate) fn oauth_error(answer: &Answer, status: u16) -> String {
    let body = answer.is(status).json();
    body["error"].as_str().expect("an error").to_owned()
}

fn an_app_gets_a_token_with_pkce_over_plain_forms(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let metadata = place
        .visitor()
        .get("/.well-known/oauth-authorization-server")
        .ok();
    assert_eq!(
        metadata["issuer"]
            .as_str()
            .map(|text| text.trim_end_matches('/')),
        Some(&*place.base)
    );
    assert_eq!(
        metadata["code_challenge_methods_supported"],
        json!(["S256"])
    );
    let token_endpoint = metadata["token_endpoint"].as_str().expect("an address");
    assert_eq!(token_endpoint, place.url("/oauth/token"));

    let app = register(&place, CALLBACK);
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, VERIFIER.as_bytes()));
    let pkce = [
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
        ("state", "a state with / and & in it"),
    ];
    let (browser, answer) = authorise(&place, &ana, &wish(&app.0, &pkce));
    let (code, target) = code_of(&answer);
    assert!(target.as_str().starts_with(CALLBACK), "{target}");
    let state = target
        .query_pairs()
        .find(|pair| pair.0 == "state")
        .expect("the state");
    assert_eq!(state.1, "a state with / and & in it");

    // Without the verifier, and with a wrong one, the code is worth nothing.
    let error = oauth_error(&redeem(&place, &app, &code, &[]), 400);
    assert_eq!(error, "invalid_grant");
    let (code, _) = code_of(&agree(&browser, &browser.open(&wish(&app.0, &pkce))));
    let wrong = [(
        "code_verifier",
        "some-other-verifier-of-forty-three-characters-0",
    )];
    assert_eq!(
        oauth_error(&redeem(&place, &app, &code, &wrong), 400),
        "invalid_grant"
    );

    let (code, _) = code_of(&agree(&browser, &browser.open(&wish(&app.0, &pkce))));
    let token = redeem(&place, &app, &code, &[("code_verifier", VERIFIER)]).ok();
    assert_eq!(token["token_type"], "Bearer");
    assert_eq!(token["scope"], "read write");
    assert!(token["created_at"].is_i64());
    let ana_now = place.with_token(token["access_token"].as_str().expect("a token"));
    let me = ana_now.get("/api/v1/accounts/verify_credentials").ok();
    assert_eq!(me["username"], "ana");
    assert_eq!(me["id"], ana.id.as_str());
    // It may do what was agreed to and nothing else.
    ana_now
        .post("/api/v1/statuses", &json!({ "status": "hello" }))
        .ok();
    ana_now.get("/api/v1/push/subscription").refused(403);
}

fn an_app_without_an_address_shows_the_code_for_copying(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let app = register(&place, OUT_OF_BAND);
    let path = wish(&app.0, &[]).replace(
        &query(&[("redirect_uri", CALLBACK)]),
        &query(&[("redirect_uri", OUT_OF_BAND)]),
    );
    let (browser, answer) = authorise(&place, &ana, &path);
    let page = browser.arrive("/oauth/authorize", answer);
    assert!(
        page.path.starts_with("/oauth/authorize/native?code="),
        "{}",
        page.path
    );
    assert!(!page.source.contains("<script"));
    let code = page.path.rsplit('=').next().expect("a code").to_owned();
    assert!(
        page.text().contains(&code),
        "the code is shown: {}",
        page.text()
    );
    let form = [("redirect_uri", OUT_OF_BAND)];
    let mut pairs = vec![
        ("grant_type", "authorization_code"),
        ("client_id", app.0.as_str()),
        ("client_secret", app.1.as_str()),
        ("code", code.as_str()),
    ];
    pairs.extend(form);
    let token = place.visitor().form("/oauth/token", &pairs).ok();
    assert!(token["access_token"].is_string());
}

fn a_code_works_once_and_a_second_use_ends_its_token(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let app = register(&place, CALLBACK);
    let (_, answer) = authorise(&place, &ana, &wish(&app.0, &[]));
    let (code, _) = code_of(&answer);
    let token = redeem(&place, &app, &code, &[]).ok();
    let client = place.with_token(token["access_token"].as_str().expect("a token"));
    client.get("/api/v1/accounts/verify_credentials").ok();

    assert_eq!(
        oauth_error(&redeem(&place, &app, &code, &[]), 400),
        "invalid_grant"
    );
    client
        .get("/api/v1/accounts/verify_credentials")
        .refused(401);

    // Another app cannot redeem a code that was not given to it.
    let (_, answer) = authorise(&place, &ana, &wish(&app.0, &[]));
    let (code, _) = code_of(&answer);
    let other = register(&place, CALLBACK);
    assert_eq!(
        oauth_error(&redeem(&place, &other, &code, &[]), 400),
        "invalid_grant"
    );
    let wrong = (app.0.clone(), "wrong".to_owned());
    assert_eq!(
        oauth_error(&redeem(&place, &wrong, &code, &[]), 401),
        "invalid_client"
    );
}

fn a_redirect_that_is_not_registered_is_never_followed(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let app = register(&place, CALLBACK);
    let browser = Browser::of(&place, &ana);
    for redirect in [
        "http://127.0.0.1:1/callback/",
        "http://127.0.0.1:1/callback?x=1",
        "http://127.0.0.1:2/callback",
        "https://127.0.0.1:1/callback",
        "http://evil.example/callback",
        "javascript:alert(1)",
    ] {
        let pairs = [
            ("response_type", "code"),
            ("client_id", app.0.as_str()),
            ("redirect_uri", redirect),
            ("scope", "read"),
        ];
        let path = format!("/oauth/authorize?{}", query(&pairs));
        let answer = browser.ask(Method::GET, &path, None);
        assert!(
            (400..500).contains(&answer.status),
            "{redirect}: {}",
            answer.status
        );
        assert_eq!(answer.header("location"), None, "{redirect}");
    }
    // Nor are more scopes given than the app registered for.
    let path = wish(&app.0, &[]).replace("read+write", "admin%3Aread");
    let answer = browser.ask(Method::GET, &path, None);
    assert!(answer.status != 200, "{}", answer.text());
    for wrong in [
        "javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "not an address",
    ] {
        let pairs = [("client_name", "Story"), ("redirect_uris", wrong)];
        place.visitor().form("/api/v1/apps", &pairs).refused(422);
    }
    // Addresses of apps on phones are taken.
    let phone = [
        ("client_name", "Phone"),
        ("redirect_uris", "mastodon-android-auth://callback"),
    ];
    place.visitor().form("/api/v1/apps", &phone).ok();
}

fn an_app_alone_has_a_token_that_is_nobody(stage: &Stage) {
    let place = stage.instance();
    let app = register(&place, CALLBACK);
    let basic = STANDARD.encode(format!("{}:{}", app.0, app.1));
    let body = crate::harness::Body::form(&[("grant_type", "client_credentials")]);
    let authorization = format!("Basic {basic}");
    let headers = [("authorization", authorization.as_str())];
    let token = place
        .visitor()
        .ask(Method::POST, "/oauth/token", &headers, Some(body))
        .ok();
    let client = place.with_token(token["access_token"].as_str().expect("a token"));
    assert_eq!(
        client.get("/api/v1/apps/verify_credentials").ok()["name"],
        "Story"
    );
    client
        .get("/api/v1/accounts/verify_credentials")
        .refused(422);
    let error = client.get("/api/v1/timelines/home");
    assert!(matches!(error.status, 401 | 403 | 422), "{}", error.status);
}

fn a_revoked_token_is_worth_nothing(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let app = register(&place, CALLBACK);
    let (_, answer) = authorise(&place, &ana, &wish(&app.0, &[]));
    let token = redeem(&place, &app, &code_of(&answer).0, &[]).ok();
    let token = token["access_token"].as_str().expect("a token");
    let revoke = |id: &str, secret: &str| {
        let pairs = [
            ("client_id", id),
            ("client_secret", secret),
            ("token", token),
        ];
        place.visitor().form("/oauth/revoke", &pairs)
    };
    assert_eq!(
        oauth_error(&revoke(&app.0, "wrong"), 403),
        "unauthorized_client"
    );
    let client = place.with_token(token);
    client.get("/api/v1/accounts/verify_credentials").ok();
    assert_eq!(revoke(&app.0, &app.1).ok(), json!({}));
    client
        .get("/api/v1/accounts/verify_credentials")
        .refused(401);
    // A token that nobody knows is no error.
    assert_eq!(revoke(&app.0, &app.1).ok(), json!({}));
}

fn the_password_grant_is_closed_until_it_is_opened(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let app = register(&place, CALLBACK);
    let grant = |password: &str| {
        let pairs = [
            ("grant_type", "password"),
            ("client_id", app.0.as_str()),
            ("client_secret", app.1.as_str()),
            ("username", "ana@mail.example"),
            ("password", password),
            ("scope", "read"),
        ];
        place.visitor().form("/oauth/token", &pairs)
    };
    assert_eq!(
        oauth_error(&grant(crate::harness::PASSWORD), 400),
        "unsupported_grant_type"
    );
    place.set("password_grant", "on");
    assert_eq!(oauth_error(&grant("wrong"), 400), "invalid_grant");
    let token: Value = grant(crate::harness::PASSWORD).ok();
    let client = place.with_token(token["access_token"].as_str().expect("a token"));
    assert_eq!(
        client.get("/api/v1/accounts/verify_credentials").ok()["id"],
        ana.id.as_str()
    );
}

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Tries to turn a code into a token: what is wrong, whether the code was asked for with a challenge,
/// what the app says otherwise than it should (`name=value`), minutes between the two, and the error.
const MISUSES: &[(&str, bool, &str, i64, &str)] = &[
    ("nothing", false, "", 9, ""),
    ("nothing with PKCE", true, RIGHT, 9, ""),
    ("too old", false, "", 10, "invalid_grant"),
    ("no verifier", true, "", 0, "invalid_grant"),
    (
        "the challenge as verifier",
        true,
        "code_verifier=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        0,
        "invalid_grant",
    ),
    ("a dropped challenge", false, RIGHT, 0, "invalid_grant"),
    (
        "another address",
        false,
        "redirect_uri=http://127.0.0.1:1/callback/",
        0,
        "invalid_grant",
    ),
    (
        "an address in capitals",
        false,
        "redirect_uri=HTTP://127.0.0.1:1/callback",
        0,
        "invalid_grant",
    ),
    (
        "another kind",
        false,
        "grant_type=refresh_token",
        0,
        "unsupported_grant_type",
    ),
    (
        "implicit",
        false,
        "grant_type=implicit",
        0,
        "unsupported_grant_type",
    ),
    ("no kind", false, "grant_type=", 0, "invalid_request"),
    ("no app", false, "client_id=nobody", 0, "invalid_client"),
    (
        "a wrong secret",
        false,
        "client_secret=x",
        0,
        "invalid_client",
    ),
    ("a made-up code", false, "code=made-up", 0, "invalid_grant"),
    ("a code with a NUL", false, "code=\0", 0, "invalid_request"),
];
/// RFC 7636, appendix B.
const RIGHT: &str = "code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

fn every_misuse_has_one_answer(stage: &Stage) {
    let clock = Arc::new(AtomicI64::new(now().0));
    let time = Arc::clone(&clock);
    let tell = Arc::new(move || Millis(time.load(Ordering::SeqCst)));
    let place = stage.instance_at(tell, |_| {});
    let ana = place.person("ana");
    let app = register(&place, CALLBACK);
    let browser = Browser::of(&place, &ana);
    for (name, challenged, otherwise, later, error) in MISUSES {
        let pkce = [
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        let asked = if *challenged { &pkce[..] } else { &[] };
        let says: Vec<(&str, &str)> = otherwise.split_once('=').into_iter().collect();
        let (code, target) = code_of(&agree(&browser, &browser.open(&wish(&app.0, asked))));
        assert!(
            target.query_pairs().all(|pair| pair.0 != "state"),
            "no state, where none was sent"
        );
        clock.fetch_add(later * Millis::MINUTE, Ordering::SeqCst);
        let mut pairs = vec![
            ("grant_type", "authorization_code"),
            ("client_id", app.0.as_str()),
            ("client_secret", app.1.as_str()),
            ("redirect_uri", CALLBACK),
            ("code", code.as_str()),
        ];
        pairs.retain(|pair| says.iter().all(|said| said.0 != pair.0));
        pairs.extend(says);
        let answer = place.visitor().form("/oauth/token", &pairs);
        if error.is_empty() {
            answer.ok();
            continue;
        }
        assert!(
            matches!(answer.status, 400 | 401),
            "{name}: {}",
            answer.status
        );
        assert_eq!(answer.json()["error"], *error, "{name}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{name}");
    }
}

fn what_an_app_asks_wrongly_is_told_to_it_alone(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let app = register(&place, CALLBACK);
    let browser = Browser::of(&place, &ana);
    for (name, value, error) in [
        ("response_type", "token", "unsupported_response_type"),
        ("response_type", "id_token", "unsupported_response_type"),
        ("scope", "read admin:write", "invalid_scope"),
        ("scope", "everything", "invalid_scope"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("code_challenge", "short", "invalid_request"),
    ] {
        let mut pairs = vec![
            ("response_type", "code"),
            ("client_id", app.0.as_str()),
            ("redirect_uri", CALLBACK),
            ("scope", "read"),
            ("state", "kept"),
            (
                "code_challenge",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            ),
            ("code_challenge_method", "S256"),
        ];
        pairs.retain(|pair| pair.0 != name);
        pairs.push((name, value));
        let answer = browser.ask(
            Method::GET,
            &format!("/oauth/authorize?{}", query(&pairs)),
            None,
        );
        let target = answer
            .header("location")
            .unwrap_or_else(|| panic!("{name}={value}: {}", answer.status));
        assert_eq!(
            target,
            format!("{CALLBACK}?error={error}&state=kept"),
            "{name}={value}"
        );
    }
    // An app that nobody knows is told nothing.
    let answer = browser.ask(Method::GET, &wish("nobody", &[]), None);
    assert_eq!((answer.status, answer.header("location")), (400, None));
}

fn who_is_signed_in_is_told_to_apps_that_may_know(stage: &Stage) {
    let place = stage.instance();
    place.person("ana");
    for (scopes, status) in [
        ("profile", 200),
        ("read", 200),
        ("read:accounts", 200),
        ("write push", 403),
        ("read:statuses", 403),
    ] {
        let client = place.with_token(&place.token("ana", scopes));
        for answer in [
            client.get("/oauth/userinfo"),
            client.press("/oauth/userinfo"),
        ] {
            assert_eq!(answer.status, status, "{scopes}: {}", answer.text());
            if status == 200 {
                let claims = answer.json();
                assert_eq!(claims["iss"], format!("{}/", place.base));
                assert_eq!(claims["sub"], place.url("/users/ana"));
                assert_eq!(claims["preferred_username"], "ana");
                assert_eq!(answer.header("cache-control"), Some("private, no-store"));
            }
        }
    }
    place.visitor().get("/oauth/userinfo").refused(401);
    // A token in the address is not looked at.
    let token = place.token("ana", "profile");
    place
        .visitor()
        .get(&format!("/oauth/userinfo?access_token={token}"))
        .refused(401);
    place
        .visitor()
        .get(&format!(
            "/api/v1/accounts/verify_credentials?access_token={token}"
        ))
        .refused(401);
}

fn a_token_of_the_command_line_has_no_more_scopes_than_its_app(stage: &Stage) {
    let place = stage.instance();
    place.person("ana");
    let app = register(&place, CALLBACK);
    let ctx = place.ctx();
    for (scopes, fits) in [
        ("read", true),
        ("read:statuses follow", true),
        ("admin:read", false),
        ("read profile admin:write", false),
    ] {
        let scopes = Scopes::parse(scopes).expect("scopes");
        let made = runtime().block_on(async {
            let viewer = sign_in::viewer_named(&ctx, "ana").await?;
            oauth::mint(&ctx, &viewer, Some(&app.0), scopes.clone(), None).await
        });
        assert_eq!(made.is_ok(), fits, "{scopes}");
    }
}
