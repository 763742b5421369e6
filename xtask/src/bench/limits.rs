//! What stands still while the server gets faster: signatures on one core, and the bare statements on the
//! same database.

use std::time::{Duration, Instant};

use database::Conn;
use database::inbox::Received;
use database::statuses::Status;
use federation::signature::{PrivateKey, PublicKey};
use model::{InboxId, Page, StatusId, Visibility};

use super::crowd::Keys;
use super::meter::Meter;
use super::report::{rate, time};
use super::town::Town;
use crate::Result;

/// How long each operation is repeated, and how often; the best counts, as the others were disturbed.
const ROUND: Duration = Duration::from_millis(400);
const ROUNDS: usize = 5;
/// What is signed: as long as the signature base of a delivery.
const MESSAGE: [u8; 300] = [b'a'; 300];
/// Rows of each kind.
const ROWS: usize = 1000;
/// Rounds of the statements of one request.
const MOST_ROUNDS: u32 = 500;

/// Signatures a second on one core.
#[derive(Clone, Copy, Debug)]
pub(super) struct Crypto {
    pub(super) rsa_sign: f64,
    pub(super) rsa_verify: f64,
    ed25519_sign: f64,
    ed25519_verify: f64,
}

impl Crypto {
    pub(super) fn print(&self) {
        println!(
            "Signatures a second on one core (aws-lc-rs, parsed keys): RSA-2048 sign {:.0}, verify {:.0}; Ed25519 sign {:.0}, verify {:.0}",
            self.rsa_sign, self.rsa_verify, self.ed25519_sign, self.ed25519_verify
        );
    }

    /// Processor time of one signature.
    pub(super) fn sign_ms(&self) -> f64 {
        1000.0 / self.rsa_sign
    }
}

pub(super) fn crypto(keys: &Keys) -> Result<Crypto> {
    let (private, public) = keys.first()?;
    let (rsa_sign, rsa_verify) = both(&private, &public)?;
    let private = PrivateKey::generate_ed25519().map_err(|error| error.to_string())?;
    let public = private.public_key().map_err(|error| error.to_string())?;
    let (ed25519_sign, ed25519_verify) = both(&private, &public)?;
    Ok(Crypto {
        rsa_sign,
        rsa_verify,
        ed25519_sign,
        ed25519_verify,
    })
}

fn both(private: &PrivateKey, public: &PublicKey) -> Result<(f64, f64)> {
    let signature = private.sign(&MESSAGE).map_err(|error| error.to_string())?;
    let sign = best(|| private.sign(&MESSAGE).is_ok())?;
    let verify = best(|| public.verify(&MESSAGE, &signature))?;
    Ok((sign, verify))
}

fn best(mut once: impl FnMut() -> bool) -> Result<f64> {
    let mut best = 0.0_f64;
    for _ in 0..ROUNDS {
        let begun = Stopwatch::start();
        let mut count = 0;
        while begun.since.elapsed() < ROUND {
            if !once() {
                return Err("a signature failed".to_owned());
            }
            count += 1;
        }
        best = best.max(rate(count, begun.read()));
    }
    Ok(best)
}

/// Processor time of this thread where the kernel counts it (then others on the machine do not matter),
/// else the time on the wall.
struct Stopwatch {
    since: Instant,
    used: Option<Duration>,
}

impl Stopwatch {
    fn start() -> Self {
        Self {
            since: Instant::now(),
            used: on_processor(),
        }
    }

    fn read(&self) -> Duration {
        match (self.used, on_processor()) {
            (Some(before), Some(now)) if now > before => now - before,
            _ => self.since.elapsed(),
        }
    }
}

fn on_processor() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ')
        .next()?
        .parse()
        .ok()
        .map(Duration::from_nanos)
}

/// The bare statements on a town's database, while its server sleeps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bare {
    /// Rows of received activities a second, each durable before it is answered, 32 at a time.
    pub(super) stores: f64,
    /// Statuses a second, each in a transaction of its own, 8 at a time.
    pub(super) posts: f64,
    /// One status among a hundred in a transaction: processor time of the thread that asks.
    pub(super) insert: Duration,
    /// The ids of a page of twenty, the statuses through the gate, and their authors: likewise.
    pub(super) page: Duration,
}

