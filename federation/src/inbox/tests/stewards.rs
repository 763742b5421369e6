//! What moderators do across servers: those of a group elsewhere that people here are in, and those of a group
//! here who live elsewhere.

use super::groups::relayed;
use super::ownership::follow;
use super::*;
use database::{memberships, moderation_actions, status_pins, statuses};
use model::{GroupKind, MembershipState, Role};
use services::groups::NewGroup;

/// A group elsewhere that ana is in, its moderator eve, its thread, and a third server.
struct Books {
    lemmy: Peer,
    books: Actor,
    eve: Actor,
    page: Value,
    ana: Viewer,
}

impl Books {
    async fn new(world: &World) -> Self {
        let lemmy = Peer::start().await;
        let (books, eve) = (lemmy.group("books"), lemmy.person("eve"));
        let mut document = books.document();
        document["attributedTo"] = json!(format!("{}/moderators", books.uri));
        document["featured"] = json!(format!("{}/featured", books.uri));
        lemmy.serve(&document);
        let all = Self {
            page: eve.note(
                "p1",
                json!({"type": "Page", "name": "A book",
                "audience": books.uri, "cc": [books.uri]}),
            ),
            ana: world.person("ana").await,
            lemmy,
            books,
            eve,
        };
        all.moderated_by(&[&all.eve]);
        follow(world, &all.ana, &all.books).await;
        let create = all.eve.creates(&all.page);
        world.takes(&all.books, &all.wraps("a1", create)).await;
        all
    }

    fn moderated_by(&self, people: &[&Actor]) {
        let people: Vec<&str> = people.iter().map(|person| person.uri.as_str()).collect();
        self.lemmy
            .serve(&json!({"id": format!("{}/moderators", self.books.uri),
            "type": "OrderedCollection", "orderedItems": people}));
    }

    fn wraps(&self, id: &str, activity: Value) -> Value {
        self.books.does("Announce", id, activity)
    }

    async fn thread(&self, world: &World) -> database::statuses::Status {
        world.status(uri(&self.page)).await.unwrap()
    }

    async fn pinned(&self, world: &World) -> usize {
        let group = world.account(&self.books.uri).await.unwrap().id;
        world
            .db(move |conn| status_pins::of(conn, group))
            .await
            .len()
    }

    fn lists(&self, act: &str, id: &str, by: &Actor, object: &str, list: &str) -> Value {
        let mut act = by.does(act, id, json!(object));
        act["target"] = json!(format!("{}/{list}", self.books.uri));
        act
    }
}

fn uri(note: &Value) -> &str {
    note["id"].as_str().unwrap()
}

/// A group here, its founder, and dan who moderates it from elsewhere.
struct Garden {
    far: Peer,
    ana: Viewer,
    garden: Account,
    dan: Actor,
    eve: Actor,
    post: Value,
}

impl Garden {
    async fn new(world: &World) -> Self {
        let far = Peer::start().await;
        let (dan, eve) = (far.person("dan"), far.person("eve"));
        let ana = world.person("ana").await;
        let new = NewGroup {
            name: "garden".to_owned(),
            title: "Garden".to_owned(),
            kind: Some(GroupKind::Open),
            ..NewGroup::default()
        };
        let made = services::groups::create(&world.ctx, &ana, new)
            .await
            .unwrap();
        let garden = made.account.account.clone();
        for who in [&dan, &eve] {
            world
                .takes(who, &who.does("Follow", "f1", json!(garden.uri)))
                .await;
        }
        let all = Self {
            post: eve.note(
                "t1",
                json!({"cc": [garden.uri], "audience": garden.uri,
                "tag": [{"type": "Mention", "href": garden.uri, "name": "@garden"}]}),
            ),
            far,
            ana,
            garden,
            dan,
            eve,
        };
        world.takes(&all.eve, &all.eve.creates(&all.post)).await;
        all.role(world, &all.dan, Role::Moderator).await;
        relayed(world).await;
        all
    }

    async fn role(&self, world: &World, who: &Actor, role: Role) {
        let (group, who) = (self.garden.id, world.account(&who.uri).await.unwrap().id);
        let written = world.ctx.db.write(move |conn| {
            let row = memberships::find(conn, group, who)?.unwrap();
            memberships::set_state(conn, row.id, row.state, role, START)
        });
        written.await.unwrap();
    }

    async fn thread(&self, world: &World) -> database::statuses::Status {
        world.status(uri(&self.post)).await.unwrap()
    }

