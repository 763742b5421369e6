//! The API's description of itself (`OpenAPI` 3.1), made from the table of routes: each handler's
//! arguments say what they read. Shapes of answers are Mastodon's and are described there.

use std::fmt::Write as _;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, Method};
use serde::de::DeserializeOwned;
use utoipa::openapi::path::{
    HttpMethod, Operation, OperationBuilder, ParameterBuilder, ParameterIn, ParameterStyle,
    PathItem, PathsBuilder,
};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::schema::{
    ArrayBuilder, KnownFormat, ObjectBuilder, Schema, SchemaFormat, SchemaType, Type,
};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, RefOr, Required,
    ResponseBuilder, SecurityRequirement,
};

use super::{Route, Routes};
use crate::auth::{AppAuth, Auth, Caller, MaybeAuth, Public, StreamAuth, Word};
use crate::client::Client;
use crate::extract::{
    At, BigParams, HugeParams, IdempotencyKey, Limit, Paging, Params, PrintedParams, Shape,
};

/// What a handler reads of a request.
#[derive(Clone, Debug, Default)]
pub struct Reads {
    /// Parameters of query and body.
    pub parameters: Vec<Shape>,
    /// Parameters that only the query has.
    pub query: Vec<(&'static str, Shape)>,
    /// Headers.
    pub headers: Vec<&'static str>,
}

/// An argument of a handler, which says what it reads. One that does not cannot be part of a route.
pub trait Asks {
    /// Adds what it reads.
    fn asks(reads: &mut Reads);
}

impl<N> Asks for Auth<N> {
    fn asks(_reads: &mut Reads) {}
}
impl<N> Asks for MaybeAuth<N> {
    fn asks(_reads: &mut Reads) {}
}
impl<N> Asks for AppAuth<N> {
    fn asks(_reads: &mut Reads) {}
}
/// A stream; which one stands in the query.
impl<N> Asks for StreamAuth<N> {
    fn asks(reads: &mut Reads) {
        let names = ["stream", "list", "tag"];
        reads.query.extend(names.map(|name| (name, Shape::Text)));
    }
}
impl Asks for RawQuery {
    fn asks(_reads: &mut Reads) {}
}
impl Asks for std::result::Result<WebSocketUpgrade, WebSocketUpgradeRejection> {
    fn asks(_reads: &mut Reads) {}
}
impl Asks for Word {
    fn asks(_reads: &mut Reads) {}
}
impl Asks for Public {
    fn asks(_reads: &mut Reads) {}
}
impl<S> Asks for State<S> {
    fn asks(_reads: &mut Reads) {}
}
impl Asks for Client {
    fn asks(_reads: &mut Reads) {}
}
impl Asks for HeaderMap {
    fn asks(_reads: &mut Reads) {}
}
/// The path says it itself.
impl<T> Asks for At<T> {
    fn asks(_reads: &mut Reads) {}
}
impl<T: DeserializeOwned> Asks for PrintedParams<T> {
    fn asks(reads: &mut Reads) {
        reads.parameters.push(Shape::of::<T>());
    }
}
impl<T: DeserializeOwned> Asks for Params<T> {
    fn asks(reads: &mut Reads) {
        reads.parameters.push(Shape::of::<T>());
    }
}
impl<T: DeserializeOwned> Asks for BigParams<T> {
    fn asks(reads: &mut Reads) {
        reads.parameters.push(Shape::of::<T>());
    }
}
impl<T: DeserializeOwned> Asks for HugeParams<T> {
    fn asks(reads: &mut Reads) {
        reads.parameters.push(Shape::of::<T>());
    }
}
impl Asks for IdempotencyKey {
    fn asks(reads: &mut Reads) {
        reads.headers.push("Idempotency-Key");
    }
}
impl<L: Limit> Asks for Paging<L> {
    fn asks(reads: &mut Reads) {
        let cursors = ["max_id", "since_id", "min_id", "limit"];
        reads.query.extend(cursors.map(|name| (name, Shape::Whole)));
    }
}

impl Routes {
    /// The description of all routes.
    #[must_use]
    pub fn described(&self) -> OpenApi {
        let paths = self.iter().fold(PathsBuilder::new(), |paths, route| {
            match known(&route.method) {
                Some(method) => {
                    let operation = operation(route, &method);
                    paths.path(route.path, PathItem::new(method, operation))
                }
                None => paths,
            }
        });
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let info = InfoBuilder::new()
            .title("Balai")
            .version(env!("CARGO_PKG_VERSION"))
            .description(Some("The Mastodon API as this server speaks it."));
        OpenApiBuilder::new()
            .info(info.build())
            .paths(paths.build())
            .components(Some(
                ComponentsBuilder::new()
                    .security_scheme(BEARER, SecurityScheme::Http(bearer))
                    .build(),
            ))
            .build()
    }
}

const BEARER: &str = "bearer";
/// Where streams are spoken to.
const SOCKET: &str = "/api/v1/streaming";

const fn known(method: &Method) -> Option<HttpMethod> {
    match *method {
        Method::GET => Some(HttpMethod::Get),
        Method::POST => Some(HttpMethod::Post),
        Method::PUT => Some(HttpMethod::Put),
        Method::PATCH => Some(HttpMethod::Patch),
        Method::DELETE => Some(HttpMethod::Delete),
        _ => None,
    }
}

fn operation(route: &Route, method: &HttpMethod) -> Operation {
    let names = route.path.split('/').filter_map(|part| {
        let name = part.strip_prefix('{')?.strip_suffix('}')?;
        Some(name.trim_start_matches('*'))
    });
    let mut about = OperationBuilder::new().operation_id(Some(operation_id(route)));
    for name in names {
        about = about.parameter(
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Path)
                .required(Required::True)
                .schema(Some(schema(&Shape::Text))),
        );
    }
    for name in &route.reads.headers {
        about = about.parameter(
            ParameterBuilder::new()
                .name(*name)
                .parameter_in(ParameterIn::Header)
                .required(Required::False)
                .schema(Some(schema(&Shape::Text))),
        );
    }
    let in_query = matches!(method, HttpMethod::Get | HttpMethod::Delete);
    let mut query = route.reads.query.clone();
    for shape in &route.reads.parameters {
        match shape {
            Shape::Object(fields) if in_query => query.extend(fields.iter().cloned()),
            _ => about = about.request_body(Some(body(shape))),
        }
    }
    query.dedup_by_key(|(name, _)| *name);
    for (name, shape) in &query {
        about = about.parameter(in_the_query(name, shape));
    }
    if route.access.caller != Caller::Anyone {
        let scopes = route.access.scopes.iter().map(|scope| scope.as_str());
        about = about.security(SecurityRequirement::new(BEARER, scopes));
    }
    if route.access.caller == Caller::AnyoneOrToken {
        about = about.security(SecurityRequirement::default());
    }
    answers(route)
        .into_iter()
        .fold(about, |about, (status, text)| {
            let kind = kind(route, status);
            about.response(
                status,
                ResponseBuilder::new()
                    .description(text)
                    .content(kind, ContentBuilder::new().build())
                    .build(),
            )
        })
        .build()
}

