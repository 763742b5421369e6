//! What lies on other servers is shown through copies of ours: fetched once when someone looks, made anew,
//! kept within a quota, and never for who made an address up.

use serde_json::{Value, json};

use super::media::picture;
use crate::harness::{Instance, Peer, Person, Stage, eventually, on_both_engines};

on_both_engines![
    remote_pictures_are_ours_before_anyone_sees_them,
    what_is_no_picture_is_not_copied,
    copies_stay_within_their_quota,
    a_copy_goes_with_its_post,
];

/// A status of eve's with these files, as ana sees it.
fn told(place: &Instance, peer: &Peer, ana: &Person, word: &str, files: &[(&str, &str)]) -> Value {
    let me = format!("{}/users/ana", place.base);
    let mut create = peer.create(word, "look", &me);
    create["object"]["attachment"] = files
        .iter()
        .map(|(path, kind)| {
            json!({"type": "Document", "mediaType": kind, "url": format!("{}{path}", peer.base)})
        })
        .collect();
    let uri = create["object"]["id"].as_str().expect("an id").to_owned();
    let sent = peer.send(&place.url("/inbox"), &create);
    assert!(matches!(sent.status, 200..=202), "{}", sent.status);
    eventually("the status arrived", || ana.known_status(&uri))
}

fn address(of: &Value, key: &str) -> String {
    of[key].as_str().unwrap_or_default().to_owned()
}

fn remote_pictures_are_ours_before_anyone_sees_them(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let peer = Peer::new("mastodon");
    let mut bytes = picture(320, 200);
    // What stands behind the end of a picture is not part of it.
    bytes.extend_from_slice(b"<script>hidden</script>");
    peer.serve("/a.png", "image/png", bytes);
    let status = told(&place, &peer, &ana, "one", &[("/a.png", "image/png")]);
    let shown = &status["media_attachments"][0];
    let (url, small) = (address(shown, "url"), address(shown, "preview_url"));
    assert_eq!(address(shown, "remote_url"), format!("{}/a.png", peer.base));
    for ours in [&url, &small] {
        assert!(
            ours.starts_with(&format!("{}/media/proxy/", place.base)),
            "{ours}"
        );
    }
    // Nothing was fetched until someone looks, and then once.
    assert!(!peer.fetched().contains(&"/a.png".to_owned()));
    let visitor = place.visitor();
    for ours in [&url, &small, &url] {
        let copy = visitor.get(ours);
        assert_eq!(copy.status, 200);
        assert!(
            copy.header("content-type")
                .is_some_and(|it| it.starts_with("image/"))
        );
        assert_eq!(copy.header("x-content-type-options"), Some("nosniff"));
        assert!(!copy.bytes.windows(8).any(|it| it == b"<script>"));
        assert!(image::load_from_memory(&copy.bytes).is_ok());
    }
    // An address that we did not hand out is none.
    let mut parts = url.rsplit('/');
    let (asked, key) = (
        parts.next().expect("an address"),
        parts.next().expect("a key"),
    );
    let forged = format!("/media/proxy/{}/{asked}", "0".repeat(key.len()));
    assert_eq!(visitor.get(&forged).status, 404);
    assert_eq!(
        visitor
            .get(&format!("/media/proxy/{key}/aHR0cDovL3gv"))
            .status,
        404
    );
    assert_eq!(visitor.get(&format!("/media/proxy/{key}")).status, 404);

    // A server that is blocked is not asked, and what we have of it is not shown.
    let host = peer.base.trim_start_matches("http://").to_owned();
    let block = database::domain_blocks::DomainBlock {
        id: model::RowId(1),
        domain: host,
        severity: model::DomainBlockSeverity::Silence,
        reject_media: true,
        reject_reports: false,
        obfuscate: false,
        private_comment: String::new(),
        public_comment: String::new(),
        created_at: crate::harness::now(),
    };
    database::domain_blocks::put(&mut place.conn(), &block).expect("the database");
    assert_eq!(visitor.get(&url).status, 404);
}

