//! Which changes of a log are in the past of a change, from the changes that it follows.

use rustc_hash::FxHashSet;

use super::History;

/// Everything but what is listed.
#[derive(Debug)]
pub(super) struct Past {
    beside: FxHashSet<u32>,
}

impl Past {
    /// For what follows all there is.
    pub(super) fn everything() -> Self {
        Self {
            beside: FxHashSet::default(),
        }
    }

    /// What `deps` follow, with them. Walks back from the end of the log until everything before is past.
    pub(super) fn of(history: &History, deps: &[u32]) -> Self {
        let mut beside = FxHashSet::default();
        let mut past: FxHashSet<u32> = deps.iter().copied().collect();
        if history.heads.len() == past.len() && history.heads.iter().all(|h| past.contains(h)) {
            return Self { beside };
        }
        for at in (0..history.changes.len() as u32).rev() {
            let Some(change) = history.changes.get(at as usize) else {
                break;
            };
            if past.remove(&at) {
                if change.width == 1 {
                    break; // the only head up to here: all before it is its past
                }
                past.extend(&change.deps);
            } else {
                beside.insert(at);
            }
        }
        Self { beside }
    }

    /// Whether a change is in it.
    pub(super) fn holds(&self, at: u32) -> bool {
        !self.beside.contains(&at)
    }
}
