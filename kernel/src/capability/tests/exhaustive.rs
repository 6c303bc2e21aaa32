//! Every state that the capability core can come to in so many steps, by a model checker.
//!
//! What is checked is the shipped code: tables, derivation tree, pool and restart, put through every sequence of
//! actions up to the bound (`rig`). Beside it goes a plain account of what must be true (`spec`).
//!
//! The bound: two components with tables of three slots each, one endpoint, one pool of two pages, and six actions
//! from boot on ([`COMPONENTS`], [`SLOTS`], [`rig::BUDGET`], [`TREE_DEPTH`], [`POOL_DEPTH`]). Capabilities are derived
//! with the rights of their parent, without the lowest, and with one more, into the own table or the other one. A step of revoking,
//! dropping or starting anew deletes one capability, so that whatever else can happen between two steps of them is
//! tried. Slots of one table begin near the last generation, so that they retire within the bound.

mod rig;
mod spec;

use rig::{Action, COMPONENTS, RESTARTED, RIGHTS, SLOTS, Seen, Slot, Start, What, replay};
use spec::{Law, Spec};
use stateright::{Checker, Model, Property};
use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};

/// Actions from boot on, with an endpoint alone.
const TREE_DEPTH: usize = 6;
/// Actions from boot on, with a pool and an endpoint.
const POOL_DEPTH: usize = 6;

/// A state, and how it was come to first. Only what it is makes it another one.
#[derive(Clone, Debug)]
struct State {
    actions: Vec<Action>,
    seen: Seen,
    spec: Spec,
    broken: BTreeSet<Law>,
}

impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        (&self.seen, &self.spec, &self.broken) == (&other.seen, &other.spec, &other.broken)
    }
}

impl Hash for State {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (&self.seen, &self.spec, &self.broken).hash(hasher);
    }
}

struct Core(Start);

impl Model for Core {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        replay(self.0, &[], |rig, _| {
            let seen = rig.see();
            vec![State { actions: Vec::new(), spec: Spec::new(rig, &seen), seen, broken: BTreeSet::new() }]
        })
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        let lives = |component| component != RESTARTED || state.seen.clearing.is_none();
        for (&slot, made) in state.spec.live.iter().filter(|(slot, _)| lives(slot.component)) {
            // All of its rights, all but the lowest, and one more than it has.
            let less = made.rights & made.rights.wrapping_sub(1);
            let more = (0..RIGHTS).map(|bit| made.rights | 1 << bit);
            for rights in BTreeSet::from_iter(more.chain([made.rights, less])) {
                let tables = (0..COMPONENTS as u8).filter(|to| lives(*to));
                actions.extend(tables.map(|to| Action::Derive { from: slot, to, rights }));
            }
            actions.extend([Action::Revoke(slot), Action::Drop(slot)]);
            match made.what {
                What::Pool => actions.push(Action::Allocate(slot)),
                What::Region(_) if made.mapped => actions.push(Action::Unmap(slot)),
                What::Region(_) => actions.extend(
                    (state.spec.live.iter())
                        .filter(|(pool, made)| pool.component == slot.component && made.what == What::Pool)
                        .map(|(pool, _)| Action::Map { region: slot, pool: *pool }),
                ),
                What::Endpoint => {}
            }
        }
        actions.push(Action::Restart);
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut actions = last.actions.clone();
        actions.push(action);
        let mut spec = last.spec.clone();
        let (seen, broken) = replay(self.0, &actions, |rig, answer| {
            let seen = rig.see();
            let broken = spec.follow(action, answer, &last.seen, rig, &seen);
            (seen, broken)
        });
        let same = broken.is_empty() && seen == last.seen && spec == last.spec;
        (!same).then_some(State { actions, seen, spec, broken })
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties = vec![
            Property::always("rights never grow", |_, state: &State| !state.broken.contains(&Law::Rights)),
            Property::always("revoke leaves no descendant", |_, state: &State| {
                !state.broken.contains(&Law::Revocation)
            }),
            Property::always("no token outlives its generation", |_, state: &State| {
                !state.broken.contains(&Law::Generations)
            }),
            Property::always("no object outlives its pool", |_, state: &State| !state.broken.contains(&Law::Pools)),
            Property::always("an endpoint counts who serves it", |_, state: &State| {
                !state.broken.contains(&Law::Servers)
            }),
            Property::always("refusals fit", |_, state: &State| !state.broken.contains(&Law::Answers)),
            Property::sometimes("a slot retires", |_, state: &State| {
                Slot::all().any(|slot| {
                    state.seen.generation(slot) == u16::MAX
                        && state.seen.held(slot).is_none()
                        && !state.seen.free[usize::from(slot.component)].contains(&slot.slot)
                })
            }),
            Property::sometimes("a table is full", |_, state: &State| state.seen.free.iter().any(Vec::is_empty)),
            Property::sometimes("a start anew has come to an end", |_, state: &State| {
                state.actions.len() > SLOTS
                    && state.seen.clearing.is_none()
                    && state.actions.last() == Some(&Action::Restart)
            }),
            Property::sometimes("a capability came back to who passed it", |_, state: &State| {
                state.spec.live.iter().any(|(slot, made)| {
                    made.parent.is_some_and(|parent| {
                        parent.component != slot.component
                            && state.spec.live[&parent].parent.is_some_and(|first| first.component == slot.component)
                    })
                })
            }),
        ];
        // That both are explored at all.
        if self.0 == Start::Pool {
            properties.extend([
                Property::sometimes("the pool is used up", |_, state: &State| state.seen.available.0 == 0),
                Property::sometimes("a page is mapped in both", |_, state: &State| {
                    BTreeSet::from_iter(state.seen.pages.iter().map(|(component, _)| component)).len() == COMPONENTS
                }),
            ]);
        }
        properties
    }
}

fn explore(start: Start, depth: usize) {
    let checker = Core(start).checker().threads(2).target_max_depth(depth + 1).spawn_bfs().join();
    println!("{} states, {} of them different", checker.state_count(), checker.unique_state_count());
    checker.assert_properties();
}

#[test]
fn no_sequence_of_actions_breaks_a_law_of_the_tree() {
    explore(Start::Endpoint, TREE_DEPTH);
}

#[test]
fn no_sequence_of_actions_breaks_a_law_of_pools() {
    explore(Start::Pool, POOL_DEPTH);
}
