//! The state of the plan screen: what is looked at, chosen and typed. One cheap handle for all its parts.

use std::any::Any;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use leptos::reactive::owner::LocalStorage;
use leptos_i18n::I18nContext;
use shared::base::{BaselineId, ChangeHash, Moment as At, PersonId, ProjectId, TaskId, Timestamp};
use shared::doc::command::Command;
use shared::doc::history::{Moment, Scope};
use shared::doc::view::plan::PlanView;
use shared::domain::permission::Access;

use super::columns::{self, Column, Widths, Writes};
use super::edit::Style;
use super::effort;
use super::gesture::{Gesture, Spot};
use super::lens::{Eye, Group, Lens, Shared};
use super::model::{Model, People};
use super::rows::Rows;
use super::shapes::{Paper, Shape};
use crate::i18n::{Locale, t_string, use_i18n};
use crate::language::lang;
use crate::platform::{clock, element, intl, pinyin, screen};
use crate::replica::{OpenPlan, Replica};
use crate::ui::dates::Lang;
use crate::ui::notice::{Notices, Tone};

/// A row of the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    Task(TaskId),
    /// The empty one at the end.
    New,
}

/// Where the keyboard is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) line: Line,
    pub(crate) column: Column,
}

/// A cell that is typed into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Editing {
    pub(crate) at: Cursor,
    /// What stood there when editing began, or after the last write from here.
    pub(crate) base: String,
    /// The task that an empty line becomes.
    pub(crate) fresh: TaskId,
    /// Why the text was not taken.
    pub(crate) error: Option<String>,
}

/// What the sheet at the side shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Task(TaskId),
    Conflicts,
    Removed,
    Problems,
    Refused,
    Proposals,
    /// Start, calendar and data date of the plan, and the rules by which its dates are derived.
    Settings,
    /// Working time.
    Calendars,
    /// Who and what the work is done with.
    Resources,
    /// Over-allocation and levelling.
    Levels,
    /// What was agreed.
    Baselines,
    /// Custom fields.
    Fields,
    /// How the plan stands against a baseline.
    Earned,
    /// What was changed: in the plan, or in one task.
    History(Option<TaskId>),
}

/// A moment that is looked at instead of now.
#[derive(Debug, Clone)]
pub(crate) struct Looked {
    pub(crate) moment: Moment,
    /// The plan as it was.
    pub(crate) view: Arc<PlanView>,
    /// The change after which it is.
    pub(crate) change: ChangeHash,
    pub(crate) by: Option<PersonId>,
    pub(crate) at: Timestamp,
}

/// What a person asked to restore, to be confirmed.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) moment: Moment,
    pub(crate) scope: Scope,
    /// When that was.
    pub(crate) at: Timestamp,
}

const COLUMNS: &str = "plumbline.plan.columns";
const WIDTHS: &str = "plumbline.plan.widths";

/// Tasks that were cut, and the cells that they were put on the clipboard as.
pub(crate) type Cut = (Vec<TaskId>, Vec<Vec<String>>);

/// How much of the window the grid takes where nobody chose.
pub(crate) const SHARE: f64 = 0.62;

