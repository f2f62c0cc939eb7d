//! Primavera P6's files (XER): reading with a report of what is not shown. Rules: `docs/exchange.md`.
//!
//! Oracle publishes the names of tables and columns (*XER Import/Export Data Map Guide*), and neither the grammar nor the
//! values: both are as Primavera's files have them.

mod activity;
mod calendars;
mod constraint;
pub(crate) mod encoding;
mod links;
mod nested;
mod notes;
mod outline;
mod project;
mod read;
mod report;
mod resources;
mod row;
mod spans;
mod table;

pub use read::{read, read_project};

/// The most rows of all tables that are read.
pub const MAX_ROWS: usize = 2_000_000;
/// The most tables; Primavera knows about a hundred.
const MAX_TABLES: usize = 1_000;
/// The most columns of a table; Primavera's have less than a hundred.
const MAX_COLUMNS: usize = 1_000;
/// The most assignments that are read.
const MAX_ASSIGNMENTS: usize = 500_000;
/// The most resources that a plan keeps: of more, only those are read that somebody asks for.
const MAX_RESOURCES: usize = 5_000;

/// Whether bytes look like such a file.
pub(crate) fn is_xer(bytes: &[u8]) -> bool {
    // the mark of an encoding, and the zeros of the wide ones
    let head = bytes
        .iter()
        .take(24)
        .filter(|byte| !matches!(byte, 0 | 0xEF | 0xBB | 0xBF | 0xFE | 0xFF));
    let head: Vec<u8> = head.copied().collect();
    head.starts_with(b"ERMHDR") || head.starts_with(b"%T\t")
}
