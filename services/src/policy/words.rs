//! The words and links that a group wants to look at, or refuses: asked wherever something comes into it or is
//! changed in it, here and from elsewhere. Its moderators write what they want.

use std::collections::BTreeSet;

use database::group_words::{self, GroupWord};
use database::memberships::Membership;
use database::statuses::Status;
use database::{Conn, group_rules, groups, media_attachments, memberships, polls};
use model::{AccountId, Domain, GroupWordAct, GroupWordKind, HeldFor};
use text::Html;

use super::status::Wait;
use crate::error::{Error, Result};
use crate::filters::matcher::{Phrases, folded};
use crate::moderation::with_parents;

/// What a post says, in all the places where a reader finds words or links.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    texts: Vec<String>,
    /// The servers to which it links.
    hosts: BTreeSet<String>,
}

impl Said {
    /// Title, warning, text, and the links in it.
    pub(crate) fn of(status: &Status) -> Self {
        let html = Html::from_trusted_row(status.content.clone());
        let hosts = text::all_links(&html)
            .iter()
            .filter_map(|url| url.host_str().map(str::to_lowercase))
            .collect();
        let mut said = Self {
            texts: Vec::new(),
            hosts,
        };
        said.add(&status.title);
        said.add(&status.spoiler_text);
        said.add(&text::to_plain(&html));
        said
    }

    /// What hangs on it too: the options of its poll, what its pictures are said to show.
    pub(crate) fn add(&mut self, words: &str) {
        if words.is_empty() {
            return;
        }
        // What nobody sees parts no word.
        let words: String = words.chars().filter(|c| !is_unseen(*c)).collect();
        self.hosts.extend(hosts_in(&words));
        self.texts.push(words);
    }

    /// All that is stored of a post.
    ///
    /// # Errors
    /// The database.
    pub(crate) fn stored(conn: &mut Conn, status: &Status) -> Result<Self> {
        let mut said = Self::of(status);
        if let Some(poll) = polls::of_status(conn, status.id)? {
            for option in polls::options(conn, &[poll.id])? {
                said.add(&option.title);
            }
        }
        for file in media_attachments::of(conn, &[status.id])? {
            said.add(&file.description);
            said.link(&file.remote_url);
        }
        Ok(said)
    }

    /// A file lies there.
    pub(crate) fn link(&mut self, address: &str) {
        let host = url::Url::parse(address)
            .ok()
            .and_then(|url| url.host_str().map(str::to_lowercase));
        self.hosts.extend(host);
    }
}

/// Soft hyphens, joiners, marks of direction: they change what a machine reads and not what people do.
fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// What looks like the name of a server in plain words, linked or not.
fn hosts_in(words: &str) -> impl Iterator<Item = String> {
    words
        .split(|c: char| !(c.is_alphanumeric() || c == '.' || c == '-'))
        .map(|part| part.trim_matches(['.', '-']))
        .filter(|part| part.contains('.') && part.len() <= 300)
        .map(folded)
}

/// What the words of a group say to a post.
#[derive(Clone, Debug)]
pub(crate) enum Judged {
    /// Nothing.
    Free,
    /// It waits.
    Waits(Wait),
    /// It is refused, in these words.
    Refused(String),
}

/// Judges a post that someone brings into a group of ours.
///
/// # Errors
/// The database.
pub(crate) fn judge(
    conn: &mut Conn,
    group: AccountId,
    author: AccountId,
    said: &Said,
) -> Result<Judged> {
    let words = met(conn, group, author, said)?;
    judged(conn, group, &words)
}

fn judged(conn: &mut Conn, group: AccountId, words: &[GroupWord]) -> Result<Judged> {
    if let Some(word) = words.iter().find(|word| word.act == GroupWordAct::Refuse) {
        return Ok(Judged::Refused(refusal(conn, group, word)?));
    }
    Ok(match words.first() {
        None => Judged::Free,
        Some(word) => Judged::Waits(Wait {
            reason: HeldFor::Word,
            word: word.phrase.clone(),
        }),
    })
}

/// The rule that stands behind it, where there is one. The word itself is not told: who sends the same to
/// many groups would learn how to write it otherwise.
fn refusal(conn: &mut Conn, group: AccountId, word: &GroupWord) -> Result<String> {
    let rule = match word.rule_id {
        Some(id) => group_rules::of(conn, group)?
            .into_iter()
            .find(|rule| rule.id == id),
        None => None,
    };
    Ok(match rule {
        Some(rule) => format!(
            "a rule of this group does not allow it: {}. {}",
            rule.position, rule.text
        ),
        None => "this group does not take posts with a word or link that is in it".to_owned(),
    })
}

