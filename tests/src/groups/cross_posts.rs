//! A thread that names several groups: one discussion in the first, shown in the others too.

use model::GroupKind;
use serde_json::{Value, json};

use super::console::{log, log_in};
use crate::harness::{
    Browser, Client, Ear, Group, Peer, Person, Stage, World, eventually, id_of, on_both_engines,
};

on_both_engines![
    a_thread_in_the_garden_is_shown_in_the_kitchen,
    the_kitchen_takes_it_out_and_the_garden_keeps_it,
    moderators_show_what_stands_elsewhere_and_it_is_in_the_log,
    what_a_group_would_not_take_is_not_shown_in_it,
    who_listens_to_the_kitchen_hears_it_come_and_go,
    who_follows_elsewhere_gets_a_boost_and_hears_when_it_ends,
];

/// The world with a kitchen, which is ben's; ana is in it and chi is not.
fn kitchen(stage: &Stage) -> (World, Group) {
    let world = World::new(*stage);
    let kitchen = world
        .place
        .group("kitchen", "The kitchen", &world.ben, GroupKind::Open);
    world.ana.towards(&kitchen.id, "follow").ok();
    (world, kitchen)
}

fn threads(reader: &Client, group: &Group) -> Vec<String> {
    let path = format!("/api/v1/timelines/group/{}", group.id);
    reader.items(&path).iter().map(id_of).collect()
}

fn list(reader: &Person, group: &Group) -> Vec<String> {
    let list = reader.list_of(group).expect("a list");
    let path = format!("/api/v1/timelines/list/{}", id_of(&list));
    reader.items(&path).iter().map(id_of).collect()
}

fn a_thread_in_the_garden_is_shown_in_the_kitchen(stage: &Stage) {
    let (world, kitchen) = kitchen(stage);
    let (place, ana, ben, garden) = (&world.place, &world.ana, &world.ben, &world.garden);
    let dewi = place.person("dewi");
    dewi.towards(&kitchen.id, "follow").ok();
    let thread = ana.publish("@garden @kitchen Who has too many beans?");
    let id = id_of(&thread);
    for group in [garden, &kitchen] {
        assert_eq!(threads(&place.visitor(), group), [id.as_str()]);
    }
    assert_eq!(list(ben, &kitchen), [id.as_str()]);
    // At home once, for who is in both, and with the name of who shows it for who is in one.
    place.settle();
    let home = |who: &Person| -> Vec<Value> {
        let shown = who.home().into_iter();
        shown.map(|one| one["reblog"]["id"].clone()).collect()
    };
    assert_eq!(home(ben), [json!(id)]);
    assert_eq!(home(&dewi), [json!(id)]);
    assert_eq!(dewi.home()[0]["account"]["id"], kitchen.id.as_str());
    let page = Browser::of(place, &dewi).open("/home").text();
    assert!(
        page.contains("The kitchen") && page.contains("The garden"),
        "{page}"
    );

    // The kitchen's page says where it stands; the garden's need not.
    let open = |path: &str| Browser::new(place).open(path).text();
    let page = open("/@kitchen");
    assert!(
        page.contains("too many beans") && page.contains("The garden"),
        "{page}"
    );
    let own = open("/@garden");
    assert!(
        own.contains("too many beans") && !own.contains("The kitchen"),
        "{own}"
    );
    let feed = place.visitor().get("/@kitchen.rss").text();
    assert!(feed.contains("too many beans"), "{feed}");

    // What is answered stands in the garden, also where it came from the kitchen.
    let answer = dewi.reply(&id, "I can take a bag");
    let seen = ben.status(&id_of(&answer)).ok();
    assert_eq!(seen["in_reply_to_id"], id.as_str());
    assert_eq!(ben.answers(&id).len(), 1);
    let open = |path: &str| Browser::new(place).open(path).text();
    let page = open(&format!("/@dewi/{}", id_of(&answer)));
    assert!(
        page.contains("The garden") && !page.contains("The kitchen"),
        "{page}"
    );
    assert_eq!(threads(&place.visitor(), &kitchen), [id.as_str()]);
}

