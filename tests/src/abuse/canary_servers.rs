//! The canary sweep over three servers: a private group lives on one, a member of it on another beside somebody who
//! is none, and on a third someone who follows them all. What is written there reaches the member, and nobody else:
//! no byte of it is ever on the third server.

use http::Method;
use model::GroupKind;
use serde_json::{Value, json};
use server::api::{self, Stand};

use super::canary::{Found, note};
use super::house::{call, fill, title};
use crate::harness::{
    Browser, Client, Group, Instance, Peer, Person, Stage, World, eventually, id_of, in_list,
    on_both_engines,
};

on_both_engines![
    what_a_private_group_writes_reaches_its_member_elsewhere_and_nobody_else,
    who_was_sent_away_elsewhere_reads_nothing_from_that_moment_on,
    who_leaves_elsewhere_reads_nothing_from_that_moment_on,
    a_member_of_a_third_server_reads_what_one_of_the_second_wrote,
];

/// Three servers.
struct Three {
    /// Where the group is.
    world: World,
    hut: Group,
    /// Where a member lives, and eve, who is none.
    second: Instance,
    dan: Person,
    eve: Person,
    /// The group as the second server knows it.
    hut_there: String,
    /// The member as the first server knows him.
    dan_here: String,
    /// Where gus lives, who follows them all.
    third: Instance,
    gus: Person,
}

fn handle(of: &Person, place: &Instance) -> String {
    format!("@{}@{}", of.name, place.domain())
}

/// Someone follows someone of another server.
fn follows(who: &Person, whom: &str) {
    let found = who.find_account(whom).expect("they are found");
    let id = id_of(&found);
    who.towards(&id, "follow").ok();
    eventually(&format!("{} follows {whom}", who.name), || {
        (who.relationship(&id)["following"] == true).then_some(())
    });
}

impl Three {
    fn new(stage: Stage) -> Self {
        let world = World::new(stage);
        let hut = world
            .place
            .group("hut", "The hut", &world.ana, GroupKind::Private);
        let (second, third) = (stage.instance(), stage.instance());
        let (dan, eve, gus) = (
            second.person("dan"),
            second.person("eve"),
            third.person("gus"),
        );
        world
            .ben
            .press(&format!("/api/v1/groups/{}/join", hut.id))
            .ok();
        let path = format!("/api/v1/groups/{}/membership_requests", hut.id);
        world
            .ana
            .press(&format!("{path}/{}/authorize", world.ben.id))
            .ok();
        let hut_there = id_of(
            &dan.find_account(&format!("@{}", hut.handle))
                .expect("the hut is found"),
        );
        let asked = dan.towards(&hut_there, "follow").ok();
        assert_eq!(asked["requested"], true, "{asked}");
        let dan_here = eventually("dan stands at the door", || {
            world.ana.items(&path).first().map(id_of)
        });
        // Until a moderator agrees he is outside, and the moderator is told what it means.
        assert_eq!(dan.relationship(&hut_there)["following"], false);
        let queue = Browser::of(&world.place, &world.ana).open("/@hut/queue");
        assert!(
            queue
                .text()
                .contains("can technically read what this group writes"),
            "{}",
            queue.text()
        );
        world
            .ana
            .press(&format!("{path}/{dan_here}/authorize"))
            .ok();
        eventually("the hut lets dan in", || {
            (dan.relationship(&hut_there)["following"] == true).then_some(())
        });
        let three = Self {
            world,
            hut,
            second,
            dan,
            eve,
            hut_there,
            dan_here,
            third,
            gus,
        };
        three.listen();
        three
    }

    /// Eve and gus follow whoever writes; gus asks at the door of the hut and is not let in.
    fn listen(&self) {
        let ana = handle(&self.world.ana, &self.world.place);
        follows(&self.eve, &ana);
        self.eve.towards(&self.dan.id, "follow").ok();
        follows(&self.gus, &ana);
        follows(&self.gus, &handle(&self.dan, &self.second));
        let found = self.gus.find_account(&format!("@{}", self.hut.handle));
        let hut = id_of(&found.expect("the hut is found"));
        self.gus.towards(&hut, "follow").ok();
    }

    fn ana_writes(&self, text: &str) -> Value {
        let draft = json!({"status": text, "group_id": self.hut.id});
        self.world.ana.post("/api/v1/statuses", &draft).ok()
    }

    fn settle(&self) {
        self.world.place.settle();
        self.second.settle();
        self.world.place.settle();
        self.third.settle();
        self.second.settle();
    }

    fn list_there(&self) -> String {
        let list = self.dan.items("/api/v1/lists").into_iter().find(|list| {
            let path = format!("/api/v1/lists/{}/accounts", id_of(list));
            self.dan.get(&path).ids() == [self.hut_there.as_str()]
        });
        id_of(&list.expect("the joined group is a list there"))
    }
}

