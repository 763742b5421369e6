//! What a request is answered when it fails: one value, printed as Mastodon's JSON here, or as a page
//! by `web`. The only place that knows status codes. Causes go to the log once, never to a client.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use services::Problem;
use services::rows::DatabaseError;

/// Shorthand for what every handler returns.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a request was not answered as it hoped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A use case said no.
    #[error(transparent)]
    Service(#[from] services::Error),
    /// No such thing or no such address; the two are not told apart.
    #[error("not found")]
    NotFound,
    /// The address exists, the method does not.
    #[error("method not allowed")]
    WrongMethod,
    /// No token, an unknown one or a revoked one.
    #[error("no valid token")]
    NoToken,
    /// A token that was not given for this.
    #[error("outside the authorized scopes")]
    OutsideScopes,
    /// A token of an app alone where a person is needed.
    #[error("a person is needed")]
    NeedsPerson,
    /// A token that belongs to no app where an app is needed.
    #[error("an app is needed")]
    NeedsApp,
    /// The request cannot be read at all.
    #[error("{0}")]
    Malformed(String),
    /// The request can be read and makes no sense.
    #[error("{0}")]
    Unprocessable(String),
    /// A feature of Mastodon's API that this server does not have; nothing was changed.
    #[error("not built")]
    NotBuilt,
    /// More bytes than this address takes.
    #[error("too large")]
    TooLarge,
    /// Neither JSON nor a form.
    #[error("unknown type of body")]
    UnsupportedType,
    /// Too many requests; the seconds until the next may come.
    #[error("too many requests")]
    TooMany(i64),
    /// A fault of ours.
    #[error("{0}")]
    Fault(String),
}

impl Error {
    /// The status code.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        use services::Error as Service;
        match self {
            Self::NotFound | Self::Service(Service::NotFound) => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::NoToken | Self::Service(Service::Unauthorized(_)) => StatusCode::UNAUTHORIZED,
            Self::OutsideScopes | Self::Service(Service::Forbidden(_) | Service::Barred(_)) => {
                StatusCode::FORBIDDEN
            }
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::NeedsPerson
            | Self::NeedsApp
            | Self::Unprocessable(_)
            | Self::NotBuilt
            | Self::Service(
                Service::Invalid(_)
                | Service::Conflict(_)
                | Service::LimitExceeded(_)
                | Service::Media(_)
                | Service::Database(DatabaseError::Conflict(_)),
            ) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Service(Service::Upstream(_) | Service::Database(DatabaseError::Busy(_))) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Service(Service::Database(DatabaseError::Full)) => {
                StatusCode::INSUFFICIENT_STORAGE
            }
            Self::Service(Service::Database(DatabaseError::NotFound)) => StatusCode::NOT_FOUND,
            Self::Fault(_) | Self::Service(Service::Database(DatabaseError::Other(_))) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        }
    }

    /// The text, in the words that Mastodon's clients know. Never an internal cause.
    #[must_use]
    pub fn text(&self) -> String {
        use services::Error as Service;
        let fixed = match self {
            Self::NotFound
            | Self::Service(Service::NotFound | Service::Database(DatabaseError::NotFound)) => {
                "Record not found"
            }
            Self::WrongMethod => "Method not allowed",
            Self::NoToken | Self::Service(Service::Unauthorized(_)) => {
                "The access token is invalid"
            }
            Self::OutsideScopes => "This action is outside the authorized scopes",
            Self::Service(Service::Forbidden(_)) => "This action is not allowed",
            Self::NeedsPerson => "This method requires an authenticated user",
            Self::NeedsApp => "This method requires an application",
            Self::NotBuilt => "This server does not offer this yet; nothing was changed",
            Self::TooLarge => "The request is too large",
            Self::UnsupportedType => "The body must be JSON or a form",
            Self::TooMany(_) => "Too many requests",
            Self::Service(Service::Conflict(_) | Service::Database(DatabaseError::Conflict(_))) => {
                "Duplicate record"
            }
            Self::Service(Service::Upstream(_)) => "Remote data could not be fetched",
            Self::Service(Service::Database(DatabaseError::Busy(_))) => {
                "There was a temporary problem serving your request, please try again"
            }
            Self::Service(Service::Database(DatabaseError::Full)) => {
                "There is no room left on this server; nothing was stored"
            }
            Self::Fault(_) | Self::Service(Service::Database(DatabaseError::Other(_))) => {
                "Something went wrong on this server"
            }
            Self::Malformed(text) | Self::Unprocessable(text) => return text.clone(),
            Self::Service(error @ (Service::Invalid(_) | Service::Media(_))) => {
                let text = error.to_string();
                if text.starts_with("Validation failed") {
                    return text;
                }
                return format!("Validation failed: {text}");
            }
            Self::Service(Service::LimitExceeded(text) | Service::Barred(text)) => text,
        };
        fixed.to_owned()
    }

    /// Why a thing that may be seen may not be done, in one sentence; for pages, and beside the fixed
    /// text in JSON.
    #[must_use]
    pub const fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Service(services::Error::Forbidden(reason)) => Some(reason),
            _ => None,
        }
    }

    /// What is wrong with each field.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::Service(services::Error::Invalid(problems)) => problems,
            _ => &[],
        }
    }

    /// Seconds after which the same request may succeed.
    #[must_use]
    pub fn retry_after(&self) -> Option<i64> {
        match self {
            Self::TooMany(seconds) => Some((*seconds).max(1)),
            _ if self.status() == StatusCode::SERVICE_UNAVAILABLE => Some(5),
            _ => None,
        }
    }

    /// Writes a fault of ours to the log. Whoever prints an error calls this once.
    pub fn log(&self) {
        if self.status().is_server_error() {
            tracing::error!(error = %self, "a request failed");
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        self.log();
        let mut body = Map::from_iter([("error".to_owned(), Value::from(self.text()))]);
        if let Some(reason) = self.reason() {
            body.insert("error_description".to_owned(), Value::from(reason));
        }
        if !self.problems().is_empty() {
            body.insert("details".to_owned(), details(self.problems()));
        }
        let mut response = (self.status(), Json(Value::Object(body))).into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status() == StatusCode::UNAUTHORIZED {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"Balai\""),
            );
        }
        response
    }
}

