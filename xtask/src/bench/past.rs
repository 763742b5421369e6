//! A town with a past, for what is read: neighbours whom the members follow wrote thousands of statuses,
//! with pictures, polls, cards, quotes and boosts among them. Written by our own hand, always the same.

use database::cards::Card;
use database::media_attachments::MediaAttachment;
use database::mentions::Mention;
use database::notifications::Notification;
use database::polls::{Poll, PollOption};
use database::quotes::Quote;
use database::statuses::Status;
use database::{Conn, home_entries};
use model::{
    AccountId, ListId, MediaId, NotificationKind, QuoteState, RowId, StatusId, Visibility,
};

use super::Sizes;
use super::town::Town;
use crate::Result;

/// Stands in each fifth status, and in each four hundredth.
pub(super) const COMMON: &str = "seedlings";
pub(super) const RARE: &str = "quince";
/// Neighbours, and how many of them stand in the list.
const NEIGHBOURS: usize = 200;
const LISTED: usize = 50;
/// Notifications of each member.
const TOLD: usize = 400;
/// Statuses that are written in one transaction.
const AT_ONCE: usize = 500;

/// What there is.
pub(super) struct Past {
    pub(super) neighbours: Vec<AccountId>,
    /// The list of each member.
    pub(super) lists: Vec<ListId>,
    /// The root of the long thread.
    pub(super) root: StatusId,
    /// How many statuses there are.
    pub(super) statuses: usize,
}

/// A status and what hangs on it.
struct Piece {
    status: Status,
    tags: Vec<String>,
    named: Option<AccountId>,
    picture: Option<MediaAttachment>,
    poll: Option<(Poll, Vec<PollOption>)>,
    card: Option<Card>,
    quote: Option<Quote>,
}

/// Lets the town grow a past.
pub(super) async fn grow(town: &Town, sizes: &Sizes) -> Result<Past> {
    let neighbours = town.silent_members(NEIGHBOURS).await?;
    let members: Vec<AccountId> = town.members.iter().map(|member| member.id).collect();
    let mut pairs = Vec::new();
    for member in &members {
        pairs.extend(neighbours.iter().map(|neighbour| (*member, *neighbour)));
    }
    // Everyone hears the first member.
    let first = town.who(0)?.id;
    pairs.extend(neighbours.iter().map(|neighbour| (*neighbour, first)));
    town.follow(pairs).await?;
    let written = write(town, &neighbours, sizes.statuses).await?;
    let root = thread(town, &neighbours, sizes.replies).await?;
    tell(town, &members, &neighbours, &written).await?;
    let lists = lists(town, &members, &neighbours).await?;
    come_home(town, members).await?;
    town.look_through()?;
    Ok(Past {
        neighbours,
        lists,
        root,
        statuses: sizes.statuses,
    })
}

/// Numbers without a pattern, the same each time.
struct Chance(u64);

impl Chance {
    /// Below `end`.
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let number = usize::try_from(self.0 >> 33).unwrap_or_default();
        number % end.max(1)
    }

    /// A word: few are common, many are rare, as in any language.
    fn word(&mut self) -> String {
        const SYLLABLES: [&str; 16] = [
            "ba", "lai", "ko", "pi", "su", "ran", "ta", "mu", "ne", "ri", "do", "wa", "ji", "les",
            "tor", "gan",
        ];
        // A place below a random bound: the lower, the more often.
        let bound = self.below(4096) + 1;
        let mut place = self.below(bound);
        let mut word = String::new();
        for _ in 0..3 {
            word.push_str(SYLLABLES.get(place % 16).copied().unwrap_or_default());
            place /= 16;
        }
        word
    }
}

async fn write(town: &Town, neighbours: &[AccountId], count: usize) -> Result<Vec<StatusId>> {
    let mut chance = Chance(7);
    let mut written: Vec<Status> = Vec::new();
    let mut pieces = Vec::new();
    for number in 0..count {
        let piece = piece(town, neighbours, number, &written, &mut chance)?;
        written.push(piece.status.clone());
        pieces.push(piece);
        if pieces.len() == AT_ONCE || number + 1 == count {
            store(town, std::mem::take(&mut pieces)).await?;
        }
    }
    let own = written
        .iter()
        .filter(|status| status.reblog_of_id.is_none());
    Ok(own.map(|status| status.id).collect())
}

fn piece(
    town: &Town,
    neighbours: &[AccountId],
    number: usize,
    before: &[Status],
    chance: &mut Chance,
) -> Result<Piece> {
    let author = pick(neighbours, chance.below(neighbours.len()))?;
    let status = said(town, author, number, chance);
    let bare = Piece {
        tags: Vec::new(),
        named: None,
        picture: None,
        poll: None,
        card: None,
        quote: None,
        status,
    };
    let earlier = before
        .get(chance.below(before.len()))
        .filter(|status| status.reblog_of_id.is_none());
    if let Some(earlier) = earlier.filter(|_| number % 12 == 11) {
        let boost = Status {
            reblog_of_id: Some(earlier.id),
            content: String::new(),
            ..bare.status
        };
        return Ok(Piece {
            status: boost,
            ..bare
        });
    }
    let every = |step: usize| number.is_multiple_of(step);
    let id = bare.status.id;
    Ok(Piece {
        tags: if every(3) {
            vec![format!("garden{}", chance.below(200))]
        } else {
            Vec::new()
        },
        named: if every(8) {
            Some(town.who(number / 8)?.id)
        } else {
            None
        },
        picture: every(5).then(|| picture(town, author, id)),
        poll: every(20).then(|| poll(town, author, id)),
        card: every(7).then(|| card(town, chance.below(300))),
        quote: earlier
            .filter(|_| every(10))
            .map(|quoted| quote(town, &bare.status, quoted)),
        ..bare
    })
}

