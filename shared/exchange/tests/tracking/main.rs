//! Real projects of the OR-AS/Ghent University database: from baseline and tracking periods to the earned-value figures
//! that were published for them.
//!
//! Amounts were published in single precision (779169.1875), so that a sum of fifty of them carries an error of a few
//! units of its last binary place: they are compared to 2 parts in 2^23. Percentages are whole numbers, dates and times whole
//! hours: they are compared as printed.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::panic,
    clippy::disallowed_methods
)]

mod house;
#[path = "../../../testdata.rs"]
mod testdata;
mod workbook;

use std::collections::BTreeMap;

use base::Minutes;
use domain::earned_value::{
    Baseline, Budget, Factor, Figures, Gauge, Measured, Method, Problem, Reading, Reported, Rule,
    Status, Times,
};
use domain::money::Money;
use workbook::{Project, from_serial};

/// A row of figures by their columns.
type Published = BTreeMap<String, String>;

/// Workbooks with the table published for each: `NAME-...-tracking.xlsx` and `NAME-expected-evm.csv`.
fn projects() -> Vec<(String, Project, Vec<Published>)> {
    let folder = testdata::folder().join("plans");
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("skipped: no test data at {}", folder.display());
        return Vec::new();
    };
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    let mut found = Vec::new();
    for table in &names {
        let Some(name) = table.strip_suffix("-expected-evm.csv") else {
            continue;
        };
        let book = names
            .iter()
            .find(|book| book.starts_with(name) && book.ends_with("tracking.xlsx"));
        let Some(book) = book.and_then(|book| testdata::read(&format!("plans/{book}"))) else {
            println!("skipped: no workbook for {table}");
            continue;
        };
        let bytes = testdata::read(&format!("plans/{table}")).unwrap();
        let rows = csv::Reader::from_reader(bytes.as_slice());
        let rows = rows.into_deserialize().map(Result::unwrap).collect();
        found.push((name.to_owned(), workbook::read(&book), rows));
    }
    found
}

/// The reports of a period: the sheet's, and where there are more published rows than sheets the last sheet's.
fn reports(name: &str, project: &Project, at: usize, as_published: bool) -> Vec<Reported> {
    let last = project.periods.len() - 1;
    let mut rows = project.periods[at.min(last)].rows.clone();
    if name == "house" && as_published {
        let next = &project.periods[(at + 1).min(last)].rows;
        house::as_published(at + 1, &mut rows, next);
    }
    rows
}

/// The cost estimates by their column.
const COSTS: [(&str, Factor); 8] = [
    ("EAC (PF=1)", Factor::AsPlanned),
    ("EAC (PF=CPI)", Factor::Cpi),
    ("EAC (PF=SPI)", Factor::Spi),
    ("EAC (PF=SPI(t))", Factor::SpiT),
    ("EAC (PF=SCI)", Factor::Sci),
    ("EAC (PF=SCI(t))", Factor::SciT),
    (
        "EAC (PF=0.8*CPI+0.2*SPI)",
        Factor::Weighted { cpi: 0.8, spi: 0.2 },
    ),
    (
        "EAC (PF=0.8*CPI+0.2*SPI(t))",
        Factor::WeightedT {
            cpi: 0.8,
            spi_t: 0.2,
        },
    ),
];

/// The estimates of time by their column.
const ENDS: [(&str, Method, Factor); 9] = [
    ("EAC(t)-PV (PF=1)", Method::PlannedValue, Factor::AsPlanned),
    ("EAC(t)-PV (PF=SPI)", Method::PlannedValue, Factor::Spi),
    ("EAC(t)-PV (PF=SCI)", Method::PlannedValue, Factor::Sci),
    (
        "EAC(t)-ED (PF=1)",
        Method::EarnedDuration,
        Factor::AsPlanned,
    ),
    ("EAC(t)-ED (PF=SPI)", Method::EarnedDuration, Factor::Spi),
    ("EAC(t)-ED (PF=SCI)", Method::EarnedDuration, Factor::Sci),
    (
        "EAC(t)-ES (PF=1)",
        Method::EarnedSchedule,
        Factor::AsPlanned,
    ),
    (
        "EAC(t)-ES (PF=SPI(t))",
        Method::EarnedSchedule,
        Factor::SpiT,
    ),
    (
        "EAC(t)-ES (PF=SCI(t))",
        Method::EarnedSchedule,
        Factor::SciT,
    ),
];

struct Check<'a> {
    row: &'a Published,
    wrong: Vec<String>,
    equal: usize,
}

