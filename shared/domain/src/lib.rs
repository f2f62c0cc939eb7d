//! Domain rules: schedule, calendars, resources, earned value, permission. Pure functions over plain data.

pub mod calendar;
pub mod duration;
pub mod earned_value;
pub mod money;
pub mod permission;
pub mod plan;
pub mod resource;
pub mod schedule;

pub use schedule::level;
