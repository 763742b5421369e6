//! Pictures: taken in, made anew, described, attached, left behind.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, RgbImage};
use serde_json::json;

use crate::harness::{Answer, Client, Part, Stage, id_of, on_both_engines};

on_both_engines![
    a_picture_is_taken_described_and_attached,
    what_is_no_picture_is_refused_and_leaves_nothing,
    a_picture_is_its_owners,
];

/// A picture with something to see on it.
pub(crate) fn picture(width: u32, height: u32) -> Vec<u8> {
    let pixels = RgbImage::from_fn(width, height, |x, y| {
        let part = |at: u32, of: u32| u8::try_from(at * 255 / of.max(1)).unwrap_or(255);
        image::Rgb([part(x, width), part(y, height), 128])
    });
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(pixels)
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("a picture");
    bytes.into_inner()
}

/// The same with a secret in its metadata.
fn talkative() -> Vec<u8> {
    const SECRET: &[u8] = b"tEXtComment\0taken at home";
    let mut bytes = picture(320, 200);
    // A text chunk after the header, which is 8 bytes of signature and 25 of IHDR.
    let mut chunk = u32::try_from(SECRET.len() - 4)
        .expect("short")
        .to_be_bytes()
        .to_vec();
    chunk.extend_from_slice(SECRET);
    chunk.extend(crc(SECRET).to_be_bytes());
    bytes.splice(33..33, chunk);
    bytes
}

/// The checksum of PNG chunks.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 {
                (sum >> 1) ^ 0xEDB8_8320
            } else {
                sum >> 1
            }
        })
    })
}

fn upload(who: &Client, bytes: &[u8], description: &str) -> Answer {
    let parts = [
        Part {
            name: "file",
            file: Some(("bean.png", "image/png")),
            bytes,
        },
        Part {
            name: "description",
            file: None,
            bytes: description.as_bytes(),
        },
        Part {
            name: "focus",
            file: None,
            bytes: b"0.5,-0.5",
        },
    ];
    who.multipart("/api/v2/media", &parts)
}

fn a_picture_is_taken_described_and_attached(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let given = talkative();
    let media = upload(&ana, &given, "A bean").ok();
    assert_eq!(media["type"], "image");
    assert_eq!(media["description"], "A bean");
    assert_eq!(media["meta"]["focus"], json!({ "x": 0.5, "y": -0.5 }));
    let size = (
        &media["meta"]["original"]["width"],
        &media["meta"]["original"]["height"],
    );
    assert_eq!(size, (&json!(320), &json!(200)));
    assert!(
        media["blurhash"]
            .as_str()
            .is_some_and(|hash| hash.len() >= 6),
        "{media}"
    );
    for address in ["url", "preview_url"] {
        let file = place
            .visitor()
            .get(media[address].as_str().expect("an address"));
        assert_eq!(file.status, 200, "{address}");
        assert!(
            file.header("content-type")
                .is_some_and(|kind| kind.starts_with("image/"))
        );
        assert_eq!(file.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(file.header("access-control-allow-origin"), Some("*"));
        let tells = file
            .bytes
            .windows(13)
            .any(|window| window == b"taken at home");
        assert!(!tells, "the picture tells where it was taken");
        assert!(
            image::load_from_memory(&file.bytes).is_ok(),
            "{address} is a picture"
        );
    }
    let id = id_of(&media);
    let path = format!("/api/v1/media/{id}");
    assert_eq!(ana.get(&path).ok()["id"], id.as_str());
    let told = ana.put(&path, &json!({ "description": "Two beans" })).ok();
    assert_eq!(told["description"], "Two beans");

    let draft = json!({ "status": "look", "media_ids": [id] });
    let status = ana.post("/api/v1/statuses", &draft).ok();
    assert_eq!(status["media_attachments"][0]["id"], id.as_str());
    assert_eq!(status["media_attachments"][0]["description"], "Two beans");
    let path = format!("/api/v1/accounts/{}/statuses?only_media=true", ana.id);
    assert_eq!(ana.get(&path).ids(), [id_of(&status)]);
    // A picture is attached once.
    ana.post("/api/v1/statuses", &draft).refused(422);
}

fn what_is_no_picture_is_refused_and_leaves_nothing(stage: &Stage) {
    let place = stage.instance();
    let ana = place.person("ana");
    let before = place.row_counts();
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>";
    let mut huge = picture(8, 8);
    // The header says 65,535 by 65,535.
    huge.splice(16..24, [0, 0, 255, 255, 0, 0, 255, 255]);
    let sum = crc(&huge[12..29]).to_be_bytes();
    huge.splice(29..33, sum);
    for bytes in [
        &b"not a picture"[..],
        &svg[..],
        &[],
        &picture(64, 64)[..60],
        &huge,
    ] {
        upload(&ana, bytes, "").refused(422);
    }
    ana.multipart("/api/v2/media", &[]).refused(422);
    assert_eq!(place.row_counts(), before);
}

fn a_picture_is_its_owners(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    let id = id_of(&upload(&ana, &picture(64, 64), "Mine").ok());
    let path = format!("/api/v1/media/{id}");
    ben.get(&path).refused(404);
    ben.put(&path, &json!({ "description": "Yours" }))
        .refused(404);
    ben.delete(&path).refused(404);
    let draft = json!({ "status": "look", "media_ids": [id] });
    let answer = ben.post("/api/v1/statuses", &draft);
    assert!(matches!(answer.status, 404 | 422), "{}", answer.status);
    ana.delete(&format!("/api/v1/media/{id}")).ok();
    ana.get(&path).refused(404);
    place.visitor().multipart("/api/v2/media", &[]).refused(401);
}
