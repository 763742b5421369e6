//! A person in front of a browser without JavaScript: pages, their forms, and a jar of cookies.

use std::cell::RefCell;
use std::collections::BTreeMap;

use http::Method;

use super::client::{Answer, Body, Client};
use super::instance::{Instance, PASSWORD, Person};
use super::text_of;

/// A browser with its cookies.
pub(crate) struct Browser {
    base: String,
    client: Client,
    cookies: RefCell<BTreeMap<String, String>>,
    language: &'static str,
}

/// A page as it was shown.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// The path and query of the page.
    pub(crate) path: String,
    /// How it came.
    pub(crate) answer: Answer,
    /// The source.
    pub(crate) source: String,
}

/// A form of a page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Form {
    /// Where it goes.
    pub(crate) action: String,
    /// Is it posted?
    pub(crate) posts: bool,
    /// Names and values as they stand.
    pub(crate) fields: Vec<(String, String)>,
    /// Names and values of the buttons.
    pub(crate) buttons: Vec<(String, String)>,
}

/// A start tag.
#[derive(Clone, Debug)]
pub(crate) struct Tag {
    /// In lower case.
    pub(crate) name: String,
    attributes: BTreeMap<String, String>,
}

impl Tag {
    /// An attribute; empty where there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }

    /// Is the attribute there?
    pub(crate) fn has(&self, name: &str) -> bool {
        self.attributes.contains_key(name)
    }
}

/// The start tags of a page, in order.
pub(crate) fn tags(source: &str) -> Vec<Tag> {
    source.split('<').skip(1).filter_map(tag).collect()
}

fn tag(text: &str) -> Option<Tag> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric())?;
    let (name, mut rest) = text.split_at(end);
    if name.is_empty() {
        return None;
    }
    let mut attributes = BTreeMap::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        let end = rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '>'))?;
        let (key, after) = rest.split_at(end);
        if key.is_empty() {
            break;
        }
        rest = after;
        let value = match rest.strip_prefix("=\"") {
            Some(quoted) => {
                let (value, after) = quoted.split_once('"')?;
                rest = after;
                value
            }
            None => match rest.strip_prefix('=') {
                Some(bare) => {
                    let end = bare.find(|c: char| c.is_ascii_whitespace() || c == '>')?;
                    rest = bare.get(end..)?;
                    bare.get(..end)?
                }
                None => "",
            },
        };
        attributes.insert(key.to_ascii_lowercase(), text_of(value));
    }
    Some(Tag {
        name: name.to_ascii_lowercase(),
        attributes,
    })
}

impl Page {
    /// The text that a reader sees.
    pub(crate) fn text(&self) -> String {
        let words = text_of(&self.source);
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The forms.
    pub(crate) fn forms(&self) -> Vec<Form> {
        let mut forms = Vec::new();
        for part in self.source.split("<form").skip(1) {
            let inside = part.split("</form>").next().unwrap_or_default();
            let source = format!("<form{inside}");
            forms.push(form(&source, &self.path));
        }
        forms
    }

    /// The first form that goes to an address that ends so.
    #[track_caller]
    pub(crate) fn form_to(&self, action: &str) -> Form {
        let found = self
            .forms()
            .into_iter()
            .find(|form| form.action.ends_with(action));
        found.unwrap_or_else(|| panic!("{} has no form to {action}: {}", self.path, self.source))
    }

    /// The first posted form that has a field or button of this name.
    #[track_caller]
    pub(crate) fn form_with(&self, name: &str, value: Option<&str>) -> Form {
        let found = self
            .forms()
            .into_iter()
            .filter(|form| form.posts)
            .find(|form| {
                form.fields
                    .iter()
                    .chain(&form.buttons)
                    .any(|field| field.0 == name && value.is_none_or(|value| field.1 == value))
            });
        found.unwrap_or_else(|| panic!("{} has no form with {name}: {}", self.path, self.source))
    }
}

fn form(source: &str, here: &str) -> Form {
    let mut form = Form {
        action: here.to_owned(),
        ..Form::default()
    };
    let mut select = None;
    let mut labels = source.split('<').skip(1);
    for tag in tags(source) {
        let text = labels
            .next()
            .and_then(|text| text.split_once('>'))
            .map_or("", |pair| pair.1);
        let pair = (tag.get("name").to_owned(), tag.get("value").to_owned());
        match (tag.name.as_str(), tag.get("type")) {
            ("form", _) => {
                if !tag.get("action").is_empty() {
                    form.action = tag.get("action").to_owned();
                }
                form.posts = tag.get("method").eq_ignore_ascii_case("post");
            }
            ("button", kind) if kind != "button" => form.buttons.push(pair),
            ("input", "submit") => form.buttons.push(pair),
            ("input", "checkbox" | "radio") if !tag.has("checked") => {}
            ("input", "file") => {}
            ("input", _) if !pair.0.is_empty() => form.fields.push(pair),
            ("textarea", _) => form.fields.push((pair.0, text_of(text).trim().to_owned())),
            ("select", _) => select = Some(pair.0),
            ("option", _) => {
                if let Some(name) = &select {
                    let known = form.fields.iter().position(|field| field.0 == *name);
                    match known {
                        None => form.fields.push((name.clone(), pair.1)),
                        Some(at) if tag.has("selected") => {
                            form.fields.remove(at);
                            form.fields.push((name.clone(), pair.1));
                        }
                        Some(_) => {}
                    }
                }
            }
            _ => {}
        }
    }
    form
}

impl Form {
    /// The same with this field filled in.
    pub(crate) fn fill(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|field| field.0 != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same with the button of this name and value pressed.
    pub(crate) fn press(self, name: &str, value: &str) -> Self {
        self.fill(name, value)
    }
}

impl Browser {
    /// A browser that nobody is signed in with.
    pub(crate) fn new(place: &Instance) -> Self {
        Self::speaking(place, "en")
    }

