//! Somebody reports what was said in a group: it reaches those who run the group, one of them answers, and
//! nobody else learns who reported (threats, row 127).

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use http::Method;
use model::{GroupKind, Millis, ServerRole};
use serde_json::{Value, json};

use super::discovery::as_group;
use crate::api::admin_accounts::staff;
use crate::harness::{
    Answer, Browser, Client, Instance, Page, Peer, Stage, TwoPlaces, World, account_id, eventually,
    id_of, now, on_both_engines, runtime, text_of,
};

on_both_engines![
    a_report_reaches_those_who_run_the_group_and_nobody_else,
    one_moderator_takes_it_up,
    it_is_answered_where_it_is_read,
    two_who_take_it_up_at_once_are_one,
    a_report_comes_with_what_was_before,
    the_staff_hears_where_it_is_its_business,
    what_nobody_answers_comes_to_the_staff,
    who_reported_is_told_to_nobody_else,
    a_moderator_sees_nothing_about_himself,
    other_servers_report_what_stands_in_a_group,
    answers_are_kept_by_the_group,
    a_form_reports_and_tells_what_became_of_it,
];

/// Reports a post of somebody.
fn report(who: &Client, whom: &str, post: &Value, more: &Value) -> Value {
    let mut body = json!({"account_id": whom, "status_ids": [id_of(post)], "comment": "rude"});
    for (key, value) in more.as_object().into_iter().flatten() {
        body[key] = value.clone();
    }
    who.post("/api/v1/reports", &body).ok()
}

fn path(group: &str, report: &Value) -> String {
    format!("/@{group}/reports/{}", id_of(report))
}

fn acts(place: &Instance, group: &str) -> Vec<database::moderation_actions::ModerationAction> {
    let page = model::Page::first(100);
    database::moderation_actions::page(&mut place.conn(), account_id(group), &page).expect("a log")
}

fn letters(reader: &Client) -> Vec<String> {
    let found = reader.items("/api/v1/conversations");
    let text = |one: &Value| text_of(one["last_status"]["content"].as_str().unwrap_or_default());
    found.iter().map(text).collect()
}

fn a_report_reaches_those_who_run_the_group_and_nobody_else(stage: &Stage) {
    let world = World::new(*stage);
    let place = &world.place;
    let rini = staff(place, "rini", ServerRole::Moderator);
    let (dewi, eve) = (place.person("dewi"), place.person("eve"));
    let chis = as_group(place, &world.chi, &world.garden);
    let thread = world.ben.publish("@garden rude words");
    let made = report(&dewi, &world.ben.id, &thread, &json!({}));
    for moderator in [&world.ana.app, &world.chi.app, &chis] {
        let told = eventually("the moderators are told", || {
            moderator.notified_of("admin.report").pop()
        });
        assert_eq!(told["report"]["id"], made["id"]);
        assert_eq!(
            told["report"]["target_account"]["id"],
            world.ben.id.as_str()
        );
    }
    // A moderator who is signed in as himself reads in any app where it is answered, and no name.
    for moderator in [&world.ana, &world.chi] {
        let letter = eventually("a letter comes", || letters(moderator).pop());
        assert!(letter.contains("A report is waiting"), "{letter}");
        assert!(letter.contains("/@garden/reports"), "{letter}");
        for name in ["dewi", "ben"] {
            assert!(!letter.contains(name), "{letter}");
        }
    }
    // An app that is signed in as the group has it among its reports, with what everyone sees of both and no more.
    let listed = chis.items("/api/v1/admin/reports");
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["account"]["username"], "dewi");
    assert_eq!(listed[0]["target_account"]["email"], "");
    assert_eq!(listed[0]["statuses"][0]["id"], thread["id"]);
    assert!(!listed[0].to_string().contains("mail.example"));
    let one = format!("/api/v1/admin/reports/{}", id_of(&made));
    assert_eq!(chis.get(&one).ok()["id"], made["id"]);

    // It is the group's business: the staff of the place has nothing of it, and neither has anyone else.
    place.settle_inside();
    assert!(rini.notified_of("admin.report").is_empty());
    assert!(rini.items("/api/v1/admin/reports").is_empty());
    rini.get(&one).refused(404);
    rini.press(&format!("{one}/resolve")).refused(404);
    let orchard = place.group("orchard", "The orchard", &eve, GroupKind::Open);
    let eves = as_group(place, &eve, &orchard);
    assert!(eves.items("/api/v1/admin/reports").is_empty());
    eves.get(&one).refused(404);
    eves.press(&format!("{one}/assign_to_self")).refused(404);
    for other in [&world.ben, &eve, &dewi] {
        other.get("/api/v1/admin/reports").refused(403);
        assert!(other.notified_of("admin.report").is_empty());
        let browser = Browser::of(place, other);
        for path in ["/@garden/reports".to_owned(), path("garden", &made)] {
            assert_eq!(browser.open(&path).answer.status, 404, "{}", other.name);
        }
    }
    let through_another = Browser::of(place, &eve).open(&path("orchard", &made));
    assert_eq!(through_another.answer.status, 404);
    let visitor = Browser::new(place);
    let sent = visitor.ask(Method::GET, "/@garden/reports", None);
    assert_eq!(sent.status, 303, "first sign in");
    // One letter tells of all that came in this hour; who moderates no more has nothing.
    report(&dewi, &world.ben.id, &thread, &json!({}));
    place.settle_inside();
    assert_eq!(letters(&world.ana).len(), 1);
    world.demote();
    let answer = chis.get("/api/v1/admin/reports");
    assert!(matches!(answer.status, 401 | 403), "{}", answer.text());
    assert!(world.chi.notified_of("admin.report").is_empty());
}

