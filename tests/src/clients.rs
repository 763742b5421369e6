//! Clients that no one here wrote, against a server in this process: Mastodon.py and toot.

use model::Role;

use crate::groups::console;
use crate::harness::{PASSWORD, Person, Stage, World, on_both_engines};

on_both_engines![
    mastodon_py_joins_posts_and_reads_the_answer,
    mastodon_py_runs_a_group,
    toot_joins_posts_and_reads_the_answer,
];

/// A recorder that lets everything pass would make every client content.
#[test]
fn the_recorder_says_what_does_not_fit() {
    let home = testbench::Sandbox::new("recorder");
    let Some(mut command) = testbench::python_client("recorder_test.py", &home) else {
        return;
    };
    let done = command.output().expect("Python runs");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}");
}

fn tell(stage: Stage, story: &str) {
    let home = testbench::Sandbox::new("client");
    let Some(mut command) = testbench::python_client(story, &home) else {
        return;
    };
    let world = World::new(stage);
    world.place.set("password_grant", "on");
    let eka = world.place.person("eka");
    command
        .env("BALAI_TEST_TOKEN_OTHER", world.ana.token())
        .env("BALAI_TEST_PASSWORD_GRANT", "1");
    listen(command, story, &world, &eka);
}

/// Runs a story of this person to its end.
fn listen(mut command: std::process::Command, story: &str, world: &World, who: &Person) {
    let done = command
        .env("BALAI_TEST_URL", &world.place.base)
        .env("BALAI_TEST_USER", &who.name)
        .env("BALAI_TEST_EMAIL", who.email())
        .env("BALAI_TEST_PASSWORD", PASSWORD)
        .env("BALAI_TEST_GROUP", &world.garden.name)
        .output()
        .expect("Python runs");
    let (said, complained) = (
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr),
    );
    assert!(done.status.success(), "{story}:\n{said}\n{complained}");
    assert!(said.contains("done: everything happened"), "{said}");
}

fn mastodon_py_joins_posts_and_reads_the_answer(stage: &Stage) {
    tell(*stage, "mastodonpy_story.py");
}

/// Chi, who owns the garden with ana, runs it from an app; all that she did stands in its log with her name.
fn mastodon_py_runs_a_group(stage: &Stage) {
    let story = "mastodonpy_console.py";
    let home = testbench::Sandbox::new("client");
    let Some(mut command) = testbench::python_client(story, &home) else {
        return;
    };
    let world = World::new(*stage);
    world
        .place
        .promote_to(&world.garden, &world.chi, Role::Owner);
    let eka = world.place.person("eka");
    command
        .env("BALAI_TEST_TOKEN_OTHER", world.ben.token())
        .env("BALAI_TEST_TOKEN_ASKING", eka.token());
    listen(command, story, &world, &world.chi);
    let done = console::log(&world.place, &world.garden, &world.chi);
    assert_eq!(
        done,
        [
            "profile_changed",
            "settings_changed",
            "member_approved",
            "member_removed",
            "member_refused",
            "member_banned",
            "member_unbanned",
            "member_muted",
            "member_unmuted",
            "status_removed",
            "status_removed",
            "status_restored",
            "status_removed",
            "thread_pinned",
            "thread_unpinned",
            "status_published",
            "status_edited",
            "status_published",
            "status_deleted",
        ]
    );
}

fn toot_joins_posts_and_reads_the_answer(stage: &Stage) {
    tell(*stage, "toot_story.py");
}
