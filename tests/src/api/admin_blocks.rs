//! The staff blocks servers, e-mail domains, networks and single e-mail addresses.

use model::ServerRole;
use serde_json::json;
use services::admin::sign_up::sign_up_verdict;

use super::admin_accounts::staff;
use crate::harness::{Instance, Stage, eventually, on_both_engines, runtime};

on_both_engines![
    a_server_is_blocked_changed_and_let_in_again,
    chosen_servers_are_kept_in_a_list,
    an_email_domain_keeps_people_from_signing_up,
    a_network_is_shut_out_until_the_block_ends,
    a_single_email_address_is_blocked_by_its_hash,
];

fn verdict(place: &Instance, email: &str, from: &str) -> (bool, bool, bool) {
    let ctx = place.ctx();
    let from = from.parse().ok();
    let verdict = runtime().block_on(async { sign_up_verdict(&ctx, email, from).await });
    let verdict = verdict.expect("a verdict");
    (
        verdict.mail_blocked,
        verdict.network_blocked,
        verdict.needs_approval,
    )
}

fn a_server_is_blocked_changed_and_let_in_again(stage: &Stage) {
    let place = stage.instance();
    let boss = staff(&place, "boss", ServerRole::Admin);
    let path = "/api/v1/admin/domain_blocks";
    let made = boss
        .post(path, &json!({"domain": "Evil.Example", "severity": "silence", "public_comment": "spam", "obfuscate": true}))
        .ok();
    assert_eq!(made["domain"], "evil.example");
    assert_eq!(
        (&made["severity"], &made["reject_media"]),
        (&"silence".into(), &false.into())
    );
    assert_eq!(made["digest"].as_str().map(str::len), Some(64));
    let id = made["id"].as_str().expect("an id").to_owned();

    let again = boss.post(
        path,
        &json!({"domain": "sub.evil.example", "severity": "silence"}),
    );
    again.is(422);
    assert_eq!(again.json()["existing_domain_block"]["id"], made["id"]);
    boss.post(path, &json!({"domain": "not a domain"}))
        .refused(422);
    boss.post(
        path,
        &json!({"domain": place.domain(), "severity": "suspend"}),
    )
    .refused(403);

    let one = format!("/api/v1/admin/domain_blocks/{id}");
    let changed = boss
        .put(
            &one,
            &json!({"severity": "suspend", "reject_reports": true}),
        )
        .ok();
    assert_eq!(
        (&changed["severity"], &changed["public_comment"]),
        (&"suspend".into(), &"spam".into())
    );
    assert_eq!(boss.get(&one).ok(), changed);
    assert_eq!(boss.get("/api/v1/admin/domain_blocks").ids(), [id]);
    boss.delete(&one).ok();
    boss.get(&one).refused(404);
    boss.delete(&one).refused(404);
}

fn chosen_servers_are_kept_in_a_list(stage: &Stage) {
    let place = stage.instance();
    let boss = staff(&place, "boss", ServerRole::Admin);
    let made = boss
        .post(
            "/api/v1/admin/domain_allows",
            &json!({"domain": "good.example"}),
        )
        .ok();
    let again = boss
        .post(
            "/api/v1/admin/domain_allows",
            &json!({"domain": "good.example"}),
        )
        .ok();
    assert_eq!(made["id"], again["id"]);
    let id = made["id"].as_str().expect("an id");
    assert_eq!(
        boss.get("/api/v1/admin/domain_allows").ids(),
        [id.to_owned()]
    );
    assert_eq!(
        boss.get(&format!("/api/v1/admin/domain_allows/{id}")).ok()["domain"],
        "good.example"
    );
    let blocked = |domain: &str| {
        let (ctx, domain) = (place.ctx(), domain.parse().expect("a domain"));
        runtime()
            .block_on(async { services::moderation::is_blocked(&ctx, &domain).await })
            .expect("an answer")
    };
    assert!(!blocked("other.example"));
    place.set("allow_list", "on");
    assert!(blocked("other.example") && !blocked("good.example") && !blocked("sub.good.example"));
    boss.delete(&format!("/api/v1/admin/domain_allows/{id}"))
        .ok();
    assert!(blocked("good.example"));
}

