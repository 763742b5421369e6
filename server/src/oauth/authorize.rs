//! `/oauth/authorize`: a person decides what an app may do. Whatever is wrong with the app or its
//! address is told here and never redirected (threats, row 96).

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use model::{AccountId, Secret};
use services::oauth::{self, App, Consent, OUT_OF_BAND};
use services::views::account::Viewer;

use super::redirect::{Destination, with_answer};
use crate::i18n::Words;
use crate::state::AppState;
use crate::web::cards::NameCard;
use crate::web::form::{Fields, MemberForm};
use crate::web::layout::{Layout, print, print_as};
use crate::web::redirects::{query, see_other, to_sign_in};
use crate::web::viewer::PageViewer;
use crate::web::{Failure, policy_towards};

#[derive(Template)]
#[template(path = "oauth_consent.html")]
pub(crate) struct ConsentPage {
    pub(crate) l: Layout,
    pub(crate) app: String,
    pub(crate) website: String,
    pub(crate) me: String,
    pub(crate) groups: Vec<NameCard>,
    pub(crate) may: Vec<String>,
    pub(crate) is_shown: bool,
    pub(crate) site: String,
    pub(crate) other: String,
    pub(crate) hidden: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "oauth_code.html")]
pub(crate) struct CodePage {
    pub(crate) l: Layout,
    pub(crate) code: String,
}

#[derive(Template)]
#[template(path = "oauth_problem.html")]
pub(crate) struct ProblemPage {
    pub(crate) l: Layout,
    pub(crate) text: String,
}

/// What an app asks for, after the first look.
enum Asked {
    /// A person may decide.
    Fit(Box<Consent>),
    /// The app made a mistake and is told so at its own address.
    Refused {
        redirect_uri: String,
        error: &'static str,
    },
    /// Nobody is told anything but the person here.
    Suspicious(String),
}

/// Looks at the parameters. Only an address that the known app has registered, letter by letter, is
/// ever redirected to.
async fn understand(app: &AppState, w: Words, fields: &Fields) -> Result<Asked, Failure> {
    let client_id = fields.get("client_id");
    if client_id.is_empty() {
        return Ok(Asked::Suspicious(w.say("oauth-problem-request")));
    }
    let known = match oauth::app(&app.ctx, client_id).await {
        Ok(known) => known,
        Err(services::Error::NotFound | services::Error::Unauthorized(_)) => {
            return Ok(Asked::Suspicious(w.say("oauth-problem-unknown-app")));
        }
        Err(other) => return Err(other.into()),
    };
    let Some(redirect_uri) = registered(&known, fields.get("redirect_uri")) else {
        return Ok(Asked::Suspicious(w.say("oauth-problem-redirect")));
    };
    if fields.get("response_type") != "code" {
        let error = "unsupported_response_type";
        return Ok(Asked::Refused {
            redirect_uri,
            error,
        });
    }
    let method = match fields.get("code_challenge_method") {
        // RFC 7636 lets a missing method mean `plain`, which is not offered.
        "" => "plain",
        method => method,
    };
    let challenge = match fields.get("code_challenge") {
        "" => None,
        challenge => Some((challenge, method)),
    };
    let scope = Some(fields.get("scope")).filter(|scope| !scope.is_empty());
    match oauth::consent(&app.ctx, client_id, &redirect_uri, scope, challenge).await {
        Ok(consent) => Ok(Asked::Fit(Box::new(consent))),
        Err(services::Error::Invalid(problems)) => {
            let about_scope = problems
                .iter()
                .any(|problem| problem.field.starts_with("scope"));
            let error = if about_scope {
                "invalid_scope"
            } else {
                "invalid_request"
            };
            Ok(Asked::Refused {
                redirect_uri,
                error,
            })
        }
        Err(services::Error::NotFound) => Ok(Asked::Suspicious(w.say("oauth-problem-unknown-app"))),
        Err(other) => Err(other.into()),
    }
}

/// The address where the answer goes. It may be left out by an app that has only one (RFC 6749, 3.1.2.3).
fn registered(app: &App, asked: &str) -> Option<String> {
    match (asked, app.redirect_uris.as_slice()) {
        ("", [only]) => Some(only.clone()),
        (asked, all) => all.iter().find(|uri| uri.as_str() == asked).cloned(),
    }
}

