//! Pictures that are not for everyone (threats, rows 80 and 121): an address is good for one reader, for a
//! time, and only as long as the reader is let through to the post.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use model::{GroupKind, Millis, ServerRole};
use serde_json::{Value, json};

use crate::api::admin_accounts::staff;
use crate::api::media::picture;
use crate::harness::{
    Browser, Client, Group, Instance, Part, Peer, Person, Stage, id_of, now, on_both_engines,
};

on_both_engines![
    a_picture_of_a_private_group_is_its_readers_alone,
    an_address_runs_out_and_cannot_be_written_anew,
    followers_and_their_servers_see_what_is_for_them,
    who_looks_by_office_sees_it_too,
    what_came_for_followers_is_shown_to_them_alone,
];

pub(crate) fn upload(who: &Client) -> Value {
    let bytes = picture(60, 40);
    let parts = [Part {
        name: "file",
        file: Some(("bean.png", "image/png")),
        bytes: &bytes,
    }];
    who.multipart("/api/v2/media", &parts).ok()
}

/// Where the first picture of a status, and its small version, are shown to who printed it.
fn addresses(status: &Value) -> [String; 2] {
    ["url", "preview_url"].map(|name| {
        let address = status["media_attachments"][0][name].as_str();
        address.unwrap_or_else(|| panic!("{status}")).to_owned()
    })
}

/// What anyone gets who comes with this address and nothing else.
fn fetch(place: &Instance, address: &str) -> u16 {
    let answer = place.visitor().get(address);
    if answer.status == 200 {
        assert!(image::load_from_memory(&answer.bytes).is_ok(), "{address}");
    }
    answer.status
}

fn all_are(place: &Instance, addresses: &[String], status: u16) {
    for address in addresses {
        assert_eq!(fetch(place, address), status, "{address}");
    }
}

/// The names of its files, which no answer tells.
fn keys(place: &Instance, status: &str) -> Vec<String> {
    let id = status.parse().expect("an id");
    let mut conn = place.conn();
    let rows = database::media_attachments::of(&mut conn, &[id]).expect("rows");
    rows.into_iter()
        .flat_map(|row| [row.file, row.preview])
        .map(|key| place.url(&format!("/media/{key}")))
        .collect()
}

fn hut(place: &Instance, owner: &Person, members: &[&Person]) -> Group {
    let hut = place.group("hut", "The hut", owner, GroupKind::Private);
    for who in members {
        who.press(&format!("/api/v1/groups/{}/join", hut.id)).ok();
        let path = format!(
            "/api/v1/groups/{}/membership_requests/{}/authorize",
            hut.id, who.id
        );
        owner.press(&path).ok();
    }
    hut
}

fn a_picture_of_a_private_group_is_its_readers_alone(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben, cho, eve] = ["ana", "ben", "cho", "eve"].map(|name| place.person(name));
    let hut = hut(&place, &ana, &[&ben, &cho]);
    let uploaded = upload(&ben);
    // Before it hangs on anything its owner alone is told where it is.
    let own = addresses(&json!({"media_attachments": [uploaded]}));
    all_are(&place, &own, 200);
    let draft = json!({"status": "kept", "group_id": hut.id, "media_ids": [id_of(&uploaded)]});
    let id = id_of(&ben.post("/api/v1/statuses", &draft).ok());

    let [to_ben, to_cho] = [&ben, &cho].map(|who| addresses(&who.status(&id).ok()));
    assert_ne!(to_ben[0], to_cho[0], "each has an address of his own");
    for addresses in [&to_ben, &to_cho] {
        all_are(&place, addresses, 200);
        let kept = place.visitor().get(&addresses[0]);
        let cache = kept.header("cache-control").expect("a rule for caches");
        assert!(cache.starts_with("private"), "{cache}");
    }
    // A page shows the same, and the file's own name leads nowhere.
    let page = Browser::of(&place, &cho).open(&format!("/@ben/{id}"));
    assert!(page.source.contains("/media/only/"), "{}", page.source);
    let keys = keys(&place, &id);
    all_are(&place, &keys, 404);
    all_are(&place, &own, 404);
    for key in &keys {
        let word = key.rsplit('/').next().expect("a name");
        for told in [ben.status(&id).text(), page.source.clone()] {
            assert!(!told.contains(word), "{word} is told");
        }
    }
    // An address made for a stranger would be none: the gate is asked, not the seal alone.
    eve.status(&id).refused(404);

    // Who was sent away has nothing from that moment on, whatever he kept; the others have it still.
    let blocks = format!("/api/v1/groups/{}/blocks", hut.id);
    ana.post(&blocks, &json!({"account_ids": [cho.id]})).ok();
    all_are(&place, &to_cho, 404);
    all_are(&place, &to_ben, 200);
    // Nor has anyone when it was taken away.
    ben.delete(&format!("/api/v1/statuses/{id}")).ok();
    all_are(&place, &to_ben, 404);
}

