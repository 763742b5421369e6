//! What is secret stands in no log and in no answer that is not for its owner (threats, row 105): the
//! program runs with everything told, secrets go through every door, and then they are looked for.

use std::cell::RefCell;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use serde_json::json;

use super::Folder;
use super::life::{Serving, free_port};
use crate::api::media::picture;
use crate::api::sign_up::link_in_to;
use crate::harness::{
    Answer, Body, Browser, Client, Part, Stage, eventually, id_of, on_both_engines,
};

on_both_engines![no_secret_stands_in_the_log,];

const PASSWORD: &str = "canary horse battery";
const NEW: &str = "canary horse staple";
const WRONG: &str = "canary horse wrong";

/// What must not be found, by name.
#[derive(Default)]
struct Secrets(RefCell<Vec<(String, String)>>);

impl Secrets {
    fn keep(&self, name: &str, value: &str) -> String {
        assert!(value.len() >= 8, "{name} is no secret: {value}");
        let pair = (name.to_owned(), value.to_owned());
        self.0.borrow_mut().push(pair);
        value.to_owned()
    }

    /// Each as it is and as it stands in an address.
    fn are_not_in(&self, what: &str, text: &str) {
        for (name, value) in self.0.borrow().iter() {
            let encoded: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
            for form in [value, &encoded] {
                let line = text.lines().find(|line| line.contains(form.as_str()));
                assert!(line.is_none(), "{name} stands in {what}: {line:?}");
            }
        }
    }

    /// An answer that goes wrong says nothing of what was sent.
    fn are_not_in_answer(&self, answer: &Answer) {
        assert!(answer.status < 500, "{}", answer.text());
        self.are_not_in("an answer", &answer.text());
        self.are_not_in("the head of an answer", &format!("{:?}", answer.headers));
    }
}

/// A member of the running program, with a token of the command line.
fn member(folder: &Folder, secrets: &Secrets, name: &str) -> String {
    let email = format!("{name}@mail.example");
    let words = [
        "user",
        "create",
        name,
        "--email",
        &email,
        "--password",
        PASSWORD,
    ];
    folder.ok(&[&words[..], &["--confirmed", "--approved"]].concat());
    let scopes = "read write follow push profile";
    let said = folder.ok(&["token", "create", "--user", name, "--scopes", scopes]);
    secrets.keep(
        "a token of the command line",
        said.lines().last().expect("a token"),
    )
}

fn the_apps_door(serving: &Serving, secrets: &Secrets) {
    let visitor = serving.client(None);
    let app = [
        ("client_name", "Story"),
        ("redirect_uris", "urn:ietf:wg:oauth:2.0:oob"),
        ("scopes", "read write"),
    ];
    let app = visitor.form("/api/v1/apps", &app).ok();
    let id = app["client_id"].as_str().expect("an id").to_owned();
    let secret = app["client_secret"].as_str().expect("a secret");
    let secret = secrets.keep("a client secret", secret);
    let basic = STANDARD.encode(format!("{id}:{secret}"));
    let basic = secrets.keep("the same by Basic", &basic);
    let client = [
        ("client_id", id.as_str()),
        ("client_secret", secret.as_str()),
    ];
    let form = |more: &[(&str, &str)]| visitor.form("/oauth/token", &[&client[..], more].concat());
    let headers = [("authorization", format!("Basic {basic}"))];
    let headers: Vec<(&str, &str)> = headers
        .iter()
        .map(|(name, value)| (*name, &**value))
        .collect();
    let body = Body::form(&[("grant_type", "client_credentials")]);
    let alone = visitor
        .ask(Method::POST, "/oauth/token", &headers, Some(body))
        .ok();
    secrets.keep(
        "a token of an app",
        alone["access_token"].as_str().expect("a token"),
    );
    // In a browser to a code, and from the code to a token; the code a second time.
    let browser = Browser::at(&serving.base);
    let wish = format!(
        "/oauth/authorize?response_type=code&client_id={id}&redirect_uri=urn:ietf:wg:oauth:2.0:oob&scope=read"
    );
    let login = browser.open(&wish).form_to("/login").fill("name", "ana");
    secrets.are_not_in_answer(&browser.send(&login.clone().fill("password", WRONG)));
    let consent = browser.submit(&login.fill("password", PASSWORD));
    let yes = consent
        .forms()
        .into_iter()
        .find(|form| form.action.contains("/oauth/"));
    let answer = crate::api::oauth::agree(&browser, &consent);
    assert!(yes.is_some());
    let target = answer.header("location").expect("a redirect").to_owned();
    browser.arrive(&wish, answer);
    let code = secrets.keep("a code", target.rsplit('=').next().expect("a code"));
    let redeem = [
        ("grant_type", "authorization_code"),
        ("redirect_uri", "urn:ietf:wg:oauth:2.0:oob"),
        ("code", &code),
    ];
    let issued = form(&redeem).ok();
    let issued = secrets.keep("a token", issued["access_token"].as_str().expect("a token"));
    serving
        .client(Some(&issued))
        .get("/api/v1/accounts/verify_credentials")
        .ok();
    secrets.are_not_in_answer(&form(&redeem));
    let grant = [
        ("grant_type", "password"),
        ("username", "ana"),
        ("password", WRONG),
    ];
    secrets.are_not_in_answer(&form(&grant));
    let revoke = [&client[..], &[("token", issued.as_str())]].concat();
    visitor.form("/oauth/revoke", &revoke).ok();
}

