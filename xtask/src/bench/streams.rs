//! Many who listen: sockets of a few hundred people, and one post that all of them hear. The sockets are
//! held by this process, on the cores that the server has too.

use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_lc_rs::digest::{SHA256, digest};
use database::access_tokens::AccessToken;
use database::live::{self, Timeline};
use futures::StreamExt as _;
use model::AccountId;
use serde_json::json;
use services::views::status;
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::Sizes;
use super::limits::{self, Statements};
use super::machine;
use super::meter::{Meter, memory};
use super::past::Past;
use super::report::{Report, Row, shares, time};
use super::start::held;
use super::town::Town;
use crate::Result;

/// Files that this process and the server need besides the sockets.
const OTHER_FILES: usize = 300;
/// Nothing that is heard takes longer.
const PATIENCE: Duration = Duration::from_secs(30);
/// Long enough for what follows from connecting.
const REST: Duration = Duration::from_secs(1);

/// Everyone listens to home, then to the public timeline.
pub(super) async fn measure(
    town: &Town,
    past: &Past,
    sizes: &Sizes,
    report: &mut Report,
) -> Result<()> {
    let tokens = tokens(town, &past.neighbours).await?;
    let open = machine::open_files();
    let clients = sizes.clients.min(open.saturating_sub(OTHER_FILES));
    if clients < sizes.clients {
        report.note(format!(
            "A process may open {open} files here: {clients} sockets instead of {}.",
            sizes.clients
        ));
    }
    let bare = bare(town, &past.neighbours).await?;
    for stream in ["user", "public"] {
        let before = memory(town.process()).0;
        let mut crowd = Crowd::gather(town, stream, &tokens, clients).await?;
        tokio::time::sleep(REST).await;
        connected(town, report, &crowd, before);
        posts(town, sizes, report, &mut crowd, &bare).await?;
        crowd.go().await;
        tokio::time::sleep(REST).await;
    }
    Ok(())
}

/// A token for each of them.
async fn tokens(town: &Town, people: &[AccountId]) -> Result<Vec<String>> {
    let now = town.now();
    let words: Vec<String> = people
        .iter()
        .map(|who| format!("listening-{who}"))
        .collect();
    let rows: Vec<AccessToken> = people
        .iter()
        .zip(&words)
        .map(|(who, word)| AccessToken {
            id: town.id(),
            token_hash: digest(&SHA256, word.as_bytes()).as_ref().to_vec(),
            app_id: None,
            account_id: Some(*who),
            human_id: Some(*who),
            scopes: "read".to_owned(),
            created_at: now,
            revoked_at: None,
            last_used_at: None,
        })
        .collect();
    town.write(move |conn| {
        for row in &rows {
            database::access_tokens::insert(conn, row)?;
        }
        Ok(())
    })
    .await?;
    Ok(words)
}

/// Who may hear a post of the first member, and what they see: asked once for all.
async fn bare(town: &Town, people: &[AccountId]) -> Result<Statements> {
    let (me, now, people) = (town.who(0)?.id, town.now(), people.to_vec());
    let newest = town
        .read(move |conn| database::home_entries::page(conn, me, &model::Page::first(1)))
        .await?;
    let id = newest.first().copied().ok_or("the first home is empty")?;
    limits::statements(
        town,
        move |conn| Ok(live::readers(conn, Timeline::Public, id, &people, now)?),
        move |conn, _readers| Ok(status::load_in(conn, me, &[id])?.len()),
    )
    .await
}

/// Those who listen.
struct Crowd {
    stream: &'static str,
    clients: usize,
    people: usize,
    /// When each frame came, and how long it was.
    heard: mpsc::UnboundedReceiver<(Instant, usize)>,
    tasks: JoinSet<Result<()>>,
    took: Duration,
}

/// What one of them needs.
struct Listener {
    address: std::net::SocketAddr,
    stream: &'static str,
    token: String,
    /// So many come in at a time.
    door: Arc<Semaphore>,
    inside: mpsc::UnboundedSender<()>,
    hears: mpsc::UnboundedSender<(Instant, usize)>,
}

impl Listener {
    /// Listens until it is stopped; that it ends by itself is a failure.
    async fn listen(self) -> Result<()> {
        let turn = self.door.acquire().await.map_err(|e| e.to_string())?;
        let mut socket = self.connect().await?;
        drop(turn);
        let _counted = self.inside.send(());
        while let Some(frame) = socket.next().await {
            match frame {
                Ok(Message::Text(text)) => {
                    let _nobody_waits = self.hears.send((Instant::now(), text.len()));
                }
                Ok(Message::Close(_)) => return Err("a socket was closed".to_owned()),
                Ok(_) => {}
                Err(error) => return Err(format!("a socket broke: {error}")),
            }
        }
        Err("a socket ended".to_owned())
    }

    async fn connect(&self) -> Result<WebSocketStream<TcpStream>> {
        let failed = |error: String| format!("no socket: {error}");
        let tcp = TcpStream::connect(self.address).await;
        let tcp = tcp.map_err(|error| failed(error.to_string()))?;
        tcp.set_nodelay(true).map_err(|e| failed(e.to_string()))?;
        let (address, stream) = (self.address, self.stream);
        let mut request = format!("ws://{address}/api/v1/streaming?stream={stream}")
            .into_client_request()
            .map_err(|error| failed(error.to_string()))?;
        let bearer: http::HeaderValue = format!("Bearer {}", self.token)
            .parse()
            .map_err(|_e| failed("a token that is no header".to_owned()))?;
        request.headers_mut().insert("authorization", bearer);
        let small = WebSocketConfig::default().read_buffer_size(8 * 1024);
        let opened = client_async_with_config(request, tcp, Some(small)).await;
        Ok(opened.map_err(|error| failed(error.to_string()))?.0)
    }
}

