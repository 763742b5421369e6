//! Finding the server programs and starting a private cluster from them: in a temporary folder, on
//! a unix socket inside it and nowhere else, as an unprivileged user, stopped and removed when this
//! process is gone.

use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use crate::tools::{on_path, run};
use crate::watchdog;

/// Where each Debian release keeps the programs of each server version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// A unix socket's path may have 107 bytes, of which `/.s.PGSQL.5432` takes 14.
const LONGEST_FOLDER: usize = 90;

/// Speed before safety: nobody will miss this data. `C` sorts by bytes as SQLite does; JIT and
/// autovacuum would make plans and times depend on chance.
const SETTINGS: &str = "
listen_addresses = ''
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_connections = 300
shared_buffers = 64MB
autovacuum = off
jit = off
timezone = 'UTC'
log_min_messages = warning
";

/// Stops the server of the folder `$1` at once (a quit signal works from root too, `pg_ctl` does
/// not), waits until it is gone, and removes the folder.
const CLEAN_UP: &str = r#"
cd /
pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
if [ -n "$pid" ] && kill -QUIT "$pid"; then
    tries=0
    while kill -0 "$pid" && [ "$tries" -lt 100 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
fi
rm -rf "$1"
"#;

/// The PostgreSQL programs of this machine.
#[derive(Debug)]
pub(super) struct Programs {
    psql: PathBuf,
    server: Option<PathBuf>,
}

impl Programs {
    /// Looks on `PATH`, then in the Debian layout, newest version first.
    pub(super) fn find() -> Option<Self> {
        let folders: Vec<PathBuf> = path_folders().into_iter().chain(debian_folders()).collect();
        let server = folders.iter().find(|folder| {
            ["postgres", "initdb", "pg_ctl"]
                .iter()
                .all(|name| folder.join(name).is_file())
        });
        let beside = server
            .map(|folder| folder.join("psql"))
            .filter(|psql| psql.is_file());
        let psql = beside.or_else(|| on_path("psql")).or_else(|| {
            folders
                .iter()
                .map(|folder| folder.join("psql"))
                .find(|psql| psql.is_file())
        })?;
        Some(Self {
            psql,
            server: server.cloned(),
        })
    }

    /// Whether a cluster of our own can be started.
    pub(super) fn can_serve(&self) -> bool {
        self.server.is_some()
    }

    pub(super) fn psql_path(&self) -> String {
        self.psql.to_string_lossy().into_owned()
    }

    /// Starts a cluster; hands back the address of its first database and the shell that will
    /// clean up.
    pub(super) fn start(&self) -> Result<(String, Child), String> {
        let server = self.server.as_deref().ok_or("no server programs")?;
        let folder = new_folder()?;
        let path = folder.to_string_lossy().into_owned();
        let pg_ctl = server.join("pg_ctl");
        // Before the server: from here on nothing is left behind, wherever this process stops.
        let watchdog = watchdog::when_we_are_gone(CLEAN_UP, &[&path])?;
        let owner = Owner::for_cluster()?;
        owner.take(&folder)?;
        let words = |error: std::io::Error| format!("{path}: {error}");
        run(owner
            .command(&server.join("initdb"))
            .args([
                "--username=balai",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
            ])
            .args(["--no-sync", "--no-instructions", "--pgdata"])
            .arg(folder.join("data")))?;
        let settings = folder.join("data/postgresql.conf");
        let mut text = std::fs::read_to_string(&settings).map_err(words)?;
        text.push_str(SETTINGS);
        text.push_str(&format!("unix_socket_directories = '{path}'\n"));
        std::fs::write(&settings, text).map_err(words)?;
        run(owner
            .command(&pg_ctl)
            .args(["start", "--wait", "--silent", "--timeout=60", "--log"])
            .arg(folder.join("log"))
            .arg("--pgdata")
            .arg(folder.join("data")))
        .map_err(|error| {
            let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
            format!("{error}\n{log}")
        })?;
        Ok((
            format!("postgres:///postgres?host={path}&user=balai"),
            watchdog,
        ))
    }
}

/// A folder that stays until the watchdog removes it, with a path short enough for a socket.
fn new_folder() -> Result<PathBuf, String> {
    let usual = std::env::temp_dir();
    let parent = if usual.as_os_str().len() > LONGEST_FOLDER - 30 {
        Path::new("/tmp")
    } else {
        &usual
    };
    let folder = tempfile::Builder::new()
        .prefix("balai-pg-")
        .tempdir_in(parent)
        .map_err(|error| format!("no temporary folder: {error}"))?;
    Ok(folder.keep())
}

fn path_folders() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join("postgres"))
        // A link on PATH leads to the folder in which the other programs are.
        .filter_map(|program| program.canonicalize().ok())
        .filter_map(|program| program.parent().map(Path::to_owned))
        .collect()
}

fn debian_folders() -> Vec<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir(DEBIAN)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    versions.sort_unstable_by(|one, other| other.cmp(one));
    versions.into_iter().map(|(_, folder)| folder).collect()
}

/// Whom the server runs as. It refuses root, so root lends the cluster to an unprivileged user.
#[derive(Debug, Clone, Copy)]
struct Owner(Option<(u32, u32)>);

impl Owner {
    fn for_cluster() -> Result<Self, String> {
        let we_are_root = std::fs::metadata("/proc/self")
            .or_else(|_| tempfile::tempfile().and_then(|file| file.metadata()))
            .is_ok_and(|ours| ours.uid() == 0);
        if !we_are_root {
            return Ok(Self(None));
        }
        let users = std::fs::read_to_string("/etc/passwd").map_err(|error| error.to_string())?;
        ["postgres", "nobody"]
            .iter()
            .find_map(|name| user(&users, name))
            .map(|ids| Self(Some(ids)))
            .ok_or_else(|| "no user `postgres` or `nobody` to run the server as".to_owned())
    }

    /// Makes the folder this user's own.
    fn take(self, folder: &Path) -> Result<(), String> {
        let Some((user, group)) = self.0 else {
            return Ok(());
        };
        chown(folder, Some(user), Some(group)).map_err(|error| error.to_string())
    }

    /// A command that runs as this user, in a folder that every user may enter.
    fn command(self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir("/").env("LC_ALL", "C");
        if let Some((user, group)) = self.0 {
            // The standard library drops root's other groups along with the user id.
            command.gid(group).uid(user);
        }
        command
    }
}

/// A user's two ids in the text of `/etc/passwd`.
fn user(users: &str, name: &str) -> Option<(u32, u32)> {
    let line = users
        .lines()
        .find(|line| line.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::user;

    #[test]
    fn a_user_is_found_by_the_whole_name() {
        let users = "root:x:0:0:root:/root:/bin/sh\npostgres2:x:7:8::/:/bin/sh\npostgres:x:101:104:,,,:/:/bin/sh\n";
        assert_eq!(user(users, "postgres"), Some((101, 104)));
        assert_eq!(user(users, "nobody"), None);
    }
}