impl Check<'_> {
    fn note(&mut self, column: &str, equal: bool, ours: impl std::fmt::Display) {
        match equal {
            true => self.equal += 1,
            false => self.wrong.push(format!(
                "{column}: {} published, ours {ours}",
                self.row[column]
            )),
        }
    }

    /// An amount; `size` is the largest of what it is made of, where that is larger.
    fn amount(&mut self, column: &str, ours: Money, size: Money) {
        let published: f64 = self.row[column].parse().unwrap();
        let size = size.units().abs().max(published.abs());
        let apart = (published - ours.units()).abs();
        self.note(column, apart <= size * 2.0 / f64::from(1 << 23), ours);
    }

    fn percent(&mut self, column: &str, ours: Option<f64>) {
        let ours = ours.map_or("-".to_owned(), |part| {
            format!("{}%", (part * 100.0).round())
        });
        self.note(column, ours == self.row[column], &ours);
    }

    /// A number of whole hours after the planned start, published as a date.
    fn date(&mut self, column: &str, gauge: &Gauge, minutes: Option<f64>) {
        let published = from_serial(self.row[column].parse().unwrap());
        let hours = minutes.map(|minutes| (minutes / 60.0).round() * 60.0);
        let ours = hours.and_then(|minutes| gauge.date(None, minutes));
        self.note(column, ours == Some(published), format!("{ours:?}"));
    }

    fn all(&mut self, gauge: &Gauge, measured: &Measured, day: Minutes) {
        let of = &measured.project;
        let times = gauge.times(measured, None, Reading::HOURS).unwrap();
        self.amount("Planned Value (PV)", of.pv, of.pv);
        self.amount("Earned Value (EV)", of.ev, of.ev);
        self.amount("Actual Cost (AC)", of.ac, of.ac);
        self.amount("Schedule Variance (SV)", of.sv(), of.pv.max(of.ev));
        self.amount("Cost Variance (CV)", of.cv(), of.ac.max(of.ev));
        self.percent("Schedule Performance Index (SPI)", of.spi());
        self.percent("Cost Performance Index (CPI)", of.cpi());
        self.percent("Schedule Performance Index (SPI(t))", times.spi_t());
        self.percent("p-factor", gauge.adherence(measured, None, times.earned));
        self.date("Earned Schedule (ES)", gauge, Some(times.earned));
        let late = days_and_hours(times.sv_t(), day);
        let column = "Schedule Variance (SV(t))";
        self.note(column, late == self.row[column], &late);
        for (column, factor) in COSTS {
            let eac = of.eac(factor, Some(&times)).unwrap();
            self.amount(column, eac, eac);
        }
        for (column, method, factor) in ENDS {
            self.date(column, gauge, times.eac_t(method, factor, of));
        }
    }
}

/// "-39d 7h".
fn days_and_hours(minutes: f64, day: Minutes) -> String {
    let hours = (minutes / 60.0).round() as i64;
    let (days, left) = (hours.abs() / (day / 60), hours.abs() % (day / 60));
    let sign = if hours < 0 { "-" } else { "" };
    match (days, left) {
        (0, 0) => "0".to_owned(),
        (0, left) => format!("{sign}{left}h"),
        (days, 0) => format!("{sign}{days}d"),
        (days, left) => format!("{sign}{days}d {left}h"),
    }
}

#[test]
fn tracking_periods_of_real_projects_give_the_published_figures() {
    for (name, project, rows) in projects() {
        let (gauge, problems) = Gauge::new(&project.baseline);
        assert_eq!(problems, [], "{name}");
        let day: Minutes = project.baseline.calendars[0].1.week[0]
            .iter()
            .map(|(from, to)| to - from)
            .sum();
        let mut wrong = Vec::new();
        let mut equal = 0;
        for (at, row) in rows.iter().enumerate() {
            let status = |as_published| Status {
                at: from_serial(row["Status date"].parse().unwrap()),
                rows: reports(&name, &project, at, as_published),
            };
            let (measured, problems) = gauge.measure(&status(true));
            let unsound = |problem: &&Problem| !matches!(problem, Problem::AfterDataDate { .. });
            assert_eq!(problems.iter().find(unsound), None, "{name}");
            let mut check = Check {
                row,
                wrong: Vec::new(),
                equal: 0,
            };
            check.all(&gauge, &measured, day);
            equal += check.equal;
            wrong.extend(
                check
                    .wrong
                    .iter()
                    .map(|text| format!("{}: {text}", row["Name"])),
            );
            let by_sheet = gauge.measure(&status(false)).0.project;
            if by_sheet != measured.project {
                println!(
                    "{name}, {}: EV {} and AC {} by the sheet alone, {} and {} as published",
                    row["Name"],
                    by_sheet.ev,
                    by_sheet.ac,
                    row["Earned Value (EV)"],
                    row["Actual Cost (AC)"]
                );
            }
        }
        let periods = project.periods.len();
        println!(
            "{name}: {} rows, {periods} periods, {equal} figures equal",
            rows.len()
        );
        assert!(wrong.is_empty(), "{name}: {wrong:#?}");
        for (period, row) in project.periods.iter().zip(&rows) {
            let plain = |text: &str| text.replace(' ', "").to_lowercase();
            assert_eq!(plain(&period.name), plain(&row["Name"]));
        }
    }
}

