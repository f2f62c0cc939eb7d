//! What was acknowledged is there after SIGKILL.

use tests::crash::{Place, Report, rounds};

/// A half of them on each database.
const ROUNDS: u64 = 30;

async fn survives(place: Place) {
    let report = rounds(place, ROUNDS / 2, 7).await;
    let sound = Report {
        lost: 0,
        corrupt: 0,
        ..report
    };
    assert_eq!(report, sound);
    assert!(report.acknowledged > ROUNDS, "{report:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_changes_survive_sigkill_under_load() {
    survives(Place::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_changes_survive_sigkill_under_load_on_postgresql() {
    survives(Place::Postgres).await;
}