/// `{field: [{error, description}]}`, as Mastodon answers a sign-up.
fn details(problems: &[Problem]) -> Value {
    let mut fields = Map::new();
    for problem in problems {
        let one = json!({"error": problem.code, "description": problem.text});
        match fields.get_mut(problem.field) {
            Some(Value::Array(list)) => list.push(one),
            _ => {
                fields.insert(problem.field.to_owned(), Value::Array(vec![one]));
            }
        }
    }
    Value::Object(fields)
}

/// What a client of the API sees of a panic: an answer, and nothing of its text.
#[must_use]
pub fn panicked(cause: &(dyn std::any::Any + Send)) -> Error {
    let text = cause
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| cause.downcast_ref::<String>().map(String::as_str));
    Error::Fault(format!("panic: {}", text.unwrap_or("of unknown cause")))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn printed(error: Error) -> (u16, String) {
        let response = error.into_response();
        let status = response.status().as_u16();
        let bytes = axum::body::to_bytes(response.into_body(), 10_000)
            .await
            .unwrap();
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn what_is_hidden_and_what_never_was_read_the_same() {
        let hidden = printed(services::Error::NotFound.into()).await;
        assert_eq!(hidden, printed(Error::NotFound).await);
        assert_eq!(hidden, (404, r#"{"error":"Record not found"}"#.to_owned()));
    }

    #[tokio::test]
    async fn a_fault_keeps_its_cause_to_itself() {
        let cause = "no such column: password_hash";
        for error in [
            Error::Fault(cause.to_owned()),
            services::Error::Database(DatabaseError::Other(cause.to_owned())).into(),
            panicked(&cause),
        ] {
            let (status, text) = printed(error).await;
            assert_eq!(status, 500);
            assert!(!text.contains("password_hash"), "{text}");
        }
    }

    #[tokio::test]
    async fn a_full_disk_and_a_busy_database_say_so() {
        let full = services::Error::Database(DatabaseError::Full);
        assert_eq!(printed(full.into()).await.0, 507);
        let busy = services::Error::Database(DatabaseError::Busy("x".to_owned()));
        let response = Error::from(busy).into_response();
        assert_eq!(response.status(), 503);
        assert_eq!(response.headers()["retry-after"], "5");
    }

    #[test]
    fn a_failed_validation_is_called_so_once() {
        for text in ["Text is too long", "Validation failed: Text is too long"] {
            let error = Error::from(services::Error::invalid("text", "ERR_TOO_LONG", text));
            assert_eq!(error.text(), "Validation failed: Text is too long");
        }
    }

    #[tokio::test]
    async fn problems_are_named_by_field() {
        let error = services::Error::invalid("username", "ERR_TAKEN", "Name is taken");
        let (status, text) = printed(error.into()).await;
        assert_eq!(status, 422);
        let body: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(body["error"], "Validation failed: Name is taken");
        let details = json!({"username": [{"error": "ERR_TAKEN", "description": "Name is taken"}]});
        assert_eq!(body["details"], details);
    }
}
