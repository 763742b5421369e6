//! Who runs a server does not run its groups: neither by any route of the staff, nor by a group's own routes and pages,
//! nor by the command line does an administrator speak as a group, change what it says or decided, give roles in it, or
//! touch what its people wrote. What he may do to it stands in its log. (PRODUCT, "Power".)
//!
//! The routes are those of the table: one that is added is tried here by itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::Method;
use model::{GroupKind, Scopes, ServerRole};
use serde_json::{Value, json};
use server::api::{self, Route};

use super::house::{call, title};
use crate::api::admin_accounts::staff;
use crate::harness::{
    Body, Browser, Group, Person, Stage, World, account_id, id_of, on_both_engines, runtime,
};

on_both_engines![
    no_route_of_the_staff_reaches_into_a_group,
    the_doors_of_a_group_are_shut_for_who_runs_the_server,
    the_watch_finds_what_a_broken_door_lets_in,
];

/// What a group is, in the tables in which it is.
const OF_A_GROUP: &[&str] = &[
    "accounts",
    "featured_tags",
    "follows",
    "group_bans",
    "group_mutes",
    "group_rules",
    "groups",
    "held_statuses",
    "memberships",
    "profiles",
    "status_pins",
    "statuses",
];

/// A group with one of everything, and someone who runs the server and is in no group.
struct Hall {
    world: World,
    circle: Group,
    boss: Person,
    /// Everything of the group that has an id.
    ids: Vec<String>,
    thread: String,
}

impl Hall {
    fn new(stage: Stage) -> Self {
        let world = World::new(stage);
        let place = &world.place;
        let (ana, ben) = (&world.ana, &world.ben);
        let circle = place.group("circle", "The circle", ana, GroupKind::Approved);
        ben.press(&format!("/api/v1/groups/{}/join", circle.id))
            .ok();
        let let_in = format!(
            "/api/v1/groups/{}/membership_requests/{}/authorize",
            circle.id, ben.id
        );
        ana.press(&let_in).ok();
        place.promote(&circle, ben);
        let thread = id_of(&ben.publish("@circle a thread"));
        let answer = id_of(&ana.reply(&thread, "an answer"));
        let console = crate::groups::discovery::as_group(place, ana, &circle);
        console
            .press(&format!("/api/v1/statuses/{thread}/pin"))
            .ok();
        let browser = Browser::of(place, ana);
        let form = browser
            .open("/@circle/settings")
            .form_with("rule_text", Some(""));
        browser.submit(&form.fill("rule_text", "Be kind").press("do", "rules"));
        let boss = staff(place, "boss", ServerRole::Owner);
        let mut conn = place.conn();
        let group = account_id(&circle.id);
        let entries = database::moderation_actions::page(&mut conn, group, &model::Page::first(9))
            .expect("the log");
        let member = database::memberships::find(&mut conn, group, account_id(&ben.id))
            .expect("the database")
            .expect("a member");
        let rules = database::group_rules::of(&mut conn, group).expect("the rules");
        let ids = vec![
            circle.id.clone(),
            thread.clone(),
            answer,
            entries[0].id.to_string(),
            member.id.to_string(),
            rules[0].id.to_string(),
        ];
        place.settle_inside();
        Self {
            world,
            circle,
            boss,
            ids,
            thread,
        }
    }

    fn seen(&self) -> BTreeMap<String, Vec<String>> {
        let mut all = self.world.place.contents();
        all.retain(|table, _rows| OF_A_GROUP.contains(&table.as_str()));
        assert_eq!(all.len(), OF_A_GROUP.len(), "a table has another name");
        all
    }

    /// What of the group is not as it was, but for what the server itself tells those who look after it, as often as
    /// the log says.
    fn differences(&self, before: &BTreeMap<String, Vec<String>>) -> Vec<String> {
        let (mut found, mut letters) = (Vec::new(), 0);
        for (table, now) in self.seen() {
            let then = &before[&table];
            for gone in then.iter().filter(|row| !now.contains(row)) {
                found.push(format!("{table} has no more: {gone}"));
            }
            for new in now.iter().filter(|row| !then.contains(row)) {
                if table == "statuses" && new.contains("/g/circle/limits/") {
                    letters += 1;
                } else {
                    found.push(format!("{table} has: {new}"));
                }
            }
        }
        if letters > self.logged() {
            found.push(format!("{letters} letters, and fewer acts in the log"));
        }
        found
    }

    #[track_caller]
    fn is_untouched(&self, before: &BTreeMap<String, Vec<String>>, what: &str) {
        let found = self.differences(before);
        assert!(found.is_empty(), "{what}: {found:#?}");
    }

    /// So many acts of administrators stand in the group's log.
    fn logged(&self) -> usize {
        let page = model::Page::first(200);
        let group = account_id(&self.circle.id);
        let entries =
            database::moderation_actions::page(&mut self.world.place.conn(), group, &page);
        let entries = entries.expect("the log");
        let staff = |kind: &str| kind.starts_with("group_") && kind != "group_closed";
        entries.iter().filter(|entry| staff(&entry.kind)).count()
    }

