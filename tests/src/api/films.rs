//! Sound and film: taken in, converted without what they tell, refused where they are traps or where the
//! program is missing. The files are made here, by the same program that people make theirs with.

use std::process::Command;

use serde_json::{Value, json};

use super::media::picture;
use crate::harness::{Answer, Client, Part, Stage, eventually, id_of, on_both_engines};

on_both_engines![
    a_film_is_converted_and_shown,
    a_song_keeps_its_form_and_loses_its_tags,
    an_animation_becomes_a_silent_film,
    traps_are_refused_and_leave_nothing,
    a_file_is_served_in_parts,
    what_is_in_the_works_is_attached_to_nothing,
];

/// What stands in the tags of everything that is sent.
const SECRET: &str = "recorded at home by ana";

/// A file that the program makes; nothing where it is not installed (CI installs it).
pub(super) fn made(name: &str, how: &[&str]) -> Option<Vec<u8>> {
    let program = testbench::tool("ffmpeg")?;
    let folder = testbench::Sandbox::new("film");
    let path = folder.join(name);
    let done = Command::new(program)
        .args(["-nostdin", "-v", "error", "-y"])
        .args(how)
        .args(["-metadata", &format!("title={SECRET}")])
        .args(["-metadata:s", &format!("title={SECRET}")])
        .arg(&path)
        .status()
        .expect("the program runs");
    assert!(done.success(), "{name} was not made");
    Some(std::fs::read(path).expect("a file"))
}

/// A second and a half of a test card with a tone.
fn film(name: &str, codecs: &[&str]) -> Option<Vec<u8>> {
    let mut how = vec![
        "-f",
        "lavfi",
        "-i",
        "testsrc=size=320x200:rate=10:duration=1.5",
        "-f",
        "lavfi",
        "-i",
        "sine=frequency=440:duration=1.5",
    ];
    how.extend(codecs);
    made(name, &how)
}

fn send(who: &Client, path: &str, bytes: &[u8], thumbnail: Option<&[u8]>) -> Answer {
    let mut parts = vec![Part {
        name: "file",
        file: Some(("../../a.mp4", "video/mp4")),
        bytes,
    }];
    if let Some(bytes) = thumbnail {
        parts.push(Part {
            name: "thumbnail",
            file: Some(("small.png", "image/png")),
            bytes,
        });
    }
    who.multipart(path, &parts)
}

/// Asks until it is fit, as apps do.
fn wait(who: &Client, id: &str) -> Value {
    eventually("the file is converted", || {
        let answer = who.get(&format!("/api/v1/media/{id}"));
        match answer.status {
            206 => {
                assert_eq!(answer.json()["url"], Value::Null);
                None
            }
            _ => Some(answer.ok()),
        }
    })
}

fn has(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|it| it == text.as_bytes())
}

fn a_film_is_converted_and_shown(stage: &Stage) {
    let codecs = ["-c:v", "libvpx", "-c:a", "libvorbis"];
    let Some(webm) = film("a.webm", &codecs) else {
        return;
    };
    assert!(has(&webm, SECRET));
    let place = stage.instance();
    let ana = place.person("ana");
    let small = picture(50, 50);
    let sent = send(&ana, "/api/v2/media", &webm, Some(&small));
    assert_eq!(sent.status, 202);
    let sent = sent.json();
    assert_eq!(
        (&sent["type"], &sent["url"]),
        (&json!("video"), &Value::Null)
    );
    let id = id_of(&sent);
    let done = wait(&ana, &id);
    let url = done["url"].as_str().expect("an address");
    assert!(url.ends_with(".mp4"), "{url}");
    let preview = done["preview_url"].as_str().expect("an address");
    assert!(preview.ends_with(".png"), "{preview}");
    let original = &done["meta"]["original"];
    assert_eq!(
        (&original["width"], &original["height"]),
        (&json!(320), &json!(200))
    );
    let length = original["duration"].as_f64().expect("a length");
    assert!((1.3..1.8).contains(&length), "{length}");
    assert_eq!(original["frame_rate"], "10/1");
    assert_eq!(done["meta"]["small"]["width"], 50);
    let file = place.visitor().get(url);
    assert_eq!(file.header("content-type"), Some("video/mp4"));
    assert!(
        !has(&file.bytes, SECRET),
        "the film tells where it was made"
    );
    assert_eq!(file.bytes.get(4..8), Some(&b"ftyp"[..]));

    // The older call waits until it is fit; what is plain already is only packed anew.
    let codecs = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac"];
    let mp4 = film("a.mp4", &codecs).expect("the program is here");
    let done = send(&ana, "/api/v1/media", &mp4, None).ok();
    assert_eq!(done["type"], "video");
    let poster = place
        .visitor()
        .get(done["preview_url"].as_str().expect("an address"));
    assert!(image::load_from_memory(&poster.bytes).is_ok());
    assert!(done["blurhash"].is_string());
    let film = place
        .visitor()
        .get(done["url"].as_str().expect("an address"));
    assert!(!has(&film.bytes, SECRET));
    // The table of contents stands before the film.
    let at = |word: &[u8]| film.bytes.windows(4).position(|it| it == word);
    assert!(
        at(b"moov") < at(b"mdat"),
        "it cannot be shown while it loads"
    );
    let draft = json!({"status": "look", "media_ids": [id_of(&done)]});
    let status = ana.post("/api/v1/statuses", &draft).ok();
    assert_eq!(status["media_attachments"][0]["type"], "video");
    // What is part of a post is no upload any more.
    ana.delete(&format!("/api/v1/media/{}", id_of(&done)))
        .refused(422);

    let limits = place.visitor().get("/api/v2/instance").ok();
    let kinds = limits["configuration"]["media_attachments"]["supported_mime_types"].clone();
    assert!(
        kinds
            .as_array()
            .expect("a list")
            .contains(&json!("video/webm"))
    );
}

