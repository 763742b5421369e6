//! The traps of groups on the wire, by their numbers in the list that every server with groups learnt the hard
//! way (`groups-on-the-wire.md`, 4.7).

use serde_json::{Value, json};

use crate::harness::{
    Group, Instance, Peer, Person, Stage, World, account_id, eventually, id_of, now,
    on_both_engines, runtime, text_of,
};

on_both_engines![
    trap_1_a_follow_is_accepted_by_its_address_or_as_a_whole,
    trap_2_and_12_the_group_that_is_named_first_has_it_and_stands_first,
    trap_3_what_names_many_groups_waits_for_a_moderator,
    trap_4_a_thread_has_a_title_of_its_name_or_of_its_first_line,
    trap_5_and_14_a_removal_goes_through_the_group_and_names_what_was_sent,
    trap_6_an_author_is_a_string_an_object_or_a_list,
    trap_7_a_ban_ends_by_either_name,
    trap_8_what_comes_twice_is_there_once,
    trap_9_a_group_that_nobody_here_is_in_is_not_heard,
    trap_10_a_flood_of_accounts_that_are_gone_costs_no_look,
    trap_11_a_server_is_asked_once_what_it_runs,
    trap_13_groups_that_follow_each_other_do_not_echo,
];

const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// A server with a group that somebody here joins.
struct Books {
    peer: Peer,
    /// The group's id.
    group: String,
    /// Its account here.
    here: String,
}

impl Books {
    /// Somebody asks to join; what arrives of it.
    fn asked(place: &Instance, who: &Person) -> (Self, Value) {
        let peer = Peer::new("lemmy");
        let group = peer.group("books");
        let _place = place;
        let found = who.find_account(&group).expect("the group is found");
        assert_eq!(found["group"], true, "{found}");
        let here = id_of(&found);
        who.towards(&here, "follow").ok();
        let follow = peer.receives("the follow arrives", |activity| {
            activity["type"] == "Follow" && activity["object"] == group.as_str()
        });
        (Self { peer, group, here }, follow)
    }

    fn joined(place: &Instance, who: &Person) -> Self {
        let (books, follow) = Self::asked(place, who);
        books.accepts(place, who, follow);
        books
    }

    fn accepts(&self, place: &Instance, who: &Person, follow: Value) {
        let accept = self.peer.does(&self.group, "accept", "Accept", follow);
        self.peer.sends(&place.url("/inbox"), &accept);
        self.lets_in(who);
    }

    fn lets_in(&self, who: &Person) {
        eventually("the group lets them in", || {
            (who.relationship(&self.here)["following"] == true).then_some(())
        });
    }

    /// The group passes an activity on.
    fn announces(&self, place: &Instance, word: &str, activity: &Value) {
        let announce = self
            .peer
            .does(&self.group, word, "Announce", activity.clone());
        self.peer.sends(&place.url("/inbox"), &announce);
    }

    /// A thread of eve's in the group, passed on by it.
    fn thread(&self, place: &Instance, word: &str) -> Value {
        let create = self.peer.create(word, word, &self.group);
        self.announces(place, &format!("{word}-passed-on"), &create);
        create["object"].clone()
    }

    /// What the group boosts, as somebody here sees it.
    fn boosts(&self, who: &Person) -> Vec<Value> {
        who.items(&format!("/api/v1/accounts/{}/statuses", self.here))
    }
}

/// Eve's server joins the garden.
fn member(software: &'static str, world: &World) -> Peer {
    let peer = Peer::new(software);
    peer.sends(&world.place.url("/inbox"), &peer.follow(&world.garden.uri));
    peer.receives("the garden lets eve in", |activity| {
        activity["type"] == "Accept" && activity["actor"] == world.garden.uri.as_str()
    });
    peer
}

fn take_out(world: &World, garden: &Group, status: &Value) {
    let path = format!("/api/v1/groups/{}/statuses/{}", garden.id, id_of(status));
    world.chi.delete(&path).ok();
}

fn trap_1_a_follow_is_accepted_by_its_address_or_as_a_whole(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    // guppe and Mitra name the follow, Lemmy and Mastodon embed it.
    let (named, follow) = Books::asked(&place, &ana);
    named.accepts(&place, &ana, follow["id"].clone());
    let (whole, follow) = Books::asked(&place, &ben);
    whole.accepts(&place, &ben, follow);
    // The answer to somebody else's question lets nobody in.
    let chi = place.person("chi");
    let (third, _) = Books::asked(&place, &chi);
    let stolen = third.peer.does(
        &third.group,
        "accept",
        "Accept",
        json!(named.peer.id("follow")),
    );
    third.peer.sends(&place.url("/inbox"), &stolen);
    place.settle_inside();
    assert_eq!(chi.relationship(&third.here)["following"], false);
}

