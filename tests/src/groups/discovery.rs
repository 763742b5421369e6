//! How groups are found: the directory, what the staff shows first, search by sign, feeds; and that what is
//! not listed is in none of it (threats, row 118).

use std::sync::Arc;

use http::Method;
use model::{GroupKind, Scopes, ServerRole};
use serde_json::{Value, json};

use crate::api::admin_accounts::staff;
use crate::harness::{
    Answer, Browser, Client, Group, Instance, Person, Stage, TwoPlaces, World, account_id, id_of,
    on_both_engines, runtime,
};

on_both_engines![
    the_directory_is_sorted_by_language_and_topic_and_tells_no_numbers,
    the_staff_shows_groups_first,
    what_is_not_listed_is_nowhere,
    what_the_staff_limits_is_not_shown,
    a_feed_holds_public_threads_alone,
    nothing_breaks_out_of_a_feed,
    a_sign_means_a_group_here_and_elsewhere,
];

/// An app in which this moderator is signed in as the group.
pub(crate) fn as_group(place: &Instance, who: &Person, group: &Group) -> Client {
    let ctx = place.ctx();
    let scopes = Scopes::parse("read write follow push admin:read admin:write").expect("scopes");
    let account = database::accounts::get(&mut place.conn(), account_id(&group.id));
    let account = Arc::new(account.expect("a group"));
    let issued = runtime().block_on(async {
        let human = services::sign_in::viewer_named(&ctx, &who.name).await?;
        let viewer = services::views::account::Viewer { account, ..human };
        services::oauth::mint(&ctx, &viewer, None, scopes, None).await
    });
    place.with_token(&issued.expect("a token").token.0)
}

/// What groups are about is counted by a worker now and then; here it is counted at once.
fn count(place: &Instance) {
    let ctx = place.ctx();
    runtime()
        .block_on(services::discovery::groups::refresh(&ctx))
        .expect("it is counted");
}

fn list(place: &Instance, group: &Group, listed: bool) {
    let owner = Person {
        name: "ana".to_owned(),
        id: String::new(),
        app: place.visitor(),
    };
    as_group(place, &owner, group)
        .patch(
            "/api/v1/accounts/update_credentials",
            &json!({ "discoverable": listed }),
        )
        .ok();
}

fn say(who: &Client, text: &str, language: &str) -> Value {
    let draft = json!({ "status": text, "language": language });
    who.post("/api/v1/statuses", &draft).ok()
}

/// The names of the groups on a page, in their order.
fn shown(page: &str) -> Vec<String> {
    page.split("<h3><a href=\"/@")
        .skip(1)
        .filter_map(|part| part.split('"').next())
        .map(str::to_owned)
        .collect()
}

fn the_directory_is_sorted_by_language_and_topic_and_tells_no_numbers(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    let garden = place.group("garden", "The garden", &ana, GroupKind::Open);
    place.group("kebun", "Kebun sekolah", &ana, GroupKind::Approved);
    ben.towards(&garden.id, "follow").ok();
    for number in 0..6 {
        let text = format!("@garden who has seeds? #Seeds number {number}");
        say(&ben, &text, "en");
    }
    // One sentence in another language makes no second language of the group.
    say(&ben, "@garden selamat pagi semuanya", "id");
    // What is not said in public says nothing of a group.
    let hushed = json!({ "status": "@garden #hushed", "visibility": "unlisted" });
    ana.post("/api/v1/statuses", &hushed).ok();
    say(&ana, "@kebun siapa punya #benih?", "id");
    as_group(&place, &ana, &garden)
        .patch(
            "/api/v1/accounts/update_credentials",
            &json!({ "note": "We plant #Trees" }),
        )
        .ok();
    count(&place);
    let visitor = Browser::new(&place);
    let found = |query: &str| shown(&visitor.open(&format!("/groups{query}")).source);
    assert_eq!(found(""), ["kebun", "garden"], "the newest thread first");
    assert_eq!(found("?topic=seeds"), ["garden"]);
    assert_eq!(found("?topic=%23Seeds"), ["garden"]);
    assert_eq!(found("?topic=trees"), ["garden"], "said of itself");
    assert_eq!(found("?language=id"), ["kebun"]);
    assert_eq!(found("?language=en&topic=seeds"), ["garden"]);
    assert!(found("?language=id&topic=seeds").is_empty());
    assert!(found("?topic=hushed").is_empty());
    assert!(found("?page=1").is_empty() && found("?page=-5").len() == 2);
    let page = visitor.open("/groups");
    let text = page.text();
    assert!(text.contains("Fewer than 10 members") && text.contains("Active now"));
    assert!(!text.contains("2 members"), "{text}");
    assert!(!text.contains("hushed"));
    let form = page.form_to("/groups");
    assert!(!form.posts && form.fields.iter().any(|field| field.0 == "topic"));
    assert!(page.source.contains("Bahasa Indonesia</option>"));
    // A hashtag that the staff hides is no topic.
    let rini = staff(&place, "rini", ServerRole::Admin);
    let change = json!({ "listable": false });
    rini.put("/api/v1/admin/tags/seeds", &change).ok();
    assert!(!visitor.open("/groups").text().contains("#seeds"));
    assert!(found("?topic=seeds").is_empty());
}

