//! `cargo xtask test` and `cargo xtask ci`: parts in order, the fast ones first, each with its time; the last
//! line tells how many passed and failed.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::shell::{cargo, line, root, run, target_dir};
use crate::{budget, chromium, deny, node, postgres, site, tidy};

/// One part of the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// The code is formatted.
    Fmt,
    /// The arrows between the parts, sizes, texts, versions.
    Tidy,
    /// Clippy with warnings denied, on the host and on wasm.
    Clippy,
    /// Licences, sources and bans of dependencies.
    Deny,
    /// The shared crates compile for the browser.
    Wasm,
    /// Tests of single crates.
    Unit,
    /// Tests of all parts together: real server, simulated networks.
    Whole,
    /// The app's size on the wire against its budget.
    Size,
    /// Tests in a real Chromium.
    Browser,
}

/// What `cargo xtask test` runs.
pub(crate) const TEST: &[Part] = &[
    Part::Fmt,
    Part::Tidy,
    Part::Wasm,
    Part::Unit,
    Part::Whole,
    Part::Size,
    Part::Browser,
];

/// What `cargo xtask ci` runs.
pub(crate) const CI: &[Part] = &[
    Part::Fmt,
    Part::Tidy,
    Part::Deny,
    Part::Clippy,
    Part::Wasm,
    Part::Unit,
    Part::Whole,
    Part::Size,
    Part::Browser,
];

/// How many checks passed and failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Count {
    passed: usize,
    failed: usize,
}

impl Count {
    fn one(result: Result<()>) -> Count {
        match result {
            Ok(()) => Count {
                passed: 1,
                failed: 0,
            },
            Err(error) => {
                println!("    {error:#}");
                Count {
                    passed: 0,
                    failed: 1,
                }
            }
        }
    }
}

/// Runs parts in order. All of them run, whatever fails before; a failure is told at the end.
pub(crate) fn go(parts: &[Part]) -> Result<()> {
    let mut told: Vec<(Part, Count, Duration)> = Vec::new();
    for part in parts {
        println!("\n######## {part:?}");
        let start = Instant::now();
        let count = one(*part);
        println!(
            "######## {part:?}: {} passed, {} failed, {:.0} s",
            count.passed,
            count.failed,
            start.elapsed().as_secs_f64()
        );
        told.push((*part, count, start.elapsed()));
    }
    println!();
    let mut sum = Count::default();
    let mut time = Duration::ZERO;
    for (part, count, took) in &told {
        let name = format!("{part:?}");
        println!(
            "{name:<10} {:>6} passed {:>4} failed {:>6.0} s",
            count.passed,
            count.failed,
            took.as_secs_f64()
        );
        sum.passed += count.passed;
        sum.failed += count.failed;
        time += *took;
    }
    println!("{:<10} {:>32.0} s\n", "all", time.as_secs_f64());
    println!("{} passed, {} failed", sum.passed, sum.failed);
    if sum.failed > 0 {
        bail!("not everything passed");
    }
    Ok(())
}

fn one(part: Part) -> Count {
    match part {
        Part::Fmt => Count::one(run(cargo().args(["fmt", "--all", "--check"]))),
        Part::Tidy => Count::one(tidy::check()),
        Part::Clippy => Count::one(clippy()),
        Part::Deny => Count::one(deny::check()),
        Part::Wasm => Count::one(wasm()),
        Part::Size => Count::one(budget::check()),
        Part::Unit => counted(&mut host_tests(&["--lib", "--bins"], &[])),
        Part::Whole => match postgres::ensure().and_then(|()| node::ensure()) {
            Ok(()) => counted(&mut host_tests(&["--test", "*"], &["--skip", "browser_"])),
            Err(error) => Count::one(Err(error)),
        },
        Part::Browser => match browser_ready() {
            Ok(mut command) => counted(&mut command),
            Err(error) => Count::one(Err(error)),
        },
    }
}

/// The tests of all crates but the app's two modules' entry points, always with the same selection of packages:
/// another selection would choose other features, and build everything once more.
fn host_tests(targets: &[&str], filter: &[&str]) -> Command {
    let mut command = cargo();
    command
        .args(["test", "--workspace", "--no-fail-fast"])
        .args(targets)
        .arg("--")
        .args(filter);
    command
}

fn wasm() -> Result<()> {
    site::ensure_wasm_target()?;
    run(cargo().args([
        "check",
        "--package=shared",
        "--target=wasm32-unknown-unknown",
    ]))
}

fn clippy() -> Result<()> {
    site::ensure_wasm_target()?;
    let deny = ["--", "-D", "warnings"];
    run(cargo()
        .args([
            "clippy",
            "--workspace",
            "--exclude=app",
            "--exclude=worker",
            "--all-targets",
        ])
        .args(deny))?;
    run(cargo()
        .args([
            "clippy",
            "--package=app",
            "--package=worker",
            "--package=shared",
            "--target=wasm32-unknown-unknown",
            "--profile=wasm-dev",
        ])
        .args(deny))
}

/// The browser and the app as shipped, then the tests' command.
fn browser_ready() -> Result<Command> {
    chromium::ensure()?;
    node::ensure()?;
    // built once, for the size and for these tests; the tests' server serves it from its folder
    let site = site::build(site::Kind::Release)?;
    let mut command = host_tests(&["--test", "*"], &["browser_", "--test-threads=1"]);
    command.env("PLUMBLINE_SITE_DIR", &site.folder);
    Ok(command)
}

/// Runs tests, shows their output as it comes, adds their results up.
fn counted(command: &mut Command) -> Count {
    match count(command) {
        Ok(count) => count,
        Err(error) => Count::one(Err(error)),
    }
}

fn count(command: &mut Command) -> Result<Count> {
    println!("    {}", line(command));
    let mut child = command
        .current_dir(root())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {command:?}"))?;
    let mut sum = Count::default();
    if let Some(output) = child.stdout.take() {
        for text in BufReader::new(output).lines() {
            let text = text?;
            println!("{text}");
            if let Some(count) = result_line(&text) {
                sum.passed += count.passed;
                sum.failed += count.failed;
            }
        }
    }
    let status = child.wait()?;
    if !status.success() && sum.failed == 0 {
        // it did not compile, or a test ended the process
        sum.failed = 1;
    }
    if sum == Count::default() {
        bail!("no test ran");
    }
    Ok(sum)
}

/// Reads `test result: ok. 12 passed; 1 failed; ...`.
fn result_line(text: &str) -> Option<Count> {
    let rest = text.strip_prefix("test result: ")?;
    let number = |word: &str| {
        rest.split(['.', ';'])
            .find_map(|piece| piece.trim().strip_suffix(word)?.trim().parse().ok())
    };
    Some(Count {
        passed: number("passed")?,
        failed: number("failed")?,
    })
}

/// The folder for tools of our own, kept with the build.
pub(crate) fn tools() -> Result<std::path::PathBuf> {
    Ok(target_dir()?.join("tools"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_line_of_cargo_test_is_read() {
        let line = "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 1 filtered out; finished in 0.01s";
        assert_eq!(
            result_line(line),
            Some(Count {
                passed: 12,
                failed: 3
            })
        );
        assert_eq!(result_line("test a_test ... ok"), None);
    }
}
