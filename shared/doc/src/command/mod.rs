//! What a person can do to a document: each command checks, then writes one change.

mod baseline;
mod calendar;
mod done;
pub mod edits;
mod field;
pub(crate) mod form;
mod import;
mod link;
mod note;
mod plan;
mod progress;
pub mod proposal;
mod resource;
pub mod restore;
mod source;
mod task;
mod text;
mod update;
pub(crate) use task::removal;
pub(crate) mod write;

use base::{
    BaselineId, CalendarId, CommentId, FieldId, LinkId, Minutes, Moment, ProposalId, ResourceId,
    RowId, TaskId,
};
use domain::calendar::Calendar;
use domain::money::Money;
use domain::permission::DocumentKind;
use domain::plan::difference::Edit;
use domain::plan::{
    Baseline, Constraint, CustomField, FieldValue, Lag, LagCalendar, Latest, LinkKind, Logic,
    Placed, Plan,
};
use domain::resource::{Changes, Resource, ResourceKind, Stays, Units, Use};
pub use done::{CommandError, Done};
pub use field::CustomFieldEdit;
use pack::id::{FieldName, FormName};
use pack::value::{Answers, Value};
use serde::{Deserialize, Serialize};

use crate::document::{Author, Document};
use crate::model::PlanModel;
use crate::scalar::Scalar;
use crate::view::form::FormPlace;

/// One field of a task of the plan document, with the value to write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TaskEdit {
    /// What is to be done.
    Name(String),
    /// Working minutes; 0 makes a milestone.
    Duration(Minutes),
    /// Start no earlier than.
    NotBefore(Option<Moment>),
    /// Its duration counts day and night.
    Elapsed(bool),
    /// A limit on its dates; start no earlier than is [`TaskEdit::NotBefore`].
    Constraint(Option<Constraint>),
    /// When it should be finished.
    Deadline(Option<Moment>),
    /// Where it stands by hand; `None`: where its links and constraint put it.
    Placed(Option<Placed>),
    /// Nothing waits for it.
    Inactive(bool),
    /// Which of work, duration and units stays.
    Stays(Stays),
    /// Who waits when a resource is short: 0 to 1000; `None`: 500.
    Priority(Option<u16>),
    /// Who answers for it; empty for nobody.
    Owner(String),
    /// What it delivers; empty for nothing.
    Deliverable(String),
    /// What it may cost; not negative.
    Budget(Option<Money>),
    /// Its own calendar.
    Calendar(Option<CalendarId>),
    /// Its value of a custom field; `None`: none. A value of another kind than the field's is taken too, and shown as
    /// text; that of a field that was removed is there when the field comes back.
    Custom(FieldId, Option<FieldValue>),
}

/// One of the rules by which dates are derived, with the value to write. See [`domain::plan::Rules`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RulesEdit {
    /// In which calendar working lag counts.
    Lag(LagCalendar),
    /// What a task does that began out of order.
    Logic(Logic),
    /// No-later-than dates hold against links.
    DatesWin(bool),
    /// Working minutes of slack up to which a task is critical.
    Critical(Minutes),
    /// Working minutes of slack up to which a task is near that.
    Near(Minutes),
    /// How far a task goes that is to be as late as possible.
    Late(Latest),
    /// When the plan must be finished; `None`: no such date.
    FinishBy(Option<Moment>),
    /// Tasks are worked on when their resources work.
    Crews(bool),
}

/// One field of a resource, with the value to write. See [`domain::resource::Resource`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResourceEdit {
    /// Its name; not empty.
    Name(String),
    /// What it is.
    Kind(ResourceKind),
    /// How much of it there is.
    Units(Units),
    /// From when on there is how much.
    Changes(Changes),
    /// When it works; `None`: as the plan.
    Calendar(Option<CalendarId>),
}

/// One field of a task in the progress document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProgressEdit {
    /// Percent complete, 0..=100.
    Percent(u8),
    /// When it started.
    ActualStart(Option<Moment>),
    /// When it was finished.
    ActualFinish(Option<Moment>),
    /// Working minutes still to be done; `None`: what its percentage leaves.
    Remaining(Option<Minutes>),
    /// What it has cost so far; not negative.
    Cost(Option<Money>),
}

