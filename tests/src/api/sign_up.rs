//! Signing up from an app and on the pages: what is asked, what is answered, and what a newcomer may do
//! until nothing is missing any more.

use model::ServerRole;
use serde_json::{Value, json};
use services::{sign_in, sign_up};

use crate::harness::{
    Answer, Browser, Client, Instance, PASSWORD, Person, Stage, eventually, on_both_engines,
    runtime,
};

on_both_engines![
    an_app_signs_someone_up,
    every_mistake_is_named_by_its_field,
    the_door_is_as_open_as_the_place_says,
    until_the_address_is_confirmed_little_is_allowed,
    until_a_moderator_agrees_little_is_allowed,
    an_invitation_lets_so_many_in_and_no_more,
    without_a_way_to_send_mail_nobody_waits_for_one,
    the_page_takes_people_in_as_an_app_does,
];

/// An app with a token of its own, and its id and secret.
pub(crate) fn app(place: &Instance, scopes: &str) -> Client {
    let visitor = place.visitor();
    let wish = [
        ("client_name", "Phone"),
        ("redirect_uris", "urn:ietf:wg:oauth:2.0:oob"),
        ("scopes", scopes),
    ];
    let app = visitor.form("/api/v1/apps", &wish).ok();
    let text = |name: &str| app[name].as_str().expect("text").to_owned();
    let (id, secret) = (text("client_id"), text("client_secret"));
    let grant = [
        ("grant_type", "client_credentials"),
        ("client_id", id.as_str()),
        ("client_secret", secret.as_str()),
        ("scope", scopes),
    ];
    let token = visitor.form("/oauth/token", &grant).ok();
    place.with_token(token["access_token"].as_str().expect("a token"))
}

pub(crate) fn eko(more: &[(&str, Value)]) -> Value {
    let mut wish = json!({
        "username": "eko",
        "email": "Eko@Mail.example",
        "password": PASSWORD,
        "agreement": true,
        "locale": "id",
    });
    for (name, value) in more {
        wish[*name] = value.clone();
    }
    wish
}

pub(crate) fn sign_up_as(app: &Client, more: &[(&str, Value)]) -> Answer {
    app.post("/api/v1/accounts", &eko(more))
}

pub(crate) fn signed_up(place: &Instance, answer: &Answer) -> Client {
    let token = answer.ok();
    assert_eq!(token["token_type"], "Bearer");
    assert!(token["created_at"].is_i64(), "{token}");
    place.with_token(token["access_token"].as_str().expect("a token"))
}

/// The address behind `path` in a mail, as a path.
pub(crate) fn link_in(mail: &str, place: &Instance, path: &str) -> String {
    link_in_to(mail, &place.base, path)
}

/// The same where only the address of the server is known.
pub(crate) fn link_in_to(mail: &str, base: &str, path: &str) -> String {
    let mail = mail.replace("=\r\n", "").replace("=3D", "=");
    let start = format!("{base}{path}");
    let (_, rest) = mail
        .split_once(&start)
        .unwrap_or_else(|| panic!("no link to {path} in {mail}"));
    let token: String = rest
        .chars()
        .take_while(|c| !c.is_whitespace() && !matches!(c, '"' | '<'))
        .collect();
    format!("{path}{token}")
}

fn to_of(mail: &str) -> String {
    let line = mail.lines().find(|line| line.starts_with("To: "));
    line.expect("a recipient")
        .trim_start_matches("To: ")
        .to_owned()
}

