//! `plumbline ledger`: the record of decisions, verified.

use std::path::PathBuf;

use shared::api::SignedHead;
use shared::ledger::Chain;

use super::{Data, Failed, say};
use crate::ledger::verify::verify;

/// The ledger: what was decided.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Ledger {
    /// Verifies all chains: that no entry, decided form or attachment was changed, removed or slipped in.
    Verify(Verify),
}

/// Arguments of `plumbline ledger verify`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  plumbline ledger verify
  plumbline ledger verify --kept heads.json

Whoever can write into the database could write the whole history anew, and sign it. What they cannot change is a head that
a device keeps: the app gives those it has seen as a file, in the account's page.")]
pub(crate) struct Verify {
    #[command(flatten)]
    data: Data,
    /// Heads that a device kept (JSON, as the app gives them): each must be in its chain.
    #[arg(long, value_name = "FILE")]
    kept: Vec<PathBuf>,
}

impl Ledger {
    pub(crate) async fn run(self) -> Result<(), Failed> {
        match self {
            Self::Verify(verify) => verify.run().await,
        }
    }
}

impl Verify {
    async fn run(self) -> Result<(), Failed> {
        let mut kept: Vec<SignedHead> = Vec::new();
        for file in &self.kept {
            let unreadable = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
            let text = std::fs::read(file).map_err(|error| unreadable(&error))?;
            let heads: Vec<SignedHead> =
                serde_json::from_slice(&text).map_err(|error| unreadable(&error))?;
            kept.extend(heads);
        }
        let store = self.data.open().await?;
        let all = verify(&store, &kept).await;
        store.close().await;
        let mut wrong = 0;
        for verified in all? {
            let name = match verified.chain {
                Chain::Organisation => "organisation".to_owned(),
                Chain::Project(project) => format!("project {project}"),
            };
            for finding in &verified.findings {
                say(format_args!(
                    "{name}: entry {}: {}",
                    finding.seq, finding.what
                ));
            }
            if verified.unasked > 0 {
                let unasked = verified.unasked;
                say(format_args!(
                    "{name}: {unasked} entries could not be asked what they did: a body before them cannot be read"
                ));
            }
            wrong += verified.findings.len();
            if verified.findings.is_empty() {
                say(format_args!(
                    "{name}: {} entries, nothing wrong",
                    verified.entries
                ));
            }
        }
        match wrong {
            0 => Ok(()),
            wrong => Err(format!("{wrong} findings: the ledger is not what it was").into()),
        }
    }
}
