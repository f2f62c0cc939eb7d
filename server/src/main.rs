//! `plumbline`, the program: see `plumbline --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::main()
}

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