fn the_staff_shows_groups_first(stage: &Stage) {
    let world = World::new(*stage);
    let place = &world.place;
    let rini = staff(place, "rini", ServerRole::Moderator);
    let dewi = place.person("dewi");
    for name in ["orchard", "library"] {
        place.group(name, name, &world.ana, GroupKind::Approved);
    }
    world.ana.publish("@library something new");
    let visitor = Browser::new(place);
    let first = |path: &str| shown(&visitor.open(path).source)[0].clone();
    assert_eq!(
        (first("/"), first("/groups")),
        ("library".into(), "library".into())
    );
    let suggested = || -> Vec<Value> {
        let all = dewi.items("/api/v2/suggestions");
        let featured =
            |one: &Value| one["sources"] == json!(["featured"]) && one["source"] == "staff";
        all.into_iter().filter(featured).collect()
    };
    assert!(suggested().is_empty(), "nobody chose any");

    // Who runs the group does not choose what the place shows first.
    let anas = Browser::of(place, &world.ana);
    assert!(!anas.open("/@orchard").source.contains("/@orchard/feature"));
    let rinis = Browser::of(place, &rini);
    let form = rinis.open("/@orchard").form_to("/@orchard/feature");
    let mut forged = form.clone().press("do", "feature");
    let csrf = anas.open("/@garden").form_to("/logout").fields[0].1.clone();
    forged = forged.fill("csrf", &csrf);
    assert_eq!(anas.send(&forged).status, 403);
    assert_eq!(first("/groups"), "library");

    rinis.submit(&form.press("do", "feature"));
    assert_eq!(
        (first("/"), first("/groups")),
        ("orchard".into(), "orchard".into())
    );
    assert!(
        visitor
            .open("/groups")
            .text()
            .contains("Recommended by this place")
    );
    let found = suggested();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["account"]["acct"], "orchard");
    // Who is in it already needs no advice.
    dewi.towards(&id_of(&found[0]["account"]), "follow").ok();
    assert!(suggested().is_empty());
    // The group's people see in its log that it was done.
    let log = database::moderation_actions::page(
        &mut place.conn(),
        account_id(&id_of(&found[0]["account"])),
        &model::Page::first(10),
    );
    assert_eq!(log.expect("a log")[0].kind, "group_featured");

    let form = rinis.open("/@orchard").form_to("/@orchard/feature");
    rinis.submit(&form.press("do", "unfeature"));
    assert_eq!(first("/groups"), "library");
    assert!(
        !visitor
            .open("/groups")
            .text()
            .contains("Recommended by this place")
    );
}

