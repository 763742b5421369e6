//! A page of forty costs as many statements as a page of one: on each list that an app reads, with
//! statuses by as many people on which hangs all that can.

use database::apps::App;
use database::cards::Card;
use database::custom_emojis::CustomEmoji;
use database::media_attachments::MediaAttachment;
use database::testing::Fresh;
use database::{accounts, both_engines};
use model::{
    AppId, FilterContext, GroupKind, MediaId, Millis, NotificationKind, Page, RowId, StatusId,
    Visibility,
};

use super::account::Viewer;
use super::status::StatusView;
use crate::filters::{FilterChange, KeywordChange};
use crate::notifications::{self, Filter};
use crate::polls::NewPoll;
use crate::search::{Query, search};
use crate::statuses::{Draft, publish, thread};
use crate::testing::{World, run};
use crate::timelines::{self, AccountFilter, PublicFilter, TagFilter};
use crate::{conversations, fan_out, filters, interactions, lists, relationships};

/// Entries of the longer page: the most that an app gets.
const MANY: usize = 40;
/// Before and behind a status in a short conversation: the first of one answers nothing.
const FEW: usize = 2;
/// The application that everything is written with.
const APP: AppId = AppId(1);

/// A place where much was said.
struct Town {
    world: World,
    /// As many as entries of a page.
    people: Vec<Viewer>,
    /// What each of them showed: a picture, a card, in a group of its own.
    pictures: Vec<StatusId>,
    /// The list of them all.
    list: i64,
    /// In the middle of a conversation: as many statuses before it as behind it.
    short: StatusId,
    long: StatusId,
}

impl Town {
    async fn new(fresh: &Fresh) -> Self {
        let world = World::new(fresh);
        furnish(&world).await;
        let mut people = Vec::new();
        for at in 0..MANY {
            people.push(neighbour(&world, at).await);
        }
        // They come one by one and are known when they write: no wave of strangers, no letter about it.
        for who in &people {
            crate::groups::join(&world.ctx, who, world.garden.id)
                .await
                .unwrap();
            world.pass(Millis::HOUR);
        }
        world.pass(2 * Millis::DAY);
        let list = list_of(&world, &people).await;
        let mut pictures = Vec::new();
        for (at, who) in people.iter().enumerate() {
            pictures.push(show(&world, who, at).await);
        }
        let mut town = Self {
            world,
            people,
            pictures,
            list,
            short: StatusId(0),
            long: StatusId(0),
        };
        town.short = town.talk(FEW).await;
        town.long = town.talk(MANY).await;
        town.writes_letters().await;
        town.asks().await;
        town
    }

    /// Says something with all that can hang on it: a poll, a quote of a picture, names, words.
    async fn say(
        &self,
        who: &Viewer,
        at: usize,
        text: &str,
        parent: Option<StatusId>,
        to: Visibility,
    ) -> StatusId {
        self.world.pass(1);
        let poll = NewPoll {
            options: vec!["yes".to_owned(), "no".to_owned()],
            expires_in: 600,
            ..NewPoll::default()
        };
        let draft = Draft {
            text: format!("{text} @ana @chi :cow: #tea https://far.example/{at}"),
            visibility: Some(to),
            in_reply_to: parent,
            quoted: self.pictures.get(at).copied(),
            poll: Some(poll),
            app: Some(APP),
            ..Draft::default()
        };
        let id = publish(&self.world.ctx, who, draft, None)
            .await
            .unwrap()
            .status
            .id;
        link_card(&self.world, id, at).await;
        id
    }

    /// A conversation with so many before and behind the status in its middle, which is answered.
    async fn talk(&self, around: usize) -> StatusId {
        let mut said = Vec::new();
        for at in 0..=2 * around {
            let who = &self.people[at % MANY];
            let (at, parent) = (at % MANY, said.last().copied());
            said.push(self.say(who, at, "well", parent, Visibility::Public).await);
        }
        said[around]
    }

    /// Each writes to ana, who opens nothing.
    async fn writes_letters(&self) {
        for (at, who) in self.people.iter().enumerate() {
            self.say(who, at, "psst", None, Visibility::Direct).await;
        }
        settle(&self.world).await;
    }

