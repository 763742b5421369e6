//! Names and addresses of letters as nobody writes them, and what a stranger can find out with them
//! (threats, rows 100 and 102).

use http::Method;
use serde_json::json;

use crate::api::sign_up::{app, sign_up_as};
use crate::harness::{
    Browser, Client, Instance, PASSWORD, Stage, account_id, now, on_both_engines,
};

on_both_engines![
    one_name_is_one_person,
    a_stranger_learns_nothing_at_the_door,
    of_an_address_nobody_learns_anything,
];

/// Names with which nobody signs in, although they look like somebody's.
const NOT_ANA: &[&str] = &[
    "*)(uid=*))(|(uid=*",
    "ana\0",
    "\0",
    "\u{430}na",
    "a\u{301}na",
    "ａna",
    "an\u{200b}a",
    "ana@evil.example",
    "ana@mail.example,eve@mail.example",
    "ana@mail.example\r\nBcc: eve@evil.example",
    "\"ana\"@mail.example",
    "an%",
    "___",
    "' OR '1'='1",
    "",
];

fn one_name_is_one_person(stage: &Stage) {
    let place = stage.instance();
    place.person("ana");
    let sign_in = |name: &str| {
        let browser = Browser::new(&place);
        let form = browser.open("/login").form_to("/login");
        browser
            .send(&form.fill("name", name).fill("password", PASSWORD))
            .status
    };
    for name in [
        "ana",
        "ANA",
        " ana ",
        "Ana@Mail.Example",
        "ana@mail.example ",
    ] {
        assert_eq!(sign_in(name), 303, "{name:?}");
    }
    for name in NOT_ANA.iter().copied().chain([&*"ana".repeat(200)]) {
        let status = sign_in(name);
        assert!(matches!(status, 400 | 422), "{name:?}: {status}");
    }
    // Nor does anyone get a name that is somebody's with other letters.
    place.set("registrations", "open");
    let app = app(&place, "read write");
    let before = place.row_counts()["users"];
    for name in ["ANA", "Ana ", "аna", "ana\u{200b}", "a.na", "ana\0"] {
        let answer = sign_up_as(&app, &[("username", json!(name))]);
        assert_eq!(answer.status, 422, "{name:?}: {}", answer.text());
    }
    for email in [
        "ANA@mail.example",
        "ana@MAIL.example",
        "a\"b@x.example",
        "a@x.example,b@y.example",
        "a@x.example\nBcc: b@y.example",
        "a b@x.example",
        "<a@x.example>",
        "a@x.example>",
    ] {
        let answer = sign_up_as(&app, &[("email", json!(email))]);
        assert_eq!(answer.status, 422, "{email:?}: {}", answer.text());
    }
    assert_eq!(place.row_counts()["users"], before);
    let letters = place.mails();
    assert!(letters.is_empty(), "{letters:?}");
}

/// People in every state that a stranger could want to know of; all have the same password.
fn crowd(place: &Instance) -> Vec<&'static str> {
    for name in ["ana", "dia", "sua", "pia"] {
        place.person(name);
    }
    let mut conn = place.conn();
    let id = |name: &str| {
        let handle = place
            .visitor()
            .get(&format!("/api/v1/accounts/lookup?acct={name}"));
        account_id(handle.ok()["id"].as_str().expect("an id"))
    };
    let (dia, sua, pia) = (id("dia"), id("sua"), id("pia"));
    database::users::set_disabled(&mut conn, dia, Some(now())).expect("disabled");
    database::accounts::set_suspended(&mut conn, sua, Some(now())).expect("suspended");
    database::users::set_approved(&mut conn, pia, None).expect("pending");
    vec!["ana", "dia", "sua", "pia", "nobody"]
}

fn a_stranger_learns_nothing_at_the_door(stage: &Stage) {
    let place = stage.instance();
    let people = crowd(&place);
    // With a wrong password each is told the same, on the page and to an app.
    let page = |name: &str| {
        let browser = Browser::new(&place);
        let form = browser.open("/login").form_to("/login");
        let answer = browser.send(
            &form
                .fill("name", name)
                .fill("password", "wrong horse battery"),
        );
        let word = browser.cookie("balai-form");
        (
            answer.status,
            answer.text().replace(name, "NAME").replace(&word, "WORD"),
        )
    };
    place.set("password_grant", "on");
    let app = place.visitor().post(
        "/api/v1/apps",
        &json!({"client_name": "Story", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"}),
    );
    let app = app.ok();
    let grant = |name: &str| {
        let text = |field: &str| app[field].as_str().expect("text").to_owned();
        let answer = place.visitor().form(
            "/oauth/token",
            &[
                ("grant_type", "password"),
                ("client_id", &text("client_id")),
                ("client_secret", &text("client_secret")),
                ("username", name),
                ("password", "wrong horse battery"),
            ],
        );
        answer.face(name)
    };
    let (first_page, first_grant) = (page("ana"), grant("ana"));
    assert_eq!((first_page.0, first_grant.0), (422, 400));
    for name in people {
        for name in [name.to_owned(), format!("{name}@mail.example")] {
            assert_eq!(page(&name), first_page, "the page for {name}");
            assert_eq!(grant(&name), first_grant, "the grant for {name}");
        }
    }
}

/// Who is not there is answered like who never was.
fn of_an_address_nobody_learns_anything(stage: &Stage) {
    let place = stage.instance();
    let people = crowd(&place);
    let visitor: Client = place.visitor();
    let finger = |name: &str| {
        let path = format!(
            "/.well-known/webfinger?resource=acct:{name}@{}",
            place.domain()
        );
        visitor.get(&path).status
    };
    assert_eq!(finger("ana"), 200);
    assert_eq!(finger("nobody"), 404);
    // An invitation that never was, is used up or is closed: one answer.
    let pages: Vec<(u16, String)> = ["made-up", "other", "ana"]
        .iter()
        .map(|code| {
            let answer = Browser::new(&place).ask(Method::GET, &format!("/invite/{code}"), None);
            (answer.status, answer.text().replace(code, "CODE"))
        })
        .collect();
    assert!(pages.iter().all(|page| page.0 == pages[0].0), "{pages:?}");
    // The letter for a forgotten password: told by api/sessions.rs; here that all of them hear the same.
    let said: Vec<String> = people
        .iter()
        .map(|name| {
            let browser = Browser::new(&place);
            let form = browser.open("/forgot").form_to("/forgot");
            browser.submit(&form.fill("name", name)).text()
        })
        .collect();
    assert!(said.iter().all(|text| *text == said[0]), "{said:?}");
}
