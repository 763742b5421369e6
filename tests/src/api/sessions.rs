//! Passwords and addresses that change, browsers and apps that are listed and ended: what was signed in
//! before is not any more (threats, rows 104 and 106).

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use database::{access_tokens, web_sessions};
use http::Method;
use model::{Millis, Secret};
use services::credentials;

use super::sign_up::link_in;
use crate::harness::{
    Browser, Instance, PASSWORD, Person, Stage, eventually, now, on_both_engines, runtime,
};

on_both_engines![
    browsers_and_apps_are_listed_and_ended,
    a_new_password_ends_all_that_was_signed_in,
    a_forgotten_password_is_replaced_by_a_link_that_works_once,
    a_new_address_counts_once_it_is_confirmed,
    who_asks_for_a_link_learns_nothing,
];

const OTHER: &str = "another horse battery";

/// Two browsers and two tokens of ana.
struct Signed {
    place: Instance,
    ana: Person,
    here: Browser,
    there: Browser,
}

impl Signed {
    fn new(stage: Stage) -> Self {
        let place = stage.instance();
        let ana = place.person("ana");
        let here = Browser::of(&place, &ana);
        let there = Browser::of(&place, &ana);
        Self {
            place,
            ana,
            here,
            there,
        }
    }

    fn is_in(browser: &Browser) -> bool {
        browser.ask(Method::GET, "/home", None).status == 200
    }

    fn app_is_in(&self) -> bool {
        let answer = self.ana.get("/api/v1/accounts/verify_credentials");
        assert!(matches!(answer.status, 200 | 401), "{}", answer.status);
        answer.status == 200
    }

    /// How many tokens and browsers of ana work.
    fn rows(&self) -> (usize, usize) {
        let mut conn = self.place.conn();
        let id = self.ana.id.parse().expect("an id");
        let tokens = access_tokens::of_human(&mut conn, id).expect("tokens");
        let browsers = web_sessions::of_account(&mut conn, id, now()).expect("browsers");
        (tokens.len(), browsers.len())
    }
}

fn browsers_and_apps_are_listed_and_ended(stage: &Stage) {
    let signed = Signed::new(*stage);
    let ben = signed.place.person("ben");
    let page = signed.here.open("/settings/security");
    assert!(!page.source.contains("<script"));
    assert!(page.text().contains("(this one)"), "{}", page.text());
    // The network is shown, and no address is kept.
    assert!(page.text().contains("127.0.0.0/24"), "{}", page.text());
    assert!(!page.source.contains("127.0.0.1<"));
    let form = page.form_with("id", None);
    assert_eq!(form.action, "/settings/browsers");
    // Somebody else ends nothing.
    let stranger = Browser::of(&signed.place, &ben);
    let theirs = stranger
        .open("/settings/security")
        .form_to("/settings/password");
    let csrf = theirs
        .fields
        .iter()
        .find(|field| field.0 == "csrf")
        .expect("a word")
        .1
        .clone();
    assert_eq!(stranger.send(&form.clone().fill("csrf", &csrf)).status, 404);
    assert!(Signed::is_in(&signed.there));
    signed.here.submit(&form).answer.is(200);
    assert!(!Signed::is_in(&signed.there) && Signed::is_in(&signed.here));

    assert!(signed.app_is_in());
    let page = signed.here.open("/settings/security");
    let all = page
        .forms()
        .into_iter()
        .filter(|form| form.action == "/settings/apps")
        .collect::<Vec<_>>();
    assert_eq!(all.len(), 2, "one app, and all of them: {}", page.text());
    signed.here.submit(&all[0]).answer.is(200);
    assert!(!signed.app_is_in());
    assert!(Signed::is_in(&signed.here), "browsers are no apps");
    assert_eq!(signed.here.send(&all[0]).status, 404);
    // All at once.
    let again = Browser::of(&signed.place, &signed.ana);
    let token = signed.place.token("ana", "read");
    let page = signed.here.open("/settings/security");
    let forms = page.forms();
    let press = |action: &str, id: &str| {
        let form = forms.iter().find(|form| {
            form.action == action && form.fields.contains(&("id".to_owned(), id.to_owned()))
        });
        signed.here.submit(form.expect("a button")).answer.is(200);
    };
    press("/settings/browsers", "others");
    press("/settings/apps", "all");
    assert!(!Signed::is_in(&again) && Signed::is_in(&signed.here));
    signed
        .place
        .with_token(&token)
        .get("/api/v1/accounts/verify_credentials")
        .refused(401);
}

