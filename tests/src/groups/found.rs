//! A group is founded: by an app, by a form; its name is one for people and groups alike.

use model::GroupKind;
use serde_json::json;

use crate::harness::{Browser, Stage, World, id_of, on_both_engines};

on_both_engines![
    an_app_founds_a_group_that_is_an_account,
    a_form_founds_a_group_without_script,
    a_name_stands_for_one_person_or_group,
];

fn an_app_founds_a_group_that_is_an_account(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let wish = json!({ "display_name": "Book club", "note": "We read" });
    let group = ana.post("/api/v1/groups", &wish).ok();
    let id = id_of(&group);
    assert_eq!(group["display_name"], "Book club");
    assert_eq!(group["owner"]["id"], ana.id.as_str());
    assert_eq!(group["members_count"], 1);
    let account = place.visitor().get(&format!("/api/v1/accounts/{id}")).ok();
    assert_eq!(
        (&account["group"], &account["bot"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(account["locked"], false);
    let acct = account["acct"].as_str().expect("a name").to_owned();
    assert_eq!(account["url"], place.url(&format!("/@{acct}")));
    assert_eq!(
        place.visitor().get(&format!("/api/v1/groups/{id}")).ok()["id"],
        id.as_str()
    );
    assert_eq!(ana.get("/api/v1/groups").ids(), [id.as_str()]);
    let stand = ana
        .get(&format!("/api/v1/groups/relationships?id[]={id}"))
        .ok();
    assert_eq!(
        (&stand[0]["member"], &stand[0]["role"]),
        (&json!(true), &json!("owner"))
    );
    let document = place.visitor().document(&format!("/g/{acct}")).ok();
    assert_eq!(document["type"], "Group");
    assert_eq!(document["id"], place.url(&format!("/g/{acct}")));
    assert_eq!(document["preferredUsername"], acct.as_str());
    assert!(
        document["publicKey"]["publicKeyPem"].is_string(),
        "its own key: {document}"
    );
    assert!(
        document["assertionMethod"].is_array(),
        "its own key for proofs: {document}"
    );
    place.visitor().post("/api/v1/groups", &wish).refused(401);
    ana.post("/api/v1/groups", &json!({ "display_name": "" }))
        .refused(422);
}

fn a_form_founds_a_group_without_script(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let browser = Browser::of(&place, &ana);
    let form = browser.open("/groups/new").form_to("/groups/new");
    let page = browser.submit(
        &form
            .clone()
            .fill("title", "Quiet reading")
            .fill("name", "reading")
            .fill("note", "Once a week")
            .fill("kind", "approved"),
    );
    assert!(page.path.starts_with("/@reading"), "{}", page.path);
    assert!(page.text().contains("Quiet reading"), "{}", page.text());
    let account = place
        .visitor()
        .get("/api/v1/accounts/lookup?acct=reading")
        .ok();
    assert_eq!(
        (&account["group"], &account["locked"]),
        (&json!(true), &json!(true))
    );

    let again = browser.submit(&form.fill("title", "Another").fill("name", "reading"));
    assert_eq!(again.answer.status, 422);
    assert_eq!(
        again
            .form_to("/groups/new")
            .fields
            .iter()
            .find(|f| f.0 == "title")
            .unwrap()
            .1,
        "Another"
    );
    // A form of another site is not believed.
    let forged = again
        .form_to("/groups/new")
        .fill("csrf", "guessed")
        .fill("name", "forged");
    assert_eq!(browser.send(&forged).status, 403);
    place
        .visitor()
        .get("/api/v1/accounts/lookup?acct=forged")
        .refused(404);
}

fn a_name_stands_for_one_person_or_group(stage: &Stage) {
    let world = World::new(*stage);
    let before = world.place.row_counts();
    for taken in ["garden", "GARDEN", "ben", "Ben"] {
        let wish = json!({ "display_name": "Another", "name": taken });
        let answer = world.ana.post("/api/v1/groups", &wish);
        answer.refused(422);
    }
    assert_eq!(world.place.row_counts(), before);
    let other = world
        .place
        .group("orchard", "Orchard", &world.ben, GroupKind::Open);
    assert_eq!(
        world
            .ana
            .find_account("@orchard")
            .map(|found| id_of(&found)),
        Some(other.id)
    );
    // Where a person's address would be there is nobody.
    world.place.visitor().document("/users/orchard").is(404);
    world.place.visitor().document("/g/ben").is(404);
}
