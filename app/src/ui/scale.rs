//! The time axis of a chart: moments to pixels and back, zoom, the two tiers of the header. Pure.

use shared::base::{Moment, time::DAY};

use super::dates::{self, Lang};

/// Pixels a day, from far to near.
pub const ZOOMS: [f64; 14] = [
    0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 14.0, 24.0, 40.0, 80.0, 160.0, 400.0, 720.0, 1_440.0,
];

/// From so many pixels a day on the axis has hours.
const HOURS: f64 = 400.0;

/// Maps time to pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// What lies at pixel 0: the start of a day.
    pub origin: Moment,
    /// Pixels a day.
    pub px_per_day: f64,
}

impl Scale {
    /// The pixel of a moment.
    pub fn x(&self, at: Moment) -> f64 {
        (at.minutes() - self.origin.minutes()) as f64 / DAY as f64 * self.px_per_day
    }

    /// The moment at a pixel.
    pub fn at(&self, x: f64) -> Moment {
        self.origin
            .plus((x / self.px_per_day * DAY as f64).round() as i64)
    }

    /// What a drag snaps to, in minutes: whole days, hours when they are wide enough.
    pub fn snap(&self) -> i64 {
        if self.px_per_day >= 60.0 { 60 } else { DAY }
    }
}

/// The next zoom nearer (`true`) or farther.
pub fn step(px_per_day: f64, nearer: bool) -> f64 {
    let found = if nearer {
        ZOOMS.iter().find(|z| **z > px_per_day * 1.001)
    } else {
        ZOOMS.iter().rev().find(|z| **z < px_per_day * 0.999)
    };
    found.copied().unwrap_or(px_per_day)
}

/// Pixels a day that show `from` to `to` in `width` pixels, within what can be drawn.
pub fn fit(from: Moment, to: Moment, width: f64) -> f64 {
    let days = ((to.minutes() - from.minutes()) as f64 / DAY as f64).max(1.0);
    clamp((width - 48.0).max(100.0) / days).min(120.0)
}

/// Keeps a zoom within what can be drawn.
pub fn clamp(px_per_day: f64) -> f64 {
    px_per_day.clamp(0.1, 1_440.0)
}

/// A unit of the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// Hours.
    Hour,
    /// Days.
    Day,
    /// Weeks, from Monday.
    Week,
    /// Months.
    Month,
    /// Quarters.
    Quarter,
    /// Years.
    Year,
}

/// The upper and the lower tier of the header at a zoom.
pub fn tiers(px_per_day: f64) -> (Tier, Tier) {
    match px_per_day {
        z if z >= HOURS => (Tier::Day, Tier::Hour),
        z if z >= 20.0 => (Tier::Month, Tier::Day),
        z if z >= 5.0 => (Tier::Month, Tier::Week),
        z if z >= 1.2 => (Tier::Year, Tier::Month),
        z if z >= 0.2 => (Tier::Year, Tier::Quarter),
        _ => (Tier::Year, Tier::Year),
    }
}

/// The start of the unit that holds `at`.
pub fn floor(tier: Tier, at: Moment) -> Moment {
    let (year, month, _, _, _) = at.parts();
    let first = |month| Moment::ymd_hm(year, month, 1, 0, 0).unwrap_or(at);
    match tier {
        Tier::Hour => Moment::from_minutes(at.minutes().div_euclid(60) * 60),
        Tier::Day => Moment::from_day(at.day()),
        Tier::Week => Moment::from_day(at.day() - i64::from(at.weekday())),
        Tier::Month => first(month),
        Tier::Quarter => first((month - 1) / 3 * 3 + 1),
        Tier::Year => first(1),
    }
}

/// The start of the unit after the one that holds `at`.
pub fn next(tier: Tier, at: Moment) -> Moment {
    let days = match tier {
        Tier::Hour => return floor(tier, at).plus(60),
        Tier::Day => 1,
        Tier::Week => 7,
        Tier::Month => 31,
        Tier::Quarter => 92,
        Tier::Year => 366,
    };
    floor(tier, floor(tier, at).plus(days * DAY))
}

/// The units that meet `[from, to)`: start and end of each.
pub fn ticks(tier: Tier, from: Moment, to: Moment) -> Vec<(Moment, Moment)> {
    let mut ticks = Vec::new();
    let mut at = floor(tier, from);
    while at < to && ticks.len() < 2000 {
        let end = next(tier, at);
        if end <= at {
            ticks.push((at, to)); // the end of what moments can say
            break;
        }
        ticks.push((at, end));
        at = end;
    }
    ticks
}