fn an_app_signs_someone_up(stage: &Stage) {
    let place = stage.instance();
    place.set("registrations", "open");
    let ana = place.person_as("ana", ServerRole::Owner);
    let app = app(&place, "read write follow");
    let answer = sign_up_as(&app, &[]);
    assert_eq!(answer.json()["scope"], "read write follow");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let eko = signed_up(&place, &answer);
    let me = eko.get("/api/v1/accounts/verify_credentials").ok();
    assert_eq!(me["username"], "eko");
    eko.publish("here I am");
    // Whoever lets people in hears of it.
    let told = eventually("ana is told", || ana.notified_of("admin.sign_up").pop());
    assert_eq!(told["account"]["username"], "eko");
    assert_eq!(eko.get("/api/v1/emails/check_confirmation").ok(), true);
    // The address is one address however it is written.
    let twice = sign_up_as(
        &app,
        &[
            ("username", json!("eko2")),
            ("email", json!("eko@mail.EXAMPLE")),
        ],
    );
    assert_eq!(
        twice.is(422).json()["details"]["email"][0]["error"],
        "ERR_TAKEN"
    );
    // Nobody signs up without an app, or with one that may not.
    let wish = self::eko(&[
        ("username", json!("fay")),
        ("email", json!("fay@mail.example")),
    ]);
    place.visitor().post("/api/v1/accounts", &wish).refused(401);
    let narrow = self::app(&place, "read");
    narrow.post("/api/v1/accounts", &wish).refused(403);
    // A token of the command line belongs to no app.
    ana.post("/api/v1/accounts", &wish).refused(422);
}

fn every_mistake_is_named_by_its_field(stage: &Stage) {
    let place = stage.instance();
    place.set("registrations", "approval");
    place.set("reason_required", "on");
    place.set("min_age", "16");
    let app = app(&place, "read write");
    place.person("ana");
    let right = [
        ("reason", json!("To sing.")),
        ("date_of_birth", json!("1990-02-28")),
    ];
    let before = place.row_counts();
    for (field, value, code) in [
        ("username", json!(""), "ERR_BLANK"),
        ("username", json!("ANA"), "ERR_TAKEN"),
        ("username", json!("admin"), "ERR_RESERVED"),
        ("username", json!("e ko"), "ERR_INVALID"),
        ("username", json!("екo"), "ERR_INVALID"),
        ("username", json!("e".repeat(31)), "ERR_TOO_LONG"),
        ("email", json!(""), "ERR_BLANK"),
        ("email", json!("ana@mail.example"), "ERR_TAKEN"),
        ("email", json!("eko"), "ERR_INVALID"),
        (
            "email",
            json!("eko@x.example\r\nBcc: eve@evil.example"),
            "ERR_INVALID",
        ),
        ("email", json!("a@x.example,b@y.example"), "ERR_INVALID"),
        ("email", json!("a\"b@x.example"), "ERR_INVALID"),
        (
            "email",
            json!(format!("{}@x.example", "e".repeat(500))),
            "ERR_INVALID",
        ),
        ("email", json!("eko@nowhere.invalid"), "ERR_UNREACHABLE"),
        ("email", json!("eko@bare"), "ERR_UNREACHABLE"),
        ("password", json!(""), "ERR_BLANK"),
        ("password", json!("short"), "ERR_TOO_SHORT"),
        ("password", json!("long ".repeat(40)), "ERR_TOO_LONG"),
        ("agreement", json!(false), "ERR_ACCEPTED"),
        ("agreement", json!("0"), "ERR_ACCEPTED"),
        ("locale", json!("<script>"), "ERR_INCLUSION"),
        ("reason", json!("  "), "ERR_BLANK"),
        ("reason", json!("because ".repeat(60)), "ERR_TOO_LONG"),
        ("date_of_birth", json!(""), "ERR_BLANK"),
        ("date_of_birth", json!("1990-02-30"), "ERR_INVALID"),
        ("date_of_birth", json!("28.2.1990"), "ERR_INVALID"),
        ("date_of_birth", json!("2999-01-01"), "ERR_INVALID"),
        ("date_of_birth", json!("2020-01-01"), "ERR_INVALID"),
        ("invite_code", json!("nobody-made-this"), "ERR_INVALID"),
    ] {
        let mut wish = right.to_vec();
        wish.push((field, value.clone()));
        let answer = sign_up_as(&app, &wish);
        let body = answer.is(422).json();
        let words = body["error"].as_str().expect("words");
        assert!(words.starts_with("Validation failed: "), "{words}");
        let details = body["details"].as_object().expect("details");
        assert_eq!(details.len(), 1, "{field} {value}: {body}");
        assert_eq!(details[field][0]["error"], code, "{field} {value}: {body}");
        assert!(details[field][0]["description"].is_string(), "{body}");
    }
    // All at once, and a body with nothing in it.
    let all = app.post("/api/v1/accounts", &json!({})).is(422).json();
    let fields: Vec<_> = all["details"]
        .as_object()
        .expect("details")
        .keys()
        .collect();
    assert_eq!(fields.len(), 6, "{all}");
    assert_eq!(
        place.row_counts(),
        before,
        "what is refused leaves nothing behind"
    );
    signed_up(&place, &sign_up_as(&app, &right));
}

