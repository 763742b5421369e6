//! The routes under `/api/v1/groups` that apps with a room for groups use: who is in it, who asks to
//! be, who has to go, what is said.

use model::GroupKind;
use serde_json::json;

use crate::harness::{Stage, World, id_of, on_both_engines};

on_both_engines![
    who_asks_is_let_in_or_refused_and_can_be_sent_away,
    what_is_said_in_a_group_is_its_timeline,
];

fn who_asks_is_let_in_or_refused_and_can_be_sent_away(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben, chi) = (
        place.person("ana"),
        place.person("ben"),
        place.person("chi"),
    );
    let id = place
        .group("circle", "The circle", &ana, GroupKind::Approved)
        .id;
    for who in [&ben, &chi] {
        let stand = who.press(&format!("/api/v1/groups/{id}/join")).ok();
        assert_eq!(
            (&stand["member"], &stand["requested"]),
            (&json!(false), &json!(true))
        );
    }
    let asking = ana.items(&format!("/api/v1/groups/{id}/membership_requests"));
    assert_eq!(asking.len(), 2);
    // Only who runs the group decides.
    ben.press(&format!(
        "/api/v1/groups/{id}/membership_requests/{}/authorize",
        chi.id
    ))
    .refused(403);
    ana.press(&format!(
        "/api/v1/groups/{id}/membership_requests/{}/authorize",
        ben.id
    ))
    .ok();
    ana.press(&format!(
        "/api/v1/groups/{id}/membership_requests/{}/reject",
        chi.id
    ))
    .ok();
    let members = ana.items(&format!("/api/v1/groups/{id}/memberships"));
    assert_eq!(members.len(), 2, "{members:?}");
    let whom = json!({ "account_ids": [ben.id] });
    chi.post(&format!("/api/v1/groups/{id}/kick"), &whom)
        .refused(403);
    ana.post(&format!("/api/v1/groups/{id}/kick"), &whom).ok();
    let members = ana.items(&format!("/api/v1/groups/{id}/memberships"));
    assert_eq!(members.len(), 1, "{members:?}");
}

fn what_is_said_in_a_group_is_its_timeline(stage: &Stage) {
    let world = World::new(*stage);
    let thread = world.ben.publish("@garden The beans are up");
    let id = &world.garden.id;
    let shown = world.chi.items(&format!("/api/v1/timelines/group/{id}"));
    assert_eq!(shown.len(), 1, "{shown:?}");
    let original = &shown[0]["reblog"];
    let said = if original.is_object() {
        original
    } else {
        &shown[0]
    };
    assert_eq!(said["id"], id_of(&thread));
}
