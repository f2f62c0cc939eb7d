//! `cargo xtask bench`: figures, printed. Only the size has a budget that a test keeps; times differ between machines.

use anyhow::Result;
use clap::ValueEnum;

use crate::shell::{cargo, run, step};
use crate::{budget, chromium, site};

/// What to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Bench {
    /// Bytes of the first load over the wire; a cold start with no network, in a real Chromium.
    Start,
    /// Opening, editing and scrolling plans of 2,000 and 10,000 tasks, in a real Chromium.
    Plan,
    /// The critical path of large networks.
    Schedule,
    /// Documents: open, read, edit, merge.
    Doc,
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
        Bench::Schedule => example("domain", "bench_schedule"),
        Bench::Doc => example("doc", "bench_doc"),
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

fn example(package: &str, name: &str) -> Result<()> {
    step(name, || {
        run(cargo().args(["run", "--release", "--package", package, "--example", name]))
    })
}
