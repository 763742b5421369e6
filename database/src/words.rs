//! From a text to the words that search knows: folded alike for both engines, so that they find the same.
//!
//! Lower case, without accents. Scripts that leave no spaces between words (Chinese, Japanese, Thai and
//! their neighbours) become overlapping pairs of letters.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Letters of a word that count.
const LONGEST: usize = 64;

/// The words of a text in their order, at most `most`.
pub(crate) fn of(text: &str, most: usize) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut run: Vec<char> = Vec::new();
    for letter in fold(text) {
        if is_unspaced(letter) {
            finish_word(&mut words, &mut word);
            run.push(letter);
        } else if letter.is_alphanumeric() || is_combining_mark(letter) {
            finish_run(&mut words, &mut run);
            word.push(letter);
        } else {
            finish_word(&mut words, &mut word);
            finish_run(&mut words, &mut run);
        }
        if words.len() >= most {
            break;
        }
    }
    finish_word(&mut words, &mut word);
    finish_run(&mut words, &mut run);
    words.truncate(most);
    words
}

/// What is looked for: the words of a phrase, and whether the last one is only the beginning of one.
pub(crate) fn phrase(text: &str, most: usize) -> (Vec<String>, bool) {
    let folded: Vec<char> = fold(text).collect();
    if let [only] = folded.as_slice()
        && is_unspaced(*only)
    {
        // One letter begins the pairs that it stands in, or is the last of its run.
        return (vec![only.to_string()], true);
    }
    let mut words = of(text, most);
    // A run that is looked for may go on in what is found: its last letter is no word by itself there.
    if folded.last().is_some_and(|letter| is_unspaced(*letter))
        && words.len() > 1
        && words.last().is_some_and(|last| last.chars().count() == 1)
    {
        words.pop();
    }
    (words, false)
}

fn fold(text: &str) -> impl Iterator<Item = char> {
    text.chars()
        .flat_map(|letter| {
            // Syllables of Korean are letters of their own; everything else is taken apart.
            let whole = ('\u{ac00}'..='\u{d7a3}').contains(&letter);
            let parts: Vec<char> = if whole {
                vec![letter]
            } else {
                std::iter::once(letter).nfkd().collect()
            };
            parts
        })
        .flat_map(char::to_lowercase)
        .filter(|letter| !is_accent(*letter))
}

/// Marks that may be left out: accents of Latin, Greek and Cyrillic, vowel points of Arabic and Hebrew.
const fn is_accent(letter: char) -> bool {
    matches!(letter,
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5bd}' | '\u{64b}'..='\u{65f}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Of a script that leaves no spaces between words.
const fn is_unspaced(letter: char) -> bool {
    matches!(letter,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

fn finish_word(words: &mut Vec<String>, word: &mut String) {
    if word.chars().any(char::is_alphanumeric) {
        words.push(word.chars().take(LONGEST).collect());
    }
    word.clear();
}

/// Pairs of letters, and the last letter by itself.
fn finish_run(words: &mut Vec<String>, run: &mut Vec<char>) {
    words.extend(run.windows(2).map(|pair| pair.iter().collect::<String>()));
    words.extend(run.last().map(char::to_string));
    run.clear();
}

/// The text of clean HTML: without tags, with the few entities that the sanitiser writes.
pub(crate) fn of_html(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut parts = html.split('<');
    text.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (tag, rest) = part.split_once('>').unwrap_or((part, ""));
        let name = tag.trim_start_matches('/').split_whitespace().next();
        // A long address is cut into spans, and a name may be half bold: these part no words.
        if !matches!(name, Some("span" | "a" | "b" | "i" | "em" | "strong" | "u")) {
            text.push(' ');
        }
        text.push_str(rest);
    }
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        of(text, 100)
    }

    #[test]
    fn words_are_folded_alike() {
        assert_eq!(
            words("Über den Fluß, Ñandú!"),
            ["uber", "den", "fluß", "nandu"]
        );
        assert_eq!(
            words("Musyawarah di balai-desa #Kopi"),
            ["musyawarah", "di", "balai", "desa", "kopi"]
        );
        assert_eq!(words("ﬁne １２"), ["fine", "12"]);
        assert_eq!(words(" !? \u{e000} \0"), Vec::<String>::new());
        assert_eq!(of("a b c", 2), ["a", "b"]);
        assert_eq!(words(&"x".repeat(100))[0].len(), LONGEST);
    }

    #[test]
    fn scripts_without_spaces_become_pairs() {
        assert_eq!(words("村の集会 tea"), ["村の", "の集", "集会", "会", "tea"]);
        assert_eq!(phrase("集会", 9), (vec!["集会".to_owned()], false));
        assert_eq!(phrase("村", 9), (vec!["村".to_owned()], true));
        assert_eq!(
            phrase("green tea", 9),
            (vec!["green".to_owned(), "tea".to_owned()], false)
        );
        assert_eq!(words("한국어 말"), ["한국어", "말"]);
    }

    #[test]
    fn html_is_left_behind() {
        let html = "<p>a &amp; <span class=\"h-card\"><a href=\"x\">@<span>ben</span></a></span></p><p>c<br>d</p>";
        assert_eq!(of(&of_html(html), 9), ["a", "ben", "c", "d"]);
        assert_eq!(
            words(&of_html("<a href=\"y\"><span>foo</span>bar</a>")),
            ["foobar"]
        );
    }
}
