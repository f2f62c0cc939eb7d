//! Other schedulers, for comparison: MPXJ on Java, and TaskJuggler on Ruby. Installed where that is possible.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use super::schedule::{Figures, lines};
use crate::packages::{self, found};
use crate::shell::{root, run, step};

/// The version that is measured: another one is another figure.
const MPXJ: &str = "16.10.0";

/// Passes in one JVM, and how many of them only warm it up.
const PASSES: usize = 30;
const WARM: usize = 10;

/// MPXJ, ready to run.
pub(super) struct Mpxj {
    libraries: PathBuf,
}

impl Mpxj {
    /// Makes sure that Java and MPXJ's libraries are there; those come as a package of Python's.
    pub(super) fn ensure(folder: &Path) -> Result<Self> {
        let java = || found("java").is_some() && found("javac").is_some();
        if !java() {
            packages::install(&["openjdk-17-jdk-headless"]);
        }
        if !java() {
            bail!("there is no Java: sudo apt-get install --yes openjdk-17-jdk-headless");
        }
        let folder = folder.join(format!("mpxj-{MPXJ}"));
        let libraries = folder.join("mpxj/lib");
        if !libraries.is_dir() {
            let pip = || {
                let python = Command::new("python3")
                    .args(["-m", "pip", "--version"])
                    .output();
                python.is_ok_and(|output| output.status.success())
            };
            if !pip() {
                packages::install(&["python3", "python3-pip"]);
            }
            run(Command::new("python3")
                .args(["-m", "pip", "install", "--quiet", "--no-deps", "--target"])
                .arg(&folder)
                .arg(format!("mpxj=={MPXJ}")))?;
        }
        Ok(Self { libraries })
    }

    /// Schedules `NAME.xml` in a JVM of its own, and keeps the times after it is warm.
    pub(super) fn run(&self, files: &Path, name: &str, figures: &mut Figures) -> Result<()> {
        let mut command = Command::new("java");
        command
            .arg("-cp")
            .arg(self.libraries.join("*"))
            .arg(root().join("tests/peers/ScheduleMpxj.java"))
            .arg(files.join(format!("{name}.xml")))
            .arg(files.join(format!("{name}.csv")))
            .arg(PASSES.to_string());
        for (what, numbers) in lines(&mut command)? {
            let skipped = if what == "whole" { WARM } else { 0 };
            figures.add(&format!("mpxj {what}"), numbers.into_iter().skip(skipped));
        }
        Ok(())
    }
}

/// Schedules `NAME.tjp` with TaskJuggler, once: it takes most of a minute.
pub(super) fn task_juggler(files: &Path, name: &str, figures: &mut Figures) -> Result<()> {
    let ready = || found("tj3").is_some() && found("ruby").is_some();
    if !ready() {
        packages::install(&["tj3", "ruby"]);
    }
    if !ready() {
        bail!("there is no TaskJuggler: sudo apt-get install --yes tj3");
    }
    step("TaskJuggler", || {
        let mut command = Command::new("ruby");
        command
            .arg(root().join("tests/peers/schedule_tj3.rb"))
            .arg(files.join(format!("{name}.tjp")))
            .arg(files.join(format!("{name}.csv")));
        for (what, numbers) in lines(&mut command)? {
            figures.add(&format!("tj3 {what}"), numbers);
        }
        Ok(())
    })
}
