//! Who uses this device: the accounts known on it, signing in and out, and the PIN that locks a shared tablet.
//!
//! Changing the account ends with [`crate::platform::page::reload`]: a page belongs to one person.

mod handed;
mod pin;
mod unsent;

use serde::{Deserialize, Serialize};
use shared::api::{ErrorCode, Failure, Session, SignIn};
use shared::base::sort;
use shared::base::{PersonId, Timestamp};

use crate::platform::database::{Database, Key, Range, Row, Write};
use crate::platform::http::{self, HttpError};
use crate::platform::{clock, page, storage};
use crate::replica::files::{Kept, all_files};
use crate::replica::rows::{self, EXTRA, ONLY_HERE, STORES, database_name};
use crate::replica::wishes::all_wishes;
use crate::replica::{Trouble, trouble};

pub use handed::{Handed, hand_over, handed, mark, taken_back};
pub use pin::{PinCheck, check_pin, lock, remove_pin, set_pin};
pub(crate) use unsent::export;
pub use unsent::{Exported, ImportError, LONGEST_UNSENT, import_unsent};

/// The setting that is kept while somebody is signed in on this device: what only they need may be loaded before it is known
/// who, and where it is not there nobody is looked for.
pub const IN_USE: &str = "plumbline.in-use";

/// The database of the device itself: who is known on it.
const DEVICE: &str = "plumbline-device";
/// [`Known`] under [person].
const ACCOUNTS: &str = "accounts";
/// Who is in use, under ["current"]; whose sign-out the server has not heard of, under ["sign_out", person].
const SETTINGS: &str = "settings";
const DEVICE_STORES: &[&str] = &[ACCOUNTS, SETTINGS, "extra"];

/// A person known on this device, as stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Known {
    session: Session,
    last_used: Timestamp,
    #[serde(default)]
    pin: Option<pin::Pin>,
}

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

async fn device() -> Result<Database, Trouble> {
    Database::open(DEVICE, DEVICE_STORES)
        .await
        .map_err(|error| trouble(&error))
}

async fn known(device: &Database) -> Result<Vec<Known>, Trouble> {
    let asks = [(ACCOUNTS, Range::Under(Vec::new()))];
    let answers = device.read(&asks).await.map_err(|error| trouble(&error))?;
    Ok(accounts(answers.first().map_or(&[], Vec::as_slice)))
}

/// The accounts of these rows, last used first.
fn accounts(rows: &[Row]) -> Vec<Known> {
    let (mut known, _) = rows::read::<Known>(rows);
    sort::by_key(&mut known, |(known, _)| std::cmp::Reverse(known.last_used));
    known.into_iter().map(|(known, _)| known).collect()
}

async fn find(device: &Database, person: PersonId) -> Result<Option<Known>, Trouble> {
    let all = known(device).await?;
    Ok(all.into_iter().find(|known| known.session.person == person))
}

async fn write(device: &Database, steps: &[Write]) -> Result<(), Trouble> {
    device.write(steps).await.map_err(|error| trouble(&error))
}

fn keep(known: &Known) -> Write {
    Write::Put(
        ACCOUNTS,
        rows::key([rows::id(known.session.person)]),
        rows::row(known),
    )
}

fn set_current(person: PersonId) -> Write {
    Write::Put(SETTINGS, rows::key(["current".into()]), rows::row(&person))
}

impl From<&Known> for Account {
    fn from(known: &Known) -> Self {
        Self {
            session: known.session.clone(),
            has_pin: known.pin.is_some(),
            locked: known.pin.is_some() && !pin::unlocked(known.session.person),
            last_used: known.last_used,
        }
    }
}

/// All accounts known on this device, last used first.
pub async fn known_accounts() -> Result<Vec<Account>, Trouble> {
    let device = device().await?;
    Ok(known(&device).await?.iter().map(Account::from).collect())
}

/// The account in use, from this device alone: opens after a restart with no server.
pub async fn current() -> Result<Option<Account>, Trouble> {
    let device = device().await?;
    let asks = [
        (SETTINGS, Range::One(rows::key(["current".into()]))),
        (SETTINGS, Range::Under(rows::key(["sign_out".into()]))),
        (ACCOUNTS, Range::Under(Vec::new())),
    ];
    let answers = device.read(&asks).await.map_err(|error| trouble(&error))?;
    let at = |at: usize| answers.get(at).map_or(&[][..], Vec::as_slice);
    let (signed_out, _) = rows::read::<PersonId>(at(1));
    for (person, _) in signed_out {
        leptos::task::spawn_local(async move {
            let _ = end_at_server(person).await;
        });
    }
    let Some((person, _)) = rows::read::<PersonId>(at(0)).0.pop() else {
        return Ok(None);
    };
    let all = accounts(at(2));
    let known = all.iter().find(|known| known.session.person == person);
    Ok(known.map(Account::from))
}

