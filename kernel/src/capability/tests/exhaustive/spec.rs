//! What must be true after each action: kept beside the shipped state, from the actions alone.

use super::rig::{Action, BUDGET, COMPONENTS, ENDPOINT_RIGHTS, RESTARTED, RIGHTS, Rig, SLOTS, Seen, Slot, What};
use std::collections::{BTreeMap, BTreeSet};
use veridian_abi::{Error, limits, rights};

/// What the capability core promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Law {
    /// No capability has a right that its parent has not, or that its table never gave it.
    Rights,
    /// A revocation takes descendants alone, leaves first, one in each step, and leaves none when it says so.
    Revocation,
    /// A table takes the tokens of the capabilities in it and no other: no earlier, no later one.
    Generations,
    /// Each page is the pool's, or there is a capability to it from which all others come; only then it is mapped.
    Pools,
    /// An endpoint knows how many of the living serve it.
    Servers,
    /// An action is refused when it must be and not else, for the reason that fits.
    Answers,
}

/// A capability that must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Made {
    pub what: What,
    pub rights: u16,
    pub parent: Option<Slot>,
    pub mapped: bool,
    generation: u16,
}

/// Every capability that there must be, and what is left of those that there were.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Spec {
    pub live: BTreeMap<Slot, Made>,
    /// Generations that each slot's tokens have had: before the first one, and the last one.
    used: BTreeMap<Slot, (u16, u16)>,
}

impl Spec {
    /// As the boot table has it.
    pub fn new(rig: &Rig<'_>, seen: &Seen) -> Self {
        let mut spec = Self { live: BTreeMap::new(), used: BTreeMap::new() };
        for slot in Slot::all() {
            let generation = rig.generation(slot);
            if let Some(held) = seen.held(slot) {
                spec.live.insert(
                    slot,
                    Made { what: held.what, rights: held.rights, parent: None, mapped: false, generation },
                );
            }
            spec.used.insert(slot, (generation - 1, generation - u16::from(seen.held(slot).is_none())));
        }
        spec
    }

    fn descends(&self, slot: Slot, from: Slot) -> bool {
        let parents = core::iter::successors(Some(slot), |slot| self.live.get(slot).and_then(|made| made.parent));
        parents.skip(1).any(|parent| parent == from)
    }

    /// What hangs from a capability.
    pub fn descendants(&self, from: Slot) -> BTreeSet<Slot> {
        self.live.keys().copied().filter(|slot| self.descends(*slot, from)).collect()
    }

    fn token(&self, slot: Slot) -> Option<u64> {
        let made = self.live.get(&slot)?;
        Some(u64::from(slot.slot) | u64::from(made.generation) << 32 | u64::from(made.rights) << 48)
    }

    fn pages(&self) -> usize {
        self.live.values().filter(|made| made.parent.is_none() && matches!(made.what, What::Region(_))).count()
    }

    /// Goes along with an action, and tells what the kernel has broken with it. `before` and `seen` are the shipped
    /// state without it and with it.
    pub fn follow(
        &mut self,
        action: Action,
        answer: Result<u64, Error>,
        before: &Seen,
        rig: &Rig<'_>,
        seen: &Seen,
    ) -> BTreeSet<Law> {
        let mut broken = BTreeSet::new();
        self.take_away(action, answer, before, rig, &mut broken);
        self.add(action, answer, before, seen, &mut broken);
        self.compare(rig, seen, &mut broken);
        broken
    }

    /// What may go with an action, how much of it must, and whether it is then done.
    fn takes(&self, action: Action, before: &Seen) -> (BTreeSet<Slot>, usize, bool) {
        let (root, itself) = match (action, before.clearing) {
            (Action::Revoke(slot), _) => (slot, false),
            (Action::Drop(slot), _) => (slot, true),
            (Action::Restart, Some(slot)) if slot < SLOTS as u32 => {
                (Slot { component: RESTARTED, slot: slot as u8 }, true)
            }
            _ => return (BTreeSet::new(), 0, true),
        };
        let mut below = self.descendants(root);
        if below.is_empty() && itself && self.live.contains_key(&root) {
            below.insert(root);
            return (below, 1, true);
        }
        let count = below.len().min(1);
        let done = below.len() == count && !(itself && count == 1);
        (below, count, done)
    }

    fn take_away(
        &mut self,
        action: Action,
        answer: Result<u64, Error>,
        before: &Seen,
        rig: &Rig<'_>,
        broken: &mut BTreeSet<Law>,
    ) {
        let (may, must, done) = self.takes(action, before);
        let gone: BTreeSet<Slot> =
            self.live.keys().copied().filter(|slot| !rig.takes_token(*slot, self.token(*slot))).collect();
        if !gone.is_subset(&may) || gone.len() != must {
            broken.insert(Law::Revocation);
        }
        if let Action::Revoke(_) | Action::Drop(_) = action
            && answer != if done { Ok(0) } else { Err(Error::Unfinished) }
        {
            broken.insert(Law::Revocation);
        }
        self.live.retain(|slot, _| !gone.contains(slot));
        if self.live.values().filter_map(|made| made.parent).any(|parent| !self.live.contains_key(&parent)) {
            broken.insert(Law::Revocation);
        }
    }

