//! Pictures of ana: what comes out, what stays behind, and that hostile files only fail.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, RgbImage, Rgba, RgbaImage};
use proptest::prelude::*;

use super::*;

fn write(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, format).unwrap();
    out.into_inner()
}

/// Left half red, right half blue.
fn two_halves(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, _| {
        image::Rgb(if x < width / 2 {
            [200, 20, 20]
        } else {
            [20, 20, 200]
        })
    })
    .into()
}

fn animated_gif(frames: usize) -> Vec<u8> {
    let palette = [255, 0, 0, 0, 0, 255];
    let mut encoder = gif::Encoder::new(Vec::new(), 8, 4, &palette).unwrap();
    encoder.set_repeat(gif::Repeat::Infinite).unwrap();
    encoder
        .write_raw_extension(gif::AnyExtension(0xfe), &[b"secret comment"])
        .unwrap();
    for at in 0..frames {
        let colour = u8::try_from(at % 2).unwrap();
        let frame = gif::Frame {
            width: 8,
            height: 4,
            delay: 7,
            buffer: vec![colour; 32].into(),
            ..gif::Frame::default()
        };
        encoder.write_frame(&frame).unwrap();
    }
    encoder.into_inner().unwrap()
}

/// Puts segments behind the start mark of a JPEG.
fn with_segments(jpeg: &[u8], segments: &[(u8, &[u8])]) -> Vec<u8> {
    let mut out = jpeg[..2].to_vec();
    for (marker, body) in segments {
        out.extend([0xff, *marker]);
        out.extend(u16::try_from(body.len() + 2).unwrap().to_be_bytes());
        out.extend(*body);
    }
    out.extend(&jpeg[2..]);
    out
}

/// EXIF with the camera held at `orientation`, an owner and a place.
fn exif(orientation: u16) -> Vec<u8> {
    let mut exif = b"II*\0\x08\0\0\0".to_vec();
    exif.extend(3u16.to_le_bytes());
    let mut entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        exif.extend(tag.to_le_bytes());
        exif.extend(kind.to_le_bytes());
        exif.extend(count.to_le_bytes());
        exif.extend(value);
    };
    let [low, high] = orientation.to_le_bytes();
    entry(0x0112, 3, 1, [low, high, 0, 0]);
    entry(0x8825, 4, 1, 50u32.to_le_bytes());
    entry(0xa430, 2, 10, 80u32.to_le_bytes());
    exif.extend([0; 4]);
    exif.resize(50, 0);
    exif.extend(b"GPSLatitude 52.5200N 13.4050E ");
    exif.extend(b"ana-owner\0");
    exif
}

const SECRETS: [&[u8]; 8] = [
    b"GPSLatitude",
    b"ana-owner",
    b"Exif",
    b"xmpmeta",
    b"secret comment",
    b"eXIf",
    b"tEXt",
    b"hidden words",
];

fn assert_no_secrets(file: &[u8]) {
    for secret in SECRETS {
        let found = file.windows(secret.len()).any(|window| window == secret);
        assert!(!found, "{} is still there", String::from_utf8_lossy(secret));
    }
}

#[test]
fn a_photograph_loses_place_owner_and_comments_and_stands_upright() {
    let segments: [(u8, &[u8]); 3] = [
        (0xe1, &[b"Exif\0\0".as_slice(), &exif(6)].concat()),
        (
            0xe1,
            b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>place</x:xmpmeta>",
        ),
        (0xfe, b"secret comment"),
    ];
    let photo = with_segments(&write(&two_halves(60, 40), ImageFormat::Jpeg), &segments);
    assert!(photo.windows(11).any(|window| window == b"GPSLatitude"));

    let done = process(&photo, &Limits::default()).unwrap();
    assert_eq!((done.mime, done.extension), ("image/jpeg", "jpg"));
    // Orientation 6: the camera was held so that left is up.
    assert_eq!((done.width, done.height), (40, 60));
    let upright = image::load_from_memory(&done.bytes).unwrap().into_rgb8();
    assert!(upright.get_pixel(20, 5).0[0] > 150 && upright.get_pixel(20, 55).0[2] > 150);
    assert_eq!((done.small.width, done.small.height), (40, 60));
    assert_eq!(done.blurhash.len(), 28);
    assert_no_secrets(&done.bytes);
    assert_no_secrets(&done.small.bytes);
    assert_no_secrets(&avatar(&photo).unwrap().bytes);
}

