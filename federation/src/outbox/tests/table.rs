//! The table of groups on the wire, as data: what each software gets of a group.

use services::groups::{Deed, Why};

use super::*;
use crate::outbox::recipients::{Class, Kind, class, forms, reads_passed_on};

const GROUPS: &[&str] = &[
    "lemmy",
    "piefed",
    "mbin",
    "nodebb",
    "discourse",
    "friendica",
    "balai",
];
const MICROBLOGS: &[&str] = &[
    "mastodon",
    "gotosocial",
    "misskey",
    "sharkey",
    "firefish",
    "pleroma",
    "akkoma",
    "pixelfed",
];

#[test]
fn every_software_has_its_class() {
    for software in GROUPS {
        assert_eq!(class(software), Class::Groups, "{software}");
    }
    for software in MICROBLOGS {
        assert_eq!(class(software), Class::Microblog, "{software}");
    }
    for software in ["", "wordpress", "fedify", "mobilizon"] {
        assert_eq!(class(software), Class::Unknown, "{software}");
    }
}

#[test]
fn every_class_has_its_forms() {
    let table = [
        (Class::Groups, Kind::Thread, (true, false)),
        (Class::Groups, Kind::Other, (true, false)),
        (Class::Groups, Kind::Like, (true, false)),
        (Class::Microblog, Kind::Thread, (false, true)),
        (Class::Microblog, Kind::Other, (false, false)),
        (Class::Microblog, Kind::Like, (false, false)),
        (Class::Unknown, Kind::Thread, (true, true)),
        (Class::Unknown, Kind::Other, (true, false)),
        (Class::Unknown, Kind::Like, (true, false)),
    ];
    for (class, kind, expected) in table {
        assert_eq!(forms(class, kind), expected, "{class:?} {kind:?}");
    }
}

#[test]
fn everyone_but_lemmy_reads_a_boost_of_a_thread_that_stands_in_another_group() {
    let others = GROUPS.iter().filter(|software| **software != "lemmy");
    for software in others.chain(MICROBLOGS).chain(&["", "wordpress"]) {
        assert!(reads_passed_on(software), "{software}");
    }
    assert!(!reads_passed_on("lemmy"));
}

/// What three kinds of servers get of a thread, a comment, and the removal of the thread.
#[test]
fn each_server_gets_the_form_that_it_reads() {
    let fresh = Fresh::sqlite();
    run(async {
        let world = World::new(&fresh);
        let ana = world.person("ana").await;
        let garden = world.group(&ana, "garden", GroupKind::Open).await;
        let mut servers = Vec::new();
        for (name, software) in [("lee", "lemmy"), ("may", "mastodon"), ("una", "")] {
            let stub = Stub::start().await;
            let follower = world.remote(&stub, name, software).await;
            world.follows(follower.id, garden.id).await;
            servers.push(stub);
        }
        let got = |servers: &[Stub]| -> Vec<Vec<String>> {
            let mut all = Vec::new();
            for stub in servers {
                let mut titles = stub.taken();
                titles.sort();
                stub.forget();
                all.push(titles);
            }
            all
        };

        let thread = world.says(&ana, "@garden seeds").await;
        world.send().await;
        let expected: [&[&str]; 3] = [
            &["Announce Create"],
            &["Announce"],
            &["Announce", "Announce Create"],
        ];
        assert_eq!(got(&servers), expected);

        world.answers(&ana, thread.status.id, "in spring").await;
        world.send().await;
        let expected: [&[&str]; 3] = [&["Announce Create"], &[], &["Announce Create"]];
        assert_eq!(got(&servers), expected);

        services::groups::act(
            &world.ctx,
            &ana,
            garden.id,
            Deed::RemoveStatus {
                status: thread.status.id,
            },
            Why::because("off topic"),
        )
        .await
        .unwrap();
        world.send().await;
        let expected: [&[&str]; 3] = [
            &["Announce Delete", "Undo Announce"],
            &["Undo Announce"],
            &["Announce Delete", "Undo Announce", "Undo Announce"],
        ];
        assert_eq!(got(&servers), expected);
    });
}

