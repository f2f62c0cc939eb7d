//! The PIN that locks a shared tablet. It keeps colleagues out of the screen; it encrypts nothing.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use shared::base::{PersonId, Timestamp};

use super::{Known, device, find, keep, write};
use crate::platform::{clock, crypto, random, storage};
use crate::replica::Trouble;

/// Rounds of PBKDF2: about half a second on a tablet.
const ROUNDS: u32 = 600_000;
/// Wrong PINs that cost no waiting.
const FREE_TRIES: u32 = 3;
/// The longest wait after a wrong PIN, in ms.
const MAX_WAIT: i64 = 15 * 60_000;

/// A PIN as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Pin {
    salt: String,
    hash: String,
    rounds: u32,
    #[serde(default)]
    failures: u32,
    #[serde(default)]
    wait_until: Timestamp,
}

/// What an entered PIN was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinCheck {
    /// The right one; this tab is unlocked.
    Right,
    /// A wrong one, or too early: nothing is looked at before this time.
    Wrong {
        /// When one may try again.
        wait_until: Timestamp,
    },
}

fn name(person: PersonId) -> String {
    format!("plumbline-unlocked-{person}")
}

/// Whether this tab was unlocked for the person.
pub(super) fn unlocked(person: PersonId) -> bool {
    storage::tab_get(&name(person)).is_some()
}

/// Unlocks this tab for the person.
pub(super) fn unlock(person: PersonId) {
    storage::tab_set(&name(person), Some("yes"));
}

/// The person is gone from this device.
pub(super) fn forget(person: PersonId) {
    storage::tab_set(&name(person), None);
}

/// Locks this tab until the PIN is entered, also after a reload. The screen is to show the lock at once.
pub fn lock(person: PersonId) {
    forget(person);
}

fn refused(cause: &str) -> Trouble {
    Trouble::StorageRefused {
        cause: cause.to_owned(),
    }
}

async fn known(person: PersonId) -> Result<(crate::platform::database::Database, Known), Trouble> {
    let device = device().await?;
    match find(&device, person).await? {
        Some(known) => Ok((device, known)),
        None => Err(refused("the account is not known on this device")),
    }
}

/// Sets the PIN (four digits or more). Fails where the page is not from a secure origin: no WebCrypto there.
pub async fn set_pin(person: PersonId, pin: &str) -> Result<(), Trouble> {
    let (device, mut known) = known(person).await?;
    let salt: [u8; 16] = random::bytes();
    let hash = crypto::pbkdf2(pin, &salt, ROUNDS)
        .await
        .ok_or_else(|| refused("a PIN needs https"))?;
    known.pin = Some(Pin {
        salt: STANDARD.encode(salt),
        hash: STANDARD.encode(hash),
        rounds: ROUNDS,
        failures: 0,
        wait_until: Timestamp::default(),
    });
    unlock(person);
    write(&device, &[keep(&known)]).await
}

/// Looks at an entered PIN; the right one unlocks this tab. After three wrong ones each costs twice the waiting.
pub async fn check_pin(person: PersonId, entered: &str) -> Result<PinCheck, Trouble> {
    let (device, mut known) = known(person).await?;
    let Some(pin) = known.pin.as_mut() else {
        unlock(person);
        return Ok(PinCheck::Right);
    };
    let now = clock::now();
    // a clock set back does not lengthen the wait beyond its limit
    if now < pin.wait_until && pin.wait_until.since(now) <= MAX_WAIT {
        return Ok(PinCheck::Wrong {
            wait_until: pin.wait_until,
        });
    }
    // counted before it is looked at: closing the page saves no try
    pin.failures = pin.failures.saturating_add(1);
    let over = pin.failures.saturating_sub(FREE_TRIES);
    let wait = match over {
        0 => 0,
        over => (5_000i64 << over.min(10)).min(MAX_WAIT),
    };
    // no waiting is no moment: a clock set back would make one of it
    pin.wait_until = match wait {
        0 => Timestamp::default(),
        wait => now.plus_ms(wait),
    };
    let (salt, hash, rounds) = (pin.salt.clone(), pin.hash.clone(), pin.rounds);
    let wait_until = pin.wait_until;
    write(&device, &[keep(&known)]).await?;
    let salt = STANDARD.decode(salt).unwrap_or_default();
    let entered = crypto::pbkdf2(entered, &salt, rounds)
        .await
        .ok_or_else(|| refused("a PIN needs https"))?;
    if STANDARD.encode(entered) != hash {
        return Ok(PinCheck::Wrong { wait_until });
    }
    if let Some(pin) = known.pin.as_mut() {
        pin.failures = 0;
        pin.wait_until = Timestamp::default();
    }
    known.last_used = now;
    write(&device, &[keep(&known)]).await?;
    unlock(person);
    Ok(PinCheck::Right)
}

/// Takes the PIN away.
pub async fn remove_pin(person: PersonId) -> Result<(), Trouble> {
    let (device, mut known) = known(person).await?;
    known.pin = None;
    write(&device, &[keep(&known)]).await
}