fn submit(browser: &Browser, path: &str, verb: &str, fields: &[(&str, &str)]) -> Page {
    let page = browser.open(path);
    let csrf = page.form_to("/logout").fields[0].1.clone();
    let mut form = crate::harness::Form {
        action: path.to_owned(),
        posts: true,
        ..crate::harness::Form::default()
    }
    .fill("csrf", &csrf)
    .press("do", verb);
    for (name, value) in fields {
        form = form.fill(name, value);
    }
    browser.submit(&form)
}

/// Ben sold something in the garden, and dewi reported it.
fn sold(stage: &Stage) -> (World, crate::harness::Person, Value, Value) {
    let world = World::new(*stage);
    let dewi = world.place.person("dewi");
    let thread = world.ben.publish("@garden buy my shoes");
    let rule = json!({"group_rule": "No <b>selling</b>"});
    let made = report(&dewi, &world.ben.id, &thread, &rule);
    (world, dewi, thread, made)
}

fn one_moderator_takes_it_up(stage: &Stage) {
    let (world, _dewi, _thread, made) = sold(stage);
    let place = &world.place;
    let at = path("garden", &made);
    let (anas, chis) = (
        Browser::of(place, &world.ana),
        Browser::of(place, &world.chi),
    );
    let queue = chis.open("/@garden/queue");
    assert!(
        queue.text().contains("1 report is waiting"),
        "{}",
        queue.text()
    );
    let list = chis.open("/@garden/reports");
    assert!(list.text().contains("buy my shoes") && list.text().contains("No <b>selling</b>"));
    assert!(!list.source.contains("<b>selling"));
    let taken = submit(&chis, &at, "claim", &[]);
    assert!(taken.text().contains("It is yours"), "{}", taken.text());

    // The other one sees who works on it, and cannot come between.
    assert!(
        anas.open("/@garden/reports")
            .text()
            .contains("chi is working on it")
    );
    for verb in ["claim", "resolve", "dismiss", "hand", "release"] {
        let page = submit(&anas, &at, verb, &[("answer", "no")]);
        assert_eq!(page.answer.status, 422, "{verb}");
        assert!(page.text().contains("chi is working on it"), "{verb}");
    }
    let as_ana = as_group(place, &world.ana, &world.garden);
    let one = format!("/api/v1/admin/reports/{}", id_of(&made));
    assert_eq!(as_ana.get(&one).ok()["assigned_account"]["username"], "chi");
    as_ana.press(&format!("{one}/resolve")).refused(422);
}

