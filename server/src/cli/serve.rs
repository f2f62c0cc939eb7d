//! `plumbline serve`.

use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use tracing_subscriber::EnvFilter;

use super::{Data, Failed, say};
use shared::sync::wire::Versions;

use crate::addresses::PerAddress;
use crate::clock::Clock;
use crate::deliver::NoticeOptions;
use crate::serve::{Options, Server};

/// Serves the app, its interface and sync.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  plumbline serve
  plumbline serve --data /var/lib/plumbline --listen 0.0.0.0:8443 \\
      --tls-cert data/tls/server.crt --tls-key data/tls/server.key --trust-listen 0.0.0.0:8080

On an empty data folder it makes the account `admin` and prints its one-time password.")]
pub(crate) struct Serve {
    #[command(flatten)]
    data: Data,
    /// Where to listen.
    #[arg(
        long,
        value_name = "ADDR",
        default_value = "127.0.0.1:8080",
        env = "PLUMBLINE_LISTEN"
    )]
    listen: SocketAddr,
    /// Fills an empty data folder with a sample organisation and prints its accounts.
    #[arg(long)]
    demo: bool,
    /// The server's certificate (PEM): serves https. See `plumbline tls init`.
    #[arg(
        long,
        value_name = "FILE",
        requires = "tls_key",
        env = "PLUMBLINE_TLS_CERT"
    )]
    tls_cert: Option<PathBuf>,
    /// The certificate's key (PEM).
    #[arg(
        long,
        value_name = "FILE",
        requires = "tls_cert",
        env = "PLUMBLINE_TLS_KEY"
    )]
    tls_key: Option<PathBuf>,
    /// A plain http listener beside https that serves only the page that helps to install the authority.
    #[arg(long, value_name = "ADDR", env = "PLUMBLINE_TRUST_LISTEN")]
    trust_listen: Option<SocketAddr>,
    /// A reverse proxy stands in front of this address: slow-downs after failed sign-ins and what one address may have
    /// count by the address that it gives in X-Forwarded-For. Without a proxy anybody could write that header: leave
    /// this out.
    #[arg(long, env = "PLUMBLINE_BEHIND_PROXY")]
    behind_proxy: bool,
    /// How many live connections one address may have (an office shares one).
    #[arg(long, value_name = "N", default_value_t = PerAddress::default().sockets, env = "PLUMBLINE_SOCKETS_PER_ADDRESS")]
    sockets_per_address: u32,
    /// How many requests a second one address may make in the long run; 20 seconds' worth at once.
    #[arg(long, value_name = "N", default_value_t = PerAddress::default().requests, env = "PLUMBLINE_REQUESTS_PER_ADDRESS")]
    requests_per_address: u32,
    /// A folder of regulations (each a folder: see `plumbline pack check`), offered beside those that come with the program.
    #[arg(long, value_name = "DIR", env = "PLUMBLINE_PACKS")]
    packs: Option<PathBuf>,
    /// The SMTP server that takes notices: smtps://NAME:PASSWORD@HOST:465, smtp://NAME:PASSWORD@HOST:587?tls=required.
    #[arg(
        long,
        value_name = "URL",
        requires = "mail_from",
        env = "PLUMBLINE_SMTP",
        hide_env_values = true
    )]
    smtp: Option<String>,
    /// Who notices by mail come from: plumbline@example.com.
    #[arg(
        long,
        value_name = "ADDR",
        requires = "smtp",
        env = "PLUMBLINE_MAIL_FROM"
    )]
    mail_from: Option<String>,
    /// The address by which people reach this server: links in notices begin with it. With https, browsers are told too.
    #[arg(long, value_name = "URL", env = "PLUMBLINE_PUBLIC_URL")]
    public_url: Option<String>,
    /// Hosts (HOST or HOST:PORT, several with commas) that notices may be sent to beside the vendors' own and public push
    /// services, also without https: a relay of the organisation.
    #[arg(
        long,
        value_name = "HOST",
        value_delimiter = ',',
        env = "PLUMBLINE_NOTICE_HOST"
    )]
    notice_host: Vec<String>,
    /// How the log is written; what is written by RUST_LOG.
    #[arg(long, value_enum, default_value = "text")]
    log_format: LogFormat,
    /// The app's files from a folder instead of the binary, for development.
    #[arg(long, value_name = "DIR", hide = true)]
    site: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

impl Serve {
    pub(super) async fn run(self) -> Result<(), Failed> {
        let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
        let log = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_ansi(std::io::stderr().is_terminal())
            .with_writer(std::io::stderr);
        match self.log_format {
            LogFormat::Text => log.init(),
            LogFormat::Json => log.json().init(),
        }
        let stop = stop_signal()?;
        let server = Server::start(Options {
            data: self.data.folder.data,
            database: self.data.database,
            blobs: self.data.blobs,
            listen: self.listen,
            tls: self.tls_cert.zip(self.tls_key),
            trust_listen: self.trust_listen,
            behind_proxy: self.behind_proxy,
            per_address: PerAddress {
                sockets: self.sockets_per_address,
                requests: self.requests_per_address,
            },
            site: self.site,
            packs: self.packs,
            leaving: NoticeOptions {
                smtp: self.smtp,
                mail_from: self.mail_from,
                url: self.public_url,
                hosts: self.notice_host,
                ..NoticeOptions::default()
            },
            demo: self.demo,
            clock: Clock::default(),
            versions: Versions::OURS,
        })
        .await?;
        let scheme = if server.app.https { "https" } else { "http" };
        let address = server.address;
        let host = if address.ip().is_loopback() || address.ip().is_unspecified() {
            "localhost".to_owned()
        } else {
            address.ip().to_string()
        };
        if let Some(address) = server.trust_address {
            let lan = address.ip().is_unspecified().then(crate::tls::lan_address);
            let ip = lan.flatten().unwrap_or(address.ip());
            say(format_args!(
                "Tablets install the certificate from http://{}/trust",
                SocketAddr::new(ip, address.port())
            ));
        }
        if let Some(password) = &server.first_password {
            say(format_args!(
                "First sign-in: name admin, password {password}"
            ));
            say("The password is shown this once, and must be changed at the first sign-in.");
        }
        if !server.demo.is_empty() {
            say(format_args!(
                "Demo accounts, all with the password {}",
                crate::demo::PASSWORD
            ));
            for account in &server.demo {
                say(format_args!("  {:<14} {}", account.name, account.about));
            }
            if !address.ip().is_loopback() {
                say("Everybody knows this password: keep no real data here.");
            }
        }
        // behind a proxy, the address that people use is the proxy's
        if address.ip().is_unspecified()
            && !self.behind_proxy
            && let Some(lan) = crate::tls::lan_address()
        {
            say(format_args!(
                "On the LAN: {scheme}://{lan}:{}",
                address.port()
            ));
            if !server.app.https {
                say("Tablets need https to work offline: see `plumbline tls init --help`.");
            }
        }
        // the last line of the start: who waits for it finds the server listening
        say(format_args!("Ready: {scheme}://{host}:{}", address.port()));
        stop.await;
        tracing::info!("stopping");
        server.stop().await;
        Ok(())
    }
}

/// Listens, from now on, for being asked to stop: Ctrl-C, or SIGTERM. The future ends when that happens.
#[cfg(unix)]
fn stop_signal() -> Result<impl Future<Output = ()>, Failed> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Listens for being asked to stop: Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> Result<impl Future<Output = ()>, Failed> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
