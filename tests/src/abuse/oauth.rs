//! Consent and codes in the wrong hands (threats, row 96), beyond what `api/oauth.rs` tells: addresses that
//! look like the registered one, a form of consent that was changed on its way, two who redeem at once.

use http::Method;

use crate::api::oauth::{CALLBACK, authorise, code_of, oauth_error, query, redeem, register, wish};
use crate::harness::{Browser, Form, Stage, on_both_engines};

on_both_engines![
    only_the_very_address_gets_a_code,
    consent_is_looked_at_again_when_it_comes_back,
    of_two_who_redeem_one_gets_it,
    an_app_ends_and_learns_only_of_its_own,
    a_code_is_shown_to_who_is_signed_in,
];

/// Addresses that are not `http://127.0.0.1:1/callback`.
const LOOK_ALIKES: &[&str] = &[
    "http://127.0.0.1:1/callbackevil",
    "http://127.0.0.1:1/callback/../evil",
    "http://127.0.0.1:1/x/../callback",
    "http://127.0.0.1:1//callback",
    "http://127.0.0.1:1/callback/",
    "http://127.0.0.1:1/callback?",
    "http://127.0.0.1:1/callback?next=//evil.example",
    "http://127.0.0.1:1/callback#x",
    "http://127.0.0.1:1/%63allback",
    "http://127.0.0.1:1/CALLBACK",
    "HTTP://127.0.0.1:1/callback",
    "http://127.0.0.1:01/callback",
    "http://127.0.0.1:11/callback",
    "http://127.0.0.1/callback",
    "http://127.1:1/callback",
    "http://localhost:1/callback",
    "http://127.0.0.1:1@evil.example/callback",
    "http://evil.example/?http://127.0.0.1:1/callback",
    "http://127.0.0.1.evil.example:1/callback",
    "https://127.0.0.1:1/callback",
    " http://127.0.0.1:1/callback",
    "http://127.0.0.1:1/callback ",
    "http://127.0.0.1:1/callback\r\nx: y",
    "http://127.0.0.1:1/callback\nhttp://evil.example/",
    "//127.0.0.1:1/callback",
    "\\\\127.0.0.1:1/callback",
    "javascript:alert(1)//http://127.0.0.1:1/callback",
    "data:text/html,http://127.0.0.1:1/callback",
    "urn:ietf:wg:oauth:2.0:oob",
    "urn:ietf:wg:oauth:2.0:oob:auto",
    "http://127.0.0.1:1/callback\0",
];

fn only_the_very_address_gets_a_code(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let app = register(&place, CALLBACK);
    let browser = Browser::of(&place, &ana);
    let before = place.contents();
    for address in LOOK_ALIKES {
        let path = format!(
            "/oauth/authorize?{}",
            query(&[
                ("response_type", "code"),
                ("client_id", app.0.as_str()),
                ("redirect_uri", address),
                ("scope", "read"),
            ])
        );
        let answer = browser.ask(Method::GET, &path, None);
        assert!(
            (400..500).contains(&answer.status),
            "{address:?}: {}",
            answer.status
        );
        assert_eq!(answer.header("location"), None, "{address:?}");
        // Nor is a good code worth anything with it.
        let (_, answer) = authorise(&place, &ana, &wish(&app.0, &[]));
        let (code, _) = code_of(&answer);
        let wrong = [
            ("grant_type", "authorization_code"),
            ("client_id", app.0.as_str()),
            ("client_secret", app.1.as_str()),
            ("redirect_uri", address),
            ("code", code.as_str()),
        ];
        let answer = place.visitor().form("/oauth/token", &wrong);
        assert!(
            matches!(answer.status, 400 | 422),
            "{address:?}: {}",
            answer.text()
        );
    }
    let tokens = |tables: &std::collections::BTreeMap<String, Vec<String>>| tables["users"].len();
    assert_eq!(tokens(&place.contents()), tokens(&before));
    assert_eq!(
        place.row_counts()["access_tokens"],
        1,
        "that of ana's own app"
    );
}

/// The form of consent, as it stands on the page.
fn consent(browser: &Browser, path: &str) -> Form {
    let page = browser.open(path);
    page.forms()
        .into_iter()
        .find(|form| form.posts && form.action.contains("/oauth/authorize"))
        .unwrap_or_else(|| panic!("no form of consent: {}", page.source))
        .press("answer", "allow")
}

