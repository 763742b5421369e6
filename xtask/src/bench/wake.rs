//! How long an idle server takes to notice work: outward until it arrives, inward until it is shown.

use std::time::{Duration, Instant};

use serde_json::json;

use super::Sizes;
use super::crowd::{self, Inboxes, Keys};
use super::report::{Report, Row, time};
use super::stubs::Stubs;
use super::town::{Town, says};
use crate::Result;
use crate::http::Client;
use crate::json::list;

/// Long enough for every queue to be asleep.
const IDLE: Duration = Duration::from_millis(1500);
/// A member whom nobody else elsewhere follows.
const NEAR: usize = 5;

/// Wakes it several times in each direction.
pub(super) async fn measure(
    town: &mut Town,
    sizes: &Sizes,
    keys: &Keys,
    report: &mut Report,
) -> Result<()> {
    let mut stubs = Stubs::open(1).await?;
    let far = crowd::settle(town, &stubs, keys, "far", 1, Inboxes::Shared).await?;
    let far = far.first().ok_or("nobody is far away")?;
    // One member follows someone far away and is followed back: nobody else's work is in the way.
    let near = town.who(NEAR)?.id;
    town.follow(vec![(near, far.id), (far.id, near)]).await?;
    let (mut outward, mut inward) = (Vec::new(), Vec::new());
    let mut app = town.app(NEAR)?;
    let mut inbox = Client::new(town.place.address);
    for round in 0..=sizes.wakes {
        stubs.forget();
        tokio::time::sleep(IDLE).await;
        let sent = Instant::now();
        app.post(
            "/api/v1/statuses",
            &json!({"status": format!("awake {round}?"), "visibility": "public"}),
        )
        .await?;
        let (came, at) = stubs.wait(1, Duration::from_secs(30)).await;
        let out = at
            .filter(|_| came == 1)
            .ok_or("a post never reached a waiting inbox")?;

        tokio::time::sleep(IDLE).await;
        let marker = format!("wake-{round}-in");
        let request = far.signed(town, &far.create(town, round, &marker))?;
        let answer = inbox.send(&request).await?;
        let answered = Instant::now();
        if answer.status != 202 {
            return Err(format!("the inbox answers {}", answer.status));
        }
        let shown = loop {
            let page = app.get("/api/v1/timelines/home?limit=1").await?;
            if list(&page, "")?
                .first()
                .is_some_and(|status| says(status, &marker))
            {
                break answered.elapsed();
            }
            if answered.elapsed() > Duration::from_secs(30) {
                return Err("a received post is never shown".to_owned());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        };
        // The first round fills caches and opens connections.
        if round > 0 {
            outward.push(out.saturating_duration_since(sent));
            inward.push(shown);
        }
    }
    add(
        report,
        "an idle queue wakes, out: from the POST of a status to its arrival",
        &mut outward,
    );
    add(
        report,
        "an idle queue wakes, in: from the inbox's 202 to the home timeline",
        &mut inward,
    );
    Ok(())
}

fn add(report: &mut Report, work: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let middle = times.get(times.len() / 2).copied().unwrap_or_default();
    let worst = times.last().copied().unwrap_or_default();
    report.add(Row {
        work: format!("{work}; {} times", times.len()),
        figure: format!("middle {}, worst {}", time(middle), time(worst)),
        aim: "20 ms",
        ..Row::default()
    });
}
