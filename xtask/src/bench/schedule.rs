//! `cargo xtask bench schedule`: the same networks native, in wasm and by other schedulers, in turns, so that whatever
//! else the machine does meets all of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::peers::{self, Mpxj};
use crate::shell::{cargo, line, root, run, step, target_dir};
use crate::{node, site};

/// The network of the goals.
const TASKS: usize = 10_000;
const EXCEPTIONS: usize = 200;

/// How often all take their turn.
const TURNS: usize = 3;

/// Times by what was measured, in milliseconds.
#[derive(Default)]
pub(super) struct Figures(BTreeMap<String, Vec<f64>>);

impl Figures {
    pub(super) fn add(&mut self, what: &str, times: impl IntoIterator<Item = f64>) {
        self.0.entry(what.to_owned()).or_default().extend(times);
    }

    /// The shortest time and the one in the middle.
    fn of(&self, what: &str) -> Option<(f64, f64)> {
        let mut times = self.0.get(what)?.clone();
        times.sort_by(f64::total_cmp);
        Some((*times.first()?, *times.get(times.len() / 2)?))
    }

    fn best(&self, what: &str) -> Option<f64> {
        self.of(what).map(|(best, _)| best)
    }
}

/// Measures and prints.
pub(super) fn go() -> Result<()> {
    node::ensure()?;
    site::ensure_wasm_target()?;
    let target = target_dir()?;
    let (native, module) = step("build", || build(&target))?;
    let files = target.join("bench-schedule");
    step("files for the others", || write(&files))?;
    let mpxj = told("MPXJ", step("MPXJ", || Mpxj::ensure(&target.join("peers"))));

    let goal = format!("plan={TASKS},{EXCEPTIONS}");
    let common = format!("common={TASKS},{EXCEPTIONS}");
    let both = [
        "plan=2000,0",
        &goal,
        "plan=100000,200",
        "level=1000,20",
        "level=10000,200",
    ];
    let script = root().join("shared/domain/examples/bench_schedule_wasm.mjs");
    let mut figures = Figures::default();
    for turn in 1..=TURNS {
        step(&format!("turn {turn} of {TURNS}"), || {
            let mut command = Command::new(&native);
            for (what, times) in lines(command.args(both).arg(&common))? {
                figures.add(&format!("native {what}"), times);
            }
            let mut command = Command::new("node");
            for (what, times) in lines(command.arg(&script).arg(&module).args(both))? {
                figures.add(&format!("wasm {what}"), times);
            }
            if let Some(mpxj) = &mpxj {
                told("MPXJ", mpxj.run(&files, "plan", &mut figures));
            }
            Ok(())
        })?;
    }
    told(
        "TaskJuggler",
        peers::task_juggler(&files, "common", &mut figures),
    );

    println!("\nmilliseconds: the best, and the one in the middle");
    for case in both {
        ours(&figures, case, case == goal);
    }
    theirs(&figures, &goal, &common);
    Ok(())
}

/// What one of the others could not do is no reason to stop.
fn told<T>(who: &str, result: Result<T>) -> Option<T> {
    result
        .inspect_err(|error| println!("    without {who}: {error:#}"))
        .ok()
}

/// The native program, and the module compiled as the app's is.
fn build(target: &Path) -> Result<(PathBuf, PathBuf)> {
    let example = |name: &str| {
        let mut command = cargo();
        command.args(["build", "--package=domain", "--example", name]);
        command
    };
    run(example("bench_schedule").arg("--release"))?;
    run(example("bench_schedule_wasm").args(["--profile=wasm-release", "--target", site::WASM]))?;
    let native = format!(
        "release/examples/bench_schedule{}",
        std::env::consts::EXE_SUFFIX
    );
    let module = format!(
        "{}/wasm-release/examples/bench_schedule_wasm.wasm",
        site::WASM
    );
    Ok((target.join(native), target.join(module)))
}

/// The network of the goals as the others read it.
fn write(files: &Path) -> Result<()> {
    std::fs::create_dir_all(files)?;
    run(cargo()
        .args(["run", "--release", "--package=exchange"])
        .args(["--example=bench_schedule_files", "--"])
        .arg(files)
        .args([TASKS.to_string(), EXCEPTIONS.to_string()]))
}

/// Runs a program that prints lines of a name and numbers.
pub(super) fn lines(command: &mut Command) -> Result<Vec<(String, Vec<f64>)>> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start {command:?}"))?;
    if !output.status.success() {
        bail!("failed ({}): {}", output.status, line(command));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let words = text.lines().map(|line| line.split('\t'));
    Ok(words
        .filter_map(|mut words| {
            let name = words.next()?.to_owned();
            let numbers: Vec<f64> = words.map_while(|word| word.parse().ok()).collect();
            (!numbers.is_empty()).then_some((name, numbers))
        })
        .collect())
}

/// A line of the table, with what it should be.
fn print(what: &str, (best, middle): (f64, f64), goals: &[String]) {
    let figures = format!("{best:>9.2} {middle:>9.2}");
    println!("  {what:<34}{figures}  {}", goals.join("; "));
}

/// Whether a goal is met.
fn goal(text: &str, met: bool) -> String {
    format!("goal {text}: {}", if met { "met" } else { "not met" })
}

fn ours(figures: &Figures, case: &str, judged: bool) {
    println!("\n{case}");
    for what in ["whole", "edit", "link", "level"] {
        let native = format!("native {case} {what}");
        let Some(times) = figures.of(&native) else {
            continue;
        };
        let name = match what {
            "whole" => "full pass",
            "edit" => "after another duration",
            "link" => "after one link more",
            _ => "levelling",
        };
        let first = judged && what == "whole";
        let goals = [goal("under 5 ms", times.0 < 5.0)];
        print(
            &format!("{name}, native"),
            times,
            if first { &goals } else { &[] },
        );
        let Some(wasm) = figures.of(&format!("wasm {case} {what}")) else {
            continue;
        };
        let ratio = wasm.0 / times.0;
        let mut goals = vec![format!("{ratio:.1} x native")];
        if judged {
            goals.push(goal("at most 3 x", ratio <= 3.0));
        }
        print(&format!("{name}, wasm"), wasm, &goals);
    }
}

fn theirs(figures: &Figures, plan: &str, common: &str) {
    println!("\nfull passes of others");
    let same = |who: &str| {
        let same = figures.best(&format!("{who} same")).unwrap_or_default();
        format!("{same:.0} of {TASKS} tasks on our dates")
    };
    for (name, who, case, times) in [
        ("MPXJ, warm", "mpxj", plan, 50.0),
        ("TaskJuggler, other links", "tj3", common, 1_000.0),
    ] {
        let own = figures.best(&format!("native {case} whole"));
        if let (Some(theirs), Some(own)) = (figures.of(&format!("{who} whole")), own) {
            let ratio = theirs.0 / own;
            let goals = [
                format!("{ratio:.0} x our {own:.2}"),
                goal(&format!("at least {times} x"), ratio >= times),
                same(who),
            ];
            print(name, theirs, &goals);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_and_the_middle_of_all_turns_are_told() {
        let mut figures = Figures::default();
        figures.add("a", [3.0, 9.0]);
        figures.add("a", [1.0]);
        assert_eq!(figures.of("a"), Some((1.0, 3.0)));
        assert_eq!(figures.of("b"), None);
    }
}
