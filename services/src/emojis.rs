//! Custom emoji: ours, which administrators add and take away, and those that other servers tell of.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use database::Conn;
use database::custom_emojis::{self, CustomEmoji};
use model::Domain;

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::{files, media};

/// A picture larger than this is not taken.
pub const MAX_BYTES: usize = 256 * 1024;
/// Of our own.
const MAX_OURS: i64 = 5000;
/// Of one other server; more are not kept.
const MAX_THEIRS: i64 = 10_000;
/// Of one document.
const MAX_OF_ONE: usize = 50;
/// Names that are looked up for one page.
const MAX_NAMES: usize = 400;

/// A custom emoji ready to print.
pub type EmojiView = CustomEmoji;

/// An emoji as another server tells of it.
#[derive(Clone, Debug)]
pub struct Told {
    /// Its name.
    pub shortcode: String,
    /// Where its picture is.
    pub url: String,
    /// The type of the picture; empty for unknown.
    pub mime: String,
}

/// Our own, by name.
///
/// # Errors
/// The database.
pub async fn ours(ctx: &Ctx) -> Result<Vec<EmojiView>> {
    Ok(ctx
        .db
        .read(|conn| custom_emojis::of_domain(conn, ""))
        .await?)
}

/// One of ours.
///
/// # Errors
/// `NotFound`.
pub async fn one(ctx: &Ctx, shortcode: &str) -> Result<EmojiView> {
    let name = shortcode.to_owned();
    ctx.db
        .read(move |conn| custom_emojis::find(conn, "", &name)?.ok_or(Error::NotFound))
        .await
}

/// Adds one of ours, or gives it a new picture; for administrators.
///
/// # Errors
/// `Invalid` for a name that is none, `Media` for what is no picture or too large.
pub async fn add(ctx: &Ctx, shortcode: &str, bytes: Vec<u8>, category: &str) -> Result<EmojiView> {
    if !is_name(shortcode) || shortcode.len() < 2 {
        return Err(Error::invalid(
            "shortcode",
            "ERR_INVALID",
            "Validation failed: a shortcode has 2 to 64 letters, digits and underscores",
        ));
    }
    if bytes.len() > MAX_BYTES {
        return Err(Error::Media(format!(
            "an emoji has at most {} kB",
            MAX_BYTES / 1024
        )));
    }
    let made = media::rewritten(bytes).await?;
    let image = files::save(ctx, made.bytes, made.extension).await?;
    let still = files::save(ctx, made.small.bytes, made.small.extension).await?;
    let now = ctx.now();
    let row = CustomEmoji {
        id: ctx.id(),
        domain: String::new(),
        shortcode: shortcode.to_owned(),
        image,
        still,
        mime: made.mime.to_owned(),
        category: text::display_name(category, 60),
        in_picker: true,
        created_at: now,
        updated_at: now,
    };
    let stored = row.clone();
    let before = ctx
        .write(move |conn| {
            let before = custom_emojis::find(conn, "", &stored.shortcode)?;
            if before.is_none() && custom_emojis::count(conn, "")? >= MAX_OURS {
                return Err(Error::LimitExceeded("there are too many emoji already"));
            }
            custom_emojis::put(conn, &stored)?;
            Ok(before)
        })
        .await;
    match before {
        Ok(before) => {
            forget_files(ctx, before).await;
            Ok(row)
        }
        Err(error) => {
            forget_files(ctx, Some(row)).await;
            Err(error)
        }
    }
}

/// Takes one of ours away.
///
/// # Errors
/// `NotFound`.
pub async fn remove(ctx: &Ctx, shortcode: &str) -> Result<()> {
    let name = shortcode.to_owned();
    let gone = ctx
        .write(move |conn| {
            let emoji = custom_emojis::find(conn, "", &name)?.ok_or(Error::NotFound)?;
            custom_emojis::delete(conn, emoji.id)?;
            Ok::<_, Error>(emoji)
        })
        .await?;
    forget_files(ctx, Some(gone)).await;
    Ok(())
}

async fn forget_files(ctx: &Ctx, emoji: Option<CustomEmoji>) {
    if let Some(emoji) = emoji {
        files::remove(ctx, &emoji.image).await;
        files::remove(ctx, &emoji.still).await;
    }
}

