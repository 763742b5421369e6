//! Reading answers: a text, a number, a list at a path, or a sentence that says what is missing.

use serde_json::Value;

use crate::Result;

/// The text at this JSON pointer; an id that came as a number is its digits.
pub(crate) fn text(value: &Value, pointer: &str) -> Result<String> {
    match value.pointer(pointer) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        _ => Err(format!("the answer has no {pointer}: {}", short(value))),
    }
}

/// The list at this JSON pointer (`""` is the whole answer).
pub(crate) fn list<'a>(value: &'a Value, pointer: &str) -> Result<&'a [Value]> {
    value
        .pointer(pointer)
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .ok_or_else(|| format!("the answer has no list {pointer}: {}", short(value)))
}

/// Is this true?
pub(crate) fn is(value: &Value, pointer: &str) -> bool {
    value
        .pointer(pointer)
        .and_then(Value::as_bool)
        .unwrap_or(false)
}

/// The words of a status, without its markup.
pub(crate) fn words(status: &Value) -> String {
    let html = status
        .get("content")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let mut plain = String::new();
    let mut in_tag = false;
    for letter in html.chars() {
        match letter {
            '<' => in_tag = true,
            '>' => in_tag = false,
            _ if !in_tag => plain.push(letter),
            _ => {}
        }
    }
    let named = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ];
    named
        .iter()
        .fold(plain, |plain, (name, letter)| plain.replace(name, letter))
}

/// An answer as it may stand in a sentence.
pub(crate) fn short(value: &Value) -> String {
    value.to_string().chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_status_is_read_as_a_person_reads_it() {
        let status =
            json!({"content": "<p>Salt &amp; pepper, <a href=\"x\">@<span>ana</span></a></p>"});
        assert_eq!(words(&status), "Salt & pepper, @ana");
    }

    #[test]
    fn what_is_missing_is_named() {
        assert!(
            text(&json!({"error": "no"}), "/id")
                .unwrap_err()
                .contains("/id")
        );
        assert_eq!(text(&json!([{"id": 7}]), "/0/id").unwrap(), "7");
    }
}