fn trap_2_and_12_the_group_that_is_named_first_has_it_and_stands_first(stage: &Stage) {
    let world = World::new(*stage);
    let kind = model::GroupKind::Open;
    let shed = world.place.group("shed", "The shed", &world.ana, kind);
    // Ben is in the garden alone. (A shed of which he were a member would show it too.)
    let thread = world.ben.publish("@garden @shed who has a spade?");
    let shown = |group: &Group| {
        let path = format!("/api/v1/accounts/{}/statuses", group.id);
        let all = world.ana.items(&path).into_iter();
        all.map(|status| status["reblog"]["uri"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(shown(&world.garden), [thread["uri"].clone()]);
    assert!(shown(&shed).is_empty());
    // Lemmy looks the addresses up one after the other until it finds a community (12).
    let path = thread["uri"]
        .as_str()
        .unwrap()
        .trim_start_matches(&world.place.url(""))
        .to_owned();
    let document = world.place.visitor().document(&path).ok();
    assert_eq!(document["cc"][0], world.garden.uri.as_str());
    assert_eq!(document["audience"], world.garden.uri.as_str());
    assert_eq!(document["to"], json!([PUBLIC]));
    let create = world
        .place
        .visitor()
        .document(&format!("{path}/activity"))
        .ok();
    for name in ["to", "cc", "audience"] {
        assert_eq!(create[name], document[name], "{name}");
    }
    let mentioned = document["tag"].as_array().unwrap();
    assert!(
        mentioned
            .iter()
            .any(|tag| tag["href"] == world.garden.uri.as_str())
    );

    // The same of what comes from elsewhere, in either order.
    let peer = member("mastodon", &world);
    for (word, first, second) in [("one", &shed, &world.garden), ("two", &world.garden, &shed)] {
        let mut create = peer.create(word, word, &first.uri);
        let cc = json!([first.uri, second.uri]);
        let tag = json!([
            { "type": "Mention", "href": first.uri, "name": "@first" },
            { "type": "Mention", "href": second.uri, "name": "@second" },
        ]);
        create["cc"] = cc.clone();
        create["object"]["cc"] = cc;
        create["object"]["tag"] = tag;
        peer.sends(&world.place.url("/inbox"), &create);
        let uri = create["object"]["id"].clone();
        eventually("the first group boosts it", || {
            shown(first).contains(&uri).then_some(())
        });
        world.place.settle_inside();
        let uri = uri.as_str().expect("an address");
        let row = database::statuses::by_uri(&mut world.place.conn(), uri).expect("the database");
        let row = row.expect("it is kept");
        assert_eq!(row.group_id, Some(account_id(&first.id)));
        // In the garden she is all the time, in the shed since her first post: each shows what stands in the other.
        assert!(shown(second).contains(&json!(uri)));
    }
}

/// The post is let through by ana, who owns the group.
fn let_through(world: &World, uri: &str) {
    let status = database::statuses::by_uri(&mut world.place.conn(), uri).expect("the database");
    let status = status.expect("it is kept").id;
    let (ctx, group) = (world.place.ctx(), account_id(&world.garden.id));
    let done = runtime().block_on(async {
        let ana = services::sign_in::viewer_named(&ctx, "ana").await?;
        let deed = services::groups::Deed::Release { status };
        services::groups::act(&ctx, &ana, group, deed, services::groups::Why::default()).await
    });
    done.expect("it waits");
}

fn trap_3_what_names_many_groups_waits_for_a_moderator(stage: &Stage) {
    let world = World::new(*stage);
    let (author, lemmy) = (member("mastodon", &world), member("lemmy", &world));
    let others = ["shed", "pond", "hive"].map(|name| {
        let kind = model::GroupKind::Open;
        world.place.group(name, name, &world.ana, kind)
    });
    let names = |count: usize| -> Vec<&str> {
        let others = others.iter().map(|group| group.uri.as_str());
        std::iter::once(world.garden.uri.as_str())
            .chain(others)
            .take(count)
            .collect()
    };
    let post = |word: &str, count: usize| {
        let mut create = author.create(word, word, &world.garden.uri);
        let tags: Vec<Value> = names(count)
            .into_iter()
            .map(|uri| json!({ "type": "Mention", "href": uri, "name": "@group" }))
            .collect();
        create["cc"] = json!(names(count));
        create["object"]["cc"] = json!(names(count));
        create["object"]["tag"] = json!(tags);
        author.sends(&world.place.url("/inbox"), &create);
        create["object"]["id"]
            .as_str()
            .expect("an address")
            .to_owned()
    };
    let passed_on = |uri: &str| {
        let all = lemmy.arrived_of("Announce").into_iter();
        all.filter(|announce| announce["object"]["object"]["id"] == uri)
            .count()
    };
    let three = post("three", 3);
    eventually("three are not too many", || world.ben.known_status(&three));
    let four = post("four", 4);
    world.place.settle();
    assert!(world.ben.known_status(&four).is_none());
    assert_eq!((passed_on(&three), passed_on(&four)), (1, 0));
    // What changes it, or takes it back, is told to nobody either while it waits.
    let mut update = author.does(
        &author.actor(),
        "edit",
        "Update",
        author.document("/notes/four"),
    );
    update["object"]["content"] = json!("<p>four, changed</p>");
    update["object"]["updated"] = json!(now().iso());
    author.sends(&world.place.url("/inbox"), &update);
    world.place.settle();
    assert_eq!(lemmy.arrived_of("Announce").len(), 1);
    let_through(&world, &four);
    eventually("it is there", || world.ben.known_status(&four));
    world.place.settle();
    assert_eq!(passed_on(&four), 1);
}

fn trap_4_a_thread_has_a_title_of_its_name_or_of_its_first_line(stage: &Stage) {
    let world = World::new(*stage);
    let title = |status: &Value| {
        let uri = status["uri"].as_str().unwrap();
        let path = uri.trim_start_matches(&world.place.url("")).to_owned();
        world.place.visitor().document(&path).ok()["name"].clone()
    };
    let thread = world.ben.publish("@garden who has seeds?\n\nI lost mine.");
    assert_eq!(title(&thread), "who has seeds?");
    let long = world
        .ben
        .publish(&format!("@garden {}", "seeds ".repeat(70)));
    let made = title(&long);
    assert!(made.as_str().unwrap().chars().count() <= 200, "{made}");
    let answer = world.ana.reply(&id_of(&thread), "I do");
    assert_eq!(title(&answer), Value::Null, "comments have none");

    // A Page of Lemmy has a name, which apps read with the text; what is too long is cut.
    let peer = member("lemmy", &world);
    let mut create = peer.create("named", "the text", &world.garden.uri);
    create["object"]["type"] = json!("Page");
    create["object"]["name"] = json!(format!("A name {}", "x".repeat(300)));
    peer.sends(&world.place.url("/inbox"), &create);
    let here = eventually("it arrives", || {
        world
            .ana
            .known_status(create["object"]["id"].as_str().unwrap())
    });
    let text = text_of(here["content"].as_str().unwrap());
    assert!(
        text.starts_with("A name x") && text.ends_with("the text"),
        "{text}"
    );
    assert!(text.chars().count() < 230, "{text}");
}

fn trap_5_and_14_a_removal_goes_through_the_group_and_names_what_was_sent(stage: &Stage) {
    let world = World::new(*stage);
    let (author, lemmy) = (member("mastodon", &world), member("lemmy", &world));
    let (mastodon, other) = (member("mastodon", &world), member("something-new", &world));
    let create = author.create("spam", "buy my seeds", &world.garden.uri);
    author.sends(&world.place.url("/inbox"), &create);
    let uri = create["object"]["id"].clone();
    let here = eventually("it arrives", || {
        world.ana.known_status(uri.as_str().unwrap())
    });
    let announces = |peer: &Peer| peer.arrived_of("Announce");
    world.place.settle();
    assert_eq!(
        (announces(&lemmy).len(), announces(&mastodon).len()),
        (1, 1)
    );
    assert_eq!(
        announces(&other).len(),
        2,
        "who runs what nobody knows gets both forms"
    );
    take_out(&world, &world.garden, &here);
    lemmy.receives("the removal arrives", |activity| {
        activity["object"]["type"] == "Delete"
    });
    world.place.settle();
    for peer in [&lemmy, &mastodon, &other] {
        // Nobody here signs the Delete of what lives elsewhere (5): the group tells that it was removed there.
        assert!(peer.arrived_of("Delete").is_empty());
        let (removals, sent): (Vec<Value>, Vec<Value>) = announces(peer)
            .into_iter()
            .partition(|announce| announce["object"]["type"] == "Delete");
        for removal in &removals {
            let act = &removal["object"];
            assert_eq!(
                (&removal["actor"], &act["object"]),
                (&json!(world.garden.uri), &uri)
            );
            assert!(
                act["actor"]
                    .as_str()
                    .unwrap()
                    .starts_with(&world.place.url("/"))
            );
            assert!(
                act["summary"].is_string(),
                "by which Lemmy tells it from a deletion"
            );
        }
        // Each Undo carries the id of an Announce that this server was sent (14).
        let undone: Vec<Value> = peer.arrived_of("Undo");
        let mut undone: Vec<&Value> = undone.iter().map(|undo| &undo["object"]["id"]).collect();
        let mut ids: Vec<&Value> = sent.iter().map(|announce| &announce["id"]).collect();
        undone.sort_by_key(ToString::to_string);
        ids.sort_by_key(ToString::to_string);
        assert_eq!(undone, ids);
    }
}

fn trap_6_an_author_is_a_string_an_object_or_a_list(stage: &Stage) {
    let world = World::new(*stage);
    let peer = member("mastodon", &world);
    let eve = peer.actor();
    for (word, author) in [
        ("string", json!(eve)),
        ("object", json!({ "type": "Person", "id": eve })),
        ("list", json!([eve])),
        ("objects", json!([{ "type": "Person", "id": eve }])),
    ] {
        let mut create = peer.create(word, word, &world.garden.uri);
        create["object"]["attributedTo"] = author;
        peer.sends(&world.place.url("/inbox"), &create);
        let uri = create["object"]["id"].as_str().unwrap().to_owned();
        let here = eventually(word, || world.ana.known_status(&uri));
        assert_eq!(here["account"]["uri"], eve.as_str(), "{here}");
    }
    // Of a group it is who moderates it: the address of a list (Lemmy), or the people (Smithereen).
    let group = peer.group("wall");
    let mut document = peer.document("/g/wall");
    document["attributedTo"] = json!([{ "type": "Person", "id": eve, "title": "Admin" }]);
    peer.publish("/g/wall", document);
    let found = world.ana.find_account(&group).expect("the group is found");
    assert_eq!(found["group"], true);
}

fn trap_7_a_ban_ends_by_either_name(stage: &Stage) {
    let place = stage.instance();
    for (name, field) in [("ana", "endTime"), ("ben", "expires")] {
        let person = place.person(name);
        let books = Books::joined(&place, &person);
        let uri = place.url(&format!("/users/{name}"));
        let eve = books.peer.actor();
        let block = |word: &str, end: &str| {
            let mut block = books.peer.does(&eve, word, "Block", json!(uri));
            block["target"] = json!(books.group);
            block[field] = json!(end);
            block
        };
        // One that is over already changes nothing.
        books.announces(&place, "a1", &block("b1", "2020-01-01T00:00:00Z"));
        place.settle_inside();
        assert_eq!(
            person.relationship(&books.here)["following"],
            true,
            "{field}"
        );
        let ban = block("b2", "2099-01-01T00:00:00Z");
        books.announces(&place, "a2", &ban);
        eventually("they are out", || {
            (person.relationship(&books.here)["following"] == false).then_some(())
        });
        let text = json!({ "status": format!("@books@{} me again", host(&books.peer)) });
        person.post("/api/v1/statuses", &text).refused(403);
        // And in again, when the ban is lifted.
        let undo = books.peer.does(&eve, "u1", "Undo", ban);
        books.announces(&place, "a3", &undo);
        place.settle_inside();
        person.post("/api/v1/statuses", &text).ok();
    }
}

fn host(peer: &Peer) -> String {
    peer.base.trim_start_matches("http://").to_owned()
}

fn trap_8_what_comes_twice_is_there_once(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let books = Books::joined(&place, &ana);
    let inbox = place.url("/inbox");
    // Directly and by the group, twice, in two envelopes.
    let create = books.peer.create("page", "a page", &books.group);
    books.peer.sends(&inbox, &create);
    books.announces(&place, "a1", &create);
    books.announces(&place, "a2", &create);
    books.peer.sends(
        &inbox,
        &books.peer.does(
            &books.group,
            "a3",
            "Announce",
            create["object"]["id"].clone(),
        ),
    );
    eventually("the boost arrives", || books.boosts(&ana).pop());
    place.settle_inside();
    let shown = books.boosts(&ana);
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert_eq!(shown[0]["reblog"]["reblogs_count"], 1);

    // A like of what ana wrote there, directly and by the group.
    let thread = ana.publish(&format!("@books@{} what do you read?", host(&books.peer)));
    let like = books
        .peer
        .does(&books.peer.actor(), "like", "Like", thread["uri"].clone());
    books.peer.sends(&inbox, &like);
    books.announces(&place, "a4", &like);
    place.settle_inside();
    assert_eq!(ana.status(&id_of(&thread)).ok()["favourites_count"], 1);
    assert_eq!(ana.notified_of("favourite").len(), 1);
}

fn trap_9_a_group_that_nobody_here_is_in_is_not_heard(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let peer = Peer::new("lemmy");
    let group = peer.group("books");
    let here = id_of(&ana.find_account(&group).expect("the group is found"));
    let books = Books { peer, group, here };
    let page = books.thread(&place, "unheard");
    place.settle_inside();
    assert!(ana.known_status(page["id"].as_str().unwrap()).is_none());
    assert!(books.boosts(&ana).is_empty());
    assert!(!books.peer.fetched().contains(&"/notes/unheard".to_owned()));
    // And a group of ours says nothing to a server where nobody is in it.
    let world_peer = Peer::new("lemmy");
    let kind = model::GroupKind::Open;
    let garden = place.group("garden", "The garden", &ana, kind);
    let create = world_peer.create("in", "I am in by posting", &garden.uri);
    world_peer.sends(&place.url("/inbox"), &create);
    eventually("it arrives", || {
        ana.known_status(create["object"]["id"].as_str().unwrap())
    });
    ana.publish("@garden a thread");
    place.settle();
    assert!(world_peer.arrived_of("Announce").is_empty());
}

fn trap_10_a_flood_of_accounts_that_are_gone_costs_no_look(stage: &Stage) {
    let place = stage.instance();
    let peer = Peer::new("mastodon");
    for number in 0..20 {
        let gone = format!("{}/users/gone{number}", peer.base);
        let mut delete = peer.does(&gone, &format!("d{number}"), "Delete", json!(gone));
        delete["to"] = json!([PUBLIC]);
        peer.sends(&place.url("/inbox"), &delete);
    }
    place.settle_inside();
    assert!(peer.fetched().is_empty(), "{:?}", peer.fetched());
}

fn trap_11_a_server_is_asked_once_what_it_runs(stage: &Stage) {
    let world = World::new(*stage);
    let peer = member("lemmy", &world);
    for text in ["@garden one", "@garden two", "@garden three"] {
        world.ben.publish(text);
        world.place.settle();
    }
    let asked = peer
        .fetched()
        .into_iter()
        .filter(|path| path == "/nodeinfo/2.0")
        .count();
    assert_eq!(asked, 1);
    let forms = peer.arrived_of("Announce");
    let bare = forms.iter().filter(|one| one["object"].is_string()).count();
    assert!(
        bare <= 1,
        "only what went out before the answer came was sent in both forms: {forms:?}"
    );
}

fn trap_13_groups_that_follow_each_other_do_not_echo(stage: &Stage) {
    let world = World::new(*stage);
    let peer = Peer::new("lemmy");
    let books = peer.group("books");
    let inbox = world.place.url("/inbox");
    let mut follow = peer.follow(&world.garden.uri);
    follow["actor"] = json!(books);
    peer.sends(&inbox, &follow);
    peer.receives("the garden answers", |activity| {
        activity["actor"] == world.garden.uri.as_str()
            && (activity["type"] == "Accept" || activity["type"] == "Reject")
    });
    // Somebody here is in the other group as well.
    let found = world.ben.find_account(&books).expect("the group is found");
    world.ben.towards(&id_of(&found), "follow").ok();
    let asked = peer.receives("ben asks", |activity| {
        activity["type"] == "Follow" && activity["object"] == books.as_str()
    });
    peer.sends(&inbox, &peer.does(&books, "accept", "Accept", asked));
    let thread = world.ana.publish("@garden round and round");
    let heard = peer.receives("the thread arrives", |activity| {
        activity["type"] == "Announce" && activity["object"]["type"] == "Create"
    });
    world.place.settle();
    let before = peer.arrived().len();
    // What it heard, it passes on to us: whole, the envelope in an envelope, and as a boost.
    let echoes = [
        peer.does(&books, "e1", "Announce", heard["object"].clone()),
        peer.does(&books, "e2", "Announce", heard.clone()),
        peer.does(&books, "e3", "Announce", thread["uri"].clone()),
    ];
    for echo in &echoes {
        peer.sends(&inbox, echo);
    }
    world.place.settle();
    assert_eq!(peer.arrived().len(), before, "nothing goes back");
    let threads = world
        .ana
        .items(&format!("/api/v1/accounts/{}/statuses", world.garden.id));
    assert_eq!(threads.len(), 1, "{threads:?}");
    let document = world.place.visitor().document("/g/garden/following").ok();
    assert_eq!(document["totalItems"], 0, "a group of ours follows nobody");
}
