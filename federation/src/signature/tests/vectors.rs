//! The example of RFC 9421 that applies: appendix B.2.6, a request signed with Ed25519. It covers no
//! digest and is years old, so it is no request that we would accept; its signature base and its
//! signature must be ours all the same.

use base64::Engine as _;

use super::{Method, NOW, Reason, Request, STANDARD, refused};
use crate::signature::{Parts, PrivateKey, PublicKey, check, parse, rfc9421};

const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=
-----END PUBLIC KEY-----
";
const PRIVATE: &str = "MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF";
const SIGNATURE: &str =
    "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==";
const BASE: &str = "\"date\": Tue, 20 Apr 2021 02:07:55 GMT
\"@method\": POST
\"@path\": /foo
\"@authority\": example.com
\"content-type\": application/json
\"content-length\": 18
\"@signature-params\": (\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\");created=1618884473;keyid=\"test-key-ed25519\"";

#[test]
fn the_ed25519_example_of_rfc_9421() {
    let mut request = Request {
        method: Method::POST,
        target: "/foo?param=Value&Pet=dog".to_owned(),
        headers: http::HeaderMap::new(),
        body: Some(b"{\"hello\": \"world\"}".to_vec()),
    };
    request.set("host", "example.com");
    request.set("date", "Tue, 20 Apr 2021 02:07:55 GMT");
    request.set("content-type", "application/json");
    request.set("content-length", "18");
    request.set(
        "signature-input",
        "sig-b26=(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\")\
         ;created=1618884473;keyid=\"test-key-ed25519\"",
    );
    request.set("signature", &format!("sig-b26=:{SIGNATURE}:"));
    let parts = Parts {
        authority: "example.com",
        ..request.parts()
    };
    let claim = parse(&request.headers).unwrap();
    assert_eq!(claim.key_id, "test-key-ed25519");
    let base = rfc9421::base(&claim, &parts).unwrap();
    assert_eq!(base, BASE);
    let key = PublicKey::from_pem(PUBLIC).unwrap();
    let signature = STANDARD.decode(SIGNATURE).unwrap();
    assert!(key.verify(base.as_bytes(), &signature));
    let private = PrivateKey::from_pkcs8(&STANDARD.decode(PRIVATE).unwrap()).unwrap();
    assert_eq!(private.public_key().unwrap(), key);
    assert_eq!(private.sign(BASE.as_bytes()).unwrap(), signature);
    assert_eq!(
        check(&claim, &parts, NOW),
        refused(Reason::NotCovered("@query"))
    );
}
