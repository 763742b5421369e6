//! A real server: the built program with a data folder of its own, its verbs, its start and its end.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::net::TcpSocket;
use tokio::process::{Child, Command};

use crate::Result;
use crate::http::{Client, Request};

/// A program that cannot be asked after this long will not start any more.
const START: Duration = Duration::from_secs(30);
/// What has not stopped after this long is killed. The server allows its requests ten seconds.
const STOP: Duration = Duration::from_secs(12);

/// The password of whoever is made here.
pub(crate) const PASSWORD: &str = "a long password of a test";

/// The address of whoever is made here.
pub(crate) fn email(name: &str) -> String {
    format!("{name}@example.org")
}

/// A place on this machine: where its program and its data are and where it will listen.
#[derive(Debug)]
pub(crate) struct Place {
    program: PathBuf,
    folder: TempDir,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Keeps the port until the place is gone.
    _port: TcpSocket,
    /// What it says its address is.
    public: SocketAddr,
    /// `postgres://...`, or a file in the folder.
    pub(crate) database: Option<String>,
}

impl Place {
    /// A fresh folder and a free port.
    pub(crate) fn new(program: &Path, database: Option<String>) -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("balai-xtask-")
            .tempdir()
            .map_err(|error| format!("no temporary folder: {error}"))?;
        let port = free_port().map_err(|error| format!("no free port: {error}"))?;
        let address = port
            .local_addr()
            .map_err(|error| format!("no free port: {error}"))?;
        Ok(Self {
            program: program.to_owned(),
            folder,
            address,
            _port: port,
            public: address,
            database,
        })
    }

    /// The same behind a proxy that listens there.
    pub(crate) fn behind(self, proxy: SocketAddr) -> Self {
        Self {
            public: proxy,
            ..self
        }
    }

    /// The public address.
    pub(crate) fn base(&self) -> String {
        format!("http://{}", self.public)
    }

    /// The folder of its data.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The program with this place's settings and no others.
    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("BALAI_") {
                command.env_remove(name);
            }
        }
        command
            .current_dir(self.folder.path())
            .env_remove("DATABASE_URL")
            .env("BALAI_BIND", self.address.to_string())
            .env("BALAI_BASE_URL", self.base())
            .env("BALAI_DATA_DIR", self.data())
            .env("BALAI_TEST_MODE", "1")
            .env("BALAI_FEDERATION_ALLOW_HTTP", "1")
            .env("BALAI_FEDERATION_ALLOW_PRIVATE", "127.0.0.0/8")
            .stdin(Stdio::null())
            .kill_on_drop(true);
        if let Some(url) = &self.database {
            command.env("DATABASE_URL", url);
        }
        command
    }

    /// Runs a verb of the program and hands back what it printed.
    pub(crate) async fn verb(&self, words: &[&str]) -> Result<String> {
        let output = self.command().args(words).output();
        let output = tokio::time::timeout(START, output)
            .await
            .map_err(|_late| format!("balai {}: does not end", words.join(" ")))?
            .map_err(|error| format!("{}: {error}", self.program.display()))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let complaint = String::from_utf8_lossy(&output.stderr);
        Err(format!("balai {}: {}", words.join(" "), complaint.trim()))
    }

    /// Makes a member and answers with a token for an app.
    pub(crate) async fn member(&self, name: &str, role: &str) -> Result<String> {
        self.user(name, role).await?;
        self.token(name, "read write follow").await
    }

    /// Makes a member.
    pub(crate) async fn user(&self, name: &str, role: &str) -> Result<()> {
        let email = email(name);
        let who = ["user", "create", name, "--email", &email, "--role", role];
        let more = ["--password", PASSWORD, "--confirmed", "--approved"];
        self.verb(&[&who[..], &more[..]].concat()).await.map(drop)
    }

    /// A token of a member.
    pub(crate) async fn token(&self, name: &str, scopes: &str) -> Result<String> {
        let words = ["token", "create", "--user", name, "--scopes", scopes];
        let said = self.verb(&words).await?;
        said.lines()
            .next_back()
            .map(|line| line.trim().to_owned())
            .filter(|token| !token.is_empty())
            .ok_or_else(|| "balai token create prints no token".to_owned())
    }

    /// Starts the server without waiting for it.
    pub(crate) fn spawn(&self, log: &str) -> Result<Server> {
        let path = self.folder.path().join("log");
        let file =
            std::fs::File::create(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let child = self
            .command()
            .arg("serve")
            .env("RUST_LOG", log)
            .stdout(Stdio::null())
            .stderr(file)
            .spawn()
            .map_err(|error| format!("{}: {error}", self.program.display()))?;
        let id = child
            .id()
            .ok_or_else(|| "the server ended at once".to_owned())?;
        let guard = Guard::over(id)?;
        Ok(Server {
            child,
            id,
            guard,
            address: self.address,
            log: path,
        })
    }

    /// Starts the server and waits until it answers.
    pub(crate) async fn start(&self) -> Result<Server> {
        let mut server = self.spawn("warn")?;
        server.ready().await?;
        Ok(server)
    }
}

