//! The staff looks after people: finds them, lets them in, limits them, sends them away and back; and
//! who of the staff may do what.

use model::{ServerRole, WarningAction};
use serde_json::json;
use server::api;
use server::auth::Caller;

use crate::harness::{Body, Client, Instance, Person, Stage, account_id, id_of, on_both_engines};

on_both_engines![
    people_are_found_by_what_the_staff_knows,
    who_waits_is_let_in_or_refused,
    a_disabled_person_is_kept_out_until_enabled,
    a_limited_account_is_found_by_its_followers,
    covered_pictures_are_covered_for_all,
    a_suspended_account_is_gone_and_comes_back,
    nobody_acts_upon_who_stands_as_high,
    every_act_stands_in_the_log,
];

/// Someone of the staff with a token that may do all that the role may.
pub(crate) fn staff(place: &Instance, name: &str, role: ServerRole) -> Person {
    let person = place.person_as(name, role);
    let token = place.token(name, "read write admin:read admin:write");
    Person {
        app: place.with_token(&token),
        ..person
    }
}

fn waiting(place: &Instance, name: &str) -> String {
    let id = place.person(name).id;
    let mut conn = place.conn();
    database::users::set_approved(&mut conn, account_id(&id), None).expect("the state");
    id
}

fn deed(by: &Client, whom: &str, kind: &str) {
    let path = format!("/api/v1/admin/accounts/{whom}/action");
    by.post(&path, &json!({"type": kind, "text": "because"}))
        .ok();
}

fn people_are_found_by_what_the_staff_knows(stage: &Stage) {
    let place = stage.instance();
    let rini = staff(&place, "rini", ServerRole::Admin);
    let [ana, ben] = ["ana", "ben"].map(|name| place.person(name));
    let pending = waiting(&place, "chi");
    let ids = |path: &str| rini.get(path).ids();

    assert_eq!(ids("/api/v1/admin/accounts?local=true").len(), 4);
    assert_eq!(
        ids("/api/v1/admin/accounts?pending=true"),
        [pending.as_str()]
    );
    assert_eq!(ids("/api/v1/admin/accounts?staff=true"), [rini.id.as_str()]);
    assert_eq!(ids("/api/v1/admin/accounts?username=an"), [ana.id.as_str()]);
    assert_eq!(
        ids("/api/v1/admin/accounts?email=ben%40mail.example"),
        [ben.id.as_str()]
    );
    assert!(ids("/api/v1/admin/accounts?remote=true").is_empty());
    assert!(
        ids("/api/v1/admin/accounts?ip=127.0.0.1").is_empty(),
        "no address is kept"
    );
    assert_eq!(
        ids("/api/v2/admin/accounts?origin=local&status=pending"),
        [pending.as_str()]
    );
    assert_eq!(
        ids("/api/v2/admin/accounts?role_ids[]=2"),
        [rini.id.as_str()]
    );
    assert_eq!(
        ids("/api/v2/admin/accounts?permissions=staff"),
        [rini.id.as_str()]
    );
    assert!(ids("/api/v2/admin/accounts?by_domain=far.example").is_empty());
    assert!(
        ids("/api/v2/admin/accounts?username=%25").is_empty(),
        "% is a letter"
    );
    rini.get("/api/v2/admin/accounts?origin=moon").refused(422);

    let first = rini.get("/api/v2/admin/accounts?origin=local&limit=3");
    assert_eq!(first.ids().len(), 3);
    let next = first.link("next").expect("a next page");
    assert_eq!(rini.get(&next).ids().len(), 1);

    let shown = rini.get(&format!("/api/v1/admin/accounts/{}", ana.id)).ok();
    assert_eq!(shown["email"], "ana@mail.example");
    assert_eq!(shown["account"]["acct"], "ana");
    assert_eq!(shown["role"]["id"], "-99");
    assert_eq!(
        (&shown["confirmed"], &shown["approved"]),
        (&true.into(), &true.into())
    );
    rini.get("/api/v1/admin/accounts/42").refused(404);
    let me = rini.get("/api/v1/accounts/verify_credentials").ok();
    let bits: u64 = me["role"]["permissions"]
        .as_str()
        .expect("bits")
        .parse()
        .expect("a number");
    assert!(
        bits & (1 << 10) != 0 && bits & (1 << 5) != 0 && bits & 1 == 0,
        "{bits}"
    );
    assert_eq!(me["roles"][0]["name"], "Admin");
}

