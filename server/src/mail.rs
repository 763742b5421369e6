//! Letters in words: plain text and simple HTML in the language of who gets them, handed to an SMTP server
//! or, for tests and development, written into a folder. Links lead to the configured address only.

use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::time::{Duration, SystemTime};

use askama::Template;
use futures::future::BoxFuture;
use lettre::message::{Mailbox, Message, MultiPart};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use model::{Letter, Millis};
use services::mail::{Carrier, Mail, not_carried};
use services::{Context, Ctx, Result};

use crate::i18n::{Lang, Words};

/// How long a mail server may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// How mail leaves the house, as the settings at start say.
#[derive(Clone, Default)]
pub struct Way {
    /// `smtp://` or `smtps://`, with name and password.
    pub smtp_url: Option<String>,
    /// A folder that letters are written into instead.
    pub folder: Option<PathBuf>,
    /// The address in `From`; `None` for `noreply@` and the host of the place.
    pub from: Option<Address>,
}

impl std::fmt::Debug for Way {
    /// Without the password in the address.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Way")
            .field("smtp", &self.smtp_url.is_some())
            .field("folder", &self.folder)
            .field("from", &self.from)
            .finish()
    }
}

enum Outlet {
    Folder(PathBuf),
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
}

impl std::fmt::Debug for Outlet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Folder(_) => "Folder",
            Self::Smtp(_) => "Smtp",
        })
    }
}

/// Puts letters into words and hands them on.
#[derive(Debug)]
pub struct Postman {
    /// The context owns the postman.
    ctx: Weak<Context>,
    from: Address,
    outlet: Outlet,
}

/// Is this an address of a mail server that can be used?
///
/// # Errors
/// One sentence.
pub fn check_smtp_url(url: &str) -> std::result::Result<(), String> {
    AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
        .map(|_transport| ())
        .map_err(|error| error.to_string())
}

/// Hands the context someone who carries its letters, where the settings name a way.
///
/// # Errors
/// One plain sentence.
pub fn connect(ctx: &Ctx, way: &Way) -> std::result::Result<(), String> {
    let outlet = match (&way.folder, &way.smtp_url) {
        (Some(folder), _) => {
            std::fs::create_dir_all(folder).map_err(|error| {
                format!("mail_dir: {} cannot be made: {error}", folder.display())
            })?;
            Outlet::Folder(folder.clone())
        }
        (None, Some(url)) => {
            let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
                .map_err(|error| format!("smtp_url: {error}"))?
                .timeout(Some(PATIENCE))
                .build();
            Outlet::Smtp(transport)
        }
        (None, None) => return Ok(()),
    };
    let from = match &way.from {
        Some(from) => from.clone(),
        None => Address::new("noreply", ctx.place.domain().host())
            .map_err(|error| format!("mail_from: {error}"))?,
    };
    ctx.send_mail_by(Arc::new(Postman {
        ctx: Arc::downgrade(ctx),
        from,
        outlet,
    }));
    Ok(())
}

/// What stands in a letter.
#[derive(Debug, PartialEq, Eq)]
struct Text {
    subject: String,
    lines: Vec<String>,
    link: Option<String>,
    after: Vec<String>,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Html<'a> {
    lang: &'static str,
    hello: &'a str,
    text: &'a Text,
    place: &'a str,
    home: &'a str,
}

fn text(w: Words, place: &str, base: &str, mail: &Mail) -> Text {
    let token = mail.token.as_ref().map_or("", |token| token.0.as_str());
    let say = |key: &str| w.named(key, place);
    match &mail.letter {
        Letter::ConfirmAddress { .. } => Text {
            subject: say("mail-confirm-subject"),
            lines: vec![say("mail-confirm-text")],
            link: Some(format!("{base}/confirm?token={token}")),
            after: vec![say("mail-confirm-after"), say("mail-not-you")],
        },
        Letter::NewPassword => Text {
            subject: say("mail-password-subject"),
            lines: vec![say("mail-password-text")],
            link: Some(format!("{base}/reset?token={token}")),
            after: vec![say("mail-password-after"), say("mail-not-you")],
        },
        Letter::PasswordChanged => Text {
            subject: say("mail-password-changed-subject"),
            lines: vec![say("mail-password-changed-text")],
            link: None,
            after: vec![say("mail-was-not-you")],
        },
        Letter::AddressChanged { .. } => Text {
            subject: say("mail-address-changed-subject"),
            lines: vec![say("mail-address-changed-text")],
            link: None,
            after: vec![say("mail-was-not-you")],
        },
        Letter::Approved => Text {
            subject: say("mail-approved-subject"),
            lines: vec![say("mail-approved-text")],
            link: Some(format!("{base}/login")),
            after: Vec::new(),
        },
        // Neither the group nor what happened stands in the subject: others may see it on a screen.
        Letter::FromModerators { text, link } => Text {
            subject: say("mail-moderators-subject"),
            lines: text
                .lines()
                .filter(|line| !line.contains(link.as_str()))
                .map(str::to_owned)
                .collect(),
            link: Some(link.clone()),
            after: vec![say("mail-moderators-after")],
        },
        Letter::ToModerators { text, link } => Text {
            subject: say("mail-group-subject"),
            lines: text.lines().map(str::to_owned).collect(),
            link: Some(link.clone()),
            after: Vec::new(),
        },
    }
}

fn plain(hello: &str, text: &Text, place: &str, home: &str) -> String {
    let mut parts = vec![hello.to_owned()];
    parts.extend(text.lines.iter().cloned());
    parts.extend(text.link.iter().cloned());
    parts.extend(text.after.iter().cloned());
    parts.push(format!("-- \n{place}\n{home}"));
    parts.join("\n\n") + "\n"
}