fn it_is_answered_where_it_is_read(stage: &Stage) {
    let (world, dewi, thread, made) = sold(stage);
    let place = &world.place;
    let at = path("garden", &made);
    let [anas, chis] = [&world.ana, &world.chi].map(|who| Browser::of(place, who));
    let as_ana = as_group(place, &world.ana, &world.garden);
    let one = format!("/api/v1/admin/reports/{}", id_of(&made));
    submit(&chis, &at, "claim", &[]);
    // Something is done about it, in the same place; then the answer, by one that is ready.
    let page = submit(
        &chis,
        &at,
        "remove",
        &[("status", &id_of(&thread)), ("reason", "selling")],
    );
    assert!(
        page.text().contains("removed from the group"),
        "{}",
        page.text()
    );
    assert!(
        page.text().contains("buy my shoes"),
        "it is still seen with the report"
    );
    let gone = Browser::new(place).open("/@garden");
    assert!(!gone.text().contains("buy my shoes"));
    submit(&chis, &at, "resolve", &[("canned", "removed")]);
    let answered = anas.open(&at);
    assert!(
        answered.text().contains("took it out of the group"),
        "{}",
        answered.text()
    );
    assert!(
        anas.open("/@garden/reports")
            .text()
            .contains("There is no report here")
    );
    assert!(
        anas.open("/@garden/reports?answered=1")
            .text()
            .contains("Something was done")
    );
    assert_eq!(as_ana.items("/api/v1/admin/reports").len(), 0);
    assert_eq!(as_ana.items("/api/v1/admin/reports?resolved=true").len(), 1);
    assert_eq!(
        submit(&chis, &at, "dismiss", &[]).answer.status,
        422,
        "once"
    );

    // Who reported reads the answer, and not who gave it.
    let own = Browser::of(place, &dewi).open("/settings/reports");
    assert!(
        own.text().contains("took it out of the group"),
        "{}",
        own.text()
    );
    assert!(!own.text().contains("chi"));

    // Each step is in the log of the group, and names neither of the two.
    let kinds: Vec<String> = acts(place, &world.garden.id)
        .iter()
        .map(|act| act.kind.clone())
        .collect();
    assert_eq!(
        kinds,
        ["report_resolved", "status_removed", "report_claimed"]
    );
    for act in acts(place, &world.garden.id) {
        assert_eq!(act.human_id, account_id(&world.chi.id));
        if act.kind.starts_with("report_") {
            assert_eq!((act.target_account_id, act.target_status_id), (None, None));
            assert_eq!(act.reason, format!("report {}", id_of(&made)));
        }
    }
    // It can be opened again, and answered otherwise.
    as_ana.press(&format!("{one}/reopen")).ok();
    submit(&anas, &at, "dismiss", &[("answer", "All is well")]);
    let own = Browser::of(place, &dewi).open("/settings/reports");
    assert!(own.text().contains("All is well") && own.text().contains("Nothing was wrong"));
    let long = "x".repeat(1_001);
    as_ana.press(&format!("{one}/reopen")).ok();
    assert_eq!(
        submit(&anas, &at, "resolve", &[("answer", &long)])
            .answer
            .status,
        422
    );
    assert_eq!(
        submit(&anas, &at, "resolve", &[("canned", "no such")])
            .answer
            .status,
        404
    );
    assert_eq!(submit(&anas, &at, "explode", &[]).answer.status, 404);
}

fn two_who_take_it_up_at_once_are_one(stage: &Stage) {
    let world = World::new(*stage);
    let dewi = world.place.person("dewi");
    let both = [&world.ana, &world.chi].map(|who| as_group(&world.place, who, &world.garden));
    for number in 0..4 {
        let thread = world.ben.publish(&format!("@garden number {number}"));
        let made = report(&dewi, &world.ben.id, &thread, &json!({}));
        let claim = format!("/api/v1/admin/reports/{}/assign_to_self", id_of(&made));
        let answers: Vec<Answer> = std::thread::scope(|scope| {
            let sent: Vec<_> = both
                .iter()
                .map(|app| scope.spawn(|| app.press(&claim)))
                .collect();
            sent.into_iter()
                .map(|one| one.join().expect("an answer"))
                .collect()
        });
        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 422]);
        let winner = answers
            .iter()
            .find(|answer| answer.status == 200)
            .expect("one");
        let holder = both[0].get(&claim.replace("/assign_to_self", "")).ok();
        assert_eq!(
            holder["assigned_account"]["id"],
            winner.ok()["assigned_account"]["id"]
        );
    }
    let claims = acts(&world.place, &world.garden.id);
    assert_eq!(claims.len(), 4, "what did not happen is in no log");
}

fn a_report_comes_with_what_was_before(stage: &Stage) {
    let world = World::new(*stage);
    let place = &world.place;
    let dewi = place.person("dewi");
    let chis = Browser::of(place, &world.chi);
    let question = world.ana.publish("@garden who comes on Sunday?");
    let first = world.ben.publish("@garden first rude words");
    let second = world.ben.reply(&id_of(&question), "second rude words");
    let old = report(&dewi, &world.ben.id, &first, &json!({}));
    submit(&chis, &path("garden", &old), "dismiss", &[]);
    let removed = world.ben.publish("@garden third rude words");
    let remove = format!(
        "/api/v1/groups/{}/statuses/{}",
        world.garden.id,
        id_of(&removed)
    );
    world.chi.delete(&remove).ok();
    // What was in another group is the other group's.
    let eko = place.person("eko");
    let orchard = place.group("orchard", "The orchard", &eko, GroupKind::Open);
    world.ben.towards(&orchard.id, "follow").ok();
    let elsewhere = world.ben.publish("@orchard rude there too");
    report(&dewi, &world.ben.id, &elsewhere, &json!({}));
    let both = json!({"status_ids": [id_of(&second), id_of(&elsewhere)]});
    let made = report(&dewi, &world.ben.id, &second, &both);

    let page = chis.open(&path("garden", &made));
    let text = page.text();
    assert!(
        text.contains("who comes on Sunday?"),
        "what it answers: {text}"
    );
    assert!(text.contains("second rude words"));
    assert!(
        text.contains("1 other report about them (1 dismissed)"),
        "{text}"
    );
    assert!(
        text.contains("1 other report by them (1 dismissed)"),
        "{text}"
    );
    assert!(text.contains("A post was taken out"), "{text}");
    assert!(
        !text.contains("rude there too"),
        "of the other group: {text}"
    );
    let theirs = Browser::of(place, &eko)
        .open(&path("orchard", &made))
        .text();
    assert!(theirs.contains("rude there too") && !theirs.contains("second rude words"));
    assert!(
        theirs.contains("1 other report about them (0 dismissed)"),
        "{theirs}"
    );
    assert!(!theirs.contains("A post was taken out"));
}