fn the_kitchen_takes_it_out_and_the_garden_keeps_it(stage: &Stage) {
    let (world, kitchen) = kitchen(stage);
    let (place, ana, ben, garden) = (&world.place, &world.ana, &world.ben, &world.garden);
    let id = id_of(&ana.publish("@garden @kitchen Beans"));
    let console = log_in(place, ben, &kitchen);
    console.act(&id, "unreblog").ok();
    assert!(threads(&place.visitor(), &kitchen).is_empty());
    assert!(list(ben, &kitchen).is_empty());
    assert_eq!(threads(&place.visitor(), garden), [id.as_str()]);
    console.act(&id, "unreblog").ok();
    assert_eq!(log(place, &kitchen, ben), ["status_removed"]);
    // Its author hears of it, and where it is still read.
    let told = eventually("ana is told", || {
        ana.notified_of("moderation_warning").into_iter().next()
    });
    assert!(
        told["moderation_warning"].to_string().contains("kitchen"),
        "{told}"
    );
    // The garden decides whether it is closed or at the top.
    console.act(&id, "pin").refused(422);

    // On the page for moderators it can be taken out as well, and no more than that.
    let second = id_of(&ana.publish("@garden @kitchen More beans"));
    let bens = Browser::of(place, ben);
    let queue = bens.open("/@kitchen/queue");
    assert!(queue.text().contains("More beans"), "{}", queue.text());
    assert!(!queue.source.contains("value=\"lock\""), "{}", queue.source);
    let form = queue.form_with("status", Some(&second));
    bens.submit(&form.fill("reason", "no recipe").press("do", "remove"));
    assert!(threads(&place.visitor(), &kitchen).is_empty());
    assert_eq!(
        threads(&place.visitor(), garden),
        [second.as_str(), id.as_str()]
    );
    // Where the garden takes it out, nobody shows it.
    let third = id_of(&ana.publish("@garden @kitchen Still beans"));
    assert_eq!(threads(&place.visitor(), &kitchen), [third.as_str()]);
    log_in(place, &world.chi, garden)
        .act(&third, "unreblog")
        .ok();
    assert!(threads(&place.visitor(), &kitchen).is_empty());
}

fn moderators_show_what_stands_elsewhere_and_it_is_in_the_log(stage: &Stage) {
    let (world, kitchen) = kitchen(stage);
    let (place, chi, ben) = (&world.place, &world.chi, &world.ben);
    let console = log_in(place, ben, &kitchen);
    let id = id_of(&chi.publish("@garden Beans"));
    let boost = console.act(&id, "reblog").ok();
    assert_eq!(boost["reblog"]["id"], id.as_str());
    assert_eq!(threads(&place.visitor(), &kitchen), [id.as_str()]);
    console.act(&id, "unreblog").ok();
    assert!(threads(&place.visitor(), &kitchen).is_empty());
    console.act(&id, "reblog").ok();
    let done = log(place, &kitchen, ben);
    assert_eq!(
        done,
        ["thread_passed_on", "status_removed", "thread_passed_on"]
    );
    let page = Browser::new(place).open("/@kitchen/log").text();
    assert!(
        page.contains("A conversation of another group is shown here too"),
        "{page}"
    );
    let page = Browser::speaking(place, "id").open("/@kitchen/log").text();
    assert!(
        page.contains("Percakapan kelompok lain ditampilkan juga di sini"),
        "{page}"
    );

    // Neither an answer, nor what stands in no group, nor what is for members.
    let circle = place.group("circle", "The circle", chi, GroupKind::Private);
    ben.towards(&circle.id, "follow").ok();
    let answer = id_of(&ben.reply(&id, "An answer"));
    let alone = id_of(&ben.publish("in no group"));
    console.act(&answer, "reblog").refused(422);
    console.act(&alone, "reblog").refused(422);
    let inside = id_of(&chi.publish("@circle among us"));
    console.act(&inside, "reblog").refused(404);
    assert_eq!(log(place, &kitchen, ben), done);
}

fn what_a_group_would_not_take_is_not_shown_in_it(stage: &Stage) {
    let (world, kitchen) = kitchen(stage);
    let (place, ana, ben, chi) = (&world.place, &world.ana, &world.ben, &world.chi);
    // Chi is no member of the kitchen, and is not made one by it.
    let id = id_of(&chi.publish("@garden @kitchen Beans"));
    assert_eq!(threads(&place.visitor(), &world.garden), [id.as_str()]);
    assert!(threads(&place.visitor(), &kitchen).is_empty());
    let members = ben.items(&format!("/api/v1/groups/{}/memberships", kitchen.id));
    assert_eq!(members.len(), 2, "{members:?}");
    // A private group shows nothing of others, and nothing of its own is shown elsewhere.
    let circle = place.group("circle", "The circle", ana, GroupKind::Private);
    ana.publish("@garden @circle More beans");
    assert!(threads(ana, &circle).is_empty());
    let inside = id_of(&ana.publish("@circle @kitchen among us"));
    assert_eq!(threads(ana, &circle), [inside.as_str()]);
    assert!(threads(ana, &kitchen).is_empty());
    ben.status(&inside).refused(404);
}

