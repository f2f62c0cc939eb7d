//! The command line.

mod account;
mod backup;
mod convert;
mod doc;
mod ledger;
mod level;
mod pack;
mod schedule;
mod serve;
mod tls;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::store::{Address, FILE, Store};

/// What stops a command; printed for people.
pub(crate) type Failed = Box<dyn std::error::Error + Send + Sync>;

/// Plumbline 准绳: project management that keeps working with no network.
#[derive(Debug, Parser)]
#[command(
    name = "plumbline",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
#[command(after_help = "Examples:
  plumbline serve                                   serve http://localhost:8080, data in ./data
  plumbline serve --demo                            the same, filled with a sample organisation
  plumbline tls init --host plan.example.lan        a certificate for tablets on the LAN
  plumbline user add li.wei --display-name 李伟      an account, with a one-time password
  plumbline backup plumbline-monday.db              a copy of the database while it runs")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the app, its interface and sync.
    Serve(serve::Serve),
    /// Certificates for https on the LAN.
    #[command(subcommand)]
    Tls(tls::Tls),
    /// Accounts.
    #[command(subcommand)]
    User(account::User),
    /// Makes a bearer token for other programs; it is shown this once.
    Token(account::Token),
    /// Documents.
    #[command(subcommand)]
    Doc(doc::Doc),
    /// Writes a consistent copy of everything into one file while the server runs.
    Backup(backup::Backup),
    /// Reads a whole backup and says what is missing or damaged in it.
    Verify(backup::Verify),
    /// Fills an empty database from a backup.
    Restore(backup::Restore),
    /// Copies the data folder's SQLite database into an empty PostgreSQL database.
    MigrateStore(backup::MigrateStore),
    /// Computes the dates of a plan (MS Project XML, Primavera XER, a plan's document) and prints them as CSV.
    Schedule(schedule::Schedule),
    /// Packs: regulations as files.
    #[command(subcommand)]
    Pack(pack::Packs),
    /// The ledger: what was decided.
    #[command(subcommand)]
    Ledger(ledger::Ledger),
    /// Makes an Excel, CSV or new XML file from a plan as `schedule` reads it, dates computed.
    Convert(convert::Convert),
}

/// The data folder.
#[derive(Debug, clap::Args)]
pub(crate) struct Folder {
    /// The data folder.
    #[arg(
        long,
        value_name = "DIR",
        default_value = "./data",
        env = "PLUMBLINE_DATA"
    )]
    pub(crate) data: PathBuf,
}

/// Where the data lies.
#[derive(Debug, clap::Args)]
pub(crate) struct Data {
    #[command(flatten)]
    pub(crate) folder: Folder,
    /// Another database than the one in the data folder: postgres://USER:PASSWORD@HOST/NAME (several servers may share
    /// it) or sqlite:PATH.
    #[arg(long, value_name = "URL", env = "PLUMBLINE_DATABASE")]
    pub(crate) database: Option<String>,
    /// Where snapshots of documents are kept: file:///FOLDER (which all servers of one database share), or
    /// s3://BUCKET/PREFIX, reached as AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and AWS_ENDPOINT_URL say;
    /// without it in the database.
    #[arg(long, value_name = "URL", env = "PLUMBLINE_BLOBS")]
    pub(crate) blobs: Option<String>,
}

impl Data {
    /// The database, made where it is not there.
    pub(crate) async fn make(&self) -> Result<Store, Failed> {
        let store = match &self.database {
            Some(url) => Store::open_url(url).await?,
            None => Store::open(&self.folder.data).await?,
        };
        Ok(match &self.blobs {
            Some(url) => store.with_blobs(url).await?,
            None => store,
        })
    }

    /// The database that is there already: commands do not make one by a slip of the pen.
    pub(crate) async fn open(&self) -> Result<Store, Failed> {
        let address = match &self.database {
            Some(url) => Address::of(url)?,
            None => Address::File(self.folder.data.join(FILE)),
        };
        if let Address::File(file) = &address
            && !file.is_file()
        {
            return Err(format!(
                "{} is not there; give --data DIR or --database URL, or start `plumbline serve` once",
                file.display()
            )
            .into());
        }
        Ok(Store::open_address(&address, self.blobs.as_deref()).await?)
    }
}

/// The program: reads the arguments, runs, and prints what went wrong.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match arguments.command {
        Command::Serve(command) => run(command.run()),
        Command::Tls(command) => command.run(),
        Command::User(command) => run(command.run()),
        Command::Token(command) => run(command.run()),
        Command::Doc(command) => run(command.run()),
        Command::Backup(command) => run(command.run()),
        Command::Verify(command) => run(command.run()),
        Command::Restore(command) => run(command.run()),
        Command::MigrateStore(command) => run(command.run()),
        Command::Schedule(command) => command.run(),
        Command::Pack(command) => command.run(),
        Command::Ledger(command) => run(command.run()),
        Command::Convert(command) => command.run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "plumbline: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(work: impl Future<Output = Result<(), Failed>>) -> Result<(), Failed> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(work)
}

/// Prints a line for the person at the terminal.
pub(crate) fn say(line: impl std::fmt::Display) {
    // a closed pipe is no reason to stop
    let _ = writeln!(std::io::stdout(), "{line}");
}
