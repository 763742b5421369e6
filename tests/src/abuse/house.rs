//! A place in which ana has one of everything that has an id, and the words with which each route is
//! called rightly. No case here.

use std::collections::BTreeMap;

use http::Method;
use model::{GroupKind, ServerRole};
use serde_json::{Value, json};
use server::api::Route;

use crate::api::admin_accounts::staff;
use crate::api::media::picture;
use crate::harness::{
    Answer, Body, Client, Instance, Part, Person, Stage, eventually, id_of, now, runtime,
};

/// Where ana has one of everything.
pub(super) struct House {
    /// The server.
    pub(super) place: Instance,
    /// Everything is hers.
    pub(super) ana: Person,
    /// He follows her and wrote to her.
    pub(super) ben: Person,
    /// She is nobody to ana.
    pub(super) eve: Person,
    /// She may do what an administrator may.
    pub(super) boss: Person,
    ids: BTreeMap<&'static str, String>,
}

/// What the names in a path stand for, by the beginning of the path; the first that fits counts.
const NAMES: &[(&str, &[&str])] = &[
    ("/api/v1/accounts/{", &["ben"]),
    ("/api/v1/admin/accounts/{", &["ben"]),
    ("/api/v1/admin/groups/{", &["group"]),
    ("/api/v1/admin/canonical_email_blocks/{", &["email block"]),
    ("/api/v1/admin/domain_allows/{", &["domain allow"]),
    ("/api/v1/admin/domain_blocks/{", &["domain block"]),
    (
        "/api/v1/admin/email_domain_blocks/{",
        &["email domain block"],
    ),
    ("/api/v1/admin/ip_blocks/{", &["ip block"]),
    ("/api/v1/admin/reports/{", &["report"]),
    ("/api/v1/admin/tags/{", &["tag"]),
    ("/api/v1/admin/trends/links/publishers/{", &["nothing"]),
    ("/api/v1/admin/trends/links/{", &["nothing"]),
    ("/api/v1/admin/trends/statuses/{", &["nothing"]),
    ("/api/v1/admin/trends/tags/{", &["tag"]),
    ("/api/v1/annual_reports/{", &["year"]),
    ("/api/v1/announcements/{", &["announcement", "word"]),
    (
        "/api/v1/collections/{",
        &["collection", "item of a collection"],
    ),
    ("/api/v1/conversations/{", &["conversation"]),
    ("/api/v1/featured_tags/{", &["featured tag"]),
    ("/api/v1/filters/{", &["keyword"]),
    ("/api/v1/follow_requests/{", &["cho"]),
    (
        "/api/v1/groups/{id}/membership_requests/{",
        &["group", "cho"],
    ),
    (
        "/api/v1/groups/{id}/statuses/{",
        &["group", "status of a group"],
    ),
    ("/api/v1/groups/{", &["group"]),
    ("/api/v1/instance/terms_of_service/{", &["date"]),
    ("/api/v1/lists/{", &["list"]),
    ("/api/v1/media/{", &["media"]),
    (
        "/api/v1/notifications/requests/{",
        &["request of a stranger"],
    ),
    ("/api/v1/notifications/{", &["notification"]),
    ("/api/v1/polls/{", &["poll"]),
    ("/api/v1/scheduled_statuses/{", &["scheduled"]),
    ("/api/v1/statuses/{", &["status", "quote"]),
    ("/api/v1/suggestions/{", &["ben"]),
    ("/api/v1/tags/{", &["word"]),
    ("/api/v1/timelines/group/{", &["group"]),
    ("/api/v1/timelines/list/{", &["list"]),
    ("/api/v1/timelines/tag/{", &["word"]),
    ("/api/v1_alpha/async_refreshes/{", &["nothing"]),
    ("/api/v2/filters/keywords/{", &["keyword"]),
    ("/api/v2/filters/statuses/{", &["status in a filter"]),
    ("/api/v2/filters/{", &["filter"]),
    ("/api/v2/notifications/{", &["group of notifications"]),
];

/// What the names in the path of a route stand for, in their order.
pub(super) fn names(route: &Route) -> Vec<&'static str> {
    let count = route.path.matches('{').count();
    if count == 0 {
        return Vec::new();
    }
    let fits = |(start, _): &&(&str, &[&str])| route.path.starts_with(start);
    let Some((_, names)) = NAMES.iter().find(fits) else {
        panic!(
            "{} {}: say in `abuse::house` what its names stand for",
            route.method, route.path
        );
    };
    assert!(names.len() >= count, "{}: a name is missing", route.path);
    names.iter().copied().take(count).collect()
}