/// What a person can do. Serialisable: journals keep commands, to replay them after a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Plan: a new task under `parent`, after its sibling `after` (`None`: first).
    AddTask {
        /// Its id, from randomness.
        id: TaskId,
        /// The task it lies under; `None` for the top level.
        parent: Option<TaskId>,
        /// The sibling before it.
        after: Option<TaskId>,
        /// What is to be done; may still be empty.
        name: String,
        /// Working minutes.
        duration: Minutes,
    },
    /// Plan: one field of one task. A removed one takes it too, so that nothing typed is lost: it is then shown beside
    /// the removal.
    EditTask {
        /// The task.
        id: TaskId,
        /// Field and value.
        edit: TaskEdit,
    },
    /// Plan: tasks, in this order, under `parent` after its sibling `after` (`None`: first). Refused under itself.
    MoveTasks {
        /// The tasks. One that lies below another of them stays where it is under that one.
        ids: Vec<TaskId>,
        /// The task to lie under; `None` for the top level.
        parent: Option<TaskId>,
        /// The sibling before them.
        after: Option<TaskId>,
    },
    /// Plan: marks tasks and all below them, and their links, as removed (nothing is ever deleted).
    RemoveTasks {
        /// The tasks.
        ids: Vec<TaskId>,
    },
    /// Plan: takes the mark of removal off again: from the tasks, from what was removed below them and from links in
    /// the same stroke, and from the parents they need.
    RestoreTasks {
        /// The tasks.
        ids: Vec<TaskId>,
    },
    /// Plan: a link. Refused where it would close a cycle (also through summaries) or repeat one of the same kind.
    AddLink {
        /// Its id, from randomness.
        id: LinkId,
        /// The task that is waited for.
        pred: TaskId,
        /// The task that waits.
        succ: TaskId,
        /// Which ends.
        kind: LinkKind,
        /// How long after.
        lag: Lag,
    },
    /// Plan: another kind or lag.
    EditLink {
        /// The link.
        id: LinkId,
        /// Which ends.
        kind: LinkKind,
        /// How long after.
        lag: Lag,
    },
    /// Plan: marks a link as removed.
    RemoveLink {
        /// The link.
        id: LinkId,
    },
    /// Plan: takes the mark off again.
    RestoreLink {
        /// The link.
        id: LinkId,
    },
    /// Plan: title, start and default calendar; `None` leaves a field as it is.
    EditPlan {
        /// The title.
        name: Option<String>,
        /// Nothing starts before this.
        start: Option<Moment>,
        /// The calendar of tasks that name none.
        calendar: Option<CalendarId>,
    },
    /// Plan: one of the rules by which dates are derived.
    EditRules {
        /// Rule and value.
        edit: RulesEdit,
    },
    /// Plan: a resource. What it costs is not kept here: not everyone who reads a plan may know.
    AddResource {
        /// All of it. Its id is random, or that of the same resource in another plan, or made of a person's id: two
        /// who add the same one beside each other then add one.
        resource: Box<Resource>,
    },
    /// Plan: one field of a resource.
    EditResource {
        /// The resource.
        id: ResourceId,
        /// Field and value.
        edit: ResourceEdit,
    },
    /// Plan: marks a resource as removed, and takes it from its tasks.
    RemoveResource {
        /// The resource.
        id: ResourceId,
    },
    /// Plan: takes the mark off again.
    RestoreResource {
        /// The resource.
        id: ResourceId,
    },
    /// Plan: what a task asks of a resource.
    Assign {
        /// The task.
        task: TaskId,
        /// The resource.
        resource: ResourceId,
        /// How much; `None`: nothing any more.
        part: Option<Use>,
    },
    /// Plan: a baseline: what is agreed of each task, as the plan is now.
    SetBaseline {
        /// All of it. Its id is random; its tasks are in the plan. A baseline is never written over: what was agreed
        /// stays, and a new agreement is a new baseline.
        baseline: Box<Baseline>,
    },
    /// Plan: another name for a baseline.
    RenameBaseline {
        /// The baseline.
        id: BaselineId,
        /// What people call it.
        name: String,
    },
    /// Plan: marks a baseline as removed; what it holds stays.
    RemoveBaseline {
        /// The baseline.
        id: BaselineId,
    },
    /// Plan: takes the mark off again.
    RestoreBaseline {
        /// The baseline.
        id: BaselineId,
    },
    /// Plan: a custom field of its tasks, after the field `after` (`None`: first). At most 50 are shown, each with at
    /// most 100 options; an import may bring more.
    AddField {
        /// All of it. Its id and the keys of its options are random; the tasks of its values are in the plan.
        field: Box<CustomField>,
        /// The field before it.
        after: Option<FieldId>,
    },
    /// Plan: one thing of a custom field. A removed one takes it too.
    EditField {
        /// The field.
        id: FieldId,
        /// What of it.
        edit: CustomFieldEdit,
    },
    /// Plan: another place for a custom field, after the field `after` (`None`: first).
    MoveField {
        /// The field.
        id: FieldId,
        /// The field before it.
        after: Option<FieldId>,
    },
    /// Plan: marks a custom field as removed; its values stay.
    RemoveField {
        /// The field.
        id: FieldId,
    },
    /// Plan: takes the mark off again.
    RestoreField {
        /// The field.
        id: FieldId,
    },
    /// Progress: how things stood; `None`: not looked at.
    SetDataDate {
        /// When.
        date: Option<Moment>,
    },
    /// Plan: a calendar, new or changed; only what differs is written.
    PutCalendar {
        /// Its id.
        id: CalendarId,
        /// All of it, as it is to be.
        calendar: Calendar,
    },
    /// Plan: everything of an imported plan, added to what is there; title, start and calendar where the plan has no
    /// task yet. Progress: percent and actual dates of these tasks.
    ImportPlan {
        /// The imported plan, tasks in outline order.
        plan: Box<Plan>,
    },
    /// Plan and progress: what was accepted of a file that came again, as one step
    /// ([`domain::plan::difference::accept`]); each document takes its own part. Checked as other commands are, but that
    /// links may close a circle, as imported ones may: the schedule leaves one of them out, and tells.
    Update {
        /// What is done, in this order.
        edits: Vec<Edit>,
    },
    /// Plan and progress: fields written anew, back to how they were at some moment. Made by
    /// [`crate::history::PlanHistory::preview`]; each document takes its own part.
    Restore {
        /// Fields of the plan document.
        plan: Vec<restore::FieldEdit>,
        /// Fields of the progress document.
        progress: Vec<restore::FieldEdit>,
    },
    /// Proposal: commands put before those who may carry them out; at most 100 KB.
    Propose {
        /// Its id, from randomness.
        id: ProposalId,
        /// What each command does, in words.
        words: Vec<String>,
        /// What is to be done.
        commands: Vec<Command>,
    },
    /// Proposal: what became of one that is open.
    Decide {
        /// The proposal.
        id: ProposalId,
        /// What.
        outcome: proposal::Outcome,
        /// A word to it; may be empty.
        answer: String,
    },
    /// Progress: one field of one task.
    EditProgress {
        /// The task.
        id: TaskId,
        /// Field and value.
        edit: ProgressEdit,
    },
    /// Note: the whole text, written as the smallest difference; at most 1 MiB.
    EditNote {
        /// The text as it is to be.
        text: String,
    },
    /// Form: what it is of. Refused where it was begun; what else is done to a form is refused before.
    BeginForm {
        /// The content hash of the pack.
        pack: String,
        /// The form's name within the pack.
        form: FormName,
        /// Its fields of prose, tables aside: several people can type into each of them at once.
        prose: Vec<FieldName>,
    },
    /// Form: the answer to a field; `None` clears it, and so does what is empty. Of prose the whole text, as with
    /// [`Command::EditProse`]. Rows of a table are none. At most 500 fields, an answer has at most 64 KiB, 200 options or
    /// 200 files.
    Answer {
        /// The field.
        field: FieldName,
        /// Its answer.
        value: Option<Value>,
    },
    /// Form: the whole text of a prose field, written as the smallest difference; at most 1 MiB. Where the field is not
    /// among those that the form was begun with, as one answer.
    EditProse {
        /// The field.
        field: FieldName,
        /// The text as it is to be.
        text: String,
    },
    /// Form: new rows of a table, in this order, after the row `after` (`None`: first). At most 5,000 stand in a table,
    /// 20,000 with the removed ones; a row has at most 100 answers and 64 KiB.
    AddRows {
        /// The table.
        table: FieldName,
        /// The row before them, removed or not.
        after: Option<RowId>,
        /// Their ids, from randomness, and what is answered in them.
        rows: Vec<(RowId, Answers)>,
    },
    /// Form: the answer to a column in a row; `None` clears it. A removed row takes it too, so that nothing typed is lost:
    /// it is then shown beside the removal.
    AnswerCell {
        /// The table.
        table: FieldName,
        /// The row.
        row: RowId,
        /// The column.
        column: FieldName,
        /// Its answer.
        value: Option<Value>,
    },
    /// Form: several of these in one table, as one step.
    AnswerCells {
        /// The table.
        table: FieldName,
        /// Row, column, answer.
        cells: Vec<(RowId, FieldName, Option<Value>)>,
    },
    /// Form: marks rows as removed; what is in them stays.
    RemoveRows {
        /// The table.
        table: FieldName,
        /// The rows.
        rows: Vec<RowId>,
    },
    /// Form: takes the marks off again.
    RestoreRows {
        /// The table.
        table: FieldName,
        /// The rows.
        rows: Vec<RowId>,
    },
    /// Form: another place for a row, after the row `after` (`None`: first).
    MoveRow {
        /// The table.
        table: FieldName,
        /// The row.
        row: RowId,
        /// The row before it, removed or not.
        after: Option<RowId>,
    },
    /// Form: marks it as discarded; what is in it stays, and it takes answers as before.
    DiscardForm,
    /// Form: takes the mark off again.
    KeepForm,
    /// Form: a comment 批注 on a field, or on a column in a row. At most 4,000 characters; at most 2,000 comments a form.
    Comment {
        /// Its id, from randomness.
        id: CommentId,
        /// What it is on: the place of an answer, whether there is one or not.
        on: FormPlace,
        /// What it says; not empty.
        text: String,
    },
    /// Form: an answer to a comment. A thread that is settled is open again with it.
    ReplyComment {
        /// Its id, from randomness.
        id: CommentId,
        /// What it answers.
        to: CommentId,
        /// What it says; not empty.
        text: String,
    },
    /// Form: settles a thread 解决, or opens it again 重开.
    SettleComment {
        /// The comment that begins it, or one of its answers.
        id: CommentId,
        /// Whether it is settled.
        settled: bool,
    },
    /// Source: the original of an imported file, compressed; at most 64 KiB a part, in order.
    AddSource {
        /// The file's name.
        name: String,
        /// Its bytes, cut.
        parts: Vec<Vec<u8>>,
    },
}