/// Who has a report: the moderators of the garden, the staff.
fn has(chis: &Client, rini: &Client, made: &Value) -> (bool, bool) {
    let one = format!("/api/v1/admin/reports/{}", id_of(made));
    let [group, staff] = [chis, rini].map(|who| who.get(&one).status == 200);
    (group, staff)
}

fn the_staff_hears_where_it_is_its_business(stage: &Stage) {
    let world = World::new(*stage);
    let place = &world.place;
    place.set("rules", "Be kind");
    let rini = staff(place, "rini", ServerRole::Moderator);
    let dewi = place.person("dewi");
    let (anas, chis) = (
        as_group(place, &world.ana, &world.garden),
        as_group(place, &world.chi, &world.garden),
    );
    let thread = world.ben.publish("@garden words");
    let outside = world.ben.publish("words in no group");
    let of_chi = world.chi.publish("@garden words of a moderator");
    let both = json!({"status_ids": [id_of(&thread), id_of(&outside)]});
    for (what, whom, post, more, expected) in [
        (
            "a rule of the group",
            &world.ben,
            &thread,
            json!({"group_rule": "1"}),
            (true, false),
        ),
        (
            "spam",
            &world.ben,
            &thread,
            json!({"category": "spam"}),
            (true, false),
        ),
        (
            "a rule of the place",
            &world.ben,
            &thread,
            json!({"rule_ids": ["1"]}),
            (true, true),
        ),
        (
            "the law",
            &world.ben,
            &thread,
            json!({"category": "legal"}),
            (true, true),
        ),
        ("posts outside too", &world.ben, &thread, both, (true, true)),
        (
            "posts outside alone",
            &world.ben,
            &outside,
            json!({}),
            (false, true),
        ),
        ("a moderator", &world.chi, &of_chi, json!({}), (false, true)),
    ] {
        let made = report(&dewi, &whom.id, post, &more);
        assert_eq!(has(&anas, &rini, &made), expected, "{what}");
        assert_eq!(has(&chis, &rini, &made), expected, "{what}");
    }
    // The group as a whole is nothing that it decides itself.
    let whole = json!({"account_id": world.garden.id, "comment": "a bad place"});
    let whole = dewi.post("/api/v1/reports", &whole).ok();
    assert_eq!(has(&chis, &rini, &whole), (false, true));
    let through = json!({"account_id": world.garden.id, "status_ids": [id_of(&thread)]});
    let through = dewi.post("/api/v1/reports", &through).ok();
    assert_eq!(has(&chis, &rini, &through), (false, true));
    // Where nobody but the reporter could answer, the staff does.
    world.demote();
    let by_ana = report(&world.ana, &world.ben.id, &thread, &json!({}));
    assert_eq!(has(&anas, &rini, &by_ana), (false, true));
    place.promote(&world.garden, &world.chi);
    let chis = as_group(place, &world.chi, &world.garden);
    let by_ana = report(&world.ana, &world.ben.id, &thread, &json!({}));
    assert_eq!(has(&chis, &rini, &by_ana), (true, false));
    let one = format!("/api/v1/admin/reports/{}", id_of(&by_ana));
    anas.press(&format!("{one}/resolve")).refused(403);

    // What the moderators hand on, the staff has from then on.
    place.settle_inside();
    let told = rini.notified_of("admin.report").len();
    let browser = Browser::of(place, &world.chi);
    submit(
        &browser,
        &path("garden", &by_ana),
        "hand",
        &[("canned", "handed")],
    );
    assert_eq!(has(&chis, &rini, &by_ana), (true, true));
    assert_eq!(rini.notified_of("admin.report").len(), told + 1);
    assert_eq!(acts(place, &world.garden.id)[0].kind, "report_handed_over");
    rini.press(&format!("{one}/resolve")).ok();
}

