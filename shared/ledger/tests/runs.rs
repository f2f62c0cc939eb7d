//! Random runs of whole projects: everything by anybody, and what the ledger promises holds all the way.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::game::{play, play_without_duties};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Never stuck, never two winners, never decided by someone not entitled or on their own request, no opinion voids
    /// another, no number twice, gates open when all is there, the chain and what it holds are found right, a device that
    /// follows stands where the server stands after every entry.
    #[test]
    fn random_projects_keep_what_the_ledger_promises(seed in any::<u64>(), length in 700..1_800_usize) {
        play(seed, length, |game, dice| game.holds(dice));
    }
}

/// Each went wrong once: two versions with other orders of stages, decisions that open two gates, going back undone.
#[test]
fn what_went_wrong_once_does_not_again() {
    for (seed, length) in [
        (13_332_247_671_895_930_938, 1_105),
        (14_294_865_740_025_647_496, 1_292),
        (5_602_784_782_000_303_903, 1_399),
        (8_992_231_980_639_331_762, 1_139),
        (12_770_475_393_681_442_145, 1_776),
        (14_918_361_332_137_648_193, 1_261),
        (3_106_721_639_418_280_993, 1_553),
    ] {
        play_without_duties(seed, length, |game, dice| game.holds(dice));
    }
}
