//! Clients that no one here wrote, against a server in this process: Mastodon.py and toot.

use crate::harness::{PASSWORD, Stage, World, on_both_engines};

on_both_engines![
    mastodon_py_joins_posts_and_reads_the_answer,
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
    let done = command
        .env("BALAI_TEST_URL", &world.place.base)
        .env("BALAI_TEST_USER", &eka.name)
        .env("BALAI_TEST_EMAIL", eka.email())
        .env("BALAI_TEST_PASSWORD", PASSWORD)
        .env("BALAI_TEST_GROUP", &world.garden.name)
        .env("BALAI_TEST_TOKEN_OTHER", world.ana.token())
        .env("BALAI_TEST_PASSWORD_GRANT", "1")
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

fn toot_joins_posts_and_reads_the_answer(stage: &Stage) {
    tell(*stage, "toot_story.py");
}
