//! Guesses the language of a text when its author did not say it.

use whatlang::{Lang, Script};

/// Shorter texts are guessed wrong too often.
const MIN_LETTERS: usize = 20;
/// Below this whatlang is not sure itself.
const MIN_CONFIDENCE: f64 = 0.8;
/// The beginning says enough.
const MAX_INPUT: usize = 8 * 1024;

/// The ISO 639-1 code of the language, if one is likely enough.
#[must_use]
pub fn detect(text: &str) -> Option<&'static str> {
    let text = without_pieces(crate::html::cut(text, MAX_INPUT));
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let found = whatlang::detect(&text)?;
    // Where the script alone decides, a few letters are enough.
    let shared = matches!(
        found.script(),
        Script::Latin | Script::Cyrillic | Script::Arabic | Script::Devanagari | Script::Hebrew
    );
    let enough = if shared { MIN_LETTERS } else { 4 };
    if letters < enough || found.confidence() < MIN_CONFIDENCE {
        return None;
    }
    Some(two_letters(found.lang()))
}

/// Names, hashtags and addresses are in no language.
fn without_pieces(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for piece in crate::microsyntax::pieces(text) {
        out.push_str(text.get(at..piece.span.start).unwrap_or_default());
        out.push(' ');
        at = piece.span.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// ISO 639-3, which whatlang speaks, to ISO 639-1, which the fediverse speaks.
const fn two_letters(lang: Lang) -> &'static str {
    match lang {
        Lang::Epo => "eo",
        Lang::Eng => "en",
        Lang::Rus => "ru",
        Lang::Cmn => "zh",
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Ben => "bn",
        Lang::Fra => "fr",
        Lang::Deu => "de",
        Lang::Ukr => "uk",
        Lang::Kat => "ka",
        Lang::Ara => "ar",
        Lang::Hin => "hi",
        Lang::Jpn => "ja",
        Lang::Heb => "he",
        Lang::Yid => "yi",
        Lang::Pol => "pl",
        Lang::Amh => "am",
        Lang::Jav => "jv",
        Lang::Kor => "ko",
        Lang::Nob => "no",
        Lang::Dan => "da",
        Lang::Swe => "sv",
        Lang::Fin => "fi",
        Lang::Tur => "tr",
        Lang::Nld => "nl",
        Lang::Hun => "hu",
        Lang::Ces => "cs",
        Lang::Ell => "el",
        Lang::Bul => "bg",
        Lang::Bel => "be",
        Lang::Mar => "mr",
        Lang::Kan => "kn",
        Lang::Ron => "ro",
        Lang::Slv => "sl",
        Lang::Hrv => "hr",
        Lang::Srp => "sr",
        Lang::Mkd => "mk",
        Lang::Lit => "lt",
        Lang::Lav => "lv",
        Lang::Est => "et",
        Lang::Tam => "ta",
        Lang::Vie => "vi",
        Lang::Urd => "ur",
        Lang::Tha => "th",
        Lang::Guj => "gu",
        Lang::Uzb => "uz",
        Lang::Pan => "pa",
        Lang::Aze => "az",
        Lang::Ind => "id",
        Lang::Tel => "te",
        Lang::Pes => "fa",
        Lang::Mal => "ml",
        Lang::Ori => "or",
        Lang::Mya => "my",
        Lang::Nep => "ne",
        Lang::Sin => "si",
        Lang::Khm => "km",
        Lang::Tuk => "tk",
        Lang::Aka => "ak",
        Lang::Zul => "zu",
        Lang::Sna => "sn",
        Lang::Afr => "af",
        Lang::Lat => "la",
        Lang::Slk => "sk",
        Lang::Cat => "ca",
        Lang::Tgl => "tl",
        Lang::Hye => "hy",
        Lang::Cym => "cy",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clear_texts_are_recognised() {
        for (text, code) in [
            (
                "The village hall is open on Saturday for everybody who wants to read",
                Some("en"),
            ),
            (
                "Das Gemeindehaus ist am Samstag für alle geöffnet, die lesen möchten",
                Some("de"),
            ),
            (
                "Balai desa dibuka pada hari Sabtu untuk semua orang yang ingin membaca",
                Some("id"),
            ),
            ("村の集会所は土曜日に開いています", Some("ja")),
            ("ok", None),
            (
                "@ana@far.example https://x.example/the/way/of/the/world #thevillage",
                None,
            ),
            ("", None),
        ] {
            assert_eq!(detect(text), code, "{text}");
        }
    }

    #[test]
    fn every_language_has_a_code_of_two_letters() {
        for lang in Lang::all() {
            assert!(two_letters(*lang).len() == 2, "{lang}");
        }
    }
}
