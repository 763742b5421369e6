//! Every captured document of other servers is understood, or refused for a stated reason; one
//! line per file is kept as a snapshot. The samples lie outside the repository: in the folder
//! that `BALAI_AP_SAMPLES` names, or beside it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail like tests"
)]

use std::fs;
use std::path::{Path, PathBuf};

use federation::vocabulary::{
    Act, Activity, Actor, Announced, Body, Note, Refusal, Subject, Understanding, Updated,
    understand,
};

/// The folder of the samples, if there is one. Who names a folder wants it read.
fn samples() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("BALAI_AP_SAMPLES") {
        return Some(named.into());
    }
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/ap-samples");
    if !beside.is_dir() {
        eprintln!("no samples at {}: nothing to read", beside.display());
        return None;
    }
    Some(beside)
}

/// All files below `folder`, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        let entries = fs::read_dir(&next).unwrap_or_else(|e| panic!("{}: {e}", next.display()));
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Mbin's own test suite replaces every id by the word `SCRUBBED_ID`, which is no address. It is
/// replaced once more, by one that could be: what is tested is the shape, not the id.
fn read(path: &Path) -> Vec<u8> {
    let bytes = fs::read(path).unwrap();
    match String::from_utf8(bytes) {
        Ok(text) => text
            .replace("SCRUBBED_ID", "https://kbin.test/scrubbed")
            .into_bytes(),
        Err(other) => other.into_bytes(),
    }
}

/// One line that says what was understood, in more detail than the logs would.
fn describe(result: &Result<Understanding, Refusal>) -> String {
    let understood = match result {
        Ok(understood) => understood,
        Err(refusal) => return format!("refused: {refusal}"),
    };
    let detail = match understood {
        Understanding::Activity(activity) => activity_detail(activity),
        Understanding::Note(note) => note_detail(note),
        Understanding::Actor(actor) => actor_detail(actor),
        _ => String::new(),
    };
    format!("understood: {understood}{detail}")
}

fn activity_detail(activity: &Activity) -> String {
    let inner = match &activity.act {
        Act::Create(Subject::Embedded(note)) => note_detail(note),
        Act::Update(Updated::Note(note)) => note_detail(note),
        Act::Update(Updated::Actor(actor)) => actor_detail(actor),
        Act::Announce(Announced::Note(note)) => note_detail(note),
        Act::Announce(Announced::Activity(inner)) => activity_detail(inner),
        _ => String::new(),
    };
    let proof = if activity.has_proof { " [proof]" } else { "" };
    let (to, cc) = (activity.addresses.to.len(), activity.addresses.cc.len());
    let audience = activity.addresses.audience.len();
    format!("{proof} [to {to} cc {cc} audience {audience}]{inner}")
}

fn note_detail(note: &Note) -> String {
    let shown = note.display();
    let mut parts = vec![];
    let seen = if note.addresses.is_public() {
        "public"
    } else if note.addresses.is_unlisted() {
        "unlisted"
    } else {
        "private"
    };
    parts.push(seen.to_owned());
    let flags = [
        ("reply", note.in_reply_to.is_some()),
        ("title", shown.title.is_some()),
        ("warning", shown.spoiler.is_some()),
        ("sensitive", note.sensitive),
        ("source", note.source.is_some()),
        ("link", shown.link.is_some()),
        ("image", note.image.is_some()),
        (
            "context",
            note.context.is_some() || note.conversation.is_some(),
        ),
        ("replies", note.replies.is_some()),
        ("quote", note.quote.is_some()),
        ("page", note.url.is_some()),
        ("group", note.group.is_some()),
        ("dated", note.published.is_some()),
        (
            "place",
            note.event.as_ref().is_some_and(|e| e.location.is_some()),
        ),
    ];
    parts.extend(flags.iter().filter(|f| f.1).map(|f| f.0.to_owned()));
    let kinds = note.attachments.iter().map(|a| format!("{:?}", a.kind));
    parts.extend(kinds.map(|kind| kind.to_lowercase()));
    parts.extend(note.language.as_ref().map(|tag| format!("in {tag}")));
    let counts = [
        ("mentions", note.tags.mentions.len()),
        ("hashtags", note.tags.hashtags.len()),
        ("emoji", note.tags.emojis.len()),
    ];
    parts.extend(
        counts
            .iter()
            .filter(|c| c.1 > 0)
            .map(|(name, n)| format!("{n} {name}")),
    );
    format!(" {{{}}}", parts.join(", "))
}

