//! What moderators do in a group, as other servers are told of it.

use super::*;
use serde_json::json;
use services::groups::{Deed, GroupChange, Why, act};

/// A group with a member here, and with followers on a server of each class.
struct Garden {
    world: World,
    ana: Viewer,
    ben: Viewer,
    garden: Account,
    lemmy: Stub,
    mastodon: Stub,
}

impl Garden {
    async fn new(fresh: &Fresh) -> Self {
        let world = World::new(fresh);
        let (ana, ben) = (world.person("ana").await, world.person("ben").await);
        let garden = world.group(&ana, "garden", GroupKind::Open).await;
        services::groups::join(&world.ctx, &ben, garden.id)
            .await
            .unwrap();
        let (lemmy, mastodon) = (Stub::start().await, Stub::start().await);
        for (stub, name, software) in [(&lemmy, "lee", "lemmy"), (&mastodon, "may", "mastodon")] {
            let follower = world.remote(stub, name, software).await;
            world.follows(follower.id, garden.id).await;
        }
        world.send().await;
        Self {
            world,
            ana,
            ben,
            garden,
            lemmy,
            mastodon,
        }
    }

    /// Ana does it; what the group server and the microblog hear of it.
    async fn does(&self, deed: Deed) -> (Vec<Value>, Vec<Value>) {
        self.lemmy.forget();
        self.mastodon.forget();
        let why = Why {
            reason: "off topic".to_owned(),
            ends_at: matches!(deed, Deed::Ban { .. }).then(|| START.plus(30 * Millis::DAY)),
            ..Why::default()
        };
        act(&self.world.ctx, &self.ana, self.garden.id, deed, why)
            .await
            .unwrap();
        self.world.send().await;
        (self.lemmy.documents(), self.mastodon.documents())
    }

    async fn names_people(&self, shown: bool) {
        let change = GroupChange {
            log_names: Some(shown),
            ..GroupChange::default()
        };
        self.does(Deed::Change { change }).await;
    }
}

/// The one act that was announced.
fn inner(heard: &[Value]) -> Value {
    let announced: Vec<&Value> = heard
        .iter()
        .filter(|doc| doc["type"] == "Announce")
        .collect();
    assert_eq!(announced.len(), 1, "{heard:?}");
    announced[0]["object"].clone()
}

#[test]
fn group_servers_hear_of_every_act_and_microblogs_of_none() {
    let fresh = Fresh::sqlite();
    run(async {
        let all = Garden::new(&fresh).await;
        all.names_people(true).await;
        let thread = all.world.says(&all.ben, "@garden seeds").await;
        all.world.send().await;
        let (status, who) = (thread.status.id, all.ben.id());
        let (post, ben) = (thread.status.uri.as_str(), all.ben.account.uri.as_str());
        let garden = all.garden.uri.as_str();
        let (featured, moderators) = (format!("{garden}/featured"), format!("{garden}/moderators"));
        let role = |role| Deed::SetRole { who, role };
        let mut seen = Vec::new();
        for (deed, kind, undone, object, target) in [
            (Deed::Lock { status }, "Lock", "", post, ""),
            (Deed::Unlock { status }, "Undo", "Lock", post, ""),
            (Deed::Pin { status }, "Add", "", post, featured.as_str()),
            (
                Deed::Unpin { status },
                "Remove",
                "",
                post,
                featured.as_str(),
            ),
            (
                role(model::Role::Moderator),
                "Add",
                "",
                ben,
                moderators.as_str(),
            ),
            (
                role(model::Role::Member),
                "Remove",
                "",
                ben,
                moderators.as_str(),
            ),
            (Deed::Ban { who }, "Block", "", ben, garden),
            (Deed::Unban { who }, "Undo", "Block", ben, garden),
        ] {
            let (heard, microblog) = all.does(deed).await;
            // A microblog hears of pins in another form.
            let is_pin = target == featured;
            assert_eq!(microblog.is_empty(), !is_pin, "{kind}: {microblog:?}");
            assert_eq!(heard.len(), 1, "{kind}: {heard:?}");
            assert_eq!(heard[0]["actor"], garden);
            let act = inner(&heard);
            assert_eq!(
                (&act["type"], &act["actor"]),
                (&json!(kind), &json!(all.ana.account.uri))
            );
            assert_eq!(
                (&act["cc"], &act["audience"]),
                (&json!([garden]), &json!(garden))
            );
            let meant = if undone.is_empty() {
                &act
            } else {
                &act["object"]
            };
            if !undone.is_empty() {
                assert_eq!(
                    (&meant["type"], &meant["actor"]),
                    (&json!(undone), &act["actor"])
                );
            }
            assert_eq!(meant["object"], object);
            if !target.is_empty() {
                assert_eq!(meant["target"], target);
            }
            if matches!(kind, "Lock") || undone == "Lock" {
                assert_eq!(act["summary"], "off topic");
            }
            if kind == "Block" {
                // Lemmy reads the one, PieFed the other; why it was done is no third server's business.
                assert!(
                    act["endTime"].is_string() && act["endTime"] == act["expires"],
                    "{act}"
                );
                assert_eq!(act["summary"], Value::Null);
            }
            seen.push(act["id"].clone());
        }
        let count = seen.len();
        seen.sort_by_key(ToString::to_string);
        seen.dedup();
        assert_eq!(seen.len(), count, "each act has an address of its own");
    });
}

