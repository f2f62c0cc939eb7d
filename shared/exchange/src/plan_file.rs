//! Plans of other programs: what a file is says its content, not its name.

use domain::plan::difference::{self as plan, Covers};
use serde::{Deserialize, Serialize};

use crate::mspdi::{self, Imported, ReadError};
use crate::table::{Field, Mapping, OpenError, Options, Sheet};
use crate::{table, xer};

/// What a file of another program is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// MS Project's XML.
    #[default]
    Mspdi,
    /// Primavera's XER.
    Xer,
    /// A table: a workbook of Excel, or text with columns.
    Table,
}

impl Kind {
    /// What bytes look like; what looks like nothing that is known counts as XML, whose reader says what is wrong.
    pub fn of(bytes: &[u8]) -> Self {
        if xer::is_xer(bytes) {
            Self::Xer
        } else if table::is_table(bytes) {
            Self::Table
        } else {
            Self::Mspdi
        }
    }
}

impl Kind {
    /// What such files say of plans, so that what they cannot say is no difference when they come again; of a table, what
    /// its mapping says (with none, the names of tasks alone).
    pub fn covers(self, mapping: Option<&Mapping>) -> Covers {
        let without = |fields: &[plan::Field]| {
            let all = plan::Field::ALL.into_iter();
            all.filter(|field| !fields.contains(field)).collect()
        };
        match self {
            Self::Mspdi => Covers {
                fields: without(&[plan::Field::Budget, plan::Field::Cost]),
                data_date: false,
                ..Covers::all()
            },
            Self::Xer => Covers {
                fields: without(&[
                    plan::Field::Budget,
                    plan::Field::Cost,
                    plan::Field::Deliverable,
                    plan::Field::Elapsed,
                    plan::Field::Inactive,
                    plan::Field::Pause,
                    plan::Field::Delay,
                    plan::Field::OwnHours,
                ]),
                ..Covers::all()
            },
            Self::Table => mapping.cloned().unwrap_or_default().covers(),
        }
    }
}

/// Reads a plan. Of a file with several projects (a workbook with several sheets) the one of the name, or the first; a table
/// as [`table::guess`] understands it, in days of eight hours, and from 1970 on where it has no dates. Ids come from `new_id`, one call
/// each; the same numbers make the same plan. On an error nothing is returned but the error.
pub fn read(
    bytes: &[u8],
    project: Option<&str>,
    new_id: &mut dyn FnMut() -> u64,
) -> Result<Imported, ReadError> {
    match Kind::of(bytes) {
        Kind::Mspdi => {
            let imported = mspdi::read(bytes, new_id)?;
            // such a file has one project
            let name = &imported.plan.name;
            match project.filter(|wanted| wanted.to_lowercase() != name.to_lowercase()) {
                Some(wanted) => Err(ReadError::NoProject {
                    name: wanted.chars().take(64).collect(),
                    others: vec![name.clone()],
                }),
                None => Ok(imported),
            }
        }
        Kind::Xer => xer::read_project(bytes, project, new_id),
        Kind::Table => table(bytes, project, new_id),
    }
}

/// Reads the sheet of a name, or the first that looks like a plan.
fn table(
    bytes: &[u8],
    name: Option<&str>,
    new_id: &mut dyn FnMut() -> u64,
) -> Result<Imported, ReadError> {
    let workbook = table::open(bytes).map_err(|error| match error {
        OpenError::TooLarge { bytes, limit } => ReadError::TooLarge { bytes, limit },
        OpenError::TooMany { what, limit } => ReadError::TooMany { what, limit },
        error => ReadError::Table(error),
    })?;
    let wanted =
        |sheet: &&Sheet| name.is_none_or(|name| sheet.name.to_lowercase() == name.to_lowercase());
    let sheets = workbook.sheets.iter().filter(wanted);
    let guessed = sheets.map(|sheet| (sheet, table::guess(sheet)));
    // the first of those that have most known columns
    let known = |mapping: &Mapping| {
        let columns = mapping
            .columns
            .iter()
            .filter(|field| **field != Field::Ignore);
        (mapping.heading.is_some(), columns.count())
    };
    let best = guessed.reduce(|best, next| match known(&next.1) > known(&best.1) {
        true => next,
        false => best,
    });
    let Some((sheet, mapping)) = best else {
        let names = workbook.sheets.iter().map(|sheet| sheet.name.clone());
        return Err(ReadError::NoProject {
            name: name.unwrap_or_default().chars().take(64).collect(),
            others: names.take(20).collect(),
        });
    };
    // any text with a comma has columns
    if mapping.heading.is_none() && known(&mapping).1 < 2 {
        return Err(ReadError::Table(OpenError::NotATable));
    }
    let options = Options {
        name: sheet.name.clone(),
        ..Options::default()
    };
    Ok(table::read(sheet, &mapping, &options, new_id))
}
