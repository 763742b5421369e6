//! The languages of the pages: which one to use, and the words in it. No text of a page is written in
//! Rust or in a template; it stands in `locales/<language>/*.ftl`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, static_loader};
use model::{GroupActivity, GroupSize, Millis};

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "en",
        // Names are set apart by <bdi> in the templates.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// A language that the pages speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// English.
    #[default]
    English,
    /// Indonesian.
    Indonesian,
}

impl Lang {
    /// Every language, in the order of the footer.
    pub const ALL: &'static [Self] = &[Self::Indonesian, Self::English];

    /// Its BCP 47 tag.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Indonesian => "id",
        }
    }

    /// What its speakers call it.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Indonesian => "Bahasa Indonesia",
        }
    }

    /// The language for a tag such as `id`, `id-ID` or `en_GB`.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let first = tag.trim().split(['-', '_']).next().unwrap_or_default();
        match first.to_ascii_lowercase().as_str() {
            "en" => Some(Self::English),
            // `in` is what Java and old Android call Indonesian. Who asks for Javanese or Sundanese
            // reads Indonesian rather than English.
            "id" | "in" | "jv" | "su" => Some(Self::Indonesian),
            _ => None,
        }
    }

    /// The best of an `Accept-Language` header.
    #[must_use]
    pub fn accepted(header: &str) -> Option<Self> {
        let mut best: Option<(u32, Self)> = None;
        for item in header.split(',').take(20) {
            let mut parts = item.split(';');
            let Some(lang) = parts.next().and_then(Self::of_tag) else {
                continue;
            };
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(1000, thousandths);
            if weight > 0 && best.is_none_or(|(most, _)| weight > most) {
                best = Some((weight, lang));
            }
        }
        best.map(|(_, lang)| lang)
    }

    fn identifier(self) -> &'static LanguageIdentifier {
        static ENGLISH: LazyLock<LanguageIdentifier> =
            LazyLock::new(|| "en".parse().unwrap_or_default());
        static INDONESIAN: LazyLock<LanguageIdentifier> =
            LazyLock::new(|| "id".parse().unwrap_or_default());
        match self {
            Self::English => &ENGLISH,
            Self::Indonesian => &INDONESIAN,
        }
    }
}

/// A name without the characters that turn the direction of whatever stands after it.
#[must_use]
pub fn without_turns(name: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    name.replace(turns, "")
}

/// `0.8` as 800; whatever is no weight counts as nothing.
fn thousandths(text: &str) -> u32 {
    let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let mut digits: String = part.chars().take(3).collect();
    while digits.len() < 3 {
        digits.push('0');
    }
    let whole: u32 = whole.parse().unwrap_or(0);
    let part: u32 = digits.parse().unwrap_or(0);
    (whole.min(1) * 1000 + part).min(1000)
}

/// The key of a text that is asked for somewhere else than where it is named.
#[derive(Clone, Copy, Debug)]
pub struct Key(pub &'static str);

/// The words of a page in one language; templates call it `w`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// The language.
    pub lang: Lang,
}

impl Words {
    /// The words of this language.
    #[must_use]
    pub const fn of(lang: Lang) -> Self {
        Self { lang }
    }

    /// A text without variables.
    #[must_use]
    pub fn say(&self, key: &str) -> String {
        self.look_up(key, None)
    }

    /// A text with one word put in; `$name` in the file.
    #[must_use]
    pub fn named(&self, key: &str, name: &str) -> String {
        let value = FluentValue::from(without_turns(name));
        self.look_up(key, Some(&HashMap::from([(Cow::Borrowed("name"), value)])))
    }

    /// A text with a number in it; `$count` in the file, which knows the plural.
    #[must_use]
    pub fn count(&self, key: &str, count: &i64) -> String {
        let value = FluentValue::from(*count);
        self.look_up(key, Some(&HashMap::from([(Cow::Borrowed("count"), value)])))
    }

    /// The name of a language; its code where we have no name for it.
    #[must_use]
    pub fn language(&self, code: &str) -> String {
        let key = format!("language-{code}");
        if self.knows(&key) {
            self.say(&key)
        } else {
            without_turns(code)
        }
    }

    /// Roughly how many belong to a group.
    #[must_use]
    pub fn size(&self, size: &GroupSize) -> String {
        self.say(&format!("size-{}", size.as_str()))
    }

    /// Roughly when something was last said in a group.
    #[must_use]
    pub fn activity(&self, activity: &GroupActivity) -> String {
        self.say(&format!("activity-{}", activity.as_str()))
    }

    /// Is there such a text?
    #[must_use]
    pub fn knows(&self, key: &str) -> bool {
        let none: Option<&HashMap<Cow<'static, str>, FluentValue<'_>>> = None;
        LOCALES
            .lookup_single_language(self.lang.identifier(), key, none)
            .is_ok()
    }

    /// How long ago, in few letters; after a week the day.
    #[must_use]
    pub fn when(&self, at: Millis, now: Millis) -> String {
        let ago = now.0.saturating_sub(at.0).max(0);
        if ago < Millis::MINUTE {
            self.say("time-now")
        } else if ago < Millis::HOUR {
            self.count("time-minutes", &(ago / Millis::MINUTE))
        } else if ago < Millis::DAY {
            self.count("time-hours", &(ago / Millis::HOUR))
        } else if ago < 7 * Millis::DAY {
            self.count("time-days", &(ago / Millis::DAY))
        } else {
            self.day(at)
        }
    }

    /// `23 Nov 2026`
    #[must_use]
    pub fn day(&self, at: Millis) -> String {
        let day = at.day();
        let mut parts = day.split('-');
        let (year, month, day) = (parts.next(), parts.next(), parts.next());
        match (year, month, day) {
            (Some(year), Some(month), Some(day)) => {
                let month = self.say(&format!("month-{month}"));
                format!("{} {month} {year}", day.trim_start_matches('0'))
            }
            _ => String::new(),
        }
    }

    fn look_up(
        self,
        key: &str,
        args: Option<&HashMap<Cow<'static, str>, FluentValue<'_>>>,
    ) -> String {
        [self.lang, Lang::default()]
            .iter()
            .find_map(|lang| {
                LOCALES
                    .lookup_single_language(lang.identifier(), key, args)
                    .ok()
            })
            .unwrap_or_else(|| key.to_owned())
    }
}

#[cfg(test)]
#[path = "i18n/tests.rs"]
mod tests;