    /// A browser of somebody who reads this language.
    pub(crate) fn speaking(place: &Instance, language: &'static str) -> Self {
        Self {
            language,
            ..Self::at(&place.base)
        }
    }

    /// A browser for a server of which only the address is known.
    pub(crate) fn at(base: &str) -> Self {
        Self {
            base: base.to_owned(),
            client: Client::new(base, None),
            cookies: RefCell::default(),
            language: "en",
        }
    }

    /// A browser in which this person is signed in.
    pub(crate) fn of(place: &Instance, person: &Person) -> Self {
        let browser = Self::new(place);
        let page = browser.open("/login");
        let form = page
            .form_to("/login")
            .fill("name", &person.email())
            .fill("password", PASSWORD);
        let answer = browser.send(&form);
        assert_eq!(answer.status, 303, "{}", answer.text());
        browser
    }

    /// One request with the cookies, without following where it leads.
    pub(crate) fn ask(&self, method: Method, path: &str, body: Option<Body>) -> Answer {
        let cookies: Vec<String> = self
            .cookies
            .borrow()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let cookies = cookies.join("; ");
        let mut headers = vec![
            ("accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"),
            ("accept-language", self.language),
        ];
        if !cookies.is_empty() {
            headers.push(("cookie", &cookies));
        }
        if method == Method::POST {
            headers.push(("origin", &self.base));
            headers.push(("sec-fetch-site", "same-origin"));
        }
        let answer = self.client.ask(method, path, &headers, body);
        for cookie in answer.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().expect("a cookie");
            let pair = cookie.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a cookie");
            let gone = value.is_empty() || cookie.contains("Max-Age=0");
            let mut jar = self.cookies.borrow_mut();
            if gone {
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// Opens a page, wherever it leads within the place.
    #[track_caller]
    pub(crate) fn open(&self, path: &str) -> Page {
        let answer = self.ask(Method::GET, path, None);
        self.arrive(path, answer)
    }

    /// Follows redirects within the place to a page.
    #[track_caller]
    pub(crate) fn arrive(&self, path: &str, mut answer: Answer) -> Page {
        let mut path = path.to_owned();
        for _ in 0..8 {
            let Some(target) = answer.header("location").map(str::to_owned) else {
                break;
            };
            path = target
                .strip_prefix(&self.base)
                .unwrap_or(&target)
                .to_owned();
            assert!(path.starts_with('/'), "{path} leads away");
            answer = self.ask(Method::GET, &path, None);
        }
        let kind = answer.header("content-type").unwrap_or_default();
        assert!(
            kind.starts_with("text/html"),
            "{path} is {kind}: {}",
            answer.text()
        );
        Page {
            path,
            source: answer.text(),
            answer,
        }
    }

    /// Sends a form without following where the answer leads.
    pub(crate) fn send(&self, form: &Form) -> Answer {
        let pairs: Vec<(&str, &str)> = form
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        self.ask(Method::POST, &form.action, Some(Body::form(&pairs)))
    }

    /// The value of a cookie; empty where there is none.
    pub(crate) fn cookie(&self, name: &str) -> String {
        self.cookies.borrow().get(name).cloned().unwrap_or_default()
    }

    /// Sends a form with further headers, which stand over those of a browser.
    pub(crate) fn send_with(&self, form: &Form, more: &[(&str, &str)]) -> Answer {
        let pairs: Vec<(&str, &str)> = form
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let cookies = self.cookie_header();
        let mut headers = vec![("accept-language", self.language), ("cookie", &*cookies)];
        headers.extend_from_slice(more);
        let body = Some(Body::form(&pairs));
        self.client.ask(Method::POST, &form.action, &headers, body)
    }

    /// What the browser sends of its cookies.
    pub(crate) fn cookie_header(&self) -> String {
        let cookies: Vec<String> = self
            .cookies
            .borrow()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        cookies.join("; ")
    }

    /// Sends a form and looks at the page that comes.
    #[track_caller]
    pub(crate) fn submit(&self, form: &Form) -> Page {
        let answer = self.send(form);
        self.arrive(&form.action, answer)
    }
}