impl Bare {
    pub(super) fn page_text(&self) -> String {
        format!(
            "the page's three bare statements: {} of processor time here",
            time(self.page)
        )
    }
}

/// What the statements of one request cost without a server around them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Statements {
    /// The ids alone.
    ids: Cost,
    /// With all that hangs on them.
    all: Cost,
}

/// One round of statements.
#[derive(Clone, Copy, Debug)]
struct Cost {
    wall: Duration,
    /// Processor time: of the thread that asks, and of PostgreSQL.
    used: Duration,
}

impl Statements {
    pub(super) fn text(&self) -> String {
        format!(
            "the bare statements: for the ids {} of processor time, with all that hangs on them {} ({} on the clock)",
            time(self.ids.used),
            time(self.all.used),
            time(self.all.wall)
        )
    }
}

/// Runs the statements of one request again and again on one connection, while the server sleeps: those
/// that find its ids, and those that load them.
pub(super) async fn statements<I: Send + 'static>(
    town: &Town,
    ids: impl Fn(&mut Conn) -> services::Result<I> + Clone + Send + 'static,
    load: impl Fn(&mut Conn, I) -> services::Result<usize> + Send + 'static,
) -> Result<Statements> {
    let find = ids.clone();
    Ok(Statements {
        ids: again(town, move |conn| find(conn).map(|_ids| ())).await?,
        all: again(town, move |conn| {
            let found = ids(conn)?;
            load(conn, found).map(|_count| ())
        })
        .await?,
    })
}

async fn again(
    town: &Town,
    once: impl Fn(&mut Conn) -> services::Result<()> + Send + 'static,
) -> Result<Cost> {
    let meter = Meter::start(town);
    let measured = town.db.read(move |conn| {
        // The first of each kind of statement is prepared before it counts.
        once(conn)?;
        let begun = Stopwatch::start();
        let mut rounds = 0;
        while rounds < MOST_ROUNDS && begun.since.elapsed() < Duration::from_secs(1) {
            once(conn)?;
            rounds += 1;
        }
        Ok::<_, services::Error>((
            begun.since.elapsed() / rounds,
            begun.read() / rounds,
            rounds,
        ))
    });
    let (wall, here, rounds) = measured.await.map_err(|error| error.to_string())?;
    let database = meter.read().database / (rounds + 1);
    Ok(Cost {
        wall,
        used: here + database,
    })
}

/// Measures them; the rows are removed from no timeline, because they stand in none.
pub(super) async fn bare(town: &Town) -> Result<Bare> {
    let stores = stores(town).await?;
    let posts = posts(town).await?;
    let insert = inserts(town).await?;
    let page = page(town).await?;
    Ok(Bare {
        stores,
        posts,
        insert,
        page,
    })
}

async fn stores(town: &Town) -> Result<f64> {
    let now = town.now();
    let rows: Vec<Received> = (0..ROWS)
        .map(|number| Received {
            id: town.id::<InboxId>(),
            activity_id: format!("http://bare.example/activities/{number}"),
            actor: "http://bare.example/users/someone".to_owned(),
            domain: "bare.example".to_owned(),
            object_key: format!("http://bare.example/notes/{number}"),
            body: "x".repeat(1500),
            state: database::inbox::State::Done as i16,
            attempts: 0,
            next_attempt_at: now,
            outcome: String::new(),
            received_at: now,
        })
        .collect();
    side_by_side(32, rows, |row| {
        let db = town.db.clone();
        async move {
            let stored = db
                .write(move |conn| database::inbox::store(conn, &row))
                .await;
            stored
                .map(|_new| ())
                .map_err(|error: database::Error| error.to_string())
        }
    })
    .await
}

async fn posts(town: &Town) -> Result<f64> {
    let rows = statuses(town)?;
    side_by_side(8, rows, |row| {
        let db = town.db.clone();
        async move {
            let stored = db
                .write(move |conn| database::statuses::insert(conn, &row))
                .await;
            stored.map_err(|error: database::Error| error.to_string())
        }
    })
    .await
}

