//! Timelines and other lists, page by page, by all three cursors and by `Link`.

use crate::harness::{Client, Instance, Person, Stage, eventually, id_of, on_both_engines};

on_both_engines![
    a_timeline_is_read_by_all_three_cursors,
    every_timeline_follows_its_links_to_the_end,
    what_is_kept_is_paged_by_link_alone,
    home_shows_whom_one_follows,
    a_list_that_one_made_shows_its_people,
    strange_cursors_are_clamped_or_refused,
];

/// Ana's posts, newest first.
fn posts(ana: &Person, many: usize) -> Vec<String> {
    let mut ids: Vec<String> = (0..many)
        .map(|number| id_of(&ana.publish(&format!("#beans number {number}"))))
        .collect();
    ids.reverse();
    ids
}

fn path_of(place: &Instance, address: &str) -> String {
    address
        .strip_prefix(&place.base)
        .unwrap_or_else(|| panic!("{address} leads away"))
        .to_owned()
}

/// All ids that following `next` gives.
fn walk(place: &Instance, reader: &Client, path: &str, relation: &str) -> Vec<String> {
    let mut ids = Vec::new();
    let mut next = Some(path.to_owned());
    for _ in 0..20 {
        let Some(path) = next.take() else {
            return ids;
        };
        let answer = reader.get(&path);
        ids.extend(answer.ids());
        next = answer
            .link(relation)
            .map(|address| path_of(place, &address));
    }
    panic!("{path} never ends")
}

fn a_timeline_is_read_by_all_three_cursors(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let all = posts(&ana, 6);
    let get = |query: &str| ana.get(&format!("/api/v1/timelines/public?{query}")).ids();
    assert_eq!(get("limit=2"), all[..2]);
    assert_eq!(get(&format!("limit=2&max_id={}", all[1])), all[2..4]);
    // since_id: the newest of what is newer; min_id: what comes just after.
    assert_eq!(get(&format!("limit=2&since_id={}", all[5])), all[..2]);
    assert_eq!(get(&format!("limit=2&min_id={}", all[5])), all[3..5]);
    let between = format!("max_id={}&since_id={}", all[1], all[4]);
    assert_eq!(get(&between), all[2..4]);
    assert_eq!(get(&format!("min_id={}", all[0])), Vec::<String>::new());
}

fn every_timeline_follows_its_links_to_the_end(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    ben.towards(&ana.id, "follow").ok();
    let all = posts(&ana, 5);
    eventually("all is at home", || (ben.home().len() == 5).then_some(()));
    for path in [
        "/api/v1/timelines/home?limit=2",
        "/api/v1/timelines/public?local=true&limit=2",
        "/api/v1/timelines/tag/beans?limit=2",
        &format!("/api/v1/accounts/{}/statuses?limit=2", ana.id),
    ] {
        assert_eq!(walk(&place, &ben, path, "next"), all, "{path}");
        // From the oldest upwards by `prev`, each page newest first.
        let oldest = format!("{path}&min_id={}", all[4]);
        let up = walk(&place, &ben, &oldest, "prev");
        assert_eq!(
            up,
            [&all[2], &all[3], &all[0], &all[1]].map(String::clone),
            "{path}"
        );
    }
}

fn what_is_kept_is_paged_by_link_alone(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    let all = posts(&ana, 5);
    // Marked in another order than written: the order of marking counts.
    let order = [2, 0, 4, 1, 3].map(|at: usize| all[at].clone());
    for id in &order {
        ben.act(id, "favourite").ok();
        ben.act(id, "bookmark").ok();
    }
    let expected: Vec<String> = order.iter().rev().cloned().collect();
    for path in ["/api/v1/favourites?limit=2", "/api/v1/bookmarks?limit=2"] {
        assert_eq!(walk(&place, &ben, path, "next"), expected, "{path}");
    }
    let others: Vec<Person> = ["chi", "eka", "fay"].map(|name| place.person(name)).into();
    for other in &others {
        other.towards(&ana.id, "follow").ok();
        ana.towards(&other.id, "block").ok();
    }
    let blocked = walk(&place, &ana, "/api/v1/blocks?limit=1", "next");
    assert_eq!(
        blocked,
        [&others[2], &others[1], &others[0]].map(|one| one.id.clone())
    );
}

