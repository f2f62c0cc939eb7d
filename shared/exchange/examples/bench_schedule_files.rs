//! Writes the networks of `cargo xtask bench schedule` as files that other schedulers read, each with our dates beside it:
//! `cargo run --release -p exchange --example bench_schedule_files -- FOLDER TASKS EXCEPTIONS`.
#![allow(clippy::disallowed_methods)]

#[path = "../../domain/examples/network/mod.rs"]
#[allow(dead_code, reason = "other examples use the rest")]
mod network;

use std::error::Error;
use std::fmt::Write;
use std::path::PathBuf;

use base::Moment;
use domain::plan::{Lag, Link, LinkKind, Plan};
use domain::schedule::{Schedule, schedule};
use exchange::{mspdi, schedule_csv};
use network::Links;
use rustc_hash::FxHashMap;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, tasks, exceptions] = arguments.as_slice() else {
        return Err("FOLDER TASKS EXCEPTIONS".into());
    };
    let folder = PathBuf::from(folder);
    for (name, links) in [("plan", Links::All), ("common", Links::Common)] {
        let plan = network::plan(tasks.parse()?, exceptions.parse()?, links);
        let (dates, _) = schedule(&plan);
        let file = |ending: &str| folder.join(format!("{name}.{ending}"));
        std::fs::write(file("csv"), schedule_csv::write(&plan, &dates))?;
        std::fs::write(file("xml"), mspdi::write(&plan, &dates, &[], None)?)?;
        if links == Links::Common {
            std::fs::write(file("tjp"), task_juggler(&plan, &dates)?)?;
        }
    }
    Ok(())
}

/// A TaskJuggler project: its tasks wait at their starts only, and no lag is negative.
fn task_juggler(plan: &Plan, dates: &Schedule) -> Result<String, Box<dyn Error>> {
    let day = |at: Moment| at.to_string().chars().take(10).collect::<String>();
    let mut text = String::new();
    writeln!(
        text,
        "project plan \"plan\" {} - {} {{\n  timezone \"UTC\"\n  timingresolution 60min\n  dailyworkinghours 8",
        day(plan.start),
        // room behind the end: nothing may run out of it
        day(dates.finish.plus(60 * 24 * 60)),
    )?;
    writeln!(
        text,
        "  workinghours mon - fri 8:00 - 12:00, 13:00 - 17:00\n  workinghours sat, sun off\n}}"
    )?;
    for (_, calendar) in &plan.calendars {
        for exception in &calendar.exceptions {
            writeln!(text, "leaves holiday \"off\" {}", day(exception.first))?;
        }
    }
    let number = |at: usize| plan.tasks.get(at).and_then(|task| task.uid);
    let rows: FxHashMap<_, _> = (plan.tasks.iter().zip(0..))
        .map(|(task, row)| (task.id, row))
        .collect();
    let mut into: Vec<Vec<&Link>> = vec![Vec::new(); plan.tasks.len()];
    for link in &plan.links {
        into[rows[&link.succ]].push(link);
    }
    for (at, task) in plan.tasks.iter().enumerate() {
        let uid = number(at).unwrap_or_default();
        writeln!(text, "task t{uid} \"t{uid}\" {{")?;
        match task.duration {
            0 => writeln!(text, "  milestone")?,
            minutes => writeln!(text, "  length {}h", minutes / 60)?,
        }
        if into[at].is_empty() {
            writeln!(text, "  start {}", plan.start.to_string().replace('T', "-"))?;
        }
        for link in &into[at] {
            let end = match link.kind {
                LinkKind::StartStart => "onstart",
                _ => "onend",
            };
            let lag = match link.lag {
                Lag::Working(minutes) | Lag::Elapsed(minutes) => minutes / 60,
            };
            let pred = number(rows[&link.pred]).unwrap_or_default();
            let gap = match lag {
                0 => String::new(),
                hours => format!(" gaplength {hours}h"),
            };
            writeln!(text, "  depends t{pred} {{ {end}{gap} }}")?;
        }
        writeln!(text, "}}")?;
    }
    Ok(text)
}
