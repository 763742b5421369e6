//! The canary sweep (threats, rows 115 to 127): words that stand nowhere else are planted in every kind of private
//! thing, and then looked for in every byte that the place gives to those who may not read it: each route of
//! the API, each page, each document, the streams, and whatever reached other servers. And the sweep is
//! shown to find them once the gate stands open.

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use model::{GroupKind, ServerRole, StatusId, Visibility};
use serde_json::{Value, json};
use server::api::{self, Stand};

use super::house::{call, fill, title};
use crate::api::admin_accounts::staff;
use crate::api::media::picture;
use crate::api::push::{Phone, Service};
use crate::harness::{
    Browser, Client, Ear, Group, Instance, Part, Peer, Person, Stage, World, eventually, id_of,
    on_both_engines,
};

on_both_engines![
    nothing_private_reaches_anyone_but_its_readers,
    what_may_be_read_here_alone_reaches_no_other_server,
    the_sweep_finds_what_an_open_gate_lets_out,
    who_left_reads_nothing_from_that_moment_on,
];

/// The beginning of every planted word.
const MARK: &str = "kenari";

/// A private group with one of everything in it.
struct Planted {
    world: World,
    hut: Group,
    /// A stranger here, who follows ben and ana.
    eve: Person,
    /// She was a member, and left.
    fay: Person,
    boss: Person,
    /// A server of microblogs that follows ben, and one of groups.
    microblog: Peer,
    lemmy: Peer,
    /// Ben's thread, ana's answer, ben's poll.
    posts: Vec<String>,
    poll: String,
    list: String,
    /// What is pushed to the phones of those who may not read the group.
    pushed: Service,
    phone: Phone,
}

fn join(who: &Person, owner: &Person, group: &Group) {
    who.press(&format!("/api/v1/groups/{}/join", group.id)).ok();
    let path = format!(
        "/api/v1/groups/{}/membership_requests/{}/authorize",
        group.id, who.id
    );
    owner.press(&path).ok();
}

impl Planted {
    fn new(stage: Stage) -> Self {
        let world = World::new(stage);
        let place = &world.place;
        let hut = place.group("hut", "The hut", &world.ana, GroupKind::Private);
        let [eve, fay] = ["eve", "fay"].map(|name| place.person(name));
        let boss = staff(place, "boss", ServerRole::Admin);
        for who in [&world.ben, &fay] {
            join(who, &world.ana, &hut);
        }
        for whom in [&world.ben, &world.ana] {
            eve.towards(&whom.id, "follow").ok();
        }
        let (microblog, lemmy) = (Peer::new("mastodon"), Peer::new("lemmy"));
        for wire in [&microblog, &lemmy] {
            let ben = place.url("/users/ben");
            wire.send(&place.url("/users/ben/inbox"), &wire.follow(&ben));
            wire.receives("ben accepts", |activity| activity["type"] == "Accept");
        }
        fay.press(&format!("/api/v1/groups/{}/leave", hut.id)).ok();
        let list = id_of(&world.ben.list_of(&hut).expect("a list"));
        let (pushed, phone) = (Service::start(), Phone::new());
        for (name, who) in [("eve", &eve), ("fay", &fay), ("boss", &boss)] {
            who.hears_strangers();
            let mut wish = phone.subscription(&format!("{}/{name}", pushed.base), true);
            wish["data"]["alerts"] = json!({
                "mention": true, "status": true, "favourite": true, "reblog": true, "poll": true, "update": true,
                "quote": true, "follow_request": true, "admin.report": true,
            });
            let app = place.with_token(&place.token(name, "read write push"));
            app.post("/api/v1/push/subscription", &wish).ok();
        }
        let mut planted = Self {
            world,
            hut,
            eve,
            fay,
            boss,
            microblog,
            lemmy,
            posts: Vec::new(),
            poll: String::new(),
            list,
            pushed,
            phone,
        };
        planted.plant();
        planted.world.place.settle();
        planted
    }

