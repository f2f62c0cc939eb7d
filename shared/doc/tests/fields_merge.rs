//! Custom fields of replicas that work beside each other: all come to one view, and no value is lost.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use base::{FieldId, OptionId, TaskId};
use common::*;
use doc::command::{Command, CustomFieldEdit, Done, TaskEdit, perform};
use doc::undo::undo;
use doc::view::plan::{PlanReader, PlanView, Subject};
use doc::{Document, RawChange};
use domain::permission::DocumentKind;
use domain::plan::{CustomField, FieldKind, FieldOption, FieldValue};
use proptest::prelude::*;

/// One step of a replica, interpreted by what it holds at that time.
#[derive(Debug, Clone)]
struct Step {
    replica: usize,
    what: u8,
    a: u8,
    b: u8,
}

/// A value that somebody wrote, and nobody else.
struct Wrote {
    task: TaskId,
    field: FieldId,
    value: String,
    hash: base::ChangeHash,
    overwritten: bool,
}

struct Site {
    plan: Document,
    reader: PlanReader,
    done: Vec<(Done, Option<(TaskId, FieldId)>)>,
}

impl Site {
    fn new(n: u8) -> Self {
        Self {
            plan: Document::new(DocumentKind::Plan, [n; 16]),
            reader: PlanReader::default(),
            done: Vec::new(),
        }
    }

    fn view(&mut self) -> PlanView {
        self.reader.read(&mut self.plan, None)
    }

    fn fresh_view(&mut self) -> PlanView {
        let bytes = self.plan.save();
        let kind = DocumentKind::Plan;
        let mut plan = Document::load::<Vec<u8>>(kind, Some(&bytes), &[], [99; 16]).unwrap();
        PlanReader::default().read(&mut plan, None)
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0usize..3, 0u8..26, any::<u8>(), any::<u8>());
    let step = step.prop_map(|(replica, what, a, b)| Step {
        replica,
        what,
        a,
        b,
    });
    prop::collection::vec(step, 1..60)
}

fn exchange(from: &mut Document, to: &mut Document, part: u8) {
    let changes: Vec<RawChange> = from.changes_since(&[]);
    let keep = changes.len() - changes.len() * usize::from(part % 4) / 6;
    let bytes: Vec<Vec<u8>> = changes.into_iter().map(|c| c.bytes).collect();
    to.apply(&bytes[..keep]).unwrap();
}

const KINDS: [FieldKind; 7] = [
    FieldKind::Text,
    FieldKind::Number,
    FieldKind::Money,
    FieldKind::Date,
    FieldKind::YesNo,
    FieldKind::Choice,
    FieldKind::Person,
];

fn command(step: &Step, n: usize, view: &PlanView) -> Option<Command> {
    let any = |list: &[CustomField], n: u8| -> Option<FieldId> {
        list.get(usize::from(n) % list.len().max(1)).map(|f| f.id)
    };
    // removed ones are written too
    let field = match step.b % 5 {
        0 => any(&view.removed_fields, step.a).or_else(|| any(&view.plan.fields, step.a)),
        _ => any(&view.plan.fields, step.a),
    };
    let all = view.plan.fields.iter().chain(&view.removed_fields);
    let of = |id: FieldId| all.clone().find(|f| f.id == id);
    let option = |id: FieldId, n: u8| -> Option<OptionId> {
        let options = &of(id)?.options;
        options
            .get(usize::from(n) % options.len().max(1))
            .map(|o| o.key)
    };
    let fresh = [step.replica as u8, n as u8, 3, 3, 3, 3, 3, 3];
    let kind = KINDS[usize::from(step.b) % 7].clone();
    let text = n.to_string();
    Some(match step.what {
        0..=2 => {
            let mut made = CustomField::new(FieldId::from_bytes(fresh), text.clone(), kind);
            made.options.push(FieldOption {
                key: OptionId::from_bytes(fresh),
                name: text,
                removed: false,
            });
            Command::AddField {
                field: Box::new(made),
                after: any(&view.plan.fields, step.a).filter(|_| step.b > 90),
            }
        }
        3..=10 => {
            let id = field?;
            // a value that nobody else writes, of whatever kind
            let value = match step.b % 3 {
                0 => FieldValue::from_kept(&format!("n:{n}")),
                1 => FieldValue::from_kept(&format!("newer:{n}")),
                _ => FieldValue::Text(text),
            };
            Command::EditTask {
                id: view.plan.tasks.get(usize::from(step.b) % 4)?.id,
                edit: TaskEdit::Custom(id, Some(value)),
            }
        }
        11..=15 => {
            use CustomFieldEdit as E;
            let id = field?;
            let edit = match step.what {
                11 => E::Name(text),
                12 => E::Kind(kind),
                13 => E::AddOption {
                    key: OptionId::from_bytes(fresh),
                    name: text,
                    after: None,
                },
                14 => E::RenameOption {
                    key: option(id, step.b)?,
                    name: text,
                },
                _ => E::RemoveOption(option(id, step.b)?),
            };
            Command::EditField { id, edit }
        }
        16 => Command::RemoveField { id: field? },
        17 => Command::RestoreField {
            id: any(&view.removed_fields, step.a)?,
        },
        18 => Command::MoveField {
            id: field?,
            after: any(&view.plan.fields, step.b),
        },
        20 => Command::RemoveTasks {
            ids: vec![view.plan.tasks.get(usize::from(step.a) % 4)?.id],
        },
        21 => Command::RestoreTasks {
            ids: vec![view.removed.first()?.task],
        },
        _ => return None,
    })
}

