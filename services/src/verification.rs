//! Links of a profile that are verified: the page behind one links back with `rel="me"`. Asked once after
//! each change of the fields, never when a profile is shown. What another server verified is its own word.

use database::Conn;
use database::accounts::{self, Account};
use model::AccountId;
use serde_json::{Value, json};
use url::Url;

use crate::context::Ctx;
use crate::error::{Error, Result};

/// Bytes of a page that are read.
const MOST_BYTES: usize = 1024 * 1024;

/// What became of one link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// It links back.
    Yes,
    /// It was read, and does not.
    No,
    /// Nobody answered.
    Silence,
}

/// The fields that are a link and nothing else, as they were typed.
fn links(fields: &Value) -> Vec<String> {
    let fields = fields.as_array().map(Vec::as_slice).unwrap_or_default();
    fields
        .iter()
        .filter_map(|field| field.get("source").and_then(Value::as_str))
        .filter(|source| Url::parse(source).is_ok_and(|url| url.has_host()))
        .map(str::to_owned)
        .collect()
}

/// Is there a link that may be verified?
pub(crate) fn has_links(fields: &Value) -> bool {
    !links(fields).is_empty()
}

/// Fields that say the same as before stay verified until they were asked again.
pub(crate) fn carry(before: &Value, mut after: Value) -> Value {
    let before = before.as_array().map(Vec::as_slice).unwrap_or_default();
    for field in after.as_array_mut().into_iter().flatten() {
        let known = before
            .iter()
            .filter(|old| old.get("source") == field.get("source"))
            .find_map(|old| old.get("verified_at"));
        if let (Some(at), Some(field)) = (known, field.as_object_mut()) {
            field.insert("verified_at".to_owned(), at.clone());
        }
    }
    after
}

/// Asks the pages behind an account's links, and writes down which link back.
///
/// # Errors
/// The database; `Upstream` where a page did not answer: it is asked again.
pub(crate) async fn verify(ctx: &Ctx, id: AccountId) -> Result<()> {
    let found = ctx
        .db
        .read(move |conn| match accounts::by_ids(conn, &[id])?.pop() {
            Some(account) if account.is_local() => Ok::<_, Error>(Some(account)),
            _ => Ok(None),
        })
        .await?;
    let Some(account) = found else { return Ok(()) };
    let mut answers = Vec::new();
    for link in links(&account.fields) {
        let answer = ask(ctx, &account, &link).await?;
        answers.push((link, answer));
    }
    let silent = answers
        .iter()
        .any(|(_link, answer)| *answer == Answer::Silence);
    let now = ctx.now();
    ctx.write_later(move |conn| write(conn, id, &answers, now.0))
        .await?;
    if silent {
        return Err(Error::Upstream(
            "a page of a profile did not answer".to_owned(),
        ));
    }
    Ok(())
}

async fn ask(ctx: &Ctx, account: &Account, link: &str) -> Result<Answer> {
    if ctx.place.owns(link) {
        return at_home(ctx, account, link).await;
    }
    // Over plain http anyone on the way could answer.
    let Some(url) = Url::parse(link).ok().filter(|url| url.scheme() == "https") else {
        return Ok(Answer::No);
    };
    match ctx.outward().get(&url, "text/html", MOST_BYTES).await {
        Ok(found) if found.is_success() && found.content_type.contains("html") => {
            let page = String::from_utf8_lossy(&found.body);
            let back = text::links_back(&page, &[&account.url, &account.uri]);
            Ok(if back { Answer::Yes } else { Answer::No })
        }
        Ok(found) if found.status < 500 => Ok(Answer::No),
        Ok(_) | Err(_) => Ok(Answer::Silence),
    }
}

/// A page of this server needs no request: its account's fields say whether it links back.
async fn at_home(ctx: &Ctx, account: &Account, link: &str) -> Result<Answer> {
    let name = link
        .strip_prefix(ctx.place.base())
        .and_then(|path| {
            path.strip_prefix("/@")
                .or_else(|| path.strip_prefix("/users/"))
        })
        .map(|name| name.trim_end_matches('/').to_lowercase());
    let Some(name) = name else {
        return Ok(Answer::No);
    };
    let (url, uri) = (account.url.clone(), account.uri.clone());
    ctx.db
        .read(move |conn| {
            let other = accounts::by_name(conn, &name, "")?;
            let back = other.is_some_and(|other| {
                links(&other.fields)
                    .iter()
                    .any(|link| [&url, &uri].contains(&link))
            });
            Ok(if back { Answer::Yes } else { Answer::No })
        })
        .await
}

