//! Whom one may discover: the directory, suggestions, familiar followers; and many accounts at once.

use serde_json::json;

use crate::harness::{Person, Stage, on_both_engines};

on_both_engines![
    the_directory_shows_who_agreed_to_be_found,
    suggestions_come_from_groups_and_friends,
    familiar_followers_are_told_where_lists_are_open,
];

fn opens(person: &Person) {
    let open = json!({"discoverable": true, "hide_collections": false});
    person
        .patch("/api/v1/accounts/update_credentials", &open)
        .ok();
}

fn the_directory_shows_who_agreed_to_be_found(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben, chi, eko] = ["ana", "ben", "chi", "eko"].map(|name| place.person(name));
    let shy = json!({"discoverable": false});
    eko.patch("/api/v1/accounts/update_credentials", &shy).ok();
    for person in [&ana, &ben, &chi] {
        opens(person);
    }
    ana.publish("I was here last");
    let visitor = place.visitor();
    let listed = |query: &str| visitor.get(&format!("/api/v1/directory?{query}")).ids();
    assert_eq!(listed("order=active").first(), Some(&ana.id));
    let newest = listed("order=new&local=true");
    assert_eq!(newest, [chi.id.as_str(), ben.id.as_str(), ana.id.as_str()]);
    assert_eq!(listed("order=new&limit=1&offset=1"), [ben.id.as_str()]);
    // Whom one blocks or mutes one does not find there.
    ana.towards(&ben.id, "block").ok();
    ana.towards(&chi.id, "mute").ok();
    let left = ana.get("/api/v1/directory?order=new").ids();
    assert_eq!(left, [ana.id.as_str()], "oneself, and nobody else");
    assert!(!ben.get("/api/v1/directory").ids().contains(&ana.id));
}

fn suggestions_come_from_groups_and_friends(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben, chi, eko] = ["ana", "ben", "chi", "eko"].map(|name| place.person(name));
    let garden = place.group("garden", "The garden", &eko, model::GroupKind::Open);
    for person in [&ben, &chi] {
        opens(person);
    }
    let ctx = place.ctx();
    crate::harness::runtime()
        .block_on(services::admin::groups::feature_by_hand(
            &ctx, "garden", true,
        ))
        .expect("it is shown first");
    ana.towards(&ben.id, "follow").ok();
    ben.towards(&chi.id, "follow").ok();
    let suggested = ana.items("/api/v2/suggestions");
    let found = |id: &str| {
        suggested
            .iter()
            .find(|one| one["account"]["id"] == id)
            .unwrap_or_else(|| panic!("{id} is not suggested: {suggested:?}"))
    };
    assert_eq!(found(&garden.id)["sources"][0], "featured");
    let friend = &found(&chi.id)["sources"];
    assert_eq!(friend[0], "friends_of_friends");
    let ids = ana.get("/api/v1/suggestions").ids();
    assert!(!ids.contains(&ben.id) && !ids.contains(&ana.id));
    ana.delete(&format!("/api/v1/suggestions/{}", chi.id)).ok();
    assert!(!ana.get("/api/v1/suggestions").ids().contains(&chi.id));
    ana.delete("/api/v1/suggestions/42").refused(404);
    // Who keeps the own follows to themselves tells of nobody.
    ben.patch(
        "/api/v1/accounts/update_credentials",
        &json!({"hide_collections": true}),
    )
    .ok();
    let dewi = place.person("dewi");
    dewi.towards(&ben.id, "follow").ok();
    let suggested = dewi.items("/api/v2/suggestions");
    let chis = suggested
        .iter()
        .find(|one| one["account"]["id"] == chi.id.as_str());
    assert!(chis.is_none_or(|one| one["sources"] == json!(["most_followed"])));
}

fn familiar_followers_are_told_where_lists_are_open(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben, chi] = ["ana", "ben", "chi"].map(|name| place.person(name));
    ana.towards(&ben.id, "follow").ok();
    ben.towards(&chi.id, "follow").ok();
    let path = format!(
        "/api/v1/accounts/familiar_followers?id[]={}&id[]=42",
        chi.id
    );
    let familiar = || ana.get(&path).ok();
    assert_eq!(familiar(), json!([{"id": chi.id, "accounts": []}]));
    opens(&ben);
    opens(&chi);
    let found = familiar();
    assert_eq!(found[0]["accounts"][0]["id"], ben.id.as_str());

    let both = ana
        .get(&format!(
            "/api/v1/accounts?id[]={}&id[]={}&id[]=42",
            chi.id, ben.id
        ))
        .ids();
    assert_eq!(both, [chi.id.as_str(), ben.id.as_str()]);
}
