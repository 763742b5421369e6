//! Flairs: moderators offer them, authors choose one in the form or in any app, readers filter by them.

use serde_json::{Value, json};

use crate::harness::{Browser, Stage, TwoPlaces, World, id_of, on_both_engines};

on_both_engines![a_flair_is_offered_chosen_and_filtered_by,];

fn a_flair_is_offered_chosen_and_filtered_by(stage: &Stage) {
    let places = TwoPlaces::joined(*stage);
    let World {
        place, chi, ben, ..
    } = &places.first;
    let chis = Browser::of(place, chi);
    let page = chis.open("/@garden/settings");
    let form = page
        .form_with("slow_mode", None)
        .fill("flairs", "Seed swap\nQuestions");
    chis.submit(&form.press("do", "options"));
    let log = chis.open("/@garden/log").text();
    assert!(log.contains("The settings were changed"), "{log}");
    // Nobody but who moderates offers them.
    let group = format!("/api/v1/groups/{}", places.first.garden.id);
    ben.put(&group, &json!({"flairs": ["Ads"]})).refused(403);

    let bens = Browser::of(place, ben);
    let form = bens.open("/new?group=garden").form_to("/new");
    let page = bens.submit(
        &form
            .fill("text", "beans for peas")
            .fill("flair", "Seed swap"),
    );
    assert!(page.text().contains("Seed swap"), "{}", page.text());
    ben.publish("@garden when do I sow?\n\n#questions");
    let visitor = Browser::new(place);
    let page = visitor.open("/@garden?flair=Seed+swap");
    assert!(
        page.text().contains("beans for peas") && !page.text().contains("when do I sow"),
        "{}",
        page.text()
    );
    let page = visitor.open("/@garden?flair=Questions");
    assert!(page.text().contains("when do I sow") && !page.text().contains("beans for peas"));
    let page = visitor.open("/@garden?flair=%3Cscript%3E");
    assert!(
        page.text().contains("beans for peas"),
        "unknown ones filter nothing"
    );
    // What the group does not offer cannot be chosen.
    let form = bens.open("/new?group=garden").form_to("/new");
    let page = bens.submit(&form.fill("text", "buy this").fill("flair", "Ads"));
    page.answer.is(422);

    // Elsewhere the flair is a hashtag.
    let shown = ben.items(&format!("/api/v1/accounts/{}/statuses", ben.id));
    let swap = shown
        .iter()
        .find(|one| one["content"].to_string().contains("peas"))
        .expect("the thread");
    let path = format!("/users/ben/statuses/{}", id_of(swap));
    let document: Value = place.visitor().document(&path).ok();
    let tags = document["tag"].to_string();
    assert!(tags.contains("#seedswap"), "{tags}");
    // Dan chooses one from his server by the title line.
    places.dan_posts("[Questions] which soil?");
    crate::harness::eventually("dan's thread is under questions", || {
        let page = visitor.open("/@garden?flair=Questions");
        page.text().contains("which soil").then_some(())
    });
}