/// Runs one future for each row, so many at a time; how many a second.
async fn side_by_side<T, F>(width: usize, rows: Vec<T>, one: impl Fn(T) -> F) -> Result<f64>
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    let total = rows.len();
    let mut waiting = rows.into_iter();
    let mut tasks = tokio::task::JoinSet::new();
    let begun = Instant::now();
    for row in waiting.by_ref().take(width) {
        tasks.spawn(one(row));
    }
    while let Some(done) = tasks.join_next().await {
        done.map_err(|error| error.to_string())??;
        if let Some(row) = waiting.next() {
            tasks.spawn(one(row));
        }
    }
    Ok(rate(total, begun.elapsed()))
}

/// Unlisted posts of nobody's interest, in nobody's home.
fn statuses(town: &Town) -> Result<Vec<Status>> {
    let author = town.who(0)?.id;
    let now = town.now();
    let made = (0..ROWS).map(|number| {
        let id: StatusId = town.id();
        let uri = format!("{}/bare/{id}", town.place.base());
        Status {
            visibility: Visibility::Unlisted,
            content: format!("<p>{}</p>", "bare words ".repeat(20)),
            source: format!("bare words {number}"),
            local: true,
            ..Status::blank(id, author, uri, now)
        }
    });
    Ok(made.collect())
}

async fn inserts(town: &Town) -> Result<Duration> {
    let rows = statuses(town)?;
    let mut spent = Duration::ZERO;
    let mut count = 0;
    for hundred in rows.chunks(100) {
        let hundred = hundred.to_vec();
        count += u32::try_from(hundred.len()).unwrap_or(u32::MAX);
        spent += town
            .write(move |conn| {
                let begun = Stopwatch::start();
                for row in &hundred {
                    database::statuses::insert(conn, row)?;
                }
                Ok(begun.read())
            })
            .await?;
    }
    Ok(spent / count.max(1))
}

/// A member's home of 400 entries is made, its first page read many times, and the entries removed again.
async fn page(town: &Town) -> Result<Duration> {
    let owner = town.who(0)?.id;
    let rows = statuses(town)?;
    let spent = town
        .write(move |conn| {
            for row in rows.iter().take(400) {
                database::statuses::insert(conn, row)?;
                database::home_entries::put(conn, owner, row.id, row.id)?;
            }
            let begun = Stopwatch::start();
            let rounds = 500;
            for _ in 0..rounds {
                let ids = database::home_entries::page(conn, owner, &Page::first(20))?;
                let seen = database::visible::load(conn, owner, &ids)?;
                let mut authors: Vec<_> = seen.iter().map(|status| status.account_id).collect();
                authors.dedup();
                let _authors = database::accounts::by_ids(conn, &authors)?;
            }
            let spent = begun.read() / rounds;
            database::home_entries::clear(conn, owner)?;
            Ok(spent)
        })
        .await?;
    Ok(spent)
}

/// So many writes of so many bytes into one loopback connection that someone empties: what the kernel asks
/// for to tell as many listeners. Processor time of the thread that writes.
pub(super) fn writes(count: usize, bytes: usize) -> Result<Duration> {
    use std::io::{Read as _, Write as _};
    let failed = |error: std::io::Error| error.to_string();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let mut ours = std::net::TcpStream::connect(address).map_err(failed)?;
    ours.set_nodelay(true).map_err(failed)?;
    let (mut theirs, _from) = listener.accept().map_err(failed)?;
    let reader = std::thread::spawn(move || {
        let mut buffer = vec![0; 64 * 1024];
        while theirs.read(&mut buffer).is_ok_and(|read| read > 0) {}
    });
    let frame = vec![b'x'; bytes];
    let begun = Stopwatch::start();
    for _ in 0..count {
        ours.write_all(&frame).map_err(failed)?;
    }
    let spent = begun.read();
    drop(ours);
    let _ended = reader.join();
    Ok(spent)
}
