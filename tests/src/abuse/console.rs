//! Nobody acts for a group that they do not moderate, and nobody any longer than they do: forged choices,
//! tokens of other groups, and every way in which a role ends.

use http::Method;
use model::{GroupKind, ServerRole};
use serde_json::json;

use crate::api::admin_accounts::staff;
use crate::api::oauth::{CALLBACK, code_of, register, wish};
use crate::groups::console::{consent, log_in};
use crate::harness::{Browser, Client, Ear, Stage, World, account_id, on_both_engines, runtime};

on_both_engines![
    a_forged_choice_is_refused,
    the_token_of_one_group_opens_no_other,
    a_role_that_ends_takes_all_that_hangs_on_it,
];

fn a_forged_choice_is_refused(stage: &Stage) {
    let world = World::new(*stage);
    let place = &world.place;
    let kitchen = place.group("kitchen", "The kitchen", &world.ana, GroupKind::Open);
    let app = register(place, CALLBACK);
    let (garden, ana, chi) = (&world.garden.id, &world.ana.id, &world.chi.id);
    let cases = [
        // He is a member, and no more.
        (&world.ben, garden.as_str(), 403),
        // She moderates another group than this one.
        (&world.chi, kitchen.id.as_str(), 403),
        // Nobody is somebody else, not even oneself by this way.
        (&world.chi, ana.as_str(), 404),
        (&world.chi, chi.as_str(), 404),
        (&world.chi, "1", 404),
        (&world.chi, "garden", 404),
        (&world.chi, "-1 OR 1=1", 404),
    ];
    for (who, choice, status) in cases {
        let answer = consent(place, who, &app.0, choice);
        assert_eq!(answer.status, status, "{}: {choice}", who.name);
        assert!(answer.header("location").is_none(), "{choice}: no code");
    }
    let grants = place.contents().remove("access_grants");
    assert!(grants.unwrap_or_default().is_empty(), "no code was made");
    // The choice is asked for again when the form comes back: she moderated when she saw the page.
    let browser = Browser::of(place, &world.chi);
    let page = browser.open(&wish(&app.0, &[]));
    let form = page.form_to("/oauth/authorize").fill("as", garden);
    world.demote();
    assert_eq!(browser.send(&form.press("answer", "allow")).status, 403);
}

fn the_token_of_one_group_opens_no_other(stage: &Stage) {
    let world = World::new(*stage);
    let place = &world.place;
    // Ana owns both; the app was given one.
    let kitchen = place.group("kitchen", "The kitchen", &world.ana, GroupKind::Approved);
    let thread = world.ana.publish("@kitchen soup");
    let console = log_in(place, &world.ana, &world.garden);
    let eka = place.person("eka");
    eka.towards(&kitchen.id, "follow").ok();
    let before = place.contents();
    let of = |rest: &str| format!("/api/v1/groups/{}/{rest}", kitchen.id);
    let whom = json!({"account_ids": [eka.id]});
    for answer in [
        console.get(&of("membership_requests")),
        console.get(&of("blocks")),
        console.post(&of("blocks"), &whom),
        console.post(&of("kick"), &whom),
        console.press(&of(&format!("membership_requests/{}/authorize", eka.id))),
        console.press(&format!("/api/v1/follow_requests/{}/authorize", eka.id)),
        console.delete(&of(&format!(
            "statuses/{}",
            thread["id"].as_str().expect("an id")
        ))),
    ] {
        assert!(matches!(answer.status, 403 | 404), "{}", answer.text());
    }
    assert!(console.items("/api/v1/follow_requests").is_empty());
    place.is_unchanged(&before, "the token of another group");
}

/// Is there still where to push to for the holder of the group's tokens?
fn is_pushed_to(world: &World) -> bool {
    let rows = world.place.contents().remove("push_subscriptions");
    let mut rows = rows.unwrap_or_default().into_iter();
    rows.any(|row| row.contains(&world.garden.id))
}

/// May this app still do anything?
fn works(app: &Client) -> bool {
    let status = app.get("/api/v1/accounts/verify_credentials").status;
    assert!(matches!(status, 200 | 401 | 403), "{status}");
    status == 200
}