fn consent_is_looked_at_again_when_it_comes_back(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    let app = register(&place, CALLBACK);
    let other = register(&place, "http://127.0.0.1:2/callback");
    let browser = Browser::of(&place, &ana);
    let form = consent(&browser, &wish(&app.0, &[]));
    let codes = || place.row_counts()["access_grants"];
    let before = codes();
    for (name, value) in [
        ("redirect_uri", "http://evil.example/"),
        ("redirect_uri", "http://127.0.0.1:2/callback"),
        ("redirect_uri", "javascript:alert(1)"),
        ("client_id", other.0.as_str()),
        ("client_id", "nobody"),
        ("scope", "read write admin:write"),
        ("scope", "everything"),
        ("response_type", "token"),
        ("code_challenge_method", "plain"),
        ("csrf", "wrong"),
        ("csrf", ""),
        ("answer", "perhaps"),
        ("answer", ""),
    ] {
        let mut form = form.clone().fill(name, value);
        if name == "code_challenge_method" {
            form = form.fill("code_challenge", &"a".repeat(43));
        }
        let answer = browser.send(&form);
        let target = answer.header("location").unwrap_or_default();
        assert!(!target.contains("code="), "{name}={value}: {target}");
        assert!(
            target.is_empty() || target.starts_with(CALLBACK),
            "{name}={value} leads to {target}"
        );
    }
    // Agreed to by somebody else's page, or with somebody else's word.
    let bens = Browser::of(&place, &ben);
    let word = consent(&bens, &wish(&app.0, &[]));
    let word = word
        .fields
        .iter()
        .find(|field| field.0 == "csrf")
        .expect("a word");
    assert_eq!(
        browser.send(&form.clone().fill("csrf", &word.1)).status,
        403
    );
    for headers in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("origin", "http://evil.example")][..],
        &[("origin", "null")][..],
    ] {
        assert_eq!(browser.send_with(&form, headers).status, 403, "{headers:?}");
    }
    assert_eq!(codes(), before, "nothing was agreed to");
    code_of(&browser.send(&form));
}

fn of_two_who_redeem_one_gets_it(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let app = register(&place, CALLBACK);
    for _ in 0..3 {
        let (_, answer) = authorise(&place, &ana, &wish(&app.0, &[]));
        let (code, _) = code_of(&answer);
        let status: Vec<u16> = std::thread::scope(|scope| {
            let tries: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| redeem(&place, &app, &code, &[]).status))
                .collect();
            tries
                .into_iter()
                .map(|it| it.join().expect("an answer"))
                .collect()
        });
        let good = status.iter().filter(|status| **status == 200).count();
        assert!(good <= 1, "{status:?}");
        assert!(
            status.iter().all(|status| matches!(status, 200 | 400)),
            "{status:?}"
        );
    }
}

fn an_app_ends_and_learns_only_of_its_own(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let (app, other) = (register(&place, CALLBACK), register(&place, CALLBACK));
    let (_, answer) = authorise(&place, &ana, &wish(&app.0, &[]));
    let token = redeem(&place, &app, &code_of(&answer).0, &[]).ok();
    let token = token["access_token"].as_str().expect("a token");
    let revoke = |app: &(String, String)| {
        let pairs = [
            ("client_id", app.0.as_str()),
            ("client_secret", app.1.as_str()),
            ("token", token),
        ];
        place.visitor().form("/oauth/revoke", &pairs)
    };
    // Of another app's token, and of one that never was, another app hears the same.
    let answer = revoke(&other);
    let answer = (answer.status, answer.text());
    let client = place.with_token(token);
    client.get("/api/v1/accounts/verify_credentials").ok();
    assert!(matches!(answer.0, 200 | 403), "{answer:?}");
    // More than was registered is not given, in whatever way it is asked for.
    for grant in ["client_credentials", "authorization_code"] {
        let (_, answer) = authorise(&place, &ana, &wish(&app.0, &[]));
        let (code, _) = code_of(&answer);
        let pairs = [
            ("grant_type", grant),
            ("client_id", app.0.as_str()),
            ("client_secret", app.1.as_str()),
            ("redirect_uri", CALLBACK),
            ("code", code.as_str()),
            ("scope", "read admin:write"),
        ];
        let answer = place.visitor().form("/oauth/token", &pairs);
        if answer.status == 200 {
            let scope = answer.json()["scope"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            assert!(!scope.contains("admin"), "{grant}: {scope}");
        } else {
            assert_eq!(oauth_error(&answer, 400), "invalid_scope", "{grant}");
        }
    }
    assert_eq!(revoke(&app).status, 200);
    client
        .get("/api/v1/accounts/verify_credentials")
        .refused(401);
}

fn a_code_is_shown_to_who_is_signed_in(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let path = "/oauth/authorize/native?code=a-code-from-a-link";
    let stranger = Browser::new(&place).ask(Method::GET, path, None);
    assert_eq!(stranger.status, 404);
    assert!(!stranger.text().contains("a-code-from-a-link"));
    let answer = Browser::of(&place, &ana).ask(Method::GET, path, None);
    assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
}