/// Each `Undo` names the announce that this server was sent.
#[test]
fn an_undo_names_what_was_sent() {
    let fresh = Fresh::sqlite();
    run(async {
        let world = World::new(&fresh);
        let ana = world.person("ana").await;
        let garden = world.group(&ana, "garden", GroupKind::Open).await;
        let (lemmy, mastodon) = (Stub::start().await, Stub::start().await);
        for (stub, name, software) in [(&lemmy, "lee", "lemmy"), (&mastodon, "may", "mastodon")] {
            let follower = world.remote(stub, name, software).await;
            world.follows(follower.id, garden.id).await;
        }
        let thread = world.says(&ana, "@garden seeds").await;
        world.send().await;
        services::groups::act(
            &world.ctx,
            &ana,
            garden.id,
            Deed::RemoveStatus {
                status: thread.status.id,
            },
            Why::default(),
        )
        .await
        .unwrap();
        world.send().await;
        for stub in [&lemmy, &mastodon] {
            let documents = stub.documents();
            let undo = documents.iter().find(|doc| doc["type"] == "Undo").unwrap();
            assert_eq!(undo["object"]["id"], documents[0]["id"]);
        }
        assert_ne!(lemmy.documents()[0]["id"], mastodon.documents()[0]["id"]);
    });
}

/// The servers of the followers of a kitchen, which passes on what stands in the garden: what they get of it while it
/// does, and when it ends.
#[test]
fn what_a_group_passes_on_is_boosted_and_taken_back() {
    let fresh = Fresh::sqlite();
    run(async {
        let world = World::new(&fresh);
        let ana = world.person("ana").await;
        let garden = world.group(&ana, "garden", GroupKind::Open).await;
        let kitchen = world.group(&ana, "kitchen", GroupKind::Open).await;
        let mut servers = Vec::new();
        let mut people = Vec::new();
        for (name, software) in [
            ("lee", "lemmy"),
            ("may", "mastodon"),
            ("nod", "nodebb"),
            ("una", ""),
        ] {
            let stub = Stub::start().await;
            let follower = world.remote(&stub, name, software).await;
            world.follows(follower.id, kitchen.id).await;
            servers.push(stub);
            people.push(follower);
        }
        // The same for each but the one that runs Lemmy.
        let get = async |titles: &[&str]| {
            world.send().await;
            for (place, stub) in servers.iter().enumerate() {
                let expected = if place == 0 { &[] } else { titles };
                let mut taken = stub.taken();
                taken.sort();
                assert_eq!(taken, expected, "{place}");
                stub.forget();
            }
        };
        let act = async |group: &Account, deed: Deed| {
            let why = Why::default();
            services::groups::act(&world.ctx, &ana, group.id, deed, why)
                .await
                .unwrap();
        };
        let thread = world.says(&ana, "@garden @kitchen seeds").await.status;
        world.send().await;
        for stub in servers.iter().skip(1) {
            let announce = &stub.documents()[0];
            assert_eq!(announce["object"], thread.uri.as_str());
            assert_eq!(announce["actor"], kitchen.uri.as_str());
        }
        get(&["Announce"]).await;
        world.answers(&ana, thread.id, "in spring").await;
        get(&[]).await;
        let text = Some("@garden @kitchen more seeds".to_owned());
        let edit = services::statuses::Edit {
            text,
            ..services::statuses::Edit::default()
        };
        services::statuses::edit(&world.ctx, &ana, thread.id, edit)
            .await
            .unwrap();
        get(&["Update"]).await;
        act(&kitchen, Deed::RemoveStatus { status: thread.id }).await;
        get(&["Undo Announce"]).await;
        act(&kitchen, Deed::RestoreStatus { status: thread.id }).await;
        get(&["Announce"]).await;
        act(&garden, Deed::Lock { status: thread.id }).await;
        get(&[]).await;
        services::statuses::delete(&world.ctx, &ana, thread.id)
            .await
            .unwrap();
        // Each address under which it was announced is taken back.
        get(&["Delete", "Undo Announce", "Undo Announce"]).await;

        // Someone elsewhere writes into both and deletes it: their server tells their own followers, and we ours.
        let may = people[1].id;
        let writes = async |word: &str, groups: &[&Account]| {
            let incoming = services::statuses::Incoming {
                uri: format!("{}/notes/{word}", servers[1].base),
                content: word.to_owned(),
                visibility: Some(model::Visibility::Public),
                mentions: groups.iter().map(|group| group.uri.clone()).collect(),
                ..services::statuses::Incoming::default()
            };
            let uri = incoming.uri.clone();
            services::statuses::receive(&world.ctx, may, incoming, false)
                .await
                .unwrap();
            uri
        };
        writes("hello", &[&kitchen]).await;
        world.send().await;
        servers.iter().for_each(Stub::forget);
        let uri = writes("both", &[&garden, &kitchen]).await;
        get(&["Announce"]).await;
        services::statuses::receive_delete(&world.ctx, may, &uri)
            .await
            .unwrap();
        get(&["Undo Announce"]).await;
    });
}
