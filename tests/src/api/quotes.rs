//! Quotes: a post that shows another, as far as its author agrees and as each reader may see it.

use serde_json::{Value, json};

use crate::harness::{Person, Stage, eventually, id_of, on_both_engines, text_of};

on_both_engines![
    a_quote_shows_what_it_quotes_and_its_author_hears_of_it,
    who_may_quote_is_the_authors_to_say,
    what_is_for_followers_is_quoted_by_its_author_alone,
    a_quote_shows_each_reader_what_they_may_see,
    consent_is_taken_back_and_what_is_gone_is_not_shown,
    a_quote_in_a_quote_is_an_id,
    who_quotes_hears_of_an_edit,
    a_default_is_chosen_for_new_posts,
];

fn quote(who: &Person, id: &str, text: &str) -> Value {
    let body = json!({"status": text, "quoted_status_id": id});
    who.post("/api/v1/statuses", &body).ok()
}

fn quoting_is_refused(who: &Person, id: &str, status: u16) {
    let body = json!({"status": "see", "quoted_status_id": id});
    who.post("/api/v1/statuses", &body).refused(status);
}

fn may(who: &Person, id: &str) -> Value {
    who.status(id).ok()["quote_approval"]["current_user"].clone()
}

fn a_quote_shows_what_it_quotes_and_its_author_hears_of_it(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    let post = ana.publish("Beans are up");
    let id = id_of(&post);
    assert_eq!(post["quote_approval"]["automatic"], json!(["public"]));
    assert_eq!(may(&ben, &id), "automatic");
    let quoting = quote(&ben, &id, "Look at this");
    assert_eq!(quoting["quote"]["state"], "accepted");
    assert_eq!(quoting["quote"]["quoted_status"]["id"], id.as_str());
    let content = quoting["content"].as_str().expect("a text");
    assert!(content.starts_with("<p class=\"quote-inline\">RE: <a href="));
    assert!(text_of(content).ends_with("Look at this"));
    assert_eq!(ana.status(&id).ok()["quotes_count"], 1);
    let path = format!("/api/v1/statuses/{id}/quotes");
    assert_eq!(place.visitor().items(&path)[0]["id"], quoting["id"]);
    let told = eventually("ana is told", || ana.notified_of("quote").pop());
    assert_eq!(told["status"]["id"], quoting["id"]);
    assert_eq!(told["account"]["id"], ben.id.as_str());
    // Words are not needed beside a quote, and a boost is quoted as its original.
    let boost = ben.act(&id, "reblog").ok();
    let bare = quote(&ben, &id_of(&boost), "");
    assert_eq!(bare["quote"]["quoted_status"]["id"], id.as_str());
    assert_eq!(ana.status(&id).ok()["quotes_count"], 2);
    // The quoted author blocks the quoter: to him it is as if it had never been.
    ana.towards(&ben.id, "block").ok();
    quoting_is_refused(&ben, &id, 404);
}

fn who_may_quote_is_the_authors_to_say(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    let body = json!({"status": "mine", "quote_approval_policy": "nobody"});
    let id = id_of(&ana.post("/api/v1/statuses", &body).ok());
    assert_eq!(may(&ben, &id), "denied");
    assert_eq!(may(&ana, &id), "automatic");
    quoting_is_refused(&ben, &id, 422);
    let path = format!("/api/v1/statuses/{id}/interaction_policy");
    let to = |word: &str| json!({"quote_approval_policy": word});
    ben.put(&path, &to("public")).refused(404);
    ana.put(&path, &to("friends")).refused(422);
    let now = ana.put(&path, &to("followers")).ok();
    assert_eq!(now["quote_approval"]["automatic"], json!(["followers"]));
    assert_eq!(may(&ben, &id), "denied");
    ben.towards(&ana.id, "follow").ok();
    assert_eq!(may(&ben, &id), "automatic");
    assert_eq!(quote(&ben, &id, "see")["quote"]["state"], "accepted");
    // With an edit too, and whoever is not signed in quotes nothing.
    let edit = json!({"status": "mine still", "quote_approval_policy": "nobody"});
    ana.put(&format!("/api/v1/statuses/{id}"), &edit).ok();
    assert_eq!(may(&ben, &id), "denied");
    let seen = place.visitor().get(&format!("/api/v1/statuses/{id}")).ok();
    assert_eq!(seen["quote_approval"]["current_user"], "denied");
}

fn what_is_for_followers_is_quoted_by_its_author_alone(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    ben.towards(&ana.id, "follow").ok();
    let private = id_of(&ana.publish_to("private", "for followers"));
    assert_eq!(may(&ben, &private), "denied");
    quoting_is_refused(&ben, &private, 422);
    let own = quote(&ana, &private, "as I said");
    assert_eq!(
        own["visibility"], "private",
        "never wider than what it shows"
    );
    assert_eq!(own["quote"]["state"], "accepted");
    let letter = id_of(&ana.publish_to("direct", "@ben between us"));
    quoting_is_refused(&ben, &letter, 422);
    quoting_is_refused(&ana, &letter, 422);
    // In a letter only its readers are quoted.
    let open = id_of(&ana.publish("for all"));
    let body = json!({"status": "gossip", "visibility": "direct", "quoted_status_id": open});
    ben.post("/api/v1/statuses", &body).refused(422);
    let body = json!({"status": "@ana hm", "visibility": "direct", "quoted_status_id": open});
    ben.post("/api/v1/statuses", &body).ok();
    // What a stranger may not see is not there.
    let chi = place.person("chi");
    quoting_is_refused(&chi, &private, 404);
    quoting_is_refused(&chi, "1", 404);
}

