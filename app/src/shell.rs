//! What all screens share: who is signed in, the projects, what lies over the screen. Owned at the root.

use leptos::prelude::*;
use shared::api::{Organisation, Project, Session};

/// What the whole window shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Reading what this device knows.
    Starting,
    /// Nobody is signed in.
    SignIn,
    /// Signed in with a password that must be changed first.
    ChangePassword,
    /// Signed in, behind the PIN.
    Locked,
    /// Working.
    In,
}

/// A dialog over the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlay {
    /// Find and go: Ctrl/Cmd+K.
    Palette,
    /// The keys: `?`.
    Keys,
    /// Sign out.
    SignOut,
}

/// What all screens share. A cheap handle; made once at the root, provided as context.
#[derive(Clone, Copy)]
pub struct Shell {
    /// What the whole window shows.
    pub stage: RwSignal<Stage>,
    /// Who is signed in.
    pub session: RwSignal<Option<Session>>,
    /// The person's projects, from the server or as last heard; `None` until known.
    pub projects: RwSignal<Option<Vec<Project>>>,
    /// The organisation, from the server or as last heard; `None` until known.
    pub organisation: RwSignal<Option<Organisation>>,
    /// The dialog over the screen.
    pub overlay: RwSignal<Option<Overlay>>,
}

impl Shell {
    /// Made once, at the root.
    pub fn provide() -> Self {
        let shell = Self {
            stage: RwSignal::new(Stage::In),
            session: RwSignal::new(None),
            projects: RwSignal::new(None),
            organisation: RwSignal::new(None),
            overlay: RwSignal::new(None),
        };
        provide_context(shell);
        shell
    }
}

/// What all screens share.
pub fn use_shell() -> Shell {
    expect_context()
}