fn a_song_keeps_its_form_and_loses_its_tags(stage: &Stage) {
    let tone = ["-f", "lavfi", "-i", "sine=frequency=440:duration=1"];
    let Some(mp3) = made("a.mp3", &tone) else {
        return;
    };
    assert!(has(&mp3, SECRET));
    let place = stage.instance();
    let ana = place.person("ana");
    for (bytes, ending, kind) in [
        (mp3, ".mp3", "audio/mpeg"),
        (
            made("a.ogg", &[&tone[..], &["-c:a", "libopus"]].concat()).expect("opus"),
            ".ogg",
            "audio/ogg",
        ),
        (made("a.m4a", &tone).expect("aac"), ".m4a", "audio/mp4"),
        (made("a.flac", &tone).expect("flac"), ".mp3", "audio/mpeg"),
        (made("a.wav", &tone).expect("wav"), ".mp3", "audio/mpeg"),
    ] {
        let done = send(&ana, "/api/v1/media", &bytes, None).ok();
        assert_eq!(done["type"], "audio", "{ending}");
        let url = done["url"].as_str().expect("an address");
        assert!(url.ends_with(ending), "{url}");
        let length = done["meta"]["original"]["duration"]
            .as_f64()
            .expect("a length");
        assert!((0.9..1.2).contains(&length), "{length}");
        let file = place.visitor().get(url);
        assert_eq!(file.header("content-type"), Some(kind));
        assert!(!has(&file.bytes, SECRET), "{ending} tells");
        ana.delete(&format!("/api/v1/media/{}", id_of(&done))).ok();
        assert_eq!(place.visitor().get(url).status, 404);
    }
}

fn an_animation_becomes_a_silent_film(stage: &Stage) {
    let card = ["-f", "lavfi", "-i", "testsrc=size=64x48:rate=5:duration=1"];
    let Some(gif) = made("a.gif", &card) else {
        return;
    };
    let place = stage.instance();
    let ana = place.person("ana");
    let sent = send(&ana, "/api/v2/media", &gif, None);
    assert_eq!(sent.status, 202);
    let done = wait(&ana, &id_of(&sent.json()));
    assert_eq!(done["type"], "gifv");
    assert!(
        done["url"]
            .as_str()
            .is_some_and(|url| url.ends_with(".mp4"))
    );
    assert!(done["preview_url"].is_string());

    // Without the program it stays the picture that it is, and a film is refused with the reason.
    let bare = stage.instance_with(|media| media.ffmpeg = "off".to_owned());
    let ben = bare.person("ben");
    let done = send(&ben, "/api/v2/media", &gif, None).ok();
    assert_eq!(done["type"], "image");
    assert!(
        done["url"]
            .as_str()
            .is_some_and(|url| url.ends_with(".gif"))
    );
    let mp4 = made("a.mp4", &card).expect("a film");
    let refused = send(&ben, "/api/v2/media", &mp4, None);
    refused.refused(422);
    assert!(
        refused.json()["error"]
            .as_str()
            .is_some_and(|text| text.contains("ffmpeg"))
    );
    let limits = bare.visitor().get("/api/v1/instance").ok();
    let limits = &limits["configuration"]["media_attachments"];
    assert_eq!(limits["video_size_limit"], 0);
    assert!(!limits["supported_mime_types"].to_string().contains("video"));
}

