//! The pages with a real database behind them, walked through as a browser without script does:
//! first run, a group with a queue, a conversation; in `apps`, an app that asks to be let in.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use model::{Secret, ServerRole};
use services::accounts::NewUser;
use services::{Context, Ctx, Place};
use tower::ServiceExt as _;

use crate::state::AppState;
use crate::{oauth, web};

mod apps;

struct Hall {
    ctx: Ctx,
    app: Router,
    _folder: tempfile::TempDir,
}

async fn hall() -> Hall {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::new("http://localhost:3000").unwrap();
    let ctx = Context::open(None, folder.path(), place, true)
        .await
        .unwrap();
    let state = AppState { ctx: ctx.clone() };
    let pages = web::negotiated()
        .merge(web::router())
        .merge(oauth::router())
        .fallback(web::not_found)
        .layer(axum::middleware::from_fn_with_state(
            state.clone(),
            web::dress,
        ));
    let app = Router::new()
        .merge(oauth::endpoints())
        .merge(pages)
        .with_state(state);
    Hall {
        ctx,
        app,
        _folder: folder,
    }
}

/// A browser without script: cookies, forms, nothing else.
struct Browser {
    app: Router,
    language: &'static str,
    cookies: BTreeMap<String, String>,
}

struct Page {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Page {
    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    fn goes_to(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text);
        self.header("location")
    }

    /// The hidden fields of the form with this action.
    fn hidden(&self, action: &str) -> Vec<(String, String)> {
        let form = self
            .text
            .split("<form")
            .find(|form| form.contains(&format!("action=\"{action}\"")))
            .unwrap_or_else(|| panic!("no form to {action} in {}", self.text));
        let form = form.split("</form>").next().unwrap();
        form.split("<input type=\"hidden\" name=\"")
            .skip(1)
            .map(|input| {
                let (name, rest) = input.split_once("\" value=\"").unwrap();
                let value = rest.split('"').next().unwrap();
                (
                    name.to_owned(),
                    value.replace("&#38;", "&").replace("&amp;", "&"),
                )
            })
            .collect()
    }
}

impl Browser {
    fn new(hall: &Hall, language: &'static str) -> Self {
        Self {
            app: hall.app.clone(),
            language,
            cookies: BTreeMap::new(),
        }
    }

    async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Page {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "localhost:3000")
            .header("accept-language", self.language);
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body)).unwrap();
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            assert!(
                cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
                "{cookie}"
            );
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let bytes = axum::body::to_bytes(body, 10_000_000).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Page {
            status: parts.status,
            headers: parts.headers,
            text,
        }
    }

    async fn get(&mut self, path: &str) -> Page {
        self.send("GET", path, &[], String::new()).await
    }

    async fn post(&mut self, path: &str, fields: &[(String, String)]) -> Page {
        let body = form(fields);
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("sec-fetch-site", "same-origin"),
        ];
        self.send("POST", path, &headers, body).await
    }

    /// Opens a page, fills the form with this action, sends it.
    async fn fill(&mut self, page: &str, action: &str, typed: &[(&str, &str)]) -> Page {
        let open = self.get(page).await;
        assert_eq!(open.status, StatusCode::OK, "{page}: {}", open.text);
        let mut fields = open.hidden(action);
        for (name, value) in typed {
            fields.push(((*name).to_owned(), (*value).to_owned()));
        }
        self.post(action, &fields).await
    }
}

fn form(fields: &[(String, String)]) -> String {
    let pair = |text: &str| -> String {
        text.bytes()
            .map(|b| {
                if b.is_ascii_alphanumeric() {
                    char::from(b).to_string()
                } else {
                    format!("%{b:02X}")
                }
            })
            .collect()
    };
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{}={}", pair(name), pair(value)))
        .collect();
    pairs.join("&")
}

async fn member(hall: &Hall, name: &str) -> Browser {
    let new = NewUser {
        username: name.to_owned(),
        email: format!("{name}@balai.example"),
        password: Secret("correct horse".to_owned()),
        role: ServerRole::Member,
        locale: "en".to_owned(),
        confirmed: true,
        approved: true,
    };
    services::accounts::create_user(&hall.ctx, new)
        .await
        .unwrap();
    let mut browser = Browser::new(hall, "en");
    let typed = [("name", name), ("password", "correct horse")];
    let page = browser.fill("/login", "/login", &typed).await;
    assert_eq!(page.goes_to(), "/home");
    browser
}