/// All of it.
#[derive(Clone, Copy)]
pub(crate) struct Cx {
    pub(crate) replica: Replica,
    pub(crate) project: ProjectId,
    pub(crate) open: OpenPlan,
    pub(crate) i18n: I18nContext<Locale>,
    pub(crate) lang: Memo<Lang>,
    pub(crate) people: Memo<Arc<People>>,
    /// It has been read once.
    pub(crate) loaded: Memo<bool>,
    pub(crate) model: Memo<Arc<Model>>,
    pub(crate) folded: RwSignal<HashSet<TaskId>>,
    /// What of the plan is looked at.
    pub(crate) lens: RwSignal<Lens>,
    /// Where the cursor stood before a lens was put on.
    pub(crate) looked_from: StoredValue<Line>,
    /// The bar of the lens is open.
    pub(crate) lens_open: RwSignal<bool>,
    /// What was cut, and waits to be put elsewhere.
    pub(crate) cut: RwSignal<Option<Cut>>,
    /// Groups whose tasks are folded away.
    pub(crate) folded_groups: RwSignal<HashSet<Shared>>,
    /// Tasks that were written while a filter was on: they stay in sight.
    pub(crate) kept: RwSignal<HashSet<TaskId>>,
    /// The plan as it is now, also while a moment is looked at.
    pub(crate) live: Signal<Option<Arc<PlanView>>>,
    pub(crate) looked: RwSignal<Option<Arc<Looked>>>,
    pub(crate) asked: RwSignal<Option<Arc<Asked>>>,
    /// What the history's part of the screen keeps.
    pub(crate) past: StoredValue<Option<Box<dyn Any>>, LocalStorage>,
    /// The screen's own: what is made under it lives as long as the screen.
    owner: StoredValue<Option<Owner>>,
    /// Counts what the server recorded as it comes from the disk.
    pub(crate) receipts: RwSignal<u32>,
    pub(crate) rows: Memo<Arc<Rows>>,
    /// What the plan is shown as.
    pub(crate) shape: RwSignal<Shape>,
    /// What a shape prints: its picture for a width.
    pub(crate) paper: StoredValue<Option<(Shape, Paper)>>,
    pub(crate) access: Signal<(Access, Access)>,
    pub(crate) cursor: RwSignal<Cursor>,
    /// Chosen rows; where it is empty, the row of the cursor.
    pub(crate) chosen: RwSignal<HashSet<TaskId>>,
    /// Where a range began.
    pub(crate) anchor: RwSignal<Option<TaskId>>,
    pub(crate) editing: RwSignal<Option<Editing>>,
    pub(crate) row_drag: RwSignal<Option<super::rowdrag::RowDrag>>,
    pub(crate) columns: Memo<Vec<Column>>,
    chosen_columns: RwSignal<Option<Vec<Column>>>,
    pub(crate) window_width: RwSignal<f64>,
    /// The person's text size: 1 is the browser's usual.
    pub(crate) em: f64,
    pub(crate) row_height: f64,
    /// The height of the header, over grid and chart.
    pub(crate) head: f64,
    measures: Measures,
    pub(crate) scroll_top: RwSignal<f64>,
    /// Height of the window over the rows, header included.
    pub(crate) height: RwSignal<f64>,
    pub(crate) side: RwSignal<Option<Side>>,
    /// Where tasks would come to lie, while a proposal is looked at.
    pub(crate) proposed: RwSignal<Arc<HashMap<TaskId, (At, At)>>>,
    pub(crate) notices: Notices,
    pub(crate) show_slack: RwSignal<bool>,
    pub(crate) show_front: RwSignal<bool>,
    /// Bars of the baseline are drawn.
    pub(crate) show_agreed: RwSignal<bool>,
    /// The baseline that the plan is compared with; `None`: the last one.
    pub(crate) against: RwSignal<Option<BaselineId>>,
    pub(crate) zoom: RwSignal<f64>,
    pub(crate) scroll_x: RwSignal<f64>,
    pub(crate) chart_width: RwSignal<f64>,
    /// The task under the pointer in the chart, and what of its bar.
    pub(crate) hover: RwSignal<Option<TaskId>>,
    pub(crate) spot: RwSignal<Option<(TaskId, Spot)>>,
    pub(crate) gesture: RwSignal<Option<Gesture>>,
    /// The last press in the grid was a finger's.
    pub(crate) touch: RwSignal<bool>,
    /// Counts presses, so that a long press knows that it is over.
    pub(crate) press: RwSignal<u32>,
    /// Two fingers: their distance and the zoom when they came down.
    pub(crate) pinch: RwSignal<Option<(f64, f64)>>,
    pub(crate) scroller: NodeRef<html::Div>,
    pub(crate) chart: NodeRef<html::Div>,
    pub(crate) grid: NodeRef<html::Div>,
    pub(crate) input: NodeRef<html::Input>,
}

/// The state, from the context.
pub(crate) fn use_cx() -> Cx {
    expect_context()
}

