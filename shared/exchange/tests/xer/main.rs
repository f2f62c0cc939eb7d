//! Primavera's files: what is read of them, and that the dates are Primavera's. `bridge.xer` is of our own making, its
//! dates computed by hand.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods)]

#[path = "../../../testdata.rs"]
mod testdata;

mod bridge;
mod dates;
mod encodings;
mod file;
mod hostile;
mod networks;
mod projects;