/// An error for the app, at its own address; an app without one leaves the person with a page.
fn refuse(
    app: &AppState,
    page: &PageViewer,
    redirect_uri: &str,
    error: &str,
    state: &str,
) -> Result<Response, Failure> {
    if redirect_uri == OUT_OF_BAND {
        if error == "access_denied" {
            return Ok(see_other("/"));
        }
        return problem(app, page, page.words.say("oauth-problem-request"));
    }
    Ok(see_other(&answered(redirect_uri, "error", error, state)))
}

/// The app's address with what it is told, and its own `state` where it sent one.
fn answered(redirect_uri: &str, name: &str, value: &str, state: &str) -> String {
    if state.is_empty() {
        with_answer(redirect_uri, &[(name, value)])
    } else {
        with_answer(redirect_uri, &[(name, value), ("state", state)])
    }
}

fn problem(app: &AppState, page: &PageViewer, text: String) -> Result<Response, Failure> {
    let l = Layout::new(app, page, page.words.say("oauth-problem")).private();
    print_as(StatusCode::BAD_REQUEST, &ProblemPage { l, text })
}

/// `GET /oauth/authorize`
pub(super) async fn ask(
    State(app): State<AppState>,
    RawQuery(raw): RawQuery,
    page: PageViewer,
) -> Result<Response, Failure> {
    let fields = Fields::parse(raw.unwrap_or_default().as_bytes());
    let consent = match understand(&app, page.words, &fields).await? {
        Asked::Suspicious(text) => return problem(&app, &page, text),
        Asked::Refused {
            redirect_uri,
            error,
        } => {
            return refuse(&app, &page, &redirect_uri, error, fields.get("state"));
        }
        Asked::Fit(consent) => consent,
    };
    let back = way_back(&fields);
    if matches!(fields.get("force_login"), "true" | "1") {
        return Ok(see_other(&format!(
            "/login?{}",
            query(&[("again", "1"), ("return_to", &back)])
        )));
    }
    let Some(session) = &page.session else {
        return Ok(to_sign_in(&back));
    };
    let mut hidden = vec![
        ("response_type", "code".to_owned()),
        ("client_id", consent.app.client_id.clone()),
        ("redirect_uri", consent.redirect_uri.clone()),
        ("scope", consent.scopes.to_string()),
    ];
    for name in ["state", "code_challenge", "code_challenge_method"] {
        if fields.has(name) {
            hidden.push((name, fields.get(name).to_owned()));
        }
    }
    let groups = oauth::groups_of(&app.ctx, &session.viewer).await?;
    let destination = Destination::of(&consent.redirect_uri);
    let website = consent.app.website.clone().unwrap_or_default();
    let template = ConsentPage {
        l: Layout::new(&app, &page, page.words.say("oauth-title")).private(),
        app: consent.app.name.clone(),
        website: crate::web::web_only(&website),
        me: session.viewer.account.acct(),
        groups: groups
            .iter()
            .map(|view| NameCard::of(&app.ctx.place, view))
            .collect(),
        may: in_words(page.words, &consent.scopes),
        is_shown: destination == Destination::Shown,
        site: match destination {
            Destination::Site(site) => site,
            _ => String::new(),
        },
        other: format!("/login?{}", query(&[("again", "1"), ("return_to", &back)])),
        hidden,
    };
    let mut response = print(&template)?;
    let policy = policy_towards(&consent.redirect_uri);
    if let Ok(policy) = HeaderValue::try_from(policy) {
        response
            .headers_mut()
            .insert(CONTENT_SECURITY_POLICY, policy);
    }
    Ok(not_stored(response))
}

/// This page again after signing in, without the wish to sign in again.
fn way_back(fields: &Fields) -> String {
    const KEPT: [&str; 8] = [
        "response_type",
        "client_id",
        "redirect_uri",
        "scope",
        "state",
        "code_challenge",
        "code_challenge_method",
        "lang",
    ];
    let pairs: Vec<(&str, &str)> = KEPT
        .into_iter()
        .filter(|name| fields.has(name))
        .map(|name| (name, fields.get(name)))
        .collect();
    format!("/oauth/authorize?{}", query(&pairs))
}

