//! How others find us: WebFinger, host-meta, NodeInfo.

use std::sync::Arc;

use activitypub_federation::FEDERATION_CONTENT_TYPE;
use activitypub_federation::fetch::webfinger::{Webfinger, WebfingerLink};
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE};
use model::AccountKind;
use model::settings::Registrations;
use serde_json::{Value, json};
use services::views::{AccountView, account};
use url::Url;

use super::actors::by_name;
use super::reply;
use crate::engine::Federation;
use crate::error::{Error, Result};
use crate::keyring;
use crate::urls::{Ours, ours};

const JRD: &str = "application/jrd+json; charset=utf-8";
const JSON: &str = "application/json; charset=utf-8";
/// A resource of more bytes than this names nobody here.
const LONGEST: usize = 2048;

/// Who is behind a handle or an address: people, groups (one namespace), and the server itself.
pub(super) async fn webfinger(State(fed): State<Arc<Federation>>, request: Request) -> Response {
    let (head, _) = request.into_parts();
    let resource = reply::parameter(&head, "resource").filter(|text| text.len() <= LONGEST);
    let Some(resource) = resource.filter(|text| !text.is_empty()) else {
        let body = r#"{"error":"resource is missing"}"#;
        return (StatusCode::BAD_REQUEST, [(CONTENT_TYPE, JSON)], body).into_response();
    };
    match found(&fed, &resource).await {
        Ok(Some(view)) => match jrd(&fed, &view) {
            Ok(value) => reply::open_json(JRD, &value),
            Err(error) => reply::failed(&error),
        },
        Ok(None) => reply::not_found(),
        Err(error) => reply::failed(&error),
    }
}

async fn found(fed: &Arc<Federation>, resource: &str) -> Result<Option<AccountView>> {
    let place = &fed.ctx.place;
    let domain = place.domain().as_str();
    if resource.starts_with("https://") || resource.starts_with("http://") {
        let address = resource.trim_end_matches('/');
        return match ours(place, address) {
            Some(Ours::Person(name) | Ours::Group(name) | Ours::Account(name)) => {
                let view = by_name(fed, &name).await?;
                Ok(view.filter(|view| view.account.uri == address || view.account.url == address))
            }
            Some(Ours::Server) => server(fed).await.map(Some),
            _ if address == place.base() => server(fed).await.map(Some),
            _ => Ok(None),
        };
    }
    let handle = resource.strip_prefix("acct:").unwrap_or(resource);
    let Some((name, host)) = handle.trim_start_matches('@').rsplit_once('@') else {
        return Ok(None);
    };
    if !host.eq_ignore_ascii_case(domain) {
        return Ok(None);
    }
    if name.eq_ignore_ascii_case(domain) || name.eq_ignore_ascii_case(&place.server_name()) {
        return server(fed).await.map(Some);
    }
    by_name(fed, name).await
}

async fn server(fed: &Arc<Federation>) -> Result<AccountView> {
    let id = keyring::server_account(fed).await?;
    Ok(account::one(&fed.ctx, id).await?)
}

fn jrd(fed: &Federation, view: &AccountView) -> Result<Value> {
    let place = &fed.ctx.place;
    let broken = |error: url::ParseError| Error::Rejected(error.to_string());
    let account = &view.account;
    let is_server = account.kind == AccountKind::Server;
    let uri = Url::parse(&account.uri).map_err(broken)?;
    let page = if is_server {
        place.base()
    } else {
        &account.url
    };
    let page = Url::parse(page).map_err(broken)?;
    let name = if is_server {
        place.domain().as_str()
    } else {
        &account.username
    };
    let link = |rel: &str, kind: Option<&str>, href: Option<&Url>| WebfingerLink {
        rel: Some(rel.to_owned()),
        kind: kind.map(str::to_owned),
        href: href.cloned(),
        ..WebfingerLink::default()
    };
    let mut links = vec![
        link(
            "http://webfinger.net/rel/profile-page",
            Some("text/html"),
            Some(&page),
        ),
        link("self", Some(FEDERATION_CONTENT_TYPE), Some(&uri)),
    ];
    if !is_server {
        links.push(WebfingerLink {
            template: Some(format!(
                "{}/authorize_interaction?uri={{uri}}",
                place.base()
            )),
            ..link("http://ostatus.org/schema/1.0/subscribe", None, None)
        });
    }
    let answer = Webfinger {
        subject: format!("acct:{name}@{}", place.domain()),
        links,
        aliases: vec![page, uri],
        ..Webfinger::default()
    };
    let mut value =
        serde_json::to_value(&answer).map_err(|error| Error::Rejected(error.to_string()))?;
    // RFC 7033 knows no null; strict readers stumble over it.
    for link in value
        .get_mut("links")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        if let Some(link) = link.as_object_mut() {
            link.retain(|_name, value| !value.is_null());
        }
    }
    Ok(value)
}