impl Cx {
    pub(crate) fn new(project: ProjectId) -> Self {
        let replica = expect_context::<Replica>();
        let open = replica.open(project);
        let i18n = use_i18n();
        let (view, first) = (open.view(), open.first());
        let looked = RwSignal::new(None::<Arc<Looked>>);
        let against = RwSignal::new(None);
        let model = Memo::new_with_compare(
            move |_| {
                let past = looked.with(|looked| looked.as_ref().map(|l| l.view.clone()));
                let whole = past.or_else(|| view.get());
                Arc::new(match whole {
                    Some(whole) => Model::new(whole).against(against.get()),
                    None => Model::first(first.get().unwrap_or_default()),
                })
            },
            |a, b| !matches!((a, b), (Some(a), Some(b)) if Arc::ptr_eq(a, b)),
        );
        let folded = RwSignal::new(HashSet::new());
        let lens = RwSignal::new(Lens::default());
        let organisation = replica.organisation();
        let people = Memo::new(move |_| Arc::new(organisation.with(|o| People::new(o.as_ref()))));
        let folded_groups = RwSignal::new(HashSet::new());
        let kept = RwSignal::new(HashSet::new());
        let lang = Memo::new(move |_| lang(i18n.get_locale()));
        let person = replica.person();
        let access = open.access();
        let chosen_columns =
            RwSignal::new(screen::setting(COLUMNS).and_then(|text| columns::from_text(&text)));
        let window_width = RwSignal::new(element::window_width());
        let coarse = element::matches("(pointer: coarse)");
        let em = element::text_size() / 16.0;
        let usual = |column: Column| match column.widest() {
            "" if column == Column::Name && window_width.get_untracked() < 1000.0 => 196.0 * em,
            "" => column.width() * em,
            text => (element::text_width(text, "650 0.875rem") + 20.0)
                .ceil()
                .max(64.0 * em),
        };
        let usual_widths: Widths = columns::ALL.map(|column| (column, usual(column))).into();
        let kept_widths = screen::setting(WIDTHS).unwrap_or_default();
        let widths = RwSignal::new(columns::widths_from_text(&kept_widths));
        let measures = Measures {
            chosen: widths,
            usual: StoredValue::new(usual_widths),
            longest: Memo::new(move |_| model.with(|m| m.outline.longest())),
            em,
        };
        Self {
            replica,
            project,
            open,
            i18n,
            lang,
            people,
            loaded: Memo::new(move |_| view.with(Option::is_some) || first.with(Option::is_some)),
            model,
            folded,
            rows: Memo::new(move |_| {
                let model = model.get();
                let rows = folded.with(|folded| {
                    let lens = lens.get();
                    if lens == Lens::default() {
                        return Rows::of_outline(&model, folded);
                    }
                    let people = people.get();
                    let style = Style {
                        lang: lang.get(),
                        people: &people,
                    };
                    let groups = folded_groups.get();
                    looking(&model, style, person, |eye| {
                        Rows::seen(eye, &lens, folded, &groups, &kept.get())
                    })
                });
                Arc::new(rows)
            }),
            shape: RwSignal::new(Shape::default()),
            paper: StoredValue::new(None),
            lens,
            looked_from: StoredValue::new(Line::New),
            lens_open: RwSignal::new(false),
            cut: RwSignal::new(None),
            folded_groups,
            kept,
            live: view,
            looked,
            asked: RwSignal::new(None),
            past: StoredValue::new_local(None),
            owner: StoredValue::new(Owner::current()),
            receipts: RwSignal::new(0),
            // what was is not written
            access: Signal::derive(move || {
                if looked.with(Option::is_some) {
                    (Access::Read, Access::Read)
                } else {
                    access.get()
                }
            }),
            cursor: RwSignal::new(Cursor {
                line: Line::New,
                column: Column::Name,
            }),
            chosen: RwSignal::new(HashSet::new()),
            anchor: RwSignal::new(None),
            editing: RwSignal::new(None),
            row_drag: RwSignal::new(None),
            columns: Memo::new(move |_| match chosen_columns.get() {
                // of the custom fields those that this plan has
                Some(columns) => (columns.into_iter())
                    .filter(|column| match column {
                        Column::Own(id) => model.with(|m| m.own_field(*id).is_some()),
                        _ => true,
                    })
                    .collect(),
                None => columns::usual(window_width.get() * SHARE, |column| measures.wide(column)),
            }),
            chosen_columns,
            window_width,
            em,
            row_height: (if coarse { 46.0 } else { 34.0 } * em).round(),
            head: (48.0 * em).round(),
            measures,
            scroll_top: RwSignal::new(0.0),
            height: RwSignal::new(600.0),
            side: RwSignal::new(None),
            proposed: RwSignal::new(Arc::default()),
            notices: Notices::default(),
            show_slack: RwSignal::new(false),
            show_front: RwSignal::new(false),
            show_agreed: RwSignal::new(true),
            against,
            zoom: RwSignal::new(0.0),
            scroll_x: RwSignal::new(0.0),
            chart_width: RwSignal::new(0.0),
            hover: RwSignal::new(None),
            spot: RwSignal::new(None),
            gesture: RwSignal::new(None),
            touch: RwSignal::new(false),
            press: RwSignal::new(0),
            pinch: RwSignal::new(None),
            scroller: NodeRef::new(),
            chart: NodeRef::new(),
            grid: NodeRef::new(),
            input: NodeRef::new(),
        }
    }