/// What the scopes allow, each thing once, in plain words.
pub(crate) fn in_words(w: Words, scopes: &model::Scopes) -> Vec<String> {
    let mut said = Vec::new();
    for scope in scopes.iter() {
        let key = match scope.as_str() {
            "profile" => "scope-profile",
            "read" => "scope-read",
            "write" => "scope-write",
            "follow" => "scope-follow",
            "push" => "scope-push",
            word if word.starts_with("admin:read") => "scope-admin-read",
            word if word.starts_with("admin:") => "scope-admin-write",
            word if word.starts_with("read:") => "scope-read-some",
            _ => "scope-write-some",
        };
        // The whole says more than its parts.
        let covered = (key == "scope-read-some" && said.contains(&"scope-read"))
            || (key == "scope-write-some" && said.contains(&"scope-write"));
        if !covered && !said.contains(&key) {
            said.push(key);
        }
    }
    said.into_iter().map(|key| w.say(key)).collect()
}

/// `POST` (and `DELETE`, which is a refusal) `/oauth/authorize`
pub(super) async fn answer(
    State(app): State<AppState>,
    method: axum::http::Method,
    MemberForm {
        page,
        session,
        fields,
    }: MemberForm,
) -> Result<Response, Failure> {
    // All of it is looked at again: what came back in the form is what a browser says it is.
    let consent = match understand(&app, page.words, &fields).await? {
        Asked::Suspicious(text) => return problem(&app, &page, text),
        Asked::Refused {
            redirect_uri,
            error,
        } => {
            return refuse(&app, &page, &redirect_uri, error, fields.get("state"));
        }
        Asked::Fit(consent) => consent,
    };
    let state = fields.get("state");
    if method == axum::http::Method::DELETE || fields.get("answer") != "allow" {
        return refuse(&app, &page, &consent.redirect_uri, "access_denied", state);
    }
    let viewer = chosen(&app, &session.viewer, fields.get("as")).await?;
    let Secret(code) = oauth::grant(&app.ctx, &viewer, &consent).await?;
    let target = if consent.redirect_uri == OUT_OF_BAND {
        format!("/oauth/authorize/native?{}", query(&[("code", &code)]))
    } else {
        answered(&consent.redirect_uri, "code", &code, state)
    };
    Ok(not_stored(see_other(&target)))
}

/// As whom the app will act: the person, or a group that they moderate.
async fn chosen(app: &AppState, person: &Viewer, choice: &str) -> Result<Viewer, Failure> {
    if matches!(choice, "" | "me") {
        return Ok(person.clone());
    }
    let group: AccountId = choice.parse().map_err(|_e| Failure::NOT_FOUND)?;
    Ok(oauth::acting_for(&app.ctx, person, group).await?)
}

/// `GET /oauth/authorize/native?code=`: the code to copy by hand.
pub(super) async fn show_code(
    State(app): State<AppState>,
    RawQuery(raw): RawQuery,
    page: PageViewer,
) -> Result<Response, Failure> {
    // A link that somebody else sent shows nothing to who has not just agreed to something.
    if page.viewer().is_none() {
        return Err(Failure::NOT_FOUND);
    }
    let fields = Fields::parse(raw.unwrap_or_default().as_bytes());
    let code = fields.get("code");
    let is_one = (1..=128).contains(&code.len())
        && code
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~'));
    if !is_one {
        return Err(Failure::NOT_FOUND);
    }
    let mut l = Layout::new(&app, &page, page.words.say("oauth-code-title")).private();
    // A choice of language must not put the code into yet another address.
    l.here = "/?".to_owned();
    print(&CodePage {
        l,
        code: code.to_owned(),
    })
    .map(not_stored)
}

/// Codes stay out of caches and out of what the next page is told.
fn not_stored(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(
        HeaderName::from_static("cache-control"),
        HeaderValue::from_static("private, no-store"),
    );
    // The consent page is left by a form, whose Origin has to name us.
    if !headers.contains_key(CONTENT_SECURITY_POLICY) {
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    }
    response
}

#[cfg(test)]
mod tests {
    use model::{AppId, Scopes};

    use super::*;
    use crate::i18n::Lang;

    fn app(redirect_uris: &[&str]) -> App {
        App {
            id: AppId(1),
            name: "Test".to_owned(),
            website: None,
            redirect_uris: redirect_uris.iter().map(|uri| (*uri).to_owned()).collect(),
            scopes: Scopes::standard(),
            client_id: "x".to_owned(),
            client_secret: Secret(String::new()),
        }
    }

