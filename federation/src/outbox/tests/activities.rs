//! What is said of each event, word for word; ids, keys and proofs are replaced by their names.

use super::*;
use database::inbox::{self, Received};
use model::{Event, InboxId};
use serde_json::json;
use services::events::Deliverer as _;
use services::relationships;

/// Replaces what differs from run to run.
pub(crate) fn steady(value: &mut Value, host: &str) {
    match value {
        Value::String(text) => *text = steady_text(text, host),
        Value::Array(list) => list.iter_mut().for_each(|one| steady(one, host)),
        Value::Object(map) => {
            // Sorted by hand: whether maps keep an order depends on what else is built.
            let mut entries: Vec<(String, Value)> = std::mem::take(map).into_iter().collect();
            entries.retain(|(name, _)| name != "@context");
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            map.extend(entries);
            for (name, one) in map.iter_mut() {
                if matches!(
                    name.as_str(),
                    "publicKeyPem" | "publicKeyMultibase" | "proofValue"
                ) {
                    *one = json!("[key]");
                } else {
                    steady(one, host);
                }
            }
        }
        _ => {}
    }
}

fn steady_text(text: &str, host: &str) -> String {
    let text = if host.is_empty() {
        text.to_owned()
    } else {
        text.replace(host, "far.example")
    };
    let mut out = String::new();
    let mut digits = String::new();
    for letter in text.chars().chain(['\0']) {
        if letter.is_ascii_digit() {
            digits.push(letter);
            continue;
        }
        out.push_str(if digits.len() > 15 { "[id]" } else { &digits });
        digits.clear();
        if letter != '\0' {
            out.push(letter);
        }
    }
    out
}

async fn world_with_dan(fresh: &Fresh) -> (World, Viewer, Stub, Account) {
    let world = World::new(fresh);
    let ana = world.person("ana").await;
    let far = Stub::start().await;
    let dan = world.remote(&far, "dan", "mastodon").await;
    (world, ana, far, dan)
}

fn said(far: &Stub) -> Vec<Value> {
    let mut documents = far.documents();
    for one in &mut documents {
        assert!(one["@context"].is_array() || one["@context"].is_string());
        steady(one, &far.host);
    }
    far.forget();
    documents
}

#[test]
fn a_post_its_edit_and_its_end() {
    let fresh = Fresh::sqlite();
    run(async {
        let (world, ana, far, dan) = world_with_dan(&fresh).await;
        world.follows(dan.id, ana.id()).await;
        let draft = Draft {
            text: "Selamat pagi #kebun".to_owned(),
            spoiler_text: "pagi".to_owned(),
            language: Some("id".to_owned()),
            ..Draft::default()
        };
        let post = world.post(&ana, draft).await;
        world.send().await;
        insta::assert_json_snapshot!("create", said(&far));
        let edit = services::statuses::Edit {
            text: Some("Selamat siang".to_owned()),
            ..services::statuses::Edit::default()
        };
        services::statuses::edit(&world.ctx, &ana, post.status.id, edit)
            .await
            .unwrap();
        world.send().await;
        let updates = said(&far);
        assert_eq!(updates[0]["type"], "Update");
        assert_eq!(updates[0]["object"]["updated"], updates[0]["updated"]);
        services::statuses::delete(&world.ctx, &ana, post.status.id)
            .await
            .unwrap();
        world.send().await;
        insta::assert_json_snapshot!("delete", said(&far));
    });
}

#[test]
fn follow_and_unfollow_block_and_unblock() {
    let fresh = Fresh::sqlite();
    run(async {
        let (world, ana, far, dan) = world_with_dan(&fresh).await;
        let wish = relationships::FollowWish::default();
        relationships::follow(&world.ctx, &ana, dan.id, wish)
            .await
            .unwrap();
        world.send().await;
        relationships::unfollow(&world.ctx, &ana, dan.id)
            .await
            .unwrap();
        world.send().await;
        relationships::block(&world.ctx, &ana, dan.id)
            .await
            .unwrap();
        world.send().await;
        relationships::unblock(&world.ctx, &ana, dan.id)
            .await
            .unwrap();
        world.send().await;
        insta::assert_json_snapshot!("relationships", said(&far));
    });
}

