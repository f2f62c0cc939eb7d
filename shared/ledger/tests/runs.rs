//! Random runs of whole projects: everything by anybody, and what the ledger promises holds all the way.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::game::Game;
use common::regulation::versions;
use common::world::Dice;
use ledger::Hash;
use ledger::record::Act;
use proptest::prelude::*;

/// Numbers that follow from a seed.
fn rolls(seed: u64, length: usize) -> Vec<u16> {
    let mut state = seed;
    let next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed >> 32) as u16
    };
    std::iter::repeat_with(next).take(length).collect()
}

fn run(seed: u64, length: usize) {
    let mut dice = Dice::new(rolls(seed, length));
    let packs = versions(&mut dice);
    let library = |hash: &Hash| {
        packs
            .iter()
            .find(|(known, _)| known == hash)
            .map(|(_, pack)| pack)
    };
    let mut game = Game::new(&library, &packs, &mut dice);
    let adopt = Act::Adopt { pack: packs[0].0 };
    game.wish(common::world::person(1), adopt, true).unwrap();
    while !dice.is_empty() {
        game.anything(&mut dice);
    }
    game.finish(3);
    game.holds(&mut dice);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Never stuck, never two winners, never decided by someone not entitled or on their own request, no opinion voids
    /// another, no number twice, gates open when all is there, the chain and what it holds are found right, a device that
    /// follows stands where the server stands after every entry.
    #[test]
    fn random_projects_keep_what_the_ledger_promises(seed in any::<u64>(), length in 700..1_800_usize) {
        run(seed, length);
    }
}
