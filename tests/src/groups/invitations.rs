//! Invitations: links into a group, people who are asked by name here and elsewhere, and who abuses them.

use http::Method;
use model::GroupKind;
use serde_json::json;

use crate::harness::{
    Browser, Group, Instance, PASSWORD, Page, Person, Stage, TwoPlaces, World, account_id,
    eventually, now, on_both_engines,
};

on_both_engines![
    a_link_shows_a_private_group_and_lets_in_at_once,
    a_visitor_signs_up_and_comes_back_to_the_link,
    what_is_over_forged_or_not_yours_lets_nobody_in,
    members_invite_where_the_group_says_so,
    ben_is_asked_by_name_and_answers_on_his_page,
    dan_is_asked_on_another_server_and_follows,
];

/// Ana's private group, with a rule.
fn hall(place: &Instance, ana: &Person) -> Group {
    let group = place.group("hall", "The hall", ana, GroupKind::Private);
    let group_api = format!("/api/v1/groups/{}", group.id);
    ana.put(
        &group_api,
        &json!({"note": "For neighbours of the old oak."}),
    )
    .ok();
    let browser = Browser::of(place, ana);
    let page = browser.open("/@hall/settings");
    let form = page
        .form_with("rule_text", Some(""))
        .fill("rule_text", "Be gentle");
    browser.submit(&form.press("do", "rules"));
    group
}

/// The path of a new link for so many people.
fn link(browser: &Browser, uses: &str) -> String {
    let page = browser.open("/@hall/invites");
    let form = page.form_with("uses", None).fill("uses", uses);
    newest(&browser.submit(&form.press("do", "make")))
}

/// The path of the first link on the page.
fn newest(page: &Page) -> String {
    let at = page.source.find("/@hall/invite/").expect("a link");
    let rest = page.source.split_at(at).1;
    rest.split('"').next().expect("its end").to_owned()
}

fn is_member(who: &Person, group: &Group) -> bool {
    let path = format!("/api/v1/groups/relationships?id[]={}", group.id);
    who.get(&path).ok()[0]["member"] == true
}

/// Presses the button of the link's page; the status of the answer.
fn press(browser: &Browser, path: &str) -> u16 {
    let form = browser.open(path).form_with("do", Some("accept"));
    browser.send(&form.press("do", "accept")).status
}

fn a_link_shows_a_private_group_and_lets_in_at_once(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    let group = hall(&place, &ana);
    let secret = ana.post(
        "/api/v1/statuses",
        &json!({"status": "the key is under the mat", "group_id": group.id}),
    );
    secret.ok();
    let anas = Browser::of(&place, &ana);
    let path = link(&anas, "5");
    let bens = Browser::of(&place, &ben);
    let page = bens.open(&path);
    let text = page.text();
    assert!(
        text.contains("The hall") && text.contains("old oak") && text.contains("Be gentle"),
        "{text}"
    );
    assert!(
        !text.contains("under the mat") && !text.contains("@ana"),
        "{text}"
    );
    assert!(!is_member(&ben, &group), "a look is no yes");
    let page = bens.submit(&page.form_with("do", Some("accept")).press("do", "accept"));
    assert_eq!(page.path, "/@hall");
    assert!(is_member(&ben, &group));
    assert!(page.text().contains("under the mat"), "{}", page.text());
    // The log tells the moderators who came by which link.
    let log = anas.open("/@hall/log").text();
    assert!(
        log.contains("Someone came by an invitation") && log.contains("A link into the group"),
        "{log}"
    );
    assert!(log.contains("@ben") || log.contains("ben"), "{log}");
    let list = anas.open("/@hall/invites").text();
    assert!(list.contains("used: 1 / 5"), "{list}");
}

