//! Files of other programs: MS Project XML (MSPDI) in and out, Primavera XER in, tables of Excel and CSV in and out, PDF and
//! calendars out, holidays in. Pure: bytes in, bytes out.

pub mod form_book;
pub mod holidays;
pub mod ics;
mod lines;
pub mod mspdi;
pub mod organisation;
pub mod pdf;
pub mod plan_file;
pub mod schedule_csv;
pub mod table;
pub mod xer;
pub mod xlsx;
mod xml;

pub use mspdi::{Imported, ReadError};
