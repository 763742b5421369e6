//! The life of the process: open, listen, work, stop.

use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::ServiceExt;
use axum::extract::Request;
use axum::middleware::from_fn_with_state;
use federation::Federation;
use services::context::Clock;
use services::{Context, Ctx, accounts, sign_in};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::util::ServiceExt as _;

use crate::client;
use crate::config::{Config, LogFormat};
use crate::outward::Web;
use crate::router;
use crate::state::AppState;
use crate::worker;

/// How long requests that are being answered may take at the end.
const GRACE: Duration = Duration::from_secs(10);
/// How long streams may take to say their farewell.
const STREAMS_END: Duration = Duration::from_secs(2);

/// A running server. Dropping it does not stop it; [`Server::stop`] does.
#[derive(Debug)]
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// The use cases' context.
    pub ctx: Ctx,
    /// The machinery of federation.
    pub federation: Arc<Federation>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Server {
    /// Opens the place and starts to answer on `listener`.
    ///
    /// # Errors
    /// One plain sentence.
    pub async fn start(config: &Config, listener: TcpListener) -> Result<Self, String> {
        Self::start_at(config, listener, Context::system_clock()).await
    }

    /// As [`Server::start`], with another clock.
    ///
    /// # Errors
    /// One plain sentence.
    pub async fn start_at(
        config: &Config,
        listener: TcpListener,
        clock: Clock,
    ) -> Result<Self, String> {
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let ctx = Context::open_at(
            config.database_url.as_deref(),
            &config.data_dir,
            config.place.clone(),
            config.test_mode,
            &config.media,
            clock,
        )
        .await
        .map_err(|error| error.to_string())?;
        ctx.storage.check().await?;
        accounts::server_actor(&ctx)
            .await
            .map_err(|error| error.to_string())?;
        // Made at the first start, before an app asks for it.
        services::push::public_key(&ctx)
            .await
            .map_err(|error| error.to_string())?;
        crate::mail::connect(&ctx, &config.mail)?;
        let federation = Federation::new(Arc::clone(&ctx), config.federation.clone())
            .map_err(|error| error.to_string())?;
        ctx.connect(Arc::clone(&federation) as Arc<dyn services::fediverse::Fediverse>);
        ctx.open_outward(Arc::new(Web(federation.fetcher.clone())));

        let stop = CancellationToken::new();
        let tasks = TaskTracker::new();
        worker::start(&federation, &tasks, &stop);
        let app = router::app(
            AppState {
                ctx: Arc::clone(&ctx),
            },
            &federation,
        )
        .layer(from_fn_with_state(
            Arc::new(config.front.clone()),
            client::find,
        ))
        .map_request(router::without_last_slash);
        let app = ServiceExt::<Request>::into_make_service_with_connect_info::<SocketAddr>(app);
        let ending = stop.clone();
        tasks.spawn(async move {
            let served = axum::serve(listener, app)
                .with_graceful_shutdown(async move { ending.cancelled().await })
                .await;
            if let Err(error) = served {
                tracing::error!(%error, "the server stopped answering");
            }
        });
        tasks.close();
        Ok(Self {
            address,
            ctx,
            federation,
            stop,
            tasks,
        })
    }

    /// Stops: no new requests, those in progress are answered, work in progress is finished or left in
    /// its table, the database is closed.
    pub async fn stop(self) {
        self.ctx.live.stop();
        self.stop.cancel();
        self.streams_end().await;
        if tokio::time::timeout(GRACE, self.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!("some requests took too long and were cut off");
        }
        self.ctx.db.close().await;
    }

    /// Sockets are told to come back, and say their farewell.
    async fn streams_end(&self) {
        for _ in 0..STREAMS_END.as_millis() / 20 {
            if self.ctx.live.connected() == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Runs until the process is asked to stop.
///
/// # Errors
/// One plain sentence.
pub async fn run(config: Config) -> Result<(), String> {
    log(config.log_format);
    let listener = TcpListener::bind(config.bind)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", config.bind))?;
    let server = Server::start(&config, listener).await?;
    greet(&config, &server).await?;
    asked_to_stop().await;
    tracing::info!("stopping");
    server.stop().await;
    Ok(())
}

async fn greet(config: &Config, server: &Server) -> Result<(), String> {
    let base = config.place.base();
    tracing::info!(
        "Balai {} answers at {base} (listening on {})",
        env!("CARGO_PKG_VERSION"),
        server.address
    );
    if config.test_mode {
        tracing::warn!(
            "TEST MODE: chosen tokens and the password grant are allowed. Never run a real place like this."
        );
    }
    if !config.federation.allow_private.is_empty() || config.federation.allow_http {
        tracing::warn!(
            "other servers may be reached over http or at private addresses: for tests and labs only"
        );
    }
    tracing::info!("files lie in {}", server.ctx.storage.name());
    if !server.ctx.media.converts() {
        tracing::info!("without ffmpeg members can send pictures only, no sound and no film");
    }
    if config.front.unlimited {
        tracing::warn!("requests are not limited (rate_limits = off at the start): for tests only");
    }
    if server.ctx.settings().email_confirmation && !server.ctx.sends_mail() {
        tracing::warn!(
            "nobody can sign up: addresses are to be confirmed, and no way to send mail is set (BALAI_SMTP_URL)"
        );
    }
    let code = sign_in::first_run_code(&server.ctx)
        .await
        .map_err(|error| error.to_string())?;
    if let Some(code) = code {
        tracing::info!(
            "Nobody owns this place yet. Open {base}/setup?code={} within an hour.",
            code.0
        );
    }
    Ok(())
}

/// Waits for Ctrl-C or SIGTERM.
async fn asked_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _interrupted = interrupt.await;
}

fn log(format: LogFormat) {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let _first_one_stays = match format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
}
