//! One test a rule: the history of a form.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use common::form::*;
use common::{meet, person};
use doc::command::Command;
use doc::history::{FormDeed, FormHistory, Said};
use doc::view::form::FormPlace;
use pack::value::Value;

fn said(text: &str) -> Said {
    let value = (!text.is_empty()).then(|| Value::Text(text.to_owned()));
    let kept = value.as_ref().map(|_| format!("t:{text}"));
    Said {
        value,
        text: kept.unwrap_or_default(),
    }
}

#[test]
fn every_step_says_who_changed_which_field_and_cell() {
    let (mut a, mut b) = two_forms();
    let mut history = FormHistory::default();
    history.refresh(&mut a.document);
    let page = history.page(None, 0, 100);
    let table = field("costs");
    assert_eq!(page.total, 2);
    assert_eq!(page.steps[1].deeds, [FormDeed::Begun]);
    assert_eq!(page.steps[1].by, Some(person(1)));
    let added = |n: u32| FormDeed::RowAdded {
        table: table.clone(),
        row: row(n),
        answers: 1,
    };
    assert_eq!(page.steps[0].deeds, [added(1), added(2), added(3)]);
    a.perform(answer("title", text("Bridge")));
    meet(&mut a, &mut b);
    b.perform(answer("title", text("Dam")));
    b.perform(cell(2, "item", None));
    b.perform(prose("reason", "n:5"));
    b.perform(prose("reason", "n:55"));
    b.perform(remove_rows(&[1]));
    b.perform(restore_rows(&[1]));
    b.perform(move_row(3, None));
    b.perform(Command::DiscardForm);
    b.perform(Command::KeepForm);
    meet(&mut a, &mut b);
    history.refresh(&mut a.document);
    let page = history.page(None, 0, 10);
    assert_eq!((page.total, page.steps.len()), (12, 10));
    let answered = |place: FormPlace, before: Said, after: Said| FormDeed::Answered {
        place,
        before,
        after,
    };
    let typed = |text: &str| Said {
        value: Some(Value::Text(text.to_owned())),
        text: text.to_owned(),
    };
    let (table, id) = (table.clone(), row(1));
    let deeds: Vec<_> = page
        .steps
        .iter()
        .map(|step| step.deeds[0].clone())
        .collect();
    let place = |name| FormPlace::Answer(field(name));
    assert_eq!(
        deeds,
        [
            FormDeed::Kept,
            FormDeed::Discarded,
            FormDeed::RowMoved {
                table: table.clone(),
                row: row(3)
            },
            FormDeed::RowRestored {
                table: table.clone(),
                row: id
            },
            FormDeed::RowRemoved {
                table: table.clone(),
                row: id
            },
            answered(place("reason"), typed("n:5"), typed("n:55")),
            answered(place("reason"), typed(""), typed("n:5")),
            answered(item(2), said("2"), said("")),
            answered(place("title"), said("Bridge"), said("Dam")),
            answered(place("title"), said(""), said("Bridge")),
        ]
    );
    assert!(
        page.steps
            .iter()
            .take(9)
            .all(|step| step.by == Some(person(2)))
    );
    assert_eq!(history.page(Some(&field("title")), 0, 10).total, 2);
    assert_eq!(history.page(Some(&table), 1, 10).steps.len(), 4);
    assert_eq!(history.page(None, 11, 10).steps.len(), 1);
    // the same from the beginning, on the other replica
    let mut other = FormHistory::default();
    other.refresh(&mut b.document);
    assert_eq!(other.page(None, 0, 100), history.page(None, 0, 100));
}

#[test]
fn a_paste_of_many_rows_is_one_step_that_counts_the_rest() {
    let mut a = form(1);
    let many: Vec<u32> = (0..300).collect();
    a.perform(rows(None, &many));
    let mut history = FormHistory::default();
    history.refresh(&mut a.document);
    let page = history.page(None, 0, 1);
    assert_eq!((page.steps[0].deeds.len(), page.steps[0].more), (200, 100));
}

#[test]
fn documents_of_other_kinds_have_no_history_of_forms() {
    let (mut a, _) = common::two();
    let mut history = FormHistory::default();
    history.refresh(&mut a.document);
    assert_eq!(history.page(None, 0, 10).total, 0);
}