/// Everything that somebody could look for a group with.
fn traces(place: &Instance, reader: &Client, canary: &str) -> Vec<(String, Answer)> {
    let visitor = Browser::new(place);
    let mut traces = Vec::new();
    for path in [
        "/".to_owned(),
        "/groups".to_owned(),
        format!("/groups?topic={canary}"),
        "/groups?language=eo".to_owned(),
        format!("/search?q={canary}"),
        format!("/search?q=%21{canary}"),
        format!("/tags/{canary}"),
        "/robots.txt".to_owned(),
        "/@aviary.rss".to_owned(),
    ] {
        traces.push((path.clone(), visitor.ask(Method::GET, &path, None)));
    }
    for path in [
        "/api/v1/directory?order=new".to_owned(),
        "/api/v1/directory?local=true".to_owned(),
        "/api/v1/suggestions".to_owned(),
        "/api/v2/suggestions".to_owned(),
        format!("/api/v2/search?q={canary}"),
        format!("/api/v2/search?q=%21{canary}"),
        format!("/api/v2/search?q=%40{canary}&type=accounts&resolve=true"),
        "/api/v2/search?q=%21aviar".to_owned(),
        format!("/api/v1/accounts/search?q={canary}"),
        "/api/v1/accounts/search?q=aviar".to_owned(),
        "/api/v1/trends/tags".to_owned(),
        "/api/v1/trends/statuses".to_owned(),
    ] {
        traces.push((path.clone(), reader.get(&path)));
    }
    traces
}

/// Where somebody is told of the aviary who looks for it.
fn told(place: &Instance, reader: &Client) -> Vec<String> {
    let is_told = |answer: &Answer| {
        let text = answer.text().to_lowercase();
        // A page repeats what was looked for.
        text.contains("zebrafinch friends")
            || text.contains("\"aviary\"")
            || text.contains("/@aviary\"")
    };
    traces(place, reader, "zebrafinch")
        .into_iter()
        .filter(|(_path, answer)| is_told(answer))
        .map(|(path, _answer)| path)
        .collect()
}

fn what_is_not_listed_is_nowhere(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    let eve = place.person("eve");
    let aviary = place.group("aviary", "Zebrafinch friends", &ana, GroupKind::Open);
    ben.towards(&aviary.id, "follow").ok();
    let note = json!({ "note": "About the zebrafinch #zebrafinch" });
    as_group(&place, &ana, &aviary)
        .patch("/api/v1/accounts/update_credentials", &note)
        .ok();
    // The post is its author's too, and he wrote it for all: it is the group that is not to be found by it.
    let thread = say(&ana, "@aviary they sing", "eo");
    let ctx = place.ctx();
    let feature = |first: bool| {
        runtime().block_on(services::admin::groups::feature_by_hand(
            &ctx, "aviary", first,
        ))
    };
    feature(true).expect("it is listed");
    count(&place);
    let told = |reader: &Client| told(&place, reader);
    let before = told(&eve);
    for path in [
        "/",
        "/groups",
        "/groups?topic=zebrafinch",
        "/groups?language=eo",
        "/@aviary.rss",
        "/search?q=zebrafinch",
        "/api/v1/directory?local=true",
        "/api/v2/suggestions",
        "/api/v2/search?q=%21zebrafinch",
        "/api/v1/accounts/search?q=aviar",
    ] {
        assert!(
            before.iter().any(|one| one == path),
            "the sweep sees nothing in {path}: {before:?}"
        );
    }
    let visitor = Browser::new(&place);
    let page = format!("/@ana/{}", id_of(&thread));
    assert!(visitor.open(&page).source.contains("og:description"));
    assert!(visitor.open("/@aviary").source.contains("og:description"));

    list(&place, &aviary, false);
    assert_eq!(told(&eve), Vec::<String>::new(), "at once");
    count(&place);
    assert_eq!(told(&eve), Vec::<String>::new());
    let rows = &place.contents()["group_topics"];
    assert!(rows.is_empty(), "{rows:?}");
    // A link to it shows no preview, and what is not there looks the same as what never was.
    for path in [page.as_str(), "/@aviary"] {
        let source = visitor.open(path).source;
        assert!(
            !source.contains("og:") && !source.contains("name=\"description\""),
            "{path}"
        );
        assert!(
            source.contains("noindex") && !source.contains(".rss"),
            "{path}"
        );
    }
    let hidden = visitor.ask(Method::GET, "/@aviary.rss", None);
    let never = visitor.ask(Method::GET, "/@neverwas.rss", None);
    let bare = |answer: &Answer, name: &str| answer.text().replace(name, "NAME");
    assert_eq!((hidden.status, never.status), (404, 404));
    assert_eq!(bare(&hidden, "aviary"), bare(&never, "neverwas"));
    assert!(hidden.header("etag").is_none());
    let any = [("if-none-match", "*")];
    let asked = place.visitor().ask(Method::GET, "/@aviary.rss", &any, None);
    assert_eq!(asked.status, 404);
    assert!(
        feature(true).is_err(),
        "what is not listed is not shown first"
    );
    // Its people find it still, and so does who was told its name.
    assert!(
        ben.get("/api/v1/accounts/search?q=zebra")
            .ids()
            .contains(&aviary.id)
    );
    assert_eq!(
        eve.get("/api/v1/accounts/search?q=aviary").ids(),
        [aviary.id.as_str()]
    );
    assert_eq!(eve.towards(&aviary.id, "follow").ok()["following"], true);
}