/// What stands in the header for a unit that is `width` pixels wide.
pub fn label(tier: Tier, at: Moment, width: f64, lang: Lang) -> String {
    let (year, month, day, hour, _) = at.parts();
    let name = dates::month(month);
    match (tier, lang) {
        (Tier::Hour, _) if width >= 44.0 => format!("{hour:02}:00"),
        (Tier::Hour, _) => hour.to_string(),
        (Tier::Day, _) if width >= HOURS * 0.6 => {
            format!("{} {}", dates::weekday(at, lang), dates::date(at, lang))
        }
        (Tier::Day, _) if width >= 64.0 => format!("{day} {}", dates::weekday(at, lang)),
        (Tier::Day, _) => day.to_string(),
        (Tier::Week, Lang::En) if width >= 52.0 => format!("{day} {name}"),
        (Tier::Week, Lang::Zh) if width >= 52.0 => format!("{month}月{day}日"),
        (Tier::Week, _) => day.to_string(),
        (Tier::Month, Lang::En) if width >= 90.0 => format!("{name} {year}"),
        (Tier::Month, Lang::Zh) if width >= 90.0 => format!("{year}年{month}月"),
        (Tier::Month, Lang::En) => name.to_owned(),
        (Tier::Month, Lang::Zh) => format!("{month}月"),
        (Tier::Quarter, Lang::En) => format!("Q{}", (month - 1) / 3 + 1),
        (Tier::Quarter, Lang::Zh) => format!("{}季度", (month - 1) / 3 + 1),
        (Tier::Year, Lang::En) => year.to_string(),
        (Tier::Year, Lang::Zh) => format!("{year}年"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> Moment {
        Moment::ymd_hm(year, month, day, 0, 0).unwrap_or_default()
    }

    #[test]
    fn a_pixel_is_a_moment_and_back() {
        for px_per_day in ZOOMS {
            let scale = Scale {
                origin: day(2026, 1, 5),
                px_per_day,
            };
            let at = day(2026, 3, 9);
            assert_eq!(scale.at(scale.x(at)), at);
        }
    }

    #[test]
    fn months_and_quarters_follow_each_other_without_gaps() {
        for tier in [
            Tier::Hour,
            Tier::Day,
            Tier::Week,
            Tier::Month,
            Tier::Quarter,
            Tier::Year,
        ] {
            // hours of more than a quarter have no room on any screen
            let last = match tier {
                Tier::Hour => day(2024, 2, 2),
                _ => day(2025, 3, 2),
            };
            let ticks = ticks(tier, day(2023, 12, 30), last);
            assert!(ticks.windows(2).all(|pair| pair[0].1 == pair[1].0));
            assert!(ticks.first().is_some_and(|t| t.0 <= day(2023, 12, 30)));
            assert!(ticks.last().is_some_and(|t| t.1 >= last));
        }
        assert_eq!(
            ticks(Tier::Month, day(2024, 2, 10), day(2024, 3, 1)),
            [(day(2024, 2, 1), day(2024, 3, 1))]
        );
    }

    #[test]
    fn zoom_steps_go_both_ways_and_stop_at_the_ends() {
        let mut zoom = ZOOMS[0];
        for expected in &ZOOMS[1..] {
            zoom = step(zoom, true);
            assert_eq!(zoom, *expected);
        }
        assert_eq!(step(zoom, true), zoom);
        assert_eq!(step(ZOOMS[0], false), ZOOMS[0]);
        assert_eq!(step(3.0, false), 2.0);
    }

    #[test]
    fn the_axis_goes_from_hours_to_years() {
        assert_eq!(tiers(1_440.0), (Tier::Day, Tier::Hour));
        assert_eq!(tiers(80.0), (Tier::Month, Tier::Day));
        assert_eq!(tiers(0.1), (Tier::Year, Tier::Year));
        let eight = Moment::ymd_hm(2026, 1, 5, 8, 40).unwrap_or_default();
        assert_eq!(label(Tier::Hour, eight, 60.0, Lang::En), "08:00");
        assert_eq!(label(Tier::Hour, eight, 20.0, Lang::Zh), "8");
        assert_eq!(label(Tier::Day, eight, 500.0, Lang::En), "Mon 5 Jan 2026");
        assert_eq!(next(Tier::Hour, eight).parts().3, 9);
    }

    #[test]
    fn a_plan_fits_its_window() {
        let zoom = fit(day(2026, 1, 1), day(2026, 4, 11), 848.0);
        assert!((zoom - 8.0).abs() < 0.01, "{zoom}");
    }

    #[test]
    fn the_end_of_time_ends_the_ticks() {
        assert!(!ticks(Tier::Year, day(2199, 1, 1), shared::base::time::RANGE.1).is_empty());
    }
}