/// Checks, then writes one change (several for what is too large for one). On an error the document is as it was.
pub fn perform(
    document: &mut Document,
    command: &Command,
    author: Author,
) -> Result<Done, CommandError> {
    use Command as C;
    let kind = match command {
        C::EditProgress { .. } | C::SetDataDate { .. } => DocumentKind::Progress,
        C::EditNote { .. } => DocumentKind::Note,
        C::AddSource { .. } => DocumentKind::Source,
        C::Propose { .. } | C::Decide { .. } => DocumentKind::Proposal,
        C::BeginForm { .. }
        | C::Answer { .. }
        | C::EditProse { .. }
        | C::AddRows { .. }
        | C::AnswerCell { .. }
        | C::AnswerCells { .. }
        | C::RemoveRows { .. }
        | C::RestoreRows { .. }
        | C::MoveRow { .. }
        | C::DiscardForm
        | C::KeepForm
        | C::Comment { .. }
        | C::ReplyComment { .. }
        | C::SettleComment { .. } => DocumentKind::Form,
        C::ImportPlan { .. } | C::Restore { .. } | C::Update { .. }
            if document.kind() == DocumentKind::Progress =>
        {
            DocumentKind::Progress
        }
        _ => DocumentKind::Plan,
    };
    if kind != document.kind() {
        return Err(CommandError::WrongDocument);
    }
    if kind == DocumentKind::Form {
        return form::perform(document, command, author);
    }
    let writes = match command {
        C::EditNote { text } => return note::edit(document, text, author),
        C::AddSource { name, parts } => return source::add(document, name, parts, author),
        C::Propose {
            id,
            words,
            commands,
        } => return proposal::propose(document, *id, words, commands, author),
        C::Decide {
            id,
            outcome,
            answer,
        } => return proposal::decide(document, *id, outcome, answer, author),
        C::EditProgress { id, edit } => progress::edit(document.progress_model(), *id, edit)?,
        C::SetDataDate { date } => progress::data_date(*date),
        C::ImportPlan { plan } if kind == DocumentKind::Progress => progress::import(plan)?,
        C::Update { edits } if kind == DocumentKind::Progress => {
            update::progress(document.progress_model(), edits)?
        }
        C::Restore { progress, .. } if kind == DocumentKind::Progress => {
            restore::progress(progress)?
        }
        command => on_plan(document.plan_model(), command, author)?,
    };
    write::carry_out(document, writes, author)
}

