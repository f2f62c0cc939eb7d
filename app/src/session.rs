//! Who uses this device: the accounts known on it, signing in and out, and the PIN that locks a shared tablet.
//!
//! Changing the account ends with [`crate::platform::page::reload`]: a page belongs to one person.

use shared::api::{Failure, Session};
use shared::base::{PersonId, Timestamp};

use crate::replica::Trouble;

/// A person known on this device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// What the server said at the last contact.
    pub session: Session,
    /// A PIN locks it.
    pub has_pin: bool,
    /// Its PIN has to be entered before anything is shown.
    pub locked: bool,
    /// When it was last used here.
    pub last_used: Timestamp,
}

/// Why somebody is not signed in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// The server does not answer.
    #[error("the server cannot be reached")]
    Unreachable,
    /// The server refused.
    #[error("{}", .0.message)]
    Refused(Failure),
    /// This device cannot keep it.
    #[error(transparent)]
    Device(#[from] Trouble),
}

/// What an entered PIN was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinCheck {
    /// The right one; the account is unlocked.
    Right,
    /// A wrong one; nothing is looked at before this time.
    Wrong {
        /// When one may try again.
        wait_until: Timestamp,
    },
}

/// All accounts known on this device, last used first.
pub async fn known_accounts() -> Result<Vec<Account>, Trouble> {
    Ok(Vec::new())
}

/// The account in use, from this device alone: opens after a restart with no server.
pub async fn current() -> Result<Option<Account>, Trouble> {
    Ok(None)
}

/// Makes a known account the one in use; the page is to be reloaded after.
pub async fn switch_to(person: PersonId) -> Result<(), Trouble> {
    let _ = person;
    Ok(())
}

/// Signs in at the server, remembers the account, and asks the browser to keep our data.
pub async fn sign_in(name: &str, password: &str) -> Result<Session, SignInError> {
    let _ = (name, password);
    Err(SignInError::Unreachable)
}

/// How many changes of this person only this device has. Ask before [`sign_out`].
pub async fn unsent(person: PersonId) -> Result<usize, Trouble> {
    let _ = person;
    Ok(0)
}

/// A file (JSON) with all that only this device has: raw changes, the commands that made them, unfinished typing.
pub async fn export_unsent(person: PersonId) -> Result<Vec<u8>, Trouble> {
    let _ = person;
    Ok(Vec::new())
}

/// Why a file of [`export_unsent`] was not taken; nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// It is no such file.
    #[error("this is not a file of unsent changes")]
    NotAFile,
    /// It was made by another account.
    #[error("the file was made by another account")]
    OtherPerson,
    /// This device cannot keep it.
    #[error(transparent)]
    Device(#[from] Trouble),
}

/// Takes such a file back in for the same person; how many changes came in. The page is to be reloaded after.
pub async fn import_unsent(person: PersonId, file: &[u8]) -> Result<usize, ImportError> {
    let _ = (person, file);
    Ok(0)
}

/// Signs out: ends the session at the server (later, when it cannot be reached), and wipes the person's data from
/// this device, sent or not. The page is to be reloaded after.
pub async fn sign_out(person: PersonId) -> Result<(), Trouble> {
    let _ = person;
    Ok(())
}

/// Sets the PIN (four digits or more).
pub async fn set_pin(person: PersonId, pin: &str) -> Result<(), Trouble> {
    let _ = (person, pin);
    Ok(())
}

/// Looks at an entered PIN; the right one unlocks this tab.
pub async fn check_pin(person: PersonId, pin: &str) -> Result<PinCheck, Trouble> {
    let _ = (person, pin);
    Ok(PinCheck::Right)
}

/// Takes the PIN away.
pub async fn remove_pin(person: PersonId) -> Result<(), Trouble> {
    let _ = person;
    Ok(())
}

/// Locks this tab: until the PIN is entered, also after a reload. The screen shows the lock at once.
pub fn lock() {}