fn what_the_staff_limits_is_not_shown(stage: &Stage) {
    let place = stage.instance();
    let (ana, dewi) = (place.person("ana"), place.person("dewi"));
    let aviary = place.group("aviary", "Zebrafinch friends", &ana, GroupKind::Open);
    assert!(!told(&place, &dewi).is_empty());
    let rini = staff(&place, "rini", ServerRole::Admin);
    let path = format!("/api/v1/admin/accounts/{}/action", aviary.id);
    rini.post(&path, &json!({ "type": "silence", "text": "because" }))
        .ok();
    assert_eq!(told(&place, &dewi), Vec::<String>::new());
}

fn feed(place: &Instance) -> Answer {
    let answer = Browser::new(place).ask(Method::GET, "/@garden.rss", None);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer
}

fn a_feed_holds_public_threads_alone(stage: &Stage) {
    let world = World::new(*stage);
    let place = &world.place;
    let empty = feed(place);
    assert_eq!(
        empty.header("content-type"),
        Some("application/rss+xml; charset=utf-8")
    );
    assert!(!empty.text().contains("<item>"));
    let thread = world.ben.publish("@garden Who has seeds? #seeds");
    let id = id_of(&thread);
    world.chi.reply(&id, "a comment below");
    let quiet = json!({ "status": "@garden said quietly", "visibility": "unlisted" });
    world.ben.post("/api/v1/statuses", &quiet).ok();
    world.ben.publish("in no group at all");
    world.ben.publish_to("private", "@garden for followers");
    let covered = json!({ "status": "@garden the ending is sad", "spoiler_text": "About a film" });
    world.ben.post("/api/v1/statuses", &covered).ok();
    let spam = world.ben.publish("@garden buy my shoes");
    let remove = format!(
        "/api/v1/groups/{}/statuses/{}",
        world.garden.id,
        id_of(&spam)
    );
    world.chi.delete(&remove).ok();

    let answer = feed(place);
    let text = answer.text();
    assert_eq!(text.matches("<item>").count(), 2, "{text}");
    assert!(text.contains(&format!(
        "<link>{}</link>",
        thread["url"].as_str().expect("a page")
    )));
    assert!(text.contains("Who has seeds?") && text.contains("<category>seeds</category>"));
    assert!(text.contains("<dc:creator>@ben</dc:creator>"));
    assert!(text.contains("About a film"));
    for hidden in [
        "a comment below",
        "said quietly",
        "in no group",
        "for followers",
        "is sad",
        "shoes",
    ] {
        assert!(!text.contains(hidden), "{hidden}: {text}");
    }
    // The page tells feed readers where it is; a signed-in browser gets the same as everyone.
    let head = Browser::new(place).open("/@garden").source;
    assert!(
        head.contains("type=\"application/rss+xml\"") && head.contains("href=\"/@garden.rss\"")
    );
    let bens = Browser::of(place, &world.ben).ask(Method::GET, "/@garden.rss", None);
    assert_eq!(bens.text(), text);
    assert_eq!(bens.header("cache-control"), Some("public, max-age=300"));
    assert!(bens.header("set-cookie").is_none());

    // Who has it already is told so, and who asks once more after a post was taken back gets the feed without it.
    let tag = answer.header("etag").expect("a tag").to_owned();
    let again = || {
        let known = [("if-none-match", tag.as_str())];
        place
            .visitor()
            .ask(Method::GET, "/@garden.rss", &known, None)
    };
    let unchanged = again();
    assert_eq!((unchanged.status, unchanged.bytes.len()), (304, 0));
    assert_eq!(unchanged.header("etag"), Some(tag.as_str()));
    world.ben.delete(&format!("/api/v1/statuses/{id}")).ok();
    let after = again();
    assert_eq!(after.status, 200);
    assert!(!after.text().contains("Who has seeds?"));

    // People have none, nor has what is not here.
    for path in [
        "/@ben.rss",
        "/@nobody.rss",
        "/@.rss",
        "/@garden.rss.rss",
        "/@garden.atom",
    ] {
        let answer = Browser::new(place).ask(Method::GET, path, None);
        assert_eq!(answer.status, 404, "{path}");
    }
}