#[test]
fn what_was_removed_and_restored_is_told_in_both_forms() {
    let fresh = Fresh::sqlite();
    run(async {
        let all = Garden::new(&fresh).await;
        all.names_people(true).await;
        let thread = all.world.says(&all.ben, "@garden seeds").await;
        all.world.send().await;
        let status = thread.status.id;
        let titles = |heard: &[Value]| {
            let mut titles: Vec<String> = heard.iter().map(title).collect();
            titles.sort();
            titles
        };
        for round in 1..=2 {
            let (heard, microblog) = all.does(Deed::RemoveStatus { status }).await;
            let delete = inner(&heard);
            assert_eq!(
                (&delete["type"], &delete["summary"]),
                (&json!("Delete"), &json!("off topic"))
            );
            assert_eq!(titles(&microblog), vec!["Undo Announce"; round]);
            let (heard, microblog) = all.does(Deed::RestoreStatus { status }).await;
            let undo = inner(&heard);
            assert_eq!(
                (&undo["type"], &undo["object"]["type"]),
                (&json!("Undo"), &json!("Delete"))
            );
            assert_eq!(undo["object"]["object"], thread.status.uri);
            assert_eq!(titles(&microblog), ["Announce"], "boosted anew");
        }
    });
}

#[test]
fn a_group_that_names_nobody_speaks_itself() {
    let fresh = Fresh::sqlite();
    run(async {
        let all = Garden::new(&fresh).await;
        all.names_people(false).await;
        let thread = all.world.says(&all.ben, "@garden seeds").await;
        all.world.send().await;
        let status = thread.status.id;
        for deed in [Deed::Lock { status }, Deed::RemoveStatus { status }] {
            let (heard, _) = all.does(deed).await;
            let act = inner(&heard);
            assert_eq!(act["actor"], all.garden.uri);
            assert!(!act.to_string().contains("/users/ana"), "{act}");
        }
    });
}

#[test]
fn microblogs_hear_of_pins_by_a_note_of_the_group() {
    let fresh = Fresh::sqlite();
    run(async {
        let all = Garden::new(&fresh).await;
        let [first, second] = [
            all.world.says(&all.ben, "@garden Seeds & <pots>").await,
            all.world.says(&all.ben, "@garden The second").await,
        ];
        all.world.send().await;
        let garden = all.garden.uri.as_str();
        let (pins, featured) = (format!("{garden}/pins"), format!("{garden}/featured"));
        let pin = |status| Deed::Pin { status };
        let (_, heard) = all.does(pin(first.status.id)).await;
        let [add, update] = &heard[..] else {
            panic!("{heard:?}")
        };
        assert_eq!(
            (&add["type"], &add["object"], &add["target"]),
            (&json!("Add"), &json!(pins), &json!(featured))
        );
        let note = &update["object"];
        assert_eq!(
            (
                &update["type"],
                &note["type"],
                &note["id"],
                &note["attributedTo"]
            ),
            (
                &json!("Update"),
                &json!("Note"),
                &json!(pins),
                &json!(garden)
            )
        );
        let text = note["content"].as_str().unwrap();
        assert!(
            text.contains("Seeds &amp; &lt;pots&gt;") && text.contains(&first.status.url),
            "{text}"
        );
        let (_, heard) = all.does(pin(second.status.id)).await;
        let text = heard[1]["object"]["content"].as_str().unwrap();
        assert!(
            text.contains("The second") && text.contains("Seeds"),
            "{text}"
        );

        let unpin = |status| Deed::Unpin { status };
        let (_, heard) = all.does(unpin(first.status.id)).await;
        assert_eq!(heard.len(), 1, "one is left: {heard:?}");
        assert!(!heard[0].to_string().contains("Seeds"));
        let (_, heard) = all.does(unpin(second.status.id)).await;
        let titles: Vec<String> = heard.iter().map(title).collect();
        assert_eq!(
            (heard[0]["type"].as_str(), heard.len()),
            (Some("Remove"), 2),
            "{titles:?}"
        );
        assert_eq!(heard[0]["object"], pins);
    });
}

#[test]
fn who_is_asked_elsewhere_gets_an_invite_and_a_letter() {
    let fresh = Fresh::sqlite();
    run(async {
        let all = Garden::new(&fresh).await;
        let dan = all.world.remote(&all.mastodon, "dan", "mastodon").await;
        let who = dan.id;
        let (lemmy, mastodon) = all.does(Deed::Invite { who }).await;
        assert!(lemmy.is_empty(), "{lemmy:?}");
        // Two activities about two things: either may be first.
        let of = |kind: &str| mastodon.iter().find(|doc| doc["type"] == kind);
        let (Some(letter), Some(invite), 2) = (of("Create"), of("Invite"), mastodon.len()) else {
            panic!("{mastodon:?}")
        };
        let garden = all.garden.uri.as_str();
        assert_eq!(
            (&letter["type"], &letter["actor"]),
            (&json!("Create"), &json!(garden))
        );
        let note = &letter["object"];
        assert_eq!(note["to"], json!([dan.uri]), "{note}");
        assert_eq!(note["tag"][0]["href"], json!(dan.uri), "{note}");
        assert_eq!(
            (
                &invite["type"],
                &invite["actor"],
                &invite["object"],
                &invite["target"]
            ),
            (
                &json!("Invite"),
                &json!(garden),
                &json!(garden),
                &json!(dan.uri)
            ),
            "{invite}"
        );
        assert_eq!(invite["to"], json!([dan.uri]), "{invite}");
        let (lemmy, mastodon) = all.does(Deed::Withdraw { who }).await;
        assert!(lemmy.is_empty(), "{lemmy:?}");
        assert_eq!(mastodon.len(), 1, "{mastodon:?}");
        assert_eq!(mastodon[0]["type"], "Undo");
        assert_eq!(mastodon[0]["object"]["id"], invite["id"]);
    });
}
