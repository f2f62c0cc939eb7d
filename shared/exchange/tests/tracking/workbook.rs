//! Workbooks of the OR-AS/Ghent University project database (as PMConverter writes them from ProTrack): baseline schedule,
//! resources, tracking periods, agenda. Read for tests.

use std::collections::BTreeMap;
use std::io::Cursor;

use base::{CalendarId, Minutes, Moment, TaskId};
use calamine::{Data, Reader, Xlsx};
use domain::calendar::{Calendar, Exception, Hours, WorkTime};
use domain::earned_value::{Accrual, Baseline, Budget, Planned, Reported, Rule, Share};
use domain::money::Money;

/// A sheet as rows by the names of their columns (the row that begins with "ID"), and what stands above.
struct Sheet {
    above: Vec<Vec<Data>>,
    rows: Vec<BTreeMap<String, Data>>,
}

fn sheet(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Sheet {
    let range = book.worksheet_range(name).unwrap();
    let all: Vec<Vec<Data>> = range.rows().map(<[Data]>::to_vec).collect();
    let header = all.iter().position(|row| row[0] == *"ID").unwrap_or(0);
    let names: Vec<String> = all[header].iter().map(Data::to_string).collect();
    let rows = all[header + 1..].iter().map(|row| {
        let mut cells = BTreeMap::new();
        for (name, cell) in names.iter().zip(row) {
            if *cell != Data::Empty {
                cells.entry(name.trim().to_owned()).or_insert(cell.clone());
            }
        }
        cells
    });
    Sheet {
        rows: rows.collect(),
        above: all[..header].to_vec(),
    }
}

/// A moment from Excel's days since 1899-12-30; stored with tiny errors, so to the nearest minute.
pub(super) fn from_serial(days: f64) -> Moment {
    Moment::from_minutes(((days - 25569.0) * 1440.0).round() as i64)
}

fn moment(cell: Option<&Data>) -> Option<Moment> {
    match cell? {
        Data::DateTime(at) => Some(from_serial(at.as_f64())),
        Data::Float(days) => Some(from_serial(*days)),
        _ => None,
    }
}

fn number(cell: Option<&Data>) -> f64 {
    match cell {
        Some(Data::Float(number)) => *number,
        Some(Data::Int(number)) => *number as f64,
        Some(Data::String(text)) => text.replace(',', ".").parse().unwrap_or(0.0),
        _ => 0.0,
    }
}

/// "60d", "5d 3h", "0": minutes of work.
fn duration(cell: Option<&Data>, day: Minutes) -> Minutes {
    let Some(Data::String(text)) = cell else {
        return (number(cell) * day as f64).round() as Minutes;
    };
    let part = |part: &str| {
        let digits = part.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit = match &part[digits.len()..] {
            "h" => 60.0,
            "m" | "min" => 1.0,
            _ => day as f64,
        };
        digits.replace(',', ".").parse::<f64>().unwrap() * unit
    };
    text.split_whitespace().map(part).sum::<f64>().round() as Minutes
}

/// 1, "100%", "65%".
fn percent(cell: Option<&Data>) -> f64 {
    match cell {
        Some(Data::String(text)) => {
            let number = text.trim_end_matches('%').replace(',', ".");
            let percent: f64 = number.trim().parse().unwrap();
            if text.ends_with('%') {
                percent
            } else {
                percent * 100.0
            }
        }
        cell => number(cell) * 100.0,
    }
}

fn money(units: f64) -> Money {
    Money::from_units(units).unwrap()
}

/// Working hours, working days, holidays.
fn agenda(book: &mut Xlsx<Cursor<&[u8]>>) -> Calendar {
    let range = book.worksheet_range("Agenda").unwrap();
    let yes = |row: &[Data], column: usize| row.get(column).is_some_and(|cell| *cell == *"Yes");
    let rows: Vec<&[Data]> = range.rows().skip(1).collect();
    let hours: Hours = (0..24)
        .filter(|hour| yes(rows[*hour], 1))
        .map(|hour| (hour as Minutes * 60, (hour as Minutes + 1) * 60))
        .collect();
    let week = std::array::from_fn(|day| match yes(rows[day], 4) {
        true => hours.clone(),
        false => Hours::new(),
    });
    let holidays = rows.iter().filter_map(|row| moment(row.get(6)));
    Calendar {
        name: "Agenda".to_owned(),
        week,
        exceptions: holidays
            .map(|day| Exception {
                name: String::new(),
                first: day,
                last: day,
                hours: Hours::new(),
            })
            .collect(),
    }
}

/// One tracking period as its sheet has it.
pub(super) struct Period {
    pub(super) name: String,
    pub(super) rows: Vec<Reported>,
}

/// A project of the database.
pub(super) struct Project {
    pub(super) baseline: Baseline,
    /// Names of activities, in the order of the file.
    pub(super) names: Vec<(TaskId, String)>,
    pub(super) periods: Vec<Period>,
}

pub(super) fn id(number: u64) -> TaskId {
    TaskId::from_bytes(number.to_be_bytes())
}

/// What resources cost: "team subcontractor[4,00 #8]; mason" for so many hours. Consumables are used once.
fn demand(text: &str, rates: &BTreeMap<String, (bool, f64, f64)>, hours: f64) -> (f64, f64) {
    let mut sums = (0.0, 0.0);
    for part in text
        .split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let (name, units) = match part.split_once('[') {
            Some((name, units)) => {
                let units = units.split([' ', ']']).next().unwrap();
                (name, units.replace(',', ".").parse::<f64>().unwrap())
            }
            None => (part, 1.0),
        };
        let (renewable, per_use, per_unit) = rates[name.trim()];
        sums.0 += units * per_use;
        match renewable {
            true => sums.1 += units * per_unit * hours,
            false => sums.0 += units * per_unit,
        }
    }
    sums
}

