//! A document as it was last read, kept beside it: the first reading costs the whole document, every later one only
//! what the changes since then touched. Commands check against it, views are made from it.

pub(crate) mod fields;
pub(crate) mod form;
pub(crate) mod outline;
pub(crate) mod plan;
pub(crate) mod progress;
pub(crate) mod rows;

use automerge::legacy::{Key, ObjectId};
use automerge::{AutoCommit, ChangeHash, ObjId, ROOT, ReadDoc};

pub(crate) use form::FormModel;
pub(crate) use plan::PlanModel;
pub(crate) use progress::ProgressModel;

use crate::document::Document;
use crate::scalar::Scalar;
use crate::view::plan::Written;

/// What is kept of a document.
#[derive(Default)]
pub(crate) enum Model {
    /// Nothing read yet.
    #[default]
    None,
    /// A plan.
    Plan(Box<PlanModel>),
    /// Progress.
    Progress(Box<ProgressModel>),
    /// A form.
    Form(Box<FormModel>),
}

impl Document {
    /// The rows of a plan document, up to date.
    pub(crate) fn plan_model(&mut self) -> &mut PlanModel {
        if !matches!(self.model, Model::Plan(_)) {
            self.model = Model::Plan(Box::default());
        }
        match &mut self.model {
            Model::Plan(model) => {
                model.refresh(&mut self.inner);
                model
            }
            _ => unreachable!("set above"),
        }
    }

    /// The rows of a progress document, up to date.
    pub(crate) fn progress_model(&mut self) -> &mut ProgressModel {
        if !matches!(self.model, Model::Progress(_)) {
            self.model = Model::Progress(Box::default());
        }
        match &mut self.model {
            Model::Progress(model) => {
                model.refresh(&mut self.inner);
                model
            }
            _ => unreachable!("set above"),
        }
    }

    /// What a form's document holds, up to date.
    pub(crate) fn form_model(&mut self) -> &mut FormModel {
        if !matches!(self.model, Model::Form(_)) {
            self.model = Model::Form(Box::default());
        }
        match &mut self.model {
            Model::Form(model) => {
                model.refresh(&mut self.inner);
                model
            }
            _ => unreachable!("set above"),
        }
    }
}

/// The object and the key that an operation wrote.
pub(crate) struct Touched {
    pub(crate) object: ObjId,
    pub(crate) key: Option<String>,
}

/// Where the changes since `heads` wrote.
pub(crate) fn touched_since(inner: &mut AutoCommit, heads: &[ChangeHash]) -> Vec<Touched> {
    let mut touched = Vec::new();
    for change in inner.get_changes(heads) {
        for op in change.decode().operations {
            touched.push(Touched {
                object: match op.obj {
                    ObjectId::Root => ROOT,
                    ObjectId::Id(id) => ObjId::Id(id.0, id.1, 0),
                },
                key: match op.key {
                    Key::Map(key) => Some(key.to_string()),
                    Key::Seq(_) => None,
                },
            });
        }
    }
    touched
}

/// An object directly under the root.
pub(crate) fn root_object(inner: &AutoCommit, name: &str) -> Option<ObjId> {
    match inner.get(ROOT, name) {
        Ok(Some((value, id))) if value.is_object() => Some(id),
        _ => None,
    }
}

/// All values of a field, the standing one first.
pub(crate) fn all_values(inner: &AutoCommit, object: &ObjId, key: &str) -> Vec<(Scalar, ObjId)> {
    let mut values: Vec<_> = inner
        .get_all(object, key)
        .unwrap_or_default()
        .into_iter()
        .map(|(value, id)| (Scalar::from_value(inner, &value, &id), id))
        .collect();
    values.reverse();
    values
}

/// The values of a field in conflict, with who wrote them; `None` where all say the same.
pub(crate) fn conflict(inner: &mut AutoCommit, object: &ObjId, key: &str) -> Option<Vec<Written>> {
    let values = all_values(inner, object, key);
    let (first, _) = values.first()?;
    if values
        .iter()
        .all(|(value, _)| crate::history::same(key, first, value))
    {
        return None;
    }
    let written = values
        .iter()
        .enumerate()
        .map(|(i, (value, id))| written(inner, value, id, i == 0))
        .collect();
    Some(written)
}

/// One value with who wrote it and when.
pub(crate) fn written(inner: &mut AutoCommit, value: &Scalar, id: &ObjId, stands: bool) -> Written {
    let (by, at) = Document::made(inner, id);
    let change = inner.hash_for_opid(id).map_or(
        base::ChangeHash::from_bytes([0; 32]),
        crate::document::from_am,
    );
    Written {
        value: value.to_shown(),
        by,
        at,
        stands,
        change,
    }
}
