//! The progress line 前锋线: at which moment of its bar each task stands, against the moment that is looked at. Left of it
//! is behind, right of it ahead (MS Project's progress lines). Pure.

use shared::base::Moment;

/// Where a task's progress stands: `percent` of its bar. What is over by then, and what is not to begin before, stands on
/// the line.
pub(crate) fn reached(bar: (Moment, Moment), percent: u8, at: Moment) -> Moment {
    let (start, finish) = bar;
    let all = finish.minutes() - start.minutes();
    let done = start.plus(all * i64::from(percent.min(100)) / 100);
    match percent {
        0 => start.min(at),
        100.. => finish.max(at),
        _ => done,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_progress_line_bends_to_where_each_task_stands() {
        let day = Moment::from_day;
        let bar = (day(10), day(20));
        for (percent, at, stands) in [
            (0, 5, 5),
            (0, 15, 10),
            (50, 12, 15),
            (50, 18, 15),
            (100, 15, 20),
            (100, 25, 25),
            (30, 5, 13),
        ] {
            assert_eq!(
                reached(bar, percent, day(at)),
                day(stands),
                "{percent} % at {at}"
            );
        }
    }
}