/// Tokens where they should not be, and where they may be.
fn tokens_elsewhere(serving: &Serving, secrets: &Secrets, token: &str) {
    let visitor = serving.client(None);
    for path in [
        "/api/v1/timelines/home",
        "/api/v1/nothing",
        "/@ana",
        "/oauth/authorize",
    ] {
        secrets.are_not_in_answer(&visitor.get(&format!("{path}?access_token={token}")));
    }
    visitor
        .get(&format!("/api/v1/streaming/user?access_token={token}"))
        .is(200);
    visitor.get(&format!("/api/v1/streaming/nothing?access_token={token}"));
    for header in ["authorization", "cookie", "referer", "x-token"] {
        let value = format!("Wrong {token}");
        let headers = [(header, value.as_str())];
        secrets.are_not_in_answer(&visitor.ask(Method::GET, "/api/v1/lists", &headers, None));
    }
}

/// Bodies that cannot be read, and words that are none, with a secret in them.
fn wrong_words(serving: &Serving, secrets: &Secrets, token: &str) {
    let ana = serving.client(Some(token));
    for body in [
        format!("{{\"password\": \"{PASSWORD}\""),
        format!("\"{PASSWORD}\""),
        format!("{{\"password\": [[\"{PASSWORD}\"]], \"agreement\": \"{PASSWORD}\"}}"),
        format!("{{\"{PASSWORD}\": \"\\u0000\"}}"),
    ] {
        for path in ["/api/v1/accounts", "/api/v1/statuses", "/oauth/token"] {
            let body = Body {
                kind: "application/json".to_owned(),
                bytes: body.clone().into_bytes(),
            };
            let answer = ana.ask(Method::POST, path, &[], Some(body));
            assert!(
                (400..500).contains(&answer.status),
                "{path}: {}",
                answer.status
            );
            secrets.are_not_in_answer(&answer);
        }
    }
    let push = json!({"subscription": {"endpoint": "http://127.0.0.1:1/canary-of-push", "keys": {"p256dh": "canary-key", "auth": "canary-auth"}}});
    ana.post("/api/v1/push/subscription", &push).refused(422);
    secrets.keep("a push address", "canary-of-push");
    secrets.keep("a push key", "canary-auth");
}

fn letters(folder: &Folder) -> String {
    eventually("a letter is written", || {
        let found = std::fs::read_dir(folder.sandbox.join("mail")).ok()?;
        let mut paths: Vec<_> = found.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.retain(|path| path.extension().is_some_and(|end| end == "eml"));
        paths.sort();
        let path = paths.pop()?;
        let letter = std::fs::read_to_string(&path).ok()?;
        std::fs::remove_file(&path).ok()?;
        Some(letter)
    })
}

