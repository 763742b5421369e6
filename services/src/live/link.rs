//! One connection: what it listens to, and what it hears. Dropping it ends it.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use model::{AccountId, TokenId};
use tokio::sync::{mpsc, watch};

use super::{
    Channel, End, Entry, MOST_FROM_ADDRESS, MOST_LINKS, MOST_OF_PERSON, MOST_STREAMS, QUEUE, Said,
    Stream, forget,
};
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::lists;
use crate::views::account::Viewer;

/// A connection of someone who listens.
#[derive(Debug)]
pub struct Link {
    ctx: Ctx,
    id: u64,
    viewer: Viewer,
    heard: mpsc::Receiver<Said>,
    end: watch::Receiver<Option<End>>,
}

impl Link {
    /// Opens one for the holder of a token. It listens to nothing yet.
    ///
    /// # Errors
    /// `LimitExceeded` where this person, this address or the server has as many as there may be.
    pub fn open(
        ctx: &Ctx,
        viewer: &Viewer,
        token: TokenId,
        address: Option<IpAddr>,
    ) -> Result<Self> {
        let human = viewer.human.id;
        let counted = address.filter(|_| ctx.settings().rate_limits);
        let mut inner = ctx.live.inner();
        let of_person = inner.links.values().filter(|one| one.human == human);
        let from_there = inner
            .links
            .values()
            .filter(|one| counted.is_some() && one.address == counted);
        if inner.stopping
            || inner.links.len() >= MOST_LINKS
            || of_person.count() >= MOST_OF_PERSON
            || from_there.count() >= MOST_FROM_ADDRESS
        {
            return Err(Error::LimitExceeded("too many streams are open"));
        }
        let (queue, heard) = mpsc::channel(QUEUE);
        let (tell, end) = watch::channel(None);
        let id = inner.next;
        inner.next += 1;
        inner.links.insert(
            id,
            Entry {
                token,
                account: viewer.id(),
                human,
                address: counted,
                queue,
                end: tell,
                streams: HashMap::new(),
            },
        );
        ctx.live.count.fetch_add(1, Ordering::Relaxed);
        drop(inner);
        Ok(Self {
            ctx: Arc::clone(ctx),
            id,
            viewer: viewer.clone(),
            heard,
            end,
        })
    }

    /// Who listens.
    #[must_use]
    pub const fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    /// Begins to listen to a stream; twice is once. `told`: may hear notifications on [`Stream::User`].
    ///
    /// # Errors
    /// `NotFound` for a list that is not one's own, `LimitExceeded` for too many streams.
    pub async fn subscribe(&self, stream: Stream, told: bool) -> Result<()> {
        if let Stream::List(id) = stream {
            lists::one(&self.ctx, &self.viewer, id).await?;
        }
        let channels = channels(&stream, self.viewer.id(), told);
        let mut inner = self.ctx.live.inner();
        let Some(entry) = inner.links.get_mut(&self.id) else {
            return Ok(());
        };
        if entry.streams.contains_key(&stream) || entry.end.borrow().is_some() {
            return Ok(());
        }
        if entry.streams.len() >= MOST_STREAMS {
            return Err(Error::LimitExceeded("one connection has too many streams"));
        }
        entry.streams.insert(stream.clone(), channels.clone());
        let stream = Arc::new(stream);
        for channel in channels {
            inner
                .channels
                .entry(channel)
                .or_default()
                .entry(self.id)
                .or_default()
                .push(Arc::clone(&stream));
        }
        Ok(())
    }

    /// Listens no more to a stream.
    pub fn unsubscribe(&self, stream: &Stream) {
        let mut inner = self.ctx.live.inner();
        let Some(entry) = inner.links.get_mut(&self.id) else {
            return;
        };
        let channels = entry.streams.remove(stream).unwrap_or_default();
        for channel in channels {
            let Some(links) = inner.channels.get_mut(&channel) else {
                continue;
            };
            if let Some(streams) = links.get_mut(&self.id) {
                streams.retain(|one| **one != *stream);
                if streams.is_empty() {
                    links.remove(&self.id);
                }
            }
            if links.is_empty() {
                inner.channels.remove(&channel);
            }
        }
    }

    /// What is heard next; `Err` once the connection has to end, however much still waits.
    ///
    /// # Errors
    /// Why it ends.
    pub async fn next(&mut self) -> std::result::Result<Said, End> {
        tokio::select! {
            biased;
            why = ended(&mut self.end) => Err(why),
            said = self.heard.recv() => said.ok_or(End::Stopping),
        }
    }

    /// Tells when the connection has to end.
    pub fn ending(&self) -> impl Future<Output = End> + Send + use<> {
        let mut end = self.end.clone();
        async move { ended(&mut end).await }
    }
}

async fn ended(end: &mut watch::Receiver<Option<End>>) -> End {
    match end.wait_for(Option::is_some).await {
        Ok(why) => why.unwrap_or(End::Stopping),
        Err(_registry_is_gone) => End::Stopping,
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        let mut inner = self.ctx.live.inner();
        if let Some(entry) = inner.links.remove(&self.id) {
            forget(&mut inner, self.id, entry.streams.into_values().flatten());
            self.ctx.live.count.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// What a stream is made of.
fn channels(stream: &Stream, me: AccountId, told: bool) -> Vec<Channel> {
    match stream {
        Stream::User if told => vec![Channel::Home(me), Channel::Notifications(me)],
        Stream::User => vec![Channel::Home(me)],
        Stream::Notifications => vec![Channel::Notifications(me)],
        Stream::Direct => vec![Channel::Direct(me)],
        Stream::Public(part, media) => vec![Channel::Public(*part, *media)],
        Stream::Tag(tag, local) => vec![Channel::Tag(tag.clone(), *local)],
        Stream::List(id) => vec![Channel::List(*id)],
        Stream::Group(id) => vec![Channel::Group(*id)],
    }
}
