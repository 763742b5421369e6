//! The clients that no one here wrote: each makes every call that it has against a server of its own, on both
//! engines, with the recorder in front that holds what is answered against the Mastodon API schema. It ends
//! badly where a program does, or where an answer does not fit.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::engine::Engine;
use crate::server::Place;
use crate::{Result, build};

mod cast;
mod program;
mod recorder;
mod table;

use cast::Cast;
use program::Client;
use recorder::Recorder;
use table::Row;

/// As many as a small machine carries without one waiting for the other.
const AT_ONCE: usize = 2;

/// No client needs as long, on any machine that builds the server.
const LIMIT: Duration = Duration::from_secs(480);

/// The path of the `OpenAPI` document that answers are held against.
const SCHEMA: &str = "BALAI_API_SCHEMA";

/// What the command line says.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    engines: Vec<Engine>,
    clients: Vec<&'static Client>,
    program: Option<PathBuf>,
}

impl Options {
    pub(crate) fn parse(words: &[String]) -> Result<Self> {
        let mut options = Self {
            engines: Engine::BOTH.into(),
            clients: program::CLIENTS.iter().collect(),
            program: None,
        };
        let mut words = words.iter().map(String::as_str);
        while let Some(word) = words.next() {
            match word {
                "--engine" => options.engines = vec![Engine::parse(words.next())?],
                "--only" => {
                    let names = words.next().unwrap_or_default().split(',');
                    options.clients = names.map(program::named).collect::<Result<_>>()?;
                }
                "--program" => options.program = words.next().map(PathBuf::from),
                other => {
                    return Err(format!(
                        "clients: {other} is not --engine ENGINE, --only NAME,.. or --program FILE"
                    ));
                }
            }
        }
        Ok(options)
    }
}

/// Runs all of them; an error where one of them is not content.
pub(crate) async fn clients(options: Options) -> Result<()> {
    let begun = Instant::now();
    let schema = schema()?;
    // Before anything runs side by side: each of these happens once on a machine.
    let mut ready = Vec::new();
    for client in &options.clients {
        ready.extend(client.install());
    }
    let server = match &options.program {
        Some(program) => build::existing(program)?,
        None => {
            println!("Building the server as it is handed out.");
            build::server(true)?
        }
    };
    let folder = build::target()?.join("clients");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;

    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    for client in ready {
        for engine in options.engines.iter().copied() {
            let visit = Visit {
                client,
                engine,
                notes: folder.join(format!("{}-{}", engine.word(), client.name)),
                schema: schema.clone(),
            };
            let (server, turns) = (server.clone(), Arc::clone(&turns));
            running.spawn(async move {
                let _turn = turns.acquire_owned().await;
                visit.row(&server).await
            });
        }
    }
    let mut rows = Vec::new();
    while let Some(row) = running.join_next().await {
        let row = row.map_err(|error| error.to_string())?;
        row.tell();
        rows.push(row);
    }
    table::print(&mut rows);
    println!(
        "\nAll of it took {:.0} s. What they said and what was recorded: {}",
        begun.elapsed().as_secs_f64(),
        folder.display()
    );
    match rows.iter().filter(|row| !row.troubles.is_empty()).count() {
        0 => Ok(()),
        count => Err(format!("{count} of {} were not content", rows.len())),
    }
}

/// The document's path, where there is one.
fn schema() -> Result<Option<PathBuf>> {
    match std::env::var_os(SCHEMA).filter(|path| !path.is_empty()) {
        Some(path) => build::existing(Path::new(&path)).map(Some),
        None => {
            println!("{SCHEMA} is not set: no answer is held against the Mastodon API schema.");
            Ok(None)
        }
    }
}

/// One client at one server.
#[derive(Debug)]
struct Visit {
    client: &'static Client,
    engine: Engine,
    /// Where its log and the recorder's report go, without their endings.
    notes: PathBuf,
    schema: Option<PathBuf>,
}

impl Visit {
    /// From an empty place to the line of the table.
    async fn row(&self, server: &Path) -> Row {
        let begun = Instant::now();
        let mut row = Row::new(self.client.name, self.engine);
        if let Err(trouble) = self.pay(server, &mut row).await {
            row.troubles.push(trouble);
        }
        row.took = begun.elapsed();
        row
    }

    async fn pay(&self, server: &Path, row: &mut Row) -> Result<()> {
        let place = Place::new(server, self.engine.fresh_database()?)?;
        let recorder = Recorder::start(place.address, &self.notes, self.schema.as_deref()).await?;
        let place = place.behind(recorder.address);
        let cast = Cast::make(&place).await?;
        let running = place.start().await?;
        cast.gather(recorder.address).await?;

        let log = self.notes.with_extension("log");
        let mut environment = cast.environment(&place.base());
        if let Some(schema) = &self.schema {
            environment.push((SCHEMA.to_owned(), schema.display().to_string()));
        }
        let said = self.client.run(&environment, &log, LIMIT).await?;
        row.calls = said.calls;
        row.troubles.extend(said.trouble);

        let last_words = running.last_words();
        let ended = running.stop().await?;
        if !ended.success() {
            row.troubles.push(format!("the server ended with {ended}"));
        }
        let report = recorder.finish().await?;
        row.bodies = self.schema.as_ref().map(|_path| report.checked);
        row.errors = report.invalid;
        row.troubles.extend(report.troubles());
        if self.schema.is_some() && report.checked == 0 {
            row.troubles.push("nothing came by the recorder".to_owned());
        }
        if !row.troubles.is_empty() && !last_words.is_empty() {
            row.troubles
                .push(format!("the server's last words:\n{last_words}"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &str) -> Result<Options> {
        let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
        Options::parse(&words)
    }

    #[test]
    fn without_words_it_is_all_of_them_on_both_engines() {
        let options = parse("").unwrap();
        assert_eq!(options.engines, Engine::BOTH);
        assert_eq!(options.clients.len(), program::CLIENTS.len());
    }

    #[test]
    fn a_few_are_chosen_by_their_names() {
        let options = parse("--engine postgres --only toot,megalodon").unwrap();
        assert_eq!(options.engines, [Engine::Postgres]);
        let names: Vec<&str> = options.clients.iter().map(|client| client.name).collect();
        assert_eq!(names, ["toot", "megalodon"]);
    }

    #[test]
    fn a_wrong_word_is_a_sentence() {
        assert!(parse("--only tut").unwrap_err().contains("\"tut\""));
        assert!(parse("--engine mysql").unwrap_err().contains("sqlite or"));
        assert!(parse("--quick").unwrap_err().contains("--quick"));
    }
}