    fn add(
        &mut self,
        action: Action,
        answer: Result<u64, Error>,
        before: &Seen,
        seen: &Seen,
        broken: &mut BTreeSet<Law>,
    ) {
        let fresh = |what, rights, parent| Made { what, rights, parent, mapped: false, generation: 0 };
        let (to, made, refusal) = match action {
            Action::Derive { from, to, rights } => {
                let Made { what, rights: most, .. } = self.live[&from];
                let widens = rights & !most != 0;
                if widens && answer.is_ok() {
                    broken.insert(Law::Rights);
                }
                (to, fresh(what, rights, Some(from)), widens.then_some(Error::MissingRight))
            }
            Action::Allocate(pool) => {
                let may = self.live[&pool].rights & rights::memory_pool::ALLOCATE != 0;
                let refusal = if !may {
                    Some(Error::MissingRight)
                } else if self.pages() == BUDGET {
                    Some(Error::NoMemory)
                } else {
                    None
                };
                let what =
                    answer.ok().and_then(|token| seen.held(Slot { component: pool.component, slot: token as u8 }));
                let what = what.map_or(What::Pool, |held| held.what);
                (pool.component, fresh(what, rights::shared_region::READ | rights::shared_region::WRITE, None), refusal)
            }
            Action::Map { region, pool } => {
                let may = self.live[&pool].rights & rights::memory_pool::ALLOCATE != 0;
                let made = self.live.get_mut(&region).expect("an action of a capability that is there");
                let expected = if made.rights & rights::shared_region::READ == 0 || !may {
                    Err(Error::MissingRight)
                } else if made.mapped {
                    Err(Error::BadArgument)
                } else {
                    made.mapped = true;
                    Ok(0)
                };
                if answer != expected {
                    broken.insert(Law::Answers);
                }
                return;
            }
            Action::Unmap(region) => {
                self.live.get_mut(&region).expect("an action of a capability that is there").mapped = false;
                return;
            }
            Action::Restart if before.clearing == Some(SLOTS as u32) => {
                // Its memory is new as well: no token of its old life is left.
                for slot in Slot::all().filter(|slot| slot.component == RESTARTED) {
                    self.used.insert(slot, (0, 0));
                }
                let slot = Slot { component: RESTARTED, slot: 0 };
                let generation = limits::FIRST_GENERATION as u16;
                self.used.insert(slot, (0, generation));
                self.live.insert(slot, Made { generation, ..fresh(What::Endpoint, ENDPOINT_RIGHTS, None) });
                return;
            }
            Action::Revoke(_) | Action::Drop(_) | Action::Restart => return,
        };
        let full = before.free[usize::from(to)].is_empty().then_some(Error::TableFull);
        match (answer, refusal.or(full)) {
            (Ok(token), None) => {
                let slot = Slot { component: to, slot: token as u8 };
                let generation = (token >> 32) as u16;
                let used = self.used.get_mut(&slot).expect("every slot is there");
                if token as u32 >= SLOTS as u32 || generation <= used.1 || self.live.contains_key(&slot) {
                    broken.insert(Law::Generations);
                }
                used.1 = generation;
                self.live.insert(slot, Made { generation, ..made });
            }
            (Err(error), Some(expected)) if error == expected => {}
            _ => {
                broken.insert(Law::Answers);
            }
        }
    }

    fn compare(&self, rig: &Rig<'_>, seen: &Seen, broken: &mut BTreeSet<Law>) {
        for slot in Slot::all() {
            let (held, made) = (seen.held(slot), self.live.get(&slot));
            if held.map(|held| (held.what, held.parent, held.mapped))
                != made.map(|made| (made.what, made.parent, made.mapped))
            {
                broken.insert(Law::Revocation);
            }
            let most = made
                .and_then(|made| made.parent)
                .and_then(|parent| self.live.get(&parent))
                .map_or(u16::MAX, |parent| parent.rights);
            if held.map(|held| held.rights) != made.map(|made| made.rights)
                || held.is_some_and(|held| held.rights & !most != 0)
            {
                broken.insert(Law::Rights);
            }
            let (before, last) = self.used[&slot];
            for generation in before..=last.saturating_add(1) {
                for rights in 0..1u64 << RIGHTS {
                    let token = u64::from(slot.slot) | u64::from(generation) << 32 | rights << 48;
                    if rig.takes_token(slot, Some(token)) != (self.token(slot) == Some(token)) {
                        broken.insert(Law::Generations);
                    }
                }
            }
        }
        let left = BUDGET - self.pages();
        let mut mapped: Vec<(u32, u64)> = Vec::new();
        for (slot, made) in &self.live {
            if let (What::Region(page), true) = (made.what, made.mapped) {
                mapped.push((slot.component.into(), page));
            }
        }
        let mut pages = seen.pages.clone();
        pages.sort_unstable();
        mapped.sort_unstable();
        let roots: BTreeSet<u64> = self
            .live
            .values()
            .filter(|made| made.parent.is_none())
            .filter_map(|made| match made.what {
                What::Region(page) => Some(page),
                _ => None,
            })
            .collect();
        if seen.available != (left, left) || pages != mapped || roots.len() != self.pages() {
            broken.insert(Law::Pools);
        }
        let serves = |slot: &Slot, made: &Made| {
            made.what == What::Endpoint
                && made.rights & rights::endpoint::RECEIVE != 0
                && (slot.component != RESTARTED || seen.clearing.is_none())
        };
        if seen.servers as usize != self.live.iter().filter(|(slot, made)| serves(slot, made)).count() {
            broken.insert(Law::Servers);
        }
    }
}

const _: () = assert!(COMPONENTS > 1 && ENDPOINT_RIGHTS < 1 << RIGHTS);
