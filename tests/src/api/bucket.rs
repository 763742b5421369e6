//! Files in a bucket of a storage service that no one here wrote: put, served in parts by us or by the
//! service itself, removed; and a service that is not there.

use services::storage::{Bucket, Storage};

use super::media::picture;
use crate::harness::{Part, Stage, id_of, on_both_engines, runtime};

on_both_engines![files_lie_in_a_bucket,];

fn bucket(endpoint: &str, name: &str) -> Bucket {
    Bucket {
        endpoint: endpoint.to_owned(),
        bucket: name.to_owned(),
        region: "us-east-1".to_owned(),
        access_key: "balai".to_owned(),
        secret_key: "secret".to_owned(),
        path_style: true,
    }
}

fn files_lie_in_a_bucket(stage: &Stage) {
    let home = testbench::Sandbox::new("bucket");
    let Some((_guard, endpoint)) = testbench::bucket(&home) else {
        return;
    };
    let place = stage.instance_with(|media| media.bucket = Some(bucket(&endpoint, "files")));
    let ana = place.person("ana");
    let bytes = picture(64, 64);
    let parts = [Part {
        name: "file",
        file: Some(("a.png", "image/png")),
        bytes: &bytes,
    }];
    let done = ana.multipart("/api/v2/media", &parts).ok();
    let url = done["url"].as_str().expect("an address").to_owned();
    assert!(url.starts_with(&format!("{}/media/", place.base)), "{url}");
    let visitor = place.visitor();
    let whole = visitor.get(&url);
    assert!(image::load_from_memory(&whole.bytes).is_ok());
    assert_eq!(whole.header("content-type"), Some("image/png"));
    let ask = |range: &str| visitor.ask(http::Method::GET, &url, &[("range", range)], None);
    let part = ask("bytes=1-3");
    assert_eq!((part.status, &part.bytes[..]), (206, &whole.bytes[1..4]));
    assert_eq!(ask("bytes=9999999-").status, 416);
    ana.delete(&format!("/api/v1/media/{}", id_of(&done))).ok();
    assert_eq!(visitor.get(&url).status, 404);

    // The service may serve them itself: then they have the path there that they have in the bucket.
    let there = stage.instance_with(|media| {
        media.bucket = Some(bucket(&endpoint, "files"));
        media.public_url = Some(format!("{endpoint}/files"));
    });
    let ben = there.person("ben");
    let done = ben.multipart("/api/v2/media", &parts).ok();
    let url = done["url"].as_str().expect("an address");
    assert!(url.starts_with(&format!("{endpoint}/files/")), "{url}");

    // A bucket or a service that is not there is told at the start, in one sentence.
    for (endpoint, name) in [(endpoint.as_str(), "none"), ("http://127.0.0.1:1", "files")] {
        let storage = Storage::bucket(&bucket(endpoint, name)).expect("settings");
        let error = runtime()
            .block_on(storage.check())
            .expect_err("it is not there");
        assert!(error.contains("cannot be written to"), "{error}");
    }
}
