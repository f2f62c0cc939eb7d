//! Replicas of a form that work beside each other and exchange changes in any order come to one view, and nothing is lost.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use base::ChangeHash;
use common::Replica;
use common::form::*;
use doc::command::{Command, Done};
use doc::view::form::{FormPlace, FormView};
use domain::permission::DocumentKind;
use pack::value::Value;
use proptest::prelude::*;

const FIELDS: [&str; 3] = ["title", "owner", "more"];
const COLUMNS: [&str; 2] = ["item", "note"];

/// One step of a replica, interpreted by what it holds at that time.
#[derive(Debug, Clone)]
struct Step {
    replica: usize,
    what: u8,
    a: u8,
    b: u8,
}

/// An answer with a value that nobody else writes.
struct Edit {
    place: FormPlace,
    value: String,
    hash: ChangeHash,
    overwritten: bool,
    removed_knowing: bool,
}

/// What an undo would do, as far as edits are concerned.
enum What {
    Answer(FormPlace),
    Word(String),
    Other,
}

#[derive(Default)]
struct World {
    sites: Vec<Replica>,
    done: Vec<Vec<(Done, What)>>,
    edits: Vec<Edit>,
    rows: Vec<u32>,
    words: Vec<String>,
    next: u32,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0usize..3, 0u8..16, any::<u8>(), any::<u8>());
    let step = step.prop_map(|(replica, what, a, b)| Step {
        replica,
        what,
        a,
        b,
    });
    prop::collection::vec(step, 1..50)
}

fn standing(site: &mut Replica) -> Vec<u32> {
    let view = site.form().0;
    let rows = view.rows.get(&field("costs")).into_iter().flatten();
    rows.copied().map(number).collect()
}

fn removed(site: &mut Replica) -> Vec<u32> {
    site.form()
        .0
        .removed
        .iter()
        .map(|row| number(row.row))
        .collect()
}

fn pick(of: &[u32], by: u8) -> Option<u32> {
    of.get(usize::from(by).checked_rem(of.len())?).copied()
}

