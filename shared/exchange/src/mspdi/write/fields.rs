//! Custom fields: changes of their names and values, in the fields of the program that they came from or that are free.

use domain::plan::{CustomField, Plan, Task};
use rustc_hash::FxHashSet;

use super::super::fields::Slot;
use super::deliverable;
use super::file::File;
use super::patch::{Edits, Patch, Xml};
use crate::xml::Element;

/// The order of what a field's definition says, as far as any is written here.
const ORDER: [&str; 8] = [
    "FieldID",
    "FieldName",
    "CFType",
    "Guid",
    "ElemType",
    "MaxMultiValues",
    "UserDef",
    "Alias",
];

/// The order of what a task says of a field, as MS Project writes it.
const VALUE: [&str; 3] = ["UID", "FieldID", "Value"];

/// A field of the plan, and where its values stand in the file.
struct Written<'a> {
    number: i64,
    slot: Slot,
    /// As the file has it; `None` where it did not have it.
    before: Option<&'a CustomField>,
    after: &'a CustomField,
}

/// The fields of a plan in a file.
pub(super) struct Fields<'a> {
    prefix: &'a str,
    written: Vec<Written<'a>>,
    /// Fields of the program whose values moved to another one, with the values that they had.
    left: Vec<(i64, &'a CustomField)>,
    /// Definitions that the file does not have.
    pub(super) definitions: String,
}

impl<'a> Fields<'a> {
    /// Finds a place for each field, and brings the names in the file up to date. What the plan does not have stays in
    /// the file as it is: it was removed here, or an import of earlier versions did not read it. `taken` are the numbers
    /// of the fields in which deliverables and names of baselines travel.
    pub(super) fn new(
        file: &'a File<'_>,
        plan: &'a Plan,
        taken: &[i64],
        edits: &mut Edits,
    ) -> Self {
        let mut fields = Self {
            prefix: &file.prefix,
            written: Vec::new(),
            left: Vec::new(),
            definitions: String::new(),
        };
        let mut used: FxHashSet<i64> = taken.iter().copied().collect();
        let mut known: Option<FxHashSet<i64>> = None;
        let of = |uid: Option<i64>| {
            let mut known = file.before.plan.fields.iter();
            known.find(|field| field.uid == uid && uid.is_some())
        };
        // those of the file keep their places before others get one
        let mut places: Vec<Option<i64>> = Vec::with_capacity(plan.fields.len());
        for field in &plan.fields {
            let number = of(field.uid).and(field.uid);
            let holds = |number: &i64| Slot::of(*number).is_some_and(|slot| holds(slot, field));
            places.push(number.filter(|n| holds(n) && used.insert(*n)));
        }
        for (field, place) in plan.fields.iter().zip(places) {
            let was = of(field.uid);
            if let Some(number) = place {
                fields.keep(file, number, was, field, edits);
                continue;
            }
            if let (Some(uid), Some(was)) = (field.uid, was)
                && used.insert(uid)
            {
                fields.left.push((uid, was));
                // no two fields of the program have one name
                rename(file, uid, None, edits);
            }
            // what was never filled in does not get into the file
            if !field.values.is_empty() {
                let in_file = known.get_or_insert_with(|| in_file(file.source));
                fields.place(field, in_file, &mut used);
            }
        }
        fields
    }

    fn keep(
        &mut self,
        file: &File<'_>,
        number: i64,
        before: Option<&'a CustomField>,
        after: &'a CustomField,
        edits: &mut Edits,
    ) {
        if before.is_some_and(|before| before.name != after.name) {
            rename(file, number, Some(&after.name), edits);
        }
        self.written.extend(Slot::of(number).map(|slot| Written {
            number,
            slot,
            before,
            after,
        }));
    }

