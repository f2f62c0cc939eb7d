//! The organisation 单位: who belongs to which department, holds which post, acts for whom, and which roles of regulations
//! that gives them, at any moment. Plain rows in, answers out.
//!
//! Rules:
//!
//! - Nothing is removed: what ends has an end. What held at a moment that is over never changes ([`Span::new`],
//!   [`Span::ended`]).
//! - A role that is granted to a department is decided by its heads 负责人. Where it has none, by all its members. A head who
//!   may not sign in is still its head: then nobody decides, and somebody is named 指派.
//! - Whoever belongs to a department or heads it may begin forms as a role of that department.
//! - A grant for a project holds there beside the general ones.
//! - Who may not sign in holds nothing and acts for nobody.
//! - A deputy 代理 decides for who is away, and begins nothing for them.

mod held;
pub mod import;
mod span;

pub use held::{Acting, Grant, Held, HeldBy, Party, Rows, held};
pub use span::{Refusal, SLACK_MS, Span, may_act};
