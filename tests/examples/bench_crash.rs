//! `cargo xtask bench crash [ROUNDS]`: SIGKILL at random moments under write load, on SQLite and on PostgreSQL.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "it prints what it found"
)]

use tests::crash::{Place, rounds};

#[tokio::main]
async fn main() {
    let count = std::env::args().nth(1).map_or(300, |n| n.parse().unwrap());
    println!(
        "{:12} {:>8} {:>14} {:>6} {:>8}",
        "", "rounds", "acknowledged", "lost", "corrupt"
    );
    let mut sound = true;
    for place in [Place::Sqlite, Place::Postgres] {
        let r = rounds(place, count, 1).await;
        println!(
            "{:12} {:>8} {:>14} {:>6} {:>8}",
            format!("{place:?}"),
            r.rounds,
            r.acknowledged,
            r.lost,
            r.corrupt
        );
        sound &= r.lost == 0 && r.corrupt == 0;
    }
    if !sound {
        std::process::exit(1);
    }
}
