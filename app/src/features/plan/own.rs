//! Cells of custom fields: values as text, and typed text as values. Pure.

use shared::base::{FieldId, Moment, TaskId};
use shared::doc::command::TaskEdit;
use shared::domain::plan::{CustomField, FieldKind, FieldProblem, FieldValue, YesNo};

use super::edit::Style;
use super::model::Model;
use crate::ui::dates::{self, Lang};
use crate::ui::money;

/// Yes and no in a language.
pub(crate) fn yes_no(lang: Lang) -> YesNo<'static> {
    match lang {
        Lang::En => YesNo {
            yes: "Yes",
            no: "No",
        },
        Lang::Zh => YesNo {
            yes: "是",
            no: "否",
        },
    }
}

fn found(model: &Model, id: FieldId, task: TaskId) -> Option<(&CustomField, &FieldValue)> {
    let field = model.own_field(id)?;
    Some((field, field.values.get(&task)?))
}

/// What a cell shows; empty where the task has no value.
pub(crate) fn shown(model: &Model, id: FieldId, task: TaskId, style: Style<'_>) -> String {
    let Some((field, value)) = found(model, id, task) else {
        return String::new();
    };
    match value {
        FieldValue::Money(amount) => money::format(*amount),
        FieldValue::Date(at) if at.minute_of_day() == 0 => dates::date(*at, style.lang),
        FieldValue::Date(at) => dates::date_time(*at, style.lang),
        FieldValue::Person(person) => style.people.owner(person).to_owned(),
        other => field.to_text(other, yes_no(style.lang)),
    }
}

/// What stands in the cell when editing begins: what is read back as the same value.
pub(crate) fn editable(model: &Model, id: FieldId, task: TaskId, style: Style<'_>) -> String {
    match found(model, id, task) {
        Some((field, value @ FieldValue::Date(_))) => field.to_text(value, yes_no(style.lang)),
        _ => shown(model, id, task, style),
    }
}

/// What typed text writes.
pub(crate) fn edit(
    field: &CustomField,
    text: &str,
    today: Moment,
    style: Style<'_>,
) -> Result<TaskEdit, FieldProblem> {
    let value = match field.parse(text, today)? {
        Some(FieldValue::Person(person)) => {
            Some(FieldValue::Person(style.people.to_owner(&person)))
        }
        other => other,
    };
    Ok(TaskEdit::Custom(field.id, value))
}

/// The places of tasks in the order of a field, those without a value last.
pub(crate) fn order(model: &Model, id: FieldId) -> Vec<i64> {
    let tasks = &model.view.plan.tasks;
    let Some(field) = model.own_field(id) else {
        return vec![i64::MAX; tasks.len()];
    };
    let value = |i: &usize| tasks.get(*i).and_then(|task| field.values.get(&task.id));
    let mut places: Vec<usize> = (0..tasks.len()).filter(|i| value(i).is_some()).collect();
    shared::base::sort::by(&mut places, |a, b| field.compare(value(a), value(b)));
    let mut ranks = vec![i64::MAX; tasks.len()];
    let mut rank = 0;
    let mut last: Option<usize> = None;
    for place in places {
        // equal values stay in the order of the plan
        if last.is_some_and(|last| field.compare(value(&last), value(&place)).is_ne()) {
            rank += 1;
        }
        last = Some(place);
        if let Some(slot) = ranks.get_mut(place) {
            *slot = rank;
        }
    }
    ranks
}

/// Whether values stand to the right, as figures do.
pub(crate) fn is_figure(kind: &FieldKind) -> bool {
    matches!(kind, FieldKind::Number | FieldKind::Money)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use shared::base::OptionId;
    use shared::domain::plan::FieldOption;

    use super::super::edit::tests::model;
    use super::super::model::People;
    use super::super::outline::tests::id;
    use super::*;

    fn style(people: &People, lang: Lang) -> Style<'_> {
        Style { lang, people }
    }

    fn with(kind: FieldKind, values: &[(usize, FieldValue)]) -> Model {
        let mut view = (*model().view).clone();
        let mut field = CustomField::new(FieldId::from_bytes([1; 8]), "Risk".to_owned(), kind);
        let option = |n: u8, name: &str| FieldOption {
            key: OptionId::from_bytes([n; 8]),
            name: name.to_owned(),
            removed: false,
        };
        field.options = vec![option(2, "高"), option(1, "低")];
        let values = values.iter().map(|(n, value)| (id(*n), value.clone()));
        field.values = values.collect();
        view.plan.fields = vec![field];
        Model::new(Arc::new(view))
    }

    #[test]
    fn a_value_is_edited_as_text_that_means_the_same() {
        let people = People::default();
        for (kind, value, shows) in [
            (
                FieldKind::Text,
                FieldValue::Text("混凝土".to_owned()),
                "混凝土",
            ),
            (FieldKind::YesNo, FieldValue::YesNo(true), "是"),
            (
                FieldKind::Choice,
                FieldValue::Choice(OptionId::from_bytes([2; 8])),
                "高",
            ),
            (
                FieldKind::Date,
                FieldValue::Date(Moment::ymd_hm(2026, 3, 2, 0, 0).unwrap_or_default()),
                "2026-03-02",
            ),
            (
                FieldKind::Person,
                FieldValue::Person("老王".to_owned()),
                "老王",
            ),
        ] {
            let model = with(kind, &[(2, value.clone())]);
            let field = FieldId::from_bytes([1; 8]);
            let style = style(&people, Lang::Zh);
            assert_eq!(shown(&model, field, id(2), style), shows);
            let text = editable(&model, field, id(2), style);
            let written = model
                .own_field(field)
                .map(|own| edit(own, &text, Moment::default(), style));
            assert_eq!(
                written,
                Some(Ok(TaskEdit::Custom(field, Some(value)))),
                "{text}"
            );
        }
    }

    #[test]
    fn tasks_stand_in_the_order_of_the_options_and_those_without_one_last() {
        let option = |n: u8| FieldValue::Choice(OptionId::from_bytes([n; 8]));
        let model = with(FieldKind::Choice, &[(1, option(1)), (3, option(2))]);
        let ranks = order(&model, FieldId::from_bytes([1; 8]));
        assert_eq!(ranks, [1, i64::MAX, 0]);
    }
}