#[test]
fn a_drawing_loses_its_texts_and_stays_a_drawing() {
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, 2, 1);
    encoder.set_color(png::ColorType::Rgb);
    encoder
        .add_text_chunk("Author".to_owned(), "hidden words".to_owned())
        .unwrap();
    let mut writer = encoder.write_header().unwrap();
    writer
        .write_chunk(png::chunk::ChunkType(*b"eXIf"), &exif(1))
        .unwrap();
    writer.write_image_data(&[1, 2, 3, 4, 5, 6]).unwrap();
    writer.finish().unwrap();
    assert!(png.windows(12).any(|window| window == b"hidden words"));

    let done = process(&png, &Limits::default()).unwrap();
    assert_eq!((done.mime, done.width, done.height), ("image/png", 2, 1));
    assert_no_secrets(&done.bytes);
    let pixels = image::load_from_memory(&done.bytes).unwrap().into_rgb8();
    assert_eq!(pixels.into_raw(), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn an_animation_keeps_moving_and_loses_its_comment() {
    let done = process(&animated_gif(3), &Limits::default()).unwrap();
    assert_eq!((done.mime, done.width, done.height), ("image/gif", 8, 4));
    assert_no_secrets(&done.bytes);
    let mut decoder = gif::DecodeOptions::new()
        .read_info(done.bytes.as_slice())
        .unwrap();
    assert_eq!(decoder.repeat(), gif::Repeat::Infinite);
    let mut delays = Vec::new();
    while let Some(frame) = decoder.read_next_frame().unwrap() {
        delays.push((frame.delay, frame.buffer[0]));
    }
    assert_eq!(delays, [(7, 0), (7, 1), (7, 0)]);
    assert_eq!(done.small.mime, "image/jpeg");
}

#[test]
fn animations_end_somewhere() {
    let limits = Limits {
        gif_frames: 5,
        ..Limits::default()
    };
    assert!(process(&animated_gif(5), &limits).is_ok());
    assert!(matches!(
        process(&animated_gif(6), &limits),
        Err(Error::TooManyFrames(5))
    ));
}

#[test]
fn webp_becomes_what_every_client_shows() {
    let opaque = process(
        &write(&two_halves(30, 20), ImageFormat::WebP),
        &Limits::default(),
    );
    assert_eq!(opaque.unwrap().mime, "image/jpeg");
    let glass = DynamicImage::from(RgbaImage::from_pixel(9, 9, Rgba([9, 9, 9, 99])));
    let glass = process(&write(&glass, ImageFormat::WebP), &Limits::default()).unwrap();
    assert_eq!((glass.mime, glass.small.mime), ("image/png", "image/png"));
}

#[test]
fn big_pictures_are_shrunk_and_bigger_ones_refused() {
    let picture = write(&two_halves(1000, 500), ImageFormat::Jpeg);
    let limits = Limits {
        published_pixels: 20_000,
        ..Limits::default()
    };
    let done = process(&picture, &limits).unwrap();
    assert_eq!((done.width, done.height), (200, 100));
    let done = process(&picture, &Limits::default()).unwrap();
    assert_eq!((done.small.width, done.small.height), (678, 339));

    let limits = Limits {
        pixels: 499_999,
        ..Limits::default()
    };
    assert!(matches!(
        process(&picture, &limits),
        Err(Error::TooManyPixels { width: 1000, .. })
    ));
    let limits = Limits {
        bytes: 100,
        ..Limits::default()
    };
    assert!(matches!(
        process(&picture, &limits),
        Err(Error::TooLarge(100))
    ));
}

#[test]
fn profiles_get_the_middle_of_a_picture() {
    let picture = write(&two_halves(300, 100), ImageFormat::Png);
    let avatar = avatar(&picture).unwrap();
    assert_eq!(
        (avatar.width, avatar.height, avatar.mime),
        (400, 400, "image/png")
    );
    let pixels = image::load_from_memory(&avatar.bytes).unwrap().into_rgb8();
    assert_eq!(pixels.dimensions(), (400, 400));
    assert!(pixels.get_pixel(10, 200).0[0] > 150 && pixels.get_pixel(390, 200).0[2] > 150);

    let header = header(&write(&two_halves(100, 300), ImageFormat::Jpeg)).unwrap();
    assert_eq!(
        (header.width, header.height, header.mime),
        (1500, 500, "image/jpeg")
    );
}

#[test]
fn lines_are_pictures_too() {
    for (width, height) in [(1, 32_000), (32_000, 1), (1, 1)] {
        let line = write(&two_halves(width, height), ImageFormat::Png);
        let done = process(&line, &Limits::default()).unwrap();
        assert_eq!((done.width, done.height), (width, height));
        assert!(avatar(&line).is_ok() && header(&line).is_ok());
    }
    let too_long = write(&two_halves(32_769, 1), ImageFormat::Png);
    assert!(matches!(
        process(&too_long, &Limits::default()),
        Err(Error::TooManyPixels { .. })
    ));
}

#[test]
fn a_program_behind_a_picture_does_not_come_out() {
    let mut polyglot = write(&two_halves(8, 8), ImageFormat::Jpeg);
    polyglot.extend(b"<script>hidden words</script>");
    assert_no_secrets(&process(&polyglot, &Limits::default()).unwrap().bytes);
    let mut polyglot = animated_gif(1);
    polyglot.extend(b"<?php hidden words ?>");
    assert_no_secrets(&process(&polyglot, &Limits::default()).unwrap().bytes);
}

fn samples() -> Vec<Vec<u8>> {
    let picture = two_halves(16, 12);
    let formats = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP];
    let mut samples: Vec<_> = formats
        .iter()
        .map(|format| write(&picture, *format))
        .collect();
    samples.push(animated_gif(2));
    samples
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn random_bytes_only_fail(bytes in prop::collection::vec(any::<u8>(), 0..200), kind in 0usize..5) {
        let begin: &[u8] = match kind {
            0 => b"\xff\xd8\xff",
            1 => b"\x89PNG\r\n\x1a\n",
            2 => b"GIF89a",
            3 => b"RIFF\0\0\0\0WEBP",
            _ => b"",
        };
        let _ = process(&[begin, &bytes].concat(), &Limits::default());
    }

    #[test]
    fn damaged_pictures_only_fail(
        which in 0usize..4,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
        cuts in any::<bool>(),
    ) {
        let mut file = samples()[which].clone();
        for (at, byte) in damage {
            let at = at.index(file.len());
            file[at] = byte;
        }
        if cuts {
            file.truncate(cut.index(file.len()));
        }
        if let Ok(done) = process(&file, &Limits::default()) {
            prop_assert!(image::load_from_memory(&done.bytes).is_ok());
            prop_assert!(image::load_from_memory(&done.small.bytes).is_ok());
        }
    }
}