fn arrives(reader: &Person, status: &Value) -> Value {
    let uri = status["uri"].as_str().expect("an address").to_owned();
    eventually(&format!("{uri} reaches {}", reader.name), || {
        reader.known_status(&uri)
    })
}

/// Every route that reads on a server, as someone who may not read the group.
fn sweep(place: &str, who: &[(&str, &Client)], ids: &[String], hut: &str, found: &mut Found) {
    let routes = api::table();
    let reading = routes.iter().filter(|route| {
        route.method == Method::GET
            && route.stand == Stand::Works
            && !route.path.starts_with("/api/v1/streaming")
    });
    for route in reading {
        for id in ids {
            let path = fill(route, |name| match name {
                "group" | "ben" | "cho" => hut.to_owned(),
                "word" | "tag" => "kenaritagar".to_owned(),
                name if name.starts_with("status") || name == "quote" => id.clone(),
                _ => "42".to_owned(),
            });
            for (name, caller) in who {
                let answer = call(caller, route, &path, &json!({}));
                let told = format!("{:?} {}", answer.headers, answer.text());
                note(
                    found,
                    &format!("{place}: {} for {name}", title(route)),
                    &told,
                    &path,
                );
            }
            if !route.path.contains('{') {
                break;
            }
        }
    }
}

