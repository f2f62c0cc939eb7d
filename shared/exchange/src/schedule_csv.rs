//! The schedule as CSV, for other programs.

use base::{Minutes, Moment};
use domain::plan::{Plan, YesNo};
use domain::schedule::Schedule;

/// The first line, as far as every plan has it.
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
/// hours, and `uid` is MS Project's number (a task's place in the plan where it has none). Custom fields follow, a column
/// each under its name: numbers and amounts as `1234.5`, dates as `2026-03-02`, `true` and `false`.
pub fn write(plan: &Plan, schedule: &Schedule) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // writing to memory cannot fail
    let names = plan.fields.iter().map(|field| field.name.as_str());
    let _ = writer.write_record(HEADER.into_iter().chain(names));
    let words = YesNo {
        yes: "true",
        no: "false",
    };
    for (at, (task, dates)) in plan.tasks.iter().zip(&schedule.rows).enumerate() {
        let row = [
            task.uid.unwrap_or(at as i64 + 1).to_string(),
            task.name.clone(),
            time(dates.early_start),
            time(dates.early_finish),
            time(dates.late_start),
            time(dates.late_finish),
            hours(dates.total_slack),
            hours(dates.free_slack),
            dates.critical.to_string(),
        ];
        let values = plan.fields.iter().map(|field| {
            let value = field.values.get(&task.id);
            value.map_or_else(String::new, |value| field.to_text(value, words))
        });
        let _ = writer.write_record(row.into_iter().chain(values));
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
