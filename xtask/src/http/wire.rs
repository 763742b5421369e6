//! Requests as bytes, and answers read from bytes.

use serde_json::Value;

use super::Answer;

/// An answer of more than this is not one that we asked for.
const MAX_ANSWER: usize = 16 * 1024 * 1024;

/// A request that is being put together.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    line: String,
    fields: String,
    body: Vec<u8>,
}

impl Request {
    pub(crate) fn new(method: &str, path: &str) -> Self {
        Self {
            line: format!("{method} {path} HTTP/1.1\r\n"),
            fields: String::new(),
            body: Vec::new(),
        }
    }

    pub(crate) fn field(mut self, name: &str, value: &str) -> Self {
        self.fields.push_str(&format!("{name}: {value}\r\n"));
        self
    }

    pub(crate) fn token(self, token: &str) -> Self {
        self.field("authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn json(mut self, body: &Value) -> Self {
        self.body = body.to_string().into_bytes();
        self.field("content-type", "application/json")
    }

    /// A body whose type stands among the fields.
    pub(crate) fn body(mut self, body: Vec<u8>) -> Self {
        self.body = body;
        self
    }

    /// As it goes over the wire. `host` is left out where the fields name it (it is signed then).
    pub(crate) fn bytes(&self, host: &str) -> Vec<u8> {
        let mut head = self.line.clone();
        if !self
            .fields
            .lines()
            .any(|line| line.to_ascii_lowercase().starts_with("host:"))
        {
            head.push_str(&format!("host: {host}\r\n"));
        }
        head.push_str(&self.fields);
        if !self.body.is_empty() || self.line.starts_with("POST") {
            head.push_str(&format!("content-length: {}\r\n", self.body.len()));
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// Where `needle` first stands in `hay`.
pub(crate) fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len())
        .position(|window| window == needle)
}

/// The answer in these bytes and whether the connection stays; `None` while it is not whole.
pub(super) fn answer(bytes: &[u8]) -> Result<Option<(Answer, bool)>, String> {
    if bytes.len() > MAX_ANSWER {
        return Err("the answer is too long".to_owned());
    }
    let Some(end) = find(bytes, b"\r\n\r\n") else {
        return Ok(None);
    };
    let (head, rest) = bytes.split_at(end);
    let rest = rest.get(4..).unwrap_or_default();
    let head = std::str::from_utf8(head).map_err(|_e| "a head that is no text".to_owned())?;
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|word| word.parse().ok())
        .ok_or_else(|| "a head without a status".to_owned())?;
    let field = |name: &str| {
        head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    };
    let keep = !field("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
    let body =
        if field("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked")) {
            chunks(rest)?
        } else {
            let length: usize = match field("content-length") {
                Some(length) => length
                    .parse()
                    .map_err(|_e| "a length that is no number".to_owned())?,
                None => 0,
            };
            rest.get(..length).map(<[u8]>::to_vec)
        };
    Ok(body.map(|body| (Answer { status, body }, keep)))
}

/// A body in pieces; `None` while the last is not there.
fn chunks(mut rest: &[u8]) -> Result<Option<Vec<u8>>, String> {
    let mut body = Vec::new();
    loop {
        let Some(end) = find(rest, b"\r\n") else {
            return Ok(None);
        };
        let (line, after) = rest.split_at(end);
        let line = std::str::from_utf8(line).unwrap_or_default();
        let digits = line.split(';').next().unwrap_or_default().trim();
        let length = usize::from_str_radix(digits, 16)
            .map_err(|_e| format!("a piece of the length {digits:?}"))?;
        if length > MAX_ANSWER {
            return Err("the answer is too long".to_owned());
        }
        let (Some(piece), Some(next)) = (after.get(2..length + 2), after.get(length + 4..)) else {
            return Ok(None);
        };
        if length == 0 {
            return Ok(Some(body));
        }
        body.extend_from_slice(piece);
        rest = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_only_with_its_last_byte() {
        let whole = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]";
        for cut in 0..whole.len() {
            assert!(answer(&whole[..cut]).unwrap().is_none(), "{cut}");
        }
        let (read, keep) = answer(whole).unwrap().unwrap();
        assert_eq!(
            (read.status, read.body.as_slice(), keep),
            (200, b"[]".as_slice(), true)
        );
    }

    #[test]
    fn an_answer_in_pieces_is_put_together() {
        let whole = b"HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n2;x=1\r\nde\r\n0\r\n\r\n";
        for cut in 0..whole.len() {
            assert!(answer(&whole[..cut]).unwrap().is_none(), "{cut}");
        }
        let (read, keep) = answer(whole).unwrap().unwrap();
        assert_eq!(
            (read.status, read.body.as_slice(), keep),
            (404, b"abcde".as_slice(), false)
        );
    }

    #[test]
    fn what_is_no_answer_is_an_error() {
        assert!(answer(b"hello there\r\n\r\n").is_err());
        assert!(
            answer(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfffffffffff\r\n")
                .is_err()
        );
    }

    #[test]
    fn a_request_names_its_host_once() {
        let plain = Request::new("GET", "/x").bytes("127.0.0.1:1");
        assert_eq!(plain, b"GET /x HTTP/1.1\r\nhost: 127.0.0.1:1\r\n\r\n");
        let signed = Request::new("POST", "/x")
            .field("Host", "a")
            .body(b"{}".to_vec())
            .bytes("b");
        assert_eq!(
            signed,
            b"POST /x HTTP/1.1\r\nHost: a\r\ncontent-length: 2\r\n\r\n{}"
        );
    }
}
