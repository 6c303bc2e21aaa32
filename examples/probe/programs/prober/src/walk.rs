//! Every name that a capability of this component could have.

use veridian::abi::limits;
use veridian::{Token, system};

/// Generations that are tried: none, that of the boot table, and later ones.
const GENERATIONS: core::ops::Range<u16> = 0..4;
/// Slots behind the largest table, and where arithmetic could go wrong.
const BEYOND: [u32; 6] = [0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff];

/// Tells every token that the kernel takes. In the first `table` slots each set of rights is tried, in all slots
/// that some table could have, and beyond, none, each single one, and all. Returns how many names it tried.
pub fn tokens(table: u32, mut found: impl FnMut(Token)) -> u64 {
    let mut tried = 0;
    let mut attempt = |token: Token| {
        tried += 1;
        if system::capability_validate(token, 0).is_ok() {
            found(token);
        }
    };
    for generation in GENERATIONS {
        for slot in 0..table {
            for rights in 0..=u16::MAX {
                attempt(Token::new(slot, generation, rights));
            }
        }
        for slot in (table..limits::MAX_SLOTS as u32 + 64).chain(BEYOND) {
            for rights in (0..u16::BITS).map(|bit| 1 << bit).chain([0, u16::MAX]) {
                attempt(Token::new(slot, generation, rights));
            }
        }
    }
    tried
}