fn who_listens_to_the_kitchen_hears_it_come_and_go(stage: &Stage) {
    let (world, kitchen) = kitchen(stage);
    let (place, ben) = (&world.place, &world.ben);
    place.settle_inside();
    let list = id_of(&ben.list_of(&kitchen).expect("a list"));
    let streams = [
        json!({ "stream": "list", "list": list }),
        json!({ "stream": "group", "group": kitchen.id }),
    ];
    let mut ears = streams.map(|stream| Ear::of(place, ben, &[stream]));
    let thread = world.ana.publish("@garden @kitchen Beans");
    for ear in &mut ears {
        let (_stream, event, payload) = ear.event();
        assert_eq!((event.as_str(), &payload["id"]), ("update", &thread["id"]));
    }
    place.settle_inside();
    let path = format!("/api/v1/statuses/{}", id_of(&thread));
    let edit = json!({"status": "@garden @kitchen Peas"});
    world.ana.put(&path, &edit).ok();
    for ear in &mut ears {
        let (_stream, event, payload) = ear.event();
        assert_eq!(
            (event.as_str(), &payload["id"]),
            ("status.update", &thread["id"])
        );
    }
    place.settle_inside();
    log_in(place, ben, &kitchen)
        .act(&id_of(&thread), "unreblog")
        .ok();
    for ear in &mut ears {
        // The boost is gone as well: the id of nothing that was shown here.
        loop {
            let (_stream, event, payload) = ear.event();
            assert_eq!(event, "delete");
            if payload == thread["id"] {
                break;
            }
        }
    }
}

/// The boosts of the kitchen that this server got, and what took them back.
fn boosts(peer: &Peer, of: &str) -> Vec<(String, Value)> {
    let heard = peer.arrived().into_iter().map(|one| one.activity);
    heard
        .filter(|activity| activity["actor"] == of)
        .filter_map(|activity| {
            let kind = activity["type"].as_str().unwrap_or_default().to_owned();
            match kind.as_str() {
                "Announce" => Some((kind, activity["object"].clone())),
                "Undo" => Some((kind, activity["object"]["object"].clone())),
                _ => None,
            }
        })
        .collect()
}

fn who_follows_elsewhere_gets_a_boost_and_hears_when_it_ends(stage: &Stage) {
    let (world, kitchen) = kitchen(stage);
    let (place, ana, ben) = (&world.place, &world.ana, &world.ben);
    let follows = |software| {
        let peer = Peer::new(software);
        peer.send(&place.url("/inbox"), &peer.follow(&kitchen.uri));
        peer.receives("it is let in", |activity| activity["type"] == "Accept");
        peer
    };
    let [mastodon, nodebb, lemmy] = ["mastodon", "nodebb", "lemmy"].map(follows);
    let thread = ana.publish("@garden @kitchen Beans");
    let id = id_of(&thread);
    place.settle();
    let told = ["Announce", "Undo"].map(|kind| (kind.to_owned(), thread["uri"].clone()));
    for peer in [&mastodon, &nodebb] {
        assert_eq!(boosts(peer, &kitchen.uri), told[..1]);
    }
    // Lemmy reads nothing in an `Announce` but activities.
    assert!(boosts(&lemmy, &kitchen.uri).is_empty());
    // Who has it by the kitchen hears of an edit from its author.
    ana.put(
        &format!("/api/v1/statuses/{id}"),
        &json!({"status": "@garden @kitchen Beans and peas"}),
    )
    .ok();
    place.settle();
    for peer in [&mastodon, &nodebb] {
        let heard = peer.arrived_of("Update");
        assert_eq!(
            heard.last().map(|one| &one["object"]["id"]),
            Some(&thread["uri"])
        );
    }
    log_in(place, ben, &kitchen).act(&id, "unreblog").ok();
    place.settle();
    for peer in [&mastodon, &nodebb] {
        assert_eq!(boosts(peer, &kitchen.uri), told);
    }
    // And when its author deletes it, also who had it before.
    ana.delete(&format!("/api/v1/statuses/{id}")).ok();
    place.settle();
    for peer in [&mastodon, &nodebb] {
        let heard = peer.arrived_of("Delete");
        assert_eq!(
            heard.last().map(|one| &one["object"]["id"]),
            Some(&thread["uri"])
        );
    }
    assert!(lemmy.arrived_of("Delete").is_empty());
}
