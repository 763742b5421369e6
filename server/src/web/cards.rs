//! What templates print of people, groups and posts: plain values, made from the views. Nothing here
//! leads a browser to another server: pictures are ours or none.

use std::collections::HashMap;

use model::{
    AccountId, FilterContext, GroupActivity, GroupSize, MembershipState, Millis, StatusId,
    Visibility,
};
use services::Place;
use services::discovery::groups::Listed;
use services::views::{AccountView, GroupView, MediaView, PollView, StatusView};

use super::filtered::{Veil, veil};
use crate::i18n::{Words, without_turns};

/// A person or group by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct NameCard {
    /// For forms about this account.
    pub(crate) id: String,
    /// What people call it.
    pub(crate) name: String,
    /// `name` or `name@domain`.
    pub(crate) acct: String,
    /// Its picture; empty for none of ours.
    pub(crate) avatar: String,
    /// The letter that stands in for a picture.
    pub(crate) letter: String,
    /// One of six colours for that letter.
    pub(crate) colour: u8,
    /// Is it a group?
    pub(crate) is_group: bool,
    /// The server on which it lives; empty for this one.
    pub(crate) host: String,
}

impl NameCard {
    /// An account by name, with its picture.
    pub(crate) fn of(place: &Place, view: &AccountView) -> Self {
        let account = &view.account;
        let acct = account.acct();
        let name = if account.display_name.trim().is_empty() {
            account.username.clone()
        } else {
            without_turns(account.display_name.trim())
        };
        let letter = name.chars().find(|c| c.is_alphanumeric());
        Self {
            id: account.id.to_string(),
            host: account.domain.clone(),
            avatar: file_path(place, account.is_local(), &account.avatar),
            letter: letter.map_or_else(|| "@".to_owned(), |c| c.to_uppercase().collect()),
            colour: colour(&acct),
            is_group: account.is_group(),
            name,
            acct,
        }
    }
}

fn colour(text: &str) -> u8 {
    text.bytes()
        .fold(0_u8, |sum, b| sum.wrapping_mul(31).wrapping_add(b))
        % 6
}

/// `/media/KEY` for files of ours, `/media/proxy/KEY/..` for what lies elsewhere: nobody's browser is sent
/// there for a picture.
pub(crate) fn file_path(place: &Place, local: bool, file: &str) -> String {
    if !local {
        place.small_copy_path(file)
    } else if !file.is_empty() && !file.contains("://") {
        format!("/media/{file}")
    } else {
        String::new()
    }
}

/// A picture, a film or a sound of a post.
#[derive(Clone, Debug, Default)]
pub(crate) struct PictureCard {
    /// The thing itself, or our copy of it.
    pub(crate) full: String,
    /// The small picture; empty where there is none.
    pub(crate) small: String,
    /// For those who do not see it.
    pub(crate) description: String,
    /// Pixels of the small one.
    pub(crate) width: i32,
    /// Pixels.
    pub(crate) height: i32,
    /// Is it more than a picture?
    pub(crate) plays: bool,
}

impl PictureCard {
    fn of(place: &Place, media: &MediaView) -> Self {
        let still = media.kind == "image";
        let ours = |file: &str| {
            if file.is_empty() {
                String::new()
            } else {
                format!("/media/{file}")
            }
        };
        let (full, small) = if let Some(paths) = media.sealed_paths(place) {
            paths
        } else if !media.file.is_empty() {
            let preview = if media.preview.is_empty() && still {
                &media.file
            } else {
                &media.preview
            };
            (ours(&media.file), ours(preview))
        } else if matches!(media.kind.as_str(), "image" | "gifv" | "video" | "audio") {
            let small = if still {
                place.small_copy_path(&media.remote_url)
            } else {
                String::new()
            };
            (place.copy_path(&media.remote_url), small)
        } else {
            // Nothing that could be shown: a link for who wants it.
            (web_only(&media.remote_url), String::new())
        };
        Self {
            full,
            small,
            description: media.description.clone(),
            width: media.preview_width.max(0),
            height: media.preview_height.max(0),
            plays: matches!(media.kind.as_str(), "gifv" | "video" | "audio"),
        }
    }
}

/// The poll of a post.
#[derive(Clone, Debug, Default)]
pub(crate) struct PollCard {
    /// For its form.
    pub(crate) id: String,
    pub(crate) options: Vec<OptionCard>,
    /// More than one may be chosen.
    pub(crate) multiple: bool,
    /// May the reader vote?
    pub(crate) is_open: bool,
    /// How many people voted.
    pub(crate) voters: i64,
    /// When it ends or ended; empty for never.
    pub(crate) iso: String,
    /// The same for people.
    pub(crate) until: String,
    /// Is it over?
    pub(crate) ended: bool,
}

