//! Names and descriptions from outside: no control characters, no letters that turn the reading
//! direction of the rest of the page, no towers of accents, a bounded length.

use unicode_segmentation::UnicodeSegmentation;

use crate::html::is_bidi_control;

/// A family emoji with skin tones has eleven code points, a flag of a region seven; a syllable
/// with thousands of accents is an attack on the lines above and below.
const MAX_MARKS: usize = 16;

/// A name for one line: white space collapsed, at most `max` letters as people count them.
#[must_use]
pub fn display_name(name: &str, max: usize) -> String {
    let mut out = String::new();
    let mut letters = 0;
    for word in name.split(|c: char| c.is_whitespace() || is_line_end(c)) {
        let mut begun = false;
        for letter in letters_of(word) {
            let due = usize::from(!begun && !out.is_empty());
            if letters + due + 1 > max {
                return out;
            }
            if due == 1 {
                out.push(' ');
            }
            letters += due + 1;
            begun = true;
            out.push_str(&letter);
        }
    }
    out
}

/// A text of several lines: line ends are `\n`, never more than one blank line, at most `max`
/// letters as people count them.
#[must_use]
pub fn multiline(text: &str, max: usize) -> String {
    let text = text
        .replace("\r\n", "\n")
        .replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    let mut out = String::new();
    let mut letters = 0;
    let mut line_ends = 0;
    for line in text.trim().split('\n') {
        let line = line.trim_end();
        if line.is_empty() {
            line_ends += 1;
            continue;
        }
        let due = if out.is_empty() {
            0
        } else {
            (line_ends + 1).min(2)
        };
        for (at, letter) in letters_of(line).enumerate() {
            let breaks = if at == 0 { due } else { 0 };
            if letters + breaks + 1 > max {
                return out;
            }
            out.extend(std::iter::repeat_n('\n', breaks));
            letters += breaks + 1;
            out.push_str(&letter);
        }
        line_ends = 0;
    }
    out
}

/// The visible letters (graphemes) of a line, each with a bounded number of marks.
fn letters_of(line: &str) -> impl Iterator<Item = String> + '_ {
    line.graphemes(true)
        .map(|letter| {
            letter
                .chars()
                .filter(|c| !is_unwanted(*c))
                .take(MAX_MARKS)
                .collect()
        })
        .filter(|letter: &String| !letter.is_empty())
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}' | '\u{85}')
}

fn is_unwanted(c: char) -> bool {
    (c.is_control() && c != '\t')
        || is_bidi_control(c)
        || matches!(c, '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_fit_on_one_line() {
        assert_eq!(
            display_name("  Ana\0\u{7} \n of\u{202e} Far\u{2066}\u{feff} ", 30),
            "Ana of Far"
        );
        assert_eq!(display_name("abc def", 4), "abc");
        assert_eq!(display_name("abc def", 5), "abc d");
        assert_eq!(display_name("👩‍👩‍👧‍👦👩🏽‍🚀é", 3), "👩‍👩‍👧‍👦👩🏽‍🚀é");
    }

    #[test]
    fn towers_of_accents_are_cut() {
        let tower = format!("a{}b", "\u{301}".repeat(5000));
        assert!(display_name(&tower, 30).chars().count() <= MAX_MARKS + 1);
        assert!(display_name(&tower, 30).ends_with('b'));
    }

    #[test]
    fn descriptions_keep_their_lines() {
        assert_eq!(multiline("a \r\nb\n\n\n\nc\u{0}\n", 50), "a\nb\n\nc");
        assert_eq!(multiline("a\nbcd", 4), "a\nbc");
    }

    proptest! {
        #[test]
        fn never_too_long_and_stable(text in ".{0,80}", max in 0usize..40) {
            for cleaned in [display_name(&text, max), multiline(&text, max)] {
                prop_assert!(!cleaned.contains('\0'));
                prop_assert!(cleaned.graphemes(true).count() <= max);
            }
            let once = display_name(&text, max);
            prop_assert_eq!(display_name(&once, max), once);
        }
    }
}
