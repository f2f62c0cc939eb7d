//! Domain rules: schedule, calendars, permission. Pure functions over plain data.

pub mod calendar;
pub mod permission;
pub mod plan;
pub mod schedule;
