//! The plan 计划: a grid and a Gantt chart that scroll as one, over the device's own copy of the plan.

mod axis;
mod chart;
mod clipboard;
mod columns;
mod conflicts;
mod cx;
mod duration;
mod edit;
mod editor;
mod gesture;
mod grid;
mod keys;
mod lists;
mod model;
mod moves;
mod outline;
mod past;
mod predecessors;
mod press;
mod print;
mod reasons;
mod recovered;
mod row;
mod rowdrag;
mod scene;
mod screen;
mod settle;
mod side;
mod task;
mod toolbar;
mod typing;
mod words;
mod work;

pub use past::RestoreDialog;
pub use screen::PlanScreen;
pub use side::SideBody;