    fn plant(&mut self) {
        let (ben, ana) = (&self.world.ben, &self.world.ana);
        let bytes = picture(60, 40);
        let parts = [
            Part {
                name: "file",
                file: Some(("kenariberkas.png", "image/png")),
                bytes: &bytes,
            },
            Part {
                name: "description",
                file: None,
                bytes: b"kenarigambar",
            },
        ];
        let media = id_of(&ben.multipart("/api/v2/media", &parts).ok());
        let link = self
            .microblog
            .actor()
            .replace("/users/eve", "/kenaritautan");
        let thread = ben
            .post(
                "/api/v1/statuses",
                &json!({
                    "status": format!("kenariteks #kenaritagar @eve @{} {link}", self.handle()),
                    "spoiler_text": "kenariperingatan",
                    "group_id": self.hut.id,
                    "media_ids": [media],
                }),
            )
            .ok();
        assert_eq!(thread["visibility"], "private", "{thread}");
        let answer = ana.reply(&id_of(&thread), "kenarijawaban");
        // To the group alone, with the audience that an app calls private: Mastodon's own way.
        let poll = ben
            .post(
                "/api/v1/statuses",
                &json!({
                    "status": "@hut kenaritanya", "visibility": "private",
                    "poll": {"options": ["kenaripilihan", "other"], "expires_in": 3600},
                }),
            )
            .ok();
        let thread = id_of(&thread);
        ben.put(
            &format!("/api/v1/statuses/{thread}"),
            &json!({"status": "kenariteks kenarisuntingan #kenaritagar", "media_ids": [media]}),
        )
        .ok();
        ana.act(&thread, "favourite").ok();
        ana.act(&thread, "bookmark").ok();
        for verb in ["reblog", "pin"] {
            ben.act(&thread, verb).refused(422);
        }
        let quote = json!({"status": "look", "quoted_status_id": thread, "visibility": "public"});
        ana.post("/api/v1/statuses", &quote).refused(422);
        // A letter to the moderators of an open group, and a post that waits for them.
        self.world
            .ben
            .publish_to("direct", "@garden kenarisurat to the moderators");
        let hold = json!({"holds_first": true});
        ana.put(&format!("/api/v1/groups/{}", self.world.garden.id), &hold)
            .ok();
        let held = ben.publish("@garden kenaritahan");
        self.poll = id_of(&poll["poll"]);
        self.posts = vec![thread, id_of(&answer), id_of(&poll), id_of(&held)];
    }

    fn handle(&self) -> String {
        let host = self.lemmy.base.trim_start_matches("http://");
        format!("eve@{host}")
    }

    fn place(&self) -> &Instance {
        &self.world.place
    }

    /// What stands for a name in a path, in the round of this number.
    fn id(&self, name: &str, round: usize) -> String {
        let pick = |from: &[&String]| (*from[round % from.len()]).clone();
        let people = [
            &self.world.ben.id,
            &self.world.ana.id,
            &self.hut.id,
            &self.world.garden.id,
        ];
        match name {
            "ben" | "cho" => pick(&people),
            "group" => self.hut.id.clone(),
            "list" => self.list.clone(),
            "poll" => self.poll.clone(),
            "word" | "tag" => "kenaritagar".to_owned(),
            name if name.starts_with("status") || name == "quote" => {
                pick(&self.posts.iter().collect::<Vec<_>>())
            }
            _ => "42".to_owned(),
        }
    }
}

/// Where which planted word was found.
pub(super) type Found = BTreeMap<String, BTreeSet<String>>;

/// The planted words in a text, but those that who asked had said themselves.
pub(super) fn marks(text: &str, asked: &str) -> BTreeSet<String> {
    let text = text.to_lowercase();
    text.match_indices(MARK)
        .map(|(at, _)| {
            let rest = text.split_at(at).1;
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric());
            rest.split_at(end.unwrap_or(rest.len())).0.to_owned()
        })
        .filter(|word| !asked.contains(word.as_str()))
        .collect()
}

pub(super) fn note(found: &mut Found, place: &str, text: &str, asked: &str) {
    let words = marks(text, asked);
    if !words.is_empty() {
        found.entry(place.to_owned()).or_default().extend(words);
    }
}

/// What someone asks for who looks for these words.
const SEARCHES: &[&str] = &[
    "kenariteks",
    "kenarita",
    "kenaritanya",
    "@hut",
    "!hut",
    "kenari",
];