fn home_shows_whom_one_follows(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben, chi] = ["ana", "ben", "chi"].map(|name| place.person(name));
    ben.towards(&ana.id, "follow").ok();
    let seen = id_of(&ana.publish("for followers and all"));
    let also = id_of(&ana.publish_to("private", "for followers"));
    let boosted = id_of(&chi.publish("by somebody else"));
    ana.act(&boosted, "reblog").ok();
    let own = id_of(&ben.publish("my own"));
    let home = eventually("home is full", || {
        let home = ben.home();
        (home.len() == 4).then_some(home)
    });
    assert_eq!(home[0]["id"], own.as_str());
    assert_eq!(home[1]["reblog"]["id"], boosted.as_str());
    assert_eq!(home[2]["id"], also.as_str());
    assert_eq!(home[3]["id"], seen.as_str());
    assert!(
        chi.home()
            .iter()
            .all(|status| status["id"] == boosted.as_str())
    );

    ben.towards(&ana.id, "unfollow").ok();
    eventually("her posts have left home", || {
        ben.home()
            .iter()
            .all(|status| status["account"]["id"] != ana.id.as_str())
            .then_some(())
    });
    ben.status(&also).refused(404);
}

fn a_list_that_one_made_shows_its_people(stage: &Stage) {
    use serde_json::json;
    let place = stage.instance();
    let [ana, ben, chi] = ["ana", "ben", "chi"].map(|name| place.person(name));
    for friend in [&ana, &chi] {
        ben.towards(&friend.id, "follow").ok();
    }
    let list = id_of(
        &ben.post("/api/v1/lists", &json!({ "title": "Growers" }))
            .ok(),
    );
    let members = format!("/api/v1/lists/{list}/accounts");
    ben.post(&members, &json!({ "account_ids": [ana.id] })).ok();
    assert_eq!(ben.get(&members).ids(), [ana.id.as_str()]);
    let hers = id_of(&ana.publish("beans"));
    chi.publish("no beans");
    let path = format!("/api/v1/timelines/list/{list}");
    eventually("the list shows hers alone", || {
        (ben.get(&path).ids() == [hers.as_str()]).then_some(())
    });
    ana.get(&path).refused(404);
    ana.get(&format!("/api/v1/lists/{list}")).refused(404);
    let renamed = ben
        .put(
            &format!("/api/v1/lists/{list}"),
            &json!({ "title": "Beans" }),
        )
        .ok();
    assert_eq!(renamed["title"], "Beans");
    ben.delete(&format!("/api/v1/lists/{list}")).ok();
    assert!(ben.items("/api/v1/lists").is_empty());
}

fn strange_cursors_are_clamped_or_refused(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let many: Vec<String> = posts(&ana, 45);
    assert_eq!(ana.get("/api/v1/timelines/public").ids().len(), 20);
    assert_eq!(
        ana.get("/api/v1/timelines/public?limit=1000000000").ids(),
        many[..40]
    );
    for query in [
        "limit=-1",
        "limit=x",
        "max_id=' OR 1",
        "max_id=99999999999999999999999",
        "since_id=-5",
        "min_id=%00",
        "max_id=1&since_id=5",
    ] {
        let answer = ana.get(&format!("/api/v1/timelines/public?{query}"));
        assert!(
            matches!(answer.status, 200 | 400 | 422),
            "{query}: {}",
            answer.status
        );
        assert!(
            answer.json().is_array() || answer.json()["error"].is_string(),
            "{query}"
        );
    }
}