/// What a command for the plan writes.
fn on_plan(
    model: &mut PlanModel,
    command: &Command,
    author: Author,
) -> Result<Vec<write::Write>, CommandError> {
    use Command as C;
    match command {
        C::AddTask {
            id,
            parent,
            after,
            name,
            duration,
        } => task::add(model, *id, *parent, *after, name, *duration),
        C::EditTask { id, edit } => task::edit(model, *id, edit),
        C::MoveTasks { ids, parent, after } => task::shift(model, ids, *parent, *after),
        C::RemoveTasks { ids } => task::remove(model, ids, author),
        C::RestoreTasks { ids } => task::restore(model, ids),
        C::AddLink {
            id,
            pred,
            succ,
            kind,
            lag,
        } => link::add(model, *id, *pred, *succ, *kind, *lag),
        C::EditLink { id, kind, lag } => link::edit(model, *id, *kind, *lag),
        C::RemoveLink { id } => link::remove(model, *id, author),
        C::RestoreLink { id } => link::restore(model, *id),
        C::EditPlan {
            name,
            start,
            calendar,
        } => plan::edit(model, name.as_deref(), *start, *calendar),
        C::EditRules { edit } => plan::rules(*edit),
        C::AddResource { resource } => resource::add_one(model, resource),
        C::EditResource { id, edit } => resource::edit(model, *id, edit),
        C::RemoveResource { id } => resource::remove(model, *id),
        C::RestoreResource { id } => resource::restore(model, *id),
        C::Assign {
            task,
            resource,
            part,
        } => resource::assign(model, *task, *resource, *part),
        C::SetBaseline { baseline } => baseline::add(model, baseline),
        C::RenameBaseline { id, name } => baseline::rename(model, *id, name),
        C::RemoveBaseline { id } => baseline::remove(model, *id),
        C::RestoreBaseline { id } => baseline::restore(model, *id),
        C::AddField { field, after } => field::add(model, field, *after),
        C::EditField { id, edit } => field::edit(model, *id, edit),
        C::MoveField { id, after } => field::shift(model, *id, *after),
        C::RemoveField { id } => field::remove(model, *id),
        C::RestoreField { id } => field::restore(model, *id),
        C::PutCalendar { id, calendar } => calendar::put(model, *id, calendar),
        C::ImportPlan { plan } => import::plan(model, plan),
        C::Update { edits } => update::plan(model, edits, author),
        C::Restore { plan, .. } => restore::plan(model, plan, author),
        C::EditProgress { .. }
        | C::SetDataDate { .. }
        | C::EditNote { .. }
        | C::AddSource { .. }
        | C::Propose { .. }
        | C::Decide { .. }
        | C::BeginForm { .. }
        | C::Answer { .. }
        | C::EditProse { .. }
        | C::AddRows { .. }
        | C::AnswerCell { .. }
        | C::AnswerCells { .. }
        | C::RemoveRows { .. }
        | C::RestoreRows { .. }
        | C::MoveRow { .. }
        | C::DiscardForm
        | C::KeepForm
        | C::Comment { .. }
        | C::ReplyComment { .. }
        | C::SettleComment { .. } => Err(CommandError::WrongDocument),
    }
}