/// A port for one place alone. It is bound and does not listen: a server that is told it can listen there,
/// while the system gives it to nobody who asks for any free port. (Only freed, it was once handed to two places
/// that were made side by side, and one of them talked to the other's server.)
fn free_port() -> std::io::Result<TcpSocket> {
    let port = TcpSocket::new_v4()?;
    port.set_reuseaddr(true)?;
    port.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    Ok(port)
}

/// A running server. Dropping it kills it; [`Server::stop`] asks first.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// Its process.
    pub(crate) id: u32,
    guard: Guard,
    address: SocketAddr,
    log: PathBuf,
}

impl Server {
    /// Waits until it says that it is ready.
    pub(crate) async fn ready(&mut self) -> Result<()> {
        let begun = Instant::now();
        let request = Request::new("GET", "/readyz").bytes(&self.address.to_string());
        while begun.elapsed() < START {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("the server ended: {status}\n{}", self.last_words()));
            }
            if Client::new(self.address)
                .send(&request)
                .await
                .is_ok_and(|answer| answer.is_success())
            {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Err(format!(
            "the server is not ready after {} s\n{}",
            START.as_secs(),
            self.last_words()
        ))
    }

    /// Asks it to stop, and kills it where it does not.
    pub(crate) async fn stop(mut self) -> Result<ExitStatus> {
        terminate(self.id).await;
        let ended = match tokio::time::timeout(STOP, self.child.wait()).await {
            Ok(ended) => ended,
            Err(_late) => {
                self.child
                    .kill()
                    .await
                    .map_err(|error| format!("the server cannot be killed: {error}"))?;
                return Err(format!(
                    "the server did not stop in {} s and was killed",
                    STOP.as_secs()
                ));
            }
        };
        self.guard.is_not_needed();
        ended.map_err(|error| format!("the server is lost: {error}"))
    }

    /// The end of its log.
    pub(crate) fn last_words(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let from = lines.len().saturating_sub(12);
        lines.get(from..).unwrap_or_default().join("\n")
    }
}

async fn terminate(id: u32) {
    let words = ["-TERM".to_owned(), id.to_string()];
    let _killed_later = Command::new("kill")
        .args(words)
        .stderr(Stdio::null())
        .status()
        .await;
}

/// A shell that ends the server when we are gone, also by `kill -9`: the other end of its input is held
/// by this process alone.
#[derive(Debug)]
struct Guard(std::process::Child);

impl Guard {
    fn over(id: u32) -> Result<Self> {
        use std::os::unix::process::CommandExt;
        std::process::Command::new("sh")
            .args([
                "-c",
                "trap '' INT TERM HUP; read -r _; kill -TERM \"$0\"",
                &id.to_string(),
            ])
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map(Self)
            .map_err(|error| format!("no shell to watch over the server: {error}"))
    }

    /// The server is gone: its number may soon be another's.
    fn is_not_needed(&mut self) {
        let _gone = self.0.kill();
        let _gone = self.0.wait();
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.is_not_needed();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_port_is_one_places_alone_and_its_server_can_listen_there() {
        let held = free_port().unwrap();
        let address = held.local_addr().unwrap();
        // So many that two of them would be the same one if a held port were handed out again.
        let others: Vec<_> = (0..500).map(|_| free_port().unwrap()).collect();
        let known: HashSet<_> = others.iter().map(|it| it.local_addr().unwrap()).collect();
        assert_eq!(known.len(), others.len());
        assert!(!known.contains(&address));
        let first = TcpListener::bind(address).unwrap();
        drop(first);
        TcpListener::bind(address).unwrap();
    }
}