fn what_a_private_group_writes_reaches_its_member_elsewhere_and_nobody_else(stage: &Stage) {
    let three = Three::new(*stage);
    let (ana, ben, dan) = (&three.world.ana, &three.world.ben, &three.dan);
    let gus = handle(&three.gus, &three.third);
    let thread = three.ana_writes(&format!("kenarisatu #kenaritagar {gus}"));
    let there = arrives(dan, &thread);
    assert_eq!(there["visibility"], "private", "{there}");
    let list = three.list_there();
    eventually("it stands in the list of the group", || {
        in_list(dan, &list, &thread["uri"])
    });
    // He answers, starts a thread, and is read by the members of the group where it lives.
    let answer = dan.reply(&id_of(&there), "kenaridua");
    assert_eq!(answer["visibility"], "private", "{answer}");
    let here = arrives(ana, &answer);
    assert_eq!(here["in_reply_to_id"], thread["id"], "{here}");
    let own = dan.publish(&format!("@{} kenaritiga", three.hut.handle));
    assert_eq!(own["visibility"], "private", "{own}");
    let own_here = arrives(ben, &own);
    ben.reply(&id_of(&own_here), "kenariempat");
    eventually("the answer comes back", || {
        let below = json!(dan.answers(&id_of(&own))).to_string();
        below.contains("kenariempat").then_some(())
    });
    let edit = json!({"status": "kenarisunting #kenaritagar"});
    ana.put(&format!("/api/v1/statuses/{}", id_of(&thread)), &edit)
        .ok();
    eventually("the edit arrives", || {
        let text = dan.status(&id_of(&there)).ok().to_string();
        text.contains("kenarisunting").then_some(())
    });
    dan.act(&id_of(&there), "favourite").ok();
    dan.act(&id_of(&there), "reblog").refused(422);
    three.settle();

    let mut found = Found::new();
    let ids: Vec<String> = [&there, &answer, &own].map(id_of).to_vec();
    let visitor = three.second.visitor();
    sweep(
        "the second",
        &[("eve", &three.eve.app), ("nobody", &visitor)],
        &ids,
        &three.hut_there,
        &mut found,
    );
    let ids_here: Vec<String> = [&thread, &here, &own_here].map(id_of).to_vec();
    let visitor = three.world.place.visitor();
    sweep(
        "the first",
        &[("nobody", &visitor)],
        &ids_here,
        &three.hut.id,
        &mut found,
    );
    // Whoever knows an address may look it up: nobody but members finds anything.
    let uris = [&thread["uri"], &answer["uri"], &own["uri"]];
    for uri in uris.map(|uri| uri.as_str().expect("an address")) {
        for reader in [&three.eve, &three.gus] {
            assert_eq!(reader.find_status(uri), None, "{uri} for {}", reader.name);
        }
    }
    let stranger = Peer::new("balai");
    for (place, uri) in [
        (&three.world.place, &thread["uri"]),
        (&three.second, &answer["uri"]),
        (&three.second, &own["uri"]),
    ] {
        let uri = uri.as_str().expect("an address");
        let never = uri.rsplit_once('/').expect("an id").0.to_owned() + "/42";
        for part in ["", "/activity", "/replies", "/context", "/likes"] {
            let address = format!("{uri}{part}");
            let told = [
                place.visitor().document(&address.replace(&place.base, "")),
                stranger.signed_get(&address),
            ];
            let nothing = stranger.signed_get(&format!("{never}{part}")).text();
            for answer in told {
                answer.is(404);
                assert_eq!(answer.text(), nothing, "{address}");
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
    three.settle();
    no_byte(&three.third, "kenari");
}

/// Nowhere in the database of a server stands this word.
fn no_byte(place: &Instance, word: &str) {
    for (table, rows) in place.contents() {
        for row in rows {
            assert!(!row.to_lowercase().contains(word), "{table}: {row}");
        }
    }
}

/// By no door does dan read any of these words.
fn reads_nothing(three: &Three, ids: &[String], list: &str, words: &[&str]) {
    let mut paths = vec![
        "/api/v1/timelines/home".to_owned(),
        format!("/api/v1/timelines/list/{list}"),
        format!("/api/v1/timelines/group/{}", three.hut_there),
        format!("/api/v1/accounts/{}/statuses", three.hut_there),
        "/api/v2/search?q=kenari".to_owned(),
        "/api/v1/notifications".to_owned(),
    ];
    for id in ids {
        paths.push(format!("/api/v1/statuses/{id}"));
        paths.push(format!("/api/v1/statuses/{id}/context"));
    }
    for path in paths {
        let told = three.dan.get(&path).text();
        for word in words {
            assert!(!told.contains(word), "{path}: {word}");
        }
    }
}

fn out(three: &Three, go: impl FnOnce()) {
    let thread = three.ana_writes("kenarisatu");
    let there = arrives(&three.dan, &thread);
    let list = three.list_there();
    go();
    eventually("dan is out", || {
        let stand = three.dan.relationship(&three.hut_there);
        (stand["following"] == false && stand["requested"] == false).then_some(())
    });
    three.settle();
    let later = three.ana_writes("kenaridua");
    three.world.ana.reply(&id_of(&thread), "kenaritiga");
    three.settle();
    reads_nothing(
        three,
        &[id_of(&there)],
        &list,
        &["kenarisatu", "kenaridua", "kenaritiga"],
    );
    // His server asks for them, signed, and is told that there is nothing.
    for uri in [&thread["uri"], &later["uri"]] {
        let uri = uri.as_str().expect("an address");
        assert_eq!(three.dan.find_status(uri), None, "{uri}");
    }
    three.settle();
    for word in ["kenaridua", "kenaritiga"] {
        no_byte(&three.second, word);
    }
    // Nor does he write there any more.
    let draft = json!({"status": format!("@{} kenariempat", three.hut.handle)});
    assert_ne!(three.dan.post("/api/v1/statuses", &draft).status, 200);
    let answer = json!({"status": "kenariempat", "in_reply_to_id": id_of(&there)});
    assert_ne!(three.dan.post("/api/v1/statuses", &answer).status, 200);
    no_byte(&three.world.place, "kenariempat");
}

fn who_was_sent_away_elsewhere_reads_nothing_from_that_moment_on(stage: &Stage) {
    let three = Three::new(*stage);
    out(&three, || {
        let blocks = format!("/api/v1/groups/{}/blocks", three.hut.id);
        let whom = json!({"account_ids": [three.dan_here]});
        three.world.ana.post(&blocks, &whom).ok();
    });
}

fn who_leaves_elsewhere_reads_nothing_from_that_moment_on(stage: &Stage) {
    let three = Three::new(*stage);
    out(&three, || {
        three.dan.towards(&three.hut_there, "unfollow").ok();
    });
}

/// The author's server shows it to nobody whom it does not know: the proof in it is enough.
fn a_member_of_a_third_server_reads_what_one_of_the_second_wrote(stage: &Stage) {
    let three = Three::new(*stage);
    let path = format!("/api/v1/groups/{}/membership_requests", three.hut.id);
    let gus_here = eventually("gus stands at the door", || {
        three.world.ana.items(&path).first().map(id_of)
    });
    three
        .world
        .ana
        .press(&format!("{path}/{gus_here}/authorize"))
        .ok();
    let hut = three
        .gus
        .find_account(&format!("@{}", three.hut.handle))
        .expect("the hut is found");
    eventually("the hut lets gus in", || {
        (three.gus.relationship(&id_of(&hut))["following"] == true).then_some(())
    });
    let thread = three
        .dan
        .publish(&format!("@{} kenarisatu", three.hut.handle));
    let there = arrives(&three.gus, &thread);
    assert_eq!(there["visibility"], "private", "{there}");
    let answer = three.gus.reply(&id_of(&there), "kenaridua");
    let back = arrives(&three.dan, &answer);
    assert_eq!(back["in_reply_to_id"], thread["id"], "{back}");
    // Taken out by a moderator it is gone on every server but for its author.
    let here = arrives(&three.world.ana, &thread);
    let removal = format!("/api/v1/groups/{}/statuses/{}", three.hut.id, id_of(&here));
    three.world.ana.delete(&removal).ok();
    eventually("gus reads it no more", || {
        (three.gus.status(&id_of(&there)).status == 404).then_some(())
    });
    three.dan.status(&id_of(&thread)).ok();
    three
        .eve
        .get(&format!("/api/v1/statuses/{}", id_of(&thread)))
        .is(404);
}
