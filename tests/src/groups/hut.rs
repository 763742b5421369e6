//! A private group of two people here, and somebody of another server at its door.

use model::GroupKind;
use serde_json::{Value, json};

use crate::harness::{Browser, Group, Peer, Stage, World, eventually, id_of};

/// Ana's private group, with ben in it.
pub(super) struct Hut {
    pub(super) world: World,
    pub(super) hut: Group,
}

impl Hut {
    pub(super) fn new(stage: Stage) -> Self {
        let world = World::new(stage);
        let hut = world
            .place
            .group("hut", "The hut", &world.ana, GroupKind::Private);
        world
            .ben
            .press(&format!("/api/v1/groups/{}/join", hut.id))
            .ok();
        let hut = Self { world, hut };
        hut.lets_in(&hut.world.ben.id.clone());
        hut
    }

    pub(super) fn api(&self, rest: &str) -> String {
        format!("/api/v1/groups/{}{rest}", self.hut.id)
    }

    pub(super) fn lets_in(&self, who: &str) {
        let path = self.api(&format!("/membership_requests/{who}/authorize"));
        self.world.ana.press(&path).ok();
    }

    pub(super) fn inbox(&self) -> String {
        self.world.place.url("/inbox")
    }

    /// Eve of this server asks to join under this address.
    pub(super) fn asks(&self, peer: &Peer, word: &str) -> Value {
        let mut follow = peer.follow(&self.hut.uri);
        follow["id"] = json!(peer.id(word));
        peer.send(&self.inbox(), &follow).is(202);
        follow
    }

    /// The id here of whoever waits at the door.
    pub(super) fn waiting(&self) -> String {
        eventually("somebody waits at the door", || {
            let path = self.api("/membership_requests");
            self.world.ana.items(&path).first().map(id_of)
        })
    }

    /// Eve of this server is a member.
    pub(super) fn joins(&self, peer: &Peer) -> String {
        self.asks(peer, "join");
        let who = self.waiting();
        assert!(peer.arrived_of("Accept").is_empty(), "nobody agreed yet");
        self.lets_in(&who);
        peer.receives("the hut lets eve in", |activity| {
            activity["type"] == "Accept"
        });
        who
    }

    pub(super) fn writes(&self, text: &str) -> Value {
        let draft = json!({"status": text, "group_id": self.hut.id});
        self.world.ana.post("/api/v1/statuses", &draft).ok()
    }

    /// Puts a server on the list of the hut.
    pub(super) fn allows(&self, peer: &Peer) {
        let browser = Browser::of(&self.world.place, &self.world.ana);
        let form = browser
            .open("/@hut/settings")
            .form_with("host", None)
            .fill("host", peer.base.trim_start_matches("http://"))
            .press("do", "allow-server");
        browser.submit(&form);
    }

    /// What stands in the group for a member.
    pub(super) fn threads(&self) -> String {
        let path = format!("/api/v1/timelines/group/{}", self.hut.id);
        self.world.ben.get(&path).text()
    }

    pub(super) fn followers(&self) -> String {
        format!("{}/followers", self.hut.uri)
    }

    /// Nothing with this word is stored here.
    pub(super) fn has_nothing_of(&self, word: &str) {
        self.world.place.settle_inside();
        for (table, rows) in self.world.place.contents() {
            if table != "inbox" {
                assert!(rows.iter().all(|row| !row.contains(word)), "{table}");
            }
        }
    }
}

/// A note of somebody there, addressed to these.
pub(super) fn says(
    peer: &Peer,
    actor: &str,
    word: &str,
    to: &[&str],
    cc: &[&str],
    hut: &str,
) -> Value {
    let mut create = peer.create(word, word, hut);
    for at in ["/to", "/object/to"] {
        *create.pointer_mut(at).expect("it is there") = json!(to);
    }
    for at in ["/cc", "/object/cc"] {
        *create.pointer_mut(at).expect("it is there") = json!(cc);
    }
    create["actor"] = json!(actor);
    create["object"]["attributedTo"] = json!(actor);
    create
}
