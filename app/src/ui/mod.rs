//! Plain parts of screens, without knowledge of documents.

pub mod arrows;
pub mod canvas;
pub mod curve;
pub mod dates;
pub mod dialog;
pub mod drawing;
pub mod drawn;
pub mod each;
pub mod field;
pub mod form;
pub mod gantt;
pub mod icon;
pub mod keep;
pub mod money;
pub mod notice;
pub mod paint;
pub mod popover;
pub mod scale;
pub mod sheet;
pub mod show;
pub mod svg;
pub mod switches;
pub mod ticker;