fn operation_id(route: &Route) -> String {
    let mut id = route.method.as_str().to_ascii_lowercase();
    for part in route.path.split('/').filter(|part| !part.is_empty()) {
        let part = part.trim_matches(['{', '}', '*']);
        let _cannot_fail = write!(id, "_{part}");
    }
    id
}

fn in_the_query(name: &str, shape: &Shape) -> ParameterBuilder {
    let list = matches!(shape, Shape::List(_));
    let name = if list {
        format!("{name}[]")
    } else {
        name.to_owned()
    };
    let about = ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .schema(Some(schema(shape)));
    match shape {
        Shape::List(_) => about.style(Some(ParameterStyle::Form)).explode(Some(true)),
        Shape::Object(_) => about
            .style(Some(ParameterStyle::DeepObject))
            .explode(Some(true)),
        _ => about,
    }
}

fn body(shape: &Shape) -> RequestBody {
    let content = || ContentBuilder::new().schema(Some(schema(shape))).build();
    let body = RequestBodyBuilder::new().required(Some(Required::False));
    let body = if has_file(shape) {
        body
    } else {
        body.content("application/json", content())
            .content("application/x-www-form-urlencoded", content())
    };
    body.content("multipart/form-data", content()).build()
}

fn has_file(shape: &Shape) -> bool {
    match shape {
        Shape::File => true,
        Shape::List(of) => has_file(of),
        Shape::Object(fields) => fields.iter().any(|(_, shape)| has_file(shape)),
        _ => false,
    }
}

/// What an answer is: JSON, but for what streams.
fn kind(route: &Route, status: &str) -> &'static str {
    match route.path.strip_prefix("/api/v1/streaming/") {
        Some("health") if status == "200" => "text/plain",
        Some(_) if status == "200" => "text/event-stream",
        _ => "application/json",
    }
}

/// The statuses that a route may answer. What every route may say is said for each.
fn answers(route: &Route) -> Vec<(&'static str, &'static str)> {
    let mut answers = vec![
        ("200", "It was done."),
        ("400", "The request is malformed."),
        ("404", "There is no such thing, or not for this caller."),
        ("410", "It is no more."),
        ("413", "The request is too large."),
        ("415", "The body has a type that is not read."),
        ("422", "What was asked for is not possible."),
        ("429", "Too many requests."),
        ("503", "Not now."),
    ];
    if route.access.caller != Caller::Anyone {
        answers.push(("401", "The token is missing or not valid."));
        answers.push(("403", "The token or the person may not do this."));
    }
    if route.path == SOCKET {
        answers.push(("101", "The socket is open."));
    }
    if route.path.contains("/media") {
        answers.push(("202", "It is being worked on."));
        answers.push(("206", "It is still being worked on."));
    }
    answers
}

fn schema(shape: &Shape) -> RefOr<Schema> {
    let plain = |kind: Type| ObjectBuilder::new().schema_type(SchemaType::Type(kind));
    let built = match shape {
        Shape::Any => ObjectBuilder::new().schema_type(SchemaType::AnyValue),
        Shape::Flag => plain(Type::Boolean),
        Shape::Whole => plain(Type::Integer),
        Shape::Number => plain(Type::Number),
        Shape::Text => plain(Type::String),
        Shape::File => {
            plain(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
        }
        Shape::Words(words) => plain(Type::String).enum_values(Some(words.iter().copied())),
        Shape::Object(fields) => fields
            .iter()
            .fold(plain(Type::Object), |object, (name, shape)| {
                object.property(*name, schema(shape))
            }),
        Shape::List(of) => {
            return RefOr::T(Schema::Array(ArrayBuilder::new().items(schema(of)).build()));
        }
    };
    RefOr::T(Schema::Object(built.build()))
}
