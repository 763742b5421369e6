//! Names in the one namespace of people and groups of this server: may this one be had?

use database::accounts;
use database::{Conn, Error as DatabaseError};
use model::Username;

use crate::error::{Error, Problem, Result};

/// What is wrong with the shape of a wanted name.
///
/// # Errors
/// The problem, under this field.
pub(crate) fn wanted(field: &'static str, text: &str) -> std::result::Result<Username, Problem> {
    Username::local(text).map_err(|error| {
        let code = if text.is_empty() {
            "ERR_BLANK"
        } else if text.len() > 30 {
            "ERR_TOO_LONG"
        } else if text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            "ERR_RESERVED"
        } else {
            "ERR_INVALID"
        };
        Problem {
            field,
            code,
            text: error.0.to_owned(),
        }
    })
}

/// The problem that a taken name is.
pub(crate) fn taken(field: &'static str) -> Problem {
    Problem {
        field,
        code: "ERR_TAKEN",
        text: match field {
            "email" => "this e-mail address is taken",
            _ => "this name is taken",
        }
        .to_owned(),
    }
}

/// Is this name a person's or a group's of this server already?
pub(crate) fn is_taken(conn: &mut Conn, name: &Username) -> Result<bool> {
    Ok(accounts::by_name(conn, &name.key(), "")?.is_some())
}

/// What a unique key says of two who wanted the same at the same moment.
pub(crate) fn collision(error: DatabaseError, field: &'static str) -> Error {
    match error {
        DatabaseError::Conflict(what) if what.contains("email") => {
            Error::Invalid(vec![taken("email")])
        }
        DatabaseError::Conflict(_) => Error::Invalid(vec![taken(field)]),
        other => other.into(),
    }
}

/// A name made of a title: ASCII letters and digits, underscores between words. Empty where nothing is left.
pub(crate) fn from_title(title: &str) -> String {
    let mut name = String::new();
    for letter in title.chars() {
        if letter.is_ascii_alphanumeric() {
            name.push(letter.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
    }
    name.truncate(26);
    name.trim_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_gives_a_name() {
        for (title, name) in [
            ("The Garden", "the_garden"),
            ("  Warga -- RT 05! ", "warga_rt_05"),
            ("庭", ""),
            ("Ünïcode", "n_code"),
            (&"long ".repeat(20), "long_long_long_long_long_l"),
        ] {
            assert_eq!(from_title(title), name, "{title}");
        }
    }

    #[test]
    fn problems_say_which() {
        for (text, code) in [
            ("", "ERR_BLANK"),
            ("admin", "ERR_RESERVED"),
            ("a b", "ERR_INVALID"),
            ("a.b", "ERR_INVALID"),
            (&"a".repeat(31), "ERR_TOO_LONG"),
        ] {
            assert_eq!(wanted("username", text).unwrap_err().code, code, "{text}");
        }
    }
}
