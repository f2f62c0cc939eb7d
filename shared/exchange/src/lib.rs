//! Files of other programs: MS Project XML (MSPDI) in and out, Primavera XER in, Excel and CSV out, holidays in. Pure:
//! bytes in, bytes out.

pub mod holidays;
pub mod mspdi;
pub mod plan_file;
pub mod schedule_csv;
pub mod xer;
pub mod xlsx;
mod xml;

pub use mspdi::{Imported, ReadError};