    /// The tasks that the lens leaves, under the headings of a grouping, whatever else the lens groups or folds; tracked.
    pub(crate) fn grouped(&self, by: Group) -> Rows {
        let model = self.model.get();
        let lens = Lens {
            group: Some(by),
            ..self.lens.get()
        };
        let kept = self.kept.get();
        self.styled(|style| {
            looking(&model, style, self.replica.person(), |eye| {
                Rows::seen(eye, &lens, &HashSet::new(), &HashSet::new(), &kept)
            })
        })
    }

    /// Runs `f` with the way cells are written; tracked.
    pub(crate) fn styled<T>(&self, f: impl FnOnce(Style<'_>) -> T) -> T {
        let people = self.people.get();
        f(Style {
            lang: self.lang.get(),
            people: &people,
        })
    }

    /// The same, not tracked.
    pub(crate) fn styled_untracked<T>(&self, f: impl FnOnce(Style<'_>) -> T) -> T {
        let people = self.people.get_untracked();
        f(Style {
            lang: self.lang.get_untracked(),
            people: &people,
        })
    }

    /// Whether the document behind a column may be written; tracked.
    pub(crate) fn may(&self, writes: Writes) -> bool {
        !self.looked.with(Option::is_some) && self.may_now(writes)
    }

    /// Whether a document may be written, also while a moment is looked at; tracked.
    pub(crate) fn may_now(&self, writes: Writes) -> bool {
        let (plan, progress) = self.open.access().get();
        match writes {
            Writes::Plan => plan == Access::Write,
            Writes::Progress => progress == Access::Write,
            Writes::Nothing => false,
        }
    }

    /// Whether the plan may be written now; not tracked.
    pub(crate) fn may_plan(&self) -> bool {
        self.access.get_untracked().0 == Access::Write
    }

    /// Whether typing into a cell means anything, and is allowed; not tracked.
    pub(crate) fn takes_text(&self, at: Cursor) -> bool {
        untrack(|| {
            self.may(at.column.writes())
                && match at.line {
                    Line::New => at.column == Column::Name,
                    Line::Task(id) => {
                        let model = self.model.get();
                        let place = model.outline.index_of(id);
                        place.is_some_and(|i| super::edit::takes_text(&model, i, at.column))
                    }
                }
        })
    }

    /// The row of a line; `None` while it is folded away or gone. Tracked.
    pub(crate) fn row_of(&self, line: Line) -> Option<usize> {
        let rows = self.rows.get();
        match line {
            Line::New => Some(rows.len()),
            Line::Task(id) => {
                let place = self.model.with(|m| m.outline.index_of(id));
                place.and_then(|i| rows.row_of(i))
            }
        }
    }

    /// The line of a row; tracked.
    pub(crate) fn line_at(&self, row: usize) -> Option<Line> {
        let rows = self.rows.get();
        match rows.task(row) {
            Some(i) => self.model.with(|m| m.outline.id(i)).map(Line::Task),
            None if row == rows.len() => Some(Line::New),
            None => None,
        }
    }

    /// The task of the cursor; not tracked.
    pub(crate) fn current(&self) -> Option<TaskId> {
        match self.cursor.get_untracked().line {
            Line::Task(id) => Some(id),
            Line::New => None,
        }
    }

    /// The chosen tasks, or the one of the cursor; not tracked.
    pub(crate) fn chosen_now(&self) -> HashSet<TaskId> {
        let chosen = self.chosen.get_untracked();
        if chosen.is_empty() {
            self.current().into_iter().collect()
        } else {
            chosen
        }
    }

    /// Today, by this device.
    pub(crate) fn today(&self) -> At {
        clock::local_now()
    }

    /// Scrolls so that a row can be seen.
    pub(crate) fn reveal(&self, row: usize) {
        let Some(scroller) = self.scroller.get_untracked() else {
            return;
        };
        let top = row as f64 * self.row_height;
        let room = self.height.get_untracked() - self.head - self.row_height;
        let now = f64::from(scroller.scroll_top());
        let wanted = if top < now {
            top
        } else if top > now + room - 16.0 {
            top - room + 16.0
        } else {
            return;
        };
        scroller.set_scroll_top(wanted.round() as i32);
        self.scroll_top.set(wanted.max(0.0));
    }

    /// Pixels of a column; tracked.
    pub(crate) fn wide(&self, column: Column) -> f64 {
        self.measures.wide(column)
    }

    /// The width of a column's cells, for a style.
    pub(crate) fn width_text(&self, column: Column) -> String {
        format!("var(--plan-{})", column.key())
    }

    /// The widths of all columns, for the style of the grid; tracked.
    pub(crate) fn width_styles(&self) -> Vec<(String, String)> {
        let columns = self.columns.get().into_iter();
        let styles = columns.map(|column| {
            let wide = format!("{}px", self.wide(column));
            (format!("--plan-{}", column.key()), wide)
        });
        styles.collect()
    }

    /// Gives a column a width, and keeps it; `None` gives all of them back.
    pub(crate) fn set_width(&self, column: Option<(Column, f64)>) {
        let chosen = self.measures.chosen;
        chosen.update(|widths| match column {
            Some((column, wide)) => {
                widths.insert(column, wide.clamp(40.0, 1_200.0).round());
            }
            None => widths.clear(),
        });
        let text = chosen.with_untracked(columns::widths_to_text);
        screen::keep_setting(WIDTHS, (!text.is_empty()).then_some(text.as_str()));
    }

    /// Pixels of the columns before `until`; of all where it is `None`. Tracked.
    pub(crate) fn left_of(&self, until: Option<Column>) -> f64 {
        let columns = self.columns.get();
        let before = columns.into_iter().take_while(|c| Some(*c) != until);
        before.map(|c| self.wide(c)).sum()
    }

    /// Shows a task wherever it is: unfolds what hides it, puts the cursor on it.
    pub(crate) fn jump(&self, id: TaskId) {
        let model = self.model.get_untracked();
        let Some(place) = model.outline.index_of(id) else {
            return;
        };
        self.folded.update(|folded| {
            let mut above = model.outline.parent(place);
            while let Some(i) = above {
                if let Some(id) = model.outline.id(i) {
                    folded.remove(&id);
                }
                above = model.outline.parent(i);
            }
        });
        self.chosen.update(HashSet::clear);
        self.cursor.update(|cursor| cursor.line = Line::Task(id));
        let this = *self;
        request_animation_frame(move || {
            if let Some(row) = untrack(|| this.row_of(Line::Task(id))) {
                this.reveal(row);
                this.show_bar(id);
            }
        });
    }

    /// Carries a command out; says why not.
    pub(crate) fn dispatch(&self, command: Command) -> bool {
        match self.open.dispatch(command) {
            Ok(()) => true,
            Err(error) => {
                self.notices.say(Tone::Trouble, self.words(&error));
                false
            }
        }
    }

    /// Carries several out, as one step of undo; stops at the first that is refused.
    pub(crate) fn dispatch_all(&self, commands: Vec<Command>) -> bool {
        let _one = self.open.one_step();
        commands.into_iter().all(|command| self.dispatch(command))
    }

    /// Back from a moment that was looked at.
    pub(crate) fn look_now(&self) {
        self.looked.set(None);
    }

    /// Opens the settings of the plan; closes them where they are open.
    pub(crate) fn open_settings(&self) {
        let now = self.side.get_untracked();
        self.side
            .set((now != Some(Side::Settings)).then_some(Side::Settings));
    }

    /// Opens the history of the plan, or of a task; closes it where it is open.
    pub(crate) fn open_history(&self, of: Option<TaskId>) {
        let now = self.side.get_untracked();
        let wanted = Side::History(of);
        self.side.set((now != Some(wanted)).then_some(wanted));
    }

    /// Says that something was done, with the way to take it back.
    pub(crate) fn say_done(&self, said: String) {
        let this = *self;
        let label = t_string!(self.i18n, plan.undo).to_string();
        // the dialog that it was done from is gone by then
        let undo = || Callback::new(move |()| this.undo());
        let undo = match self.owner.get_value() {
            Some(owner) => owner.with(undo),
            None => undo(),
        };
        self.notices.offer(Tone::Done, said, label, undo);
    }

    /// Takes back one's own latest command.
    pub(crate) fn undo(&self) {
        self.look_now();
        if let Err(error) = self.open.undo() {
            self.notices.say(Tone::Trouble, self.undo_words(error));
        }
    }

    /// Does again what was taken back.
    pub(crate) fn redo(&self) {
        self.look_now();
        if let Err(error) = self.open.redo() {
            self.notices.say(Tone::Trouble, self.undo_words(error));
        }
    }

    /// The columns that somebody chose; not tracked.
    pub(crate) fn columns_chosen(&self) -> Option<Vec<Column>> {
        self.chosen_columns.get_untracked()
    }

    /// Shows these columns, and keeps the choice; `None` goes back to the usual ones.
    pub(crate) fn choose_columns(&self, columns: Option<Vec<Column>>) {
        let text = columns.as_ref().map(|c| columns::to_text(c));
        screen::keep_setting(COLUMNS, text.as_deref());
        self.chosen_columns.set(columns);
    }
}

/// How wide columns are.
#[derive(Clone, Copy)]
pub(crate) struct Measures {
    /// Where somebody chose.
    chosen: RwSignal<Widths>,
    /// Where nobody did.
    usual: StoredValue<Widths>,
    /// The longest outline number, in characters.
    longest: Memo<usize>,
    em: f64,
}

impl Measures {
    /// Pixels of a column; that of the outline numbers is as wide as the longest. Tracked.
    fn wide(&self, column: Column) -> f64 {
        let chosen = self.chosen.with(|widths| widths.get(&column).copied());
        let known = chosen.unwrap_or_else(|| {
            let usual = self.usual.with_value(|widths| widths.get(&column).copied());
            usual.unwrap_or(column.width() * self.em)
        });
        match column {
            Column::Number => known.max((self.longest.get() as f64 * 8.0 + 32.0) * self.em),
            _ => known,
        }
    }
}

/// Runs `f` with who looks, now.
fn looking<T>(
    model: &Model,
    style: Style<'_>,
    person: PersonId,
    f: impl FnOnce(&Eye<'_>) -> T,
) -> T {
    f(&Eye {
        model,
        style,
        now: clock::local_now(),
        me: (&person.to_string(), effort::of_person(person)),
        spelt: &pinyin::spelt,
        ranks: &|texts| intl::ranks("zh", texts),
    })
}