/// What can be chosen.
#[derive(Clone, Debug, Default)]
pub(crate) struct OptionCard {
    /// Its place.
    pub(crate) place: i16,
    pub(crate) title: String,
    /// In the hundred; `None` while nobody is to see it.
    pub(crate) share: Option<i64>,
    /// Did the reader choose it?
    pub(crate) chosen: bool,
}

impl PollCard {
    fn of(view: &PollView, reader: Reader<'_>) -> Self {
        let poll = &view.poll;
        let all = view.votes_count().max(1);
        let shown = view.shows_totals();
        let ended = poll.is_over(reader.now);
        Self {
            id: poll.id.to_string(),
            options: view
                .options
                .iter()
                .map(|option| OptionCard {
                    place: option.position,
                    title: without_turns(&option.title),
                    share: shown.then(|| option.votes_count.saturating_mul(100) / all),
                    chosen: view
                        .own
                        .as_ref()
                        .is_some_and(|own| own.contains(&option.position)),
                })
                .collect(),
            multiple: poll.multiple,
            is_open: !ended && view.has_voted() == Some(false),
            voters: poll.voters_count.unwrap_or_else(|| view.votes_count()),
            iso: poll.expires_at.map(Millis::iso_seconds).unwrap_or_default(),
            until: poll
                .expires_at
                .map(|end| end.date_time().format("%Y-%m-%d %H:%M UTC").to_string())
                .unwrap_or_default(),
            ended,
        }
    }
}

/// Addresses of the web alone become links (threats, row 93).
pub(crate) fn web_only(url: &str) -> String {
    let plain = url.starts_with("https://") || url.starts_with("http://");
    if plain && !url.bytes().any(|b| b.is_ascii_control() || b == b' ') {
        url.to_owned()
    } else {
        String::new()
    }
}

/// A post in a timeline or thread.
#[derive(Clone, Debug, Default)]
pub(crate) struct PostCard {
    /// For its anchor and forms.
    pub(crate) id: String,
    /// Its page.
    pub(crate) path: String,
    /// Who wrote it.
    pub(crate) author: NameCard,
    /// Who boosted it; a group that boosts its own thread is its `group`.
    pub(crate) booster: Option<NameCard>,
    /// In which group.
    pub(crate) group: Option<NameCard>,
    /// The flair of its group; empty for none.
    pub(crate) flair: String,
    /// The threads with the same one.
    pub(crate) flair_path: String,
    /// Empty for none.
    pub(crate) title: String,
    /// Clean HTML.
    pub(crate) content: String,
    /// Empty for none.
    pub(crate) warning: String,
    /// Pictures are covered.
    pub(crate) sensitive: bool,
    /// Its language; empty for unknown.
    pub(crate) lang: String,
    /// For machines.
    pub(crate) iso: String,
    /// For people.
    pub(crate) when: String,
    /// Was it changed later?
    pub(crate) edited: bool,
    /// The word for its audience; empty for a public one.
    pub(crate) audience: String,
    /// Counts.
    pub(crate) replies: i64,
    pub(crate) boosts: i64,
    pub(crate) favourites: i64,
    /// The reader's own marks.
    pub(crate) favourited: bool,
    pub(crate) boosted: bool,
    /// May anyone boost it?
    pub(crate) boostable: bool,
    /// Did the reader write it?
    pub(crate) mine: bool,
    /// Is it the reader's own, for members alone, in a group that is private no more?
    pub(crate) may_open: bool,
    pub(crate) pictures: Vec<PictureCard>,
    /// Its poll.
    pub(crate) poll: Option<PollCard>,
    /// Where it comes from; empty for ours.
    pub(crate) origin: String,
}

/// What a card needs to know of its reader.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    /// Where we are.
    pub(crate) place: &'a Place,
    /// The words.
    pub(crate) w: Words,
    /// Now.
    pub(crate) now: Millis,
    /// Who reads.
    pub(crate) me: Option<AccountId>,
    /// On what kind of page: filters hold where they are to.
    pub(crate) context: FilterContext,
}

