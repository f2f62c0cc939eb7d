//! What a form on the screen needs of the place that shows it.

use leptos::prelude::*;
use shared::api::PoolResource;
use shared::base::Moment;
use shared::pack::form::{FieldKind, Turn};
use shared::pack::id::{FieldName, RoleName, SectionName, StepName};
use shared::pack::value::Value;

use super::comments::Comments;
use super::edit::Edit;
use super::typed::Candidate;
use crate::platform::worker::PickedFile;

/// Whose turn it is to write.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Writing {
    /// Nobody's: the form is only read.
    #[default]
    Nothing,
    /// The author's.
    Draft,
    /// Of who decides at a step, for a role.
    Step(StepName, Option<RoleName>),
}

impl Writing {
    /// Whose turn, as the form's definition asks; `None` where it is only read.
    pub fn turn(&self) -> Option<Turn<'_>> {
        match self {
            Self::Nothing => None,
            Self::Draft => Some(Turn::Draft),
            Self::Step(step, role) => Some(Turn::Step {
                step,
                role: role.as_ref(),
            }),
        }
    }
}

/// Where something is typed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Place {
    /// A field outside of tables.
    Field(FieldName),
    /// A cell.
    Cell {
        /// The table.
        table: FieldName,
        /// The row, from 0.
        row: usize,
        /// The column.
        column: FieldName,
    },
}

/// What candidates are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// People; of a role only, where one is named.
    Person(Option<RoleName>),
    /// Departments.
    Department,
    /// Tasks of the plan.
    Task,
}

impl Asked {
    /// What a kind of field asks for.
    pub fn of(kind: &FieldKind) -> Option<Self> {
        match kind {
            FieldKind::Person { role } => Some(Self::Person(role.clone())),
            FieldKind::Department => Some(Self::Department),
            FieldKind::Task => Some(Self::Task),
            _ => None,
        }
    }
}

/// What is attached.
#[derive(Clone)]
pub enum Content {
    /// A file that a person chose.
    File(PickedFile),
    /// A picture that was drawn, as PNG.
    Picture(Vec<u8>),
}

/// Something to be attached.
#[derive(Clone)]
pub struct Attach {
    /// Where.
    pub place: Place,
    /// What.
    pub content: Content,
    /// To be told how far it is, 0..=100.
    pub progress: Callback<u8>,
    /// To be told its hash once it is kept, or why it cannot be: what happened and what to do.
    pub done: Callback<Result<String, String>>,
}

/// What is known of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileFacts {
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// How much of it has gone to the server, 0..=100; `None`: all of it.
    pub sent: Option<u8>,
}

/// Where files are kept.
#[derive(Clone, Copy)]
pub struct Files {
    /// What is known of a file, by its hash; tracked.
    pub facts: Callback<String, Option<FileFacts>>,
    /// Keeps one.
    pub attach: Callback<Attach>,
    /// Shows one to the person.
    pub open: Callback<String>,
    /// The address of a picture, by its hash; tracked.
    pub picture: Callback<String, Option<String>>,
    /// The address of a small one, where the file is on this device and is a picture; tracked.
    pub small: Callback<String, Option<String>>,
}

/// Asks what the plans of all projects leave of resources.
#[derive(Clone)]
pub struct PoolAsk {
    /// From which day.
    pub first: Moment,
    /// To which day, that included.
    pub last: Moment,
    /// To be told, or why it cannot be: what happened and what to do.
    pub done: Callback<Result<Vec<PoolResource>, String>>,
}

/// What a form needs of the place that shows it.
#[derive(Clone, Copy)]
pub struct Host {
    /// A person made an edit. What comes of it is seen in the answers.
    pub edit: Callback<Edit>,
    /// Something was typed and is no edit yet; `None`: it became one, or was given up.
    pub keystroke: Option<Callback<(Place, Option<String>)>>,
    /// Who or what can be picked; tracked.
    pub candidates: Callback<Asked, Vec<Candidate>>,
    /// What a person, a department or a task is called; tracked.
    pub name: Callback<Value, Option<String>>,
    /// Where files are kept; none: nothing can be attached here.
    pub files: Option<Files>,
    /// What rows are known by, in their order, however others move them; none: their places.
    pub row_keys: Option<Callback<FieldName, Vec<u64>>>,
    /// Asks for resources of the plans; none: there are none here.
    pub pool: Option<Callback<PoolAsk>>,
    /// What is said of a section that is not to be written now: who fills it in, and when.
    pub section_note: Option<Callback<SectionName, Option<String>>>,
    /// What was answered when the person last looked, where that is something else; tracked.
    pub before: Option<Callback<FieldName, Option<Option<Value>>>>,
    /// What is remarked on answers; none: nothing is.
    pub comments: Option<Comments>,
}