fn actor_detail(actor: &Actor) -> String {
    let mut parts = vec![format!("@{}", actor.preferred_username)];
    let flags = [
        ("shared inbox", actor.shared_inbox.is_some()),
        ("page", actor.url.is_some()),
        ("featured", actor.featured.is_some()),
        ("moderators", actor.moderators.is_some()),
        ("members", actor.members.is_some()),
        ("approves", actor.manually_approves_followers),
        ("mods only", actor.posting_restricted_to_mods),
        ("icon", actor.icon.is_some()),
        ("image", actor.image.is_some()),
        ("handle", actor.webfinger.is_some()),
    ];
    parts.extend(flags.iter().filter(|f| f.1).map(|f| f.0.to_owned()));
    let counts = [
        (
            "keys",
            actor.public_keys.len() + actor.assertion_methods.len(),
        ),
        ("fields", actor.fields.len()),
        ("owners", actor.owners.len()),
        ("aliases", actor.also_known_as.len()),
    ];
    parts.extend(
        counts
            .iter()
            .filter(|c| c.1 > 0)
            .map(|(name, n)| format!("{n} {name}")),
    );
    format!(" {{{}}}", parts.join(", "))
}

/// Reads all files of one folder and keeps what became of them.
fn folder(name: &str, count: usize, refused: usize) {
    let Some(samples) = samples() else { return };
    let files = files(&samples.join(name));
    let lines: Vec<String> = files
        .iter()
        .map(|path| {
            let short = path.strip_prefix(&samples).unwrap().display();
            format!("{short}: {}", describe(&understand(&read(path))))
        })
        .collect();
    insta::assert_snapshot!(name, lines.join("\n"));
    assert_eq!(files.len(), count);
    let no = lines
        .iter()
        .filter(|line| line.contains(": refused: "))
        .count();
    assert_eq!(no, refused);
}

#[test]
fn lemmy_and_the_servers_it_captured() {
    folder("lemmy", 124, 0);
}

#[test]
fn mbin() {
    folder("mbin", 111, 0);
}

#[test]
fn mobilizon_and_the_servers_it_captured() {
    // The five host-meta documents of WebFinger's forerunner are XML.
    folder("mobilizon", 51, 5);
}

#[test]
fn nothing_else_makes_the_reader_stumble() {
    let Some(samples) = samples() else { return };
    let mut read_files = 0;
    for name in [
        "fedify",
        "bovine",
        "fediverse-pasture-inputs",
        "smithereen-ld-signature",
    ] {
        for path in files(&samples.join(name)) {
            let _ = understand(&read(&path));
            read_files += 1;
        }
    }
    assert!(read_files > 80, "{read_files}");
}

/// The funfedi.dev examples are variations of one Note: each is put into a whole one.
#[test]
fn variations_of_a_note_are_read_one_by_one() {
    let Some(samples) = samples() else { return };
    let mut lines = Vec::new();
    for path in files(&samples.join("fediverse-pasture-inputs")) {
        let inputs: serde_json::Value = serde_json::from_slice(&read(&path)).unwrap();
        for (n, example) in inputs["examples"].as_array().unwrap().iter().enumerate() {
            let mut note = serde_json::json!({
                "id": "https://pasture.example/objects/1", "type": "Note",
                "attributedTo": "https://pasture.example/actor",
                "to": ["https://www.w3.org/ns/activitystreams#Public"],
                "published": "2026-01-01T00:00:00Z",
            });
            let members = example.as_object().unwrap().clone();
            note.as_object_mut().unwrap().extend(members);
            let result = understand(note.to_string().as_bytes());
            let short = path.file_stem().unwrap().display();
            let line = match &result {
                Ok(Understanding::Note(note)) => {
                    let body = match note.display().body {
                        Body::Html(html) => format!("{} of html", html.len()),
                        Body::Markdown(text) => format!("{} of markdown", text.len()),
                    };
                    format!("{}, {body}{}", note.kind.name(), note_detail(note))
                }
                _ => describe(&result),
            };
            lines.push(format!("{short} {n}: {line}"));
        }
    }
    insta::assert_snapshot!("variations", lines.join("\n"));
}