fn the_door_is_as_open_as_the_place_says(stage: &Stage) {
    let place = stage.instance();
    let app = app(&place, "read write");
    place.set("registrations_message", "We are full.");
    let instance = || {
        let new = place.visitor().get("/api/v2/instance").ok()["registrations"].clone();
        let old = place.visitor().get("/api/v1/instance").ok();
        assert_eq!(old["registrations"], new["enabled"]);
        assert_eq!(old["approval_required"], new["approval_required"]);
        new
    };
    for (mode, enabled, approval, answer) in [
        ("closed", false, false, 403),
        ("invite", false, false, 403),
        ("approval", true, true, 200),
    ] {
        place.set("registrations", mode);
        let said = instance();
        assert_eq!(said["enabled"], enabled, "{mode}");
        assert_eq!(said["approval_required"], approval, "{mode}");
        assert_eq!(said["message"].is_string(), !enabled, "{mode}: {said}");
        assert_eq!(sign_up_as(&app, &[]).status, answer, "{mode}");
    }
    place.set("min_age", "16");
    place.set("reason_required", "on");
    let said = instance();
    assert_eq!(
        (&said["min_age"], &said["reason_required"]),
        (&json!(16), &json!(true))
    );
    // An invitation is worth nothing where the door is closed to all.
    let ana = place.person("ana");
    let code = invite(&Browser::of(&place, &ana), "5");
    place.set("registrations", "closed");
    let invited = [("invite_code", json!(code))];
    sign_up_as(&app, &invited).refused(403);
}

/// Makes an invitation on the page, and answers its code.
fn invite(browser: &Browser, uses: &str) -> String {
    let page = browser.open("/settings/invites");
    let page = browser.submit(&page.form_to("/settings/invites").fill("uses", uses));
    let (_, rest) = page.source.split_once("/invite/").expect("a link");
    rest.chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect()
}

fn until_the_address_is_confirmed_little_is_allowed(stage: &Stage) {
    const MISSING: &str = "Your login is missing a confirmed e-mail address";
    let place = stage.instance();
    place.set("registrations", "open");
    place.set("email_confirmation", "on");
    let app = app(&place, "read write");
    let eko = signed_up(&place, &sign_up_as(&app, &[]));
    let mails = place.next_mails();
    assert_eq!(to_of(&mails[0]), "Eko@mail.example");
    for path in [
        "/api/v1/accounts/verify_credentials",
        "/api/v1/timelines/home",
        "/api/v1/lists",
    ] {
        assert_eq!(eko.get(path).refused(403), MISSING, "{path}");
    }
    assert_eq!(
        eko.post("/api/v1/statuses", &json!({"status": "x"}))
            .refused(403),
        MISSING
    );
    eko.get("/api/v1/apps/verify_credentials").ok();
    assert_eq!(eko.get("/api/v1/emails/check_confirmation").ok(), false);
    app.get("/api/v1/emails/check_confirmation").refused(422);
    place
        .visitor()
        .get("/api/v1/emails/check_confirmation")
        .refused(401);

    // Another mail, and one to another address: the links before are over.
    let first = link_in(&mails[0], &place, "/confirm?token=");
    assert_eq!(
        eko.post("/api/v1/emails/confirmations", &json!({})).ok(),
        json!({})
    );
    let second = link_in(&place.next_mails()[0], &place, "/confirm?token=");
    let bad = eko
        .post("/api/v1/emails/confirmations", &json!({"email": "a@x,b@y"}))
        .is(422)
        .json();
    assert_eq!(bad["details"]["email"][0]["error"], "ERR_INVALID");
    eko.post(
        "/api/v1/emails/confirmations",
        &json!({"email": "eko@other.example"}),
    )
    .ok();
    let mails = place.next_mails();
    assert_eq!(to_of(&mails[0]), "eko@other.example");
    let third = link_in(&mails[0], &place, "/confirm?token=");

    let browser = Browser::new(&place);
    for over in [
        first.as_str(),
        second.as_str(),
        "/confirm?token=",
        "/confirm?token=made-up",
    ] {
        let page = browser.open(over);
        assert_eq!(page.answer.status, 404, "{over}");
    }
    // Opening the link changes nothing; the button does, once.
    let page = browser.open(&third);
    assert!(page.text().contains("eko@other.example"), "{}", page.text());
    assert_eq!(eko.get("/api/v1/emails/check_confirmation").ok(), false);
    browser.submit(&page.form_to("/confirm")).answer.is(200);
    assert_eq!(eko.get("/api/v1/emails/check_confirmation").ok(), true);
    assert_eq!(browser.send(&page.form_to("/confirm")).status, 404);
    assert_eq!(
        eko.get("/api/v1/accounts/verify_credentials").ok()["username"],
        "eko"
    );
    let late = eko
        .post("/api/v1/emails/confirmations", &json!({}))
        .refused(403);
    assert_eq!(
        late,
        "This method is only available while the e-mail is awaiting confirmation"
    );
}

