//! One host: its rows in order, as many on their way as it takes well, and what each answer leads to.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use database::deliveries::{self, Delivery};
use database::instances::{self, Instance};
use fetch::PostOutcome;
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use model::{ActivityId, Domain, InstanceId, Millis};
use url::Url;

use super::line::Line;
use super::notes::Note;
use super::verdict::{self, TRIES, Verdict};
use super::{Letter, Sender};
use crate::error::Result;
use crate::keyring;
use crate::signature::Form;

/// So many rows are loaded at a time.
const ROWS: i64 = 200;
/// On their way to one host: at first, and at the most.
const NARROW: usize = 4;
const WIDE: usize = 16;

/// Sends all that is due for a host. Answers when it should be asked again; `None` where nothing is left.
pub(super) async fn drain(sender: &Arc<Sender>, instance: InstanceId) -> Result<Option<Millis>> {
    let ctx = &sender.fed.ctx;
    let host = ctx
        .db
        .read(move |conn| instances::get(conn, instance))
        .await?;
    let mut pace = Pace {
        // Who had trouble is asked with one, and gets the rest when he took it.
        width: if host.failures > 0 { 1 } else { NARROW },
        form: verdict::form(host.signature_form),
        took: false,
        failures: host.failures,
    };
    loop {
        let rows = ctx
            .db
            .read(move |conn| deliveries::rows_for_host(conn, instance, ROWS))
            .await?;
        if rows.is_empty() {
            return Ok(None);
        }
        if is_blocked(sender, &host).await? {
            for row in rows {
                sender.notes.put(Note::Finished(row.id)).await?;
            }
            sender.notes.flush().await?;
            continue;
        }
        let letters = load_letters(sender, &rows).await?;
        let mut line = Line::new(rows, ctx.now());
        if line.is_empty() {
            return Ok(line.next);
        }
        let failed = pump(sender, &letters, &mut line, &mut pace).await?;
        if pace.took {
            let form = verdict::number(pace.form);
            sender.notes.put(Note::Took(instance, form)).await?;
        }
        if let Some(next) = failed {
            sender.notes.put(Note::Failed(instance, next)).await?;
        }
        sender.notes.flush().await?;
        if failed.is_some() {
            return Ok(failed);
        }
    }
}

/// How a host is doing while it is being served.
struct Pace {
    width: usize,
    form: Form,
    took: bool,
    failures: i32,
}

/// Sends a line, until it is empty or the host has had enough: then, until when it is left alone.
async fn pump(
    sender: &Arc<Sender>,
    letters: &Letters,
    line: &mut Line,
    pace: &mut Pace,
) -> Result<Option<Millis>> {
    let mut flying = FuturesUnordered::new();
    let mut failed = None;
    loop {
        while failed.is_none() && flying.len() < pace.width {
            let Some(row) = line.take() else { break };
            let letter = letters.get(&row.activity_id).map(Arc::clone);
            flying.push(send(sender, row, letter, pace.form));
        }
        let Some(sent) = flying.next().await else {
            return Ok(failed);
        };
        let now = sender.fed.ctx.now();
        let chance = u16::from_ne_bytes(sender.fed.ctx.random::<2>()?);
        let Sent {
            row,
            verdict,
            form,
            said,
        } = sent;
        match verdict {
            Verdict::Done => {
                pace.took = true;
                pace.failures = 0;
                pace.form = form;
                pace.width = (pace.width + 1).min(WIDE);
                line.done(&row.object_key);
                sender.notes.put(Note::Finished(row.id)).await?;
            }
            Verdict::Again if row.attempts + 1 < TRIES => {
                let next = now.plus(verdict::pause(row.attempts, chance));
                line.hold(&row.object_key, next);
                sender.notes.put(Note::PutOff(row.id, next, said)).await?;
            }
            Verdict::Drop | Verdict::Again => {
                tracing::info!(inbox = row.inbox, said, "a delivery is dropped");
                line.done(&row.object_key);
                sender.notes.put(Note::Finished(row.id)).await?;
            }
            Verdict::Host(asked) => {
                let pause = verdict::host_pause(pace.failures, chance, asked);
                tracing::debug!(inbox = row.inbox, said, pause, "a host is left alone");
                failed.get_or_insert(now.plus(pause));
            }
            Verdict::Stumbled(asked) => {
                let pause = verdict::host_pause(pace.failures, chance, asked);
                failed.get_or_insert(now.plus(pause));
                // Later than the host: what it does not stumble over goes first.
                let next = now.plus(pause).plus(verdict::pause(row.attempts, chance));
                sender.notes.put(Note::PutOff(row.id, next, said)).await?;
            }
        }
    }
}