fn a_new_password_ends_all_that_was_signed_in(stage: &Stage) {
    let signed = Signed::new(*stage);
    let page = signed.here.open("/settings/security");
    let form = page.form_to("/settings/password");
    for (current, new) in [("wrong horse battery", OTHER), (PASSWORD, "short")] {
        let refused = signed
            .here
            .submit(&form.clone().fill("current", current).fill("password", new));
        refused.answer.is(422);
    }
    assert!(signed.app_is_in() && Signed::is_in(&signed.there));
    // By the page: the browser in which it was done goes on, under another cookie.
    let before = signed.here.cookie("balai");
    let page = signed
        .here
        .submit(&form.fill("current", PASSWORD).fill("password", OTHER));
    assert!(page.path.starts_with("/settings/security"), "{}", page.path);
    assert_ne!(signed.here.cookie("balai"), before);
    assert!(!signed.app_is_in() && !Signed::is_in(&signed.there) && Signed::is_in(&signed.here));
    assert_eq!(signed.rows(), (0, 1));
    let mail = signed.place.next_mails().remove(0);
    assert!(mail.contains("Subject: Your password"), "{mail}");
    assert!(!mail.contains(OTHER));
    // By the command line, which calls the same use case.
    let ctx = signed.place.ctx();
    let account = signed.ana.id.parse().expect("an id");
    runtime()
        .block_on(credentials::set_password(
            &ctx,
            account,
            Secret(PASSWORD.to_owned()),
        ))
        .expect("a password");
    assert!(!Signed::is_in(&signed.here));
    assert_eq!(signed.rows(), (0, 0));
    Browser::of(&signed.place, &signed.ana);
}

fn forgot(place: &Instance, name: &str) -> String {
    let browser = Browser::new(place);
    let page = browser.open("/forgot");
    let page = browser.submit(&page.form_to("/forgot").fill("name", name));
    page.answer.is(200);
    page.text()
}

fn a_forgotten_password_is_replaced_by_a_link_that_works_once(stage: &Stage) {
    let clock = Arc::new(AtomicI64::new(now().0));
    let time = Arc::clone(&clock);
    let place = stage.instance_at(
        Arc::new(move || Millis(time.load(Ordering::SeqCst))),
        |_| {},
    );
    let ana = place.person("ana");
    let signed = Browser::of(&place, &ana);
    forgot(&place, "ANA@mail.example");
    let first = link_in(&place.next_mails()[0], &place, "/reset?token=");
    forgot(&place, "ana");
    let link = link_in(&place.next_mails()[0], &place, "/reset?token=");
    assert_ne!(link, first);
    let token = link.rsplit('=').next().expect("a token");
    assert_eq!(token.len(), 43, "256 bits");
    let browser = Browser::new(&place);
    assert_eq!(
        browser.open(&first).answer.status,
        404,
        "a newer one was sent"
    );
    // An hour later it is over.
    clock.fetch_add(Millis::HOUR + 1, Ordering::SeqCst);
    assert_eq!(browser.open(&link).answer.status, 404);
    forgot(&place, "ana");
    let link = link_in(&place.next_mails()[0], &place, "/reset?token=");
    let page = browser.open(&link);
    let form = page.form_to("/reset");
    browser
        .submit(&form.clone().fill("password", "short"))
        .answer
        .is(422);
    browser
        .submit(&form.clone().fill("password", OTHER))
        .answer
        .is(200);
    assert_eq!(
        browser.send(&form.fill("password", PASSWORD)).status,
        404,
        "once"
    );
    assert!(!Signed::is_in(&signed));
    ana.get("/api/v1/accounts/verify_credentials").refused(401);
    let form = browser.open("/login").form_to("/login").fill("name", "ana");
    browser
        .submit(&form.clone().fill("password", PASSWORD))
        .answer
        .is(422);
    assert_eq!(browser.send(&form.fill("password", OTHER)).status, 303);
    // A link that was sent before the password or the address changed is over.
    forgot(&place, "ana");
    let mails = eventually("the link among the letters", || {
        let mails = place.mails();
        mails
            .iter()
            .any(|mail| mail.contains("/reset"))
            .then_some(mails)
    });
    let mail = mails
        .iter()
        .find(|mail| mail.contains("/reset"))
        .expect("a link");
    let late = link_in(mail, &place, "/reset?token=");
    let page = browser.open("/settings/security");
    browser.submit(
        &page
            .form_to("/settings/password")
            .fill("current", OTHER)
            .fill("password", PASSWORD),
    );
    assert_eq!(Browser::new(&place).open(&late).answer.status, 404);
}