/// Keeps the emoji that a document of another server names; what is kept already and has not changed costs
/// no writing.
///
/// # Errors
/// The database.
pub async fn receive(ctx: &Ctx, domain: &str, told: Vec<Told>) -> Result<()> {
    let known = |told: &Told| {
        is_name(&told.shortcode) && !crate::profile::foreign_address(&told.url).is_empty()
    };
    let told: Vec<Told> = told.into_iter().filter(known).take(MAX_OF_ONE).collect();
    if told.is_empty() || domain.parse::<Domain>().is_err() {
        return Ok(());
    }
    let (domains, names) = (vec![domain.to_owned()], names_of(&told));
    let stored = ctx
        .db
        .read(move |conn| custom_emojis::named(conn, &domains, &names))
        .await?;
    let is_new = |told: &Told| {
        !stored
            .iter()
            .any(|emoji| emoji.shortcode == told.shortcode && emoji.image == told.url)
    };
    let new: Vec<Told> = told.into_iter().filter(is_new).collect();
    if new.is_empty() {
        return Ok(());
    }
    let (home, domain) = (Arc::clone(ctx), domain.to_owned());
    ctx.write_later(move |conn| {
        let now = home.now();
        let mut room = MAX_THEIRS - custom_emojis::count(conn, &domain)?;
        for told in new {
            if room <= 0 && custom_emojis::find(conn, &domain, &told.shortcode)?.is_none() {
                continue;
            }
            room -= 1;
            let emoji = CustomEmoji {
                id: home.id(),
                domain: domain.clone(),
                shortcode: told.shortcode,
                image: told.url,
                still: String::new(),
                mime: told.mime.chars().take(60).filter(|c| *c != '\0').collect(),
                category: String::new(),
                in_picker: false,
                created_at: now,
                updated_at: now,
            };
            custom_emojis::put(conn, &emoji)?;
        }
        Ok(())
    })
    .await
}

fn names_of(told: &[Told]) -> Vec<String> {
    told.iter().map(|told| told.shortcode.clone()).collect()
}

fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// The names between colons in a text, each once.
pub(crate) fn named_in<'a>(texts: impl IntoIterator<Item = &'a str>) -> HashSet<String> {
    let mut names = HashSet::new();
    for text in texts {
        let mut pieces = text.split(':');
        pieces.next();
        for piece in pieces {
            if is_name(piece) && names.len() < MAX_NAMES {
                names.insert(piece.to_owned());
            }
        }
    }
    names
}

/// The emoji of a page of texts, by server and name.
#[derive(Debug, Default)]
pub(crate) struct Emojis(HashMap<(String, String), EmojiView>);

impl Emojis {
    /// Loads those that stand in these texts, each with the domain of its author.
    ///
    /// # Errors
    /// The database.
    pub(crate) fn load<'a>(
        conn: &mut Conn,
        texts: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self> {
        let mut domains = HashSet::new();
        let mut names = HashSet::new();
        for (domain, text) in texts {
            let found = named_in([text]);
            if !found.is_empty() {
                domains.insert(domain.to_owned());
                names.extend(found.into_iter().take(MAX_NAMES));
            }
        }
        if names.is_empty() {
            return Ok(Self::default());
        }
        let domains: Vec<String> = domains.into_iter().collect();
        let names: Vec<String> = names.into_iter().collect();
        let found = custom_emojis::named(conn, &domains, &names)?;
        Ok(Self(
            found
                .into_iter()
                .map(|emoji| ((emoji.domain.clone(), emoji.shortcode.clone()), emoji))
                .collect(),
        ))
    }

    /// Those in the texts of one author, by name.
    pub(crate) fn of<'a>(
        &self,
        domain: &str,
        texts: impl IntoIterator<Item = &'a str>,
    ) -> Vec<EmojiView> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<EmojiView> = named_in(texts)
            .into_iter()
            .filter_map(|name| self.0.get(&(domain.to_owned(), name)).cloned())
            .collect();
        found.sort_by(|a, b| a.shortcode.cmp(&b.shortcode));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_between_colons() {
        let found =
            named_in(["a :cow: and 12:30:45 :no way: ::x:: <a href=\"https://a.example/:b\">"]);
        assert!(found.contains("cow") && found.contains("x"));
        assert!(!found.contains("no way"));
    }
}