fn what_nobody_answers_comes_to_the_staff(stage: &Stage) {
    let later = Arc::new(AtomicI64::new(0));
    let told = Arc::clone(&later);
    let place = stage.instance_at(
        Arc::new(move || now().plus(told.load(Ordering::SeqCst))),
        |_config| {},
    );
    let rini = staff(&place, "rini", ServerRole::Moderator);
    let [ana, ben, dewi] = ["ana", "ben", "dewi"].map(|name| place.person(name));
    let garden = place.group("garden", "The garden", &ana, GroupKind::Open);
    let thread = ben.publish("@garden rude words");
    let [kept, left] = ["kept", "left"]
        .map(|comment| report(&dewi, &ben.id, &thread, &json!({"comment": comment})));
    let anas = as_group(&place, &ana, &garden);
    assert_eq!(has(&anas, &rini, &left), (true, false));
    anas.press(&format!("/api/v1/admin/reports/{}/resolve", id_of(&kept)))
        .ok();
    later.store(2 * Millis::DAY, Ordering::SeqCst);
    let ctx = place.ctx();
    let worked = runtime().block_on(async { services::jobs::work(&ctx).await });
    worked.expect("what is due is done");
    assert_eq!(has(&anas, &rini, &left), (true, false), "not yet");
    later.store(3 * Millis::DAY + Millis::MINUTE, Ordering::SeqCst);
    eventually("the staff has it", || {
        has(&anas, &rini, &left).1.then_some(())
    });
    let told = eventually("the staff is told", || {
        rini.notified_of("admin.report").pop()
    });
    assert_eq!(told["report"]["id"], left["id"]);
    assert_eq!(has(&anas, &rini, &left), (true, true), "the group keeps it");
    assert_eq!(
        has(&anas, &rini, &kept),
        (true, false),
        "that one was answered"
    );
}

/// The canary: a name that stands nowhere but with the report.
const CANARY: &str = "zerlina";

fn who_reported_is_told_to_nobody_else(stage: &Stage) {
    let places = TwoPlaces::joined(*stage);
    let (world, second) = (&places.first, &places.second);
    let place = &world.place;
    let there = staff(second, "rini", ServerRole::Admin);
    let zerlina = place.person(CANARY);
    let of_dan = places.dan_posts("rude words from afar");
    let of_dan = TwoPlaces::arrives(&world.chi, &of_dan);
    let dan = of_dan["account"]["id"].as_str().expect("dan").to_owned();
    let of_ben = world.ben.publish("@garden rude words from here");
    let about_dan = report(&zerlina, &dan, &of_dan, &json!({"forward": true}));
    let about_ben = report(&zerlina, &world.ben.id, &of_ben, &json!({"forward": true}));
    let chis = Browser::of(place, &world.chi);
    for made in [&about_dan, &about_ben] {
        let seen = chis.open(&path("garden", made));
        assert!(seen.text().contains(CANARY), "the moderators may know");
        submit(&chis, &path("garden", made), "claim", &[]);
    }
    submit(
        &chis,
        &path("garden", &about_ben),
        "remove",
        &[("status", &id_of(&of_ben)), ("reason", "rude")],
    );
    submit(
        &chis,
        &path("garden", &about_ben),
        "resolve",
        &[("canned", "talked")],
    );
    submit(
        &chis,
        &path("garden", &about_dan),
        "ban",
        &[("reason", "rude")],
    );
    submit(
        &chis,
        &path("garden", &about_dan),
        "hand",
        &[("answer", "We thank you")],
    );
    eventually("the report arrives on the other server", || {
        (!there.items("/api/v1/admin/reports").is_empty()).then_some(())
    });
    place.settle();
    second.settle();

    // The other server has not one byte of it.
    for (table, rows) in second.contents() {
        let found = rows.iter().find(|row| row.to_lowercase().contains(CANARY));
        assert!(found.is_none(), "{table}: {found:?}");
    }
    nobody_reads_it(world, &of_ben);
    nothing_keeps_it(world, &zerlina.id);
}

/// The reported, a member, and a visitor have not one byte of it.
fn nobody_reads_it(world: &World, of_ben: &Value) {
    let place = &world.place;
    let bens = Browser::of(place, &world.ben);
    let visitor = Browser::new(place);
    let group = &world.garden.id;
    for path in [
        "/home",
        "/groups",
        "/@garden",
        "/@garden.rss",
        "/@ben",
        "/settings/reports",
    ] {
        for browser in [&bens, &visitor] {
            let text = browser.ask(Method::GET, path, None).text().to_lowercase();
            assert!(!text.contains(CANARY), "{path}: {text}");
        }
    }
    for path in [
        "/api/v1/notifications".to_owned(),
        "/api/v2/notifications".to_owned(),
        "/api/v1/conversations".to_owned(),
        "/api/v1/timelines/home".to_owned(),
        format!("/api/v1/accounts/{group}/statuses"),
        format!("/api/v1/groups/{group}"),
        format!("/api/v1/statuses/{}", id_of(of_ben)),
    ] {
        let text = world.ben.get(&path).text().to_lowercase();
        assert!(!text.contains(CANARY), "{path}: {text}");
    }
    for path in [
        "/g/garden",
        "/g/garden/outbox",
        "/g/garden/outbox?page=true",
        "/actor/outbox",
    ] {
        let text = place.visitor().document(path).text().to_lowercase();
        assert!(!text.contains(CANARY), "{path}: {text}");
    }
}