/// The derived columns again, from the published sums alone: PV, EV, AC and the earned schedule of each row.
#[test]
fn published_sums_give_the_published_indices_and_estimates() {
    for (name, project, rows) in projects() {
        let (gauge, _) = Gauge::new(&project.baseline);
        let (start, finish) = gauge.span(None).unwrap();
        // ProTrack's own sum of the budgets: what is earned when all is done
        let bac = rows
            .last()
            .and_then(|row| row["Earned Value (EV)"].parse().ok());
        let bac = bac.and_then(Money::from_units).unwrap();
        let work = domain::calendar::WorkTime::new(&project.baseline.calendars[0].1);
        for row in &rows {
            let number = |column: &str| -> f64 { row[column].parse().unwrap() };
            let money = |column: &str| Money::from_units(number(column)).unwrap();
            let since = |column: &str| work.between(start, from_serial(number(column))) as f64;
            let of = Figures {
                pv: money("Planned Value (PV)"),
                ev: money("Earned Value (EV)"),
                ac: money("Actual Cost (AC)"),
                bac,
            };
            let times = Times {
                planned: work.between(start, finish) as f64,
                actual: since("Status date"),
                earned: since("Earned Schedule (ES)"),
            };
            let mut check = Check {
                row,
                wrong: Vec::new(),
                equal: 0,
            };
            check.percent("Schedule Performance Index (SPI)", of.spi());
            check.percent("Cost Performance Index (CPI)", of.cpi());
            check.percent("Schedule Performance Index (SPI(t))", times.spi_t());
            check.amount("Schedule Variance (SV)", of.sv(), Money::ZERO);
            check.amount("Cost Variance (CV)", of.cv(), Money::ZERO);
            for (column, factor) in COSTS {
                let eac = of.eac(factor, Some(&times)).unwrap();
                check.amount(column, eac, eac);
            }
            for (column, method, factor) in ENDS {
                check.date(column, &gauge, times.eac_t(method, factor, &of));
            }
            assert!(check.wrong.is_empty(), "{name}: {:#?}", check.wrong);
        }
    }
}

/// The same project as MS Project XML: its schedule, frozen as a baseline, plans the same values.
#[test]
fn a_baseline_made_from_a_read_plan_plans_the_same_values() {
    let Some(file) = testdata::read("plans/house-claeys-verhelst.xml") else {
        return;
    };
    let Some((_, project, rows)) = projects().into_iter().find(|(name, ..)| name == "house") else {
        return;
    };
    let mut next = 0u64;
    let mut new_id = || {
        next += 1;
        next
    };
    let plan = exchange::mspdi::read(&file, &mut new_id).unwrap().plan;
    let (schedule, _) = domain::schedule::schedule(&plan);
    // the file keeps the order of the workbook
    let mut planned = project
        .baseline
        .tasks
        .iter()
        .filter(|planned| project.names.iter().any(|(task, _)| *task == planned.task));
    let summaries: Vec<_> = plan.tasks.iter().filter_map(|task| task.parent).collect();
    let baseline = Baseline::of(&plan, &schedule, |task| {
        match summaries.contains(&task.id) {
            true => (Budget::default(), Rule::Percent),
            false => {
                let planned = planned.next().unwrap();
                let (_, name) = (project.names.iter())
                    .find(|(known, _)| *known == planned.task)
                    .unwrap();
                assert_eq!(*name, task.name);
                (planned.budget, Rule::AsPlanned)
            }
        }
    });
    let (ours, problems) = Gauge::new(&baseline);
    assert_eq!(problems, []);
    let (theirs, _) = Gauge::new(&project.baseline);
    assert_eq!(ours.budget(None), theirs.budget(None));
    assert_eq!(ours.span(None), theirs.span(None));
    for row in &rows {
        let at = from_serial(row["Status date"].parse().unwrap());
        assert_eq!(ours.value(None, at), theirs.value(None, at));
    }
}
