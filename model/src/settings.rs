//! Settings that an administrator changes at run time: typed, with defaults, kept as rows of text.

use std::collections::BTreeMap;

use crate::about::About;
use crate::columns::small_enum;
use crate::handle::ParseError;

small_enum! {
    /// Who may make an account.
    Registrations {
        /// Anyone.
        Open = 0, "open";
        /// Anyone, once a moderator has agreed.
        Approval = 1, "approval";
        /// Who was invited.
        Invite = 2, "invite";
        /// Nobody.
        Closed = 3, "closed";
    }
}

small_enum! {
    /// Who may let others in by a link.
    Inviters {
        /// Every member.
        Members = 0, "members";
        /// Those who run the place.
        Admins = 1, "admins";
    }
}

/// The highest age that can be asked for.
const HIGHEST_AGE: u8 = 100;

/// The settings of the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Who may make an account (`registrations`).
    pub registrations: Registrations,
    /// What is said to those who find the door closed (`registrations_message`).
    pub registrations_message: String,
    /// Must those who ask to join say why (`reason_required`)?
    pub reason_required: bool,
    /// How old one must be to join (`min_age`); 0: nobody is asked.
    pub min_age: u8,
    /// Who may let others in by a link (`invites`).
    pub invites: Inviters,
    /// Must a new e-mail address be confirmed (`email_confirmation`)?
    pub email_confirmation: bool,
    /// Are requests counted (`rate_limits`)?
    pub rate_limits: bool,
    /// Is OAuth's password grant open (`password_grant`)? Only in test mode.
    pub password_grant: bool,
    /// Does every object ask for a signed request (`secure_mode`)?
    pub secure_mode: bool,
    /// Are only servers dealt with that were allowed (`allow_list`)?
    pub allow_list: bool,
    /// May trend what nobody of the staff looked at (`trendable_by_default`)?
    pub trendable_by_default: bool,
    /// The name of the place (`title`).
    pub title: String,
    /// One or two sentences about it (`description`).
    pub description: String,
    /// Where to write to (`contact_email`).
    pub contact_email: String,
    /// Whom to ask (`contact_account`): the name of an account here; empty for none.
    pub contact_account: String,
    /// Where a service translates that speaks `LibreTranslate`'s API (`translate_url`); empty for none.
    pub translate_url: String,
    /// The key for it (`translate_key`); empty for none.
    pub translate_key: String,
    /// Days between the eviction of a group and its closing (`eviction_days`).
    pub eviction_days: u16,
    /// What the place says about itself at length, and shows of its dealings.
    pub about: About,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            registrations: Registrations::Invite,
            registrations_message: String::new(),
            reason_required: false,
            min_age: 0,
            invites: Inviters::Members,
            email_confirmation: false,
            rate_limits: true,
            password_grant: false,
            secure_mode: false,
            allow_list: false,
            trendable_by_default: false,
            title: "Balai".to_owned(),
            description: String::new(),
            contact_email: String::new(),
            contact_account: String::new(),
            translate_url: String::new(),
            translate_key: String::new(),
            eviction_days: 30,
            about: About::default(),
        }
    }
}