fn who_waits_is_let_in_or_refused(stage: &Stage) {
    let place = stage.instance();
    let rini = staff(&place, "rini", ServerRole::Moderator);
    let (ben, chi) = (waiting(&place, "ben"), waiting(&place, "chi"));
    let answer = rini
        .press(&format!("/api/v1/admin/accounts/{ben}/approve"))
        .ok();
    assert_eq!(answer["approved"], true);
    rini.press(&format!("/api/v1/admin/accounts/{ben}/approve"))
        .refused(403);
    rini.press(&format!("/api/v1/admin/accounts/{ben}/reject"))
        .refused(403);
    rini.press(&format!("/api/v1/admin/accounts/{chi}/reject"))
        .ok();
    rini.get(&format!("/api/v1/admin/accounts/{chi}"))
        .refused(404);
    place.person("chi");
}

fn a_disabled_person_is_kept_out_until_enabled(stage: &Stage) {
    let place = stage.instance();
    let rini = staff(&place, "rini", ServerRole::Moderator);
    let ana = place.person("ana");
    deed(&rini, &ana.id, "disable");
    let refused = ana.get("/api/v1/timelines/home").refused(403);
    assert!(
        refused.contains("Your login is currently disabled"),
        "{refused}"
    );
    let enabled = rini
        .press(&format!("/api/v1/admin/accounts/{}/enable", ana.id))
        .ok();
    assert_eq!(enabled["disabled"], false);
    ana.get("/api/v1/timelines/home").ok();
}

fn a_limited_account_is_found_by_its_followers(stage: &Stage) {
    let place = stage.instance();
    let rini = staff(&place, "rini", ServerRole::Moderator);
    let [ana, ben, chi] = ["ana", "ben", "chi"].map(|name| place.person(name));
    ben.towards(&ana.id, "follow").ok();
    let post = id_of(&ana.publish("about #kopi"));
    deed(&rini, &ana.id, "silence");
    for path in ["/api/v1/timelines/public", "/api/v1/timelines/tag/kopi"] {
        assert_eq!(ben.get(path).ids(), [post.as_str()], "{path}");
        assert_eq!(ana.get(path).ids(), [post.as_str()], "{path}");
        assert!(chi.get(path).ids().is_empty(), "{path}");
        assert!(place.visitor().get(path).ids().is_empty(), "{path}");
    }
    assert!(chi.find_account("an").is_none());
    assert!(ben.find_account("an").is_some());
    assert!(chi.find_account("ana").is_some(), "by the whole name");
    chi.status(&post).ok();
    let profile = chi.get(&format!("/api/v1/accounts/{}", ana.id)).ok();
    assert_eq!(profile["limited"], true);
    rini.press(&format!("/api/v1/admin/accounts/{}/unsilence", ana.id))
        .ok();
    assert_eq!(chi.get("/api/v1/timelines/public").ids(), [post]);
}

fn covered_pictures_are_covered_for_all(stage: &Stage) {
    let place = stage.instance();
    let rini = staff(&place, "rini", ServerRole::Moderator);
    let ana = place.person("ana");
    let post = id_of(&ana.publish("look"));
    deed(&rini, &ana.id, "sensitive");
    assert_eq!(rini.status(&post).ok()["sensitive"], true);
    let answer = rini
        .press(&format!("/api/v1/admin/accounts/{}/unsensitive", ana.id))
        .ok();
    assert_eq!(answer["sensitized"], false);
    assert_eq!(rini.status(&post).ok()["sensitive"], false);
}

fn a_suspended_account_is_gone_and_comes_back(stage: &Stage) {
    let place = stage.instance();
    let rini = staff(&place, "rini", ServerRole::Moderator);
    let [ana, ben] = ["ana", "ben"].map(|name| place.person(name));
    let post = id_of(&ana.publish("hello"));
    deed(&rini, &ana.id, "suspend");
    ben.status(&post).refused(404);
    ana.get("/api/v1/timelines/home").refused(403);
    let profile = ben.get(&format!("/api/v1/accounts/{}", ana.id)).ok();
    assert_eq!(
        (&profile["suspended"], &profile["note"]),
        (&true.into(), &"".into())
    );
    let document = place.visitor().document("/users/ana");
    assert_eq!(document.json()["suspended"], true);
    let back = rini
        .press(&format!("/api/v1/admin/accounts/{}/unsuspend", ana.id))
        .ok();
    assert_eq!(back["suspended"], false);
    ben.status(&post).ok();
    ana.get("/api/v1/timelines/home").ok();
}

