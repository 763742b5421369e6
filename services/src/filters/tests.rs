//! Stories of filters: what matches, and what a change does.

use std::sync::Arc;

use database::both_engines;
use model::{FilterContext, Page, Visibility};
use proptest::prelude::*;

use super::matcher::Matcher;
use super::*;
use crate::statuses::tests::saying;
use crate::statuses::{self as posts, Draft};
use crate::testing::{World, run};
use crate::{interactions, jobs, timelines};

fn matcher(words: &[(&str, bool)]) -> Matcher {
    let filter = Filter {
        id: FilterId(1),
        account_id: AccountId(1),
        title: "x".to_owned(),
        contexts: 1,
        action: FilterAction::Warn,
        expires_at: None,
        ended: false,
        created_at: Millis(1),
    };
    let keywords = words
        .iter()
        .enumerate()
        .map(|(place, (word, whole))| Keyword {
            id: KeywordId(i64::try_from(place).unwrap_or(0)),
            filter_id: FilterId(1),
            keyword: (*word).to_owned(),
            whole_word: *whole,
        })
        .collect();
    Matcher::new(vec![filter], keywords, &[])
}

fn found(words: &[(&str, bool)], text: &str) -> Vec<String> {
    matcher(words)
        .matches(text, &[])
        .into_iter()
        .flat_map(|one| one.keywords)
        .collect()
}

#[test]
fn words_are_found_as_readers_read_them() {
    for (word, whole, text, matches) in [
        ("kopi", true, "Minum KOPI, yuk", true),
        ("kopi", true, "kopiah baru", false),
        ("kopi", false, "kopiah baru", true),
        ("kopi", true, "(kopi)", true),
        ("kopi", true, "kopi_susu", false),
        ("#kopi", true, "ini #kopi", true),
        ("#kopi", true, "ini#kopi", true),
        ("c++", true, "belajar c++11", true),
        ("c++", true, "abc++", false),
        ("straße", true, "Die STRASSE", false),
        ("ＷＩＤＥ", true, "very wide text", true),
        ("café", true, "un cafe\u{301} noir", true),
        ("cafe", true, "un cafe\u{301} noir", false),
        ("москва", true, "МОСКВА!", true),
        ("москва", true, "москвать", false),
        ("بيت", true, "البيت", false),
        ("咖啡", false, "我喝咖啡。", true),
        ("two words", true, "just two words here", true),
        ("two words", true, "two  words", false),
        ("İstanbul", true, "i̇stanbul", true),
    ] {
        assert_eq!(
            !found(&[(word, whole)], text).is_empty(),
            matches,
            "{word} in {text}"
        );
    }
    let both = [("green tea", true), ("tea", true), ("eat", true)];
    assert_eq!(found(&both, "Green tea!"), ["green tea", "tea"]);
}

proptest! {
    #[test]
    fn no_keyword_and_no_text_make_it_fall(word in "\\PC{1,20}", whole: bool, text in "\\PC{0,80}") {
        let _whatever_is_found = found(&[(&word, whole)], &text);
        let standing = format!("{text} {word} {text}");
        if word.trim() == word && !whole {
            prop_assert!(!found(&[(&word, false)], &standing).is_empty() || word.is_empty());
        }
    }
}

fn wanting(title: &str, words: &[(&str, bool)]) -> FilterChange {
    FilterChange {
        title: Some(title.to_owned()),
        contexts: Some(vec![FilterContext::Home]),
        keywords: words
            .iter()
            .map(|(word, whole)| KeywordChange {
                keyword: Some((*word).to_owned()),
                whole_word: Some(*whole),
                ..KeywordChange::default()
            })
            .collect(),
        ..FilterChange::default()
    }
}

/// What is on the reader's public timeline, and by which keywords each post is marked.
async fn marks(world: &World, reader: &Viewer) -> Vec<Vec<String>> {
    let filter = timelines::PublicFilter::default();
    timelines::public(&world.ctx, Some(reader), filter, Page::first(40))
        .await
        .unwrap()
        .items
        .into_iter()
        .map(|view| {
            view.filtered
                .into_iter()
                .flat_map(|one| one.keywords)
                .collect()
        })
        .collect()
}