pub(super) fn read(bytes: &[u8]) -> Project {
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    let calendar = CalendarId::from_bytes([1; 8]);
    let agenda = agenda(&mut book);
    let work = WorkTime::new(&agenda);
    let day: Minutes = agenda.week[0].iter().map(|(from, to)| to - from).sum();
    let rates = (sheet(&mut book, "Resources").rows.iter())
        .filter_map(|row| {
            let renewable = *row.get("Type")? != *"Consumable";
            let cost = |name| number(row.get(name));
            let rate = (renewable, cost("Cost/Use"), cost("Cost/Unit"));
            Some((row.get("Name")?.to_string(), rate))
        })
        .collect();
    let mut by_wbs: BTreeMap<String, TaskId> = BTreeMap::new();
    let mut names = Vec::new();
    let mut tasks: Vec<Planned> = Vec::new();
    for row in sheet(&mut book, "Baseline Schedule").rows {
        let (Some(number_of), Some(wbs)) = (row.get("ID"), row.get("WBS")) else {
            continue;
        };
        let (number_of, wbs) = (number_of.to_string(), wbs.to_string());
        let number_of: u64 = number_of.parse().unwrap();
        let task = id(number_of);
        let parent = wbs
            .rsplit_once('.')
            .and_then(|(above, _)| by_wbs.get(above));
        let parent = parent.copied();
        by_wbs.insert(wbs, task);
        let Some(start) = moment(row.get("Baseline Start")) else {
            // a branch: its dates come from what lies under it
            let planned = Planned::new(task, base::time::RANGE.1, base::time::RANGE.0);
            tasks.push(Planned { parent, ..planned });
            continue;
        };
        let duration = duration(row.get("Duration"), day);
        let hours = duration as f64 / 60.0;
        let text = row.get("Resource Demand").map(Data::to_string);
        let (at_once, over_time) = demand(&text.unwrap_or_default(), &rates, hours);
        let variable = match number(row.get("Variable Cost")) {
            0.0 => number(row.get("Cost/Hour")) * hours,
            cost => cost,
        };
        names.push((task, row["Name"].to_string()));
        tasks.push(Planned {
            parent,
            // ProTrack: fixed cost counts when work begins, and is earned then
            budget: Budget {
                fixed: money(number(row.get("Fixed Cost")) + at_once),
                accrual: Accrual::Start,
                over_time: money(over_time + variable),
            },
            rule: Rule::AsPlanned,
            ..Planned::new(task, start, work.add(start, duration))
        });
    }
    span_branches(&mut tasks);
    let sheets = book.sheet_names();
    let periods = sheets.iter().filter(|name| {
        let last = name.rsplit(' ').next().unwrap_or(name);
        last.strip_prefix("TP")
            .is_some_and(|n| n.parse::<u32>().is_ok())
    });
    let periods = periods.map(|name| period(&sheet(&mut book, name), day));
    let periods = periods.collect();
    Project {
        baseline: Baseline {
            calendar: Some(calendar),
            calendars: vec![(calendar, agenda)],
            tasks,
        },
        names,
        periods,
    }
}

/// A branch starts with the first and finishes with the last of what lies under it.
fn span_branches(tasks: &mut [Planned]) {
    for at in (0..tasks.len()).rev() {
        let below = tasks[at].clone();
        if let Some(above) = tasks
            .iter_mut()
            .find(|task| Some(task.task) == below.parent)
        {
            above.start = above.start.min(below.start);
            above.finish = above.finish.max(below.finish);
        }
    }
}

fn period(sheet: &Sheet, day: Minutes) -> Period {
    let above = sheet.above.iter().flatten();
    let name = above.skip_while(|cell| **cell != *"TP Name").nth(1);
    let rows = sheet.rows.iter().filter_map(|row| {
        row.get("Percentage Completed")?;
        let task = id(row.get("ID")?.to_string().parse().ok()?);
        let worked = duration(row.get("Actual Duration"), day);
        let done = match row.get("Remaining Duration") {
            Some(left) => Share::worked(worked, duration(Some(left), day)),
            None => Share::percent(percent(row.get("Percentage Completed"))).unwrap(),
        };
        Some(Reported {
            actual_start: moment(row.get("Actual Start")),
            done: Some(done),
            actual_cost: money(number(row.get("Actual Cost"))),
            ..Reported::new(task)
        })
    });
    Period {
        name: name.map(Data::to_string).unwrap_or_default(),
        rows: rows.collect(),
    }
}
