//! Helpers of the tests of custom fields.

use base::{FieldId, OptionId, TaskId};
use doc::command::{Command, CustomFieldEdit as Edit, TaskEdit};
use doc::view::plan::PlanView;
use domain::plan::{CustomField, FieldKind, FieldOption, FieldValue, YesNo};

use super::task;

pub const WORDS: YesNo<'static> = YesNo {
    yes: "yes",
    no: "no",
};

pub fn id(n: u8) -> FieldId {
    FieldId::from_bytes([n; 8])
}

pub fn key(n: u8) -> OptionId {
    OptionId::from_bytes([n; 8])
}

pub fn field(n: u8, name: &str, kind: FieldKind) -> CustomField {
    CustomField::new(id(n), name.to_owned(), kind)
}

/// A choice with the options 1, 2, ... of these names.
pub fn choice(n: u8, name: &str, options: &[&str]) -> CustomField {
    let options = (1u8..).zip(options).map(|(n, name)| FieldOption {
        key: key(n),
        name: (*name).to_owned(),
        removed: false,
    });
    CustomField {
        options: options.collect(),
        ..field(n, name, FieldKind::Choice)
    }
}

pub fn add_field(field: CustomField, after: Option<u8>) -> Command {
    Command::AddField {
        field: Box::new(field),
        after: after.map(id),
    }
}

pub fn edit_field(n: u8, edit: Edit) -> Command {
    Command::EditField { id: id(n), edit }
}

pub fn put_value(task_n: u8, n: u8, kept: &str) -> Command {
    let value = (!kept.is_empty()).then(|| FieldValue::from_kept(kept));
    Command::EditTask {
        id: task(task_n),
        edit: TaskEdit::Custom(id(n), value),
    }
}

/// `name: 1=text 2=text`: the fields in order, with the values as they are shown.
pub fn shown(view: &PlanView) -> Vec<String> {
    let fields = view.plan.fields.iter();
    fields
        .map(|field| {
            let mut values: Vec<(TaskId, String)> = (field.values.iter())
                .map(|(task, value)| (*task, field.to_text(value, WORDS)))
                .collect();
            values.sort();
            let values = values.iter();
            let values = values.map(|(task, text)| format!(" {}={text}", task.as_bytes()[0]));
            format!("{}:{}", field.name, values.collect::<String>())
        })
        .collect()
}
