//! The peers that no one here wrote are really there: two Fedify bots meet over loopback.

use std::io::{Read, Write};
use std::net::TcpStream;

#[test]
fn two_bots_start_and_answer_with_their_actor() {
    let Some((first, origin)) = testbench::fedify_peer(&[]) else {
        return;
    };
    let older = [("FIRST_KNOCK", "draft-cavage-http-signatures-12")];
    let Some((_second, other)) = testbench::fedify_peer(&older) else {
        return;
    };
    assert_ne!(origin, other);
    assert!(first.id() > 0);

    let host = origin.strip_prefix("http://").unwrap();
    let actor = ask(host, "GET", "/users/bot", "application/activity+json", "");
    assert!(actor.contains("\"preferredUsername\":\"bot\""), "{actor}");
    assert!(actor.contains("BEGIN PUBLIC KEY"), "an RSA key: {actor}");
    assert!(actor.contains("\"Multikey\""), "an Ed25519 key: {actor}");

    let follow = format!("{{\"actor\":\"{other}/users/bot\"}}");
    let answer = ask(host, "POST", "/control/follow", "application/json", &follow);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let received = ask(host, "GET", "/control/received", "application/json", "");
    assert!(received.contains("\"type\":\"Accept\""), "{received}");
    assert!(
        received.contains("\"form\":\"draft-cavage-http-signatures-12\""),
        "{received}"
    );

    let peer = other.strip_prefix("http://").unwrap();
    let received = ask(peer, "GET", "/control/received", "application/json", "");
    assert!(received.contains("\"form\":\"rfc9421\""), "{received}");

    fn ask(host: &str, method: &str, path: &str, accept: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(host).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nAccept: {accept}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}