fn nobody_acts_upon_who_stands_as_high(stage: &Stage) {
    let place = stage.instance();
    let owner = staff(&place, "owner", ServerRole::Owner);
    let admin = staff(&place, "boss", ServerRole::Admin);
    let moderator = staff(&place, "rini", ServerRole::Moderator);
    let act = |by: &Person, whom: &Person| {
        let path = format!("/api/v1/admin/accounts/{}/action", whom.id);
        by.post(&path, &json!({"type": "disable"})).status
    };
    assert_eq!(act(&moderator, &admin), 403);
    assert_eq!(act(&moderator, &moderator), 403);
    assert_eq!(act(&admin, &owner), 403);
    assert_eq!(act(&admin, &moderator), 200);
    moderator.get("/api/v1/admin/accounts").refused(403);
}

fn every_act_stands_in_the_log(stage: &Stage) {
    let place = stage.instance();
    let rini = staff(&place, "rini", ServerRole::Moderator);
    let ana = place.person("ana");
    deed(&rini, &ana.id, "silence");
    rini.press(&format!("/api/v1/admin/accounts/{}/unsilence", ana.id))
        .ok();
    let mut conn = place.conn();
    let page = model::Page::first(10);
    let log =
        database::moderation_actions::page(&mut conn, model::AccountId(0), &page).expect("the log");
    let kinds: Vec<&str> = log.iter().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(kinds, ["account_unlimited", "account_limited"]);
    assert!(
        log.iter()
            .all(|entry| entry.human_id.to_string() == rini.id)
    );
    let told =
        database::account_warnings::of(&mut conn, account_id(&ana.id), 10).expect("warnings");
    assert_eq!(told.len(), 1);
    assert_eq!(
        (told[0].action, told[0].text.as_str()),
        (WarningAction::Silence, "because")
    );
}

/// Threats, row 84: who may call what of the staff's routes, from the table of routes itself.
#[test]
fn every_route_of_the_staff_asks_for_the_role() {
    let place = Stage::sqlite().instance();
    let table = api::table();
    let routes: Vec<_> = table
        .iter()
        .filter(|route| route.path.contains("/admin/"))
        .collect();
    assert!(routes.len() > 30, "{} routes", routes.len());
    let ask = |client: &Client, route: &api::Route| {
        let path = route.path.replace("{id}", "42");
        let body = (route.method != http::Method::GET).then(|| Body::json(&json!({})));
        client.ask(route.method.clone(), &path, &[], body).status
    };
    let member = staff(&place, "ana", ServerRole::Member);
    let moderator = staff(&place, "rini", ServerRole::Moderator);
    let admin = staff(&place, "boss", ServerRole::Admin);
    let closed = [
        "/domain_",
        "/email_domain_",
        "/ip_blocks",
        "/canonical_",
        "/admin/groups",
    ];
    for route in &routes {
        let name = format!("{} {}", route.method, route.path);
        assert_eq!(route.access.caller, Caller::Person, "{name}");
        assert!(
            route
                .access
                .scopes
                .iter()
                .all(|scope| scope.as_str().starts_with("admin:")),
            "{name}"
        );
        assert_eq!(ask(&place.visitor(), route), 401, "{name}");
        assert_eq!(ask(&member, route), 403, "{name} as a member");
        assert_ne!(ask(&admin, route), 403, "{name} as an admin");
        let for_admins = closed.iter().any(|part| route.path.contains(part))
            || (route.method == http::Method::DELETE
                && route.path == "/api/v1/admin/accounts/{id}");
        assert_eq!(
            ask(&moderator, route) == 403,
            for_admins,
            "{name} as a moderator"
        );
    }
    // A demotion counts at once, with the same token; so does being disabled.
    let mut conn = place.conn();
    database::users::set_role(&mut conn, account_id(&moderator.id), ServerRole::Member)
        .expect("the role");
    database::users::set_disabled(&mut conn, account_id(&admin.id), Some(model::Millis(1)))
        .expect("the state");
    for route in &routes {
        let name = format!("{} {}", route.method, route.path);
        assert_eq!(ask(&moderator, route), 403, "{name} after the demotion");
        assert_eq!(ask(&admin, route), 403, "{name} when disabled");
    }
}