fn the_pages_door(folder: &Folder, serving: &Serving, secrets: &Secrets) {
    let browser = Browser::at(&serving.base);
    let form = browser.open("/login").form_to("/login").fill("name", "ana");
    secrets.are_not_in_answer(&browser.send(&form.clone().fill("password", WRONG)));
    browser.send(&form.fill("password", PASSWORD));
    secrets.keep("a cookie", &browser.cookie("balai"));
    let page = browser.open("/settings/security");
    let form = page.form_to("/settings/password").fill("current", PASSWORD);
    let word = form
        .fields
        .iter()
        .find(|field| field.0 == "csrf")
        .expect("a word");
    secrets.keep("the word of a form", &word.1);
    assert_eq!(browser.send(&form.fill("password", NEW)).status, 303);
    letters(folder);
    // A forgotten password.
    let stranger = Browser::at(&serving.base);
    let form = stranger
        .open("/forgot")
        .form_to("/forgot")
        .fill("name", "ana");
    stranger.submit(&form);
    let link = link_in_to(&letters(folder), &serving.base, "/reset?token=");
    secrets.keep(
        "a word to reset a password",
        link.rsplit('=').next().expect("a word"),
    );
    let form = stranger.open(&link).form_to("/reset").fill("password", NEW);
    stranger.submit(&form);
    secrets.are_not_in_answer(&stranger.ask(Method::GET, &link, None));
    // An invitation.
    let browser = Browser::at(&serving.base);
    let form = browser.open("/login").form_to("/login").fill("name", "ana");
    browser.send(&form.fill("password", NEW));
    let page = browser.open("/settings/invites");
    let page = browser.submit(&page.form_to("/settings/invites"));
    let (_, link) = page.source.split_once("/invite/").expect("a link");
    let code: String = link
        .chars()
        .take_while(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'))
        .collect();
    let code = secrets.keep("the code of an invitation", &code);
    stranger.ask(Method::GET, &format!("/invite/{code}"), None);
}

fn private_words(serving: &Serving, secrets: &Secrets, ana: &str, ben: &str) {
    let (ana, ben): (Client, Client) = (serving.client(Some(ana)), serving.client(Some(ben)));
    let words = secrets.keep("a letter", "canary words for ben alone");
    let post = ana.publish_to("direct", &format!("@ben {words}"));
    let query = [("q", words.as_str())];
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(query)
        .finish();
    ben.get(&format!("/api/v2/search?{query}")).ok();
    ben.status(&id_of(&post)).ok();
    secrets.are_not_in_answer(&serving.client(None).status(&id_of(&post)));
    secrets.are_not_in_answer(&serving.client(None).get("/@ana"));
}

/// What is said, shown, asked, edited and reported in a private group, and who is in it, stands in no log either.
fn words_of_a_private_group(folder: &Folder, serving: &Serving, secrets: &Secrets, owner: &str) {
    folder.ok(&[
        "group", "create", "hut", "--owner", "ana", "--kind", "private",
    ]);
    let ana = serving.client(Some(owner));
    let group = id_of(&ana.get("/api/v1/accounts/lookup?acct=hut").ok());
    let text = secrets.keep("a post", "canary in the hut");
    let warning = secrets.keep("its warning", "canary under a cloth");
    let shown = secrets.keep("what a picture shows", "canary on a swing");
    let file = secrets.keep("the name of a file", "canary-at-home.png");
    let [option, other] =
        ["canary or crow", "canary or finch"].map(|it| secrets.keep("an option", it));
    let bytes = picture(20, 20);
    let parts = [
        Part {
            name: "file",
            file: Some((&file, "image/png")),
            bytes: &bytes,
        },
        Part {
            name: "description",
            file: None,
            bytes: shown.as_bytes(),
        },
    ];
    let media = id_of(&ana.multipart("/api/v2/media", &parts).ok());
    let say = |draft: serde_json::Value| ana.post("/api/v1/statuses", &draft).ok();
    let post = say(json!({
        "status": text, "spoiler_text": warning, "group_id": group, "media_ids": [media],
    }));
    say(json!({
        "status": "which?", "group_id": group,
        "poll": {"options": [option, other], "expires_in": 3600},
    }));
    let id = id_of(&post);
    let edit = json!({"status": secrets.keep("an edit", "canary in another tree")});
    ana.put(&format!("/api/v1/statuses/{id}"), &edit).ok();
    ana.reply(&id, &secrets.keep("an answer", "canary answers itself"));
    secrets.are_not_in_answer(&serving.client(None).status(&id));
    secrets.are_not_in_answer(&serving.client(None).get("/@hut"));
}

fn no_secret_stands_in_the_log(stage: &Stage) {
    let mut folder = Folder::new(*stage).in_test_mode();
    let mail = folder.sandbox.join("mail").display().to_string();
    folder.set("RUST_LOG", "trace");
    folder.set("BALAI_MAIL_DIR", &mail);
    folder.set("BALAI_RATE_LIMITS", "off");
    let secrets = Secrets::default();
    for (name, value) in [
        ("a password", PASSWORD),
        ("a new password", NEW),
        ("a wrong one", WRONG),
    ] {
        secrets.keep(name, value);
    }
    secrets.keep("the hash of a password", "$argon2id$");
    secrets.keep("a private key", "PRIVATE KEY-----");
    let port = free_port();
    folder.set("BALAI_BASE_URL", &format!("http://127.0.0.1:{port}"));
    let serving = Serving::start(&folder, port, &[]);
    let ana = member(&folder, &secrets, "ana");
    let ben = member(&folder, &secrets, "ben");
    private_words(&serving, &secrets, &ana, &ben);
    words_of_a_private_group(&folder, &serving, &secrets, &ana);
    wrong_words(&serving, &secrets, &ana);
    the_apps_door(&serving, &secrets);
    tokens_elsewhere(&serving, &secrets, &ana);
    the_pages_door(&folder, &serving, &secrets);
    let log = serving.log();
    assert!(log.contains("/api/v1/timelines/home"), "everything is told");
    secrets.are_not_in("the log", &log);
}
