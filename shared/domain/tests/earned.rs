//! Worked examples of textbooks and examinations: every printed figure, to its printed digits.
//!
//! A case names what it gives by the words of its source (columns of `rows`, fields of `in`, or the published figures
//! themselves); what it publishes and does not give is computed and compared.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::panic)]

#[path = "../../testdata.rs"]
mod testdata;

use std::collections::BTreeMap;

use base::{Moment, TaskId};
use domain::earned_value::{
    Baseline, Budget, Factor, Figures, Gauge, Method, Planned, Reported, Share, Status, Times,
};
use domain::money::Money;
use serde_json::Value;

/// What the words of sources mean.
const WORDS: [(&str, &[&str]); 25] = [
    (
        "PV",
        &["BCWS", "计划价值", "计划工作预算费用", "拟完工程计划投资"],
    ),
    (
        "EV",
        &["BCWP", "挣值", "已完工作预算费用", "已完工程计划投资"],
    ),
    (
        "AC",
        &["ACWP", "实际成本", "已完工作实际费用", "已完工程实际投资"],
    ),
    ("BAC", &["budget", "完工预算"]),
    ("pct", &["percent", "percent_complete", "%", "complete"]),
    ("SV", &["进度偏差"]),
    ("CV", &["成本偏差", "费用偏差"]),
    ("SPI", &["进度绩效指数"]),
    ("CPI", &["成本绩效指数", "费用绩效指数"]),
    ("SCI", &["CSI", "CR"]),
    ("SV%", &["SVP"]),
    ("CV%", &["CVP"]),
    ("EAC", &["EAC_CPI", "EAC(CPI)", "EAC_typical", "完工估算"]),
    ("EAC(1)", &["EAC_atypical", "EAC_budget", "EAC(PF=1)"]),
    ("EAC(SCI)", &["EAC_SCI", "EAC_CPI_SPI", "EAC(CPI*SPI)"]),
    ("EAC(SPI)", &["EAC_SPI"]),
    ("ETC", &["完工尚需估算"]),
    ("VAC", &["完工偏差"]),
    ("TCPI", &["TCPI_BAC"]),
    ("spent", &["percent_spent"]),
    ("PD", &["months", "weeks", "days", "duration", "SAC"]),
    ("AT", &["actual_time", "time_now"]),
    ("ES", &["earned_schedule"]),
    ("SPI(t)", &["SPIt", "SPI_t"]),
    ("time", &["EAC(t)", "EACt", "TEAC", "time_estimate"]),
];

fn meaning(word: &str) -> &str {
    let same = |other: &str| other.eq_ignore_ascii_case(word);
    let known = WORDS
        .iter()
        .find(|(name, others)| same(name) || others.iter().any(|other| same(other)));
    known.map_or(word, |(name, _)| name)
}

/// A printed figure: its value, and how many digits stand after its point.
#[derive(Clone, Copy, Debug)]
struct Printed {
    value: f64,
    digits: i32,
}

fn printed(value: &Value) -> Option<Printed> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let text = text.trim_start_matches(['≈', '约', '~', ' ']).to_owned();
    let (number, scale) = match text.strip_suffix('%') {
        Some(number) => (number.to_owned(), 2),
        None => (text, 0),
    };
    let digits = number.split_once('.').map_or(0, |(_, after)| after.len());
    let digits = if number.ends_with(".0") {
        0
    } else {
        digits as i32
    };
    let value: f64 = number.parse().ok()?;
    Some(Printed {
        value: value / 10f64.powi(scale),
        digits: digits + scale,
    })
}

impl Printed {
    /// Whether a value is printed like this: rounded half away from zero, to within what f64 can hold.
    fn is(self, value: f64) -> bool {
        self.by(f64::round, value)
    }

    /// Whether a value is printed like this where what comes after the last digit is cut off: sources do that too (Larson
    /// and Gray: 148 / 210 = 0.70476, printed 0.7047).
    fn is_cut(self, value: f64) -> bool {
        self.by(f64::trunc, value)
    }

    fn by(self, digits: fn(f64) -> f64, value: f64) -> bool {
        let scale = 10f64.powi(self.digits);
        let wanted = (self.value * scale).round();
        [value, value * (1.0 + 1e-12), value * (1.0 - 1e-12)]
            .into_iter()
            .any(|value| digits(value * scale) == wanted)
    }
}

fn money(units: f64) -> Money {
    Money::from_units(units).unwrap()
}

fn id(n: usize) -> TaskId {
    TaskId::from_bytes((n as u64).to_be_bytes())
}