fn a_new_address_counts_once_it_is_confirmed(stage: &Stage) {
    let signed = Signed::new(*stage);
    signed.place.person("ben");
    let page = signed.here.open("/settings/security");
    let form = page.form_to("/settings/email").fill("current", PASSWORD);
    for (email, status) in [
        ("ben@mail.example", 422),
        ("a@x.example,b@y.example", 422),
        ("ana@new.example\r\nBcc: eve@evil.example", 422),
        ("Ana+hall@New.example", 200),
    ] {
        signed
            .here
            .submit(&form.clone().fill("email", email))
            .answer
            .is(status);
    }
    let mails = signed.place.next_mails();
    assert!(
        mails[0].contains("To: Ana+hall@new.example"),
        "{}",
        mails[0]
    );
    let page = signed.here.open("/settings/security");
    assert!(
        page.text().contains("ana@mail.example") && page.text().contains("Ana+hall@new.example")
    );
    assert!(signed.app_is_in(), "nothing has changed yet");
    // A link for a new password that waits is over as soon as the address changes.
    forgot(&signed.place, "ana");
    let reset = link_in(
        &signed.place.next_mails()[0],
        &signed.place,
        "/reset?token=",
    );
    let other = Browser::new(&signed.place);
    let confirm = other.open(&link_in(&mails[0], &signed.place, "/confirm?token="));
    other.submit(&confirm.form_to("/confirm")).answer.is(200);
    assert!(!signed.app_is_in() && !Signed::is_in(&signed.here) && !Signed::is_in(&signed.there));
    assert_eq!(signed.rows(), (0, 0));
    assert_eq!(other.open(&reset).answer.status, 404);
    let told = signed.place.next_mails().remove(0);
    assert!(
        told.contains("To: ana@mail.example"),
        "the address before is told: {told}"
    );
    let form = other
        .open("/login")
        .form_to("/login")
        .fill("password", PASSWORD);
    other
        .submit(&form.clone().fill("name", "ana@mail.example"))
        .answer
        .is(422);
    assert_eq!(
        other
            .send(&form.fill("name", "ana+hall@new.example"))
            .status,
        303
    );
}

fn who_asks_for_a_link_learns_nothing(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let ben = place.person("ben");
    database::users::set_disabled(
        &mut place.conn(),
        ben.id.parse().expect("an id"),
        Some(now()),
    )
    .expect("disabled");
    let said: Vec<String> = [
        "ana",
        &ana.email(),
        "nobody",
        "nobody@mail.example",
        "ben",
        "*)(uid=*))(|(uid=*",
        "admin\u{0}",
        "\u{430}na",
        "ana@mail.example\r\nBcc: eve@evil.example",
        &"long".repeat(500),
        "",
    ]
    .iter()
    .map(|name| forgot(&place, name))
    .collect();
    assert!(said.iter().all(|text| *text == said[0]), "{said:?}");
    let mails = eventually("ana is written to", || {
        let mails = place.mails();
        (!mails.is_empty()).then_some(mails)
    });
    place.settle_inside();
    let mails: Vec<String> = mails.into_iter().chain(place.mails()).collect();
    assert!(
        mails
            .iter()
            .all(|mail| mail.contains("To: ana@mail.example")),
        "{mails:?}"
    );
    assert!(mails.iter().all(|mail| !mail.contains("\nBcc")));
    // A host that the request makes up stands in no link.
    let browser = Browser::new(&place);
    let form = browser
        .open("/forgot")
        .form_to("/forgot")
        .fill("name", "ana");
    browser
        .send_with(
            &form,
            &[
                ("x-forwarded-host", "evil.example"),
                ("forwarded", "host=evil.example"),
            ],
        )
        .is(200);
    let mail = place.next_mails().remove(0);
    assert!(!mail.contains("evil.example"), "{mail}");
    // Signing in says as little.
    let wrong = |name: &str| {
        let browser = Browser::new(&place);
        let form = browser.open("/login").form_to("/login");
        let page = browser.submit(
            &form
                .fill("name", name)
                .fill("password", "wrong horse battery"),
        );
        page.answer.is(422);
        page.text()
    };
    let said: Vec<String> = ["ana", "nobody", "ben", "ANA ", "\u{430}na", "a@x,b@y"]
        .iter()
        .map(|name| wrong(name))
        .collect();
    assert!(said.iter().all(|text| *text == said[0]), "{said:?}");
}
