//! Domain rules: schedule, calendars, earned value, permission. Pure functions over plain data.

pub mod calendar;
pub mod earned_value;
pub mod money;
pub mod permission;
pub mod plan;
pub mod schedule;