    #[test]
    fn only_a_registered_address_gets_an_answer() {
        let app = app(&["https://elk.example/cb", "http://127.0.0.1:4000/cb"]);
        assert!(registered(&app, "https://elk.example/cb").is_some());
        for bad in [
            "",
            "https://elk.example/cb/",
            "https://elk.example/cb?x",
            "https://elk.example/c",
            "https://ELK.example/cb",
            "http://elk.example/cb",
            "https://elk.example:443/cb",
            "http://127.0.0.1:4001/cb",
            "https://elk.example.evil.example/cb",
            "javascript:alert(1)",
        ] {
            assert_eq!(registered(&app, bad), None, "{bad}");
        }
    }

    #[test]
    fn an_app_with_one_address_need_not_name_it() {
        assert_eq!(
            registered(&app(&[OUT_OF_BAND]), "").as_deref(),
            Some(OUT_OF_BAND)
        );
        assert_eq!(registered(&app(&[]), ""), None);
    }

    #[test]
    fn scopes_are_told_in_words_and_each_once() {
        let w = Words::of(Lang::English);
        let said = |text| in_words(w, &Scopes::parse(text).unwrap());
        assert_eq!(said("read write follow push").len(), 4);
        assert_eq!(said("read:statuses read:accounts write:media").len(), 2);
        assert_eq!(said("read read:statuses").len(), 1);
        assert_eq!(said("profile"), ["see your name and picture"]);
    }

    #[test]
    fn the_way_back_from_signing_in_asks_no_second_time() {
        let fields = Fields::parse(
            b"client_id=a&redirect_uri=https%3A%2F%2Felk.example%2Fcb&force_login=true&state=s%26t&response_type=code",
        );
        let back = way_back(&fields);
        assert_eq!(
            back,
            "/oauth/authorize?response_type=code&client_id=a&redirect_uri=https%3A%2F%2Felk.example%2Fcb&state=s%26t"
        );
        assert_eq!(crate::web::safe_path(&back).as_deref(), Some(back.as_str()));
    }

    #[test]
    fn the_page_of_consent_offers_to_agree_and_to_refuse() {
        let l = |lang| Layout {
            w: Words::of(lang),
            title: "Izin".to_owned(),
            place: "Kampung Laut".to_owned(),
            style: "/static/style.css",
            me: "ana".to_owned(),
            csrf: "0f".repeat(16),
            here: "/oauth/authorize?".to_owned(),
            ..Layout::default()
        };
        for lang in [Lang::English, Lang::Indonesian] {
            let w = Words::of(lang);
            let consent = ConsentPage {
                l: l(lang),
                app: "Tusky <b>\u{202e}".to_owned(),
                website: "https://tusky.example".to_owned(),
                me: "ana".to_owned(),
                groups: vec![NameCard {
                    id: "7".to_owned(),
                    acct: "garden".to_owned(),
                    name: "The <b> garden".to_owned(),
                    ..NameCard::default()
                }],
                may: in_words(w, &Scopes::parse("read write follow push").unwrap()),
                is_shown: false,
                site: "elk.example".to_owned(),
                other: "/login?again=1".to_owned(),
                hidden: vec![("state", "\"><script>".to_owned())],
            };
            let html = consent.render().unwrap();
            assert!(
                !html.contains("<script") && !html.contains("Tusky <b>"),
                "{html}"
            );
            let allow = html.find("value=\"allow\"").unwrap();
            assert!(allow < html.find("value=\"deny\"").unwrap());
            assert!(html.contains("elk.example") && html.contains("name=\"csrf\""));
            assert!(html.contains("name=\"as\" value=\"me\" checked"), "{html}");
            assert!(html.contains("name=\"as\" value=\"7\">") && !html.contains("The <b>"));
            let shown = CodePage {
                l: l(lang),
                code: "abcDEF012345-_~.".repeat(3),
            };
            let code = shown.render().unwrap();
            assert!(code.contains("readonly") && code.contains(">abcDEF012345-_~."));
            if let Ok(folder) = std::env::var("BALAI_PAGES_OUT") {
                std::fs::write(format!("{folder}/consent-{}.html", lang.code()), html).unwrap();
                std::fs::write(format!("{folder}/code-{}.html", lang.code()), code).unwrap();
            }
        }
    }

    #[test]
    fn a_state_comes_back_as_it_was_and_only_if_it_was() {
        assert_eq!(answered("a://b", "code", "c", ""), "a://b?code=c");
        assert_eq!(
            answered("a://b", "error", "access_denied", "x y"),
            "a://b?error=access_denied&state=x+y"
        );
    }
}