impl Crowd {
    async fn gather(
        town: &Town,
        stream: &'static str,
        tokens: &[String],
        clients: usize,
    ) -> Result<Self> {
        let (hears, heard) = mpsc::unbounded_channel();
        let (inside, mut came) = mpsc::unbounded_channel();
        let door = Arc::new(Semaphore::new(32));
        let begun = Instant::now();
        let mut tasks = JoinSet::new();
        for token in tokens.iter().cycle().take(clients) {
            let listener = Listener {
                address: town.place.address,
                stream,
                token: token.clone(),
                door: Arc::clone(&door),
                inside: inside.clone(),
                hears: hears.clone(),
            };
            tasks.spawn(listener.listen());
        }
        for _ in 0..clients {
            tokio::select! {
                one = tokio::time::timeout(PATIENCE, came.recv()) => {
                    one.map_err(|_late| "not everyone could connect".to_owned())?;
                }
                failed = tasks.join_next() => return Err(why(failed)),
            }
        }
        Ok(Self {
            stream,
            clients,
            people: tokens.len().min(clients),
            heard,
            tasks,
            took: begun.elapsed(),
        })
    }

    /// A frame for each; when each came, sorted, and how long one was.
    async fn hear(&mut self) -> Result<(Vec<Instant>, usize)> {
        let (mut times, mut length) = (Vec::with_capacity(self.clients), 0);
        while times.len() < self.clients {
            tokio::select! {
                frame = tokio::time::timeout(PATIENCE, self.heard.recv()) => match frame {
                    Ok(Some((at, bytes))) => {
                        times.push(at);
                        length = bytes;
                    }
                    _ => return Err(format!("{} of {} have heard it", times.len(), self.clients)),
                },
                failed = self.tasks.join_next() => return Err(why(failed)),
            }
        }
        times.sort_unstable();
        Ok((times, length))
    }

    async fn go(mut self) {
        self.tasks.abort_all();
        while self.tasks.join_next().await.is_some() {}
    }
}

fn why(ended: Option<std::result::Result<Result<()>, tokio::task::JoinError>>) -> String {
    match ended {
        Some(Ok(Err(error))) => error,
        _ => "nobody listens any more".to_owned(),
    }
}

fn connected(town: &Town, report: &mut Report, crowd: &Crowd, before: f64) {
    let after = memory(town.process()).0;
    let clients = f64::from(u32::try_from(crowd.clients).unwrap_or(u32::MAX)).max(1.0);
    report.add(Row {
        work: format!(
            "{} sockets of {} people connect to `{}`, 32 at a time",
            crowd.clients, crowd.people, crowd.stream
        ),
        figure: format!(
            "{:.1} kB of the server's memory each; all after {}",
            (after - before).max(0.0) * 1024.0 / clients,
            time(crowd.took)
        ),
        memory: format!("before {before:.0} MiB, then {}", held(town)),
        ..Row::default()
    });
}

/// One post after the other, each heard by all before the next.
async fn posts(
    town: &Town,
    sizes: &Sizes,
    report: &mut Report,
    crowd: &mut Crowd,
    bare: &Statements,
) -> Result<()> {
    let mut app = town.app(0)?;
    let (mut first, mut middle, mut late, mut last) = (vec![], vec![], vec![], vec![]);
    let mut length = 0;
    let meter = Meter::start(town);
    for number in 0..sizes.shouts {
        let text = format!("Everyone, number {number}: the gate is open, and there is soup.");
        app.post("/api/v1/statuses", &json!({"status": text}))
            .await?;
        let answered = Instant::now();
        let (times, bytes) = crowd.hear().await?;
        length = bytes;
        let after = |share: usize| {
            let at = times.len().saturating_sub(1) * share / 100;
            times.get(at).map_or(Duration::ZERO, |time| {
                time.saturating_duration_since(answered)
            })
        };
        first.push(after(0));
        middle.push(after(50));
        late.push(after(99));
        last.push(after(100));
    }
    town.drained(false).await?;
    let spent = meter.read();
    let clients = f64::from(u32::try_from(crowd.clients).unwrap_or(u32::MAX)).max(1.0);
    let each = spent.each(sizes.shouts);
    let worst = last.iter().max().copied().unwrap_or_default();
    report.add(Row {
        work: format!(
            "one post that {} sockets hear on `{}`, from its answer; middle of {}",
            crowd.clients, crowd.stream, sizes.shouts
        ),
        figure: format!(
            "first {}, p50 {}, p99 {}, last {} (the worst {}); {:.1} us of processor a frame of {:.1} kB",
            time(half(&mut first)),
            time(half(&mut middle)),
            time(half(&mut late)),
            time(half(&mut last)),
            time(worst),
            each.1 * 1000.0 / clients,
            f64::from(u32::try_from(length).unwrap_or(u32::MAX)) / 1000.0
        ),
        cpu: Some(each),
        memory: held(town),
        limit: format!(
            "{}; as many bare writes to a loopback socket: {}. {}",
            bare.text(),
            time(limits::writes(crowd.clients, length)?),
            shares(&spent)
        ),
        aim: "100 ms to the last",
    });
    Ok(())
}

/// The one in the middle.
fn half(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