/// What came of one delivery.
struct Sent {
    row: Delivery,
    verdict: Verdict,
    /// The form that was answered.
    form: Form,
    /// In a few words, for the row and the log.
    said: String,
}

async fn send(
    sender: &Arc<Sender>,
    row: Delivery,
    letter: Option<Arc<Letter>>,
    form: Form,
) -> Sent {
    let sent = |verdict, form, said: String| Sent {
        row: row.clone(),
        verdict,
        form,
        said,
    };
    let Some(letter) = letter else {
        return sent(Verdict::Drop, form, "the activity is gone".to_owned());
    };
    let Ok(url) = Url::parse(&row.inbox) else {
        return sent(Verdict::Drop, form, "no address".to_owned());
    };
    let Ok(_slot) = sender.slots.acquire().await else {
        return sent(Verdict::Host(None), form, "closing".to_owned());
    };
    // As late as can be: whoever left the group since it was written gets nothing more, however long it waited.
    match hears(sender, &letter, &row).await {
        Ok(true) => {}
        Ok(false) => {
            return sent(
                Verdict::Drop,
                form,
                "no member is there any more".to_owned(),
            );
        }
        Err(error) => return sent(Verdict::Host(None), form, error.to_string()),
    }
    let first = post(sender, &letter, &url, form).await;
    let first = match first {
        Ok(answer) if verdict::second_knock(answer.status) => {
            let other = verdict::other(form);
            match post(sender, &letter, &url, other).await {
                Ok(second) if second.status.is_success() => {
                    return sent(Verdict::Done, other, String::new());
                }
                _ => Ok(answer),
            }
        }
        answer => answer,
    };
    match first {
        Ok(answer) => {
            let verdict = verdict::judge(answer.status, answer.retry_after);
            let said = format!("{} {}", answer.status.as_u16(), answer.body_snippet);
            if verdict != Verdict::Done {
                tracing::debug!(activity = letter.uri, inbox = row.inbox, said, "not taken");
            }
            sent(verdict, form, said)
        }
        Err(error) => {
            let verdict = if error.is_passing() {
                Verdict::Host(None)
            } else {
                Verdict::Drop
            };
            sent(verdict, form, error.to_string())
        }
    }
}

/// May this host hear it now? What is not for the members of a private group alone was decided for good.
async fn hears(sender: &Sender, letter: &Letter, row: &Delivery) -> Result<bool> {
    let Some(group) = letter.members_of else {
        return Ok(true);
    };
    let (instance, reader) = (row.instance_id, letter.member);
    let ctx = &sender.fed.ctx;
    Ok(ctx
        .db
        .read(move |conn| {
            if let Some(reader) = reader {
                return services::groups::bridge::reaches(conn, group, reader);
            }
            let server = instances::get(conn, instance)?;
            services::policy::servers::hears(conn, group, &server)
        })
        .await?)
}

async fn post(sender: &Sender, letter: &Letter, url: &Url, form: Form) -> Result<PostOutcome> {
    let fed = &sender.fed;
    let body: Bytes = letter.body.clone();
    let headers = keyring::sign_delivery(fed, letter.account, form, url, body.clone()).await?;
    Ok(fed.fetcher.post(url, body, headers).await?)
}

/// Is there a block of this host, or of a domain that it belongs to?
async fn is_blocked(sender: &Sender, host: &Instance) -> Result<bool> {
    match host.domain.parse::<Domain>() {
        Ok(domain) => Ok(services::moderation::is_blocked(&sender.fed.ctx, &domain).await?),
        Err(_no_name) => Ok(true),
    }
}

type Letters = HashMap<ActivityId, Arc<Letter>>;

/// The activities of these rows: those at hand as they are, the others from the database.
async fn load_letters(sender: &Sender, rows: &[Delivery]) -> Result<Letters> {
    let mut letters = Letters::new();
    let mut missing = Vec::new();
    for row in rows {
        let id = row.activity_id;
        if letters.contains_key(&id) {
            continue;
        }
        match sender.letters.get(&id) {
            Some(letter) => {
                letters.insert(id, letter);
            }
            None if missing.contains(&id) => {}
            None => missing.push(id),
        }
    }
    if missing.is_empty() {
        return Ok(letters);
    }
    let found = sender
        .fed
        .ctx
        .db
        .read(move |conn| deliveries::activities(conn, &missing))
        .await?;
    for activity in found {
        let letter = Arc::new(Letter {
            account: activity.account_id,
            uri: activity.uri,
            body: Bytes::from(activity.body),
            members_of: activity.members_of,
            member: activity.member_id,
        });
        sender.letters.insert(activity.id, Arc::clone(&letter));
        letters.insert(activity.id, letter);
    }
    Ok(letters)
}