/// Writes the answers to the fields that are still the same; silence changes nothing.
fn write(conn: &mut Conn, id: AccountId, answers: &[(String, Answer)], now: i64) -> Result<()> {
    let Some(account) = accounts::by_ids(conn, &[id])?.pop() else {
        return Ok(());
    };
    let mut fields = account.fields.clone();
    for field in fields.as_array_mut().into_iter().flatten() {
        let answer = answers
            .iter()
            .find(|(link, _answer)| {
                field.get("source").and_then(Value::as_str) == Some(link.as_str())
            })
            .map(|(_link, answer)| *answer);
        let Some(field) = field.as_object_mut() else {
            continue;
        };
        match answer {
            Some(Answer::Yes) if !field.contains_key("verified_at") => {
                field.insert("verified_at".to_owned(), json!(now));
            }
            Some(Answer::No) => {
                field.remove("verified_at");
            }
            _ => {}
        }
    }
    if fields != account.fields {
        accounts::set_fields(conn, id, &fields)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_link_alone_can_be_verified() {
        let fields = json!([
            {"name": "a", "value": "", "source": "https://ana.example/"},
            {"name": "b", "value": "", "source": "see https://ana.example/"},
            {"name": "c", "value": "", "source": "javascript:alert(1)"},
            {"name": "d", "value": ""},
        ]);
        assert_eq!(links(&fields), ["https://ana.example/"]);
    }

    #[test]
    fn what_stays_the_same_stays_verified() {
        let before = json!([{"name": "a", "source": "https://ana.example/", "verified_at": 5}]);
        let same = json!([{"name": "renamed", "source": "https://ana.example/"}]);
        assert_eq!(carry(&before, same)[0]["verified_at"], 5);
        let other = json!([{"name": "a", "source": "https://ben.example/"}]);
        assert_eq!(carry(&before, other)[0].get("verified_at"), None);
    }

    /// Answers every address with one page.
    #[derive(Debug)]
    struct OnePage(&'static str);

    impl crate::outward::Outward for OnePage {
        fn get<'a>(
            &'a self,
            url: &'a Url,
            _accept: &'a str,
            most: usize,
        ) -> futures::future::BoxFuture<'a, Result<crate::outward::Found>> {
            assert!(most <= MOST_BYTES && url.scheme() == "https");
            Box::pin(async move {
                Ok(crate::outward::Found {
                    status: 200,
                    content_type: "text/html".to_owned(),
                    url: url.clone(),
                    body: self.0.as_bytes().to_vec(),
                })
            })
        }

        fn post<'a>(
            &'a self,
            _url: &'a Url,
            _headers: Vec<(&'static str, String)>,
            _body: Vec<u8>,
            _most: usize,
        ) -> futures::future::BoxFuture<'a, Result<crate::outward::Found>> {
            Box::pin(async { Err(Error::Upstream("nothing is handed in here".to_owned())) })
        }
    }

    database::both_engines! {
        fn a_page_that_links_back_verifies_its_field(fresh: &Fresh) {
            let world = crate::testing::World::new(fresh);
            let (ctx, ana) = (&world.ctx, &world.ana);
            crate::testing::run(async {
                let page = "<a rel=me href='https://balai.example/@ana'>ana</a>";
                ctx.open_outward(std::sync::Arc::new(OnePage(page)));
                let fields = |link: &str| crate::accounts::ProfileChange {
                    fields: Some(vec![("site".to_owned(), link.to_owned())]),
                    ..crate::accounts::ProfileChange::default()
                };
                let verified = async || {
                    verify(ctx, ana.id()).await.unwrap();
                    let account = world.account(ana.id()).await;
                    account.fields[0].get("verified_at").cloned()
                };
                crate::accounts::update(ctx, ana, fields("https://ana.example/")).await.unwrap();
                assert_eq!(verified().await, Some(json!(crate::testing::START.0)));
                // Over plain http anyone on the way could have answered.
                crate::accounts::update(ctx, ana, fields("http://ana.example/")).await.unwrap();
                assert_eq!(verified().await, None);
                // Ben's page at the same address is not ana's.
                crate::accounts::update(ctx, &world.ben, fields("https://ana.example/")).await.unwrap();
                verify(ctx, world.ben.id()).await.unwrap();
                assert_eq!(world.account(world.ben.id()).await.fields[0].get("verified_at"), None);
            });
        }
    }
}