fn until_a_moderator_agrees_little_is_allowed(stage: &Stage) {
    let place = stage.instance();
    place.set("registrations", "approval");
    let app = app(&place, "read write");
    let eko = signed_up(&place, &sign_up_as(&app, &[("reason", json!("To sing."))]));
    assert_eq!(
        eko.get("/api/v1/accounts/verify_credentials").refused(403),
        "Your login is currently pending approval"
    );
    // Nor on the pages.
    let browser = Browser::new(&place);
    let form = browser.open("/login").form_to("/login");
    let page = browser.submit(&form.fill("name", "eko").fill("password", PASSWORD));
    page.answer.is(422);
    assert!(place.mails().is_empty());
    let ctx = place.ctx();
    runtime().block_on(async {
        let waiting = sign_in::viewer_named(&ctx, "eko").await.expect("eko");
        sign_up::approve(&ctx, waiting.id()).await.expect("let in");
    });
    let mail = place.next_mails().remove(0);
    assert!(to_of(&mail).contains("Eko@mail.example"), "{mail}");
    eko.get("/api/v1/accounts/verify_credentials").ok();
    // Whoever is let in once is not let in again.
    runtime().block_on(async {
        let there = sign_in::viewer_named(&ctx, "eko").await.expect("eko");
        sign_up::approve(&ctx, there.id()).await.expect("nothing");
    });
    place.settle_inside();
    assert!(place.mails().is_empty());
}

fn an_invitation_lets_so_many_in_and_no_more(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    let app = app(&place, "read write");
    let browser = Browser::of(&place, &ana);
    let code = invite(&browser, "1");
    let visitor = Browser::new(&place);
    assert!(
        visitor
            .open(&format!("/invite/{code}"))
            .source
            .contains("action=\"/join\"")
    );
    let with = |name: &str, code: &str| {
        let wish = [
            ("username", json!(name)),
            ("email", json!(format!("{name}@mail.example"))),
            ("invite_code", json!(code)),
        ];
        sign_up_as(&app, &wish)
    };
    signed_up(&place, &with("eko", &code))
        .get("/api/v1/accounts/verify_credentials")
        .ok();
    // Used up, closed and made up are one answer.
    let closed = invite(&browser, "5");
    let page = browser.open("/settings/invites");
    let form = page.form_to("/settings/invites/close");
    // Only who made it may close it.
    let stranger = Browser::of(&place, &ben);
    let csrf = stranger
        .open("/settings/invites")
        .form_to("/settings/invites");
    let csrf = csrf
        .fields
        .iter()
        .find(|field| field.0 == "csrf")
        .expect("a word")
        .1
        .clone();
    assert_eq!(stranger.send(&form.clone().fill("csrf", &csrf)).status, 404);
    browser.submit(&form);
    assert_eq!(with("fay", "\u{0}").status, 422);
    let answers: Vec<(u16, String)> = [code.as_str(), &closed, "0123456789abcdef"]
        .iter()
        .map(|code| with("fay", code))
        .map(|answer| (answer.status, answer.text()))
        .collect();
    assert_eq!(answers[0].0, 422);
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{answers:?}"
    );
    // Where moderators look first, an invitation of a member is a recommendation and no more.
    let code = invite(&browser, "5");
    place.set("registrations", "approval");
    let gus = signed_up(&place, &with("gus", &code));
    gus.get("/api/v1/accounts/verify_credentials").refused(403);
    let chi = place.person_as("chi", ServerRole::Admin);
    let code_of_chi = invite(&Browser::of(&place, &chi), "5");
    let hal = signed_up(&place, &with("hal", &code_of_chi));
    hal.get("/api/v1/accounts/verify_credentials").ok();
    // Members may invite only as long as the place lets them.
    place.set("registrations", "invite");
    place.set("invites", "admins");
    with("ivo", &code).refused(422);
    assert_eq!(
        browser
            .open("/settings/invites")
            .forms()
            .iter()
            .filter(|form| form.action == "/settings/invites")
            .count(),
        0
    );
    signed_up(&place, &with("ivo", &code_of_chi));
}