fn what_is_no_picture_is_not_copied(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let peer = Peer::new("mastodon");
    let page = b"<html><script>alert(1)</script></html>".to_vec();
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>".to_vec();
    peer.serve("/page.png", "image/png", page.clone());
    peer.serve("/page.html", "text/html", picture(8, 8));
    peer.serve("/a.svg", "image/svg+xml", svg);
    peer.serve(
        "/list.mp4",
        "video/mp4",
        b"#EXTM3U\nfile:///etc/passwd\n".to_vec(),
    );
    let mut song = b"ID3\x04\0\0\0\0\0\0".to_vec();
    song.extend_from_slice(&[0; 64]);
    peer.serve("/song.mp3", "audio/mpeg", song.clone());
    let paths = [
        ("/page.png", "image/png"),
        ("/page.html", "image/png"),
        ("/a.svg", "image/svg+xml"),
        ("/list.mp4", "video/mp4"),
        ("/song.mp3", "audio/mpeg"),
    ];
    let visitor = place.visitor();
    let shown = |word: &str, file: (&str, &str)| {
        let status = told(&place, &peer, &ana, word, &[file]);
        address(&status["media_attachments"][0], "url")
    };
    for (at, file) in paths.iter().take(4).enumerate() {
        let url = shown(&format!("n{at}"), *file);
        assert_eq!(visitor.get(&url).status, 404, "{}", file.0);
        // The failure is remembered for a while.
        assert_eq!(visitor.get(&url).status, 404);
        let asked = peer.fetched().iter().filter(|path| *path == file.0).count();
        assert_eq!(asked, 1, "{}", file.0);
    }
    // Sound passes as it is, under a type of ours.
    let copy = visitor.get(&shown("song", paths[4]));
    assert_eq!(copy.header("content-type"), Some("audio/mpeg"));
    assert_eq!(copy.bytes, song);
}

fn copies_stay_within_their_quota(stage: &Stage) {
    const QUOTA: i64 = 20_000;
    let place = stage.instance_with(|media| media.quota = QUOTA);
    let ana = place.person("ana");
    let peer = Peer::new("mastodon");
    let visitor = place.visitor();
    for at in 0..6 {
        let path = format!("/{at}.png");
        peer.serve(&path, "image/png", picture(300 + at, 200));
        let status = told(
            &place,
            &peer,
            &ana,
            &at.to_string(),
            &[(&path, "image/png")],
        );
        let url = address(&status["media_attachments"][0], "url");
        assert!(matches!(visitor.get(&url).status, 200), "{path}");
        let usage = database::remote_files::usage(&mut place.conn()).expect("the database");
        assert!((1..=QUOTA).contains(&usage.bytes), "{usage:?}");
    }
    let usage = database::remote_files::usage(&mut place.conn()).expect("the database");
    assert!(usage.files < 6, "something was given up: {usage:?}");
}

fn a_copy_goes_with_its_post(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let peer = Peer::new("mastodon");
    peer.serve("/a.png", "image/png", picture(64, 64));
    let status = told(&place, &peer, &ana, "one", &[("/a.png", "image/png")]);
    let url = address(&status["media_attachments"][0], "url");
    assert_eq!(place.visitor().get(&url).status, 200);
    let delete = json!({
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": peer.id("delete"),
        "type": "Delete",
        "actor": peer.actor(),
        "to": ["https://www.w3.org/ns/activitystreams#Public"],
        "object": status["uri"],
    });
    peer.send(&place.url("/inbox"), &delete);
    eventually("the copy is gone", || {
        (place.visitor().get(&url).status == 404).then_some(())
    });
    let asked = peer
        .fetched()
        .iter()
        .filter(|path| *path == "/a.png")
        .count();
    assert_eq!(asked, 1, "nobody fetched it again");
}