    /// Ana says something to each, which two like; each then starts a thread in the garden, which ana keeps.
    async fn asks(&self) {
        let (world, ctx) = (&self.world, &self.world.ctx);
        for (at, who) in self.people.iter().enumerate() {
            let id = self
                .say(&world.ana, at, "hear", None, Visibility::Public)
                .await;
            for who in [who, &world.ben] {
                interactions::favourite(ctx, who, id).await.unwrap();
            }
        }
        settle(world).await;
        for (at, who) in self.people.iter().enumerate() {
            let text = format!("@garden number {at} #number{at}");
            let id = self.say(who, at, &text, None, Visibility::Public).await;
            interactions::bookmark(ctx, &world.ana, id).await.unwrap();
        }
        settle(world).await;
    }
}

/// An emoji, an application, and a filter of ana's.
async fn furnish(world: &World) {
    let emoji = CustomEmoji {
        id: RowId(1),
        domain: String::new(),
        shortcode: "cow".to_owned(),
        image: "cow.png".to_owned(),
        still: "cow.png".to_owned(),
        mime: "image/png".to_owned(),
        category: String::new(),
        in_picker: true,
        created_at: Millis(1),
        updated_at: Millis(1),
    };
    let app = App {
        id: APP,
        name: "an app".to_owned(),
        website: None,
        redirect_uris: String::new(),
        scopes: String::new(),
        client_id: "c".to_owned(),
        client_secret: "s".to_owned(),
        created_at: Millis(1),
    };
    world
        .db(move |conn| {
            database::custom_emojis::put(conn, &emoji)?;
            Ok(database::apps::insert(conn, &app)?)
        })
        .await;
    let filter = FilterChange {
        title: Some("tea".to_owned()),
        contexts: Some(vec![FilterContext::Home]),
        keywords: vec![KeywordChange {
            keyword: Some("#tea".to_owned()),
            ..KeywordChange::default()
        }],
        ..FilterChange::default()
    };
    filters::create(&world.ctx, &world.ana, filter)
        .await
        .unwrap();
}

/// Someone with an emoji in the name, whom ana follows.
async fn neighbour(world: &World, at: usize) -> Viewer {
    let who = world.person(&format!("number{at}")).await;
    let id = who.id();
    world
        .db(move |conn| {
            let mut profile = accounts::Profile::of(&accounts::get(conn, id)?);
            profile.display_name = "number :cow:".to_owned();
            Ok(accounts::set_profile(conn, id, &profile)?)
        })
        .await;
    let wish = relationships::FollowWish::default();
    relationships::follow(&world.ctx, &world.ana, id, wish)
        .await
        .unwrap();
    who
}

async fn list_of(world: &World, people: &[Viewer]) -> i64 {
    let named = lists::ListChange {
        title: Some("all".to_owned()),
        ..lists::ListChange::default()
    };
    let list = lists::create(&world.ctx, &world.ana, named).await.unwrap();
    let members = people.iter().map(Viewer::id).collect();
    lists::add(&world.ctx, &world.ana, list.id, members)
        .await
        .unwrap();
    list.id
}

/// A thread in a group of its own, with a picture and a card.
async fn show(world: &World, who: &Viewer, at: usize) -> StatusId {
    let group = format!("plot{at}");
    world.pass(1);
    world.group(&world.ben, &group, GroupKind::Open).await;
    let picture = picture(world, who).await;
    let draft = Draft {
        text: format!("@{group} look :cow: #tea"),
        media: vec![picture],
        app: Some(APP),
        ..Draft::default()
    };
    let shown = publish(&world.ctx, who, draft, None).await.unwrap();
    link_card(world, shown.status.id, at).await;
    shown.status.id
}