fn traps_are_refused_and_leave_nothing(stage: &Stage) {
    let card = ["-f", "lavfi", "-i", "testsrc=size=64x48:rate=5:duration=1"];
    let Some(mp4) = made("a.mp4", &card) else {
        return;
    };
    let place = stage.instance();
    let ana = place.person("ana");
    let before = place.row_counts();
    let playlist =
        b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n";
    let mut disguised = b"\0\0\0\x18ftypisom\0\0\0\0isommp41".to_vec();
    disguised.extend_from_slice(playlist);
    let mut wide = made(
        "w.mp4",
        &[
            "-f",
            "lavfi",
            "-i",
            "color=size=8192x2048:rate=1:duration=1",
        ],
    )
    .expect("a wide film");
    for bytes in [
        &playlist[..],
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        &disguised,
        &mp4[..mp4.len() / 3],
        b"\x1a\x45\xdf\xa3 and nothing more",
        b"ID3\x04 and nothing more",
        b"<html><video src='file:///etc/passwd'></video></html>",
        &wide,
    ] {
        send(&ana, "/api/v2/media", bytes, None).refused(422);
        send(&ana, "/api/v1/media", bytes, None).refused(422);
    }
    assert_eq!(place.row_counts(), before);
    wide.resize(60 * 1024 * 1024, 0);
    let much = send(&ana, "/api/v2/media", &wide, None);
    assert!(matches!(much.status, 413 | 422), "{}", much.status);
}

fn a_file_is_served_in_parts(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let done = send(&ana, "/api/v2/media", &picture(64, 64), None).ok();
    let url = done["url"].as_str().expect("an address").to_owned();
    let visitor = place.visitor();
    let ask = |range: &str| visitor.ask(http::Method::GET, &url, &[("range", range)], None);
    let whole = visitor.get(&url);
    assert_eq!(whole.header("accept-ranges"), Some("bytes"));
    assert!(
        whole
            .header("cache-control")
            .is_some_and(|it| it.contains("immutable"))
    );
    let size = whole.bytes.len();
    let part = ask("bytes=4-9");
    assert_eq!(part.status, 206);
    assert_eq!(part.bytes, whole.bytes.slice(4..10));
    assert_eq!(
        part.header("content-range"),
        Some(format!("bytes 4-9/{size}").as_str())
    );
    assert_eq!(ask("bytes=-3").bytes, whole.bytes.slice(size - 3..));
    assert_eq!(ask("bytes=0-").status, 206);
    assert_eq!(ask(&format!("bytes={size}-")).status, 416);
    let many = (0..1000)
        .map(|n| format!("{n}-{n}"))
        .collect::<Vec<_>>()
        .join(",");
    assert_eq!(ask(&format!("bytes={many}")).bytes.len(), size);
    let tag = whole.header("etag").expect("a tag").to_owned();
    let again = visitor.ask(http::Method::GET, &url, &[("if-none-match", &tag)], None);
    assert_eq!(again.status, 304);
    assert_eq!(visitor.ask(http::Method::HEAD, &url, &[], None).status, 200);
}

fn what_is_in_the_works_is_attached_to_nothing(stage: &Stage) {
    use database::media_attachments::{self, FAILED, IN_THE_WORKS};
    let place = stage.instance();
    let ana = place.person("ana");
    let id = id_of(&send(&ana, "/api/v2/media", &picture(64, 64), None).ok());
    let set = |state: i16| {
        let mut conn = place.conn();
        let mut row = media_attachments::find(&mut conn, id.parse().expect("an id"))
            .expect("the database")
            .expect("a row");
        row.state = state;
        media_attachments::put(&mut conn, &row).expect("the database");
    };
    let draft = json!({"status": "look", "media_ids": [id]});
    set(IN_THE_WORKS);
    assert_eq!(ana.get(&format!("/api/v1/media/{id}")).status, 206);
    let before = place.row_counts();
    let text = ana.post("/api/v1/statuses", &draft).refused(422);
    assert!(text.contains("finished processing"), "{text}");
    set(FAILED);
    ana.get(&format!("/api/v1/media/{id}")).refused(422);
    ana.post("/api/v1/statuses", &draft).refused(422);
    assert_eq!(place.row_counts(), before);
    ana.delete(&format!("/api/v1/media/{id}")).ok();
}