impl World {
    fn fresh(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    fn perform(&mut self, site: usize, command: Command, what: What) -> Option<ChangeHash> {
        let done = self.sites[site].perform(command);
        let hash = done.changes.first().map(|change| change.hash);
        if hash.is_some() {
            self.done[site].push((done, what));
        }
        hash
    }

    /// Marks what a site knows of, among the edits that `of` chooses.
    fn mark(&mut self, site: usize, of: impl Fn(&Edit) -> bool, mark: impl Fn(&mut Edit)) {
        for edit in self.edits.iter_mut().filter(|edit| of(edit)) {
            if self.sites[site].document.has(&edit.hash) {
                mark(edit);
            }
        }
    }

    fn answer(&mut self, site: usize, place: FormPlace) {
        let value = format!("value {}", self.fresh());
        let command = match &place {
            FormPlace::Answer(name) => answer(name.as_str(), text(&value)),
            FormPlace::Cell { row, column, .. } => {
                cell(number(*row), column.as_str(), text(&value))
            }
            _ => panic!("no answer"),
        };
        self.mark(site, |e| e.place == place, |e| e.overwritten = true);
        let hash = self.perform(site, command, What::Answer(place.clone()));
        self.edits.push(Edit {
            place,
            value,
            hash: hash.unwrap(),
            overwritten: false,
            removed_knowing: false,
        });
    }

    fn remove(&mut self, site: usize, n: u32) {
        if self.perform(site, remove_rows(&[n]), What::Other).is_some() {
            let in_row = |e: &Edit| e.place.row() == Some(row(n));
            self.mark(site, in_row, |e| e.removed_knowing = true);
        }
    }

    fn undo(&mut self, site: usize, by: u8) {
        let Some(at) = usize::from(by).checked_rem(self.done[site].len()) else {
            return;
        };
        let (done, what) = self.done[site].remove(at);
        let before = standing(&mut self.sites[site]);
        if self.sites[site].undo(&done).is_err() {
            return;
        }
        // who takes back that a row came back removes it, and knows what is in it
        let after = standing(&mut self.sites[site]);
        for n in before.into_iter().filter(|n| !after.contains(n)) {
            let in_row = |e: &Edit| e.place.row() == Some(row(n));
            self.mark(site, in_row, |e| e.removed_knowing = true);
        }
        match what {
            What::Answer(place) => {
                self.mark(site, |e| e.place == place, |e| e.overwritten = true);
            }
            What::Word(word) => self.words.retain(|other| *other != word),
            What::Other => {}
        }
    }

    fn step(&mut self, step: &Step) {
        let Step {
            replica: site,
            what,
            a,
            b,
        } = *step;
        let standing = standing(&mut self.sites[site]);
        let gone = removed(&mut self.sites[site]);
        let all: Vec<u32> = standing.iter().chain(&gone).copied().collect();
        match what {
            0..3 => self.answer(site, FormPlace::Answer(field(FIELDS[usize::from(a) % 3]))),
            3..6 => {
                let Some(n) = pick(&all, a) else { return };
                let place = FormPlace::Cell {
                    table: field("costs"),
                    row: row(n),
                    column: field(COLUMNS[usize::from(b) % 2]),
                };
                self.answer(site, place);
            }
            6 | 7 => {
                let after = pick(&all, a).filter(|_| b % 4 > 0);
                let n = self.fresh();
                self.rows.push(n);
                self.perform(site, rows(after, &[n]), What::Other);
            }
            8 => {
                if let Some(n) = pick(&standing, a) {
                    self.remove(site, n);
                }
            }
            9 => {
                if let Some(n) = pick(&gone, a) {
                    self.perform(site, restore_rows(&[n]), What::Other);
                }
            }
            10 => {
                if let Some(n) = pick(&all, a) {
                    let after = pick(&all, b).filter(|after| *after != n);
                    self.perform(site, move_row(n, after), What::Other);
                }
            }
            11 | 12 => {
                // a sign that no other word has: which of two same ones was meant, no difference of texts can tell
                let word = char::from_u32(0x4e00 + self.fresh()).unwrap().to_string();
                let view = self.sites[site].form().0;
                let before = match view.answers.get(&field("reason")) {
                    Some(Value::Text(text)) => text.clone(),
                    _ => String::new(),
                };
                let whole = match a % 2 {
                    0 => format!("{before}{word}"),
                    _ => format!("{word}{before}"),
                };
                self.words.push(word.clone());
                self.perform(site, prose("reason", &whole), What::Word(word));
            }
            13 => self.undo(site, a),
            _ => {
                let to = (site + 1 + usize::from(a) % 2) % 3;
                let changes = self.sites[site].document.changes_since(&[]);
                let mut bytes: Vec<Vec<u8>> = changes.into_iter().map(|c| c.bytes).collect();
                let len = bytes.len();
                for i in 0..len {
                    bytes.swap(i, (i * 7 + usize::from(b)) % len);
                }
                if b % 3 == 0 {
                    bytes.truncate(len.div_ceil(2));
                }
                self.sites[to].document.apply(&bytes).unwrap();
            }
        }
    }
}

fn values_of(view: &FormView, place: &FormPlace) -> Vec<String> {
    let shown = |value: Option<&Value>| match value {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let mut values = Vec::new();
    match place {
        FormPlace::Answer(field) => values.extend(shown(view.answers.get(field))),
        FormPlace::Cell { table, row, column } => {
            let at = view
                .rows
                .get(table)
                .and_then(|ids| ids.iter().position(|id| id == row));
            if let (Some(at), Some(Value::Table(rows))) = (at, view.answers.get(table)) {
                values.extend(shown(rows[at].get(column)));
            }
            let removed = view.removed.iter().filter(|removed| removed.row == *row);
            values.extend(removed.filter_map(|removed| shown(removed.answers.get(column))));
        }
        _ => {}
    }
    let conflicts = view
        .conflicts
        .iter()
        .filter(|conflict| conflict.place == *place);
    let written = conflicts.flat_map(|conflict| &conflict.values);
    values.extend(written.filter_map(|written| shown(written.value.as_ref())));
    values
}

fn run(steps: &[Step]) -> Result<(), TestCaseError> {
    let mut world = World::default();
    for n in 1..4 {
        world.sites.push(Replica::new(DocumentKind::Form, n));
        world.done.push(Vec::new());
    }
    world.sites[0].perform(begin(&["reason", "risks"]));
    world.rows = vec![1, 2, 3];
    world.next = 3;
    world.sites[0].perform(rows(None, &[1, 2, 3]));
    let first = world.sites[0].document.changes_since(&[]);
    let first: Vec<Vec<u8>> = first.into_iter().map(|c| c.bytes).collect();
    for site in &mut world.sites {
        site.document.apply(&first).unwrap();
    }
    for step in steps {
        world.step(step);
    }
    // all meet, one order and the other
    for (from, to) in [(0, 1), (1, 2), (2, 1), (2, 0)] {
        let changes = world.sites[from].document.changes_since(&[]);
        let bytes: Vec<Vec<u8>> = changes.into_iter().rev().map(|c| c.bytes).collect();
        world.sites[to].document.apply(&bytes).unwrap();
    }
    let view = world.sites[0].sound();
    for site in &mut world.sites {
        prop_assert_eq!(&site.sound(), &view);
    }
    let mut there = standing(&mut world.sites[0]);
    there.extend(removed(&mut world.sites[0]));
    there.sort_unstable();
    world.rows.sort_unstable();
    prop_assert_eq!(
        &there,
        &world.rows,
        "every row that was added is there once"
    );
    let typed = match view.answers.get(&field("reason")) {
        Some(Value::Text(text)) => text.clone(),
        _ => String::new(),
    };
    for word in &world.words {
        prop_assert!(typed.contains(word), "{} in {}", word, typed);
    }
    for edit in world.edits.iter().filter(|edit| !edit.overwritten) {
        let values = values_of(&view, &edit.place);
        prop_assert!(
            values.contains(&edit.value),
            "{:?} {}",
            edit.place,
            edit.value
        );
        let gone = view
            .removed
            .iter()
            .find(|gone| Some(gone.row) == edit.place.row());
        let Some(gone) = gone.filter(|_| !edit.removed_knowing) else {
            continue;
        };
        let beside = gone.edited_beside.iter();
        let mut told = beside.filter(|(place, _)| *place == edit.place);
        let value = Some(text(&edit.value));
        prop_assert!(
            told.any(|(_, w)| w.value == value),
            "told beside the removal"
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn replicas_of_a_form_come_together_and_nothing_is_lost(steps in steps()) {
        run(&steps)?;
    }
}

/// Who takes back that a row came back removes it, with what they know to be in it.
#[test]
fn taking_back_a_restored_row_removes_it_with_its_answers() {
    let step = |what, a| Step {
        replica: 0,
        what,
        a,
        b: 0,
    };
    run(&[
        step(8, 3),
        step(9, 0),
        step(0, 0),
        step(3, 3),
        step(13, 125),
    ])
    .unwrap();
}
