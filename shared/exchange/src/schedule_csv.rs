//! The schedule as CSV, for other programs.

use base::{Minutes, Moment};
use domain::plan::Plan;
use domain::schedule::Schedule;

/// The first line.
pub const HEADER: [&str; 9] = [
    "uid",
    "name",
    "early_start",
    "early_finish",
    "late_start",
    "late_finish",
    "total_slack_hours",
    "free_slack_hours",
    "critical",
];

/// A row per task in the plan's order, summaries included. Times are `YYYY-MM-DDTHH:MM`, slack is in working
/// hours, and `uid` is MS Project's number (a task's place in the plan where it has none).
pub fn write(plan: &Plan, schedule: &Schedule) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // writing to memory cannot fail
    let _ = writer.write_record(HEADER);
    for (at, (task, dates)) in plan.tasks.iter().zip(&schedule.rows).enumerate() {
        let _ = writer.write_record([
            task.uid.unwrap_or(at as i64 + 1).to_string(),
            task.name.clone(),
            time(dates.early_start),
            time(dates.early_finish),
            time(dates.late_start),
            time(dates.late_finish),
            hours(dates.total_slack),
            hours(dates.free_slack),
            dates.critical.to_string(),
        ]);
    }
    writer.into_inner().unwrap_or_default()
}

fn time(at: Moment) -> String {
    at.to_string()
}

/// Hours with as many decimals as they need, at most four.
fn hours(minutes: Minutes) -> String {
    let text = format!("{:.4}", minutes as f64 / 60.0);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_have_no_needless_decimals() {
        let texts = [0, 480, 90, -30, 1, 25560].map(hours);
        assert_eq!(texts, ["0", "8", "1.5", "-0.5", "0.0167", "426"]);
    }
}
