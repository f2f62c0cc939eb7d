//! How much a pack may hold. Every device that works by it loads it whole, and every check is made in a browser too.

/// The longest file, in bytes: a form of 400 fields with its help is half of that.
pub const FILE: usize = 256 * 1024;
/// All files together, in bytes.
pub const PACK: usize = 4 * 1024 * 1024;
/// Forms, routes, duties or registers of a pack.
pub const FORMS: usize = 300;
/// Roles of a pack.
pub const ROLES: usize = 200;
/// Stages of a project.
pub const STAGES: usize = 60;
/// What one gate needs.
pub const NEEDS: usize = 40;
/// Sections of a form.
pub const SECTIONS: usize = 60;
/// Fields of a form, columns of tables not counted.
pub const FIELDS: usize = 400;
/// Columns of a table.
pub const COLUMNS: usize = 40;
/// Rows of a table, or entries of a register, at most.
pub const ROWS: u32 = 5_000;
/// Options of a choice.
pub const OPTIONS: usize = 300;
/// Rules of a field.
pub const RULES: usize = 20;
/// Effects of a form.
pub const EFFECTS: usize = 20;
/// Steps of a route.
pub const STEPS: usize = 40;
/// Those who decide at a step.
pub const REVIEWERS: usize = 40;
/// Problems that are told while files are read: more are one mistake told many times.
pub const PROBLEMS: usize = 1_000;