/// Refuses texts that are too long for a field.
pub(crate) fn check_text(field: &str, text: &str) -> Result<(), CommandError> {
    if text.len() > crate::schema::MAX_TEXT && text.chars().count() > crate::schema::MAX_TEXT {
        return Err(CommandError::invalid(field, "longer than 2,000 characters"));
    }
    Ok(())
}

/// Refuses durations that no plan holds.
pub(crate) fn check_duration(minutes: Minutes) -> Result<(), CommandError> {
    if !(0..=crate::schema::MAX_MINUTES).contains(&minutes) {
        return Err(CommandError::invalid(
            "duration",
            "not between 0 and 50 years",
        ));
    }
    Ok(())
}

/// An amount as it is kept; refuses what no plan holds.
pub(crate) fn amount(field: &str, amount: Option<Money>) -> Result<Scalar, CommandError> {
    let Some(amount) = amount else {
        return Ok(Scalar::Null);
    };
    if amount.is_negative() {
        return Err(CommandError::invalid(field, "less than nothing"));
    }
    let parts = amount.parts().map(Scalar::Int);
    parts.ok_or_else(|| CommandError::invalid(field, "more than plans hold"))
}

/// Refuses lags that no plan holds.
pub(crate) fn check_lag(lag: Lag) -> Result<(), CommandError> {
    let (Lag::Working(minutes) | Lag::Elapsed(minutes)) = lag;
    if !(-crate::schema::MAX_MINUTES..=crate::schema::MAX_MINUTES).contains(&minutes) {
        return Err(CommandError::invalid("lag", "longer than 50 years"));
    }
    Ok(())
}
