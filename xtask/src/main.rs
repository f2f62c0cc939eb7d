//! `cargo xtask`: builds, runs, tests and checks the project. Everything it needs it sets up itself.
#![allow(
    clippy::print_stdout,
    reason = "a command-line tool speaks on standard output"
)]

mod bench;
mod budget;
mod chromium;
mod deny;
mod fuzz;
mod node;
mod packages;
mod parts;
mod postgres;
mod run;
mod shell;
mod site;
mod tidy;

use bench::Bench;
use clap::{Parser, Subcommand};
use parts::Part;

/// Builds, runs, tests and checks Plumbline.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Builds the app into TARGET/site.
    Site {
        /// As shipped: small, with ready-made .br and .gz files.
        #[arg(long)]
        release: bool,
    },
    /// Builds the app and the server and serves them on http://localhost:8080, data in ./data.
    Run {
        /// Fills an empty data folder with an organisation, people and three projects.
        #[arg(long)]
        demo: bool,
        /// More arguments for `plumbline serve`, after `--`.
        #[arg(last = true)]
        more: Vec<String>,
    },
    /// Builds the app and the server as shipped: one program, the app inside it.
    Dist,
    /// Runs all tests, or only some parts; prints the time of each.
    Test {
        /// Which parts; all but clippy and deny when none is named.
        parts: Vec<Part>,
    },
    /// What the continuous integration runs: everything.
    Ci,
    /// Checks the arrows between the parts, sizes, texts, versions.
    Tidy,
    /// Feeds what untrusted bytes meet first with whatever a fuzzer finds.
    Fuzz {
        /// Which part.
        #[arg(value_enum)]
        target: fuzz::Target,
        /// For how many seconds.
        #[arg(default_value_t = 600)]
        seconds: u64,
    },
    /// Makes the saved documents of a version (such as v2), which every later version must open. Replaces nothing.
    Fixtures {
        /// Which version.
        version: String,
    },
    /// Measures and prints.
    Bench {
        /// What to measure.
        #[command(subcommand)]
        what: Bench,
    },
}

fn main() -> std::process::ExitCode {
    let result = match Arguments::parse().task {
        Task::Run { demo, more } => run::start(demo, &more),
        Task::Dist => run::dist(),
        Task::Test { parts } if parts.is_empty() => parts::go(parts::TEST),
        Task::Test { parts } => parts::go(&parts),
        Task::Ci => parts::go(parts::CI),
        Task::Tidy => tidy::check(),
        Task::Fuzz { target, seconds } => fuzz::start(target, seconds),
        Task::Fixtures { version } => bench::fixtures(&version),
        Task::Bench { what } => bench::go(what),
        Task::Site { release } => site::build(site::Kind::of(release)).map(|_| ()),
    };
    match result {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            println!("\nxtask: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}