fn an_address_runs_out_and_cannot_be_written_anew(stage: &Stage) {
    let at = Arc::new(AtomicI64::new(now().0));
    let clock = Arc::clone(&at);
    let place = stage.instance_at(
        Arc::new(move || Millis(clock.load(Ordering::SeqCst))),
        |_| {},
    );
    let [ana, ben] = ["ana", "ben"].map(|name| place.person(name));
    let hut = hut(&place, &ana, &[&ben]);
    let media = id_of(&upload(&ben));
    let draft = json!({"status": "kept", "group_id": hut.id, "media_ids": [media]});
    let id = id_of(&ben.post("/api/v1/statuses", &draft).ok());
    let [address, small] = addresses(&ana.status(&id).ok());
    assert_eq!(small, format!("{address}/small"));
    let parts: Vec<&str> = address.rsplit('/').take(4).collect();
    let [seal, until, reader, medium] = parts[..] else {
        panic!("{address}")
    };
    assert_eq!((reader, medium), (ana.id.as_str(), media.as_str()));
    let later = (until.parse::<i64>().expect("a time") + 1).to_string();
    let base = place.url("/media/only");
    for forged in [
        format!("{base}/{medium}/{}/{until}/{seal}", ben.id),
        format!("{base}/{medium}/elsewhere/{until}/{seal}"),
        format!("{base}/{medium}/elsewhere/0/{seal}"),
        format!("{base}/{medium}/{reader}/{later}/{seal}"),
        format!("{base}/1/{reader}/{until}/{seal}"),
        format!(
            "{base}/{medium}/{reader}/{until}/{}",
            "0".repeat(seal.len())
        ),
        format!("{base}/{medium}/{reader}/{until}/x"),
        format!("{base}/{medium}/%00/-1/{seal}"),
        format!("{base}/99999999999999999999999/{reader}/{until}/{seal}"),
    ] {
        assert_eq!(fetch(&place, &forged), 404, "{forged}");
    }
    assert_eq!(fetch(&place, &address), 200);
    at.fetch_add(23 * Millis::HOUR, Ordering::SeqCst);
    assert_eq!(fetch(&place, &address), 200, "apps show it for hours");
    at.fetch_add(3 * Millis::HOUR, Ordering::SeqCst);
    assert_eq!(fetch(&place, &address), 404, "a day is over");
    all_are(&place, &addresses(&ana.status(&id).ok()), 200);
}

fn followers_and_their_servers_see_what_is_for_them(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben] = ["ana", "ben"].map(|name| place.person(name));
    let far = Peer::new("mastodon");
    far.send(
        &place.url("/users/ben/inbox"),
        &far.follow(&place.url("/users/ben")),
    );
    far.receives("ben accepts", |activity| activity["type"] == "Accept");
    ana.towards(&ben.id, "follow").ok();
    let draft = |visibility: &str| {
        let media = id_of(&upload(&ben));
        json!({"status": visibility, "visibility": visibility, "media_ids": [media]})
    };
    let id = id_of(&ben.post("/api/v1/statuses", &draft("private")).ok());
    let mine = addresses(&ana.status(&id).ok());
    all_are(&place, &mine, 200);
    let sent = far.receives("it reaches her server", |activity| {
        activity["type"] == "Create" && activity.to_string().contains(&id)
    });
    let theirs = [sent["object"]["attachment"][0]["url"]
        .as_str()
        .expect("an address")];
    let theirs = theirs.map(str::to_owned);
    all_are(&place, &theirs, 200);
    ana.towards(&ben.id, "unfollow").ok();
    all_are(&place, &mine, 404);
    ben.delete(&format!("/api/v1/statuses/{id}")).ok();
    all_are(&place, &theirs, 404);
    // What is for everyone has a plain address, for good.
    let open = ben.post("/api/v1/statuses", &draft("public")).ok();
    let plain = addresses(&open);
    assert!(
        plain.iter().all(|address| !address.contains("/only/")),
        "{open}"
    );
    all_are(&place, &plain, 200);
    all_are(&place, &keys(&place, &id_of(&open)), 200);
}