/// The path of a route with what stands for each name.
pub(super) fn fill(route: &Route, with: impl Fn(&'static str) -> String) -> String {
    let mut path = String::new();
    let mut names = names(route).into_iter();
    let mut inside = false;
    for letter in route.path.chars() {
        match letter {
            '{' => {
                inside = true;
                path.push_str(&with(names.next().expect("a name")));
            }
            '}' => inside = false,
            _ if !inside => path.push(letter),
            _ => {}
        }
    }
    path
}

/// `METHOD path`, for complaints.
pub(super) fn title(route: &Route) -> String {
    format!("{} {}", route.method, route.path)
}

/// Calls a route; of a body that is an object and not empty a GET makes a query.
pub(super) fn call(who: &Client, route: &Route, path: &str, body: &Value) -> Answer {
    if route.method == Method::GET || route.method == Method::DELETE {
        let query = query(body);
        let path = if query.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{query}")
        };
        return who.ask(route.method.clone(), &path, &[], None);
    }
    who.ask(route.method.clone(), path, &[], Some(Body::json(body)))
}

/// Values as a query: `a=1&b[]=2&c[d]=3`.
fn query(body: &Value) -> String {
    fn put(pairs: &mut Vec<(String, String)>, key: &str, value: &Value) {
        match value {
            Value::Object(map) => map
                .iter()
                .for_each(|(name, value)| put(pairs, &format!("{key}[{name}]"), value)),
            Value::Array(list) => list
                .iter()
                .for_each(|value| put(pairs, &format!("{key}[]"), value)),
            Value::String(text) => pairs.push((key.to_owned(), text.clone())),
            other => pairs.push((key.to_owned(), other.to_string())),
        }
    }
    let mut pairs = Vec::new();
    for (name, value) in body.as_object().into_iter().flatten() {
        put(&mut pairs, name, value);
    }
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

impl House {
    /// With everything in it.
    pub(super) fn new(stage: Stage) -> Self {
        let place = stage.instance();
        let boss = staff(&place, "boss", ServerRole::Admin);
        let [ana, ben, cho, eve] = ["ana", "ben", "cho", "eve"].map(|name| place.person(name));
        let mut house = Self {
            ids: BTreeMap::from([
                ("ana", ana.id.clone()),
                ("ben", ben.id.clone()),
                ("cho", cho.id.clone()),
                ("nothing", "42".to_owned()),
                ("word", "tea".to_owned()),
                // The id of a tag is its word.
                ("tag", "tea".to_owned()),
                ("date", "2026-01-01".to_owned()),
                ("year", "2026".to_owned()),
            ]),
            place,
            ana,
            ben,
            eve,
            boss,
        };
        house.furnish_with_posts();
        house.furnish_with_order();
        house.furnish_with_people(&cho);
        house.furnish_for_the_staff();
        house.place.settle_inside();
        house
    }

    /// The id of what ana has of this kind.
    pub(super) fn id(&self, name: &str) -> &str {
        self.ids
            .get(name)
            .unwrap_or_else(|| panic!("there is no {name} in the house"))
    }

    /// A text in which `[thing]` stands for its id.
    pub(super) fn with_ids(&self, text: &str) -> String {
        self.with_these_ids(text, str::to_owned)
    }

    /// The same with something else made of each id.
    pub(super) fn with_these_ids(&self, text: &str, of: impl Fn(&str) -> String) -> String {
        self.ids.iter().fold(text.to_owned(), |text, (name, id)| {
            text.replace(&format!("[{name}]"), &of(id))
        })
    }

    /// A text with what was made of each id taken out.
    pub(super) fn without_these_ids(&self, text: &str, of: impl Fn(&str) -> String) -> String {
        let ids = self.ids.values().filter(|id| id.len() > 10);
        ids.fold(text.to_owned(), |text, id| text.replace(&of(id), "ID"))
    }

    fn keep(&mut self, name: &'static str, thing: &Value) {
        self.ids.insert(name, id_of(thing));
    }

    fn furnish_with_posts(&mut self) {
        let post = |draft: &Value| self.ana.post("/api/v1/statuses", draft).ok();
        self.ben.towards(&self.ana.id, "follow").ok();
        let status = post(
            &json!({"status": "for followers #tea", "visibility": "private",
            "poll": {"options": ["tea", "coffee"], "expires_in": 3600}}),
        );
        let quote = post(
            &json!({"status": "my own", "quoted_status_id": id_of(&status), "visibility": "private"}),
        );
        let later = now().plus(3_600_000).iso();
        let scheduled = post(&json!({"status": "later", "scheduled_at": later}));
        let bytes = picture(60, 40);
        let file = Part {
            name: "file",
            file: Some(("tea.png", "image/png")),
            bytes: &bytes,
        };
        let media = self.ana.multipart("/api/v2/media", &[file]).ok();
        self.keep("poll", &status["poll"]);
        self.keep("status", &status);
        self.keep("quote", &quote);
        self.keep("scheduled", &scheduled);
        self.keep("media", &media);
    }

    fn furnish_with_order(&mut self) {
        let ana = self.ana.app.clone();
        let list = ana.post("/api/v1/lists", &json!({"title": "Mine"})).ok();
        let filter = json!({"title": "t", "context": ["home"], "keywords_attributes": [{"keyword": "kopi"}]});
        let filter = ana.post("/api/v2/filters", &filter).ok();
        let path = format!("/api/v2/filters/{}/statuses", id_of(&filter));
        let status = json!({"status_id": self.id("status")});
        let row = ana.post(&path, &status).ok();
        let featured = json!({"name": "tea"});
        let featured = ana.post("/api/v1/featured_tags", &featured).ok();
        self.keep("featured tag", &featured);
        self.keep("list", &list);
        self.keep("keyword", &filter["keywords"][0]);
        self.keep("filter", &filter);
        self.keep("status in a filter", &row);
        let group = self
            .place
            .group("circle", "The circle", &self.ana, GroupKind::Approved);
        let thread = ana.publish("@circle a thread");
        self.ids.insert("group", group.id);
        self.keep("status of a group", &thread);
    }

    fn furnish_with_people(&mut self, cho: &Person) {
        let update = "/api/v1/accounts/update_credentials";
        self.ben.patch(update, &json!({"discoverable": true})).ok();
        self.ana.patch(update, &json!({"locked": true})).ok();
        let new = json!({"name": "Growers", "description": "", "sensitive": false, "discoverable": false});
        let made = self.ana.post("/api/v1/collections", &new).ok()["collection"].clone();
        let path = format!("/api/v1/collections/{}/items", id_of(&made));
        let item = json!({"account_id": self.ben.id});
        let item = self.ana.post(&path, &item).ok()["collection_item"].clone();
        self.keep("collection", &made);
        self.keep("item of a collection", &item);
        cho.towards(&self.ana.id, "follow").ok();
        cho.press(&format!("/api/v1/groups/{}/join", self.id("group")))
            .ok();
        cho.publish_to("direct", "@ana you do not know me");
        self.ben.publish("@ana hello");
        let ana = self.ana.app.clone();
        let first = |path: &str| eventually(path, || ana.items(path).into_iter().next());
        let request = first("/api/v1/notifications/requests");
        let told = first("/api/v1/notifications?types[]=mention");
        let key = told["group_key"].as_str().expect("a key").to_owned();
        let conversation = first("/api/v1/conversations");
        self.keep("request of a stranger", &request);
        self.keep("notification", &told);
        self.ids.insert("group of notifications", key);
        self.keep("conversation", &conversation);
    }

    fn furnish_for_the_staff(&mut self) {
        let report = json!({"account_id": self.ben.id, "comment": "rude"});
        self.ana.post("/api/v1/reports", &report).ok();
        let boss = self.boss.app.clone();
        let make =
            |path: &str, body: &Value| boss.post(&format!("/api/v1/admin/{path}"), body).ok();
        let report = boss.items("/api/v1/admin/reports")[0].clone();
        self.keep("report", &report);
        for (name, path, body) in [
            (
                "domain block",
                "domain_blocks",
                json!({"domain": "evil.example", "severity": "silence"}),
            ),
            (
                "domain allow",
                "domain_allows",
                json!({"domain": "good.example"}),
            ),
            (
                "email domain block",
                "email_domain_blocks",
                json!({"domain": "spam.example"}),
            ),
            (
                "ip block",
                "ip_blocks",
                json!({"ip": "192.0.2.0/24", "severity": "sign_up_block"}),
            ),
            (
                "email block",
                "canonical_email_blocks",
                json!({"email": "spammer@mail.example"}),
            ),
        ] {
            let made = make(path, &body);
            self.keep(name, &made);
        }
        let draft = services::announcements::Draft {
            text: "The hall is closed".to_owned(),
            ..services::announcements::Draft::default()
        };
        let ctx = self.place.ctx();
        let made = runtime().block_on(async { services::announcements::create(&ctx, draft).await });
        let id = made.expect("an announcement").id.to_string();
        self.ids.insert("announcement", id);
    }

    /// What makes a call of this route a right one, where it needs words at all.
    pub(super) fn words(&self, route: &Route) -> Value {
        let id = |name: &str| self.id(name).to_owned();
        let later = || now().plus(7_200_000).iso();
        if route.path.starts_with("/api/v1/admin/") {
            return words_of_the_staff(route.path, &later());
        }
        let writes = route.method != Method::GET && route.method != Method::DELETE;
        match route.path {
            "/api/v1/statuses" if writes => json!({"status": "words"}),
            "/api/v1/statuses/{id}" if writes => json!({"status": "other words"}),
            "/api/v1/statuses/{id}/interaction_policy" => {
                json!({"quote_approval_policy": "nobody"})
            }
            "/api/v1/scheduled_statuses/{id}" if writes => json!({"scheduled_at": later()}),
            "/api/v1/polls/{id}/votes" => json!({"choices": ["0"]}),
            "/api/v1/media/{id}" if writes => json!({"description": "words"}),
            "/api/v1/lists" | "/api/v1/lists/{id}" if writes => json!({"title": "words"}),
            "/api/v1/lists/{id}/accounts" if route.method != Method::GET => {
                json!({"account_ids": [id("ben")]})
            }
            "/api/v2/filters" if writes => {
                json!({"title": "words", "context": ["home"], "keywords_attributes": [{"keyword": "x"}]})
            }
            "/api/v2/filters/{id}" if writes => json!({"title": "words"}),
            "/api/v2/filters/{id}/keywords" | "/api/v2/filters/keywords/{id}" if writes => {
                json!({"keyword": "words"})
            }
            "/api/v2/filters/{id}/statuses" if writes => json!({"status_id": id("status")}),
            "/api/v1/filters" | "/api/v1/filters/{id}" if writes => {
                json!({"phrase": "words", "context": ["home"]})
            }
            "/api/v1/collections" if writes => {
                json!({"name": "words", "description": "", "sensitive": false, "discoverable": false})
            }
            "/api/v1/collections/{id}" if writes => json!({"name": "words"}),
            "/api/v1/collections/{id}/items" => json!({"account_id": id("cho")}),
            "/api/v1/featured_tags" if writes => json!({"name": "words"}),
            "/api/v1/reports" => json!({"account_id": id("ben"), "comment": "words"}),
            "/api/v1/accounts/{id}/note" => json!({"comment": "words"}),
            "/api/v1/groups" if writes => json!({"display_name": "Words"}),
            "/api/v1/groups/{id}/blocks" | "/api/v1/groups/{id}/kick"
                if route.method != Method::GET =>
            {
                json!({"account_ids": [id("ben")], "reason": "words"})
            }
            "/api/v1/domain_blocks" if route.method != Method::GET => {
                json!({"domain": "words.example"})
            }
            "/api/v1/domain_blocks/preview" => json!({"domain": "words.example"}),
            "/api/v1/apps" => {
                json!({"client_name": "words", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"})
            }
            "/api/v2/search" | "/api/v1/search" | "/api/v1/accounts/search" => {
                json!({"q": "words"})
            }
            "/api/v1/accounts/lookup" => json!({"acct": "ana"}),
            "/api/v1/timelines/link" => json!({"url": "https://words.example/"}),
            "/api/oembed" => json!({"url": self.place.url("/@ana/1")}),
            "/api/v1/markers" if writes => json!({"home": {"last_read_id": "1"}}),
            "/api/v1/notifications/requests/accept" | "/api/v1/notifications/requests/dismiss" => {
                json!({"id": [id("request of a stranger")]})
            }
            _ => json!({}),
        }
    }
}

fn words_of_the_staff(path: &str, later: &str) -> Value {
    match path.trim_start_matches("/api/v1/admin/") {
        "domain_blocks" => json!({"domain": "words.example", "severity": "silence"}),
        "domain_allows" | "email_domain_blocks" => json!({"domain": "words.example"}),
        "ip_blocks" => json!({"ip": "198.51.100.0/24", "severity": "sign_up_block"}),
        "canonical_email_blocks" | "canonical_email_blocks/test" => {
            json!({"email": "words@mail.example"})
        }
        "groups/{id}/suspend" => json!({"text": "words"}),
        "accounts/{id}/action" => json!({"type": "none", "text": "words"}),
        "measures" => json!({"keys": ["new_users"], "start_at": "2026-01-01", "end_at": later}),
        "dimensions" => json!({"keys": ["languages"], "start_at": "2026-01-01", "end_at": later}),
        "retention" => {
            json!({"start_at": "2026-01-01", "end_at": "2026-01-02", "frequency": "day"})
        }
        _ => json!({}),
    }
}
