//! What is said of answers that are wrong or missing: what is the matter, and what to do.

use shared::pack::capitals::NoCapitals;
use shared::pack::expr::EvalWrong;
use shared::pack::fill::{FillProblem, FillWrong};
use shared::pack::form::{Field, FieldKind, FormDef};
use shared::pack::text::Texts as Said;

use super::shown::language;
use super::typed::Unread;
use crate::i18n::{t_string, td_string};
use crate::language;
use crate::ui::money;
use crate::words::Texts;

/// A text of a pack in the language of the screen; tracked.
pub fn say(i18n: Texts, said: &Said) -> String {
    said.get(language(language::lang(i18n.get_locale())))
        .to_owned()
}

/// [`say`] as a function that follows the language.
pub fn saying(i18n: Texts, said: Said) -> impl Fn() -> String + Clone + Send + Sync + 'static {
    move || say(i18n, &said)
}

/// The least and the most of a field, as they are written.
fn bounds(kind: &FieldKind) -> (String, String) {
    let number = |n: &Option<shared::domain::number::Number>| {
        n.map(|n| money::grouped(&n.to_string()))
            .unwrap_or_default()
    };
    let amount =
        |m: &Option<shared::domain::money::Money>| m.map(money::format).unwrap_or_default();
    match kind {
        FieldKind::Number { min, max, .. } => (number(min), number(max)),
        FieldKind::Money { min, max, .. } => (amount(min), amount(max)),
        _ => (String::new(), String::new()),
    }
}

/// What is wrong with an answer, and what to do; tracked.
pub(super) fn wrong(i18n: Texts, kind: &FieldKind, wrong: &FillWrong) -> String {
    let (least, most) = bounds(kind);
    match wrong {
        FillWrong::Missing => t_string!(i18n, forms.wrong_missing).to_owned(),
        FillWrong::TooLong(longest) => {
            t_string!(i18n, forms.wrong_too_long, n = *longest).to_string()
        }
        FillWrong::TooSmall => t_string!(i18n, forms.wrong_too_small, least = least).to_string(),
        FillWrong::TooLarge => t_string!(i18n, forms.wrong_too_large, most = most).to_string(),
        FillWrong::TooManyDigits(0) => t_string!(i18n, forms.wrong_whole).to_owned(),
        FillWrong::TooManyDigits(digits) => {
            t_string!(i18n, forms.wrong_digits, n = *digits).to_string()
        }
        FillWrong::NotAnOption(_) => t_string!(i18n, forms.wrong_option).to_owned(),
        FillWrong::OneOnly => t_string!(i18n, forms.wrong_one_only).to_owned(),
        FillWrong::TooFewRows(least) => {
            t_string!(i18n, forms.wrong_few_rows, n = *least).to_string()
        }
        FillWrong::TooManyRows(most) => {
            t_string!(i18n, forms.wrong_many_rows, n = *most).to_string()
        }
        FillWrong::TooManyFiles(most) => {
            t_string!(i18n, forms.wrong_many_files, n = *most).to_string()
        }
        FillWrong::OtherEnding(endings) => {
            t_string!(i18n, forms.wrong_ending, endings = endings.join(", ")).to_string()
        }
        FillWrong::FileTooLarge(most) => {
            t_string!(i18n, forms.wrong_large_file, most = *most).to_string()
        }
        FillWrong::OtherKind => t_string!(i18n, forms.wrong_other_kind).to_owned(),
        FillWrong::Rule(message) => say(i18n, message),
        FillWrong::NoCapitals(NoCapitals::Negative) => {
            t_string!(i18n, forms.capitals_negative).to_owned()
        }
        FillWrong::NoCapitals(NoCapitals::BelowFen) => {
            t_string!(i18n, forms.capitals_below_fen).to_owned()
        }
        FillWrong::NoCapitals(NoCapitals::TooLarge) => {
            t_string!(i18n, forms.capitals_too_large).to_owned()
        }
        FillWrong::Reckoning(EvalWrong::TooLarge) => {
            t_string!(i18n, forms.reckoning_too_large).to_owned()
        }
        FillWrong::Reckoning(EvalWrong::DividedByNothing) => {
            t_string!(i18n, forms.reckoning_divided).to_owned()
        }
        FillWrong::Reckoning(EvalWrong::OtherKind) => {
            t_string!(i18n, forms.reckoning_other_kind).to_owned()
        }
    }
}

/// Why what was typed was not taken; tracked.
pub fn unread(i18n: Texts, unread: Unread) -> String {
    let locale = i18n.get_locale();
    match unread {
        Unread::Number => td_string!(locale, forms.unread_number),
        Unread::Money => td_string!(locale, forms.unread_money),
        Unread::Date => td_string!(locale, forms.unread_date),
        Unread::YesNo => td_string!(locale, forms.unread_yes_no),
        Unread::Option => td_string!(locale, forms.unread_option),
        Unread::Nobody => td_string!(locale, forms.unread_nobody),
        Unread::Several => td_string!(locale, forms.unread_several),
        Unread::NotTyped => td_string!(locale, forms.unread_not_typed),
    }
    .to_owned()
}

/// A column of a table.
fn column<'a>(field: &'a Field, name: &shared::pack::id::FieldName) -> Option<&'a Field> {
    match &field.kind {
        FieldKind::Table { columns, .. } => columns.iter().find(|column| column.id == *name),
        _ => None,
    }
}

/// A problem with the name of its field, as a list of them tells it; tracked.
pub fn problem(i18n: Texts, form: &FormDef, problem: &FillProblem) -> String {
    let Some(field) = form.field(&problem.field) else {
        return problem.field.to_string();
    };
    let name = say(i18n, &field.name);
    match &problem.cell {
        None => {
            let what = wrong(i18n, &field.kind, &problem.what);
            t_string!(i18n, forms.problem, field = name, what = what).to_string()
        }
        Some((row, cell)) => {
            let column = column(field, cell);
            let what = wrong(
                i18n,
                column.map_or(&field.kind, |column| &column.kind),
                &problem.what,
            );
            let cell = column.map_or_else(|| cell.to_string(), |column| say(i18n, &column.name));
            t_string!(
                i18n,
                forms.problem_cell,
                table = name,
                row = row + 1,
                column = cell,
                what = what
            )
            .to_string()
        }
    }
}