#[tokio::test]
async fn the_first_owner_opens_the_place_and_founds_a_group() {
    let hall = hall().await;
    let mut ana = Browser::new(&hall, "id-ID,id;q=0.9");
    let Secret(code) = services::sign_in::first_run_code(&hall.ctx)
        .await
        .unwrap()
        .unwrap();

    let wrong = ana.get("/setup?code=WRONG-CODE").await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    let page = format!("/setup?code={code}");
    let typed = [
        ("title", "Kampung Laut"),
        ("name", "ana"),
        ("email", "ana@balai.example"),
        ("password", "short"),
    ];
    let refused = ana.fill(&page, "/setup", &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("role=\"alert\"")
            && refused.text.contains("Kata sandi paling sedikit 8")
    );
    assert!(
        refused.text.contains("value=\"Kampung Laut\""),
        "what was typed stays"
    );
    let typed = [
        ("title", "Kampung Laut"),
        ("name", "ana"),
        ("email", "ana@balai.example"),
        ("password", "correct horse"),
    ];
    let done = ana.fill(&page, "/setup", &typed).await;
    assert_eq!(done.goes_to(), "/groups/new");
    assert!(ana.cookies.contains_key("balai"));
    assert_eq!(
        ana.get(&page).await.status,
        StatusCode::FORBIDDEN,
        "the code is spent"
    );

    let typed = [("title", "Kebun"), ("name", "ana"), ("kind", "approved")];
    let taken = ana.fill("/groups/new", "/groups/new", &typed).await;
    assert_eq!(
        taken.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "one namespace"
    );
    let typed = [
        ("title", "Kebun"),
        ("name", "kebun"),
        ("note", "Sayur"),
        ("kind", "approved"),
    ];
    let founded = ana.fill("/groups/new", "/groups/new", &typed).await;
    assert_eq!(founded.goes_to(), "/@kebun");

    let mut visitor = Browser::new(&hall, "id");
    let front = visitor.get("/").await;
    assert_eq!(front.status, StatusCode::OK);
    assert!(front.text.contains("Kampung Laut") && front.text.contains("href=\"/@kebun\""));
    assert!(
        front
            .header("content-security-policy")
            .starts_with("default-src 'none'; style-src 'self'")
    );
    assert_eq!(front.header("vary"), "Accept, Cookie, Accept-Language");
    assert_eq!(front.header("x-content-type-options"), "nosniff");
    assert!(visitor.cookies.is_empty(), "who only reads gets no cookie");
}

#[tokio::test]
async fn a_group_is_joined_by_its_queue_and_a_conversation_is_held_in_it() {
    let hall = hall().await;
    let mut ana = member(&hall, "ana").await;
    let mut ben = member(&hall, "ben").await;
    let typed = [
        ("title", "Garden"),
        ("name", "garden"),
        ("kind", "approved"),
    ];
    ana.fill("/groups/new", "/groups/new", &typed).await;

    assert_eq!(
        ben.fill("/@garden", "/@garden/follow", &[]).await.goes_to(),
        "/@garden"
    );
    let waiting = ben.get("/@garden").await;
    assert!(
        waiting.text.contains("Waiting for approval"),
        "{}",
        waiting.text
    );
    assert_eq!(
        ben.get("/@garden/queue").await.status,
        StatusCode::NOT_FOUND
    );
    let queue = ana.get("/@garden/queue").await;
    assert!(queue.text.contains("@ben"));
    let let_in = ana
        .fill("/@garden/queue", "/@garden/queue", &[("do", "authorize")])
        .await;
    assert_eq!(let_in.goes_to(), "/@garden/queue?did=authorize#next");
    assert!(
        ben.get("/@garden")
            .await
            .text
            .contains("href=\"/new?group=garden\"")
    );

    let typed = [
        ("group", "garden"),
        ("title", "Seeds"),
        ("text", "Who has <b>seeds</b>?"),
        ("visibility", "public"),
    ];
    let posted = ben.fill("/new?group=garden", "/new", &typed).await;
    let thread = posted.goes_to().to_owned();
    assert!(thread.starts_with("/@ben/"), "{thread}");
    let page = ana.fill(&thread, "/new", &[("text", "@ben I do")]).await;
    assert!(page.goes_to().starts_with("/@ana/"));
    let read = Browser::new(&hall, "en").get(&thread).await;
    assert_eq!(read.status, StatusCode::OK);
    assert!(
        read.text.contains("Seeds") && read.text.contains("I do"),
        "{}",
        read.text
    );
    assert!(!read.text.contains("<b>seeds"), "what is typed is text");
    let group = Browser::new(&hall, "en").get("/@garden").await;
    assert!(group.text.contains("Seeds"), "{}", group.text);

    let marked = ana
        .fill(&thread, &format!("{thread}/mark"), &[("do", "favourite")])
        .await;
    assert!(marked.goes_to().starts_with(&thread));
    assert!(
        ana.get(&thread)
            .await
            .text
            .contains("value=\"unfavourite\"")
    );

    let removed = ana.fill("/@garden/queue", "/@garden/queue", &[]).await;
    assert_eq!(
        removed.status,
        StatusCode::NOT_FOUND,
        "nothing was asked for"
    );
    let id = thread.rsplit('/').next().unwrap().to_owned();
    let csrf = ana.get("/home").await.hidden("/logout");
    let mut fields = csrf.clone();
    for (name, value) in [("do", "remove"), ("status", &id), ("reason", "rule 3")] {
        fields.push((name.to_owned(), value.to_owned()));
    }
    assert_eq!(
        ana.post("/@garden/queue", &fields).await.goes_to(),
        "/@garden/queue?did=remove#next"
    );
    let group = Browser::new(&hall, "en").get("/@garden").await;
    assert!(!group.text.contains("Seeds"), "{}", group.text);
}

