//! Which filters match a status. Someone's filters are compiled once, into one automaton that reads a text
//! a single time however many keywords there are, and kept until they change.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use database::Conn;
use database::filters::{self, Filter, FilterStatus, Keyword};
use database::visible::NOBODY;
use model::{AccountId, FilterId, StatusId};
use unicode_normalization::UnicodeNormalization as _;

use crate::error::Result;
use crate::views::status::StatusView;

/// A filter that matches a status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterMatch {
    /// Which.
    pub filter: Arc<Filter>,
    /// By which of its keywords.
    pub keywords: Vec<String>,
    /// By which of its single posts.
    pub statuses: Vec<StatusId>,
}

/// Someone's filters, compiled.
#[derive(Debug)]
pub(super) struct Matcher {
    filters: Vec<Arc<Filter>>,
    /// Each with the place of its filter.
    keywords: Vec<(usize, Keyword)>,
    phrases: Phrases,
    statuses: HashMap<StatusId, Vec<usize>>,
}

/// Phrases, compiled into one automaton: a text is read a single time however many there are.
#[derive(Debug)]
pub(crate) struct Phrases {
    automaton: Option<AhoCorasick>,
    /// Of each: does it match whole words alone?
    whole: Vec<bool>,
}

impl Phrases {
    /// Compiles them; of none the folded form may be empty.
    pub(crate) fn new<'a>(phrases: impl Iterator<Item = (&'a str, bool)>) -> Self {
        let (patterns, whole): (Vec<String>, Vec<bool>) = phrases
            .map(|(phrase, whole)| (folded(phrase), whole))
            .unzip();
        // The small form: one person's keywords are bounded, but there are many persons.
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(&patterns)
            .ok()
            .filter(|_| !patterns.is_empty());
        Self { automaton, whole }
    }

    /// The places of those that are in this text.
    pub(crate) fn found_in(&self, text: &str) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let Some(automaton) = &self.automaton else {
            return found;
        };
        let text = folded(text);
        for hit in automaton.find_overlapping_iter(&text) {
            let place = hit.pattern().as_usize();
            let Some(whole) = self.whole.get(place) else {
                continue;
            };
            if !whole || stands_alone(&text, hit.start(), hit.end()) {
                found.insert(place);
            }
        }
        found
    }
}

/// The same letters whatever case, width or composition they were typed in.
pub(crate) fn folded(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).nfc().collect()
}

/// Is it part of a word? Combining marks are, where they are not letters already.
fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric()
        || letter == '_'
        || matches!(letter, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{94d}' | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}')
}

/// Does no word run over this end of a match? A keyword that ends in a sign asks for nothing there.
fn is_edge(inside: Option<char>, outside: Option<char>) -> bool {
    !(inside.is_some_and(is_of_word) && outside.is_some_and(is_of_word))
}

impl Matcher {
    /// Compiles what has not ended.
    pub(super) fn new(
        filters: Vec<Filter>,
        keywords: Vec<Keyword>,
        statuses: &[FilterStatus],
    ) -> Self {
        let filters: Vec<Arc<Filter>> = filters
            .into_iter()
            .filter(|filter| !filter.ended)
            .map(Arc::new)
            .collect();
        let places: HashMap<FilterId, usize> = filters
            .iter()
            .enumerate()
            .map(|(place, filter)| (filter.id, place))
            .collect();
        let keywords: Vec<(usize, Keyword)> = keywords
            .into_iter()
            .filter(|keyword| !folded(&keyword.keyword).is_empty())
            .filter_map(|keyword| Some((*places.get(&keyword.filter_id)?, keyword)))
            .collect();
        let phrases = Phrases::new(
            keywords
                .iter()
                .map(|(_, keyword)| (keyword.keyword.as_str(), keyword.whole_word)),
        );
        let mut by_status: HashMap<StatusId, Vec<usize>> = HashMap::new();
        for one in statuses {
            if let Some(place) = places.get(&one.filter_id) {
                by_status.entry(one.status_id).or_default().push(*place);
            }
        }
        Self {
            filters,
            keywords,
            phrases,
            statuses: by_status,
        }
    }

    /// Nothing can match.
    fn is_empty(&self) -> bool {
        self.phrases.automaton.is_none() && self.statuses.is_empty()
    }

