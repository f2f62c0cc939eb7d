//! `plumbline tls`.

use clap::Subcommand;

use super::{Failed, Folder, say};
use crate::clock::Clock;
use crate::tls;

/// Certificates for https on the LAN.
#[derive(Debug, Subcommand)]
pub(crate) enum Tls {
    /// Makes a local authority (kept when there is one) and a certificate for this server.
    #[command(after_help = "Example:
  plumbline tls init --host plan.example.lan --host 192.168.1.20

Without https a browser on a tablet gives no offline use, camera or key store. Devices must install the authority
once: the server's page /trust says how. Keep DATA/tls/authority.key to yourself.")]
    Init {
        #[command(flatten)]
        data: Folder,
        /// A name or address by which devices reach this server; may be given several times. This machine's own name,
        /// its LAN address and localhost are always in.
        #[arg(long, value_name = "NAME", num_args = 1..)]
        host: Vec<String>,
    },
}

impl Tls {
    pub(super) fn run(self) -> Result<(), Failed> {
        let Self::Init { data, host } = self;
        let made = tls::init(&data.data, &host, Clock::default().now())?;
        let kept = if made.kept_authority { "kept" } else { "new" };
        say(format_args!(
            "Authority ({kept}): {}",
            made.files.authority.display()
        ));
        say(format_args!("  SHA-256 {}", made.fingerprint));
        say(format_args!(
            "Server certificate: {}",
            made.files.server.display()
        ));
        say(format_args!("  for {}", made.hosts.join(", ")));
        say("Now serve with it, and open /trust on each device:");
        say(format_args!(
            "  plumbline serve --data {} --listen 0.0.0.0:8443 --tls-cert {} --tls-key {} --trust-listen 0.0.0.0:8080",
            data.data.display(),
            made.files.server.display(),
            made.files.server_key.display(),
        ));
        Ok(())
    }
}
