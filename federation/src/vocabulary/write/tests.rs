//! What we write is read back by what reads others, and two documents are shown in full.

use model::Millis;
use serde_json::{Value, json};

use super::activities::{self, BlockDoc, Envelope};
use super::actors::{ActorDoc, Ed25519KeyDoc, GroupDoc, PictureDoc, RsaKeyDoc, actor};
use super::notes::{EmojiDoc, HashtagDoc, MediaDoc, MentionDoc, NoteDoc, PollDoc, note, tombstone};
use super::{Addressing, collections, document};
use crate::vocabulary::{
    AS_PUBLIC, Act, ActorKind, Announced, NoteKind, Recipient, Understanding, understand,
};

const GROUP: &str = "https://near.example/g/books";
const ANA: &str = "https://near.example/users/ana";
const AT: Millis = Millis(1_764_000_000_000);

fn group() -> ActorDoc {
    ActorDoc {
        kind: ActorKind::Group,
        id: GROUP.into(),
        preferred_username: "books".into(),
        name: "Books".into(),
        summary: "<p>We read.</p>".into(),
        source: Some("We read.".into()),
        url: "https://near.example/@books".into(),
        webfinger: Some("books@near.example".into()),
        inbox: format!("{GROUP}/inbox"),
        shared_inbox: Some("https://near.example/inbox".into()),
        outbox: format!("{GROUP}/outbox"),
        followers: Some(format!("{GROUP}/followers")),
        featured: Some(format!("{GROUP}/featured")),
        group: Some(GroupDoc {
            moderators: format!("{GROUP}/moderators"),
            posting_restricted_to_mods: true,
            members_only: true,
            sensitive: false,
            languages: vec!["id".to_owned()],
        }),
        manually_approves_followers: true,
        discoverable: true,
        published: Some(AT),
        icon: Some(PictureDoc {
            url: "https://near.example/media/k.png".into(),
            media_type: Some("image/png".into()),
            name: None,
        }),
        fields: vec![("Rules".into(), "<p>Be kind.</p>".into())],
        rsa_key: Some(RsaKeyDoc {
            id: format!("{GROUP}#main-key"),
            pem: "-----BEGIN PUBLIC KEY-----".into(),
        }),
        ed25519_key: Some(Ed25519KeyDoc {
            id: format!("{GROUP}#ed25519-key"),
            multibase: "z6MkExample".into(),
        }),
        ..ActorDoc::default()
    }
}

fn thread() -> NoteDoc {
    NoteDoc {
        kind: NoteKind::Page,
        id: format!("{ANA}/statuses/1"),
        url: "https://near.example/@ana/1".into(),
        attributed_to: ANA.into(),
        name: Some("Dune".into()),
        content: Some("<p>Read it.</p>".into()),
        language: Some("en".into()),
        source: Some("Read it.".into()),
        published: Some(AT),
        addressing: Addressing {
            to: vec![GROUP.into(), AS_PUBLIC.into()],
            cc: vec![format!("{ANA}/followers")],
            audience: Some(GROUP.into()),
        },
        context: Some(format!("{ANA}/statuses/1/context")),
        replies: Some(format!("{ANA}/statuses/1/replies")),
        link: Some("https://dune.example/".into()),
        media: vec![MediaDoc {
            url: "https://near.example/media/d.jpg".into(),
            media_type: "image/jpeg".into(),
            name: Some("A worm".into()),
            width: Some(800),
            height: Some(600),
            blurhash: Some("LEHV6nWB2yk8".into()),
            focus: Some((0.0, -0.5)),
        }],
        mentions: vec![MentionDoc {
            href: GROUP.into(),
            name: "@books@near.example".into(),
        }],
        hashtags: vec![HashtagDoc {
            href: "https://near.example/tags/dune".into(),
            name: "dune".into(),
        }],
        emojis: vec![EmojiDoc {
            id: "https://near.example/emojis/worm".into(),
            shortcode: "worm".into(),
            url: "https://near.example/media/w.png".into(),
            media_type: None,
        }],
        ..NoteDoc::default()
    }
}

fn envelope(actor: &str) -> Envelope {
    Envelope {
        id: format!("{actor}/activities/1"),
        actor: actor.into(),
        addressing: Addressing::only_to("https://far.example/u"),
        published: None,
    }
}

fn read(value: Value) -> Understanding {
    understand(document(value).to_string().as_bytes()).unwrap()
}

fn act(value: Value) -> Act {
    match read(value) {
        Understanding::Activity(activity) => activity.act,
        other => panic!("{other}"),
    }
}

fn snapshot(name: &str, value: &Value) {
    insta::with_settings!({sort_maps => true}, { insta::assert_json_snapshot!(name, value) });
}

#[test]
fn the_context_stands_once_and_on_top() {
    let value = document(activities::create("https://near.example/a/1", &thread()));
    let text = value.to_string();
    assert_eq!(text.matches("@context").count(), 1);
    assert!(text.starts_with("{\"@context\":"));
}

