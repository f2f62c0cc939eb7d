//! A running server: from its options to its last goodbye.

use std::fs::{File, TryLockError};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum_server::Handle;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use shared::sync::wire::Versions;
use tokio::task::JoinSet;

use crate::accept::ByAddress;
use crate::addresses::{Addresses, PerAddress};
use crate::app::App;
use crate::clock::Clock;
use crate::deliver::{Deliver, DeliverError, NoticeOptions};
use crate::demo::{self, DemoAccount, DemoError};
use crate::first::{self, FirstError};
use crate::http::site::Site;
use crate::http::{router, trust_router};
use crate::ledger::Ledger;
use crate::notices::{Notice, Notices};
use crate::packs::{Packs, PacksError};
use crate::password::{HashingFailed, Passwords};
use crate::store::documents::DocumentLog as _;
use crate::store::{Store, StoreError};
use crate::sync::Hub;
use crate::tickets::Tickets;
use crate::tls;

/// Open requests get so long to end at a stop.
const GRACE: Duration = Duration::from_secs(5);
/// How often the database is asked for sessions that the command line ended.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How far back each look goes: a write may wait for its turn.
const LOOK_BACK_MS: i64 = 20_000;
/// How often the heads of the projects' chains go into the organisation's.
const SEAL_EVERY: Duration = Duration::from_secs(60);
/// When documents are examined for damage: after the start, then each day, with a pause after each.
const DAMAGE_FIRST: Duration = Duration::from_secs(3);
const DAMAGE_EVERY: Duration = Duration::from_secs(24 * 60 * 60);
const DAMAGE_PAUSE: Duration = Duration::from_millis(20);
/// A client gets so long to say its request.
const REQUEST_HEAD: Duration = Duration::from_secs(20);

/// How to serve.
#[derive(Debug, Clone)]
pub struct Options {
    /// The data folder.
    pub data: PathBuf,
    /// Another database than the data folder's own.
    pub database: Option<String>,
    /// Another place for blobs than the database: `file:///FOLDER` or `s3://BUCKET/PREFIX`.
    pub blobs: Option<String>,
    /// Where to listen; port 0 for any.
    pub listen: SocketAddr,
    /// Certificate and key for https.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// A plain listener for `/trust` alone.
    pub trust_listen: Option<SocketAddr>,
    /// A reverse proxy stands in front: its `X-Forwarded-For` is believed.
    pub behind_proxy: bool,
    /// What one address may have.
    pub per_address: PerAddress,
    /// The app's files from a folder instead of the binary.
    pub site: Option<PathBuf>,
    /// A folder of regulations beside those within the binary.
    pub packs: Option<PathBuf>,
    /// By what notices leave this server.
    pub leaving: NoticeOptions,
    /// Fills an empty data folder with the demo.
    pub demo: bool,
    /// The clock.
    pub clock: Clock,
    /// What it speaks with devices.
    pub versions: Versions,
}

impl Options {
    /// The defaults for a data folder.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            database: None,
            blobs: None,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            tls: None,
            trust_listen: None,
            behind_proxy: false,
            per_address: PerAddress::default(),
            site: None,
            packs: None,
            leaving: NoticeOptions::default(),
            demo: false,
            clock: Clock::default(),
            versions: Versions::OURS,
        }
    }
}

