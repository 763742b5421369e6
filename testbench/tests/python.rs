//! The Python clients are really there: their packages are installed and their stories start.

#[test]
fn a_story_starts_with_its_packages_and_asks_for_a_server() {
    for story in ["mastodonpy_story.py", "toot_story.py"] {
        let home = testbench::Sandbox::new("python");
        let Some(mut command) = testbench::python_client(story, &home) else {
            return;
        };
        let output = command.output().unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{complaint}");
        assert_eq!(complaint.trim(), "BALAI_TEST_URL is not set", "{story}");
    }
}