#[tokio::test]
async fn a_form_from_elsewhere_changes_nothing() {
    let hall = hall().await;
    let mut ana = member(&hall, "ana").await;
    let csrf = ana.get("/home").await.hidden("/logout");
    let body = form(&csrf);
    let kind = ("content-type", "application/x-www-form-urlencoded");
    for headers in [
        vec![kind, ("sec-fetch-site", "cross-site")],
        vec![kind, ("origin", "https://evil.example")],
    ] {
        let page = ana.send("POST", "/logout", &headers, body.clone()).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
    }
    let page = ana
        .send("POST", "/logout", &[kind], "csrf=guess".to_owned())
        .await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    let page = ana
        .send(
            "POST",
            "/logout",
            &[("content-type", "text/plain")],
            body.clone(),
        )
        .await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        ana.get("/home").await.status,
        StatusCode::OK,
        "still signed in"
    );
    // Signing someone else's browser in is refused as well.
    let mut victim = Browser::new(&hall, "en");
    let typed = [
        ("name".to_owned(), "ana".to_owned()),
        ("password".to_owned(), "correct horse".to_owned()),
    ];
    assert_eq!(
        victim.post("/login", &typed).await.status,
        StatusCode::FORBIDDEN
    );

    assert_eq!(ana.post("/logout", &csrf).await.goes_to(), "/");
    assert_eq!(ana.get("/home").await.goes_to(), "/login?return_to=%2Fhome");
}

#[tokio::test]
async fn errors_are_told_in_words_of_the_reader() {
    let hall = hall().await;
    let mut visitor = Browser::new(&hall, "id");
    for path in [
        "/@nobody",
        "/nowhere",
        "/@nobody/1",
        "/@a%20b",
        "/media/../x",
        "/tags/a%2Fb",
        "/static/style-0.css",
    ] {
        let page = visitor.get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(
            page.text.contains("lang=\"id\"") && page.text.contains("Tidak ada apa-apa di sini"),
            "{path}"
        );
    }
    let page = visitor.get("/logout").await;
    assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(
        page.text.contains("Itu tidak bisa di sini"),
        "{}",
        page.text
    );
    let page = visitor.get("/@%ff").await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(page.text.contains("<h1>"), "{}", page.text);
    let page = visitor.get("/home?max_id=x").await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    let english = visitor.get("/nowhere?lang=en").await;
    assert!(english.text.contains("lang=\"en\""));
    let again = visitor.get("/nowhere").await;
    assert!(
        again.text.contains("lang=\"en\""),
        "the choice is remembered"
    );
    let mut other = Browser::new(&hall, "en");
    let page = other
        .fill(
            "/login?return_to=//evil.example",
            "/login",
            &[("name", "x"), ("password", "y")],
        )
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.text.contains("name=\"return_to\" value=\"\""),
        "{}",
        page.text
    );
}