fn signed_out(person: PersonId) -> Key {
    rows::key(["sign_out".into(), rows::id(person)])
}

/// Tells the server of a sign-out that it has not heard of. The session of a colleague who has signed in on this
/// device meanwhile stays.
async fn end_at_server(person: PersonId) -> Result<(), Trouble> {
    let told = match http::get::<Session>("/api/session").await {
        Ok(session) if session.person == person => http::delete("/api/session").await,
        Ok(_) => Ok(()),
        Err(error) => Err(error),
    };
    if told == Err(HttpError::Unreachable) {
        return Ok(());
    }
    // signed out now, or was so already
    let device = device().await?;
    write(&device, &[Write::Delete(SETTINGS, signed_out(person))]).await
}

/// Makes a known account the one in use; the page is to be reloaded after. Its session at the server may have ended,
/// or be another's: then the replica says so, and it signs in again.
pub async fn switch_to(person: PersonId) -> Result<(), Trouble> {
    let device = device().await?;
    write(&device, &[set_current(person)]).await
}

/// Signs in at the server, remembers the account, and asks the browser to keep our data.
pub async fn sign_in(name: &str, password: &str, code: &str) -> Result<Session, SignInError> {
    let body = SignIn {
        name: name.to_owned(),
        password: password.to_owned(),
        device_label: page::device_label(),
        code: code.trim().to_owned(),
    };
    let session: Session =
        http::post("/api/session", &body)
            .await
            .map_err(|error| match error {
                HttpError::Unreachable => SignInError::Unreachable,
                HttpError::Failed(failure) => SignInError::Refused(failure),
            })?;
    remember(&session).await?;
    storage::persist().await;
    Ok(session)
}

/// Keeps what the server says of the person in use (after a changed password or name).
pub async fn remember(session: &Session) -> Result<(), Trouble> {
    let device = device().await?;
    let pin = find(&device, session.person).await?.and_then(|k| k.pin);
    // whoever knows the password needs no PIN now
    pin::unlock(session.person);
    let known = Known {
        session: session.clone(),
        last_used: clock::now(),
        pin,
    };
    // the cookie is a new one
    let heard = Write::DeleteUnder(SETTINGS, rows::key(["sign_out".into()]));
    write(&device, &[keep(&known), set_current(session.person), heard]).await
}

/// How many edits of this person only this device has: changes that wait, drafts of refused ones, typing that never
/// became a change, decisions and attachments that wait. Ask before [`sign_out`].
pub(crate) async fn unsent(person: PersonId) -> Result<usize, Trouble> {
    let database = Database::open(&database_name(person), STORES)
        .await
        .map_err(|error| trouble(&error))?;
    let mut count = 0;
    for store in ONLY_HERE {
        count += database
            .count(store)
            .await
            .map_err(|error| trouble(&error))?;
    }
    let asks = [(EXTRA, all_wishes()), (EXTRA, all_files())];
    let mut rows = database
        .read(&asks)
        .await
        .map_err(|error| trouble(&error))?
        .into_iter();
    let wishes = rows.next().unwrap_or_default().len();
    let files = rows.next().unwrap_or_default();
    let (files, _) = rows::read::<Kept>(&files);
    let files = files.iter().filter(|(kept, _)| !kept.sent).count();
    Ok(count + wishes + files)
}

/// Ends all sessions of whoever is signed in, and takes their tokens back. The data of this device stays.
pub async fn end_everywhere() -> Result<(), HttpError> {
    match http::delete("/api/sessions").await {
        Err(HttpError::Failed(failure)) if failure.code == ErrorCode::NotSignedIn => Ok(()),
        answer => answer,
    }
}

/// Signs out: ends the session at the server (later, when it cannot be reached), and wipes the person's data from
/// this device, sent or not. The page is to be reloaded after.
pub async fn sign_out(person: PersonId) -> Result<(), Trouble> {
    let device = device().await?;
    let steps = [
        Write::Put(SETTINGS, signed_out(person), rows::row(&person)),
        Write::Delete(SETTINGS, rows::key(["current".into()])),
        Write::Delete(ACCOUNTS, rows::key([rows::id(person)])),
    ];
    write(&device, &steps).await?;
    end_at_server(person).await?;
    pin::forget(person);
    Database::delete(&database_name(person))
        .await
        .map_err(|error| trouble(&error))
}
