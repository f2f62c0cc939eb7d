//! What a Gantt chart is made of: bars, arrows, days off. `paint` makes a picture of it.

use shared::base::Moment;

use super::dates::Lang;
use super::scale::Scale;

/// What a bar stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Work.
    Task,
    /// A point in time.
    Milestone,
    /// What lies below it.
    Summary,
}

/// A bar of the window.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// Its row, from 0 at the top of the plan.
    pub row: usize,
    /// What it stands for.
    pub kind: Kind,
    /// Its start.
    pub start: Moment,
    /// Its finish.
    pub finish: Moment,
    /// No slack.
    pub critical: bool,
    /// Done, 0..=100.
    pub percent: u8,
    /// The latest finish, where slack is shown.
    pub slack_until: Option<Moment>,
    /// When it should be finished.
    pub deadline: Option<Moment>,
    /// It is not part of the work: an empty outline.
    pub inactive: bool,
    /// It stands by hand: its ends are marked.
    pub placed: bool,
    /// It has little slack: a dashed outline.
    pub near: bool,
    /// Where it would come to lie: a dashed outline.
    pub proposed: Option<(Moment, Moment)>,
    /// Where it was agreed to lie: a thin bar below it.
    pub agreed: Option<(Moment, Moment)>,
    /// What stands to the right of it.
    pub label: String,
    /// It is under the pointer: its handles are shown.
    pub hover: bool,
}

/// An arrow of the window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arrow {
    /// Row, moment, and whether that end is a finish.
    pub from: (usize, Moment, bool),
    /// Likewise.
    pub to: (usize, Moment, bool),
    /// Both tasks are critical.
    pub critical: bool,
}

/// What is being dragged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ghost {
    /// A bar, where it would come to lie.
    Bar {
        /// Its row.
        row: usize,
        /// Its start.
        start: Moment,
        /// Its finish.
        finish: Moment,
    },
    /// A link that is not made yet: from a point to another, in pixels of the window.
    Line {
        /// From.
        from: (f64, f64),
        /// To.
        to: (f64, f64),
    },
}

/// All that is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// The time axis.
    pub scale: Scale,
    /// Pixels that are scrolled away at the left and the top.
    pub scroll: (f64, f64),
    /// The height of a row.
    pub row_height: f64,
    /// The height of the header.
    pub header: f64,
    /// Bars.
    pub bars: Vec<Bar>,
    /// Arrows.
    pub arrows: Vec<Arrow>,
    /// Stretches without work.
    pub off: Vec<(Moment, Moment)>,
    /// Now.
    pub today: Moment,
    /// How things stood when progress was last looked at.
    pub data_date: Option<Moment>,
    /// The progress line: the moment that is looked at, and in which row it bends to which moment.
    pub front: Option<(Moment, Vec<(usize, Moment)>)>,
    /// Rows that are chosen.
    pub chosen: Vec<usize>,
    /// Rows in the plan.
    pub rows: usize,
    /// What is being dragged.
    pub ghost: Option<Ghost>,
    /// The language of the header.
    pub lang: Lang,
}

/// Where a bar lies in its row: pixels from the top, and its height.
pub fn bar_box(row_height: f64, kind: Kind) -> (f64, f64) {
    match kind {
        Kind::Task => ((row_height * 0.25).round(), (row_height * 0.5).round()),
        Kind::Milestone => ((row_height * 0.25).round(), (row_height * 0.5).round()),
        Kind::Summary => ((row_height * 0.3).round(), (row_height * 0.2).round()),
    }
}

/// How far from a bar's end its handle for links lies.
pub const HANDLE: f64 = 9.0;
