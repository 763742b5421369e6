//! How much one may have of each thing (threats, row 88): the one after the last is refused, and nothing of
//! it is stored. What is told of lists is in `api/lists.rs`, of invitations in `api/sign_up.rs`.

use serde_json::{Value, json};

use super::house::House;
use crate::api::media::picture;
use crate::harness::{Answer, Part, Stage, id_of, now, on_both_engines};

on_both_engines![the_one_after_the_last_is_refused,];

type Make = fn(&House, usize) -> Answer;

/// What, how many beyond those that are in the house, and how the next one is made.
const QUOTAS: &[(&str, usize, Make)] = &[
    ("lists", 100 - 1, |house, number| {
        let words = json!({ "title": format!("list {number}") });
        house.ana.post("/api/v1/lists", &words)
    }),
    ("filters", 100 - 1, |house, number| {
        let words = json!({"title": format!("filter {number}"), "context": ["home"]});
        house.ana.post("/api/v2/filters", &words)
    }),
    ("filter_keywords", 200 - 1, |house, number| {
        let path = format!("/api/v2/filters/{}/keywords", house.id("filter"));
        house
            .ana
            .post(&path, &json!({ "keyword": format!("word {number}") }))
    }),
    ("scheduled_statuses", 25 - 1, |house, _number| {
        let words = json!({"status": "later", "scheduled_at": tomorrow()});
        house.ana.post("/api/v1/statuses", &words)
    }),
    ("collections", 10 - 1, |house, number| {
        let words = json!({"name": format!("c {number}"), "description": "", "sensitive": false,
            "discoverable": false});
        house.ana.post("/api/v1/collections", &words)
    }),
    ("media_attachments", 16 - 1, |house, _number| {
        let bytes = picture(8, 8);
        let file = Part {
            name: "file",
            file: Some(("a.png", "image/png")),
            bytes: &bytes,
        };
        house.ana.multipart("/api/v2/media", &[file])
    }),
    ("featured_tags", 10 - 1, |house, number| {
        let words = json!({ "name": format!("tag{number}") });
        house.ana.post("/api/v1/featured_tags", &words)
    }),
    ("status_pins", 5, |house, number| {
        let post = id_of(&house.ana.publish(&format!("pin {number}")));
        house.ana.act(&post, "pin")
    }),
    ("reports", 30 - 1, |house, _number| {
        let words = json!({"account_id": house.ben.id, "comment": "rude"});
        house.ana.post("/api/v1/reports", &words)
    }),
];

/// At noon of a day on which nothing waits yet but what this makes: the day's own limit counts.
fn tomorrow() -> Value {
    let day = 86_400_000;
    json!(model::Millis((now().0 / day + 3) * day + day / 2).iso())
}

fn the_one_after_the_last_is_refused(stage: &Stage) {
    let house = House::new(*stage);
    for (what, left, make) in QUOTAS {
        let left = if *what == "scheduled_statuses" {
            left + 1
        } else {
            *left
        };
        for number in 0..left {
            let answer = make(&house, number);
            assert_eq!(answer.status, 200, "{what} {number}: {}", answer.text());
        }
        let before = house.place.row_counts();
        let answer = make(&house, left);
        assert_eq!(answer.status, 422, "one more of {what}: {}", answer.text());
        let after = house.place.row_counts();
        assert_eq!(after.get(*what), before.get(*what), "{what}");
    }
}