fn who_looks_by_office_sees_it_too(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben, eve] = ["ana", "ben", "eve"].map(|name| place.person(name));
    let boss = staff(&place, "boss", ServerRole::Admin);
    let garden = place.group("garden", "Garden", &ana, GroupKind::Open);
    let path = format!("/api/v1/groups/{}", garden.id);
    ana.put(&path, &json!({"holds_first": true})).ok();
    ben.press(&format!("{path}/join")).ok();
    let media = id_of(&upload(&ben));
    let draft = json!({"status": "@garden it waits", "media_ids": [media]});
    ben.post("/api/v1/statuses", &draft).ok();
    let shown = |page: &str| {
        let (_, rest) = page.split_once("/media/only/").expect("a picture");
        let end = rest.find('"').expect("the end of an attribute");
        place.url(&format!("/media/only/{}", rest.split_at(end).0))
    };
    let queue = Browser::of(&place, &ana).open("/@garden/queue").source;
    let to_ana = shown(&queue);
    assert_eq!(fetch(&place, &to_ana), 200);
    // She lays her office down: the address goes with it.
    eve.press(&format!("{path}/join")).ok();
    place.promote_to(&garden, &eve, model::Role::Owner);
    place.promote_to(&garden, &ana, model::Role::Member);
    assert_eq!(fetch(&place, &to_ana), 404);

    // A letter that its reader reports is shown to the staff with what hangs on it.
    let media = id_of(&upload(&ben));
    let letter = json!({"status": "@eve a letter", "visibility": "direct", "media_ids": [media]});
    let letter = id_of(&ben.post("/api/v1/statuses", &letter).ok());
    boss.status(&letter).refused(404);
    let report = json!({"account_id": ben.id, "status_ids": [letter]});
    eve.post("/api/v1/reports", &report).ok();
    let reports = boss.items("/api/v1/admin/reports");
    let to_boss = addresses(&reports[0]["statuses"][0]);
    all_are(&place, &to_boss, 200);
}

fn what_came_for_followers_is_shown_to_them_alone(stage: &Stage) {
    let place = stage.instance();
    let [ana, eve] = ["ana", "eve"].map(|name| place.person(name));
    let far = Peer::new("mastodon");
    let actor = far.actor();
    let known = ana.find_account(&actor).expect("she is found");
    ana.towards(&id_of(&known), "follow").ok();
    let follow = far.receives("a follow", |activity| activity["type"] == "Follow");
    let accept = json!({
        "id": far.id("accept"), "type": "Accept", "actor": actor, "object": follow,
    });
    far.sends(&place.url("/inbox"), &accept);
    far.serve("/bean.png", "image/png", picture(60, 40));
    let followers = format!("{actor}/followers");
    let mut create = far.create("kept", "for followers", &followers);
    create["object"]["attachment"] = json!([{
        "type": "Document", "mediaType": "image/png", "url": format!("{}/bean.png", far.base),
    }]);
    create["object"]["tag"] = json!([]);
    for (part, whom) in [("to", json!([followers])), ("cc", json!([]))] {
        create["object"][part] = whom.clone();
        create[part] = whom;
    }
    far.publish("/notes/kept", create["object"].clone());
    far.sends(&place.url("/inbox"), &create);
    place.settle();
    let uri = create["object"]["id"].as_str().expect("an address");
    let shown = ana.known_status(uri).expect("it is here");
    let mine = addresses(&shown);
    assert!(mine[0].contains("/media/only/"), "{shown}");
    all_are(&place, &mine, 200);
    eve.status(&id_of(&shown)).refused(404);
    ana.towards(&id_of(&known), "unfollow").ok();
    all_are(&place, &mine, 404);
}