fn pick<T: Copy>(from: &[T], at: usize) -> Result<T> {
    from.get(at)
        .copied()
        .ok_or_else(|| "there is nobody to choose from".to_owned())
}

fn said(town: &Town, author: AccountId, number: usize, chance: &mut Chance) -> Status {
    let mut words: Vec<String> = (0..30).map(|_| chance.word()).collect();
    if number.is_multiple_of(5) {
        words.push(COMMON.to_owned());
    }
    if number.is_multiple_of(400) {
        words.push(RARE.to_owned());
    }
    let id: StatusId = town.id();
    let address = format!("{}/past/{id}", town.place.base());
    let text = words.join(" ");
    Status {
        visibility: Visibility::Public,
        content: format!("<p>{text}</p>"),
        source: text,
        url: address.clone(),
        local: true,
        ..Status::blank(id, author, address, town.now())
    }
}

fn picture(town: &Town, author: AccountId, status: StatusId) -> MediaAttachment {
    let id: MediaId = town.id();
    MediaAttachment {
        id,
        account_id: author,
        status_id: Some(status),
        position: 0,
        kind: "image".to_owned(),
        file: format!("{id}.webp"),
        preview: format!("{id}-small.webp"),
        mime: "image/webp".to_owned(),
        remote_url: String::new(),
        description: "Rows of beans behind the hall.".to_owned(),
        blurhash: "LEHV6nWB2yk8pyo0adR*.7kCMdnj".to_owned(),
        width: 1600,
        height: 1200,
        preview_width: 640,
        preview_height: 480,
        focus_x: 0.0,
        focus_y: 0.0,
        bytes: 200_000,
        created_at: town.now(),
        state: 0,
        source: String::new(),
        duration: 0,
        frame_rate: String::new(),
        bitrate: 0,
    }
}

fn poll(town: &Town, author: AccountId, status: StatusId) -> (Poll, Vec<PollOption>) {
    let poll = Poll {
        id: town.id(),
        status_id: status,
        account_id: author,
        multiple: false,
        hide_totals: false,
        expires_at: None,
        ended: false,
        voters_count: Some(0),
        telling_at: None,
        asked_at: town.now(),
        created_at: town.now(),
    };
    let option = |(position, title): (i16, &str)| PollOption {
        poll_id: poll.id,
        position,
        title: title.to_owned(),
        votes_count: 0,
    };
    let options = [(0, "beans"), (1, "peas")]
        .into_iter()
        .map(option)
        .collect();
    (poll, options)
}

fn card(town: &Town, number: usize) -> Card {
    let url = format!("https://reading.example/articles/{number}");
    Card {
        id: town.id(),
        url_key: format!("{number:064}"),
        url,
        empty: false,
        kind: 0,
        title: "What grows beside beans".to_owned(),
        description: "A few words on neighbours in the garden, and which of them get along."
            .to_owned(),
        language: "en".to_owned(),
        author_name: "Someone".to_owned(),
        author_url: String::new(),
        provider_name: "Reading".to_owned(),
        provider_url: String::new(),
        image: String::new(),
        image_description: String::new(),
        width: 0,
        height: 0,
        blurhash: String::new(),
        published_at: None,
        fetched_at: town.now(),
    }
}

fn quote(town: &Town, status: &Status, quoted: &Status) -> Quote {
    Quote {
        status_id: status.id,
        account_id: status.account_id,
        quoted_id: Some(quoted.id),
        quoted_account_id: Some(quoted.account_id),
        quoted_uri: quoted.uri.clone(),
        state: QuoteState::Accepted,
        stamp_uri: format!("{}/stamp", quoted.uri),
        request_uri: String::new(),
        created_at: town.now(),
        updated_at: town.now(),
    }
}

async fn store(town: &Town, pieces: Vec<Piece>) -> Result<()> {
    let now = town.now();
    let tags: Vec<Vec<model::TagId>> = pieces
        .iter()
        .map(|piece| piece.tags.iter().map(|_| town.id()).collect())
        .collect();
    town.write(move |conn| {
        for (piece, new) in pieces.iter().zip(&tags) {
            let new = new.first().copied().unwrap_or(model::TagId(0));
            put(conn, piece)?;
            database::tags::put(conn, piece.status.id, &piece.tags, now, || new)?;
            database::search_index::put(conn, piece.status.id)?;
        }
        Ok(())
    })
    .await
}

