mod exhaustive;

use super::*;
use crate::testing::{Random, TestPort, World};
use std::collections::BTreeMap;
use veridian_abi::rights;

type Capability = Grant<'static, TestPort>;
type Tables = Vec<&'static Table<'static, TestPort>>;

/// Tables of so many slots, and an endpoint to hold capabilities to.
fn tables(count: usize, slots: usize) -> (Tables, Object<'static, TestPort>) {
    let world = World::new(count, slots);
    let tables = world.storage.threads.iter().map(|thread| &thread.table).collect();
    (tables, Object::Endpoint(&world.storage.endpoints[0]))
}

fn grant(object: Object<'static, TestPort>, rights: u16) -> Capability {
    Grant { object, rights, badge: 9 }
}

fn error<T>(result: Result<T, Error>) -> Option<Error> {
    result.err()
}

#[test]
fn the_first_token_is_the_one_that_synth_computes() {
    let (tables, object) = tables(2, 4);
    assert_eq!(tables[1].create(&grant(object, 0xf)), Ok(0x000f_0001_0000_0000));
    assert_eq!(tables[1].create(&grant(object, 0xf)), Ok(0x000f_0001_0000_0001));
}

#[test]
fn a_token_is_worth_nothing_in_another_table() {
    let (tables, object) = tables(2, 4);
    let token = tables[0].create(&grant(object, 0xf)).expect("a free slot");
    assert!(tables[0].lookup(token).is_ok());
    assert_eq!(error(tables[1].lookup(token)), Some(Error::BadToken));
}

#[test]
fn every_part_of_a_token_counts() {
    let (tables, object) = tables(1, 4);
    let token = tables[0].create(&grant(object, 0xf)).expect("a free slot");
    assert!(tables[0].endpoint(token, rights::endpoint::CALL).is_some());
    for bit in 0..64 {
        assert!(tables[0].lookup(token ^ (1 << bit)).is_err(), "bit {bit}");
        assert!(tables[0].endpoint(token ^ (1 << bit), rights::endpoint::CALL).is_none(), "bit {bit}");
    }
    let entry = tables[0].lookup(token).expect("just made");
    assert_eq!(entry.require(0b1_0000), Err(Error::MissingRight));
    assert!(tables[0].endpoint(token, 0b1_0000).is_none());
    let power = tables[0].create(&grant(Object::Power, 1)).expect("a free slot");
    assert!(tables[0].endpoint(power, 1).is_none());
}

#[test]
fn a_dropped_token_is_stale_even_when_its_slot_is_used_again() {
    let (tables, object) = tables(1, 1);
    let token = tables[0].create(&grant(object, 0xf)).expect("a free slot");
    tables[0].lookup(token).expect("just made").delete(u64::MAX, &mut |_| ());
    assert_eq!(error(tables[0].lookup(token)), Some(Error::StaleToken));
    assert!(tables[0].endpoint(token, 1).is_none());
    let again = tables[0].create(&grant(object, 0xf)).expect("the slot is free again");
    assert_eq!(error(tables[0].lookup(token)), Some(Error::StaleToken));
    assert!(tables[0].lookup(again).is_ok());
}

#[test]
fn a_slot_retires_before_its_generation_wraps() {
    let (tables, object) = tables(1, 1);
    let mut made = 0;
    while let Ok(token) = tables[0].create(&grant(object, 0xf)) {
        tables[0].lookup(token).expect("just made").delete(u64::MAX, &mut |_| ());
        made += 1;
    }
    assert_eq!(made, 0xffff);
}

#[test]
fn deriving_never_widens() {
    let (tables, object) = tables(1, 4);
    let token = tables[0].create(&grant(object, 0b0101)).expect("a free slot");
    let parent = tables[0].lookup(token).expect("just made");
    for rights in 0..=u16::MAX {
        let child = parent.derive(tables[0], rights);
        assert_eq!(child.is_ok(), rights & !0b0101 == 0, "{rights:#b}");
        if let Ok(child) = child {
            tables[0].lookup(child).expect("just derived").delete(u64::MAX, &mut |_| ());
        }
    }
}

/// A token with the table that it is good in.
type Node = (usize, u64);

/// A slow model of the tree: every live token with its parent and rights.
#[derive(Default)]
struct Model {
    live: BTreeMap<Node, (Option<Node>, u16)>,
    dead: Vec<Node>,
}

impl Model {
    fn descends(&self, mut node: Node, from: Node) -> bool {
        while let Some((Some(parent), _)) = self.live.get(&node) {
            if *parent == from {
                return true;
            }
            node = *parent;
        }
        false
    }

    fn revoke(&mut self, node: Node) -> u64 {
        let doomed: Vec<_> = self.live.keys().copied().filter(|other| self.descends(*other, node)).collect();
        for other in &doomed {
            self.live.remove(other);
            self.dead.push(*other);
        }
        doomed.len() as u64
    }
}

#[test]
fn the_tree_agrees_with_a_slow_model() {
    for seed in 0..200 {
        let mut random = Random::new(seed);
        let (tables, object) = tables(3, 6);
        let mut model = Model::default();
        for _ in 0..300 {
            let owner = random.below(3) as usize;
            let nodes: Vec<_> = model.live.keys().copied().collect();
            let pick = (!nodes.is_empty()).then(|| nodes[random.below(nodes.len() as u64) as usize]);
            match (random.below(8), pick) {
                (0, _) | (_, None) => {
                    let rights = (random.below(16)) as u16;
                    if let Ok(token) = tables[owner].create(&grant(object, rights)) {
                        model.live.insert((owner, token), (None, rights));
                    }
                }
                (1, Some(node)) => {
                    let entry = tables[node.0].lookup(node.1).expect("live in the model");
                    assert_eq!(entry.revoke(u64::MAX, &mut |_| ()), model.revoke(node));
                }
                (2, Some(node)) => {
                    tables[node.0].lookup(node.1).expect("live in the model").delete(u64::MAX, &mut |_| ());
                    model.revoke(node);
                    model.live.remove(&node);
                    model.dead.push(node);
                }
                (_, Some(node)) => {
                    let entry = tables[node.0].lookup(node.1).expect("live in the model");
                    let had = model.live[&node].1;
                    let rights = had & random.below(16) as u16;
                    if let Ok(token) = entry.derive(tables[owner], rights) {
                        model.live.insert((owner, token), (Some(node), rights));
                    }
                }
            }
            for (node, (_, rights)) in &model.live {
                let entry = tables[node.0].lookup(node.1).expect("live in the model");
                assert_eq!(entry.rights(), *rights);
            }
            for node in &model.dead {
                assert_eq!(error(tables[node.0].lookup(node.1)), Some(Error::StaleToken));
            }
        }
    }
}
