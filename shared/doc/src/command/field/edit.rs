//! One thing of a custom field: its name, its kind, its options.

use base::{FieldId, OptionId};
use domain::plan::{FieldKind, FieldOption};
use serde::{Deserialize, Serialize};

use super::{Writes, kind, name, new_option, no_option, places, set, set_option, there};
use crate::command::CommandError;
use crate::model::PlanModel;
use crate::model::fields::FieldRow;
use crate::scalar::Scalar;
use crate::schema;

/// One thing of a custom field, with what it is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CustomFieldEdit {
    /// What people call it; not empty.
    Name(String),
    /// What its values are. Those that do not fit stay, and are shown as text.
    Kind(FieldKind),
    /// An option more, after the option `after` (`None`: first).
    AddOption {
        /// Its key, from randomness.
        key: OptionId,
        /// What people call it; not empty.
        name: String,
        /// The option before it.
        after: Option<OptionId>,
    },
    /// Another name for an option; not empty. Values name it by its key.
    RenameOption {
        /// The option.
        key: OptionId,
        /// What people call it.
        name: String,
    },
    /// Another place for an option, after the option `after` (`None`: first).
    MoveOption {
        /// The option.
        key: OptionId,
        /// The option before it.
        after: Option<OptionId>,
    },
    /// Marks an option as removed: it is offered no more, and what holds it keeps it.
    RemoveOption(OptionId),
    /// Takes the mark off again.
    RestoreOption(OptionId),
}

impl CustomFieldEdit {
    /// The part it writes, and the value as text, in the form of [`crate::view::plan::Written`]; empty for places.
    pub fn written(&self) -> (String, String) {
        let (key, part, value) = match self {
            Self::Name(name) => return (schema::NAME.to_owned(), name.clone()),
            Self::Kind(kind) => return (schema::KIND.to_owned(), kind.to_string()),
            Self::AddOption { key, name, .. } | Self::RenameOption { key, name } => {
                (key, schema::NAME, name.clone())
            }
            Self::MoveOption { key, .. } => (key, schema::ORDER, String::new()),
            Self::RemoveOption(key) => (key, schema::REMOVED, "1".to_owned()),
            Self::RestoreOption(key) => (key, schema::REMOVED, String::new()),
        };
        (schema::option_part(*key, part), value)
    }
}

/// One thing of a field.
pub(in crate::command) fn edit(model: &PlanModel, id: FieldId, edit: &CustomFieldEdit) -> Writes {
    use CustomFieldEdit as E;
    let nothing = FieldRow::default();
    let row = there(model, id)?.unwrap_or(&nothing);
    let known = |key: &OptionId| match row.options.contains_key(key) {
        true => Ok(*key),
        false => Err(no_option()),
    };
    let placed = |key: OptionId, after: Option<OptionId>| {
        let options = row.options_in_order();
        let others: Vec<(OptionId, &str)> = (options.iter())
            .filter(|(other, _)| *other != key)
            .map(|(key, row)| (*key, row.order.as_str()))
            .collect();
        let (orders, others) = places(&others, after, 1, no_option())?;
        let others = others.into_iter();
        let others = others.map(|(key, to)| set_option(id, key, schema::ORDER, Scalar::Text(to)));
        Ok((
            orders.into_iter().next().unwrap_or_default(),
            others.collect::<Vec<_>>(),
        ))
    };
    Ok(match edit {
        E::Name(to) => vec![set(id, schema::NAME, name(to)?)],
        E::Kind(to) => vec![set(id, schema::KIND, kind(to)?)],
        E::AddOption { key, name, after } => {
            if row.options.contains_key(key) {
                let why = "there is such an option already";
                return Err(CommandError::invalid("id", why));
            }
            if row.options.len() >= schema::MAX_OPTIONS {
                return Err(CommandError::invalid("options", "more than 100"));
            }
            let option = FieldOption {
                key: *key,
                name: name.clone(),
                removed: false,
            };
            let (order, mut writes) = placed(*key, *after)?;
            writes.extend(new_option(id, &option, order)?);
            writes
        }
        E::RenameOption { key, name: to } => {
            vec![set_option(id, known(key)?, schema::NAME, name(to)?)]
        }
        E::MoveOption { key, after } => {
            let key = known(key)?;
            if *after == Some(key) {
                return Ok(Vec::new());
            }
            let (order, mut writes) = placed(key, *after)?;
            writes.push(set_option(id, key, schema::ORDER, Scalar::Text(order)));
            writes
        }
        E::RemoveOption(key) => {
            vec![set_option(
                id,
                known(key)?,
                schema::REMOVED,
                Scalar::flag(true),
            )]
        }
        E::RestoreOption(key) => {
            vec![set_option(id, known(key)?, schema::REMOVED, Scalar::Null)]
        }
    })
}
