//! Which test calls which route: the addresses in the texts of the end-to-end stories, beside the method
//! that stands in front of them. A function of the harness that ends in a verb (`.towards(id, "follow")`)
//! is followed to the stories that use it.

use std::path::{Path, PathBuf};

use axum::http::Method;

use crate::api::Route;

/// What is filled in.
const GAP: &str = "{}";

/// A call in a test.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// `None` where it cannot be told.
    method: Option<Method>,
    /// The address, with a gap for what is filled in.
    parts: Vec<String>,
    /// The function.
    function: String,
    /// The file.
    file: String,
}

/// Every call in the stories.
pub(super) fn calls() -> Vec<Call> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/src");
    let mut files = Vec::new();
    gather(&home, &mut files);
    // The tables of abuse call every route, and tell of none what it does.
    files.retain(|file| !file.starts_with(home.join("abuse")));
    files.sort();
    let texts: Vec<(String, String)> = files
        .iter()
        .map(|file| {
            let name = file.strip_prefix(&home).unwrap_or(file).display();
            (name.to_string(), std::fs::read_to_string(file).unwrap())
        })
        .collect();
    let is_harness = |file: &str| file.starts_with("harness");
    let (harness, stories): (Vec<_>, Vec<_>) =
        texts.into_iter().partition(|(file, _)| is_harness(file));
    let helpers: Vec<Call> = harness
        .iter()
        .flat_map(|(file, text)| within(file, text))
        .collect();
    let mut calls: Vec<Call> = stories
        .iter()
        .flat_map(|(file, text)| within(file, text))
        .collect();
    for (file, text) in &stories {
        calls.extend(through(&helpers, file, text));
    }
    calls
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            gather(&path, files);
        } else if path.extension().is_some_and(|it| it == "rs") {
            files.push(path);
        }
    }
}

/// Each line with the name of the function that it stands in.
fn lines(text: &str) -> Vec<(String, &str)> {
    let mut function = String::new();
    text.lines()
        .map(|line| {
            if let Some((before, rest)) = line.split_once("fn ") {
                let name = word(rest);
                let modifiers = ["pub", "pub(crate)", "pub(super)", "async", "const"];
                let declared = before.split_whitespace().all(|it| modifiers.contains(&it));
                if !name.is_empty() && declared {
                    function = name;
                }
            }
            (function.clone(), line)
        })
        .collect()
}

fn word(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

fn within(file: &str, text: &str) -> Vec<Call> {
    let mut calls = Vec::new();
    let mut before = String::new();
    for (function, line) in lines(text) {
        let mut left = before.clone();
        let pieces: Vec<&str> = line.split('"').collect();
        for (number, piece) in pieces.iter().enumerate() {
            if number % 2 == 1 && piece.starts_with("/api/") {
                calls.push(Call {
                    method: method(&left),
                    parts: parts(piece),
                    function: function.clone(),
                    file: file.to_owned(),
                });
            }
            left.push(' ');
            left.push_str(piece);
        }
        before = line.trim().to_owned();
    }
    calls
}

/// The calls that a story makes through functions of the harness.
fn through(helpers: &[Call], file: &str, text: &str) -> Vec<Call> {
    let lines = lines(text);
    let mut calls = Vec::new();
    for (number, (function, line)) in lines.iter().enumerate() {
        for helper in helpers {
            if !line.contains(&format!(".{}(", helper.function)) {
                continue;
            }
            let here = Call {
                function: function.clone(),
                file: file.to_owned(),
                ..helper.clone()
            };
            if helper.parts.last().is_none_or(|part| part != GAP) {
                calls.push(here);
                continue;
            }
            // The verb stands beside, or in the list of a loop above.
            let near = lines.iter().skip(number.saturating_sub(8)).take(12);
            let near = near.map(|(_, line)| *line);
            let near: Vec<&str> = near.collect();
            for verb in near.join(" ").split('"').skip(1).step_by(2) {
                let mut call = here.clone();
                call.parts.pop();
                call.parts.push(verb.to_owned());
                calls.push(call);
            }
        }
    }
    calls
}

/// The last method that is named before the address, on its line or the one above.
fn method(before: &str) -> Option<Method> {
    let words = [
        ("get", Method::GET),
        ("GET", Method::GET),
        ("items(", Method::GET),
        ("post", Method::POST),
        ("POST", Method::POST),
        ("press(", Method::POST),
        ("put", Method::PUT),
        ("PUT", Method::PUT),
        ("patch", Method::PATCH),
        ("PATCH", Method::PATCH),
        ("delete", Method::DELETE),
        ("DELETE", Method::DELETE),
    ];
    words
        .into_iter()
        .filter_map(|(word, method)| Some((before.rfind(word)?, method)))
        .max_by_key(|(at, _)| *at)
        .map(|(_, method)| method)
}

fn parts(address: &str) -> Vec<String> {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    path.split('/')
        .skip(1)
        .map(|part| {
            let filled = part.contains('{') || part.parse::<i64>().is_ok();
            if filled { GAP } else { part }.to_owned()
        })
        .collect()
}

/// The first test that calls this route. Clients do not agree on PUT and PATCH: one stands for both.
pub(super) fn test_of(calls: &[Call], route: &Route) -> Option<String> {
    let path = parts(route.path);
    let update = |it: &Method| matches!(*it, Method::PUT | Method::PATCH);
    let alike =
        |method: &Method| *method == route.method || (update(method) && update(&route.method));
    calls
        .iter()
        .filter(|call| call.method.as_ref().is_none_or(alike))
        .filter(|call| call.parts.len() == path.len())
        .find(|call| {
            let mut pairs = call.parts.iter().zip(&path);
            pairs.all(|(called, part)| part == GAP || called == part)
        })
        .map(|call| format!("{}: {}", call.file, call.function))
}
