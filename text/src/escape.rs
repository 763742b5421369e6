//! Plain text inside of markup.

/// For an attribute or a text of HTML.
#[must_use]
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_leaves_its_place() {
        assert_eq!(
            escaped("<a href=\"x\">&amp;"),
            "&lt;a href=&quot;x&quot;&gt;&amp;amp;"
        );
    }
}