/// Every route that reads, as each of these callers.
fn sweep_the_api(planted: &Planted, found: &mut Found) {
    let place = planted.place();
    let visitor = place.visitor();
    let callers: [(&str, &Client); 4] = [
        ("nobody", &visitor),
        ("a stranger", &planted.eve.app),
        ("who left", &planted.fay.app),
        ("the staff", &planted.boss.app),
    ];
    let routes = api::table();
    let reading = routes.iter().filter(|route| {
        route.method == Method::GET
            && route.stand == Stand::Works
            && !route.path.starts_with("/api/v1/streaming")
    });
    for route in reading {
        for round in 0..4 {
            let path = fill(route, |name| planted.id(name, round));
            for (name, caller) in callers {
                let answer = call(caller, route, &path, &json!({}));
                let told = format!("{:?} {}", answer.headers, answer.text());
                note(found, &format!("{} for {name}", title(route)), &told, &path);
            }
            if !route.path.contains('{') {
                break;
            }
        }
    }
    for (name, caller) in callers {
        for q in SEARCHES {
            for path in ["/api/v2/search", "/api/v1/accounts/search"] {
                let query = format!("{path}?q={q}&limit=40&resolve=true");
                note(
                    found,
                    &format!("{path} for {name}"),
                    &caller.get(&query).text(),
                    q,
                );
            }
        }
        let one_more = [
            format!(
                "/api/v1/accounts/{}/statuses?exclude_replies=false",
                planted.hut.id
            ),
            format!(
                "/api/v1/accounts/{}/statuses?pinned=true",
                planted.world.ben.id
            ),
            format!(
                "/api/v1/accounts/{}/statuses?only_media=true",
                planted.world.ben.id
            ),
            format!(
                "/api/v1/accounts/{}/statuses?tagged=kenaritagar",
                planted.world.ben.id
            ),
            "/api/v1/notifications?include_filtered=true&limit=40".to_owned(),
            format!(
                "/api/oembed?url={}",
                place.url(&format!("/@ben/{}", planted.posts[0]))
            ),
        ];
        for path in &one_more {
            note(
                found,
                &format!("{path} for {name}"),
                &caller.get(path).text(),
                path,
            );
        }
    }
}

/// Every page, as who is not signed in and as who may not read the group.
fn sweep_the_pages(planted: &Planted, found: &mut Found) {
    let mut paths: Vec<String> = [
        "/",
        "/about",
        "/groups",
        "/home",
        "/@ben",
        "/@ben?replies=1",
        "/@ana",
        "/@hut",
        "/@hut/log",
        "/@hut/log.rss",
        "/@hut/queue",
        "/@hut/settings",
        "/@hut/export",
        "/@hut/administration",
        "/@hut.rss",
        "/@garden",
        "/@garden.rss",
        "/@garden/log",
        "/@garden/queue",
        "/tags/kenaritagar",
        "/robots.txt",
        "/search?q=hut",
    ]
    .map(str::to_owned)
    .to_vec();
    paths.extend(SEARCHES.iter().map(|q| format!("/search?q={q}")));
    for author in ["ben", "ana", "hut"] {
        paths.extend(planted.posts.iter().map(|id| format!("/@{author}/{id}")));
    }
    paths.extend(planted.posts.iter().map(|id| format!("/new?reply_to={id}")));
    let place = planted.place();
    let readers = [
        ("nobody", Browser::new(place)),
        ("a stranger", Browser::of(place, &planted.eve)),
        ("who left", Browser::of(place, &planted.fay)),
    ];
    for (name, browser) in &readers {
        for path in &paths {
            let answer = browser.ask(Method::GET, path, None);
            note(found, &format!("{path} for {name}"), &answer.text(), path);
        }
    }
}

/// Every document that other servers read, unsigned and signed by one that follows ben.
fn sweep_the_documents(planted: &Planted, found: &mut Found) {
    let place = planted.place();
    let mut paths: Vec<String> = [
        "/nodeinfo/2.0",
        "/nodeinfo/2.1",
        "/.well-known/webfinger?resource=acct:hut@x",
        "/tags/kenaritagar",
        "/api/v1/instance/activity",
    ]
    .map(str::to_owned)
    .to_vec();
    for actor in ["/users/ben", "/users/ana", "/g/hut", "/g/garden"] {
        for part in [
            "",
            "/outbox",
            "/outbox?page=true",
            "/followers",
            "/following",
            "/featured",
            "/moderators",
            "/collections/featured",
            "/tags",
        ] {
            paths.push(format!("{actor}{part}"));
        }
        for id in &planted.posts {
            for part in ["", "/activity", "/replies", "/likes", "/shares", "/context"] {
                paths.push(format!("{actor}/statuses/{id}{part}"));
            }
        }
    }
    for path in &paths {
        let answer = place.visitor().document(path);
        note(found, &format!("{path} unsigned"), &answer.text(), path);
        for (name, wire) in [
            ("a microblog", &planted.microblog),
            ("Lemmy", &planted.lemmy),
        ] {
            let answer = wire.signed_get(&place.url(path));
            note(found, &format!("{path} for {name}"), &answer.text(), path);
        }
    }
}

