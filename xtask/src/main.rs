//! `cargo xtask`: builds, runs, tests and checks the project. Everything it needs it sets up itself.
#![allow(
    clippy::print_stdout,
    reason = "a command-line tool speaks on standard output"
)]

mod shell;
mod site;

use clap::{Parser, Subcommand};

/// Builds, runs, tests and checks Plumbline.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Builds the app into TARGET/site.
    Site {
        /// As shipped: small, with ready-made .br and .gz files.
        #[arg(long)]
        release: bool,
    },
}

fn main() -> std::process::ExitCode {
    let result = match Arguments::parse().task {
        Task::Site { release } => site::build(site::Kind::of(release)).map(|_| ()),
    };
    match result {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            println!("\nxtask: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}
