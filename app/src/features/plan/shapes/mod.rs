//! The plan as something else than grid and chart: a board, a calendar, milestones, the load of resources, the critical
//! path as a network. All of them show what the lens leaves, and open the same sheet of a task.

mod board;
mod lanes;
mod load;
mod milestones;
mod month;
mod network;
mod weeks;

use leptos::prelude::*;
use shared::base::TaskId;

use super::cx::{Cx, Line, Side, use_cx};
use super::lens::Group;
use crate::i18n::{t, t_string};
use crate::ui::drawing::Drawing;

/// Makes the picture of a shape for a width in pixels; `None` where there is nothing to show.
pub(crate) type Paper = Callback<f64, Option<Drawing>>;

/// What the plan is shown as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Shape {
    /// Grid and chart.
    #[default]
    Gantt,
    /// Cards in columns.
    Board,
    /// A month's weeks.
    Month,
    /// Milestones along an axis.
    Milestones,
    /// What is asked of a resource, day by day.
    Load,
    /// The critical path as a network.
    Network,
}

/// All of them, in their order on the screen.
pub(crate) const SHAPES: [Shape; 6] = [
    Shape::Gantt,
    Shape::Board,
    Shape::Month,
    Shape::Milestones,
    Shape::Load,
    Shape::Network,
];

impl Shape {
    /// Its name for tests.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Gantt => "gantt",
            Self::Board => "board",
            Self::Month => "month",
            Self::Milestones => "milestones",
            Self::Load => "load",
            Self::Network => "network",
        }
    }
}

impl Cx {
    /// The name of a shape; tracked.
    pub(crate) fn shape_words(&self, shape: Shape) -> String {
        let i18n = self.i18n;
        match shape {
            Shape::Gantt => t_string!(i18n, shapes.gantt),
            Shape::Board => t_string!(i18n, shapes.board),
            Shape::Month => t_string!(i18n, shapes.month),
            Shape::Milestones => t_string!(i18n, shapes.milestones),
            Shape::Load => t_string!(i18n, shapes.load),
            Shape::Network => t_string!(i18n, shapes.network),
        }
        .to_string()
    }

    /// The places of the tasks with nothing below them that the lens leaves, in the order of the plan; tracked.
    fn leaves(&self) -> Vec<usize> {
        let mut leaves: Vec<usize> = self.grouped(Group::Branch).tasks().collect();
        shared::base::sort::plain(&mut leaves);
        leaves
    }

    /// While the shape is shown, this is what is printed of it.
    fn prints(&self, shape: Shape, paper: Paper) {
        let kept = self.paper;
        kept.set_value(Some((shape, paper)));
        on_cleanup(move || {
            // the next shape may have come before this one went
            kept.try_update_value(|kept| kept.take_if(|(of, _)| *of == shape));
        });
    }

    /// Opens the sheet of a task.
    fn open_task(&self, id: TaskId) {
        self.cursor.update(|cursor| cursor.line = Line::Task(id));
        self.side.set(Some(Side::Task(id)));
    }
}

/// What is shown in the place of grid and chart.
#[component]
pub fn ShapeBody() -> impl IntoView {
    let cx = use_cx();
    let name = move || cx.shape.get().key();
    view! {
        <div
            class="plan-shape"
            data-shape-of=name
            role="region"
            aria-label=move || cx.shape_words(cx.shape.get())
        >
            {move || match cx.shape.get() {
                Shape::Gantt => ().into_any(),
                Shape::Board => view! { <board::Board /> }.into_any(),
                Shape::Month => view! { <month::Month /> }.into_any(),
                Shape::Milestones => view! { <milestones::Milestones /> }.into_any(),
                Shape::Load => view! { <load::Load /> }.into_any(),
                Shape::Network => view! { <network::Network /> }.into_any(),
            }}
        </div>
    }
}

/// Where there is nothing to show.
#[component]
fn Nothing() -> impl IntoView {
    let i18n = use_cx().i18n;
    view! { <p class="plan-none">{t!(i18n, shapes.none)}</p> }
}
