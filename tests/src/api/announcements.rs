//! What those who run the place tell everyone, and what is answered.

use model::Millis;
use services::announcements::{Draft, create};

use crate::harness::{Instance, Stage, on_both_engines, runtime};

on_both_engines![
    an_announcement_is_read_answered_and_put_away,
    one_for_later_is_not_shown_yet,
];

fn tell(place: &Instance, draft: Draft) -> String {
    let ctx = place.ctx();
    let made = runtime().block_on(async { create(&ctx, draft).await });
    made.expect("an announcement").id.to_string()
}

fn text(text: &str) -> Draft {
    Draft {
        text: text.to_owned(),
        ..Draft::default()
    }
}

fn an_announcement_is_read_answered_and_put_away(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben] = ["ana", "ben"].map(|name| place.person(name));
    let id = tell(&place, text("The hall is <closed> on Sunday"));
    place.visitor().get("/api/v1/announcements").refused(401);
    let shown = ana.items("/api/v1/announcements");
    assert_eq!(shown[0]["id"], id.as_str());
    assert!(
        shown[0]["content"]
            .as_str()
            .expect("HTML")
            .contains("&lt;closed&gt;")
            || shown[0]["content"]
                .as_str()
                .expect("HTML")
                .contains("&#60;closed&#62;")
    );
    assert_eq!(
        (&shown[0]["read"], &shown[0]["published_at"].is_string()),
        (&false.into(), &true)
    );

    let heart = |by: &crate::harness::Person| {
        by.put(
            &format!("/api/v1/announcements/{id}/reactions/❤️"),
            &serde_json::json!({}),
        )
    };
    heart(&ana).ok();
    heart(&ana).ok();
    heart(&ben).ok();
    let reaction = ana.items("/api/v1/announcements")[0]["reactions"][0].clone();
    assert_eq!(
        (&reaction["name"], &reaction["count"], &reaction["me"]),
        (&"❤️".into(), &2.into(), &true.into())
    );
    ana.delete(&format!("/api/v1/announcements/{id}/reactions/❤️"))
        .ok();
    ana.delete(&format!("/api/v1/announcements/{id}/reactions/❤️"))
        .refused(404);
    assert_eq!(
        ana.items("/api/v1/announcements")[0]["reactions"][0]["me"],
        false
    );
    ana.put(
        &format!("/api/v1/announcements/{id}/reactions/words"),
        &serde_json::json!({}),
    )
    .refused(422);
    ana.put(
        &format!("/api/v1/announcements/{id}/reactions/12"),
        &serde_json::json!({}),
    )
    .refused(422);
    ana.put(
        "/api/v1/announcements/42/reactions/❤️",
        &serde_json::json!({}),
    )
    .refused(404);

    ana.press(&format!("/api/v1/announcements/{id}/dismiss"))
        .ok();
    assert!(ana.items("/api/v1/announcements").is_empty());
    assert_eq!(
        ana.items("/api/v1/announcements?with_dismissed=true")[0]["read"],
        true
    );
    assert_eq!(ben.items("/api/v1/announcements").len(), 1);
    ana.press("/api/v1/announcements/42/dismiss").refused(404);
}

fn one_for_later_is_not_shown_yet(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let now = place.ctx().now();
    let later = tell(
        &place,
        Draft {
            publish_at: Some(now.plus(Millis::HOUR)),
            ..text("later")
        },
    );
    tell(
        &place,
        Draft {
            ends_at: Some(now.plus(-Millis::HOUR)),
            ..text("over")
        },
    );
    assert!(ana.items("/api/v1/announcements").is_empty());
    ana.press(&format!("/api/v1/announcements/{later}/dismiss"))
        .refused(404);
}