    /// The kinds of the entries in its log, oldest first.
    async fn log(&self, world: &World) -> Vec<String> {
        let group = self.garden.id;
        let mut log = world
            .db(move |conn| moderation_actions::page(conn, group, &model::Page::first(100)))
            .await;
        log.reverse();
        log.into_iter().map(|entry| entry.kind).collect()
    }

    fn lists(&self, act: &str, id: &str, by: &Actor, object: &str, list: &str) -> Value {
        let mut act = by.does(act, id, json!(object));
        act["target"] = json!(format!("{}/{list}", self.garden.uri));
        act["cc"] = json!([self.garden.uri]);
        act
    }

    fn bans(&self, id: &str, by: &Actor, whom: &Actor) -> Value {
        let mut act = by.does("Block", id, json!(whom.uri));
        act["target"] = json!(self.garden.uri);
        act["endTime"] = json!(START.plus(Millis::DAY).iso());
        act["summary"] = json!("spam");
        act
    }
}

database::both_engines! {
    fn a_lock_in_a_group_elsewhere_closes_its_thread_here(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let all = Books::new(&world).await;
            let mallory = all.lemmy.person("mallory");
            let lock = |who: &Actor, id: &str| who.does("Lock", id, json!(uri(&all.page)));
            world.refuses(&all.books, &all.wraps("b1", lock(&mallory, "l1"))).await;
            // Nor does her word count without the group's.
            world.refuses(&all.eve, &lock(&all.eve, "l2")).await;
            assert!(all.thread(&world).await.locked_at.is_none());

            world.takes(&all.books, &all.wraps("b2", lock(&all.eve, "l3"))).await;
            let thread = all.thread(&world).await;
            assert!(thread.locked_at.is_some());
            let draft = || services::statuses::Draft {
                text: "but".to_owned(),
                in_reply_to: Some(thread.id),
                ..services::statuses::Draft::default()
            };
            let refused = services::statuses::publish(&world.ctx, &all.ana, draft(), None).await;
            assert!(matches!(refused, Err(services::Error::Invalid(_))), "{refused:?}");

            let undo = all.eve.does("Undo", "u1", lock(&all.eve, "l3"));
            let forged = mallory.does("Undo", "u2", lock(&mallory, "l4"));
            world.refuses(&all.books, &all.wraps("b3", forged)).await;
            world.takes(&all.books, &all.wraps("b4", undo)).await;
            assert!(all.thread(&world).await.locked_at.is_none());
            services::statuses::publish(&world.ctx, &all.ana, draft(), None).await.unwrap();
        });
    }

    fn the_lists_of_a_group_elsewhere_are_its_own(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let all = Books::new(&world).await;
            let mallory = all.lemmy.person("mallory");
            let page = uri(&all.page).to_owned();
            let add = |who: &Actor, id: &str| all.lists("Add", id, who, &page, "featured");
            world.refuses(&all.books, &all.wraps("b1", add(&mallory, "f1"))).await;
            assert_eq!(all.pinned(&world).await, 0);
            world.takes(&all.books, &all.wraps("b2", add(&all.eve, "f2"))).await;
            assert_eq!(all.pinned(&world).await, 1);
            let remove = all.lists("Remove", "f3", &all.eve, &page, "featured");
            world.takes(&all.books, &all.wraps("b3", remove)).await;
            assert_eq!(all.pinned(&world).await, 0);

            // Ana moderates there when its list says so, whoever announces it.
            let group = world.account(&all.books.uri).await.unwrap().id;
            let (list, me) = (format!("{}/moderators", all.books.uri), all.ana.id());
            let role = async || {
                world.db(move |conn| memberships::find(conn, group, me)).await.unwrap().role
            };
            let named = all.lists("Add", "m1", &mallory, &all.ana.account.uri, "moderators");
            world.takes(&all.books, &all.wraps("b4", named.clone())).await;
            assert_eq!(role().await, Role::Member, "the list does not name her");
            all.lemmy.serve(&json!({"id": list, "type": "OrderedCollection",
                "orderedItems": [all.eve.uri, all.ana.account.uri]}));
            let mut again = all.wraps("b5", named);
            again["object"]["id"] = json!(format!("{}/m2", mallory.uri));
            world.takes(&all.books, &again).await;
            assert_eq!(role().await, Role::Moderator);
            // A list of another group is no list of this one.
            let mut foreign = add(&all.eve, "f4");
            foreign["target"] = json!(format!("{}/users/films/featured", all.lemmy.base));
            world.refuses(&all.books, &all.wraps("b6", foreign)).await;
        });
    }

    fn what_a_group_elsewhere_restores_is_boosted_again(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let all = Books::new(&world).await;
            let mut delete = all.eve.does("Delete", "d1", json!(uri(&all.page)));
            delete["summary"] = json!("off topic");
            // Of another's thread: eve is its author, so kim writes one.
            let kim = all.lemmy.person("kim");
            let page = kim.note("p2", json!({"type": "Page", "name": "Two",
                "audience": all.books.uri, "cc": [all.books.uri]}));
            world.takes(&all.books, &all.wraps("b1", kim.creates(&page))).await;
            delete["object"] = json!(uri(&page));
            world.takes(&all.books, &all.wraps("b2", delete.clone())).await;
            let group = world.account(&all.books.uri).await.unwrap().id;
            let id = world.status(uri(&page)).await.unwrap().id;
            let boost = async || world.db(move |conn| statuses::boost_by(conn, group, id)).await;
            assert!(boost().await.is_none());
            assert!(world.status(uri(&page)).await.unwrap().group().is_none());

            let mallory = all.lemmy.person("mallory");
            let mut forged = delete.clone();
            forged["actor"] = json!(mallory.uri);
            forged["id"] = json!(format!("{}/d2", mallory.uri));
            world.refuses(&all.books, &all.wraps("b3", mallory.does("Undo", "u1", forged))).await;
            assert!(boost().await.is_none());
            world.takes(&all.books, &all.wraps("b4", all.eve.does("Undo", "u2", delete))).await;
            assert!(boost().await.is_some());
            assert_eq!(world.status(uri(&page)).await.unwrap().group(), Some(group));
        });
    }

    fn a_ban_from_a_group_elsewhere_ends_the_membership(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let all = Books::new(&world).await;
            let mallory = all.lemmy.person("mallory");
            let group = world.account(&all.books.uri).await.unwrap().id;
            let me = all.ana.id();
            let state = async || {
                world.db(move |conn| memberships::find(conn, group, me)).await.unwrap().state
            };
            let block = |who: &Actor, id: &str, target: &str| {
                let mut act = who.does("Block", id, json!(all.ana.account.uri));
                act["target"] = json!(target);
                act
            };
            let books = all.books.uri.clone();
            world.refuses(&all.books, &all.wraps("b1", block(&mallory, "k1", &books))).await;
            world.refuses(&all.books, &all.wraps("b2", block(&all.eve, "k2", &all.lemmy.base))).await;
            assert_eq!(state().await, MembershipState::Member);
            let ban = block(&all.eve, "k3", &books);
            world.takes(&all.books, &all.wraps("b3", ban.clone())).await;
            assert_eq!(state().await, MembershipState::Left);
            let asks = async || services::groups::join(&world.ctx, &all.ana, group).await;
            assert!(matches!(asks().await, Err(services::Error::Forbidden(_))));
            world.takes(&all.books, &all.wraps("b4", all.eve.does("Undo", "u1", ban))).await;
            asks().await.unwrap();
        });
    }

    fn what_has_no_meaning_here_is_dropped_by_its_name(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let all = Books::new(&world).await;
            let before = world.counts().await;
            let page = json!(uri(&all.page));
            let flag = all.eve.does("Flag", "x1", page.clone());
            let mut moved = all.eve.does("Move", "x2", page.clone());
            moved["origin"] = json!(all.books.uri);
            moved["target"] = json!(format!("{}/users/films", all.lemmy.base));
            // NodeBB takes a whole topic out of a category.
            let mut removed = all.eve.does("Remove", "x3", json!(format!("{}/topic/1", all.lemmy.base)));
            removed["target"] = json!(all.books.uri);
            let warn = all.eve.does("Warn", "x4", page.clone());
            let dislike = all.eve.does("Dislike", "x5", page.clone());
            let undone = all.eve.does("Undo", "x6", dislike.clone());
            let resolve = all.eve.does("Resolve", "x7", flag.clone());
            for (number, (act, word)) in [(flag, "Flag: a report"), (moved, "Move: moves"),
                (removed, "no list"), (warn, "Warn: warnings"), (dislike, "Dislike: there are no"),
                (undone, "Undo: of Dislike"), (resolve, "Resolve: what became")].into_iter().enumerate()
            {
                let envelope = all.wraps(&format!("b{number}"), act);
                let outcome = world.refuses(&all.books, &envelope).await;
                assert!(outcome.contains(word), "{outcome}");
            }
            let mut after = world.counts().await;
            after.insert("inbox".to_owned(), before["inbox"]);
            assert_eq!(after, before, "nothing is stored");
        });
    }

    fn moderators_elsewhere_do_what_moderators_here_do(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let all = Garden::new(&world).await;
            let (dan, post) = (&all.dan, json!(uri(&all.post)));
            let mut delete = dan.does("Delete", "d1", post.clone());
            delete["summary"] = json!("off topic");
            world.takes(dan, &delete).await;
            assert!(all.thread(&world).await.removed_at.is_some());
            assert!(!all.thread(&world).await.is_deleted(), "it stays its author's");
            assert_eq!(relayed(&world).await, 1);
            world.takes(dan, &dan.does("Undo", "u1", delete)).await;
            assert!(all.thread(&world).await.removed_at.is_none());
            let lock = dan.does("Lock", "l1", post.clone());
            world.takes(dan, &lock).await;
            assert!(all.thread(&world).await.locked_at.is_some());
            let answer = all.eve.note("c1", json!({"inReplyTo": post, "cc": [all.garden.uri]}));
            let why = world.refuses(&all.eve, &all.eve.creates(&answer)).await;
            assert!(why.contains("closed"), "{why}");
            world.takes(dan, &dan.does("Undo", "u2", lock)).await;
            assert!(all.thread(&world).await.locked_at.is_none());
            let target = uri(&all.post);
            world.takes(dan, &all.lists("Add", "p1", dan, target, "featured")).await;
            let group = all.garden.id;
            let pinned = async || world.db(move |conn| status_pins::of(conn, group)).await.len();
            assert_eq!(pinned().await, 1);
            world.takes(dan, &all.lists("Remove", "p2", dan, target, "featured")).await;
            assert_eq!(pinned().await, 0);
            let ban = all.bans("k1", dan, &all.eve);
            world.takes(dan, &ban).await;
            let eve = world.account(&all.eve.uri).await.unwrap().id;
            let is_member = async || services::groups::is_member(&world.ctx, group, eve).await.unwrap();
            assert!(!is_member().await);
            world.takes(dan, &dan.does("Undo", "u3", ban)).await;
            world.takes(&all.eve, &all.eve.does("Follow", "f2", json!(all.garden.uri))).await;
            assert!(is_member().await);
            let kinds = ["status_removed", "status_restored", "thread_locked", "thread_unlocked",
                "thread_pinned", "thread_unpinned", "member_banned", "member_unbanned"];
            assert_eq!(all.log(&world).await, kinds);
            // All but the first were passed on since.
            assert_eq!(relayed(&world).await, kinds.len() - 1);
        });
    }

    fn only_owners_elsewhere_name_moderators(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let all = Garden::new(&world).await;
            let (dan, eve, group) = (&all.dan, &all.eve, all.garden.id);
            let who = world.account(&eve.uri).await.unwrap().id;
            let role = async || {
                world.db(move |conn| memberships::find(conn, group, who)).await.unwrap().role
            };
            let add = |id: &str| all.lists("Add", id, dan, &eve.uri, "moderators");
            world.refuses(dan, &add("m1")).await;
            assert_eq!(role().await, Role::Member);
            all.role(&world, dan, Role::Owner).await;
            world.takes(dan, &add("m2")).await;
            assert_eq!(role().await, Role::Moderator);
            world.takes(dan, &all.lists("Remove", "m3", dan, &eve.uri, "moderators")).await;
            assert_eq!(role().await, Role::Member);
            assert_eq!(all.log(&world).await, ["role_changed", "role_changed"]);
        });
    }

    fn forged_acts_leave_a_group_as_it_was(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let all = Garden::new(&world).await;
            // 115: a member, an ex-moderator, somebody from his host, and a stranger.
            let stranger = Peer::start().await;
            let (kim, mallory) = (stranger.person("kim"), all.far.person("mallory"));
            all.role(&world, &all.dan, Role::Member).await;
            let before = (all.thread(&world).await, all.log(&world).await);
            for (number, who) in [&all.eve, &all.dan, &mallory, &kim].into_iter().enumerate() {
                let is_author = who.uri == all.eve.uri;
                let id = |word: &str| format!("{word}{number}");
                let post = json!(uri(&all.post));
                let target = uri(&all.post);
                let mut acts = vec![
                    who.does("Lock", &id("l"), post.clone()),
                    who.does("Undo", &id("ul"), who.does("Lock", &id("l2"), post.clone())),
                    who.does("Undo", &id("ud"), who.does("Delete", &id("d2"), post.clone())),
                    all.lists("Add", &id("p"), who, target, "featured"),
                    all.lists("Remove", &id("p2"), who, target, "featured"),
                    all.lists("Add", &id("m"), who, &who.uri, "moderators"),
                    all.lists("Remove", &id("m2"), who, &all.ana.account.uri, "moderators"),
                    all.bans(&id("k"), who, &all.eve),
                    who.does("Undo", &id("uk"), all.bans(&id("k2"), who, &all.eve)),
                ];
                if !is_author {
                    acts.push(who.does("Delete", &id("d"), post.clone()));
                }
                for act in acts {
                    let (stage, outcome) = world.deliver(who, &act).await;
                    assert_eq!(stage, Stage::Refused, "{outcome}: {act}");
                    assert_eq!(relayed(&world).await, 0, "{act}");
                }
            }
            assert_eq!((all.thread(&world).await, all.log(&world).await), before);
            let eve = world.account(&all.eve.uri).await.unwrap().id;
            assert!(services::groups::is_member(&world.ctx, all.garden.id, eve).await.unwrap());
        });
    }

    fn reports_of_both_shapes_reach_the_group(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let all = Garden::new(&world).await;
            let kim = Peer::start().await.person("kim");
            // Lemmy names one post and says why in `summary`, Mastodon the person too, and in `content`.
            let mut lemmy = kim.does("Flag", "r1", json!(uri(&all.post)));
            lemmy["summary"] = json!("spam");
            lemmy["to"] = json!([all.garden.uri]);
            let mut mastodon = kim.does("Flag", "r2", json!([all.eve.uri, uri(&all.post)]));
            mastodon["content"] = json!("spam");
            for flag in [lemmy, mastodon] {
                world.takes(&kim, &flag).await;
            }
            let eyes = database::group_reports::Eyes { group: all.garden.id, human: all.garden.id };
            let waiting = world.db(move |conn| {
                database::group_reports::page(conn, eyes, true, &model::Page::first(10))
            }).await;
            assert_eq!(waiting.len(), 2);
            let post = all.thread(&world).await.id;
            for waits in waiting {
                let report = world.db(move |conn| database::reports::get(conn, waits.report_id)).await;
                assert_eq!((report.group_id, report.comment.as_str()), (Some(all.garden.id), "spam"));
                let about = world.db(move |conn| database::reports::statuses(conn, &[report.id])).await;
                assert_eq!(about, [(report.id, post)]);
            }
            // What stands in no group of ours is its own server's matter.
            let other = all.eve.note("n9", json!({}));
            world.deliver(&all.eve, &all.eve.creates(&other)).await;
            world.refuses(&kim, &kim.does("Flag", "r3", json!(uri(&other)))).await;
            // Nor is what is closed or warned of elsewhere.
            world.refuses(&kim, &kim.does("Resolve", "r4", kim.does("Flag", "r5", json!(uri(&all.post))))).await;
            world.refuses(&kim, &kim.does("Warn", "r6", json!(uri(&all.post)))).await;
        });
    }

    fn dislikes_are_counted_nowhere_and_passed_on_where_votes_are_shared(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let all = Garden::new(&world).await;
            let dislike = |id: &str| all.dan.does("Dislike", id, json!(uri(&all.post)));
            world.takes(&all.dan, &dislike("v1")).await;
            assert_eq!(relayed(&world).await, 0);
            let group = all.garden.id;
            let shared = world.ctx.db.write(move |conn| {
                let settings = database::groups::find(conn, group)?.unwrap();
                let shared = database::groups::Group { shares_votes: true, ..settings };
                database::groups::update(conn, &shared)
            });
            shared.await.unwrap();
            world.takes(&all.dan, &dislike("v2")).await;
            world.takes(&all.dan, &all.dan.does("Undo", "v3", dislike("v2"))).await;
            assert_eq!(relayed(&world).await, 2);
            assert_eq!(all.thread(&world).await.favourites_count, 0);
            // Who is no member has no voice.
            let kim = all.far.person("kim");
            world.deliver(&kim, &kim.does("Dislike", "v1", json!(uri(&all.post)))).await;
            assert_eq!(relayed(&world).await, 0);
        });
    }
}
