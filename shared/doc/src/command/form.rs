//! Forms 表单: begun, answered, discarded. What a form asks is not known here: names and values are taken as they come,
//! and [`pack::fill::fill`] tells what of them fits.

mod comment;
mod rows;

use automerge::transaction::Transactable;
use automerge::{ObjType, ReadDoc};
use pack::id::{FieldName, FormName};
use pack::value::{Answers, Value};
use rustc_hash::FxHashSet;

use super::write::{self, Write};
use super::{Command, CommandError, Done, text};
use crate::document::{Author, Document, from_am, raw};
use crate::kept;
use crate::model::{self, FormModel};
use crate::scalar::Scalar;
use crate::schema;
use crate::undo::{TextWrite, Undo};
use crate::view::form::FormPlace;
use crate::view::plan::Subject;

type Writes = Result<Vec<Write>, CommandError>;

/// Carries out a command of forms.
pub(super) fn perform(
    document: &mut Document,
    command: &Command,
    author: Author,
) -> Result<Done, CommandError> {
    use Command as C;
    if let C::BeginForm { pack, form, prose } = command {
        return begin(document, pack, form, prose, author);
    }
    let model = document.form_model();
    if !model.begun {
        return Err(CommandError::invalid("document", "the form was not begun"));
    }
    let writes = match command {
        C::Answer { field, value } if !model.prose.contains_key(field) => {
            answer(model, field, value.as_ref())?
        }
        C::Answer { field, value } => match value {
            None => return edit_prose(document, field, "", author),
            Some(Value::Text(text)) => return edit_prose(document, field, text, author),
            Some(_) => {
                let place = FormPlace::Answer(field.clone()).to_string();
                return Err(CommandError::invalid(&place, "prose takes text only"));
            }
        },
        C::EditProse { field, text } => return edit_prose(document, field, text, author),
        C::AddRows { table, after, rows } => rows::add(model, table, *after, rows)?,
        C::AnswerCell {
            table,
            row,
            column,
            value,
        } => rows::answer(model, table, [(*row, column, value.as_ref())])?,
        C::AnswerCells { table, cells } => {
            let cells = cells.iter();
            let cells = cells.map(|(row, column, value)| (*row, column, value.as_ref()));
            rows::answer(model, table, cells)?
        }
        C::RemoveRows { table, rows } => rows::mark(model, table, rows, true)?,
        C::RestoreRows { table, rows } => rows::mark(model, table, rows, false)?,
        C::MoveRow { table, row, after } => rows::shift(model, table, *row, *after)?,
        C::DiscardForm => vec![set(FormPlace::Discarded, Scalar::flag(true))],
        C::KeepForm => vec![set(FormPlace::Discarded, Scalar::flag(false))],
        C::Comment { id, on, text } => comment::begin(model, *id, on, text)?,
        C::ReplyComment { id, to, text } => comment::reply(model, *id, *to, text)?,
        C::SettleComment { id, settled } => comment::settle(model, *id, *settled)?,
        _ => return Err(CommandError::WrongDocument),
    };
    write::carry_out(document, writes, author)
}

fn set(place: FormPlace, value: Scalar) -> Write {
    Write::Set(Subject::Plan, place.to_string(), value)
}

