//! What is told of cells that were not taken as they are.

use base::TaskId;
use serde::{Deserialize, Serialize};

use super::mapping::Field;

/// The most cells that are told one by one.
pub const MAX_TOLD: usize = 2_000;

/// A cell that was not taken as it is. The rest of its row is in the plan, unless [`Kept::NoRow`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellNote {
    /// The row's number as the program shows it, from 1.
    pub row: u32,
    /// The column, from 0; `None` where no column holds the field.
    pub column: Option<u32>,
    /// What it should have been.
    pub field: Field,
    /// What stands there, at most 80 characters of it.
    pub text: String,
    /// The task of the row.
    pub task: Option<TaskId>,
    /// What was kept.
    pub kept: Kept,
}

/// What was kept of a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// Nothing: it was not understood.
    Nothing,
    /// Nothing of the whole row: it has no name, and is no task.
    NoRow,
    /// One working day: neither a duration nor dates say how long the task takes.
    OneDay,
    /// What the dates say: the duration was not understood.
    Dates,
    /// It was read as this.
    ReadAs(String),
    /// All but these links, whose tasks or words were not understood.
    WithoutLinks(Vec<String>),
    /// All but these links, which name the task itself or are there already.
    Repeated(Vec<String>),
    /// Nothing: the task would finish before it starts.
    BeforeStart,
    /// Nothing: another row has the same.
    Taken,
    /// Its beginning: it is longer than plans hold.
    Cut,
    /// Nothing: the plan has as many tasks or links as are read.
    TooMany,
}

/// Gathers them.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) cells: Vec<CellNote>,
    pub(super) more: usize,
}

impl Told {
    pub(super) fn add(&mut self, note: CellNote) {
        match self.cells.len() < MAX_TOLD {
            true => self.cells.push(note),
            false => self.more += 1,
        }
    }
}