fn run(steps: &[Step]) -> Result<(), TestCaseError> {
    let mut sites = [Site::new(1), Site::new(2), Site::new(3)];
    let mut wrote: Vec<Wrote> = Vec::new();
    for n in 1..=4 {
        perform(&mut sites[0].plan, &add(n, None, None), at(1, 0)).unwrap();
    }
    for other in [1, 2] {
        let [from, to] = sites.get_disjoint_mut([0, other]).unwrap();
        exchange(&mut from.plan, &mut to.plan, 0);
    }
    for (n, step) in steps.iter().enumerate() {
        let author = at(step.replica as u8 + 1, n as i64);
        if step.what >= 22 {
            let other = (step.replica + 1 + usize::from(step.b) % 2) % 3;
            let [from, to] = sites.get_disjoint_mut([step.replica, other]).unwrap();
            exchange(&mut from.plan, &mut to.plan, step.a);
            prop_assert_eq!(to.view(), to.fresh_view());
            continue;
        }
        let site = &mut sites[step.replica];
        let known = |site: &mut Site, wrote: &Wrote| site.plan.has(&wrote.hash);
        if step.what == 19 {
            let Some((done, place)) = site.done.pop() else {
                continue;
            };
            if undo(&mut site.plan, &done.undo, author).is_ok() {
                for wrote in &mut wrote {
                    wrote.overwritten |=
                        place == Some((wrote.task, wrote.field)) && known(site, wrote);
                }
            }
            prop_assert_eq!(site.view(), site.fresh_view());
            continue;
        }
        let view = site.view();
        let Some(command) = command(step, n, &view) else {
            continue;
        };
        let Ok(done) = perform(&mut site.plan, &command, author) else {
            continue;
        };
        let mut place = None;
        if let Command::EditTask {
            id: task,
            edit: TaskEdit::Custom(field, Some(value)),
        } = command
            && let Some(change) = done.changes.first()
        {
            place = Some((task, field));
            for earlier in &mut wrote {
                earlier.overwritten |=
                    (earlier.task, earlier.field) == (task, field) && known(site, earlier);
            }
            wrote.push(Wrote {
                task,
                field,
                value: value.to_string(),
                hash: change.hash,
                overwritten: false,
            });
        }
        site.done.push((done, place));
        prop_assert_eq!(site.view(), site.fresh_view());
    }
    // everybody gets everything
    for _ in 0..2 {
        for (from, to) in [(0, 1), (1, 2), (2, 0), (1, 0), (2, 1), (0, 2)] {
            let [from, to] = sites.get_disjoint_mut([from, to]).unwrap();
            exchange(&mut from.plan, &mut to.plan, 0);
        }
    }
    let [a, b, c] = &mut sites;
    let view = a.view();
    prop_assert_eq!(&view, &b.view());
    prop_assert_eq!(&view, &c.view());
    prop_assert_eq!(&view, &a.fresh_view());
    // what was removed comes back with its values
    for removed in &view.removed {
        let ids = vec![removed.task];
        perform(&mut a.plan, &Command::RestoreTasks { ids }, at(1, 999)).unwrap();
    }
    for field in &a.view().removed_fields {
        let restore = Command::RestoreField { id: field.id };
        perform(&mut a.plan, &restore, at(1, 999)).unwrap();
    }
    let back = a.view();
    prop_assert_eq!(&back, &a.fresh_view());
    prop_assert!(back.removed_fields.is_empty());
    for wrote in &wrote {
        let field = back.plan.fields.iter().find(|f| f.id == wrote.field);
        let value = field.and_then(|f| f.values.get(&wrote.task));
        let stands = value.is_some_and(|value| value.to_string() == wrote.value);
        let name = format!("x/{}", wrote.field);
        let in_conflict = back.conflicts.iter().any(|conflict| {
            conflict.subject == Subject::Task(wrote.task)
                && conflict.field == name
                && conflict.values.iter().any(|v| v.value == wrote.value)
        });
        prop_assert!(
            wrote.overwritten || stands || in_conflict,
            "lost: {} of {}",
            wrote.value,
            wrote.task
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn fields_of_replicas_come_together_and_no_value_is_lost(steps in steps()) {
        run(&steps)?;
    }
}