/// Begins a form. Its text objects are made here, by the one device that begins it: made by two, one of them would be
/// lost with what is typed into it.
fn begin(
    document: &mut Document,
    pack: &str,
    form: &FormName,
    prose: &[FieldName],
    author: Author,
) -> Result<Done, CommandError> {
    if document.form_model().begun {
        return Err(CommandError::invalid(schema::FORM, "it was begun already"));
    }
    let is_file = |b: u8| b.is_ascii_alphanumeric();
    if pack.is_empty() || pack.len() > schema::MAX_HASH || !pack.bytes().all(is_file) {
        return Err(CommandError::invalid(schema::PACK, "no hash of a pack"));
    }
    let fields: FxHashSet<&FieldName> = prose.iter().collect();
    if fields.len() != prose.len() || fields.len() > schema::MAX_ANSWERS {
        return Err(CommandError::invalid(
            "prose",
            "a field twice, or more than 500",
        ));
    }
    let root = |name| {
        model::root_object(&document.inner, name)
            .ok_or_else(|| CommandError::invalid("document", "it is no form"))
    };
    let (info, answers) = (root(schema::INFO)?, root(schema::FIELDS)?);
    let inner = &mut document.inner;
    let mut made = || {
        inner.put(&info, schema::PACK, pack)?;
        inner.put(&info, schema::FORM, form.as_str())?;
        for field in prose {
            let key = FormPlace::Answer(field.clone()).to_string();
            inner.put_object(&answers, key, ObjType::Text)?;
        }
        Ok(())
    };
    let made: Result<(), automerge::AutomergeError> = made();
    if let Err(e) = made {
        document.inner.rollback();
        return Err(CommandError::invalid("document", e));
    }
    let hash = document.commit(author);
    let made = hash.and_then(|hash| document.inner.get_change_by_hash(&hash));
    Ok(Done {
        changes: made.map(raw).into_iter().collect(),
        undo: Undo {
            created: vec![Subject::Plan],
            changes: hash.map(from_am).into_iter().collect(),
            ..Undo::default()
        },
    })
}

/// An answer as it is kept; refuses what no answer may be.
fn kept(place: &FormPlace, value: Option<&Value>) -> Result<Scalar, CommandError> {
    let wrong = |why: &str| CommandError::invalid(&place.to_string(), why);
    let items = match value {
        None => return Ok(Scalar::Null),
        Some(Value::Table(_)) => return Err(wrong("rows are added to a table one by one")),
        Some(Value::Text(text)) if text.is_empty() => return Ok(Scalar::Null),
        Some(Value::Choice(options)) => options.len(),
        Some(Value::Files(files)) => {
            if !files.iter().all(|file| kept::is_file(file)) {
                return Err(wrong("no hash of a file"));
            }
            files.len()
        }
        Some(_) => 1,
    };
    if items == 0 {
        return Ok(Scalar::Null);
    }
    if items > schema::MAX_ITEMS {
        return Err(wrong("more than 200"));
    }
    let text = value.and_then(kept::write).unwrap_or_default();
    if text.len() > schema::MAX_ANSWER {
        return Err(wrong("longer than 64 KiB"));
    }
    Ok(Scalar::Text(text))
}

/// The answer to a field that is no prose of several people.
fn answer(model: &FormModel, field: &FieldName, value: Option<&Value>) -> Writes {
    if !model.answers.contains_key(field) && model.answers.len() >= schema::MAX_ANSWERS {
        return Err(CommandError::invalid("document", "more than 500 answers"));
    }
    let place = FormPlace::Answer(field.clone());
    let value = kept(&place, value)?;
    Ok(vec![set(place, value)])
}

/// The whole text of a prose field: into its text object, or as one answer where it has none.
fn edit_prose(
    document: &mut Document,
    field: &FieldName,
    text: &str,
    author: Author,
) -> Result<Done, CommandError> {
    let model = document.form_model();
    let Some(object) = model.prose.get(field).cloned() else {
        let writes = answer(model, field, Some(&Value::Text(text.to_owned())))?;
        return write::carry_out(document, writes, author);
    };
    text::edit(document, &object, text, author, |before| TextWrite {
        field: Some(field.clone()),
        before,
        after: text.to_owned(),
    })
}

/// What stands in a prose field that several people type into; empty where there is no such field.
pub(crate) fn prose(document: &mut Document, field: &FieldName) -> String {
    let object = document.form_model().prose.get(field).cloned();
    let text = object.and_then(|object| document.inner.text(&object).ok());
    text.unwrap_or_default()
}

/// Refuses more answers than a row holds.
fn check_columns(answers: &Answers, more: usize) -> Result<(), CommandError> {
    match answers.len() + more > schema::MAX_COLUMNS {
        true => Err(CommandError::invalid("columns", "more than 100")),
        false => Ok(()),
    }
}