/// The server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Another server has the data folder.
    #[error("another plumbline serves {}; stop it first, or give another --data", .0.display())]
    InUse(PathBuf),
    /// A file of the data folder.
    #[error("{path}: {1}", path = .0.display())]
    File(PathBuf, std::io::Error),
    /// The address is taken or not ours.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, std::io::Error),
    /// Certificate or key.
    #[error("certificate {certificate} with key {key}: {2}", certificate = .0.display(), key = .1.display())]
    Tls(PathBuf, PathBuf, std::io::Error),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The regulations.
    #[error(transparent)]
    Packs(#[from] PacksError),
    /// Notices.
    #[error(transparent)]
    Deliver(#[from] DeliverError),
    /// Hashing.
    #[error(transparent)]
    Hashing(#[from] HashingFailed),
    /// The demo.
    #[error(transparent)]
    Demo(#[from] DemoError),
    /// The first account.
    #[error(transparent)]
    First(#[from] FirstError),
}

/// A server that runs. Stops when [`Server::stop`] is called; when dropped, it is cut off.
pub struct Server {
    /// Its parts.
    pub app: App,
    /// Where it listens.
    pub address: SocketAddr,
    /// Where the plain `/trust` listener is.
    pub trust_address: Option<SocketAddr>,
    /// The first administrator's one-time password, on an empty data folder.
    pub first_password: Option<String>,
    /// The demo's accounts, where it was asked for.
    pub demo: Vec<DemoAccount>,
    handle: Handle<SocketAddr>,
    tasks: JoinSet<()>,
    // held as long as the data folder is ours
    lock: File,
}

impl Server {
    /// Starts a server. It answers when this returns.
    pub async fn start(options: Options) -> Result<Self, ServeError> {
        std::fs::create_dir_all(&options.data)
            .map_err(|e| ServeError::File(options.data.clone(), e))?;
        let lock = lock(&options.data)?;
        let mut store = match &options.database {
            Some(url) => Store::open_url(url).await?,
            None => Store::open(&options.data).await?,
        };
        if let Some(blobs) = &options.blobs {
            store = store.with_blobs(blobs).await?;
        }
        let authority = std::fs::read_to_string(tls::Files::of(&options.data).authority).ok();
        let notices = Notices::default();
        let ears = store.ears().await?;
        let packs = Packs::load(store.clone(), options.packs.as_deref()).await?;
        let hub = Hub::start(store.clone(), options.clock.clone(), &notices);
        let deliver =
            Deliver::start(store.clone(), options.clock.clone(), &options.leaving).await?;
        let ledger = Ledger::start(
            store.clone(),
            packs.clone(),
            options.clock.clone(),
            notices.clone(),
            hub.clone(),
            deliver.outbox(),
        )
        .await?;
        let (mut first_password, mut demo) = (None, Vec::new());
        if options.demo {
            demo = demo::fill(&store, hub.documents(), &packs, options.clock.now()).await?;
        } else {
            first_password = first::administrator(&store, &options.clock).await?;
        }
        let app = App {
            store,
            clock: options.clock,
            packs,
            ledger,
            deliver,
            notices,
            hub,
            versions: options.versions,
            addresses: Addresses::new(options.per_address),
            tickets: Tickets::default(),
            passwords: Passwords::new()?,
            site: Arc::new(options.site.map_or(Site::Embedded, Site::Folder)),
            https: options.tls.is_some(),
            behind_proxy: options.behind_proxy,
            authority: authority.map(Into::into),
        };

        let handle = Handle::new();
        let mut tasks = JoinSet::new();
        let service = router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
        let listener = listen(options.listen)?;
        let address = listener
            .local_addr()
            .map_err(|e| ServeError::Listen(options.listen, e))?;
        let fail = |e| ServeError::Listen(address, e);
        let accept = ByAddress {
            addresses: app.addresses.clone(),
            clock: app.clock.clone(),
            behind_proxy: app.behind_proxy,
        };
        if let Some((certificate, key)) = options.tls {
            // a second server in the process finds it installed
            let _ = rustls::crypto::ring::default_provider().install_default();
            let config = RustlsConfig::from_pem_file(&certificate, &key)
                .await
                .map_err(|e| ServeError::Tls(certificate, key, e))?;
            let accept = RustlsAcceptor::new(config).acceptor(accept);
            let mut server = axum_server::from_tcp(listener)
                .map_err(fail)?
                .acceptor(accept);
            patient(server.http_builder());
            let server = server.handle(handle.clone()).serve(service);
            tasks.spawn(async move { report(server.await) });
        } else {
            let mut server = axum_server::from_tcp(listener)
                .map_err(fail)?
                .acceptor(accept);
            patient(server.http_builder());
            let server = server.handle(handle.clone()).serve(service);
            tasks.spawn(async move { report(server.await) });
        }
        let mut trust_address = None;
        if let Some(wanted) = options.trust_listen {
            let listener = listen(wanted)?;
            let fail = |e| ServeError::Listen(wanted, e);
            trust_address = Some(listener.local_addr().map_err(fail)?);
            let mut server = axum_server::from_tcp(listener).map_err(fail)?;
            patient(server.http_builder());
            let service = trust_router(app.authority.clone()).into_make_service();
            let server = server.handle(handle.clone()).serve(service);
            tasks.spawn(async move { report(server.await) });
        }
        let watched = app.clone();
        tasks.spawn(async move {
            let notices = watched.notices.clone();
            let (deliver, ledger) = (watched.deliver.clone(), watched.ledger.clone());
            tokio::join!(
                look_for_damage(watched.clone()),
                seal(watched.clone()),
                look_for_endings(watched),
                deliver.run(|| ledger.tell_of_time()),
                ears.hear(notices)
            );
        });
        Ok(Self {
            app,
            address,
            trust_address,
            first_password,
            demo,
            handle,
            tasks,
            lock,
        })
    }

    /// Ends open requests, tells sockets, and closes the database.
    pub async fn stop(mut self) {
        self.app.notices.send(Notice::Stopping);
        self.handle.graceful_shutdown(Some(GRACE));
        // the listeners end by themselves, the watcher does not
        while self.tasks.len() > 1 {
            self.tasks.join_next().await;
        }
        self.tasks.shutdown().await;
        self.app.store.close().await;
        drop(self.lock);
    }
}

pub(crate) fn lock(data: &Path) -> Result<File, ServeError> {
    let path = data.join("lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|e| ServeError::File(path.clone(), e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(ServeError::InUse(data.to_owned())),
        Err(TryLockError::Error(e)) => Err(ServeError::File(path, e)),
    }
}

fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    let listener = TcpListener::bind(address).map_err(|e| ServeError::Listen(address, e))?;
    listener
        .set_nonblocking(true)
        .map_err(|e| ServeError::Listen(address, e))?;
    Ok(listener)
}

fn patient(builder: &mut hyper_util::server::conn::auto::Builder<hyper_util::rt::TokioExecutor>) {
    builder
        .http1()
        .timer(hyper_util::rt::TokioTimer::new())
        .header_read_timeout(REQUEST_HEAD);
}

fn report(result: std::io::Result<()>) {
    if let Err(error) = result {
        tracing::error!(%error, "a listener ended");
    }
}

/// The organisation's chain names what the projects' chains came to.
async fn seal(app: App) {
    loop {
        tokio::time::sleep(SEAL_EVERY).await;
        if let Err(error) = app.ledger.seal().await {
            tracing::warn!(%error, "cannot seal the ledger");
        }
    }
}

/// Reads everything that is kept of each document, one after the other: damage is noticed while devices still have what
/// is lost.
async fn look_for_damage(app: App) {
    tokio::time::sleep(DAMAGE_FIRST).await;
    loop {
        if let Err(error) = examine_all(&app).await {
            tracing::warn!(%error, "cannot look for damaged documents");
        }
        tokio::time::sleep(DAMAGE_EVERY).await;
    }
}

async fn examine_all(app: &App) -> Result<(), StoreError> {
    for (project, _) in app.store.project_names().await? {
        for row in app.hub.documents().list(project).await? {
            app.hub.keeper().notice(row.id).await?;
            tokio::time::sleep(DAMAGE_PAUSE).await;
        }
    }
    Ok(())
}

/// Sessions may be ended by the command line, in another process: live sockets learn it here.
async fn look_for_endings(app: App) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        match app
            .store
            .ended_since(app.clock.now().plus_ms(-LOOK_BACK_MS))
            .await
        {
            Ok(notices) => notices
                .into_iter()
                .for_each(|notice| app.notices.send(notice)),
            Err(error) => tracing::warn!(%error, "cannot look for ended sessions"),
        }
    }
}
