//! The table of groups on the wire, as data: what each software gets of a group.

use services::groups::{Deed, Why};

use super::*;
use crate::outbox::recipients::{Class, Kind, class, forms};

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
