//! Domain rules: schedule, calendars, resources, earned value, permission. Pure functions over plain data.

pub mod calendar;
pub mod duration;
pub mod earned_value;
mod fixed;
pub mod money;
pub mod number;
pub mod organisation;
pub mod permission;
pub mod plan;
pub mod resource;
pub mod schedule;

pub use schedule::level;