fn without_a_way_to_send_mail_nobody_waits_for_one(stage: &Stage) {
    let place = stage.instance_told(|config| config.mail = server::mail::Way::default());
    let ctx = place.ctx();
    let change = [("email_confirmation".to_owned(), "on".to_owned())];
    let refused = runtime().block_on(services::settings::set(&ctx, &change));
    assert!(refused.is_err(), "the setting is refused");
    place.set("registrations", "open");
    let app = app(&place, "read write");
    let eko = signed_up(&place, &sign_up_as(&app, &[]));
    eko.get("/api/v1/accounts/verify_credentials").ok();
    // A database that was used with mail before says so instead of letting people wait for ever.
    database::settings::put(&mut place.conn(), "email_confirmation", "on").expect("a row");
    runtime()
        .block_on(services::settings::refresh(&ctx))
        .expect("in force");
    let said = place.visitor().get("/api/v2/instance").ok()["registrations"].clone();
    assert_eq!(said["enabled"], false);
    assert!(
        said["message"]
            .as_str()
            .expect("a message")
            .contains("mail"),
        "{said}"
    );
    sign_up_as(
        &app,
        &[
            ("username", json!("fay")),
            ("email", json!("fay@mail.example")),
        ],
    )
    .refused(403);
    let page = Browser::new(&place).open("/forgot");
    assert!(
        page.forms().iter().all(|form| form.action != "/forgot"),
        "{}",
        page.source
    );
}

fn the_page_takes_people_in_as_an_app_does(stage: &Stage) {
    let place = stage.instance();
    let browser = Browser::new(&place);
    browser.open("/join").answer.is(403);
    place.set("registrations", "open");
    assert!(browser.open("/").source.contains("href=\"/join\""));
    let page = browser.open("/join");
    assert!(!page.source.contains("<script"));
    let form = page
        .form_to("/join")
        .fill("name", "eko")
        .fill("email", "eko@mail.example");
    let again = browser.submit(&form.clone().fill("password", "short"));
    again.answer.is(422);
    let kept = again.form_to("/join");
    assert!(
        kept.fields.contains(&("name".to_owned(), "eko".to_owned())),
        "{kept:?}"
    );
    assert!(kept.fields.iter().all(|field| field.1 != "short"));
    let page = browser.submit(&kept.fill("password", PASSWORD).fill("agreement", "1"));
    assert_eq!(page.path, "/home", "{}", page.text());
    assert!(page.source.contains("/@eko"));
    // With mail to confirm, the page says what to wait for.
    place.set("email_confirmation", "on");
    let other = Browser::speaking(&place, "id");
    let form = other.open("/join").form_to("/join").fill("name", "fay");
    let form = form
        .fill("email", "fay@mail.example")
        .fill("password", PASSWORD)
        .fill("agreement", "1");
    let page = other.submit(&form);
    assert!(page.path.starts_with("/join/next"), "{}", page.path);
    let mail = place.next_mails().remove(0);
    assert!(
        mail.contains("Subject: Pastikan alamat Anda"),
        "in the reader's language: {mail}"
    );
    let confirm = other.open(&link_in(&mail, &place, "/confirm?token="));
    other.submit(&confirm.form_to("/confirm")).answer.is(200);
    let fay = Person {
        name: "fay".to_owned(),
        id: String::new(),
        app: place.visitor(),
    };
    Browser::of(&place, &fay);
}