    /// The filters that match this text, or one of these posts, in the order in which they were made.
    pub(super) fn matches(&self, text: &str, ids: &[StatusId]) -> Vec<FilterMatch> {
        let mut found: BTreeMap<usize, (BTreeSet<usize>, Vec<StatusId>)> = BTreeMap::new();
        for keyword in self.phrases.found_in(text) {
            if let Some((place, _)) = self.keywords.get(keyword) {
                found.entry(*place).or_default().0.insert(keyword);
            }
        }
        for id in ids {
            for place in self.statuses.get(id).into_iter().flatten() {
                found.entry(*place).or_default().1.push(*id);
            }
        }
        found
            .into_iter()
            .filter_map(|(place, (words, statuses))| {
                Some(FilterMatch {
                    filter: Arc::clone(self.filters.get(place)?),
                    keywords: words
                        .iter()
                        .filter_map(|word| Some(self.keywords.get(*word)?.1.keyword.clone()))
                        .collect(),
                    statuses,
                })
            })
            .collect()
    }
}

fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let (Some(before), Some(inside), Some(after)) =
        (text.get(..start), text.get(start..end), text.get(end..))
    else {
        return false;
    };
    is_edge(inside.chars().next(), before.chars().next_back())
        && is_edge(inside.chars().next_back(), after.chars().next())
}

/// What of a status keywords are looked for in: what a reader sees or hears of it, without HTML.
fn text_of(view: &StatusView) -> String {
    let status = &view.status;
    let mut parts = vec![
        status.title.clone(),
        status.spoiler_text.clone(),
        text::to_plain(&text::Html::from_trusted_row(status.content.clone())),
    ];
    let options = view.poll.iter().flat_map(|poll| &poll.options);
    parts.extend(options.map(|option| option.title.clone()));
    parts.extend(view.media.iter().map(|media| media.description.clone()));
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n")
}

/// So many persons' filters are kept; beyond it all are forgotten and made again as they are needed.
const MOST_KEPT: usize = 500;

type Kept = HashMap<AccountId, (i64, Arc<Matcher>)>;
/// By person, each with the number under which it was made: a change makes another number.
static KEPT: LazyLock<Mutex<Kept>> = LazyLock::new(Mutex::default);

/// This person's filters; `None` for who has none. One statement where nothing changed.
fn of(conn: &mut Conn, viewer: AccountId) -> Result<Option<Arc<Matcher>>> {
    let Some(version) = filters::version(conn, viewer)? else {
        return Ok(None);
    };
    let kept = KEPT
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get(&viewer)
        .filter(|(of, _)| *of == version)
        .map(|(_, matcher)| Arc::clone(matcher));
    if let Some(matcher) = kept {
        return Ok(Some(matcher));
    }
    let rows = filters::of(conn, viewer)?;
    let ids: Vec<FilterId> = rows.iter().map(|row| row.id).collect();
    let keywords = filters::keywords(conn, &ids)?;
    let statuses = filters::statuses(conn, &ids)?;
    let matcher = Arc::new(Matcher::new(rows, keywords, &statuses));
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.len() >= MOST_KEPT {
        kept.clear();
    }
    kept.insert(viewer, (version, Arc::clone(&matcher)));
    Ok(Some(matcher))
}

/// Marks these statuses with the viewer's filters that match them. A boost is marked as its original is,
/// and what is quoted in it too.
///
/// # Errors
/// The database.
pub(crate) fn mark(conn: &mut Conn, viewer: AccountId, views: &mut [StatusView]) -> Result<()> {
    if viewer == NOBODY || views.is_empty() {
        return Ok(());
    }
    let Some(matcher) = of(conn, viewer)?.filter(|matcher| !matcher.is_empty()) else {
        return Ok(());
    };
    for view in views {
        mark_one(&matcher, view);
    }
    Ok(())
}

/// What is boosted and what is quoted is marked too.
fn mark_one(matcher: &Matcher, view: &mut StatusView) {
    let quoted = view.quoting.quote.as_mut();
    if let Some(quoted) = quoted.and_then(|quote| quote.quoted.as_deref_mut()) {
        mark_one(matcher, quoted);
    }
    if let Some(original) = view.reblog.as_deref_mut() {
        mark_one(matcher, original);
    }
    let mut ids = vec![view.status.id];
    ids.extend(view.status.reblog_of_id);
    let shown = view.reblog.as_deref().unwrap_or(&*view);
    view.filtered = matcher.matches(&text_of(shown), &ids);
}