/// What reached other servers by itself.
fn sweep_the_wires(planted: &Planted, mark: &str, found: &mut Found) {
    for (name, wire) in [
        ("a microblog", &planted.microblog),
        ("Lemmy", &planted.lemmy),
    ] {
        for one in wire.arrived() {
            let text = one.activity.to_string();
            if text.to_lowercase().contains(mark) {
                let kind = one.activity["type"].as_str().unwrap_or_default();
                let what = format!("{kind} that {name} got");
                found.entry(what).or_default().insert(mark.to_owned());
            }
        }
        let asked = wire.fetched().join(" ");
        if asked.contains(mark) {
            let what = format!("a request to {name}");
            found.entry(what).or_default().insert(mark.to_owned());
        }
    }
}

/// What was pushed to the phones of those who may not read the group, and what was written to anyone by mail: who may
/// read it finds nothing of it in a subject either.
fn sweep_the_post(planted: &Planted, found: &mut Found) {
    let place = planted.place();
    planted.world.ben.publish("@eve open words");
    place.settle();
    let mut told = Vec::new();
    eventually("eve hears what is for her", || {
        let news = planted.pushed.all();
        told.extend(
            news.iter()
                .map(|got| planted.phone.read_standard(got).to_string()),
        );
        let last = told.iter().any(|message| message.contains("open words"));
        last.then_some(())
    });
    for message in told {
        note(found, "a message to a phone", &message, "");
    }
    let readers = [&planted.world.ana, &planted.world.ben].map(Person::email);
    for mail in place.mails() {
        let heads: Vec<&str> = mail.lines().take_while(|line| !line.is_empty()).collect();
        let is_readers = heads
            .iter()
            .filter(|line| line.starts_with("To:"))
            .all(|line| readers.iter().any(|reader| line.contains(reader.as_str())));
        let told = if is_readers { heads.join("\n") } else { mail };
        note(found, "a mail", &told, "");
    }
}

fn sweep(planted: &Planted) -> Found {
    let mut found = Found::new();
    sweep_the_api(planted, &mut found);
    sweep_the_pages(planted, &mut found);
    sweep_the_documents(planted, &mut found);
    sweep_the_wires(planted, MARK, &mut found);
    sweep_the_post(planted, &mut found);
    found
}

fn nothing_private_reaches_anyone_but_its_readers(stage: &Stage) {
    let planted = Planted::new(*stage);
    // Its readers have it all.
    let thread = planted.world.ana.status(&planted.posts[0]).ok().to_string();
    for word in [
        "kenariteks",
        "kenarisuntingan",
        "kenariperingatan",
        "kenarigambar",
        "kenaritagar",
    ] {
        assert!(thread.contains(word), "{word}: {thread}");
    }
    let found = sweep(&planted);
    assert!(found.is_empty(), "{found:#?}");
    // Nor does the number of its posts show.
    let hut = planted
        .place()
        .visitor()
        .get(&format!("/api/v1/accounts/{}", planted.hut.id))
        .ok();
    assert_eq!(hut["statuses_count"], 0, "{hut}");
    assert_eq!(hut["last_status_at"], Value::Null, "{hut}");
}

fn what_may_be_read_here_alone_reaches_no_other_server(stage: &Stage) {
    let planted = Planted::new(*stage);
    let world = &planted.world;
    let (place, garden) = (&world.place, format!("/api/v1/groups/{}", world.garden.id));
    let options = json!({"local_only": true, "holds_first": false});
    world.ana.put(&garden, &options).ok();
    let thread = world.ben.publish("@garden kepodang stays here");
    let id = id_of(&thread);
    world.ana.reply(&id, "kepodang too");
    world
        .ben
        .put(
            &format!("/api/v1/statuses/{id}"),
            &json!({"status": "@garden kepodang, edited"}),
        )
        .ok();
    // It is open to all who come here, and goes nowhere.
    assert!(
        Browser::new(place)
            .open(&format!("/@ben/{id}"))
            .text()
            .contains("kepodang")
    );
    world.ana.act(&id, "reblog").refused(422);
    place.settle();
    for path in [
        format!("/users/ben/statuses/{id}"),
        format!("/users/ben/statuses/{id}/activity"),
        "/users/ben/outbox?page=true".to_owned(),
        "/g/garden/outbox?page=true".to_owned(),
    ] {
        let asked = [
            place.visitor().document(&path),
            planted.lemmy.signed_get(&place.url(&path)),
        ];
        assert!(
            asked
                .iter()
                .all(|answer| !answer.text().contains("kepodang")),
            "{path}"
        );
    }
    // Opened again, what was written behind the wall stays behind it.
    world.ana.put(&garden, &json!({"local_only": false})).ok();
    world.ben.delete(&format!("/api/v1/statuses/{id}")).ok();
    place.settle();
    let mut found = Found::new();
    sweep_the_wires(&planted, "kepodang", &mut found);
    sweep_the_wires(&planted, &id, &mut found);
    assert!(found.is_empty(), "{found:#?}");
}

