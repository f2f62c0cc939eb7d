//! Holidays of other countries, from the library `opening-hours`: it carries the dates of Nager.Date, 2000 to 2076, in
//! 30 KB. They come without names, and without the make-up days that some countries decree from year to year.

use base::Moment;
use domain::calendar::holidays::{self, Holidays, Problem, Wrong, note};
use opening_hours::localization::Country as Library;

/// Ours, not the library's: it lacks make-up days.
const CHINA: &str = "CN";
/// The first year that the library has whole.
const FIRST: i32 = 2000;

/// A country whose holidays are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Country {
    /// ISO 3166, two capitals.
    pub code: &'static str,
    /// Its English name; on screens `Intl.DisplayNames` has it in the reader's language.
    pub name: &'static str,
}

/// The countries, by their code.
pub fn all() -> Vec<Country> {
    Library::ALL
        .iter()
        .map(|country| Country {
            code: country.iso_code(),
            name: country.name(),
        })
        .collect()
}

/// The days off of a country (ISO 3166) in the years `first..=last`. Holidays only in parts of the country are left out
/// and reported; [`regional`] gives them. Mainland China's are [`holidays::chinese`].
pub fn of_country(code: &str, first: i32, last: i32) -> (Holidays, Vec<Problem>) {
    let mut problems = Vec::new();
    let code = code.trim().to_ascii_uppercase();
    let mut found = Holidays::new(&code);
    if code == CHINA {
        found = holidays::chinese().within(first, last);
    } else if let Ok(country) = code.parse::<Library>() {
        found.source = "Nager.Date".to_owned();
        let first = first.max(FIRST);
        for day in dates(country.holidays().get_public().iter(), first, last) {
            match found.put("", day, day, false) {
                Ok(()) => found.settle(day.parts().0),
                Err(what) => note(&mut problems, 0, what),
            }
        }
        match regional(&code, first, last).len() {
            0 => {}
            days => note(&mut problems, 0, Wrong::Regional { days }),
        }
    } else {
        let code = Wrong::cut(&code);
        note(&mut problems, 0, Wrong::Country { code });
        return (found, problems);
    }
    let day = |year: i32| Moment::ymd_hm(year.clamp(1900, 2199), 1, 1, 0, 0).unwrap_or_default();
    if first <= last {
        for years in found.unknown(day(first), day(last)) {
            let (first, last) = (years.first, years.last);
            note(&mut problems, 0, Wrong::Unknown { first, last });
        }
    }
    (found, problems)
}

/// Days in the years `first..=last` that are holidays only in parts of the country, ascending: for a person to choose
/// from. Great Britain's New Year's Day is one of them, since Scotland has two.
pub fn regional(code: &str, first: i32, last: i32) -> Vec<Moment> {
    let Ok(country) = code.trim().to_ascii_uppercase().parse::<Library>() else {
        return Vec::new();
    };
    let everywhere = country.holidays();
    let parts = country.holidays_regional();
    let days = parts
        .get_public()
        .iter()
        .filter(|day| !everywhere.get_public().contains(*day));
    dates(days, first, last)
}

/// Dates of the library's kind as ours.
fn dates(days: impl Iterator<Item: std::fmt::Display>, first: i32, last: i32) -> Vec<Moment> {
    days.filter_map(|day| day.to_string().parse::<Moment>().ok())
        .filter(|day| (first..=last).contains(&day.parts().0))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn off(code: &str, days: &[&str]) {
        let (holidays, _) = of_country(code, 2025, 2026);
        for day in days {
            let found = holidays.day(day.parse().unwrap());
            assert_eq!(found.map(|day| day.works), Some(false), "{code} {day}");
        }
        assert_eq!(holidays.years().collect::<Vec<_>>(), [2025, 2026], "{code}");
    }

    #[test]
    fn well_known_holidays_are_there() {
        off(
            "DE",
            &["2025-10-03", "2025-05-01", "2025-04-21", "2026-12-26"],
        );
        off("US", &["2025-11-27", "2025-07-04", "2026-01-19"]);
        off("FR", &["2025-07-14", "2026-05-14"]);
        off("GB", &["2025-12-26", "2025-04-18"]);
        off("JP", &["2025-05-05", "2026-02-11"]);
        off("de", &["2025-10-03"]);
    }

    #[test]
    fn a_common_day_is_no_holiday() {
        let (holidays, _) = of_country("DE", 2025, 2025);
        for day in ["2025-10-02", "2025-11-27", "2026-01-01"] {
            assert_eq!(holidays.day(day.parse().unwrap()), None, "{day}");
        }
    }

    #[test]
    fn holidays_of_parts_of_a_country_are_told_apart() {
        let new_year: Moment = "2025-01-01".parse().unwrap();
        let (holidays, problems) = of_country("GB", 2025, 2025);
        assert_eq!(holidays.day(new_year), None);
        let days = regional("GB", 2025, 2025);
        assert!(days.contains(&new_year));
        let what = Wrong::Regional { days: days.len() };
        assert_eq!(problems, [Problem { line: 0, what }]);
        assert_eq!(regional("??", 2025, 2025), []);
    }

    #[test]
    fn china_is_ours_with_its_make_up_days() {
        let (holidays, problems) = of_country("CN", 2025, 2027);
        let sunday = holidays.day("2025-01-26".parse().unwrap());
        assert_eq!(sunday.map(|day| day.works), Some(true));
        let (first, last) = (2027, 2027);
        let what = Wrong::Unknown { first, last };
        assert_eq!(problems, [Problem { line: 0, what }]);
    }

    #[test]
    fn a_country_or_year_that_is_not_known_is_told() {
        let (holidays, problems) = of_country("Atlantis", 2025, 2025);
        assert!(holidays.is_empty());
        assert!(matches!(problems[0].what, Wrong::Country { .. }));
        let (_, problems) = of_country("FR", 2076, i32::MAX);
        let (first, last) = (2077, 2199);
        assert_eq!(problems[0].what, Wrong::Unknown { first, last });
        assert_eq!(of_country("FR", 2026, 2025).1, []);
    }

    #[test]
    fn every_country_of_the_list_has_days() {
        let all = all();
        assert!(all.len() > 100);
        for country in all {
            let (holidays, _) = of_country(country.code, 2026, 2026);
            assert!(!holidays.is_empty(), "{}", country.code);
        }
    }
}