fn a_visitor_signs_up_and_comes_back_to_the_link(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let group = hall(&place, &ana);
    let path = link(&Browser::of(&place, &ana), "5");
    let visitor = Browser::new(&place);
    // Where accounts are made by invitation to the place, this one makes none.
    place.set("registrations", "invite");
    let page = visitor.open(&path);
    assert!(page.text().contains("old oak") && page.text().contains("You need an account"));
    let code = path.rsplit('/').next().expect("a code");
    visitor.open(&format!("/join?invite={code}")).answer.is(403);
    place.set("registrations", "open");
    let page = visitor.open(&path);
    assert!(
        page.forms()
            .iter()
            .all(|form| !form.action.contains("/invite/"))
    );
    let join = page
        .source
        .split("href=\"")
        .filter_map(|part| part.split('"').next())
        .find(|href| href.starts_with("/join?return_to="))
        .expect("a way to sign up")
        .to_owned();
    let form = visitor.open(&join).form_to("/join");
    let form = form
        .fill("name", "eko")
        .fill("email", "eko@mail.example")
        .fill("password", PASSWORD)
        .fill("agreement", "1");
    let page = visitor.submit(&form);
    assert_eq!(page.path, path, "{}", page.text());
    visitor.submit(&page.form_with("do", Some("accept")).press("do", "accept"));
    let found = ana.items(&format!("/api/v1/groups/{}/memberships", group.id));
    assert_eq!(found.len(), 2, "{found:?}");
    // Nobody is led to another server by it.
    let other = Browser::new(&place);
    let form = other
        .open("/join?return_to=//evil.example")
        .form_to("/join");
    let form = form
        .fill("return_to", "//evil.example")
        .fill("name", "fay")
        .fill("email", "fay@mail.example")
        .fill("password", PASSWORD)
        .fill("agreement", "1");
    assert_eq!(other.send(&form).header("location"), Some("/home"));
}

fn what_is_over_forged_or_not_yours_lets_nobody_in(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben, chi] = ["ana", "ben", "chi"].map(|name| place.person(name));
    let group = hall(&place, &ana);
    let (anas, bens, chis) = (
        Browser::of(&place, &ana),
        Browser::of(&place, &ben),
        Browser::of(&place, &chi),
    );
    let once = link(&anas, "1");
    let (kept_ben, kept_chi) = (
        bens.open(&once).form_with("do", Some("accept")),
        chis.open(&once).form_with("do", Some("accept")),
    );
    assert_eq!(bens.send(&kept_ben).status, 303);
    // The form was open before the last place was gone.
    assert_eq!(chis.send(&kept_chi).status, 404);
    let status = |browser: &Browser, path: &str| browser.ask(Method::GET, path, None).status;
    assert_eq!(status(&chis, &once), 404);
    for forged in [
        "0".repeat(32),
        "x".to_owned(),
        "%00".to_owned(),
        "%C3%A9".repeat(70),
    ] {
        assert_eq!(status(&chis, &format!("/@hall/invite/{forged}")), 404);
    }
    // Ben is a member and no moderator: for him there is no such page, and no such act.
    assert_eq!(status(&bens, "/@hall/invites"), 404);
    let form = anas.open("/@hall/invites").form_with("uses", None);
    let csrf = bens.open("/@hall").form_to("/unfollow");
    let word = csrf
        .fields
        .iter()
        .find(|field| field.0 == "csrf")
        .expect("a word");
    let his = form.fill("csrf", &word.1).press("do", "make");
    assert_eq!(bens.send(&his).status, 403);
    let asks = his.fill("who", "@chi").press("do", "invite");
    assert_eq!(bens.send(&asks).status, 403);
    // Without the word of the page nothing happens.
    let forged = anas.open("/@hall/invites").form_with("uses", None);
    let forged = forged.fill("csrf", "0").press("do", "make");
    assert!(matches!(anas.send(&forged).status, 400 | 403 | 422));

    let many = link(&anas, "");
    let open = chis.open(&many).form_with("do", Some("accept"));
    let page = anas.open("/@hall/invites");
    anas.submit(&page.form_with("id", None).press("do", "close"));
    assert_eq!(chis.send(&open).status, 404, "taken back");

    let group_api = format!("/api/v1/groups/{}", group.id);
    let many = link(&anas, "");
    let body = json!({"account_ids": [chi.id]});
    ana.post(&format!("{group_api}/blocks"), &body).ok();
    assert!(chis.open(&many).text().contains("excluded you"));
    assert_eq!(chis.send(&open.fill("do", "accept")).status, 404);
    let mut forced = chis.open("/settings/profile").form_with("csrf", None);
    forced.action.clone_from(&many);
    assert_eq!(chis.send(&forced).status, 403, "banned");
    assert!(!is_member(&chi, &group));

    // The staff stops the group: nobody comes in any more.
    let mut conn = place.conn();
    let id = account_id(&group.id);
    let row = database::groups::find(&mut conn, id).expect("the database");
    let row = row.expect("a group");
    let frozen = database::groups::Group {
        frozen_at: Some(now()),
        ..row
    };
    database::groups::update(&mut conn, &frozen).expect("frozen");
    assert_eq!(status(&chis, &many), 404);
    let page = anas.open("/@hall/invites").form_with("uses", None);
    assert_eq!(anas.send(&page.press("do", "make")).status, 403);
}

