//! The demonstration: two servers on this machine, a group on the first, a member of the second who
//! finds it, joins and posts, and the answer that reaches her.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::engine::Engine;
use crate::http::App;
use crate::json::{is, list, text, words};
use crate::server::{Place, Server};
use crate::{Result, build};

mod told;

use told::Told;

/// How often is looked, and for how long, until something that was sent has arrived.
const LOOK: Duration = Duration::from_millis(20);
const PATIENCE: Duration = Duration::from_secs(20);

const QUESTION: &str = "Who has seeds of the long beans?";
const ANSWER: &str = "I have a bag of them, come by on Saturday.";

/// What the command line says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    release: bool,
    engine: Engine,
    program: Option<PathBuf>,
}

impl Options {
    pub(crate) fn parse(words: &[String]) -> Result<Self> {
        let mut options = Self::default();
        let mut words = words.iter().map(String::as_str);
        while let Some(word) = words.next() {
            match word {
                "--release" => options.release = true,
                "--engine" => options.engine = Engine::parse(words.next())?,
                "--program" => options.program = words.next().map(PathBuf::from),
                other => {
                    return Err(format!(
                        "demo: {other} is not --release, --engine ENGINE or --program FILE"
                    ));
                }
            }
        }
        Ok(options)
    }
}

/// Tells the whole story; an error where any of it did not happen.
pub(crate) async fn demo(options: Options) -> Result<()> {
    let begun = Instant::now();
    let program = match &options.program {
        Some(program) => build::existing(program)?,
        None => {
            println!("Building the server.");
            build::server(options.release)?
        }
    };
    let (first, second) = (
        Place::new(&program, options.engine.fresh_database()?)?,
        Place::new(&program, options.engine.fresh_database()?)?,
    );
    let told = Told::begin();
    let tokens = async {
        Ok::<_, String>((
            first.member("ana", "owner").await?,
            second.member("dan", "owner").await?,
        ))
    };
    let (ana, dan) = tokens.await?;
    told.step(
        "ana has an account on the first server, dan on the second",
        &[],
    );

    let (one, two) = (first.start().await?, second.start().await?);
    let engine = options.engine.name();
    let first_line = format!("the first server answers at {} ({engine})", first.base());
    let second_line = format!("the second server answers at {} ({engine})", second.base());
    told.step("both servers are started", &[first_line, second_line]);

    let mut cast = Cast {
        ana: App::new(first.address, ana),
        dan: App::new(second.address, dan),
        home: first.address.to_string(),
        told,
    };
    let story = story(&mut cast).await;
    let ends = end(one, two, story.is_err()).await;
    story?;
    ends?;
    println!(
        "\nAll of it happened, in {:.1} s.",
        begun.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Stops both, whatever happened; what they said last is shown where it did not go well.
async fn end(one: Server, two: Server, badly: bool) -> Result<()> {
    for (name, server) in [("first", &one), ("second", &two)] {
        let said = server.last_words();
        if badly && !said.is_empty() {
            println!("\nThe last words of the {name} server:\n{said}");
        }
    }
    let (one, two) = tokio::join!(one.stop(), two.stop());
    for status in [one?, two?] {
        if !status.success() {
            return Err(format!("a server ended with {status}"));
        }
    }
    Ok(())
}

/// Who takes part.
struct Cast {
    ana: App,
    dan: App,
    /// The first server's name in handles.
    home: String,
    told: Told,
}

async fn story(cast: &mut Cast) -> Result<()> {
    found(cast).await?;
    let garden = find(cast).await?;
    join(cast, &garden).await?;
    let question = ask(cast).await?;
    let there = hear(cast).await?;
    answer(cast, &there).await?;
    read(cast, &question).await?;
    in_the_list(cast, &garden).await
}

/// ana founds the group.
async fn found(cast: &mut Cast) -> Result<()> {
    let group = json!({"name": "garden", "display_name": "Garden", "note": "Beans, compost and good neighbours."});
    let group = cast.ana.post("/api/v1/groups", &group).await?;
    let line = format!(
        "ana sees: {} (@garden@{}), {}",
        text(&group, "/display_name")?,
        cast.home,
        members(&group)
    );
    cast.told.step("ana founds the group garden", &[line]);
    Ok(())
}

fn members(group: &Value) -> String {
    match group.get("members_count").and_then(Value::as_i64) {
        Some(1) => "1 member".to_owned(),
        Some(count) => format!("{count} members"),
        None => "members unknown".to_owned(),
    }
}

/// dan finds it from his own server; the answer is the group's id there.
async fn find(cast: &mut Cast) -> Result<String> {
    let path = format!(
        "/api/v2/search?q=@garden@{}&type=accounts&resolve=true",
        cast.home
    );
    let found = cast.dan.get(&path).await?;
    let Some(garden) = list(&found, "/accounts")?.first() else {
        return Err("dan finds no such group".to_owned());
    };
    if !is(garden, "/group") {
        return Err("what dan finds is no group".to_owned());
    }
    let line = format!(
        "dan sees: {} (@{}), a group",
        text(garden, "/display_name")?,
        text(garden, "/acct")?
    );
    cast.told
        .step("dan looks for the group by its handle", &[line]);
    text(garden, "/id")
}

/// dan follows it, which joins it; its server agrees.
async fn join(cast: &mut Cast, garden: &str) -> Result<()> {
    let asked = cast
        .dan
        .post(&format!("/api/v1/accounts/{garden}/follow"), &json!({}))
        .await?;
    let path = format!("/api/v1/accounts/relationships?id[]={garden}");
    let dan = &mut cast.dan;
    until("the group's answer to dan's request", async || {
        let relationship = dan.get(&path).await?;
        Ok(is(&relationship, "/0/following").then_some(()))
    })
    .await?;
    let before = if is(&asked, "/following") {
        "he is in at once"
    } else {
        "asked to join"
    };
    cast.told
        .step("dan joins", &[format!("dan sees: {before}, then a member")]);
    Ok(())
}

/// dan posts into the group by naming it.
async fn ask(cast: &mut Cast) -> Result<String> {
    let post =
        json!({"status": format!("@garden@{} {QUESTION}", cast.home), "visibility": "public"});
    let post = cast.dan.post("/api/v1/statuses", &post).await?;
    cast.told.step(
        "dan posts into the group",
        &[format!("dan sees his post: {}", words(&post))],
    );
    text(&post, "/id")
}

/// ana reads it in the group's list and says which it is there.
async fn hear(cast: &mut Cast) -> Result<String> {
    let ana = &mut cast.ana;
    let list_id = group_list(ana).await?;
    let path = format!("/api/v1/timelines/list/{list_id}");
    let thread = until("dan's post in ana's list of the group", async || {
        let page = ana.get(&path).await?;
        Ok(list(&page, "")?
            .iter()
            .find(|status| words(status).contains(QUESTION))
            .cloned())
    })
    .await?;
    let line = format!(
        "ana sees: {} writes: {}",
        text(&thread, "/account/acct")?,
        words(&thread)
    );
    cast.told.step("ana opens the list of the group", &[line]);
    text(&thread, "/id")
}

/// The list that the group is in its member's app.
async fn group_list(app: &mut App) -> Result<String> {
    until("the group among the member's lists", async || {
        let lists = app.get("/api/v1/lists").await?;
        let garden = list(&lists, "")?.iter().find(|list| {
            text(list, "/title").is_ok_and(|title| title.to_lowercase().contains("garden"))
        });
        garden.map(|list| text(list, "/id")).transpose()
    })
    .await
}

/// ana answers.
async fn answer(cast: &mut Cast, thread: &str) -> Result<()> {
    let context = cast.ana.get(&format!("/api/v1/statuses/{thread}")).await?;
    let to = text(&context, "/account/acct")?;
    let post = json!({"status": format!("@{to} {ANSWER}"), "in_reply_to_id": thread, "visibility": "public"});
    let post = cast.ana.post("/api/v1/statuses", &post).await?;
    cast.told.step(
        "ana answers",
        &[format!("ana sees her answer: {}", words(&post))],
    );
    Ok(())
}

/// dan reads the answer in the thread, and is told of it.
async fn read(cast: &mut Cast, question: &str) -> Result<()> {
    let dan = &mut cast.dan;
    let path = format!("/api/v1/statuses/{question}/context");
    let answer = until("ana's answer in dan's thread", async || {
        let context = dan.get(&path).await?;
        Ok(list(&context, "/descendants")?
            .iter()
            .find(|status| words(status).contains(ANSWER))
            .cloned())
    })
    .await?;
    let line = format!(
        "dan sees: {} writes: {}",
        text(&answer, "/account/acct")?,
        words(&answer)
    );
    cast.told.step("dan opens his thread", &[line]);

    let told = until("the notification of the answer", async || {
        let notifications = dan.get("/api/v1/notifications").await?;
        let mention = list(&notifications, "")?.iter().find(|one| {
            text(one, "/type").is_ok_and(|kind| kind == "mention")
                && one
                    .get("status")
                    .is_some_and(|status| words(status).contains(ANSWER))
        });
        Ok(mention.cloned())
    })
    .await?;
    let line = format!("dan sees: {} mentioned you", text(&told, "/account/acct")?);
    cast.told.step("dan looks at his notifications", &[line]);
    Ok(())
}

/// The group is a list in dan's app too, with the thread in it and the comment not.
async fn in_the_list(cast: &mut Cast, garden: &str) -> Result<()> {
    let dan = &mut cast.dan;
    let list_id = group_list(dan).await?;
    let path = format!("/api/v1/timelines/list/{list_id}");
    let page = until("the thread in dan's list of the group", async || {
        let page = dan.get(&path).await?;
        let threads = list(&page, "")?;
        Ok(threads
            .iter()
            .any(|status| words(status).contains(QUESTION))
            .then(|| threads.to_vec()))
    })
    .await?;
    if page.iter().any(|status| words(status).contains(ANSWER)) {
        return Err("the answer stands in the list beside its thread".to_owned());
    }
    let profile = cast.dan.get(&format!("/api/v1/accounts/{garden}")).await?;
    let line = format!(
        "dan sees: one thread, his own; {} of his server follows the group",
        followers(&profile)
    );
    cast.told.step("dan opens the list of the group", &[line]);
    Ok(())
}

fn followers(account: &Value) -> i64 {
    account
        .get("followers_count")
        .and_then(Value::as_i64)
        .unwrap_or(0)
}

/// Looks again and again, until it is there or too late.
async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Some(found) = look().await? {
            return Ok(found);
        }
        tokio::time::sleep(LOOK).await;
    }
    Err(format!("{what} did not arrive in {} s", PATIENCE.as_secs()))
}
