//! Ids for what comes from a file: from one random seed, each different from the others.

/// The numbers of SplitMix64: a bijection of a counter, so that no number comes twice in one import.
pub(crate) struct Ids(u64);

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_id_comes_twice() {
        let mut ids = Ids::new(7);
        let seen: HashSet<u64> = (0..100_000).map(|_| ids.next()).collect();
        assert_eq!(seen.len(), 100_000);
    }
}
