//! `cargo xtask bench`: figures, printed. Only the size has a budget that a test keeps; times differ between machines.

use anyhow::Result;
use clap::ValueEnum;

use crate::shell::{cargo, run, step};
use crate::{budget, site};

/// What to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Bench {
    /// Bytes of the first load over the wire.
    Start,
    /// The critical path of large networks.
    Schedule,
    /// Documents: open, read, edit, merge.
    Doc,
}

/// Measures and prints.
pub(crate) fn go(bench: Bench) -> Result<()> {
    match bench {
        Bench::Start => budget::table(&site::build(site::Kind::Release)?).map(|_| ()),
        Bench::Schedule => example("domain", "bench_schedule"),
        Bench::Doc => example("doc", "bench_doc"),
    }
}

fn example(package: &str, name: &str) -> Result<()> {
    step(name, || {
        run(cargo().args(["run", "--release", "--package", package, "--example", name]))
    })
}