fn put(conn: &mut Conn, piece: &Piece) -> database::Result<()> {
    let id = piece.status.id;
    database::statuses::insert(conn, &piece.status)?;
    if let Some(account_id) = piece.named {
        let named = Mention {
            status_id: id,
            account_id,
            silent: false,
        };
        database::mentions::insert(conn, &[named])?;
    }
    if let Some(picture) = &piece.picture {
        database::media_attachments::insert(conn, std::slice::from_ref(picture))?;
    }
    if let Some((poll, options)) = &piece.poll {
        database::polls::insert(conn, poll, options)?;
    }
    if let Some(card) = &piece.card {
        let card = database::cards::put(conn, card)?;
        database::cards::link(conn, id, card)?;
    }
    if let Some(quote) = &piece.quote {
        database::quotes::put(conn, quote)?;
    }
    Ok(())
}

/// A thread in which each answers the root or an earlier answer.
async fn thread(town: &Town, neighbours: &[AccountId], replies: usize) -> Result<StatusId> {
    let mut chance = Chance(11);
    let root = said(town, pick(neighbours, 0)?, 1, &mut chance);
    let id = root.id;
    let mut rows = vec![root];
    for number in 0..replies {
        let author = pick(neighbours, chance.below(neighbours.len()))?;
        let parent = rows
            .get(chance.below(rows.len()))
            .ok_or("the thread has no root")?;
        let reply = Status {
            root_id: id,
            in_reply_to_id: Some(parent.id),
            in_reply_to_account_id: Some(parent.account_id),
            ..said(town, author, 5 * number + 1, &mut chance)
        };
        rows.push(reply);
    }
    town.write(move |conn| {
        for row in &rows {
            database::statuses::insert(conn, row)?;
            if let Some(account_id) = row.in_reply_to_account_id {
                let named = Mention {
                    status_id: row.id,
                    account_id,
                    silent: false,
                };
                database::mentions::insert(conn, &[named])?;
            }
        }
        Ok(())
    })
    .await?;
    Ok(id)
}

/// What each member is told: named by neighbours, and what they wrote themselves was liked and boosted, by
/// ten neighbours each.
async fn tell(
    town: &Town,
    members: &[AccountId],
    neighbours: &[AccountId],
    written: &[StatusId],
) -> Result<()> {
    let mut chance = Chance(13);
    let (mut rows, mut own) = (Vec::new(), Vec::new());
    for member in members {
        let statuses: Vec<Status> = (0..TOLD / 20)
            .map(|number| said(town, *member, 5 * number + 1, &mut chance))
            .collect();
        for number in 0..TOLD {
            let about = statuses.get(number / 20).map(|status| status.id);
            let (kind, status_id) = match number % 4 {
                0 => (
                    NotificationKind::Mention,
                    pick(written, chance.below(written.len()))?,
                ),
                1 => (NotificationKind::Reblog, about.unwrap_or(StatusId(0))),
                _ => (NotificationKind::Favourite, about.unwrap_or(StatusId(0))),
            };
            let grouped = kind != NotificationKind::Mention;
            rows.push(Notification {
                id: town.id(),
                account_id: *member,
                from_id: pick(neighbours, number % neighbours.len().max(1))?,
                kind,
                status_id,
                created_at: town.now(),
                filtered: false,
                object_id: 0,
                bucket: if grouped {
                    town.now().0 / model::Millis::HOUR
                } else {
                    0
                },
            });
        }
        own.extend(statuses);
    }
    town.write(move |conn| {
        for status in &own {
            database::statuses::insert(conn, status)?;
            database::search_index::put(conn, status.id)?;
        }
        database::notifications::insert(conn, &rows).map(|_added| ())
    })
    .await
}

/// A list of each member, with some of the neighbours.
async fn lists(
    town: &Town,
    members: &[AccountId],
    neighbours: &[AccountId],
) -> Result<Vec<ListId>> {
    let rows: Vec<database::lists::List> = members
        .iter()
        .map(|member| database::lists::List {
            id: town.id(),
            owner_id: *member,
            title: "The near ones".to_owned(),
            replies_policy: 1,
            exclusive: false,
            created_at: town.now(),
        })
        .collect();
    let ids = rows.iter().map(|row| row.id).collect();
    let mut entries: Vec<(RowId, ListId, AccountId)> = Vec::new();
    for row in &rows {
        let listed = neighbours.iter().take(LISTED);
        entries.extend(listed.map(|neighbour| (town.id(), row.id, *neighbour)));
    }
    town.write(move |conn| {
        for row in &rows {
            database::lists::insert(conn, row)?;
        }
        for (id, list, account) in entries {
            database::lists::add(conn, id, list, account)?;
        }
        Ok(())
    })
    .await?;
    Ok(ids)
}

/// The members' homes, by the server's own statement.
async fn come_home(town: &Town, members: Vec<AccountId>) -> Result<()> {
    let now = town.now();
    town.write(move |conn| {
        for member in members {
            home_entries::gather(conn, member, AccountId(0), 20, now)?;
            home_entries::prune_owner(conn, member)?;
        }
        Ok(())
    })
    .await
}