fn a_quote_shows_each_reader_what_they_may_see(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben, chi) = (
        place.person("ana"),
        place.person("ben"),
        place.person("chi"),
    );
    let id = id_of(&ana.publish("for all but chi"));
    let quoting = id_of(&quote(&ben, &id, "see"));
    let seen = |who: &Person| who.status(&quoting).ok()["quote"].clone();
    assert_eq!(seen(&chi)["state"], "accepted");
    chi.towards(&ana.id, "mute").ok();
    assert_eq!(seen(&chi)["state"], "muted_account");
    chi.towards(&ana.id, "unmute").ok();
    ana.towards(&chi.id, "block").ok();
    assert_eq!(
        seen(&chi),
        json!({"state": "unauthorized", "quoted_status": null})
    );
    ana.towards(&chi.id, "unblock").ok();
    chi.towards(&ana.id, "block").ok();
    assert_eq!(
        seen(&chi),
        json!({"state": "blocked_account", "quoted_status": null})
    );
    assert_eq!(seen(&ben)["state"], "accepted");
}

fn consent_is_taken_back_and_what_is_gone_is_not_shown(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben, chi) = (
        place.person("ana"),
        place.person("ben"),
        place.person("chi"),
    );
    let id = id_of(&ana.publish("one"));
    let quoting = id_of(&quote(&ben, &id, "see"));
    let path = format!("/api/v1/statuses/{id}/quotes/{quoting}/revoke");
    ben.post(&path, &json!({})).refused(404);
    chi.post(&path, &json!({})).refused(404);
    let other = id_of(&ana.publish("another"));
    let wrong = format!("/api/v1/statuses/{other}/quotes/{quoting}/revoke");
    ana.post(&wrong, &json!({})).refused(404);
    let after = ana.post(&path, &json!({})).ok();
    assert_eq!(after["id"], quoting.as_str());
    let revoked = json!({"state": "revoked", "quoted_status": null});
    assert_eq!(after["quote"], revoked);
    assert_eq!(ben.status(&quoting).ok()["quote"], revoked);
    assert_eq!(ana.status(&id).ok()["quotes_count"], 0);
    assert!(
        ana.items(&format!("/api/v1/statuses/{id}/quotes"))
            .is_empty()
    );

    let second = id_of(&quote(&ben, &other, "see this"));
    ana.delete(&format!("/api/v1/statuses/{other}")).ok();
    let gone = json!({"state": "deleted", "quoted_status": null});
    assert_eq!(ben.status(&second).ok()["quote"], gone);
    // Who deletes a quote leaves nothing behind.
    let third = id_of(&ana.publish("third"));
    let quoting = id_of(&quote(&ben, &third, "see"));
    ben.delete(&format!("/api/v1/statuses/{quoting}")).ok();
    assert_eq!(ana.status(&third).ok()["quotes_count"], 0);
}

fn a_quote_in_a_quote_is_an_id(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    let first = id_of(&ana.publish("first"));
    let second = id_of(&quote(&ben, &first, "second"));
    let third = quote(&ana, &second, "third");
    let inner = &third["quote"]["quoted_status"];
    assert_eq!(inner["id"], second.as_str());
    assert_eq!(
        inner["quote"],
        json!({"state": "accepted", "quoted_status_id": first})
    );
    let home = ana.home();
    let shown = home.iter().find(|one| one["id"] == third["id"]);
    assert_eq!(shown.expect("at home")["quote"]["state"], "accepted");
}

fn who_quotes_hears_of_an_edit(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    let id = id_of(&ana.publish("one bean"));
    let quoting = quote(&ben, &id, "see");
    let edit = json!({"status": "two beans"});
    ana.put(&format!("/api/v1/statuses/{id}"), &edit).ok();
    let told = eventually("ben is told", || ben.notified_of("quoted_update").pop());
    assert_eq!(told["status"]["id"], quoting["id"]);
    assert_eq!(told["account"]["id"], ana.id.as_str());
}

fn a_default_is_chosen_for_new_posts(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let own = |path: &str| ana.get(path).ok();
    let preferences = "/api/v1/preferences";
    assert_eq!(own(preferences)["posting:default:quote_policy"], "public");
    let change = json!({"source": {"quote_policy": "nobody"}});
    let path = "/api/v1/accounts/update_credentials";
    let answer = ana.put(path, &change).ok();
    assert_eq!(answer["source"]["quote_policy"], "nobody");
    assert_eq!(own(preferences)["posting:default:quote_policy"], "nobody");
    let post = ana.publish("mine");
    assert_eq!(post["quote_approval"]["automatic"], json!([]));
}