async fn picture(world: &World, who: &Viewer) -> MediaId {
    let id: MediaId = world.ctx.id();
    let row = MediaAttachment {
        id,
        account_id: who.id(),
        status_id: None,
        position: 0,
        kind: "image".to_owned(),
        file: format!("{id}.png"),
        preview: format!("{id}-small.png"),
        mime: "image/png".to_owned(),
        remote_url: String::new(),
        description: "a cow".to_owned(),
        blurhash: String::new(),
        width: 1,
        height: 1,
        preview_width: 1,
        preview_height: 1,
        focus_x: 0.0,
        focus_y: 0.0,
        bytes: 1,
        created_at: world.ctx.now(),
        state: 0,
        source: String::new(),
        duration: 0,
        frame_rate: String::new(),
        bitrate: 0,
    };
    world
        .db(move |conn| Ok(database::media_attachments::insert(conn, &[row])?))
        .await;
    id
}

async fn link_card(world: &World, status: StatusId, at: usize) {
    let card = Card {
        id: world.ctx.id(),
        url_key: format!("{at}"),
        url: format!("https://far.example/{at}"),
        empty: false,
        kind: 0,
        title: "a page".to_owned(),
        description: String::new(),
        language: String::new(),
        author_name: String::new(),
        author_url: String::new(),
        provider_name: String::new(),
        provider_url: String::new(),
        image: String::new(),
        image_description: String::new(),
        width: 0,
        height: 0,
        blurhash: String::new(),
        published_at: None,
        fetched_at: world.ctx.now(),
    };
    world
        .db(move |conn| {
            let card = database::cards::put(conn, &card)?;
            Ok(database::cards::link(conn, status, card)?)
        })
        .await;
}

/// What follows from what was said: home, notifications, conversations.
async fn settle(world: &World) {
    for event in world.events().await {
        fan_out::consume(&world.ctx, &event).await.unwrap();
    }
}

/// Whether all hangs on it that ana can see.
fn bears_all(view: &StatusView) -> bool {
    let said = view.reblog.as_deref().unwrap_or(view);
    let quoted = said.quoting.quote.as_ref();
    let quoted = quoted.and_then(|quote| quote.quoted.as_deref());
    let words = !said.mentions.is_empty() && !said.tags.is_empty() && !said.emojis.is_empty();
    let parts = said.poll.is_some() && said.card.is_some() && said.application.is_some();
    let inside = quoted.is_some_and(|it| {
        it.group.is_some() && it.card.is_some() && !it.media.is_empty() && !it.emojis.is_empty()
    });
    words && parts && inside && !said.filtered.is_empty()
}

/// The statements of a page of one and of a page of many.
async fn costs(
    fresh: &Fresh,
    what: &'static str,
    read: impl AsyncFn(usize) -> Vec<StatusView>,
) -> (&'static str, usize, usize) {
    let mut found = [usize::MAX; 2];
    // The least of three: what others' filters push out of memory is read anew.
    for _ in 0..3 {
        for (least, entries) in found.iter_mut().zip([1, MANY]) {
            let before = fresh.statements();
            let views = read(entries).await;
            *least = fresh.statements().wrapping_sub(before).min(*least);
            assert!(
                views.len() >= entries,
                "{what}: {} of {entries}",
                views.len()
            );
            let bare = views.iter().find(|view| !bears_all(view));
            assert!(bare.is_none(), "{what}: {bare:#?}");
        }
    }
    (what, found[0], found[1])
}

fn first(entries: usize) -> Page {
    Page::first(entries.try_into().unwrap())
}