/// Moments of days of work, from 1.
fn day(n: usize, hour: u32) -> Moment {
    let start = Moment::ymd_hm(2026, 1, 4, hour, 0).unwrap();
    start.plus(n as i64 * 24 * 60)
}

type Named = BTreeMap<String, f64>;

/// The numbers of a row by what they mean; a percentage of a whole as a part of 1.
fn named(row: &Value, columns: &Value) -> Named {
    let columns = columns.as_array().unwrap();
    let cells = row.as_array().unwrap().iter().zip(columns);
    cells
        .filter_map(|(cell, name)| Some((meaning(name.as_str()?).to_owned(), cell.as_f64()?)))
        .collect()
}

/// Rows that give a budget and a percentage are measured against a baseline: each row one day's work after the other
/// where the status says a day, else all of them planned to be done.
fn measured(rows: &[Named], status: Option<&str>) -> Figures {
    let at_day: usize = status.map_or(rows.len(), |text| {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        digits.parse().unwrap()
    });
    assert!(rows.len() <= 5 || status.is_none(), "days of one week only");
    let budget = |row: &Named| money(*row.get("BAC").or_else(|| row.get("PV")).unwrap());
    let percents = rows.iter().any(|row| row["pct"] > 1.0);
    let day_of = |n: usize| if status.is_some() { n + 1 } else { 1 };
    let tasks = rows.iter().enumerate().map(|(n, row)| Planned {
        budget: Budget::even(budget(row)),
        ..Planned::new(id(n), day(day_of(n), 8), day(day_of(n), 17))
    });
    let baseline = Baseline {
        tasks: tasks.collect(),
        ..Baseline::default()
    };
    let reports = rows.iter().enumerate().map(|(n, row)| Reported {
        actual_start: (row["pct"] > 0.0).then(|| day(day_of(n), 8)),
        done: Share::percent(row["pct"] * if percents { 1.0 } else { 100.0 }),
        actual_cost: money(row["AC"]),
        ..Reported::new(id(n))
    });
    let status = Status {
        at: day(at_day, 17),
        rows: reports.collect(),
    };
    let (gauge, problems) = Gauge::new(&baseline);
    assert_eq!(problems, []);
    let (measured, problems) = gauge.measure(&status);
    assert_eq!(problems, []);
    for (row, ours) in rows.iter().zip(&measured.rows) {
        if let Some(ev) = row.get("EV") {
            assert_eq!(ours.own.ev, money(*ev));
        }
    }
    measured.project
}

/// What a case gives.
fn given(case: &Value, published: &BTreeMap<String, Printed>) -> (Figures, Times) {
    let mut totals: Named = published
        .iter()
        .map(|(k, v)| (k.clone(), v.value))
        .collect();
    if let Some(input) = case.get("in") {
        for (name, value) in input.as_object().unwrap() {
            totals.insert(meaning(name).to_owned(), value.as_f64().unwrap());
        }
    }
    let total = |name: &str| totals.get(name).map_or(Money::ZERO, |units| money(*units));
    let mut figures = match case.get("rows") {
        None => Figures {
            pv: total("PV"),
            ev: total("EV"),
            ac: total("AC"),
            bac: total("BAC"),
        },
        Some(rows) => {
            let rows: Vec<Named> = (rows.as_array().unwrap().iter())
                .map(|row| named(row, &case["cols"]))
                .collect();
            if rows.iter().all(|row| row.contains_key("pct")) {
                measured(
                    &rows,
                    case.get("status").map(|status| status.as_str().unwrap()),
                )
            } else {
                let cell = |row: &Named, name: &str| {
                    row.get(name).map_or(Money::ZERO, |units| money(*units))
                };
                let rows = rows.iter().map(|row| Figures {
                    pv: cell(row, "PV"),
                    ev: cell(row, "EV"),
                    ac: cell(row, "AC"),
                    bac: cell(row, "BAC"),
                });
                rows.sum()
            }
        }
    };
    if figures.bac == Money::ZERO {
        figures.bac = total("BAC");
    }
    let time = |name: &str| totals.get(name).copied().unwrap_or(0.0);
    let times = Times {
        planned: time("PD"),
        actual: time("AT"),
        earned: time("ES"),
    };
    (figures, times)
}