#[test]
fn a_group_says_everything_its_peers_ask_for() {
    let Understanding::Actor(read) = read(actor(&group())) else {
        panic!()
    };
    assert_eq!(read.kind, ActorKind::Group);
    assert_eq!(
        read.moderators.unwrap().as_str(),
        format!("{GROUP}/moderators")
    );
    assert_eq!(read.public_keys.len(), 1);
    assert_eq!(read.assertion_methods.len(), 1);
    assert_eq!(read.webfinger.as_deref(), Some("books@near.example"));
    assert!(
        read.posting_restricted_to_mods && read.manually_approves_followers && read.members_only
    );
    assert_eq!(
        read.shared_inbox.unwrap().as_str(),
        "https://near.example/inbox"
    );
    snapshot("group", &actor(&group()));
}

#[test]
fn a_thread_is_addressed_alike_on_both_levels() {
    let create = activities::create("https://near.example/a/1", &thread());
    for name in ["to", "cc", "audience"] {
        assert_eq!(create[name], create["object"][name], "{name}");
    }
    assert!(create["object"].get("@context").is_none());
    // Lemmy reads one group here, not a list.
    assert_eq!(create["audience"], GROUP);
    snapshot("create_page", &create);
}

#[test]
fn a_thread_comes_back_as_it_was_written() {
    let Understanding::Note(read) = read(note(&thread())) else {
        panic!()
    };
    let shown = read.display();
    assert_eq!(shown.title.as_deref(), Some("Dune"));
    assert_eq!(shown.link.unwrap().as_str(), "https://dune.example/");
    assert_eq!(read.language.as_deref(), Some("en"));
    assert_eq!(read.published, Some(AT));
    assert_eq!(read.addresses.to.get(1), Some(&Recipient::Public));
    assert_eq!(read.attachments.len(), 2);
    assert_eq!(read.attachments[1].focus, Some((0.0, -0.5)));
    assert_eq!(read.tags.mentions.len() + read.tags.hashtags.len(), 2);
    assert_eq!(read.tags.emojis[0].shortcode, "worm");
}

#[test]
fn a_poll_and_a_quote_come_back() {
    let mut doc = thread();
    doc.kind = NoteKind::Question;
    doc.quote = Some("https://far.example/1".into());
    doc.poll = Some(PollDoc {
        options: vec![("Tea".into(), 2), ("Coffee".into(), 0)],
        multiple: true,
        end_time: Some(AT),
        closed: None,
        voters: 2,
    });
    let Understanding::Note(read) = read(note(&doc)) else {
        panic!()
    };
    let poll = read.poll.unwrap();
    assert!(poll.multiple);
    assert_eq!(poll.options[0].votes, 2);
    assert_eq!(poll.end_time, Some(AT));
    assert_eq!(read.quote.unwrap().as_str(), "https://far.example/1");
}

#[test]
fn every_activity_is_understood_by_ourselves() {
    let from = envelope(ANA);
    let create = activities::create("https://near.example/a/1", &thread());
    let follow = activities::follow(&from, "https://far.example/u");
    let gone = tombstone("https://near.example/1", Some(NoteKind::Note), Some(AT));
    let ban = BlockDoc {
        object: "https://far.example/u".into(),
        target: Some(GROUP.into()),
        reason: Some("spam".into()),
        end_time: Some(AT),
        remove_data: true,
    };
    let (post, place) = ("https://far.example/1", format!("{GROUP}/featured"));
    let cases = [
        ("Create", create.clone()),
        (
            "Update",
            activities::update_note("https://near.example/a/2", &thread()),
        ),
        ("Update", activities::update_actor(&from, &group())),
        ("Delete", activities::delete(&from, gone, Some("off topic"))),
        ("Announce", activities::announce(&from, json!(post))),
        ("Like", activities::like(&from, post)),
        ("Follow", follow.clone()),
        ("Accept", activities::accept(&from, follow.clone())),
        ("Reject", activities::reject(&from, json!(post))),
        ("Undo", activities::undo(&from, follow)),
        ("Block", activities::block(&from, &ban)),
        ("Add", activities::add(&from, post, &place)),
        ("Remove", activities::remove(&from, post, &place)),
        ("Lock", activities::lock(&from, post, None)),
        ("Flag", activities::flag(&from, &[post.into()], "look")),
        ("Move", activities::move_to(&from, "https://far.example/u")),
    ];
    for (name, value) in cases {
        assert_eq!(act(value).name(), name);
    }
    let Act::Announce(Announced::Activity(inner)) = act(activities::announce(&from, create)) else {
        panic!()
    };
    assert_eq!(inner.act.name(), "Create");
}

#[test]
fn collections_come_in_three_forms() {
    let id = "https://near.example/c";
    let Understanding::Collection(read) = read(collections::count_only(id, 7)) else {
        panic!()
    };
    assert_eq!((read.total_items, read.items.len()), (Some(7), 0));
    let items = vec![json!(ANA)];
    assert_eq!(
        self::read(collections::with_items(id, items.clone())).to_string(),
        format!("OrderedCollection {id}, 1 items here of 1")
    );
    let cover = collections::with_pages(id, 1, "https://near.example/c?page=1", Some(ANA));
    assert!(matches!(self::read(cover), Understanding::Collection(c) if c.first.is_some()));
    let page = collections::page("https://near.example/c?page=1", id, items, None);
    assert!(matches!(self::read(page), Understanding::Collection(c) if c.part_of.is_some()));
}