fn the_sweep_finds_what_an_open_gate_lets_out(stage: &Stage) {
    let planted = Planted::new(*stage);
    let mut conn = planted.place().conn();
    for id in &planted.posts {
        let id: StatusId = id.parse().expect("an id");
        database::statuses::set_visibility(&mut conn, id, Visibility::Public).expect("it is open");
    }
    drop(conn);
    let found = sweep(&planted);
    for place in [
        "GET /api/v1/statuses/{id} for nobody",
        "GET /api/v1/statuses/{id}/context for a stranger",
        "GET /api/v1/timelines/group/{id} for who left",
        "GET /api/v1/accounts/{id}/statuses for nobody",
        "GET /api/v1/timelines/public for a stranger",
        "GET /api/v1/timelines/tag/{tag} for nobody",
        "GET /api/v1/polls/{id} for nobody",
        "/@hut for nobody",
        "/users/ben/outbox?page=true unsigned",
        "/users/ben/outbox?page=true for Lemmy",
    ] {
        assert!(
            found.contains_key(place),
            "{place} shows nothing: {:#?}",
            found.keys()
        );
    }
}

/// Ben is sent away while he listens: from then on he reads nothing, by any door, with any token.
fn who_left_reads_nothing_from_that_moment_on(stage: &Stage) {
    let planted = Planted::new(*stage);
    let world = &planted.world;
    let place = &world.place;
    let streams = [
        json!({"stream": "user"}),
        json!({"stream": "list", "list": planted.list}),
    ];
    world.ben.towards(&world.ana.id, "follow").ok();
    let mut ear = Ear::of(place, &world.ben.app, &streams);
    let ana_alone = |draft: &Value| world.ana.post("/api/v1/statuses", draft).ok();
    ana_alone(&json!({"status": "kenarisatu", "group_id": planted.hut.id}));
    eventually("he hears it", || {
        ear.frame()
            .filter(|frame| frame.to_string().contains("kenarisatu"))
    });
    eventually("it comes home", || {
        let home = json!(world.ben.home()).to_string();
        home.contains("kenarisatu").then_some(())
    });

    let blocks = format!("/api/v1/groups/{}/blocks", planted.hut.id);
    world
        .ana
        .post(&blocks, &json!({"account_ids": [world.ben.id]}))
        .ok();
    let later = ana_alone(&json!({"status": "@ben kenaridua", "group_id": planted.hut.id}));
    world.ana.reply(&planted.posts[1], "kenaritiga");
    place.settle();
    world.ana.publish("the end");
    let mut heard = String::new();
    while !heard.contains("the end") {
        heard.push_str(&ear.next().to_string());
    }
    assert!(
        marks(&heard, "").is_disjoint(&BTreeSet::from([
            "kenaridua".to_owned(),
            "kenaritiga".to_owned()
        ])),
        "{heard}"
    );
    let list = format!("/api/v1/timelines/list/{}", planted.list);
    for path in [
        "/api/v1/timelines/home".to_owned(),
        list,
        format!("/api/v1/timelines/group/{}", planted.hut.id),
        format!("/api/v1/statuses/{}", id_of(&later)),
        format!("/api/v1/statuses/{}", planted.posts[1]),
        format!("/api/v1/statuses/{}/context", planted.posts[0]),
        "/api/v1/notifications".to_owned(),
        "/api/v2/notifications".to_owned(),
        "/api/v1/conversations".to_owned(),
    ] {
        let told = world.ben.get(&path).text();
        for word in ["kenarisatu", "kenaridua", "kenarijawaban", "kenaritiga"] {
            assert!(!told.contains(word), "{path}: {word}");
        }
    }
    // What he wrote himself is still his to read.
    world.ben.status(&planted.posts[0]).ok();
    let answer = json!({"status": "still here?", "in_reply_to_id": planted.posts[0]});
    assert_ne!(world.ben.post("/api/v1/statuses", &answer).status, 200);
}