/// A figure by its name; ETC and VAC from the EAC given.
fn figure(name: &str, of: &Figures, times: &Times, going_on: Option<Money>) -> Option<f64> {
    let eac = |factor| of.eac(factor, Some(times));
    Some(match name {
        "PV" => of.pv.units(),
        "EV" => of.ev.units(),
        "AC" => of.ac.units(),
        "BAC" => of.bac.units(),
        "SV" => of.sv().units(),
        "CV" => of.cv().units(),
        "SPI" => of.spi()?,
        "CPI" => of.cpi()?,
        "SCI" => of.sci()?,
        "SV%" => of.sv_part()?,
        "CV%" => of.cv_part()?,
        "pct" => of.complete()?,
        "spent" => of.spent()?,
        "EAC" => going_on?.units(),
        "EAC(1)" => eac(Factor::AsPlanned)?.units(),
        "EAC(SCI)" => eac(Factor::Sci)?.units(),
        "EAC(SPI)" => eac(Factor::Spi)?.units(),
        "ETC" => of.etc(going_on?).units(),
        "VAC" => of.vac(going_on?).units(),
        "TCPI" => of.tcpi()?,
        "SPI(t)" => times.spi_t()?,
        "time" => times.eac_t(Method::PlannedValue, Factor::Spi, of)?,
        "PD" => times.planned,
        "AT" => times.actual,
        "ES" => times.earned,
        _ => return None,
    })
}

/// "exact EAC=4480": where a source rounded on the way, what the figure is.
fn exact(caveat: &str) -> Option<(String, f64)> {
    let (name, rest) = caveat.split_once("exact ")?.1.split_once('=')?;
    let digits = |c: char| c.is_ascii_digit() || c == '.' || c == '-';
    let value: String = rest.chars().take_while(|c| digits(*c)).collect();
    Some((meaning(name.trim()).to_owned(), value.parse().ok()?))
}

#[test]
fn every_textbook_case_has_its_published_figures() {
    let Some(bytes) = testdata::read("schedule/evm.json") else {
        return;
    };
    let file: Value = serde_json::from_slice(&bytes).unwrap();
    let mut figures = 0;
    for case in file["cases"].as_array().unwrap() {
        let name = case["id"].as_str().unwrap();
        let published: BTreeMap<String, Printed> = (case["published"].as_object().unwrap().iter())
            .map(|(key, value)| {
                let value = printed(value).unwrap_or_else(|| panic!("{name}: {key} is {value}"));
                (meaning(key).to_owned(), value)
            })
            .collect();
        let (ours, times) = given(case, &published);
        let caveat = case.get("caveat").and_then(Value::as_str).unwrap_or("");
        // the source goes on with the CPI that it printed (BAC / CPI): with that one we come to its figures, and with
        // the exact one to the caveat's
        let rounds = exact(caveat).filter(|_| caveat.contains("rounds CPI"));
        let ours_eac = ours.eac(Factor::Cpi, None);
        let eac = match &rounds {
            Some(_) => Money::from_units(ours.bac.units() / published["CPI"].value),
            None => ours_eac,
        };
        for (key, printed) in &published {
            let value = figure(key, &ours, &times, eac)
                .unwrap_or_else(|| panic!("{name}: no figure for {key}"));
            if !printed.is(value) {
                let cut = printed.is_cut(value);
                assert!(cut, "{name}: {key} is {printed:?}, ours {value}");
                println!(
                    "{name}: {key} {value}, cut off in print to {}",
                    printed.value
                );
            }
            figures += 1;
        }
        if let Some((key, value)) = rounds {
            let ours = figure(&key, &ours, &times, ours_eac).unwrap();
            assert_eq!(ours, value, "{name}: exact {key}");
            println!("{name}: {key} {ours}, where the source rounds on the way ({caveat})");
        }
        println!("{name}: {} figures equal", published.len());
    }
    assert!(figures > 0);
}

/// Lipke 2003: EV of 450 lies a quarter of the way from the third month's 400 to the fourth's 600.
#[test]
fn earned_schedule_is_the_whole_periods_and_the_part_of_the_next() {
    use domain::earned_value::among;
    let planned = [100.0, 250.0, 400.0, 600.0, 700.0];
    assert_eq!(among(&planned, 450.0), Some(3.25));
    assert_eq!(among(&planned, 0.0), Some(0.0));
    assert_eq!(among(&planned, 50.0), Some(0.5));
    assert_eq!(among(&planned, 400.0), Some(3.0));
    assert_eq!(among(&planned, 700.0), Some(5.0));
    assert_eq!(among(&planned, 900.0), Some(5.0));
    assert_eq!(among(&planned, -1.0), Some(0.0));
    assert_eq!(among(&[], 1.0), None);
    assert_eq!(among(&planned, f64::NAN), None);
    assert_eq!(among(&[100.0, f64::INFINITY], 1.0), None);
}