/// Nor has the log of the group, what is sent, a letter, or a mail.
fn nothing_keeps_it(world: &World, reporter: &str) {
    let place = &world.place;
    let contents = place.contents();
    for table in [
        "moderation_actions",
        "outbox_activities",
        "deliveries",
        "account_warnings",
        "statuses",
    ] {
        for row in contents.get(table).into_iter().flatten() {
            assert!(!row.to_lowercase().contains(CANARY), "{table}: {row}");
            let names_her = table == "moderation_actions" && row.contains(reporter);
            assert!(!names_her, "{table}: {row}");
        }
    }
    for mail in place.mails() {
        assert!(!mail.to_lowercase().contains(CANARY), "{mail}");
    }
    for letter in letters(&world.ana).iter().chain(&letters(&world.chi)) {
        assert!(!letter.to_lowercase().contains(CANARY), "{letter}");
    }
}

fn a_moderator_sees_nothing_about_himself(stage: &Stage) {
    let world = World::new(*stage);
    let place = &world.place;
    let dewi = place.person(CANARY);
    let thread = world.ben.publish("@garden rude words");
    let made = report(&dewi, &world.ben.id, &thread, &json!({}));
    eventually("the moderators are told", || {
        world.chi.notified_of("admin.report").pop()
    });
    // By now he moderates himself.
    place.promote(&world.garden, &world.ben);
    let bens = as_group(place, &world.ben, &world.garden);
    let browser = Browser::of(place, &world.ben);
    let one = format!("/api/v1/admin/reports/{}", id_of(&made));
    assert!(bens.items("/api/v1/admin/reports").is_empty());
    assert!(bens.items("/api/v1/admin/reports?resolved=true").is_empty());
    bens.get(&one).refused(404);
    for verb in ["assign_to_self", "unassign", "resolve", "reopen"] {
        bens.press(&format!("{one}/{verb}")).refused(404);
    }
    for kind in [
        "/api/v1/notifications",
        "/api/v2/notifications",
        "/api/v1/conversations",
    ] {
        for app in [&bens, &world.ben.app] {
            let text = app.get(kind).text();
            assert!(!text.contains(CANARY), "{kind}: {text}");
        }
    }
    for path in [
        "/@garden/reports",
        "/@garden/reports?answered=1",
        "/@garden/queue",
    ] {
        let page = browser.open(path);
        assert_eq!(page.answer.status, 200);
        assert!(
            !page.text().contains(CANARY) && !page.text().contains("1 report"),
            "{path}"
        );
    }
    let hidden = browser.ask(Method::GET, &path("garden", &made), None);
    let never = browser.ask(Method::GET, "/@garden/reports/42", None);
    assert_eq!((hidden.status, never.status), (404, 404));
    let sent = submit_at(
        &browser,
        "/@garden/reports",
        &path("garden", &made),
        "dismiss",
    );
    assert_eq!(sent.status, 404);
    // What else the same person reported is shown without it.
    let other = world.place.person("eko");
    other.towards(&world.garden.id, "follow").ok();
    let of_eko = other.publish("@garden words of another");
    let second = report(&dewi, &other.id, &of_eko, &json!({}));
    let text = browser.open(&path("garden", &second)).text();
    assert!(
        text.contains("0 other reports by them") && !text.contains("1 other"),
        "{text}"
    );
    // The others still answer it.
    let chis = as_group(place, &world.chi, &world.garden);
    assert_eq!(chis.get(&one).ok()["id"], made["id"]);
    chis.press(&format!("{one}/resolve")).ok();
    // And who moderates from the start is reported to the staff alone.
    let own = world.chi.publish("@garden words of a moderator");
    report(&dewi, &world.chi.id, &own, &json!({}));
    place.settle_inside();
    for who in [&world.ana, &world.ben] {
        let app = as_group(place, who, &world.garden);
        let left = app.items("/api/v1/admin/reports");
        assert!(
            left.iter()
                .all(|one| one["target_account"]["username"] != "chi")
        );
    }
}

