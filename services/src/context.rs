//! What every use case needs: the database, the clock, randomness, the settings, the place.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use database::{Address, Conn, Db, Lane};
use model::settings::Settings;
use model::{Event, Ids, Millis};
use tokio::sync::Notify;

use crate::copies::CopyKey;
use crate::error::{Error, Result};
use crate::fediverse::{Fediverse, Offline};
use crate::live::{self, Live};
use crate::mail::Carrier;
use crate::media;
use crate::outward::{Nowhere, Outward};
use crate::place::Place;
use crate::storage::Storage;

/// How a `Context` is handed around.
pub type Ctx = Arc<Context>;

/// What tells the time; tests set it.
pub type Clock = Arc<dyn Fn() -> Millis + Send + Sync>;

/// Everything that a use case needs and does not decide about.
pub struct Context {
    /// The database.
    pub db: Db,
    /// Where we are.
    pub place: Place,
    /// Where our files lie.
    pub storage: Storage,
    /// What can be done with media here.
    pub media: media::Means,
    /// Chosen ids, secrets and tokens and the password grant are allowed only here.
    pub test_mode: bool,
    /// The generator of ids.
    pub ids: Ids,
    /// Wakes the consumers of events; notified after each write that recorded one.
    pub events_ready: Notify,
    /// Wakes the workers of the inbox.
    pub inbox_ready: Notify,
    /// Wakes the senders.
    pub deliveries_ready: Notify,
    /// Wakes who does the quick jobs.
    pub jobs_ready: Notify,
    /// Wakes who does the slow jobs.
    pub slow_jobs_ready: Notify,
    /// Has a job been left since the workers were woken?
    pub(crate) jobs_left: AtomicBool,
    /// Those who listen to streams.
    pub live: Live,
    clock: Clock,
    random: SystemRandom,
    settings: RwLock<Arc<Settings>>,
    weeks: RwLock<Option<(Millis, Arc<Vec<crate::about::Week>>)>>,
    fediverse: OnceLock<Arc<dyn Fediverse>>,
    outward: OnceLock<Arc<dyn Outward>>,
    pub(crate) push_keys: OnceLock<Arc<crate::push::Keys>>,
    carrier: OnceLock<Arc<dyn Carrier>>,
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Context({})", self.place.base())
    }
}

impl Context {
    /// Puts a context together.
    #[must_use]
    pub fn new(db: Db, place: Place, storage: Storage, test_mode: bool, clock: Clock) -> Self {
        let random = SystemRandom::new();
        let mut start = [0; 8];
        let _counts_from_zero_then = random.fill(&mut start);
        Self {
            db,
            place,
            storage,
            media: media::Means::default(),
            test_mode,
            ids: Ids::new(u64::from_ne_bytes(start)),
            events_ready: Notify::new(),
            inbox_ready: Notify::new(),
            deliveries_ready: Notify::new(),
            jobs_ready: Notify::new(),
            slow_jobs_ready: Notify::new(),
            jobs_left: AtomicBool::new(false),
            live: Live::default(),
            clock,
            random,
            settings: RwLock::default(),
            weeks: RwLock::default(),
            fediverse: OnceLock::new(),
            outward: OnceLock::new(),
            push_keys: OnceLock::new(),
            carrier: OnceLock::new(),
        }
    }

    /// Opens the database (in `data_dir` where no `database_url` is given), brings its schema up to date
    /// and puts the settings in force.
    ///
    /// # Errors
    /// When a folder cannot be made, or the database cannot be opened or is of a newer version.
    pub async fn open(
        database_url: Option<&str>,
        data_dir: &Path,
        place: Place,
        test_mode: bool,
    ) -> Result<Ctx> {
        let media = media::Setup::default();
        Self::open_with(database_url, data_dir, place, test_mode, &media).await
    }

    /// As [`Context::open`], with the settings of media.
    ///
    /// # Errors
    /// As [`Context::open`].
    pub async fn open_with(
        database_url: Option<&str>,
        data_dir: &Path,
        place: Place,
        test_mode: bool,
        media: &media::Setup,
    ) -> Result<Ctx> {
        let clock = Self::system_clock();
        Self::open_at(database_url, data_dir, place, test_mode, media, clock).await
    }

    /// As [`Context::open_with`], with another clock.
    ///
    /// # Errors
    /// As [`Context::open`].
    pub async fn open_at(
        database_url: Option<&str>,
        data_dir: &Path,
        place: Place,
        test_mode: bool,
        media: &media::Setup,
        clock: Clock,
    ) -> Result<Ctx> {
        let storage = media.storage(data_dir)?;
        let address = Address::parse(database_url, data_dir)?;
        let db = Db::open(&address)?;
        let mut context = Self::new(db, place, storage, test_mode, clock);
        context.use_media(media).await?;
        let ctx = Arc::new(context);
        crate::settings::refresh(&ctx).await?;
        Ok(ctx)
    }

    /// Reads the secret of the addresses of copies, made at the first start, and puts the settings of
    /// media in force.
    async fn use_media(&mut self, media: &media::Setup) -> Result<()> {
        let fresh = self.random::<32>()?;
        let secret = self
            .db
            .write(move |conn| database::server_keys::get_or_put(conn, "copies", &fresh))
            .await?;
        let place = self.place.clone();
        self.place = place.with_media(
            CopyKey::new(&secret),
            Arc::clone(&self.clock),
            media.public_url.as_deref(),
        );
        self.media = media.means().await;
        Ok(())
    }

    /// The time by the system's clock.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn system_clock() -> Clock {
        Arc::new(|| {
            let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            Millis(since.map_or(0, |since| {
                i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
            }))
        })
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Millis {
        (self.clock)()
    }