fn members_invite_where_the_group_says_so(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben, chi] = ["ana", "ben", "chi"].map(|name| place.person(name));
    let group = hall(&place, &ana);
    let anas = Browser::of(&place, &ana);
    let bens = Browser::of(&place, &ben);
    press(&bens, &link(&anas, "1"));
    assert!(!bens.open("/@hall").source.contains("/@hall/invites"));
    let page = anas.open("/@hall/settings");
    let form = page
        .form_with("slow_mode", None)
        .fill("members_invite", "1");
    anas.submit(&form.press("do", "options"));
    let page = bens.open("/@hall");
    assert!(page.source.contains("/@hall/invites"));
    let his = link(&bens, "5");
    let list = bens.open("/@hall/invites");
    assert!(
        !list.source.contains("name=\"who\""),
        "by name ask moderators"
    );
    let chis = Browser::of(&place, &chi);
    assert_eq!(press(&chis, &his), 303);
    assert!(is_member(&chi, &group));
    let text = anas.open("/@hall/invites").text();
    assert!(text.contains("@ben"), "moderators see whose it is: {text}");
    // He leaves, and his links with him.
    ben.towards(&group.id, "unfollow").ok();
    let answer = chis.ask(Method::GET, &his, None);
    assert_eq!(answer.status, 404);
}

fn ben_is_asked_by_name_and_answers_on_his_page(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben, chi] = ["ana", "ben", "chi"].map(|name| place.person(name));
    let group = hall(&place, &ana);
    let anas = Browser::of(&place, &ana);
    let ask = |name: &str| {
        let page = anas.open("/@hall/invites");
        let form = page.form_with("words", None).fill("who", name);
        let form = form.fill("words", "bring your spade");
        anas.submit(&form.press("do", "invite"))
    };
    // A letter of a group that he does not know: else it waits among the requests.
    ben.hears_strangers();
    ask("@nobody").answer.is(422);
    ask("@ben").answer.is(200);
    ask("@chi").answer.is(200);
    let told = eventually("ben is told", || ben.notified_of("mention").pop());
    let words = told["status"]["content"].to_string();
    assert!(
        words.contains("spade") && words.contains("/@hall/invitation"),
        "{words}"
    );
    assert_eq!(told["account"]["acct"], "hall");
    assert_eq!(told["status"]["visibility"], "direct");
    let bens = Browser::of(&place, &ben);
    let page = bens.open("/@hall/invitation");
    assert!(page.text().contains("Be gentle"), "{}", page.text());
    bens.submit(&page.form_with("do", Some("accept")).press("do", "accept"));
    assert!(is_member(&ben, &group));
    bens.open("/@hall/invitation").answer.is(404);

    let chis = Browser::of(&place, &chi);
    let form = chis
        .open("/@hall/invitation")
        .form_with("do", Some("decline"));
    chis.submit(&form.press("do", "decline"));
    assert!(!is_member(&chi, &group));
    let page = ask("@chi");
    page.answer.is(422);
    assert!(
        page.text().contains("cannot be invited now"),
        "{}",
        page.text()
    );
    // Who was not asked is told what a page says that never was.
    Browser::of(&place, &place.person("eve"))
        .open("/@hall/invitation")
        .answer
        .is(404);
    let log = anas.open("/@hall/log").text();
    assert!(
        log.contains("Someone was invited") && !log.contains("declined"),
        "{log}"
    );
}

fn dan_is_asked_on_another_server_and_follows(stage: &Stage) {
    let places = TwoPlaces::new(*stage);
    let World { place, ana, .. } = &places.first;
    let circle = place.group("circle", "The circle", ana, GroupKind::Approved);
    let anas = Browser::of(place, ana);
    places.dan.hears_strangers();
    let page = anas.open("/@circle/invites");
    let form = page
        .form_with("words", None)
        .fill("who", &format!("@dan@{}", places.second.domain()));
    anas.submit(&form.press("do", "invite")).answer.is(200);
    // His app shows a private message that names him and says what to do.
    let told = eventually("dan is written to", || {
        places.dan.notified_of("mention").pop()
    });
    let words = told["status"]["content"].to_string();
    assert!(words.contains("member at once"), "{words}");
    assert_eq!(told["status"]["visibility"], "direct");
    let there = told["account"]["id"]
        .as_str()
        .expect("the circle")
        .to_owned();
    places.dan.towards(&there, "follow").ok();
    eventually("the circle lets him in without asking anyone", || {
        (places.dan.relationship(&there)["following"] == true).then_some(())
    });
    let queue = format!("/api/v1/groups/{}/membership_requests", circle.id);
    assert!(ana.items(&queue).is_empty());
    let shown = ana.items(&format!("/api/v1/groups/{}/memberships", circle.id));
    assert_eq!(shown.len(), 2, "{shown:?}");
}