/// Sends a form that stands on another page than the one it goes to.
fn submit_at(browser: &Browser, page: &str, action: &str, verb: &str) -> Answer {
    let csrf = browser.open(page).form_to("/logout").fields[0].1.clone();
    let form = crate::harness::Form {
        action: action.to_owned(),
        posts: true,
        ..crate::harness::Form::default()
    };
    browser.send(&form.fill("csrf", &csrf).press("do", verb))
}

fn other_servers_report_what_stands_in_a_group(stage: &Stage) {
    let world = World::new(*stage);
    let place = &world.place;
    let rini = staff(place, "rini", ServerRole::Moderator);
    let chis = as_group(place, &world.chi, &world.garden);
    let (writer, reporter) = (Peer::new("mastodon"), Peer::new("lemmy"));
    let inbox = place.url("/inbox");
    writer
        .send(&inbox, &writer.follow(&world.garden.uri))
        .is(202);
    eventually("the garden lets them in", || {
        writer.arrived_of("Accept").pop()
    });
    writer
        .send(
            &inbox,
            &writer.create("thread", "rude words", &world.garden.uri),
        )
        .is(202);
    let thread = eventually("the thread arrives", || {
        world
            .chi
            .known_status(&format!("{}/notes/thread", writer.base))
    });
    let of_ben = world.ben.publish("@garden words of ben");
    let flag = |word: &str, objects: Value| {
        json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": reporter.id(word),
            "type": "Flag",
            "actor": reporter.actor(),
            "to": [world.garden.uri],
            "content": word,
            "object": objects,
        })
    };
    // Lemmy reports to the server of the group, also what somebody of a third server wrote there.
    for (word, objects, whom) in [
        (
            "afar",
            json!(thread["uri"]),
            thread["account"]["username"].clone(),
        ),
        (
            "near",
            json!([place.url("/users/ben"), of_ben["uri"]]),
            json!("ben"),
        ),
    ] {
        reporter.send(&inbox, &flag(word, objects)).is(202);
        let found = eventually("the group has it", || {
            let all = chis.items("/api/v1/admin/reports");
            all.into_iter().find(|one| one["comment"] == word)
        });
        assert_eq!(found["target_account"]["username"], whom);
    }
    // Twice is once; what stands in no group of ours, and what is not here, is nobody's.
    reporter
        .send(&inbox, &flag("near", json!([of_ben["uri"]])))
        .is(202);
    let alone = writer.create("alone", "in no group", &place.url("/users/ana"));
    writer.send(&inbox, &alone).is(202);
    eventually("the note arrives", || {
        world
            .ana
            .known_status(&format!("{}/notes/alone", writer.base))
    });
    for (word, object) in [
        ("third", json!(format!("{}/notes/alone", writer.base))),
        ("nothing", json!(format!("{}/notes/never", writer.base))),
        ("person", json!(writer.actor())),
    ] {
        reporter.send(&inbox, &flag(word, object)).is(202);
    }
    place.settle_inside();
    assert_eq!(chis.items("/api/v1/admin/reports").len(), 2);
    assert!(rini.items("/api/v1/admin/reports").is_empty());
}

fn answers_are_kept_by_the_group(stage: &Stage) {
    let world = World::new(*stage);
    let place = &world.place;
    let (dewi, eve) = (place.person("dewi"), place.person("eve"));
    place.group("orchard", "The orchard", &eve, GroupKind::Open);
    let (anas, chis) = (
        Browser::of(place, &world.ana),
        Browser::of(place, &world.chi),
    );
    let evil = "<script>alert(1)</script>";
    let put = [("title", evil), ("body", "We will talk on Sunday")];
    submit(&chis, "/@garden/answers", "put", &put);
    let kept = anas.open("/@garden/answers");
    assert!(!kept.source.contains("<script"));
    let id = kept
        .form_with("id", None)
        .fields
        .iter()
        .find(|field| field.0 == "id")
        .expect("an id")
        .1
        .clone();
    let thread = world.ben.publish("@garden words");
    let made = report(&dewi, &world.ben.id, &thread, &json!({}));
    let at = path("garden", &made);
    let offered = anas.open(&at).source;
    assert!(offered.contains(&format!("<option value=\"{id}\">")) && !offered.contains("<script"));
    assert!(
        offered.contains("<option value=\"nothing\">"),
        "ours are there too"
    );
    submit(&anas, &at, "resolve", &[("canned", &id)]);
    let own = Browser::of(place, &dewi).open("/settings/reports").text();
    assert!(own.contains("We will talk on Sunday"), "{own}");
    submit(
        &anas,
        "/@garden/answers",
        "put",
        &[("id", &id), ("title", "Sunday"), ("body", "On Sunday")],
    );
    assert!(
        chis.open("/@garden/answers")
            .source
            .contains("value=\"Sunday\"")
    );
    others_keep_away(&world, &eve, &id);
    let log = acts(place, &world.garden.id);
    let changes = log.iter().filter(|act| act.kind == "answers_changed");
    assert_eq!(changes.count(), 22);
}

