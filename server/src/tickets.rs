//! One-time tickets for the WebSocket, for clients that cannot send a cookie or a header at the upgrade.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use shared::base::Timestamp;

use crate::http::Principal;
use crate::secret::{NoRandomness, Secret};

/// How long a ticket is good.
const GOOD_FOR_MS: i64 = 30_000;
/// More than this many open ones of all people together are never needed; the oldest go.
const AT_MOST: usize = 10_000;

/// By what it hashes to: until when it is good, and whose it is.
type Open = HashMap<[u8; 32], (Timestamp, Principal)>;

/// Open tickets. In memory: a restart ends them, and a client asks again.
#[derive(Debug, Clone, Default)]
pub struct Tickets(Arc<Mutex<Open>>);

impl Tickets {
    /// A ticket for `principal`.
    pub fn issue(&self, principal: Principal, now: Timestamp) -> Result<Secret, NoRandomness> {
        let secret = Secret::random()?;
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, (until, _)| *until > now);
        if open.len() >= AT_MOST
            && let Some(oldest) = open
                .iter()
                .min_by_key(|(_, (until, _))| *until)
                .map(|(k, _)| *k)
        {
            open.remove(&oldest);
        }
        open.insert(
            Secret::kept(secret.text()),
            (now.plus_ms(GOOD_FOR_MS), principal),
        );
        Ok(secret)
    }

    /// Whose ticket it is; it is used up by this.
    pub fn redeem(&self, text: &str, now: Timestamp) -> Option<Principal> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (until, principal) = open.remove(&Secret::kept(text))?;
        (until > now).then_some(principal)
    }
}