    /// Gives a field the first place that is free; without one it stays out of the file.
    fn place(
        &mut self,
        after: &'a CustomField,
        in_file: &FxHashSet<i64>,
        used: &mut FxHashSet<i64>,
    ) {
        let mut slots = vec![Slot::for_kind(&after.kind), Slot::Text];
        slots.retain(|slot| holds(*slot, after));
        let all = slots.into_iter().flat_map(|slot| {
            let all = slot.all();
            all.map(move |(number, name)| (slot, number, name))
        });
        for (slot, number, name) in all {
            if in_file.contains(&number) || !used.insert(number) {
                continue;
            }
            let mut xml = Xml::new(self.prefix, 2);
            xml.open("ExtendedAttribute");
            xml.leaf("FieldID", &number.to_string());
            xml.leaf("FieldName", &name);
            xml.leaf("Alias", &after.name);
            xml.close("ExtendedAttribute");
            self.definitions.push_str("\n\t\t");
            self.definitions.push_str(&xml.finish());
            self.written.push(Written {
                number,
                slot,
                before: None,
                after,
            });
            return;
        }
    }

    /// The values of a task that the file does not have.
    pub(super) fn values(&self, task: &Task) -> impl Iterator<Item = String> {
        self.written.iter().filter_map(move |field| {
            let text = field
                .slot
                .write(field.after, field.after.values.get(&task.id)?)?;
            Some(self.value(field.number, &text))
        })
    }

    fn value(&self, number: i64, text: &str) -> String {
        deliverable::value(self.prefix, &number.to_string(), text)
    }

    /// Puts the values of a task that changed in the place of those that it has.
    pub(super) fn change(
        &self,
        patch: &mut Patch<'_>,
        (source, element): (&str, &Element),
        was: Option<&Task>,
        is: Option<&Task>,
    ) {
        let there = |number: i64| {
            let number = number.to_string();
            let all = element.all("ExtendedAttribute");
            all.filter(move |of| of.text("FieldID") == Some(&number))
        };
        let remove = |patch: &mut Patch<'_>, number: i64| {
            for there in there(number) {
                patch.remove(there.span.clone());
            }
        };
        let text = |slot: Slot, field: Option<&CustomField>, task: Option<&Task>| {
            let field = field?;
            slot.write(field, field.values.get(&task?.id)?)
        };
        for field in &self.written {
            let before = text(field.slot, field.before, was);
            let after = text(field.slot, Some(field.after), is);
            if before == after {
                continue;
            }
            // of several the last counts
            match (there(field.number).last(), after) {
                (Some(there), Some(after)) => {
                    let mut value = Patch::of(source, self.prefix, &VALUE, there);
                    value.set("Value", Some(&after));
                    patch.within(value.edits());
                }
                (None, Some(after)) => {
                    patch.add("ExtendedAttribute", &self.value(field.number, &after));
                }
                (_, None) => remove(patch, field.number),
            }
        }
        for (number, field) in &self.left {
            if was.is_some_and(|was| field.values.contains_key(&was.id)) {
                remove(patch, *number);
            }
        }
    }
}

/// Gives a field of the file another name, or none.
fn rename(file: &File<'_>, number: i64, name: Option<&str>, edits: &mut Edits) {
    let text = number.to_string();
    let mut definitions = file.members("ExtendedAttributes").iter();
    if let Some(definition) = definitions.find(|of| of.text("FieldID") == Some(&text)) {
        let mut patch = Patch::of(file.source, &file.prefix, &ORDER, definition);
        patch.set("Alias", name);
        edits.append(patch.edits());
    }
}

/// The numbers of fields that a file names anywhere.
fn in_file(source: &str) -> FxHashSet<i64> {
    let places = source.match_indices("FieldID>");
    let numbers = places.filter_map(|(at, mark)| {
        let text = source.get(at + mark.len()..)?;
        text.split('<').next()?.trim().parse().ok()
    });
    numbers.collect()
}

/// Whether a field belongs into such a one of the program: what it is, and every value of it.
fn holds(slot: Slot, field: &CustomField) -> bool {
    (slot == Slot::Text || slot == Slot::for_kind(&field.kind)) && slot.holds(field)
}