    /// A body in which each field stands that a route could read.
    fn greedy(&self, kind: &str) -> Value {
        let (group, boss) = (&self.circle.id, &self.boss.id);
        json!({
            "type": kind, "text": "because", "reason": "because", "comment": "because",
            "display_name": "Taken over", "name": "taken", "title": "Taken over", "note": "Taken over",
            "status": "I speak as the group", "content": "I speak as the group",
            "in_reply_to_id": self.thread, "status_ids": [self.thread], "group_id": group,
            "account_id": boss, "account_ids": [boss], "target_account_id": group,
            "assigned_account_id": boss, "role": "owner", "role_id": "3", "role_ids": ["3"],
            "kind": "private", "locked": true, "discoverable": false, "slow_mode": 60,
            "rules": [{ "text": "Obey" }], "rule_ids": ["1"], "username": "circle", "email": "x@mail.example",
            "domain": "words.example", "severity": "silence", "ip": "198.51.100.0/24",
            "keys": ["new_users"], "start_at": "2026-01-01", "end_at": "2026-01-02", "frequency": "day",
            "acct": "circle", "q": "circle", "local": true, "listable": true, "trendable": true,
        })
    }

    /// Every path of a route with what is the group's in each place.
    fn paths(&self, route: &Route) -> Vec<String> {
        let filled = |id: &str| {
            let mut path = String::new();
            for (at, part) in route.path.split('{').enumerate() {
                if at == 0 {
                    path.push_str(part);
                    continue;
                }
                path.push_str(if at == 1 { &self.circle.id } else { id });
                path.push_str(part.split_once('}').map_or("", |pair| pair.1));
            }
            path
        };
        match route.path.matches('{').count() {
            0 => vec![route.path.to_owned()],
            1 => self
                .ids
                .iter()
                .map(|id| {
                    let (start, rest) = route.path.split_once('{').unwrap_or_default();
                    format!(
                        "{start}{id}{}",
                        rest.split_once('}').map_or("", |pair| pair.1)
                    )
                })
                .collect(),
            _ => self.ids.iter().map(|id| filled(id)).collect(),
        }
    }
}

fn no_route_of_the_staff_reaches_into_a_group(stage: &Stage) {
    let hall = Hall::new(*stage);
    let before = hall.seen();
    let boss = &hall.boss.app;
    let mut tried = 0;
    for route in api::table().iter() {
        let is_staffs = ["/api/v1/admin/", "/api/v2/admin/"]
            .iter()
            .any(|start| route.path.starts_with(start));
        if !is_staffs {
            continue;
        }
        for path in hall.paths(route) {
            let kinds: &[&str] = if route.path.ends_with("/action") {
                &["none", "sensitive", "silence", "disable", "suspend"]
            } else {
                &["none"]
            };
            for kind in kinds {
                let answer = call(boss, route, &path, &hall.greedy(kind));
                assert!(
                    answer.status < 500,
                    "{} {path}: {}",
                    title(route),
                    answer.text()
                );
                tried += 1;
            }
        }
    }
    assert!(tried > 100, "{tried}");
    // What an administrator may do, he did: in the log it stands, and he takes it back.
    let undone = |verb: &str| format!("/api/v1/admin/accounts/{}/{verb}", hall.circle.id);
    for verb in ["unsilence", "enable", "unsuspend"] {
        boss.press(&undone(verb)).ok();
    }
    hall.is_untouched(&before, "a route of the staff");
    assert!(hall.logged() >= 6, "{}", hall.logged());
    let log = Browser::new(&hall.world.place).open("/@circle/log").text();
    for said in [
        "limited",
        "frozen",
        "asked to leave",
        "entries follow from each other",
    ] {
        assert!(log.contains(said), "{said}: {log}");
    }
    let seen = boss
        .get(&format!("/api/v1/accounts/{}", hall.circle.id))
        .ok();
    assert_eq!(seen["display_name"], "The circle");
    assert!(
        seen["limited"].is_null() || seen["limited"] == false,
        "{seen}"
    );
}

/// Verbs of the forms of a group.
const VERBS: &[&str] = &[
    "options",
    "rules",
    "role",
    "transfer",
    "shield",
    "unshield",
    "close",
    "authorize",
    "reject",
    "remove",
    "ban",
    "unban",
    "mute",
    "unmute",
    "warn",
    "lock",
    "unlock",
    "pin",
    "unpin",
    "release",
    "withhold",
    "agree",
    "withdraw",
    "uphold",
    "overturn",
    "appeal",
    "claim",
    "resolve",
];

