//! `cargo xtask bench`: figures, printed. Only the size has a budget that a test keeps; times differ between machines.

mod peers;
mod schedule;

use anyhow::Result;
use clap::Subcommand;

use crate::shell::{cargo, run, step};
use crate::{budget, chromium, node, postgres, site};

/// What to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub(crate) enum Bench {
    /// Bytes of the first load over the wire; a cold start with no network, in a real Chromium.
    Start,
    /// Opening, editing and scrolling plans of 2,000 and 10,000 tasks, in a real Chromium.
    Plan,
    /// Typing into a form of 200 fields and a table of 2,000 rows, in a real Chromium.
    Form,
    /// A plan of 5,000 tasks opened by a device that has it and by one that has not, in a real Chromium.
    Open,
    /// The critical path of large networks and levelling, native and in wasm, beside MPXJ and TaskJuggler.
    Schedule,
    /// Levelling: the published instances beside the best known, and great plans.
    Level,
    /// Many devices at work, beside y-websocket and automerge-repo's server doing the same.
    Sync,
    /// SIGKILL at random moments under write load, 300 rounds on each database.
    Crash,
    /// The simulated network, seed by seed: what does not hold, and how fast.
    Sim {
        /// How many seeds.
        #[arg(default_value_t = 20_000)]
        seeds: u64,
        /// The first one.
        #[arg(default_value_t = 0)]
        first: u64,
    },
    /// Documents: open, read, edit, merge.
    Doc,
    /// What refusing hostile bytes costs.
    Hostile,
}

/// Measures and prints.
pub(crate) fn go(bench: Bench) -> Result<()> {
    match bench {
        Bench::Start => {
            budget::table(&site::build(site::Kind::Release)?)?;
            browser("start")
        }
        Bench::Plan => {
            site::build(site::Kind::Release)?;
            browser("plan")
        }
        Bench::Form => {
            site::build(site::Kind::Release)?;
            browser("form")
        }
        Bench::Open => {
            site::build(site::Kind::Release)?;
            browser("open")
        }
        Bench::Schedule => schedule::go(),
        Bench::Level => example("domain", "bench_level"),
        Bench::Sync => {
            node::ensure()?;
            server("bench_sync")
        }
        Bench::Crash => {
            postgres::ensure()?;
            server("bench_crash")
        }
        Bench::Sim { seeds, first } => step("bench_sim", || {
            run(cargo()
                .args(["run", "--release", "--package=tests", "--features=bench"])
                .args(["--example=bench_sim", "--"])
                .args([seeds.to_string(), first.to_string()]))
        }),
        Bench::Doc => example("doc", "bench_doc"),
        Bench::Hostile => example("sync", "bench_hostile"),
    }
}

fn browser(what: &str) -> Result<()> {
    chromium::ensure()?;
    step(what, || {
        run(cargo().args([
            "run",
            "--package=tests",
            "--features=bench",
            "--example=bench_browser",
            "--",
            what,
        ]))
    })
}

/// Measures the program as it ships; the measuring itself is compiled so too, not to be in the way.
fn server(name: &str) -> Result<()> {
    let program = crate::run::shipped()?;
    step(name, || {
        run(cargo()
            .args(["run", "--release", "--package=tests", "--features=bench"])
            .arg(format!("--example={name}"))
            .env("PLUMBLINE_PROGRAM", &program))
    })
}

fn example(package: &str, name: &str) -> Result<()> {
    step(name, || {
        run(cargo().args(["run", "--release", "--package", package, "--example", name]))
    })
}

/// Makes the saved documents of a version.
pub(crate) fn fixtures(version: &str) -> Result<()> {
    run(cargo()
        .args(["run", "--package=tests", "--features=bench"])
        .args(["--example=fixtures", "--", version]))
}