impl PostCard {
    /// A post as this reader sees it; of a boost the original, with the name of who boosted.
    pub(crate) fn of(view: &StatusView, reader: Reader<'_>) -> Self {
        let shown = view.reblog.as_deref().unwrap_or(view);
        let booster = view
            .reblog
            .as_ref()
            .map(|_| NameCard::of(reader.place, &view.author));
        let group = shown
            .group
            .as_ref()
            .map(|group| NameCard::of(reader.place, group))
            .or_else(|| booster.clone().filter(|booster| booster.is_group));
        let status = &shown.status;
        let veil = veil(view, reader);
        let author = NameCard::of(reader.place, &shown.author);
        let audience = match status.visibility {
            Visibility::Public => String::new(),
            other => reader.w.say(&format!("visibility-{other}")),
        };
        Self {
            id: status.id.to_string(),
            path: format!("/@{}/{}", author.acct, status.id),
            booster: booster.filter(|by| group.as_ref().is_none_or(|group| group.id != by.id)),
            flair: shown.flair.clone().unwrap_or_default(),
            flair_path: flair_path(shown),
            group,
            title: shown.own_title().unwrap_or_default().to_owned(),
            content: shown.content_with_fallback(),
            warning: match &veil {
                Veil::Title(title) => reader.w.named("post-filtered", title),
                // Asked for by itself: covered, not gone.
                Veil::Absent => reader.w.say("post-filtered-away"),
                Veil::Nothing | Veil::Pictures => status.spoiler_text.clone(),
            },
            sensitive: status.sensitive || veil != Veil::Nothing,
            lang: status.language.clone().unwrap_or_default(),
            iso: status.created_at.iso_seconds(),
            when: reader.w.when(status.created_at, reader.now),
            edited: status.edited_at.is_some(),
            audience,
            replies: status.replies_count,
            boosts: status.reblogs_count,
            favourites: status.favourites_count,
            favourited: shown.favourited,
            boosted: shown.reblogged,
            boostable: status.visibility.is_open(),
            mine: reader.me == Some(status.account_id),
            may_open: reader.me == Some(status.account_id)
                && status.visibility == Visibility::Members
                && shown
                    .group
                    .as_ref()
                    .and_then(|view| view.group.as_ref())
                    .is_some_and(|row| row.kind.is_readable() && row.frozen_at.is_none()),
            pictures: shown
                .media
                .iter()
                .map(|media| PictureCard::of(reader.place, media))
                .collect(),
            poll: shown.poll.as_ref().map(|poll| PollCard::of(poll, reader)),
            origin: if status.local {
                String::new()
            } else {
                web_only(&status.url)
            },
            author,
        }
    }
}

/// The threads of its group on which the same flair stands.
fn flair_path(view: &StatusView) -> String {
    match (&view.flair, &view.group) {
        (Some(flair), Some(group)) => format!(
            "/@{}?{}",
            group.account.acct(),
            super::redirects::query(&[("flair", flair)])
        ),
        _ => String::new(),
    }
}

/// A post in a thread, with its place in the nested lists of answers.
#[derive(Clone, Debug, Default)]
pub(crate) struct AnswerCard {
    pub(crate) post: PostCard,
    /// How deep, from 1.
    pub(crate) level: usize,
    /// Does a list of answers begin with it?
    pub(crate) opens: bool,
    /// How many lists end after it.
    pub(crate) closes: usize,
    /// Does an answer to it follow right inside of it?
    pub(crate) has_answers: bool,
}

/// Nests answers, which come depth first, at most `most` deep: what is deeper stands at that depth.
pub(crate) fn nest(
    root: StatusId,
    answers: &[StatusView],
    reader: Reader<'_>,
    most: usize,
) -> Vec<AnswerCard> {
    let links = answers
        .iter()
        .map(|view| (view.status.id, view.status.in_reply_to_id));
    let levels = levels(root, links, most);
    let mut cards = Vec::with_capacity(answers.len());
    let mut before = 0;
    for (at, view) in answers.iter().enumerate() {
        let level = levels.get(at).copied().unwrap_or(1);
        let next = levels.get(at + 1).copied().unwrap_or(0);
        cards.push(AnswerCard {
            post: PostCard::of(view, reader),
            level,
            opens: level > before,
            closes: level.saturating_sub(next),
            has_answers: next > level,
        });
        before = level;
    }
    cards
}

/// The depth of each answer from 1 to `most`, never more than one deeper than the one before.
fn levels(
    root: StatusId,
    answers: impl Iterator<Item = (StatusId, Option<StatusId>)>,
    most: usize,
) -> Vec<usize> {
    let mut depth = HashMap::from([(root, 0)]);
    let mut before = 0;
    answers
        .map(|(id, parent)| {
            let above = parent
                .and_then(|parent| depth.get(&parent).copied())
                .unwrap_or(0);
            let level = (above + 1).min(most).min(before + 1);
            depth.insert(id, above + 1);
            before = level;
            level
        })
        .collect()
}