fn an_email_domain_keeps_people_from_signing_up(stage: &Stage) {
    let place = stage.instance();
    let boss = staff(&place, "boss", ServerRole::Admin);
    let path = "/api/v1/admin/email_domain_blocks";
    let made = boss.post(path, &json!({"domain": "spam.example"})).ok();
    boss.post(path, &json!({"domain": "spam.example"}))
        .refused(422);
    boss.post(
        path,
        &json!({"domain": "doubt.example", "allow_with_approval": true}),
    )
    .ok();
    assert_eq!(
        verdict(&place, "a@mx.spam.example", ""),
        (true, false, false)
    );
    assert_eq!(verdict(&place, "a@doubt.example", ""), (false, false, true));
    assert_eq!(verdict(&place, "a@mail.example", ""), (false, false, false));
    let id = made["id"].as_str().expect("an id");
    let one = format!("/api/v1/admin/email_domain_blocks/{id}");
    let shown = boss.get(&one).ok();
    assert_eq!(shown["history"].as_array().map(Vec::len), Some(7));
    assert_eq!(shown["history"][0]["uses"], "1");
    assert_eq!(boss.get("/api/v1/admin/email_domain_blocks").ids().len(), 2);
    boss.delete(&one).ok();
    assert_eq!(verdict(&place, "a@spam.example", ""), (false, false, false));
}

fn a_network_is_shut_out_until_the_block_ends(stage: &Stage) {
    let place = stage.instance();
    let boss = staff(&place, "boss", ServerRole::Admin);
    let path = "/api/v1/admin/ip_blocks";
    boss.post(path, &json!({"ip": "0.0.0.0/0", "severity": "no_access"}))
        .refused(422);
    boss.post(path, &json!({"ip": "192.0.2.1"})).refused(422);
    let made = boss
        .post(path, &json!({"ip": "192.0.2.77/24", "severity": "sign_up_block", "comment": "a hall of bots", "expires_in": "3600"}))
        .ok();
    assert_eq!(
        (&made["ip"], &made["severity"]),
        (&"192.0.2.0/24".into(), &"sign_up_block".into())
    );
    assert!(made["expires_at"].is_string());
    assert_eq!(
        verdict(&place, "a@mail.example", "192.0.2.9"),
        (false, true, false)
    );
    let id = made["id"].as_str().expect("an id");
    let one = format!("/api/v1/admin/ip_blocks/{id}");
    let changed = boss
        .put(
            &one,
            &json!({"severity": "sign_up_requires_approval", "expires_in": ""}),
        )
        .ok();
    assert!(changed["expires_at"].is_null());
    assert_eq!(
        verdict(&place, "a@mail.example", "192.0.2.9"),
        (false, false, true)
    );
    assert_eq!(boss.get(&one).ok()["comment"], "a hall of bots");
    assert_eq!(boss.get("/api/v1/admin/ip_blocks").ids(), [id.to_owned()]);
    boss.delete(&one).ok();

    // Our own network: from the next second on nothing is answered, not even to the one who did it.
    boss.post(
        path,
        &json!({"ip": "127.0.0.0/8", "severity": "no_access", "expires_in": "2"}),
    )
    .ok();
    eventually("the door is closed", || {
        (place.visitor().get("/api/v1/instance").status == 403).then_some(())
    });
    eventually("the block has ended", || {
        (place.visitor().get("/api/v1/instance").status == 200).then_some(())
    });
}

fn a_single_email_address_is_blocked_by_its_hash(stage: &Stage) {
    let place = stage.instance();
    let boss = staff(&place, "boss", ServerRole::Admin);
    let path = "/api/v1/admin/canonical_email_blocks";
    let made = boss
        .post(path, &json!({"email": "S.pammer+x@mail.example"}))
        .ok();
    let test = |email: &str| {
        let found = boss.post(
            "/api/v1/admin/canonical_email_blocks/test",
            &json!({ "email": email }),
        );
        found.ids().len()
    };
    assert_eq!(
        (test("spammer@mail.example"), test("other@mail.example")),
        (1, 0)
    );
    assert_eq!(
        verdict(&place, "spam.mer@mail.example", ""),
        (true, false, false)
    );
    boss.post(
        path,
        &json!({"canonical_email_hash": made["canonical_email_hash"]}),
    )
    .refused(422);
    boss.post(path, &json!({"canonical_email_hash": "abc"}))
        .refused(422);
    let id = made["id"].as_str().expect("an id");
    let one = format!("/api/v1/admin/canonical_email_blocks/{id}");
    assert_eq!(boss.get(&one).ok(), made);
    assert_eq!(
        boss.get("/api/v1/admin/canonical_email_blocks").ids(),
        [id.to_owned()]
    );
    boss.delete(&one).ok();
    assert_eq!(test("spammer@mail.example"), 0);
}
