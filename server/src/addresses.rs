//! How much comes from one address: connections, live sockets and requests. Generous, because an office shares one address; against who
//! would have all of the server for one place.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use shared::base::Timestamp;

/// Of so many addresses is known what they use; further ones count as one.
const KNOWN: usize = 20_000;
/// So many connections for each live socket: a browser has a few while it loads the app.
const CONNECTIONS: u32 = 2;
/// So many seconds' worth of requests may come at once: a whole office whose network is back.
const AT_ONCE: u32 = 20;

/// What one address may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PerAddress {
    /// Live sockets at a time.
    pub sockets: u32,
    /// Requests a second, in the long run.
    pub requests: u32,
}

impl Default for PerAddress {
    fn default() -> Self {
        Self {
            sockets: 2_000,
            requests: 500,
        }
    }
}

/// What every address uses. A cheap handle.
#[derive(Debug, Clone)]
pub(crate) struct Addresses {
    limits: PerAddress,
    used: Arc<Mutex<HashMap<String, Used>>>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Used {
    connections: u32,
    sockets: u32,
    /// Requests that may come now.
    left: f64,
    at: Timestamp,
}

impl Addresses {
    pub(crate) fn new(limits: PerAddress) -> Self {
        Self {
            limits,
            used: Arc::default(),
        }
    }

    fn most(&self) -> f64 {
        f64::from(self.limits.requests) * f64::from(AT_ONCE)
    }

    /// Does something to what an address uses, as it stands now; under which name that is counted.
    fn with<T>(
        &self,
        address: &str,
        now: Timestamp,
        act: impl FnOnce(&mut Used) -> T,
    ) -> (T, String) {
        let (most, pace) = (self.most(), f64::from(self.limits.requests));
        let refilled = |used: &Used| {
            let seconds = now.since(used.at).max(0) as f64 / 1_000.0;
            (used.left + seconds * pace).min(most)
        };
        let mut all = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= KNOWN && !all.contains_key(address) {
            all.retain(|_, used| used.sockets > 0 || used.connections > 0 || refilled(used) < most);
        }
        let name = match all.len() >= KNOWN && !all.contains_key(address) {
            true => String::new(),
            false => address.to_owned(),
        };
        let used = all.entry(name.clone()).or_insert(Used {
            connections: 0,
            sockets: 0,
            left: most,
            at: now,
        });
        used.left = refilled(used);
        used.at = now;
        (act(used), name)
    }

    /// A request comes from there.
    ///
    /// # Errors
    /// It is one too many: after how many seconds to come again.
    pub(crate) fn request(&self, address: &str, now: Timestamp) -> Result<(), u32> {
        let ask = |used: &mut Used| {
            let fits = used.left >= 1.0;
            used.left -= f64::from(u8::from(fits));
            fits
        };
        // a second's worth is there then
        self.with(address, now, ask).0.then_some(()).ok_or(1)
    }

    /// A socket is opened from there, for as long as the answer is kept; `None`: it is one too many.
    pub(crate) fn socket(&self, address: &str, now: Timestamp) -> Option<OpenSocket> {
        let most = self.limits.sockets;
        self.open(address, now, most, |used| &mut used.sockets)
            .map(|_counted| OpenSocket { _counted })
    }

    /// A connection comes from there, likewise.
    pub(crate) fn connection(&self, address: &str, now: Timestamp) -> Option<Open> {
        let most = self.limits.sockets.saturating_mul(CONNECTIONS);
        self.open(address, now, most, |used| &mut used.connections)
    }

    fn open(&self, address: &str, now: Timestamp, most: u32, which: Which) -> Option<Open> {
        let (fits, name) = self.with(address, now, |used| {
            let count = which(used);
            let fits = *count < most;
            *count += u32::from(fits);
            fits
        });
        fits.then(|| Open {
            addresses: self.clone(),
            name,
            which,
        })
    }
}

/// Which of its counts.
type Which = fn(&mut Used) -> &mut u32;

/// A live socket, until it is dropped.
#[derive(Debug)]
pub(crate) struct OpenSocket {
    _counted: Open,
}

/// Counts for its address until it is dropped.
#[derive(Debug)]
pub(crate) struct Open {
    addresses: Addresses,
    name: String,
    which: Which,
}

impl Drop for Open {
    fn drop(&mut self) {
        let all = self.addresses.used.lock();
        let mut all = all.unwrap_or_else(PoisonError::into_inner);
        if let Some(used) = all.get_mut(&self.name) {
            let count = (self.which)(used);
            *count = count.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    #[test]
    fn an_address_has_so_many_requests_at_once_and_so_many_a_second() {
        let addresses = Addresses::new(PerAddress {
            sockets: 1,
            requests: 10,
        });
        let taken = |now: Timestamp| {
            let ask = || addresses.request("192.0.2.7", now);
            (0..1_000).take_while(|_| ask().is_ok()).count()
        };
        assert_eq!(taken(NOW), 200);
        assert_eq!(addresses.request("192.0.2.7", NOW), Err(1));
        assert_eq!(addresses.request("192.0.2.8", NOW), Ok(()));
        assert_eq!(taken(NOW.plus_ms(1_000)), 10);
        // a clock that is set back gives nothing, and takes nothing
        assert_eq!(taken(NOW), 0);
        assert_eq!(taken(NOW.plus_ms(3_600_000)), 200);
    }

    #[test]
    fn more_addresses_than_are_known_apart_cost_no_more_memory() {
        let addresses = Addresses::new(PerAddress {
            sockets: 2,
            requests: 1,
        });
        let held = addresses.socket("192.0.2.7", NOW);
        for n in 0..2 * KNOWN {
            let _ = addresses.request(&format!("2001:db8:{n:x}::/64"), NOW);
        }
        assert!(addresses.used.lock().unwrap().len() <= KNOWN + 1);
        // who holds a socket is not forgotten, and counts on
        assert!(addresses.socket("192.0.2.7", NOW).is_some_and(|second| {
            addresses.socket("192.0.2.7", NOW).is_none() && second._counted.name == "192.0.2.7"
        }));
        drop(held);
        // those that ask for nothing any more are forgotten
        let later = NOW.plus_ms(60_000);
        assert_eq!(addresses.request("198.51.100.1", later), Ok(()));
        assert!(addresses.used.lock().unwrap().len() <= 2);
    }
}