    /// A new id for something that happens now.
    #[must_use]
    pub fn id<I: model::Id>(&self) -> I {
        self.ids.next(self.now())
    }

    /// Random bytes from the system.
    ///
    /// # Errors
    /// When the system has none.
    pub fn random<const N: usize>(&self) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes).map_err(|_e| {
            Error::Database(database::Error::Other("no random numbers".to_owned()))
        })?;
        Ok(bytes)
    }

    /// A random word of `N` bytes in hexadecimal: file keys, tokens, codes.
    ///
    /// # Errors
    /// As [`Context::random`].
    pub fn random_hex<const N: usize>(&self) -> Result<String> {
        Ok(hex::encode(self.random::<N>()?))
    }

    /// Runs `f` in one transaction for someone who waits, and wakes the consumers of its events.
    ///
    /// # Errors
    /// What `f` returns, or what the commit says.
    pub async fn write<T, E>(
        &self,
        f: impl FnOnce(&mut Conn) -> std::result::Result<T, E> + Send + 'static,
    ) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<database::Error> + Send + 'static,
    {
        let outcome = self.gathering(Lane::Interactive, f).await;
        self.wake();
        outcome
    }

    /// As [`Context::write`], behind those for whom a person waits: federation and jobs.
    ///
    /// # Errors
    /// As [`Context::write`].
    pub async fn write_later<T, E>(
        &self,
        f: impl FnOnce(&mut Conn) -> std::result::Result<T, E> + Send + 'static,
    ) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<database::Error> + Send + 'static,
    {
        let outcome = self.gathering(Lane::Background, f).await;
        self.wake();
        outcome
    }

    /// As [`Context::write_later`], for what records no event: what follows from one.
    ///
    /// # Errors
    /// As [`Context::write`].
    pub(crate) async fn write_aside<T, E>(
        &self,
        f: impl FnOnce(&mut Conn) -> std::result::Result<T, E> + Send + 'static,
    ) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<database::Error> + Send + 'static,
    {
        let outcome = self.gathering(Lane::Background, f).await;
        self.wake_for_jobs();
        outcome
    }

    /// Runs `f`, and after its commit tells those who listen what it noted for them.
    async fn gathering<T, E>(
        &self,
        lane: Lane,
        f: impl FnOnce(&mut Conn) -> std::result::Result<T, E> + Send + 'static,
    ) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<database::Error> + Send + 'static,
    {
        let gathered = self
            .db
            .write_in(lane, move |conn| live::gathering(|| f(conn)))
            .await;
        let (value, noted) = gathered?;
        for change in noted {
            self.live.publish(change);
        }
        Ok(value)
    }

    /// Wakes who consumes events and, where jobs were left, who does them.
    pub(crate) fn wake(&self) {
        self.events_ready.notify_one();
        self.wake_for_jobs();
    }

    /// Wakes who does the jobs, where some were left; after a write that records no event.
    pub(crate) fn wake_for_jobs(&self) {
        if self.jobs_left.swap(false, Ordering::AcqRel) {
            self.jobs_ready.notify_one();
            self.slow_jobs_ready.notify_one();
        }
    }

    /// Records an event in the transaction that `conn` is in.
    ///
    /// # Errors
    /// The database.
    pub fn record(&self, conn: &mut Conn, event: &Event) -> database::Result<()> {
        database::events::record(conn, self.id(), event, self.now())
    }

    /// The settings as they are now.
    #[must_use]
    pub fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.settings.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The counts of the last weeks, where they were made after `since`.
    pub(crate) fn weeks(&self, since: Millis) -> Option<Arc<Vec<crate::about::Week>>> {
        let kept = self.weeks.read().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref()
            .filter(|(made, _weeks)| *made > since)
            .map(|(_made, weeks)| Arc::clone(weeks))
    }

    /// Keeps the counts of the last weeks.
    pub(crate) fn keep_weeks(&self, now: Millis, weeks: Arc<Vec<crate::about::Week>>) {
        *self.weeks.write().unwrap_or_else(PoisonError::into_inner) = Some((now, weeks));
    }

    /// Puts settings in force that were read from the database.
    pub fn use_settings(&self, settings: Settings) {
        *self
            .settings
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
    }

    /// The way to other servers; nobody is out there until [`Context::connect`] was called.
    #[must_use]
    pub fn fediverse(&self) -> Arc<dyn Fediverse> {
        self.fediverse
            .get()
            .map_or_else(|| Arc::new(Offline) as Arc<dyn Fediverse>, Arc::clone)
    }

    /// The way to the web; there is none until [`Context::open_outward`] was called.
    #[must_use]
    pub fn outward(&self) -> Arc<dyn Outward> {
        self.outward
            .get()
            .map_or_else(|| Arc::new(Nowhere) as Arc<dyn Outward>, Arc::clone)
    }

    /// Hands in the way to the web, once.
    pub fn open_outward(&self, outward: Arc<dyn Outward>) {
        let _first_one_stays = self.outward.set(outward);
    }

    /// Can letters be sent?
    #[must_use]
    pub fn sends_mail(&self) -> bool {
        self.carrier.get().is_some()
    }

    /// Whoever carries letters, where there is someone.
    pub(crate) fn carrier(&self) -> Option<Arc<dyn Carrier>> {
        self.carrier.get().map(Arc::clone)
    }

    /// Hands in whoever carries letters, once.
    pub fn send_mail_by(&self, carrier: Arc<dyn Carrier>) {
        let _first_one_stays = self.carrier.set(carrier);
    }

    /// Hands in the way to other servers, once.
    pub fn connect(&self, fediverse: Arc<dyn Fediverse>) {
        let _first_one_stays = self.fediverse.set(fediverse);
    }
}