both_engines! {
    fn a_post_is_marked_for_who_filters_and_nobody_else(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, ana, ben) = (&world.ctx, &world.ana, &world.ben);
            let draft = Draft { spoiler_text: "about coffee".to_owned(), ..saying("nothing to see") };
            posts::publish(ctx, ben, draft, None).await.unwrap();
            let post = posts::publish(ctx, ben, saying("<b>tea</b> & more"), None).await.unwrap().status.id;
            assert_eq!(marks(&world, ana).await, [Vec::<String>::new(), Vec::new()]);
            let filter = create(ctx, ana, wanting("drinks", &[("coffee", true), ("tea", true), ("b", true)])).await.unwrap();
            let seen = marks(&world, ana).await;
            assert_eq!(seen[1], ["coffee"], "in the warning");
            assert!(seen[0].contains(&"tea".to_owned()));
            assert_eq!(marks(&world, ben).await, [Vec::<String>::new(), Vec::new()], "ana's alone");

            // A boost is marked as its original is.
            let boost = interactions::boost(ctx, &world.chi, post, None).await.unwrap();
            let view = crate::views::status::one(ctx, Some(ana), boost.status.id).await.unwrap();
            assert!(!view.filtered.is_empty());
            assert_eq!(view.reblog.unwrap().filtered, view.filtered);

            // Every change counts at once.
            let coffee = filter.keywords[0].id;
            delete_keyword(ctx, ana, coffee).await.unwrap();
            assert!(marks(&world, ana).await.iter().flatten().all(|word| word != "coffee"));
            let row = add_status(ctx, ana, filter.filter.id, post).await.unwrap();
            let view = crate::views::status::one(ctx, Some(ana), post).await.unwrap();
            assert_eq!(view.filtered[0].statuses, [post]);
            assert!(matches!(add_status(ctx, ana, filter.filter.id, post).await, Err(Error::Conflict(_))));
            delete_status(ctx, ana, row.id).await.unwrap();
            delete(ctx, ana, filter.filter.id).await.unwrap();
            assert_eq!(marks(&world, ana).await, [Vec::<String>::new(), Vec::new()]);
        });
    }

    fn a_filter_ends_when_it_was_to(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, ana) = (&world.ctx, &world.ana);
            posts::publish(ctx, &world.ben, saying("tea"), None).await.unwrap();
            let change = FilterChange { expiry: Some(Expiry::In(60)), ..wanting("t", &[("tea", true)]) };
            let made = create(ctx, ana, change).await.unwrap();
            assert_eq!(marks(&world, ana).await, [["tea"]]);
            // It is given more time: the first end is none.
            let later = FilterChange { expiry: Some(Expiry::In(120)), ..FilterChange::default() };
            update(ctx, ana, made.filter.id, later).await.unwrap();
            world.pass(61 * Millis::SECOND);
            jobs::work(ctx).await.unwrap();
            assert_eq!(marks(&world, ana).await, [["tea"]]);
            world.pass(61 * Millis::SECOND);
            jobs::work(ctx).await.unwrap();
            assert_eq!(marks(&world, ana).await, [Vec::<String>::new()]);
            assert_eq!(all(ctx, ana).await.unwrap().len(), 1, "still listed");
            let never = FilterChange { expiry: Some(Expiry::Never), ..FilterChange::default() };
            update(ctx, ana, made.filter.id, never).await.unwrap();
            assert_eq!(marks(&world, ana).await, [["tea"]], "and wakes again");
        });
    }

    fn what_is_wrong_or_too_much_is_refused_and_leaves_nothing(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, ana) = (&world.ctx, &world.ana);
            let long = "x".repeat(513);
            for change in [
                wanting(" ", &[]),
                wanting(&"x".repeat(257), &[]),
                wanting("t", &[(" ", true)]),
                wanting("t", &[(long.as_str(), true)]),
                FilterChange { contexts: Some(Vec::new()), ..wanting("t", &[]) },
                FilterChange { contexts: None, ..wanting("t", &[]) },
                FilterChange { expiry: Some(Expiry::In(-1)), ..wanting("t", &[]) },
                FilterChange { expiry: Some(Expiry::In(i64::MAX)), ..wanting("t", &[]) },
            ] {
                assert!(matches!(create(ctx, ana, change).await, Err(Error::Invalid(_))));
            }
            let many: Vec<(&str, bool)> = vec![("x", true); MOST_KEYWORDS + 1];
            assert!(matches!(create(ctx, ana, wanting("t", &many)).await, Err(Error::LimitExceeded(_))));
            let large = "x".repeat(KEYWORD);
            let large: Vec<(&str, bool)> = vec![(large.as_str(), true); MOST_LETTERS / KEYWORD + 1];
            assert!(matches!(create(ctx, ana, wanting("t", &large)).await, Err(Error::LimitExceeded(_))));
            assert!(all(ctx, ana).await.unwrap().is_empty(), "nothing is left of it");
            for number in 0..MOST_FILTERS {
                create(ctx, ana, wanting(&number.to_string(), &[])).await.unwrap();
            }
            assert!(matches!(create(ctx, ana, wanting("t", &[])).await, Err(Error::LimitExceeded(_))));
        });
    }

    fn nobody_touches_the_filters_of_others(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, ana, ben) = (&world.ctx, &world.ana, &world.ben);
            let hers = create(ctx, ana, wanting("t", &[("tea", true)])).await.unwrap();
            let his = create(ctx, ben, wanting("t", &[("tea", true)])).await.unwrap();
            let (id, word) = (hers.filter.id, hers.keywords[0].id);
            assert!(matches!(one(ctx, ben, id).await, Err(Error::NotFound)));
            assert!(matches!(keyword(ctx, ben, word).await, Err(Error::NotFound)));
            assert!(matches!(delete_keyword(ctx, ben, word).await, Err(Error::NotFound)));
            // Nor does a change of one's own filter reach the keyword of another.
            let sly = FilterChange {
                keywords: vec![KeywordChange { id: Some(word), destroy: true, ..KeywordChange::default() }],
                ..FilterChange::default()
            };
            assert!(matches!(update(ctx, ben, his.filter.id, sly).await, Err(Error::NotFound)));
            let draft = Draft { visibility: Some(Visibility::Direct), ..saying("secret") };
            let secret = posts::publish(ctx, ana, draft, None).await.unwrap().status.id;
            assert!(matches!(add_status(ctx, ben, his.filter.id, secret).await, Err(Error::NotFound)));
            assert_eq!(one(ctx, ana, id).await.unwrap(), hers);
        });
    }

    fn a_phrase_is_a_keyword_of_a_filter(fresh: &Fresh) {
        let world = World::new(fresh);
        run(async {
            let (ctx, ana) = (Arc::clone(&world.ctx), &world.ana);
            let word = |text: &str| KeywordChange { keyword: Some(text.to_owned()), whole_word: Some(false), ..KeywordChange::default() };
            let made = phrases::create(&ctx, ana, wanting("tea", &[]), word("tea")).await.unwrap();
            let whole = one(&ctx, ana, made.filter.id).await.unwrap();
            assert_eq!((whole.filter.title.as_str(), whole.keywords.len()), ("tea", 1));
            let hide = FilterChange { action: Some(FilterAction::Hide), ..FilterChange::default() };
            let changed = phrases::update(&ctx, ana, made.keyword.id, hide.clone(), word("coffee")).await.unwrap();
            assert_eq!((changed.filter.action, changed.keyword.keyword.as_str()), (FilterAction::Hide, "coffee"));
            // With a second keyword the filter is more than this version can show.
            let more = add_keyword(&ctx, ana, made.filter.id, word("milk")).await.unwrap();
            let warn = FilterChange { action: Some(FilterAction::Warn), ..FilterChange::default() };
            assert!(phrases::update(&ctx, ana, made.keyword.id, warn, KeywordChange::default()).await.is_err());
            assert!(phrases::update(&ctx, ana, made.keyword.id, hide, word("tea")).await.is_ok(), "the phrase alone");
            assert_eq!(phrases::all(&ctx, ana).await.unwrap().len(), 2);
            phrases::delete(&ctx, ana, more.id).await.unwrap();
            phrases::delete(&ctx, ana, made.keyword.id).await.unwrap();
            assert!(all(&ctx, ana).await.unwrap().is_empty(), "the last one takes the filter along");
        });
    }
}