fn webfinger_template(fed: &Federation) -> String {
    let base = fed.ctx.place.base();
    format!("{base}/.well-known/webfinger?resource={{uri}}")
}

/// Where WebFinger is (RFC 6415).
pub(super) async fn host_meta(State(fed): State<Arc<Federation>>) -> Response {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <XRD xmlns=\"http://docs.oasis-open.org/ns/xri/xrd-1.0\">\n  \
         <Link rel=\"lrdd\" type=\"application/jrd+json\" template=\"{}\"/>\n</XRD>\n",
        webfinger_template(&fed)
    );
    let headers = [
        (CONTENT_TYPE, "application/xrd+xml; charset=utf-8"),
        (CACHE_CONTROL, "public, max-age=3600"),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    (headers, body).into_response()
}

/// The same in JSON.
pub(super) async fn host_meta_json(State(fed): State<Arc<Federation>>) -> Response {
    let link = json!({
        "rel": "lrdd",
        "type": "application/jrd+json",
        "template": webfinger_template(&fed),
    });
    reply::open_json(JRD, &json!({"links": [link]}))
}

/// Which NodeInfo documents there are, and the server's own actor (FEP-2677).
pub(super) async fn nodeinfo_links(State(fed): State<Arc<Federation>>) -> Response {
    let base = fed.ctx.place.base();
    let schema = "http://nodeinfo.diaspora.software/ns/schema";
    let links = json!({"links": [
        {"rel": format!("{schema}/2.0"), "href": format!("{base}/nodeinfo/2.0")},
        {"rel": format!("{schema}/2.1"), "href": format!("{base}/nodeinfo/2.1")},
        {"rel": "https://www.w3.org/ns/activitystreams#Application", "href": format!("{base}/actor")},
    ]});
    reply::open_json(JRD, &links)
}

/// What this server is and how many are here.
pub(super) async fn nodeinfo(
    State(fed): State<Arc<Federation>>,
    Path(version): Path<String>,
) -> Response {
    let (version, kind) = match version.as_str() {
        "2.0" | "2.0.json" => (
            "2.0",
            "application/json; profile=\"http://nodeinfo.diaspora.software/ns/schema/2.0#\"",
        ),
        "2.1" | "2.1.json" => (
            "2.1",
            "application/json; profile=\"http://nodeinfo.diaspora.software/ns/schema/2.1#\"",
        ),
        _ => return reply::not_found(),
    };
    let count = match services::accounts::statistics(&fed.ctx).await {
        Ok(count) => count,
        Err(error) => return reply::failed(&error.into()),
    };
    let settings = fed.ctx.settings();
    let document = json!({
        "version": version,
        "software": {"name": "balai", "version": env!("CARGO_PKG_VERSION")},
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": settings.registrations == Registrations::Open,
        "usage": {
            "users": {
                "total": count.users,
                "activeMonth": count.active_month,
                "activeHalfyear": count.active_half_year,
            },
            "localPosts": count.statuses,
        },
        "metadata": {
            "nodeName": settings.title,
            "nodeDescription": settings.description,
            // By this megalodon (and the apps that stand on it) learns whose API it may speak here.
            "upstream": {"name": "mastodon"},
        },
    });
    reply::open_json(kind, &document)
}