/// The timelines.
async fn timelines(fresh: &Fresh, town: &Town) -> Vec<(&'static str, usize, usize)> {
    let (ctx, ana) = (&town.world.ctx, &town.world.ana);
    let garden = town.world.garden.id;
    let joined = lists::all(ctx, ana).await.unwrap();
    let joined = joined
        .iter()
        .find(|list| list.group == Some(garden))
        .unwrap()
        .id;
    let any = vec!["tea".to_owned()];
    let tag = TagFilter {
        any,
        ..TagFilter::default()
    };
    vec![
        costs(fresh, "home", async |n| {
            timelines::home(ctx, ana, first(n)).await.unwrap().items
        })
        .await,
        costs(fresh, "public", async |n| {
            let all = PublicFilter::default();
            timelines::public(ctx, Some(ana), all, first(n))
                .await
                .unwrap()
                .items
        })
        .await,
        costs(fresh, "hashtag", async |n| {
            timelines::tag(ctx, Some(ana), tag.clone(), first(n))
                .await
                .unwrap()
                .items
        })
        .await,
        costs(fresh, "list", async |n| {
            timelines::list(ctx, ana, town.list, first(n))
                .await
                .unwrap()
                .items
        })
        .await,
        costs(fresh, "list of a group", async |n| {
            timelines::list(ctx, ana, joined, first(n))
                .await
                .unwrap()
                .items
        })
        .await,
        costs(fresh, "group", async |n| {
            timelines::group(ctx, Some(ana), garden, first(n))
                .await
                .unwrap()
                .items
        })
        .await,
        // A group's profile is what it boosts.
        costs(fresh, "account", async |n| {
            let all = AccountFilter::default();
            let page = timelines::account(ctx, Some(ana), garden, all, first(n))
                .await
                .unwrap();
            assert!(page.items.iter().all(|view| view.reblog.is_some()));
            page.items
        })
        .await,
    ]
}

/// The other lists of statuses.
async fn lists_of_statuses(fresh: &Fresh, town: &Town) -> Vec<(&'static str, usize, usize)> {
    let (ctx, ana) = (&town.world.ctx, &town.world.ana);
    let of = |kind| Filter {
        types: vec![kind],
        ..Filter::default()
    };
    vec![
        costs(fresh, "notifications", async |n| {
            let filter = of(NotificationKind::Mention);
            let page = notifications::page(ctx, ana, filter, first(n))
                .await
                .unwrap();
            page.items
                .into_iter()
                .filter_map(|told| told.status)
                .collect()
        })
        .await,
        costs(fresh, "notifications in groups", async |n| {
            let filter = of(NotificationKind::Favourite);
            let page = notifications::groups::page(ctx, ana, filter, None, first(n))
                .await
                .unwrap();
            let groups = page.items.into_iter().flat_map(|view| view.groups);
            let groups = groups.inspect(|group| assert_eq!(group.sample.len(), 2));
            groups.filter_map(|group| group.head.status).collect()
        })
        .await,
        costs(fresh, "conversations", async |n| {
            let page = conversations::page(ctx, ana, first(n)).await.unwrap();
            page.items
                .into_iter()
                .filter_map(|view| view.last_status)
                .collect()
        })
        .await,
        costs(fresh, "bookmarks", async |n| {
            interactions::bookmarks(ctx, ana, first(n))
                .await
                .unwrap()
                .items
        })
        .await,
        costs(fresh, "thread", async |n| {
            let (id, around) = if n == 1 {
                (town.short, FEW)
            } else {
                (town.long, n)
            };
            let view = thread(ctx, Some(ana), id).await.unwrap();
            let found = (view.ancestors.len(), view.descendants.len());
            assert_eq!(found, (around, around));
            [view.ancestors, view.descendants].concat()
        })
        .await,
        costs(fresh, "search", async |n| {
            let query = Query {
                text: "number".to_owned(),
                accounts: true,
                statuses: true,
                hashtags: true,
                limit: n.try_into().unwrap(),
                ..Query::default()
            };
            let found = search(ctx, Some(ana), query).await.unwrap();
            assert_eq!((found.accounts.len(), found.hashtags.len()), (n, n));
            found.statuses
        })
        .await,
    ]
}

both_engines! {
    fn a_page_of_forty_costs_as_many_statements_as_a_page_of_one(fresh: &Fresh) {
        run(async {
            let town = Town::new(fresh).await;
            let mut found = timelines(fresh, &town).await;
            found.extend(lists_of_statuses(fresh, &town).await);
            let uneven: Vec<_> = found.iter().filter(|(_, one, many)| one != many).collect();
            assert!(uneven.is_empty(), "{uneven:?} of {found:?}");
            let dear: Vec<_> = found.iter().filter(|(_, one, _)| *one > 60).collect();
            assert!(dear.is_empty(), "{dear:?}");
        });
    }
}