type End = (&'static str, fn(&World, &Client), bool);

/// How it ends; and whether the human goes on as himself.
const ENDS: &[End] = &[
    (
        "she leaves",
        |world, _boss| {
            let path = format!("/api/v1/groups/{}/leave", world.garden.id);
            world.chi.press(&path).ok();
        },
        true,
    ),
    (
        "she stops following",
        |world, _boss| {
            world.chi.towards(&world.garden.id, "unfollow").ok();
        },
        true,
    ),
    ("she is demoted", |world, _boss| world.demote(), true),
    (
        "the group is closed",
        |world, _boss| {
            let path = format!("/api/v1/groups/{}", world.garden.id);
            world.ana.delete(&path).ok();
        },
        true,
    ),
    (
        "she is suspended",
        |world, boss| deed(boss, &world.chi.id, "suspend"),
        false,
    ),
    (
        "she is disabled",
        |world, boss| deed(boss, &world.chi.id, "disable"),
        false,
    ),
];

fn deed(boss: &Client, whom: &str, kind: &str) {
    let path = format!("/api/v1/admin/accounts/{whom}/action");
    let act = json!({ "type": kind, "text": "so that others can go on" });
    boss.post(&path, &act).ok();
}

fn a_role_that_ends_takes_all_that_hangs_on_it(stage: &Stage) {
    for (name, end, stays) in ENDS {
        let world = World::new(*stage);
        let place = &world.place;
        let boss = staff(place, "boss", ServerRole::Admin);
        let console = pushed_console(&world);
        assert!(works(&console) && is_pushed_to(&world), "{name}: before it");
        let app = register(place, CALLBACK);
        let waiting = code_of(&consent(place, &world.chi, &app.0, &world.garden.id)).0;
        let mut ear = Ear::of(place, &console, &[json!({"stream": "user"})]);
        end(&world, &boss);
        let heard = ear.ends();
        assert!(heard.is_empty(), "{name}: {heard:?}");
        assert!(!works(&console), "{name}: the app");
        console
            .post("/api/v1/statuses", &json!({"status": "still me"}))
            .is(console.get("/api/v1/blocks").status);
        let redeemed = crate::api::oauth::redeem(place, &app, &waiting, &[]);
        assert_eq!(redeemed.status, 400, "{name}: the code that waited");
        let again = Ear::open(
            place,
            "/api/v1/streaming",
            &[("authorization", &format!("Bearer {}", console.token()))],
        );
        assert!(again.is_err(), "{name}: nobody listens again");
        assert_eq!(works(&world.chi), *stays, "{name}: herself");
        if name.starts_with("she leaves") {
            assert!(!is_pushed_to(&world), "{name}: push");
            // A role that comes back brings no old token back.
            world.chi.towards(&world.garden.id, "follow").ok();
            place.promote(&world.garden, &world.chi);
            assert!(!works(&console), "{name}: a new role is not the old one");
            assert!(works(&log_in(place, &world.chi, &world.garden)));
        }
        // Another moderator's app goes on, but where the group itself is shut.
        let other = Browser::of(place, &world.ana).ask(Method::GET, "/home", None);
        assert_eq!(other.status, 200, "{name}");
    }
}

/// Chi's console, with a phone to push to.
fn pushed_console(world: &World) -> Client {
    let ctx = world.place.ctx();
    let token = runtime().block_on(async {
        let chi = services::sign_in::viewer_named(&ctx, "chi").await?;
        let group = account_id(&world.garden.id);
        let acting = services::oauth::acting_for(&ctx, &chi, group).await?;
        let scopes = model::Scopes::parse("read write follow push").expect("scopes");
        services::oauth::mint(&ctx, &acting, None, scopes, None).await
    });
    let console = world.place.with_token(&token.expect("a token").token.0);
    // A point of the curve (its generator) stands for the key of a phone.
    let key =
        "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU";
    let push = json!({"subscription": {"endpoint": "http://127.0.0.1:9/p",
        "keys": {"p256dh": key, "auth": "c2l4dGVlbiBsZXR0ZXJzIQ"}}});
    console.post("/api/v1/push/subscription", &push).ok();
    console
}