#[test]
fn a_follow_is_accepted_with_the_follow_in_it() {
    let fresh = Fresh::sqlite();
    run(async {
        let (world, ana, far, dan) = world_with_dan(&fresh).await;
        let garden = world.group(&ana, "garden", GroupKind::Open).await;
        let uri = format!("{}/follows/1", far.base);
        relationships::receive_follow(&world.ctx, dan.id, garden.id, &uri)
            .await
            .unwrap();
        world.send().await;
        insta::assert_json_snapshot!("accept", said(&far));
    });
}

#[test]
fn a_thread_in_a_group_names_it_everywhere() {
    let fresh = Fresh::sqlite();
    run(async {
        let (world, ana, far, dan) = world_with_dan(&fresh).await;
        let garden = world.group(&ana, "garden", GroupKind::Open).await;
        world.follows(dan.id, garden.id).await;
        let lee = Stub::start().await;
        let lemmy = world.remote(&lee, "lee", "lemmy").await;
        world.follows(lemmy.id, garden.id).await;
        world.says(&ana, "@garden seeds").await;
        world.send().await;
        insta::assert_json_snapshot!("announce_post", said(&far));
        insta::assert_json_snapshot!("announce_activity", said(&lee));
    });
}

/// The bytes that a member's server sent, spaces and order of members included, reach everyone but itself.
#[test]
fn what_is_passed_on_stays_as_it_was() {
    let fresh = Fresh::sqlite();
    run(async {
        let (world, ana, far, dan) = world_with_dan(&fresh).await;
        let garden = world.group(&ana, "garden", GroupKind::Open).await;
        world.follows(dan.id, garden.id).await;
        let lee = Stub::start().await;
        let lemmy = world.remote(&lee, "lee", "lemmy").await;
        world.follows(lemmy.id, garden.id).await;
        let raw = "{ \"type\":\"Update\",\n \"id\" : \"https:\\/\\/x.example/1\", \"n\": 1.00 }";
        let row = Received {
            id: InboxId(5),
            activity_id: "https://x.example/1".to_owned(),
            actor: dan.uri.clone(),
            domain: far.host.clone(),
            object_key: "https://x.example/note".to_owned(),
            body: raw.to_owned(),
            state: 1,
            attempts: 0,
            next_attempt_at: START,
            outcome: String::new(),
            received_at: START,
        };
        world.db(move |conn| inbox::store(conn, &row)).await;
        let event = Event::Relayed {
            group: garden.id,
            inbox: InboxId(5),
        };
        let outbox = Outbox(Arc::clone(&world.fed));
        world.settle().await;
        outbox.deliver(world.ctx.id(), &event).await.unwrap();
        sender::work(&world.fed).await.unwrap();
        assert_eq!(far.taken().len(), 0, "its own server has it");
        let bodies = lee.bodies();
        assert_eq!(bodies.len(), 1);
        assert!(bodies[0].contains(raw), "{}", bodies[0]);
    });
}

#[test]
fn likes_and_boosts_go_to_the_author() {
    let fresh = Fresh::sqlite();
    run(async {
        let (world, ana, far, dan) = world_with_dan(&fresh).await;
        let incoming = services::statuses::Incoming {
            uri: format!("{}/notes/1", far.base),
            url: format!("{}/notes/1", far.base),
            content: "<p>hi</p>".to_owned(),
            visibility: Some(model::Visibility::Public),
            ..services::statuses::Incoming::default()
        };
        let received = services::statuses::receive(&world.ctx, dan.id, incoming, true).await;
        let services::statuses::Received::New(id) = received.unwrap() else {
            panic!("it is new");
        };
        world.settle().await;
        services::interactions::favourite(&world.ctx, &ana, id)
            .await
            .unwrap();
        world.send().await;
        services::interactions::unfavourite(&world.ctx, &ana, id)
            .await
            .unwrap();
        world.send().await;
        let boost = services::interactions::boost(&world.ctx, &ana, id, None)
            .await
            .unwrap();
        world.send().await;
        services::interactions::unboost(&world.ctx, &ana, id)
            .await
            .unwrap();
        world.send().await;
        let documents = far.documents();
        assert_eq!(documents[3]["object"]["id"], boost.status.uri);
        insta::assert_json_snapshot!("reactions", said(&far));
    });
}
