//! Everyone there is against every route (threats, row 84): who is barred has nothing, who waits has
//! little, and the staff's routes are the staff's.

use database::users;
use http::Method;
use model::ServerRole;
use serde_json::json;
use server::api::{self, Route};
use server::auth::Caller;

use super::house::title;
use crate::api::admin_accounts::staff;
use crate::api::sign_up::{app, sign_up_as, signed_up};
use crate::harness::{
    Answer, Body, Browser, Client, Instance, Stage, World, account_id, on_both_engines,
};

on_both_engines![
    each_route_answers_each_role_as_it_should,
    who_is_barred_does_nothing,
    what_one_may_no_more_one_may_not_at_once,
];

/// What a role may hear from a route.
#[derive(Clone, Copy, Debug)]
enum Verdict {
    /// One of these and nothing else.
    Only(&'static [u16]),
    /// Anything but that it is not for this role.
    Free,
}

use Verdict::{Free, Only};

/// What each role hears from a route.
type Rule = fn(&Route) -> Verdict;

/// Routes that say 403 to who may otherwise do anything, and why.
const SAY_NO: &[(&str, &str)] = &[(
    "/api/v1/emails/confirmations",
    "the address is confirmed already",
)];

fn is_for_staff(route: &Route) -> bool {
    route.path.contains("/admin/")
}

/// What moderators may not.
fn is_for_admins(route: &Route) -> bool {
    const CLOSED: &[&str] = &[
        "/domain_",
        "/email_domain_",
        "/ip_blocks",
        "/canonical_",
        "/admin/groups",
    ];
    is_for_staff(route)
        && (CLOSED.iter().any(|part| route.path.contains(part))
            || (route.method == Method::DELETE && route.path == "/api/v1/admin/accounts/{id}"))
}

const ANONYMOUS: Rule = |route| match route.access.caller {
    Caller::Person | Caller::App => Only(&[401]),
    Caller::Anyone | Caller::AnyoneOrToken => Free,
};
/// Also for who was sent away for good: the token is worth nothing.
const UNKNOWN: Rule = |route| match route.access.caller {
    Caller::Anyone => Free,
    _ => Only(&[401]),
};
const APP: Rule = |route| match route.access.caller {
    Caller::Person => Only(&[422]),
    _ => Free,
};
const WAITING: Rule = |route| match route.access.caller {
    Caller::Person => Only(&[403]),
    _ => Free,
};
const BARRED: Rule = |route| match route.access.caller {
    Caller::Anyone => Free,
    _ => Only(&[401, 403]),
};
const MEMBER: Rule = |route| {
    if is_for_staff(route) {
        Only(&[403])
    } else {
        Free
    }
};
const MODERATOR: Rule = |route| {
    if is_for_admins(route) {
        Only(&[403])
    } else {
        Free
    }
};
const ADMIN: Rule = |_route| Free;

fn ask(client: &Client, route: &Route) -> Answer {
    let mut path = String::new();
    let mut parts = route.path.split('{');
    path.push_str(parts.next().unwrap_or_default());
    for part in parts {
        path.push_str("42");
        path.push_str(part.split_once('}').map_or("", |pair| pair.1));
    }
    let body = (route.method != Method::GET).then(|| Body::json(&json!({})));
    client.ask(route.method.clone(), &path, &[], body)
}

fn deed(by: &Client, whom: &str, kind: &str) {
    let path = format!("/api/v1/admin/accounts/{whom}/action");
    by.post(&path, &json!({ "type": kind })).ok();
}

/// Someone who may do all that a role may, and whom something happens to afterwards.
fn barred(place: &Instance, boss: &Client, name: &str, kind: &str) -> Client {
    let person = staff(place, name, ServerRole::Moderator);
    deed(boss, &person.id, kind);
    person.app
}

fn everyone(place: &Instance) -> Vec<(&'static str, Client, Rule)> {
    let all = "read write follow push profile";
    place.set("registrations", "open");
    place.set("email_confirmation", "on");
    let boss = staff(place, "boss", ServerRole::Owner);
    let app = app(place, all);
    let unconfirmed = signed_up(place, &sign_up_as(&app, &[]));
    let pending = staff(place, "pia", ServerRole::Member);
    users::set_approved(&mut place.conn(), account_id(&pending.id), None).expect("the state");
    vec![
        ("anonymous", place.visitor(), ANONYMOUS),
        ("a wrong token", place.with_token("wrong"), UNKNOWN),
        ("an app alone", app, APP),
        ("unconfirmed", unconfirmed, WAITING),
        ("pending", pending.app, WAITING),
        ("limited", barred(place, &boss, "lia", "silence"), MODERATOR),
        ("disabled", barred(place, &boss, "dia", "disable"), BARRED),
        ("suspended", barred(place, &boss, "sua", "suspend"), BARRED),
        (
            "a member",
            staff(place, "mia", ServerRole::Member).app,
            MEMBER,
        ),
        (
            "a moderator",
            staff(place, "rini", ServerRole::Moderator).app,
            MODERATOR,
        ),
        (
            "an administrator",
            staff(place, "ada", ServerRole::Admin).app,
            ADMIN,
        ),
        ("an owner", boss.app, ADMIN),
    ]
}

/// Has the token of this role the scopes of the route? What one without them hears is told in api/scopes.rs.
fn has_scope(name: &str, route: &Route) -> bool {
    let is_plain = matches!(name, "unconfirmed" | "an app alone");
    let is_admin = route
        .access
        .scopes
        .iter()
        .any(|scope| scope.as_str().starts_with("admin:"));
    let is_odd = route
        .access
        .scopes
        .iter()
        .all(|scope| matches!(scope.as_str(), "push" | "profile"));
    if is_plain {
        !is_admin
    } else {
        route.access.scopes.is_empty() || !is_odd
    }
}

fn each_route_answers_each_role_as_it_should(stage: &Stage) {
    let place = stage.instance();
    let everyone = everyone(&place);
    let table = api::table();
    for (name, client, rule) in &everyone {
        for route in table.iter().filter(|route| has_scope(name, route)) {
            let case = format!("{} by {name}", title(route));
            let answer = ask(client, route);
            let says_no = SAY_NO.iter().any(|(path, _)| route.path == *path);
            match rule(route) {
                Only(expected) => assert!(
                    expected.contains(&answer.status),
                    "{case}: {} {}",
                    answer.status,
                    answer.text()
                ),
                Free if says_no => {}
                Free => assert!(
                    !matches!(answer.status, 401 | 403),
                    "{case}: {} {}",
                    answer.status,
                    answer.text()
                ),
            }
            assert!(
                answer.status < 500,
                "{case}: {} {}",
                answer.status,
                answer.text()
            );
        }
    }
}

/// Who changes nothing at all.
const MAY_NOTHING: &[&str] = &[
    "anonymous",
    "a wrong token",
    "an app alone",
    "unconfirmed",
    "pending",
    "disabled",
    "suspended",
];

fn who_is_barred_does_nothing(stage: &Stage) {
    let place = stage.instance();
    let wati = place.person("wati");
    let post = wati.publish("hello");
    let id = crate::harness::id_of(&post);
    let everyone = everyone(&place);
    let before = place.contents();
    let writes = [
        ("/api/v1/statuses".to_owned(), json!({"status": "x"})),
        (format!("/api/v1/statuses/{id}/favourite"), json!({})),
        (format!("/api/v1/statuses/{id}/reblog"), json!({})),
        (format!("/api/v1/accounts/{}/follow", wati.id), json!({})),
        ("/api/v1/lists".to_owned(), json!({"title": "x"})),
        (
            "/api/v1/reports".to_owned(),
            json!({"account_id": wati.id, "comment": "x"}),
        ),
        (
            "/api/v1/groups".to_owned(),
            json!({"display_name": "Words"}),
        ),
        (
            format!("/api/v1/admin/accounts/{}/action", wati.id),
            json!({"type": "suspend"}),
        ),
    ];
    for (name, client, _rule) in everyone {
        if !MAY_NOTHING.contains(&name) {
            continue;
        }
        for (path, words) in &writes {
            let status = client.post(path, words).status;
            assert!(
                matches!(status, 401 | 403 | 422),
                "{path} by {name}: {status}"
            );
        }
        place.is_unchanged(&before, name);
    }
}

fn what_one_may_no_more_one_may_not_at_once(stage: &Stage) {
    let world = World::new(*stage);
    let place = &world.place;
    // Of the staff of the place, with the same token.
    let rini = staff(place, "rini", ServerRole::Moderator);
    rini.get("/api/v1/admin/reports").ok();
    let mut conn = place.conn();
    users::set_role(&mut conn, account_id(&rini.id), ServerRole::Member).expect("the role");
    for route in api::table().iter().filter(|route| is_for_staff(route)) {
        assert_eq!(ask(&rini, route).status, 403, "{} after it", title(route));
    }
    // Of a group, with the same token and in the same browser.
    let chi = Browser::of(place, &world.chi);
    let queue = format!("/@{}/queue", world.garden.name);
    let requests = format!("/api/v1/groups/{}/membership_requests", world.garden.id);
    chi.open(&queue).answer.is(200);
    world.chi.get(&requests).ok();
    world.demote();
    assert_eq!(chi.ask(Method::GET, &queue, None).status, 404);
    world.chi.get(&requests).refused(403);
    let blocks = format!("/api/v1/groups/{}/blocks", world.garden.id);
    let whom = json!({"account_ids": [world.ben.id]});
    world.chi.post(&blocks, &whom).refused(403);
}
