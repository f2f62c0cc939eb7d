//! Places a person goes. Features never import each other; `app` puts them together.

pub mod account;
pub mod admin;
pub mod exchange;
pub mod forms;
pub mod frame;
pub mod home;
pub mod lock;
pub mod plan;
pub mod project;
pub mod projects;
pub mod regulations;
pub mod sign;
pub mod sign_in;