/// Those of one group are no business of another, and of no member; and the list is a small one.
fn others_keep_away(world: &World, eve: &crate::harness::Person, id: &str) {
    let place = &world.place;
    let chis = Browser::of(place, &world.chi);
    let eves = Browser::of(place, eve);
    for verb in ["put", "delete"] {
        let mine = [("id", id), ("title", "x"), ("body", "x")];
        let page = submit(&eves, "/@orchard/answers", verb, &mine);
        assert!(matches!(page.answer.status, 404 | 422), "{verb}");
    }
    assert!(
        chis.open("/@garden/answers")
            .source
            .contains("value=\"Sunday\"")
    );
    assert_eq!(
        Browser::of(place, &world.ben)
            .open("/@garden/answers")
            .answer
            .status,
        404
    );
    for empty in [
        [("title", ""), ("body", "x")],
        [("title", "x"), ("body", " ")],
    ] {
        assert_eq!(
            submit(&chis, "/@garden/answers", "put", &empty)
                .answer
                .status,
            422
        );
    }
    for number in 0..19 {
        let more = number.to_string();
        submit(
            &chis,
            "/@garden/answers",
            "put",
            &[("title", &more), ("body", "x")],
        );
    }
    let full = submit(
        &chis,
        "/@garden/answers",
        "put",
        &[("title", "20"), ("body", "x")],
    );
    assert_eq!(full.answer.status, 422, "a small list");
    submit(&chis, "/@garden/answers", "delete", &[("id", id)]);
    assert!(
        !chis
            .open("/@garden/answers")
            .source
            .contains("value=\"Sunday\"")
    );
}

fn a_form_reports_and_tells_what_became_of_it(stage: &Stage) {
    let world = World::new(*stage);
    let place = &world.place;
    place.set("rules", "Be kind\nNo spam");
    let rini = staff(place, "rini", ServerRole::Moderator);
    let dewi = place.person("dewi");
    let thread = world.ben.publish("@garden rude words");
    let id = id_of(&thread);
    let hidden = id_of(&world.ben.publish_to("private", "for followers"));
    let browser = Browser::of(place, &dewi);
    let link = format!("/report?status={id}");
    let page = browser.open(&format!("/@ben/{id}"));
    assert!(page.source.contains(&format!("href=\"{link}\"")));
    assert!(
        !Browser::new(place)
            .open(&format!("/@ben/{id}"))
            .source
            .contains("/report?")
    );
    let form = browser.open(&link);
    assert!(
        form.text()
            .contains("The moderators of The garden read the report")
    );
    let sent = form
        .form_to("/report")
        .fill("category", "spam")
        .fill("group_rule", "No advertising")
        .fill("comment", "he sells");
    let done = browser.submit(&sent);
    assert_eq!(done.path, "/settings/reports?sent=1");
    assert!(done.text().contains("Waits for an answer") && done.text().contains("he sells"));
    let chis = as_group(place, &world.chi, &world.garden);
    let found = chis.items("/api/v1/admin/reports");
    assert_eq!(found[0]["category"], "spam");
    assert_eq!(found[0]["comment"], "No advertising\n\nhe sells");
    assert!(rini.items("/api/v1/admin/reports").is_empty());

    // Somebody as a whole, for a rule of the place: that is the staff's.
    let form = browser.open("/report?who=ben").form_to("/report");
    browser.submit(&form.fill("rule", "2").fill("comment", "everywhere"));
    let seen = rini.items("/api/v1/admin/reports");
    assert_eq!(seen[0]["rules"][0]["text"], "No spam");
    assert_eq!(seen[0]["category"], "violation");
    // What is wrong is said, and nothing is sent; what one may not see cannot be reported.
    let before = place.row_counts()["reports"];
    let form = browser.open(&link).form_to("/report");
    let wrong = browser.submit(&form.fill("comment", &"x".repeat(1_001)));
    assert_eq!(wrong.answer.status, 422);
    for path in [
        format!("/report?status={hidden}"),
        "/report?status=42".to_owned(),
        "/report".to_owned(),
        "/report?who=nobody".to_owned(),
    ] {
        assert_eq!(browser.open(&path).answer.status, 404, "{path}");
    }
    assert_eq!(place.row_counts()["reports"], before);
    let visitor = Browser::new(place).ask(Method::GET, &link, None);
    assert_eq!(visitor.status, 303, "first sign in");
    // Each reads the own ones alone.
    let bens = Browser::of(place, &world.ben)
        .open("/settings/reports")
        .text();
    assert!(bens.contains("You have reported nothing"), "{bens}");
}