impl Settings {
    /// The names of all settings, as the command line and the database know them.
    pub const NAMES: &'static [&'static str] = &[
        "registrations",
        "registrations_message",
        "reason_required",
        "min_age",
        "invites",
        "email_confirmation",
        "rate_limits",
        "password_grant",
        "secure_mode",
        "allow_list",
        "trendable_by_default",
        "title",
        "description",
        "contact_email",
        "contact_account",
        "translate_url",
        "translate_key",
        "eviction_days",
        "extended_description",
        "privacy_policy",
        "terms_of_service",
        "terms_of_service_date",
        "rules",
        "show_domain_blocks",
        "show_peers",
        "show_activity",
    ];

    /// Sets one by its name.
    ///
    /// # Errors
    /// When there is no such setting, or it cannot have this value.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), ParseError> {
        match name {
            "registrations" => self.registrations = value.parse()?,
            "registrations_message" => self.registrations_message = line(value, 1000)?,
            "reason_required" => self.reason_required = switch(value)?,
            "min_age" => self.min_age = age(value)?,
            "invites" => self.invites = value.parse()?,
            "email_confirmation" => self.email_confirmation = switch(value)?,
            "rate_limits" => self.rate_limits = switch(value)?,
            "password_grant" => self.password_grant = switch(value)?,
            "secure_mode" => self.secure_mode = switch(value)?,
            "allow_list" => self.allow_list = switch(value)?,
            "trendable_by_default" => self.trendable_by_default = switch(value)?,
            "title" => self.title = line(value, 80)?,
            "description" => self.description = line(value, 1000)?,
            "contact_email" => self.contact_email = line(value, 320)?,
            "contact_account" => self.contact_account = handle(value)?,
            "translate_url" => self.translate_url = web(value)?,
            "translate_key" => self.translate_key = line(value, 500)?,
            "eviction_days" => self.eviction_days = term(value)?,
            _ => self.about.set(name, value)?,
        }
        Ok(())
    }

    /// The settings that these rows of the database give; rows that an older or newer version wrote
    /// and this one cannot read keep their default.
    #[must_use]
    pub fn from_rows(rows: &[(String, String)]) -> Self {
        let mut settings = Self::default();
        for (name, value) in rows {
            let _kept = settings.set(name, value);
            settings.about.stamp(name, value);
        }
        settings
    }

    /// Every setting with its value as text.
    #[must_use]
    pub fn to_rows(&self) -> BTreeMap<&'static str, String> {
        let on = |b: bool| if b { "on" } else { "off" }.to_owned();
        let mut rows = BTreeMap::from([
            ("registrations", self.registrations.to_string()),
            ("registrations_message", self.registrations_message.clone()),
            ("reason_required", on(self.reason_required)),
            ("min_age", self.min_age.to_string()),
            ("invites", self.invites.to_string()),
            ("email_confirmation", on(self.email_confirmation)),
            ("rate_limits", on(self.rate_limits)),
            ("password_grant", on(self.password_grant)),
            ("secure_mode", on(self.secure_mode)),
            ("allow_list", on(self.allow_list)),
            ("trendable_by_default", on(self.trendable_by_default)),
            ("title", self.title.clone()),
            ("description", self.description.clone()),
            ("contact_email", self.contact_email.clone()),
            ("contact_account", self.contact_account.clone()),
            ("translate_url", self.translate_url.clone()),
            ("translate_key", self.translate_key.clone()),
            ("eviction_days", self.eviction_days.to_string()),
        ]);
        rows.extend(self.about.to_rows());
        rows
    }
}

/// `1`, `true`, `on` and their opposites.
///
/// # Errors
/// Any other word.
pub fn switch(value: &str) -> Result<bool, ParseError> {
    match value {
        "1" | "true" | "on" => Ok(true),
        "0" | "false" | "off" => Ok(false),
        _ => Err(ParseError("not one of: on off")),
    }
}

fn handle(value: &str) -> Result<String, ParseError> {
    let value = value.trim().trim_start_matches('@');
    if !value.is_empty() {
        value.parse::<crate::Username>()?;
    }
    Ok(value.to_owned())
}

fn web(value: &str) -> Result<String, ParseError> {
    let value = line(value, 500)?;
    if value.is_empty() || value.starts_with("https://") || value.starts_with("http://") {
        Ok(value)
    } else {
        Err(ParseError(
            "not an address such as https://translate.example",
        ))
    }
}

/// A week is the least in which a group can find another home.
fn term(value: &str) -> Result<u16, ParseError> {
    match value.parse() {
        Ok(days) if (7..=365).contains(&days) => Ok(days),
        _ => Err(ParseError("a term is a number of days from 7 to 365")),
    }
}

fn age(value: &str) -> Result<u8, ParseError> {
    match value.parse() {
        Ok(years) if years <= HIGHEST_AGE => Ok(years),
        _ => Err(ParseError("an age is a number from 0 to 100")),
    }
}

fn line(value: &str, most: usize) -> Result<String, ParseError> {
    if value.chars().count() > most || value.contains('\0') {
        return Err(ParseError("this text is too long"));
    }
    Ok(value.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_survive_their_rows() {
        let mut settings = Settings::default();
        settings.set("registrations", "open").unwrap();
        settings.set("rate_limits", "off").unwrap();
        settings.set("title", "Balai Warga").unwrap();
        let rows: Vec<_> = settings
            .to_rows()
            .into_iter()
            .map(|(k, v)| (k.to_owned(), v))
            .collect();
        assert_eq!(rows.len(), Settings::NAMES.len());
        assert_eq!(Settings::from_rows(&rows), settings);
    }

    #[test]
    fn wrong_values_change_nothing() {
        let mut settings = Settings::default();
        assert!(settings.set("registrations", "maybe").is_err());
        assert!(settings.set("colour", "red").is_err());
        assert!(settings.set("min_age", "-1").is_err());
        assert!(settings.set("min_age", "101").is_err());
        assert!(settings.set("rate_limits", "yes").is_err());
        assert_eq!(settings, Settings::default());
    }
}