/// A group in a list.
#[derive(Clone, Debug, Default)]
pub(crate) struct GroupCard {
    pub(crate) name: NameCard,
    /// The first words about it.
    pub(crate) about: String,
    /// How many members; told on its own page alone.
    pub(crate) members: i64,
    /// Roughly how many, as lists tell it.
    pub(crate) size: GroupSize,
    /// When something was last said in it, roughly.
    pub(crate) activity: GroupActivity,
    /// Does the staff of this place show it first?
    pub(crate) is_featured: bool,
    /// Does one join by approval?
    pub(crate) by_approval: bool,
    pub(crate) is_private: bool,
    /// Is the reader a member?
    pub(crate) is_member: bool,
    /// Does the reader wait?
    pub(crate) is_requested: bool,
}

impl GroupCard {
    /// A group as a list shows it.
    pub(crate) fn of(place: &Place, view: &GroupView) -> Self {
        let account = &view.account.account;
        let by_approval = view
            .account
            .group
            .as_ref()
            .map_or(account.locked, |group| group.kind.has_door());
        Self {
            name: NameCard::of(place, &view.account),
            about: text_of(&account.note, 160),
            members: view.members_count,
            size: GroupSize::of(view.members_count),
            activity: GroupActivity::Quiet,
            is_featured: false,
            by_approval,
            is_private: view
                .account
                .group
                .as_ref()
                .is_some_and(|row| !row.kind.is_readable()),
            is_member: view.viewer == Some(MembershipState::Member),
            is_requested: view.viewer == Some(MembershipState::Requested),
        }
    }
}

impl GroupCard {
    /// A group as the directory shows it.
    pub(crate) fn listed(place: &Place, listed: &Listed) -> Self {
        Self {
            size: listed.size,
            activity: listed.activity,
            is_featured: listed.featured,
            ..Self::of(place, &listed.group)
        }
    }
}

/// The first words of clean HTML as plain text.
pub(crate) fn text_of(html: &str, most: usize) -> String {
    let mut text = String::new();
    let mut in_tag = false;
    for c in html.chars() {
        match c {
            '<' => {
                in_tag = true;
                text.push(' ');
            }
            '>' => in_tag = false,
            c if !in_tag => text.push(c),
            _ => {}
        }
    }
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&");
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    if text.chars().count() <= most {
        return text;
    }
    let mut short: String = text.chars().take(most).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_nested_as_they_answer_but_not_endlessly() {
        let id = |n| StatusId(n);
        let answers = [
            (id(2), Some(id(1))),
            (id(3), Some(id(2))),
            (id(4), Some(id(3))),
            (id(5), Some(id(4))),
            (id(6), Some(id(5))),
            (id(7), Some(id(1))),
            // Its parent is not shown to this reader.
            (id(8), Some(id(99))),
        ];
        assert_eq!(levels(id(1), answers.into_iter(), 4), [1, 2, 3, 4, 4, 1, 1]);
        // Never two steps at once, whatever the order.
        let odd = [
            (id(3), Some(id(2))),
            (id(2), Some(id(1))),
            (id(4), Some(id(3))),
        ];
        assert_eq!(levels(id(1), odd.into_iter(), 4), [1, 1, 2]);
    }

    #[test]
    fn only_addresses_of_the_web_become_links() {
        assert_eq!(web_only("https://a.example/x"), "https://a.example/x");
        for bad in [
            "javascript:alert(1)",
            "data:x",
            "java\nscript:x",
            "https://a\n.example",
            "",
        ] {
            assert_eq!(web_only(bad), "");
        }
    }

    #[test]
    fn pictures_are_ours_or_none() {
        let place = Place::new("https://balai.example").unwrap();
        assert_eq!(file_path(&place, true, "ab.png"), "/media/ab.png");
        let copy = file_path(&place, false, "https://far.example/a.png");
        assert!(
            copy.starts_with("/media/proxy/") && copy.ends_with("/small"),
            "{copy}"
        );
        for (local, file) in [
            (true, ""),
            (false, ""),
            (false, "javascript:1"),
            (true, "http://x/"),
        ] {
            assert_eq!(file_path(&place, local, file), "");
        }
    }

    #[test]
    fn html_becomes_words() {
        assert_eq!(text_of("<p>a &amp; <b>b</b></p><p>c</p>", 20), "a & b c");
        assert_eq!(text_of("<p>&amp;lt;</p>", 20), "&lt;");
        assert_eq!(text_of("<p>abcdef</p>", 3), "abc…");
    }
}
