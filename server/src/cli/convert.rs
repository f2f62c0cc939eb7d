//! `plumbline convert IN OUT`: a plan as an Excel sheet, as CSV, or as MS Project XML with computed dates: where it was
//! such a file, the same with all that it holds.

use std::io::Write;
use std::path::{Path, PathBuf};

use shared::domain::schedule::{schedule, schedule_with_milestones};
use shared::exchange::{mspdi, schedule_csv, xlsx};

use super::Failed;
use super::schedule::{bytes, is_mspdi, read, tell, warn};

/// Arguments of `plumbline convert`.
#[derive(Debug, clap::Args)]
pub(crate) struct Convert {
    /// An MS Project XML file (MSPDI), a Primavera XER file, or a plan's document (`plumbline doc export`).
    #[arg(value_name = "IN")]
    from: PathBuf,
    /// The file to make; its name ends in .xml (everything that an XML file holds, with computed dates), .xlsx or .csv (as
    /// `plumbline schedule` prints it). A file that is there already is left alone.
    #[arg(value_name = "OUT")]
    to: PathBuf,
    /// Which project of a Primavera file that has several, by its name; the first without it.
    #[arg(long, value_name = "NAME")]
    project: Option<String>,
    /// Replaces a file that is there already.
    #[arg(long)]
    force: bool,
}

/// What can be made.
#[derive(Debug, Clone, Copy)]
enum Format {
    Mspdi,
    Xlsx,
    Csv,
}

impl Convert {
    /// Reads, computes the dates and writes. On an error no file is made.
    pub(crate) fn run(self) -> Result<(), Failed> {
        let format = format(&self.to)?;
        let original = bytes(&self.from)?;
        let imported = read(&original, &self.from, self.project.as_deref())?;
        tell(&imported);
        let (dates, problems) = match format {
            Format::Csv => schedule_with_milestones(&imported.plan, &imported.milestones),
            Format::Mspdi | Format::Xlsx => schedule(&imported.plan),
        };
        warn(&imported, &problems);
        let file = match format {
            Format::Mspdi if is_mspdi(&original) => {
                mspdi::rewrite_dates(&imported.plan, &dates, &original)?
            }
            Format::Mspdi => mspdi::write(&imported.plan, &dates, &imported.notes, None)?,
            Format::Csv => schedule_csv::write(&imported.plan, &dates),
            Format::Xlsx => xlsx::write(&imported.plan, &dates, &imported.notes, &labels())?,
        };
        let failed = |error: std::io::Error| format!("{}: {error}", self.to.display());
        let mut options = std::fs::OpenOptions::new();
        options.write(true);
        if self.force {
            options.create(true).truncate(true);
        } else {
            options.create_new(true);
        }
        let mut out = options.open(&self.to).map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => {
                format!(
                    "{} is there already; --force replaces it",
                    self.to.display()
                )
            }
            _ => failed(error),
        })?;
        out.write_all(&file).map_err(failed)?;
        Ok(())
    }
}

/// The format that a file's name asks for.
fn format(file: &Path) -> Result<Format, Failed> {
    let extension = file.extension().unwrap_or_default().to_string_lossy();
    match extension.to_lowercase().as_str() {
        "xml" => Ok(Format::Mspdi),
        "xlsx" => Ok(Format::Xlsx),
        "csv" => Ok(Format::Csv),
        _ => Err(format!(
            "{}: only .xml, .xlsx and .csv files can be made",
            file.display()
        )
        .into()),
    }
}

fn labels() -> xlsx::Labels {
    xlsx::Labels {
        sheet: "Plan".to_owned(),
        columns: [
            "No.",
            "Name",
            "Days",
            "Start",
            "Finish",
            "Late start",
            "Late finish",
            "Total slack (days)",
            "Free slack (days)",
            "Critical",
            "Percent",
            "Owner",
            "Deliverable",
            "Notes",
        ]
        .map(str::to_owned),
        yes: "yes".to_owned(),
    }
}
