//! Stories of publishing, answering, editing and deleting, and of what comes from elsewhere.

use database::{both_engines, group_bans, statuses as rows};
use model::{GroupKind, Page, TokenId};

use super::*;
use crate::error::Error;
use crate::testing::{World, run};
use crate::views::account::Viewer;
use crate::{interactions, timelines};

pub(crate) fn saying(text: &str) -> Draft {
    Draft {
        text: text.to_owned(),
        ..Draft::default()
    }
}

async fn say(world: &World, who: &Viewer, text: &str) -> crate::views::status::StatusView {
    publish(&world.ctx, who, saying(text), None).await.unwrap()
}

pub(crate) fn note(uri: &str, text: &str) -> Incoming {
    Incoming {
        uri: uri.to_owned(),
        content: text.to_owned(),
        visibility: Some(Visibility::Public),
        ..Incoming::default()
    }
}

both_engines! {
    fn a_post_is_stored_with_all_that_hangs_on_it(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let view = say(&world, &world.ana, "Good morning @ben, look: #Tea <b>").await;
            assert_eq!(view.tags, ["tea"]);
            assert_eq!(view.mentions[0].username, "ben");
            assert!(view.status.content.contains("u-url mention"), "{}", view.status.content);
            assert!(view.status.content.contains("&lt;b&gt;"));
            assert_eq!(view.status.uri, format!("https://balai.example/users/ana/statuses/{}", view.status.id));
            assert_eq!(world.account(world.ana.id()).await.statuses_count, 1);
            assert_eq!(world.events().await, [model::Event::StatusPublished { status: view.status.id }]);

            let blank = publish(&world.ctx, &world.ana, saying("  "), None).await.unwrap_err();
            assert_eq!(blank.to_string(), "Validation failed: Text can't be blank");
            let long = publish(&world.ctx, &world.ana, saying(&"a".repeat(5001)), None).await;
            assert!(matches!(long, Err(Error::Invalid(_))));
            let nul = say(&world, &world.ana, "a\0b").await;
            assert_eq!(nul.status.source, "ab");
        });
    }

    fn the_same_key_is_the_same_post(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let ana = world.ana.id();
            world.db(move |conn| {
                let app = database::apps::App {
                    id: model::AppId(1),
                    name: "x".to_owned(),
                    website: None,
                    redirect_uris: String::new(),
                    scopes: String::new(),
                    client_id: "c".to_owned(),
                    client_secret: "s".to_owned(),
                    created_at: model::Millis(1),
                };
                database::apps::insert(conn, &app)?;
                database::access_tokens::insert(conn, &database::access_tokens::AccessToken {
                    id: TokenId(7),
                    token_hash: vec![1],
                    app_id: Some(app.id),
                    account_id: Some(ana),
                    human_id: Some(ana),
                    scopes: String::new(),
                    created_at: model::Millis(1),
                    revoked_at: None,
                    last_used_at: None,
                })?;
                Ok(())
            }).await;
            let key = |hash: u8| Some(Idempotency { token: TokenId(7), key: "k".to_owned(), request_hash: vec![hash] });
            let first = publish(&world.ctx, &world.ana, saying("once"), key(1)).await.unwrap();
            let again = publish(&world.ctx, &world.ana, saying("once"), key(1)).await.unwrap();
            assert_eq!(first.status.id, again.status.id);
            let other = publish(&world.ctx, &world.ana, saying("twice"), key(2)).await;
            assert!(matches!(other, Err(Error::Invalid(_))));
            world.pass(2 * model::Millis::HOUR);
            let later = publish(&world.ctx, &world.ana, saying("once"), key(1)).await.unwrap();
            assert_ne!(first.status.id, later.status.id);
        });
    }

    fn a_mention_of_the_group_starts_a_thread_in_it(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, garden) = (&world.ctx, world.garden.id);
            let thread = say(&world, &world.ben, "@garden When do we plant?\nI have seeds.").await;
            assert_eq!(thread.group.as_ref().map(|group| group.account.id), Some(garden));
            assert_eq!(thread.status.title, "When do we plant?");
            assert_eq!(thread.status.reblogs_count, 1, "the group's boost");
            assert!(crate::groups::is_member(ctx, garden, world.ben.id()).await.unwrap(), "a first post joins");

            let other = Edit { text: Some("@garden When do we sow?".to_owned()), ..Edit::default() };
            let thread = edit(ctx, &world.ben, thread.status.id, other).await.unwrap();
            assert_eq!(thread.status.title, "When do we sow?", "a title that was made is made anew");

            let answer = Draft { in_reply_to: Some(thread.status.id), ..saying("In May.") };
            let answer = publish(ctx, &world.chi, answer, None).await.unwrap();
            assert_eq!(answer.group.map(|group| group.account.id), Some(garden), "by itself");
            assert_eq!(answer.status.reblogs_count, 0, "comments are never boosted");

            let list = timelines::group(ctx, None, garden, Page::first(20)).await.unwrap();
            assert_eq!(list.items.iter().map(|view| view.status.id).collect::<Vec<_>>(), [thread.status.id]);
            let profile = timelines::account(ctx, None, garden, timelines::AccountFilter::default(), Page::first(20)).await.unwrap();
            let boost = &profile.items[0];
            assert_eq!(boost.reblog.as_ref().unwrap().status.id, thread.status.id);
            assert!(boost.status.uri.starts_with("https://balai.example/g/garden/announces/"));

            let tree = super::thread(ctx, None, thread.status.id).await.unwrap();
            assert_eq!(tree.descendants[0].status.id, answer.status.id);
            let tree = super::thread(ctx, None, answer.status.id).await.unwrap();
            assert_eq!(tree.ancestors[0].status.id, thread.status.id);
            assert_eq!(tree.ancestors[0].status.replies_count, 1);
        });
    }

    fn who_may_not_post_into_a_group_is_told(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            world.group(&world.ana, "council", GroupKind::Approved).await;
            let no = publish(&world.ctx, &world.ben, saying("@council hello"), None).await;
            assert!(matches!(no, Err(Error::Forbidden(_))));
            say(&world, &world.ana, "@council hello").await;

            let (garden, chi, id) = (world.garden.id, world.chi.id(), world.ctx.id());
            world.db(move |conn| {
                group_bans::insert(conn, &group_bans::GroupBan { id, group_id: garden, account_id: chi, ends_at: None, created_at: model::Millis(1) })?;
                Ok(())
            }).await;
            let no = publish(&world.ctx, &world.chi, saying("!garden hello"), None).await;
            assert!(matches!(no, Err(Error::Forbidden(_))));
            let draft = Draft { visibility: Some(Visibility::Private), ..saying("@garden for my followers") };
            let quiet = publish(&world.ctx, &world.chi, draft, None).await.unwrap();
            assert!(quiet.group.is_none() && quiet.status.reblogs_count == 0);
            for name in ["a", "b", "c"] {
                world.group(&world.ana, &format!("group_{name}"), GroupKind::Open).await;
            }
            let many = publish(&world.ctx, &world.ana, saying("@garden @group_a @group_b @group_c"), None).await;
            // What names too many groups waits for a moderator of the first.
            assert_eq!(many.unwrap().status.visibility, Visibility::Held);
        });
    }

    fn a_letter_to_the_group_goes_to_its_moderators(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let draft = Draft { visibility: Some(Visibility::Direct), ..saying("@garden someone is rude") };
            let letter = publish(&world.ctx, &world.ben, draft, None).await.unwrap();
            assert!(letter.group.is_none());
            let read = crate::views::status::one(&world.ctx, Some(&world.ana), letter.status.id).await;
            assert!(read.is_ok(), "ana moderates the garden");
            let hidden = crate::views::status::one(&world.ctx, Some(&world.chi), letter.status.id).await;
            assert!(matches!(hidden, Err(Error::NotFound)));
            let threads = timelines::group(&world.ctx, Some(&world.ana), world.garden.id, Page::first(20)).await.unwrap();
            assert!(threads.items.is_empty());
        });
    }

    fn an_answer_is_no_wider_than_what_it_answers(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let draft = Draft { visibility: Some(Visibility::Direct), ..saying("@ben psst") };
            let letter = publish(&world.ctx, &world.ana, draft, None).await.unwrap();
            let draft = Draft { in_reply_to: Some(letter.status.id), visibility: Some(Visibility::Public), ..saying("@ana what?") };
            let answer = publish(&world.ctx, &world.ben, draft.clone(), None).await.unwrap();
            assert_eq!(answer.status.visibility, Visibility::Direct);
            let stranger = publish(&world.ctx, &world.chi, draft, None).await;
            assert!(matches!(stranger, Err(Error::NotFound)));
        });
    }

    fn an_edit_keeps_what_stood_there(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let id = say(&world, &world.ana, "frist #one").await.status.id;
            world.pass(1000);
            let change = Edit { text: Some("first #two @chi".to_owned()), ..Edit::default() };
            let stranger = edit(&world.ctx, &world.ben, id, change.clone()).await;
            assert!(matches!(stranger, Err(Error::NotFound)));
            let view = edit(&world.ctx, &world.ana, id, change.clone()).await.unwrap();
            assert!(view.status.edited_at.is_some() && view.tags == ["two"] && view.mentions.len() == 1);
            edit(&world.ctx, &world.ana, id, change).await.unwrap();
            let versions = history(&world.ctx, None, id).await.unwrap();
            assert_eq!(versions.len(), 2, "the same words again are no edit");
            assert!(versions[0].content.contains("frist") && versions[1].content.contains("first"));
            assert_eq!(source(&world.ctx, &world.ana, id).await.unwrap().text, "first #two @chi");
        });
    }

    fn what_is_deleted_leaves_a_tombstone_and_no_trace(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let ctx = &world.ctx;
            let id = say(&world, &world.ana, "@garden soon gone").await.status.id;
            interactions::boost(ctx, &world.ben, id, None).await.unwrap();
            interactions::favourite(ctx, &world.chi, id).await.unwrap();
            assert!(matches!(delete(ctx, &world.ben, id).await, Err(Error::NotFound)));
            let (view, source) = delete(ctx, &world.ana, id).await.unwrap();
            assert_eq!((view.status.favourites_count, source.text.as_str()), (1, "@garden soon gone"));
            let row = world.db(move |conn| Ok(rows::get(conn, id)?)).await;
            assert!(row.is_deleted() && row.content.is_empty() && row.source.is_empty());
            assert!(matches!(crate::views::status::one(ctx, Some(&world.ana), id).await, Err(Error::NotFound)));
            for account in [world.ana.id(), world.ben.id(), world.garden.id] {
                assert_eq!(world.account(account).await.statuses_count, 0);
            }
            let profile = timelines::account(ctx, None, world.garden.id, timelines::AccountFilter::default(), Page::first(20)).await.unwrap();
            assert!(profile.items.is_empty());
        });
    }

    fn what_comes_from_elsewhere_is_cleaned_and_kept_once(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, dan) = (&world.ctx, world.dan.id);
            let none = receive(ctx, dan, note("https://far.example/n/0", "hi"), false).await.unwrap();
            assert!(matches!(none, Received::Dropped(_)), "nobody here waits for it");
            let mut hello = note("https://far.example/n/1", "<p onclick=x>hi<script>1</script></p>");
            hello.mentions = vec![world.ana.account.uri.clone()];
            hello.published = Some(world.ctx.now().plus(90 * model::Millis::DAY));
            let Received::New(id) = receive(ctx, dan, hello.clone(), false).await.unwrap() else { panic!("kept") };
            let view = crate::views::status::one(ctx, None, id).await.unwrap();
            assert_eq!(view.status.content, "<p>hi</p>");
            assert_eq!(view.status.created_at, ctx.now(), "nothing is from the future");
            assert_eq!(receive(ctx, dan, hello.clone(), false).await.unwrap(), Received::Known(id));
            let mut ours = hello.clone();
            ours.uri = "https://balai.example/users/ana/statuses/1".to_owned();
            assert!(matches!(receive(ctx, dan, ours, true).await.unwrap(), Received::Dropped(_)));

            // An edit: the author's own, newer, never wider.
            let eve = world.remote(model::AccountKind::Person, "eve", "far.example").await;
            hello.content = "<p>ho</p>".to_owned();
            assert!(matches!(receive_edit(ctx, eve.id, hello.clone()).await, Err(Error::NotFound)));
            world.pass(1000);
            receive_edit(ctx, dan, hello.clone()).await.unwrap();
            assert_eq!(history(ctx, None, id).await.unwrap().len(), 2);

            // A deletion: the author's own; afterwards the address is taken.
            receive_delete(ctx, eve.id, &hello.uri).await.unwrap();
            assert!(crate::views::status::one(ctx, None, id).await.is_ok());
            receive_delete(ctx, dan, &hello.uri).await.unwrap();
            assert!(matches!(crate::views::status::one(ctx, None, id).await, Err(Error::NotFound)));
            assert_eq!(receive(ctx, dan, hello, true).await.unwrap(), Received::Known(id));
            receive_delete(ctx, dan, "https://far.example/n/9").await.unwrap();
            let late = receive(ctx, dan, note("https://far.example/n/9", "late"), true).await.unwrap();
            assert!(matches!(late, Received::Known(_)), "the tombstone wins");
            receive_delete(ctx, dan, "https://other.example/n/9").await.unwrap();
            let other = receive(ctx, dan, note("https://other.example/n/9", "x"), true).await.unwrap();
            assert!(matches!(other, Received::New(_)), "nobody bars the addresses of others");
        });
    }

    fn a_first_post_from_elsewhere_joins_an_open_group_and_no_other(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, dan) = (&world.ctx, world.dan.id);
            let mut thread = note("https://far.example/n/1", "<p>@garden hello from far</p>");
            thread.mentions = vec![world.garden.uri.clone()];
            let Received::New(id) = receive(ctx, dan, thread, false).await.unwrap() else { panic!("kept") };
            assert!(crate::groups::is_member(ctx, world.garden.id, dan).await.unwrap());
            let list = timelines::group(ctx, None, world.garden.id, Page::first(20)).await.unwrap();
            assert_eq!(list.items[0].status.id, id);
            assert_eq!(list.items[0].status.reblogs_count, 1);

            let council = world.group(&world.ana, "council", GroupKind::Approved).await;
            let mut no = note("https://far.example/n/2", "let me in");
            no.addressed = vec![council.uri.clone()];
            assert!(matches!(receive(ctx, dan, no, false).await.unwrap(), Received::Dropped(_)));
        });
    }

    fn who_is_blocked_is_dropped_without_a_word(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, dan, ana) = (&world.ctx, world.dan.id, world.ana.id());
            let post = say(&world, &world.ana, "hello").await;
            let id = ctx.id();
            world.db(move |conn| {
                database::blocks::insert(conn, &database::blocks::Block { id, account_id: ana, target_id: dan, uri: None, created_at: model::Millis(1) })?;
                Ok(())
            }).await;
            let mut answer = note("https://far.example/n/1", "rude");
            answer.in_reply_to = Some(post.status.uri.clone());
            assert!(matches!(receive(ctx, dan, answer, false).await.unwrap(), Received::Dropped(_)));
            let mut letter = note("https://far.example/n/2", "rude");
            letter.visibility = Some(Visibility::Direct);
            letter.mentions = vec![world.ana.account.uri.clone()];
            assert!(matches!(receive(ctx, dan, letter, false).await.unwrap(), Received::Dropped(_)));
            interactions::receive_like(ctx, dan, &post.status.uri, "https://far.example/l/1").await.unwrap();
            interactions::receive_boost(ctx, dan, post.status.id, "https://far.example/b/1", Visibility::Public, None).await.unwrap();
            let view = crate::views::status::one(ctx, None, post.status.id).await.unwrap();
            assert_eq!((view.status.favourites_count, view.status.reblogs_count, view.status.replies_count), (0, 0, 0));
        });
    }
}

both_engines! {
    fn who_names_a_crowd_is_heard_by_nobody(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, dan) = (&world.ctx, world.dan.id);
            let crowd = |n: usize| {
                let others = (1..n).map(|one| format!("https://far.example/users/{one}"));
                others.chain([world.ana.account.uri.clone()]).collect::<Vec<_>>()
            };
            for (n, is_told) in [(20, true), (21, false)] {
                let mut shout = note(&format!("https://far.example/n/{n}"), "look here");
                shout.mentions = crowd(n);
                let Received::New(id) = receive(ctx, dan, shout, false).await.unwrap() else { panic!() };
                let named = world.db(move |conn| Ok(database::mentions::of(conn, &[id])?)).await;
                assert_eq!(named.iter().any(|one| !one.silent), is_told, "{n}");
            }
        });
    }
}