fn nothing_breaks_out_of_a_feed(stage: &Stage) {
    let world = World::new(*stage);
    let evil = "]]></description></item><script>alert(1)</script>&amp;<!-- \u{202e}x";
    let names = json!({ "display_name": "]]></title><script>&amp;<!-- \u{202e}x", "note": evil });
    as_group(&world.place, &world.ana, &world.garden)
        .patch("/api/v1/accounts/update_credentials", &names)
        .ok();
    world.ben.publish(&format!("@garden {evil}"));
    let covered = json!({ "status": "@garden x", "spoiler_text": evil });
    world.ben.post("/api/v1/statuses", &covered).ok();
    let text = feed(&world.place).text();
    assert!(
        !text.contains("<script") && !text.contains("<!--"),
        "{text}"
    );
    assert!(!text.contains('\u{202e}'));
    // Every tag of it is one of ours, and each that opens closes.
    let mut open: Vec<String> = Vec::new();
    for part in text.split('<').skip(1) {
        let (tag, _text) = part.split_once('>').expect("a tag ends");
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        if tag.starts_with('?') || tag.ends_with('/') {
            continue;
        }
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop().as_deref(), Some(name), "{text}"),
            None => open.push(name.to_owned()),
        }
        let ours = [
            "rss",
            "channel",
            "title",
            "link",
            "description",
            "lastBuildDate",
            "item",
            "guid",
            "pubDate",
            "dc:creator",
            "category",
            "",
        ];
        assert!(ours.contains(&name), "{name}: {text}");
    }
    assert!(open.is_empty(), "{open:?}");
}

fn a_sign_means_a_group_here_and_elsewhere(stage: &Stage) {
    let places = TwoPlaces::new(*stage);
    let first = &places.first;
    let found = |reader: &Client, q: &str, resolve: bool| -> Vec<String> {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("q", q),
                ("resolve", if resolve { "true" } else { "false" }),
            ])
            .finish();
        let found = reader.get(&format!("/api/v2/search?{query}")).ok();
        let accounts = found["accounts"].as_array().expect("a list").iter();
        accounts
            .map(|one| one["acct"].as_str().expect("a name").to_owned())
            .collect()
    };
    let handle = &first.garden.handle;
    assert_eq!(
        found(&places.dan, &format!("!{handle}"), true),
        [handle.as_str()]
    );
    assert_eq!(
        found(&places.dan, &format!("@{handle}"), true),
        [handle.as_str()]
    );
    assert_eq!(
        found(&places.dan, "!gard", false),
        [handle.as_str()],
        "known by now"
    );
    // A person is no group, by whichever way the name is written.
    let ana = format!("ana@{}", first.place.domain());
    assert_eq!(found(&places.dan, &format!("@{ana}"), true), [ana.as_str()]);
    assert!(found(&places.dan, &format!("!{ana}"), true).is_empty());
    assert!(found(&first.ben, "!ana", false).is_empty());
    assert!(found(&first.ben, &format!("!{ana}"), true).is_empty());
    assert_eq!(found(&first.ben, "@ana", false), ["ana"]);
    assert_eq!(found(&first.ben, "!garden", false), ["garden"]);
    let browser = Browser::of(&first.place, &first.ben);
    let open = |q: &str| browser.open(&format!("/search?q={q}")).source;
    assert!(open("%21garden").contains("href=\"/@garden\""));
    let path = format!("%21{}", ana.replace(':', "%3A"));
    assert!(!open(&path).contains("href=\"/@ana\""));
    // In the other search of apps too.
    let ids = |q: &str| {
        first
            .ben
            .get(&format!("/api/v1/accounts/search?q={q}"))
            .ids()
    };
    assert_eq!(ids("%21garden"), [first.garden.id.as_str()]);
    assert!(ids("%21ana").is_empty());
    assert_eq!(ids("%40ana"), [first.ana.id.as_str()]);
}