/// As an error for who lives here.
pub(crate) fn error(why: &str) -> Error {
    // A code that no page has a general sentence for: this one is shown as it is.
    Error::invalid(
        "base",
        "ERR_GROUP_RULE",
        format!("Validation failed: {why}"),
    )
}

/// Those words of the group that are in it; for a moderator of the group none.
fn met(
    conn: &mut Conn,
    group: AccountId,
    author: AccountId,
    said: &Said,
) -> Result<Vec<GroupWord>> {
    let words = group_words::of(conn, group)?;
    if words.is_empty() || author == group {
        return Ok(Vec::new());
    }
    if memberships::find(conn, group, author)?
        .as_ref()
        .is_some_and(Membership::moderates)
    {
        return Ok(Vec::new());
    }
    let phrases = Phrases::new(
        words
            .iter()
            .map(|word| (word.phrase.as_str(), word.kind != GroupWordKind::Part)),
    );
    let found: BTreeSet<usize> = said
        .texts
        .iter()
        .flat_map(|text| phrases.found_in(text))
        .collect();
    let linked = linked(said);
    Ok(words
        .into_iter()
        .enumerate()
        .filter(|(place, word)| match word.kind {
            GroupWordKind::Link => linked.contains(&word.phrase),
            GroupWordKind::Word | GroupWordKind::Part => found.contains(place),
        })
        .map(|(_place, word)| word)
        .collect())
}

/// The servers to which it links, and all that is above them.
fn linked(said: &Said) -> BTreeSet<String> {
    said.hosts
        .iter()
        .filter_map(|host| host.parse::<Domain>().ok())
        .flat_map(|domain| with_parents(&domain))
        .collect()
}

/// Which of the group's words an edit brings into a post that had them not.
///
/// # Errors
/// The database.
fn brought_in(
    conn: &mut Conn,
    before: &Said,
    after: &Status,
) -> Result<Option<(AccountId, Vec<GroupWord>)>> {
    let Some(group) = after.group().filter(|group| *group != after.account_id) else {
        return Ok(None);
    };
    if groups::find(conn, group)?.is_none() {
        return Ok(None);
    }
    Ok(Some((group, new_to(conn, group, before, after)?)))
}

/// Which words of this group are in a post after an edit, and were not before.
fn new_to(
    conn: &mut Conn,
    group: AccountId,
    before: &Said,
    after: &Status,
) -> Result<Vec<GroupWord>> {
    let said = Said::stored(conn, after)?;
    let mut words = met(conn, group, after.account_id, &said)?;
    if !words.is_empty() {
        let known = met(conn, group, after.account_id, before)?;
        words.retain(|word| known.iter().all(|other| other.id != word.id));
    }
    Ok(words)
}

/// Does an edit bring a word of this group of ours, which passes the post on, into it?
///
/// # Errors
/// The database.
pub(crate) fn brings_in(
    conn: &mut Conn,
    group: AccountId,
    before: &Said,
    after: &Status,
) -> Result<bool> {
    Ok(!new_to(conn, group, before, after)?.is_empty())
}

/// An edit of someone here that brings a word into a post in the group is refused, also where a new post would
/// wait: what others read already cannot wait. What waits itself may be written anew.
///
/// # Errors
/// `Invalid`.
pub(crate) fn check_edit(
    conn: &mut Conn,
    before: &Said,
    after: &Status,
    waits: bool,
) -> Result<()> {
    let Some((group, words)) = brought_in(conn, before, after)? else {
        return Ok(());
    };
    match judged(conn, group, &words)? {
        Judged::Free => Ok(()),
        Judged::Refused(why) => Err(error(&why)),
        Judged::Waits(_) if waits => Ok(()),
        Judged::Waits(_) => Err(error(
            "a moderator of this group looks at posts with a word or link that this edit brings in: write it as a new post",
        )),
    }
}

/// An edit from elsewhere cannot be refused, its author has written it already: where it brings in a word, the
/// post waits again.
///
/// # Errors
/// The database.
pub(crate) fn waits_again(
    conn: &mut Conn,
    before: &Said,
    after: &Status,
) -> Result<Option<(AccountId, Wait)>> {
    let Some((group, words)) = brought_in(conn, before, after)? else {
        return Ok(None);
    };
    Ok(words.into_iter().next().map(|word| {
        let wait = Wait {
            reason: HeldFor::Word,
            word: word.phrase,
        };
        (group, wait)
    }))
}

#[cfg(test)]
mod tests;