impl Postman {
    fn write(&self, ctx: &Context, mail: &Mail) -> Result<Message> {
        let lang = Lang::of_tag(&mail.locale).unwrap_or_default();
        let w = Words::of(lang);
        let title = ctx.settings().title.clone();
        let base = ctx.place.base();
        let text = text(w, &title, base, mail);
        let hello = w.named("mail-hello", &mail.username);
        let html = Html {
            lang: lang.code(),
            hello: &hello,
            text: &text,
            place: &title,
            home: base,
        };
        let html = html.render().map_err(not_carried)?;
        // A recipient is one address, parsed anew: whatever could start another line or name another
        // reader is refused here once more (threats, row 100).
        let to: Address = mail.to.parse().map_err(not_carried)?;
        let id = format!(
            "<{}@{}>",
            ctx.random_hex::<16>()?,
            ctx.place.domain().host()
        );
        Message::builder()
            .from(Mailbox::new(Some(one_line(&title)), self.from.clone()))
            .to(Mailbox::new(None, to))
            .subject(one_line(&text.subject))
            .date(time(ctx.now()))
            .message_id(Some(id))
            .multipart(MultiPart::alternative_plain_html(
                plain(&hello, &text, &title, base),
                html,
            ))
            .map_err(not_carried)
    }

    async fn hand_on(&self, mail: &Mail) -> Result<()> {
        let Some(ctx) = self.ctx.upgrade() else {
            return Err(not_carried("the place is closing"));
        };
        let message = self.write(&ctx, mail)?;
        match &self.outlet {
            Outlet::Folder(folder) => {
                let name = format!("{}-{}", ctx.now().0, ctx.random_hex::<4>()?);
                let (draft, done) = (
                    folder.join(format!("{name}.part")),
                    folder.join(format!("{name}.eml")),
                );
                tokio::fs::write(&draft, message.formatted())
                    .await
                    .map_err(not_carried)?;
                tokio::fs::rename(&draft, &done).await.map_err(not_carried)
            }
            Outlet::Smtp(transport) => {
                transport.send(message).await.map_err(not_carried)?;
                Ok(())
            }
        }
    }
}

impl Carrier for Postman {
    fn carry<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.hand_on(mail))
    }
}

fn one_line(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).collect()
}

fn time(at: Millis) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(at.0.max(0).unsigned_abs())
}

#[cfg(test)]
mod tests {
    use model::Secret;

    use super::*;

    fn mail(letter: Letter, locale: &str) -> Mail {
        Mail {
            to: "eko@mail.example".to_owned(),
            username: "eko".to_owned(),
            locale: locale.to_owned(),
            letter,
            token: Some(Secret("abc-DEF_123".to_owned())),
        }
    }

    #[test]
    fn each_letter_has_words_in_each_language_and_links_to_the_place() {
        let letters = [
            Letter::ConfirmAddress { email: None },
            Letter::NewPassword,
            Letter::PasswordChanged,
            Letter::AddressChanged {
                before: String::new(),
            },
            Letter::Approved,
        ];
        for lang in Lang::ALL {
            for letter in &letters {
                let mail = mail(letter.clone(), lang.code());
                let words = text(
                    Words::of(*lang),
                    "Balai <b>",
                    "https://balai.example",
                    &mail,
                );
                assert!(words.subject.contains("Balai <b>"), "{words:?}");
                assert!(!words.lines[0].starts_with("mail-"), "{words:?}");
                if let Some(link) = &words.link {
                    assert!(link.starts_with("https://balai.example/"), "{link}");
                }
                let html = Html {
                    lang: lang.code(),
                    hello: "x",
                    text: &words,
                    place: "Balai <b>",
                    home: "https://balai.example",
                };
                let html = html.render().unwrap();
                assert!(
                    !html.contains("Balai <b>") && !html.contains("<script"),
                    "{html}"
                );
            }
        }
    }

    #[tokio::test]
    async fn no_address_and_no_title_starts_a_line_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let place = services::Place::new("https://balai.example").unwrap();
        let ctx = Context::open(None, folder.path(), place, true)
            .await
            .unwrap();
        ctx.use_settings(model::settings::Settings {
            title: "Balai\r\nBcc: eve@evil.example".to_owned(),
            ..model::settings::Settings::default()
        });
        let way = Way {
            folder: Some(folder.path().join("mail")),
            ..Way::default()
        };
        connect(&ctx, &way).unwrap();
        assert!(ctx.sends_mail());
        let postman = Postman {
            ctx: Arc::downgrade(&ctx),
            from: "noreply@balai.example".parse().unwrap(),
            outlet: Outlet::Folder(folder.path().join("mail")),
        };
        let written = postman
            .write(&ctx, &mail(Letter::NewPassword, "id"))
            .unwrap();
        let written = String::from_utf8(written.formatted()).unwrap();
        let (head, _body) = written.split_once("\r\n\r\n").unwrap();
        assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
        assert!(
            written.contains("https://balai.example/reset?token=3Dabc-DEF_123")
                || written.contains("https://balai.example/reset?token=abc-DEF_123"),
            "{written}"
        );
        for to in [
            "a@x.example\r\nBcc: b@y",
            "a@x.example,b@y.example",
            "a\"b@x.example",
            "",
        ] {
            let wrong = Mail {
                to: to.to_owned(),
                ..mail(Letter::Approved, "en")
            };
            assert!(postman.write(&ctx, &wrong).is_err(), "{to:?}");
        }
        ctx.db.close().await;
    }
}
