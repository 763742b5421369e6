//! The page that says where each threat is met names tests that exist.

use std::path::Path;

#[test]
fn every_test_that_the_page_names_is_there() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = std::fs::read_to_string(home.join("docs/developers/threats-of-the-api.md"));
    let page = page.expect("the page");
    let mut named = 0;
    // Between every other pair of backticks stands a name.
    for name in page.split('`').skip(1).step_by(2) {
        let Some((file, test)) = name.split_once(": ") else {
            continue;
        };
        named += 1;
        let folder = if file.contains("/src/") {
            ""
        } else {
            "tests/src"
        };
        let path = home.join(folder).join(file);
        let source = std::fs::read_to_string(&path);
        let source = source.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let is_there = source.contains(&format!("fn {test}("));
        // A story that is told on both engines stands in their list, too.
        let is_told = source.contains("#[test]") || source.contains(&format!("{test},"));
        assert!(
            is_there && is_told,
            "{name} is named in the page and not told"
        );
    }
    assert!(named > 50, "{named} tests are named");
    for row in 81..=107 {
        let known = page.lines().any(|line| {
            let first = line.split('|').nth(1).unwrap_or_default();
            first
                .split(',')
                .any(|number| number.trim() == row.to_string())
        });
        assert!(known, "row {row} is missing");
    }
}