fn the_doors_of_a_group_are_shut_for_who_runs_the_server(stage: &Stage) {
    let hall = Hall::new(*stage);
    let (place, circle) = (&hall.world.place, &hall.circle);
    let before = hall.seen();
    let boss = &hall.boss.app;
    for route in api::table().iter() {
        let is_groups = route.path.starts_with("/api/v1/groups/{id}")
            && route.method != Method::GET
            // Anybody asks to join, and leaves.
            && !["/join", "/leave"].iter().any(|end| route.path.ends_with(end));
        let is_authors = route.path.starts_with("/api/v1/statuses/{id}")
            // To unpin what one has not pinned is nothing, and allowed.
            && (route.path.ends_with("/pin")
                || route.path.ends_with("/interaction_policy")
                || (route.path.ends_with("{id}") && route.method != Method::GET));
        if !is_groups && !is_authors {
            continue;
        }
        for path in hall.paths(route) {
            let answer = call(boss, route, &path, &hall.greedy("none"));
            assert!(
                [403, 404, 422].contains(&answer.status),
                "{} {path}: {} {}",
                title(route),
                answer.status,
                answer.text()
            );
        }
    }
    hall.is_untouched(&before, "a route of a group");

    // An app does not sign in as a group whose moderator one is not.
    let ctx = place.ctx();
    let account = database::accounts::get(&mut place.conn(), account_id(&circle.id));
    let account = Arc::new(account.expect("a group"));
    let scopes = Scopes::parse("read write admin:read admin:write").expect("scopes");
    let token = runtime().block_on(async {
        let human = services::sign_in::viewer_named(&ctx, "boss").await?;
        let viewer = human.acting_for(account);
        services::oauth::mint(&ctx, &viewer, None, scopes, None).await
    });
    assert!(
        token.is_err(),
        "a token of the group for who runs the server"
    );

    let browser = Browser::of(place, &hall.boss);
    let csrf = browser
        .open("/@circle/administration")
        .form_with("reason", Some(""))
        .fields
        .iter()
        .find(|field| field.0 == "csrf")
        .expect("a form of ours")
        .1
        .clone();
    let entry = &hall.ids[3];
    let pages = [
        "settings",
        "queue",
        "reports/1",
        "answers",
        &format!("log/{entry}"),
    ]
    .map(|page| format!("/@circle/{page}"));
    for page in &pages {
        for verb in VERBS {
            let body = Body::form(&[
                ("csrf", &csrf),
                ("do", verb),
                ("who", &hall.boss.id),
                ("account", &hall.boss.id),
                ("status", &hall.thread),
                ("role", "owner"),
                ("close_name", "circle"),
                ("words", "because"),
                ("reason", "because"),
                ("rule_id", ""),
                ("rule_text", "Obey"),
                ("rule_hint", ""),
                ("title", "words"),
                ("body", "words"),
                ("answer", "words"),
            ]);
            let answer = browser.ask(Method::POST, page, Some(body));
            assert!(
                [403, 404, 422].contains(&answer.status),
                "{page} {verb}: {}",
                answer.status
            );
        }
    }
    for page in ["settings", "queue", "reports", "answers", "export"] {
        let answer = browser.ask(Method::GET, &format!("/@circle/{page}"), None);
        assert!([403, 404].contains(&answer.status), "{page}");
    }
    hall.is_untouched(&before, "a page of a group");
    assert_eq!(hall.logged(), 0);
}

/// The watch is shown to find something: each of these does by hand what a broken door would do.
fn the_watch_finds_what_a_broken_door_lets_in(stage: &Stage) {
    let hall = Hall::new(*stage);
    let place = &hall.world.place;
    let group = account_id(&hall.circle.id);
    let mut conn = place.conn();
    let mut before = hall.seen();
    assert!(hall.differences(&before).is_empty());
    let mut finds = |what: &str, part: &str| {
        let found = hall.differences(&before);
        assert!(
            found.iter().any(|one| one.contains(part)),
            "{what}: {found:#?}"
        );
        before = hall.seen();
    };

    let account = database::accounts::get(&mut conn, group).expect("the group");
    let another = database::accounts::Profile {
        display_name: "Taken over".to_owned(),
        ..database::accounts::Profile::of(&account)
    };
    database::accounts::set_profile(&mut conn, group, &another).expect("a profile");
    finds("another name", "Taken over");

    let boss = &hall.boss;
    boss.press(&format!("/api/v1/groups/{}/join", hall.circle.id))
        .ok();
    finds("somebody who waits", "memberships has");
    place.promote_to(&hall.circle, boss, model::Role::Owner);
    finds("another role", "memberships has");

    let row = database::groups::find(&mut conn, group).expect("the database");
    let row = database::groups::Group {
        slow_mode: 60,
        ..row.expect("the group")
    };
    database::groups::update(&mut conn, &row).expect("the options");
    finds("another option", "groups has");

    database::group_rules::replace(&mut conn, group, &[]).expect("the rules");
    finds("no rules", "group_rules has no more");

    let thread: model::StatusId = hall.thread.parse().expect("an id");
    database::statuses::remove_from_group(&mut conn, thread, crate::harness::now())
        .expect("a post");
    finds("a post that was taken out", "statuses has");
    database::status_pins::delete(&mut conn, group, thread).expect("a pin");
    finds("a pin that is gone", "status_pins has no more");

    let console = crate::groups::discovery::as_group(place, &hall.world.ana, &hall.circle);
    console.publish("said as the group");
    finds("a post of the group", "said as the group");
}
