//! What the place says about itself at length: its rules, policies and terms; and what of its dealings
//! with other servers it shows. Texts are Markdown.

use std::collections::BTreeMap;

use crate::columns::small_enum;
use crate::handle::ParseError;
use crate::settings::switch;
use crate::time::Millis;

small_enum! {
    /// Who may see which servers the place has nothing to do with.
    Audience {
        /// Nobody.
        Disabled = 0, "disabled";
        /// Those who are signed in.
        Users = 1, "users";
        /// Everyone.
        All = 2, "all";
    }
}

/// Letters of a long text.
const MOST_LETTERS: usize = 50_000;
/// Rules of a place.
const MOST_RULES: usize = 50;

/// A rule in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wording {
    /// The rule.
    pub text: String,
    /// What it means; may be empty.
    pub hint: String,
}

/// A rule of the place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// As it was written.
    pub wording: Wording,
    /// In other languages, by their tags.
    pub translations: BTreeMap<String, Wording>,
}

/// A long text and when it was last changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Markdown; empty for none.
    pub text: String,
    /// When it was changed; 0 where that is not known.
    pub changed: Millis,
}

/// What the place says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// `extended_description`
    pub extended_description: Document,
    /// `privacy_policy`
    pub privacy_policy: Document,
    /// `terms_of_service`
    pub terms_of_service: Document,
    /// From which day the terms hold (`terms_of_service_date`); empty for the day of the last change.
    pub terms_of_service_date: String,
    /// `rules`: a rule a line, `text | hint`; a line that begins with spaces translates the one above,
    /// `  id: teks | petunjuk`.
    pub rules: String,
    /// `show_domain_blocks`
    pub show_domain_blocks: Audience,
    /// `show_peers`
    pub show_peers: bool,
    /// `show_activity`
    pub show_activity: bool,
}

impl Default for About {
    fn default() -> Self {
        Self {
            extended_description: Document::default(),
            privacy_policy: Document::default(),
            terms_of_service: Document::default(),
            terms_of_service_date: String::new(),
            rules: String::new(),
            show_domain_blocks: Audience::Disabled,
            show_peers: true,
            show_activity: true,
        }
    }
}

impl About {
    /// The settings whose change is dated.
    pub const DATED: &'static [&'static str] =
        &["extended_description", "privacy_policy", "terms_of_service"];

    /// Sets one by its name.
    ///
    /// # Errors
    /// When there is no such setting, or it cannot have this value.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), ParseError> {
        match name {
            "extended_description" => self.extended_description.text = long(value)?,
            "privacy_policy" => self.privacy_policy.text = long(value)?,
            "terms_of_service" => self.terms_of_service.text = long(value)?,
            "terms_of_service_date" => self.terms_of_service_date = day(value)?,
            "rules" => {
                let text = long(value)?;
                if parse_rules(&text).len() > MOST_RULES {
                    return Err(ParseError("these are too many rules"));
                }
                self.rules = text;
            }
            "show_domain_blocks" => self.show_domain_blocks = value.parse()?,
            "show_peers" => self.show_peers = switch(value)?,
            "show_activity" => self.show_activity = switch(value)?,
            _ => return Err(ParseError("there is no such setting")),
        }
        Ok(())
    }

    /// Takes up from the database when a text was changed.
    pub fn stamp(&mut self, name: &str, value: &str) {
        let Ok(at) = value.parse().map(Millis) else {
            return;
        };
        match name {
            "extended_description_changed" => self.extended_description.changed = at,
            "privacy_policy_changed" => self.privacy_policy.changed = at,
            "terms_of_service_changed" => self.terms_of_service.changed = at,
            _ => {}
        }
    }

    /// Every one of these settings with its value as text.
    #[must_use]
    pub fn to_rows(&self) -> BTreeMap<&'static str, String> {
        let on = |b: bool| if b { "on" } else { "off" }.to_owned();
        BTreeMap::from([
            (
                "extended_description",
                self.extended_description.text.clone(),
            ),
            ("privacy_policy", self.privacy_policy.text.clone()),
            ("terms_of_service", self.terms_of_service.text.clone()),
            ("terms_of_service_date", self.terms_of_service_date.clone()),
            ("rules", self.rules.clone()),
            ("show_domain_blocks", self.show_domain_blocks.to_string()),
            ("show_peers", on(self.show_peers)),
            ("show_activity", on(self.show_activity)),
        ])
    }

    /// The rules one by one; the first has the number 1 wherever rules are named by number.
    #[must_use]
    pub fn rules(&self) -> Vec<Rule> {
        parse_rules(&self.rules)
    }

    /// The day from which the terms hold, `YYYY-MM-DD`.
    #[must_use]
    pub fn terms_day(&self) -> String {
        if self.terms_of_service_date.is_empty() {
            self.terms_of_service.changed.day()
        } else {
            self.terms_of_service_date.clone()
        }
    }
}

fn wording(line: &str) -> Wording {
    let (text, hint) = line.split_once('|').unwrap_or((line, ""));
    Wording {
        text: text.trim().to_owned(),
        hint: hint.trim().to_owned(),
    }
}

fn parse_rules(text: &str) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if !line.starts_with([' ', '\t']) {
            rules.push(Rule {
                wording: wording(line),
                translations: BTreeMap::new(),
            });
            continue;
        }
        if let (Some(rule), Some((tag, translated))) = (rules.last_mut(), line.split_once(':')) {
            rule.translations
                .insert(tag.trim().to_owned(), wording(translated));
        }
    }
    rules
}

fn long(value: &str) -> Result<String, ParseError> {
    if value.chars().count() > MOST_LETTERS || value.contains('\0') {
        return Err(ParseError("this text is too long"));
    }
    Ok(value.trim_end().trim_start_matches('\n').to_owned())
}

fn day(value: &str) -> Result<String, ParseError> {
    let value = value.trim();
    let is_day = value.len() == 10
        && value.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if is_day || value.is_empty() {
        Ok(value.to_owned())
    } else {
        Err(ParseError("a day is written YYYY-MM-DD"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_lines_with_hints_and_translations() {
        let mut about = About::default();
        let text = "Be kind | To everyone\n  id: Ramah | Kepada semua\n\nNo spam\n";
        about.set("rules", text).unwrap();
        let rules = about.rules();
        assert_eq!(rules.len(), 2);
        assert_eq!(rules[0].wording.hint, "To everyone");
        assert_eq!(rules[0].translations["id"].text, "Ramah");
        assert_eq!(rules[1].wording.text, "No spam");
        assert!(about.set("rules", &"a\n".repeat(51)).is_err());
    }

    #[test]
    fn a_day_is_a_day() {
        let mut about = About::default();
        assert!(about.set("terms_of_service_date", "1 May").is_err());
        about.set("terms_of_service_date", "2026-12-01").unwrap();
        assert_eq!(about.terms_day(), "2026-12-01");
    }
}
