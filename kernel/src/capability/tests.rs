use super::*;
use crate::testing::Random;
use std::collections::BTreeMap;

fn capabilities(tables: u32, slots: u32) -> Capabilities<'static> {
    let entries = vec![Entry::default(); (tables * slots) as usize].leak();
    let all = vec![Table::default(); tables as usize].leak();
    let mut capabilities = Capabilities::new(entries, all);
    for owner in 0..tables {
        capabilities.create_table(owner, slots).expect("room for the table");
    }
    capabilities
}

const GRANT: Grant = Grant { kind: Kind::Endpoint, object: 7, rights: 0b1111, badge: 9 };

#[test]
fn the_first_token_is_the_one_that_synth_computes() {
    let mut all = capabilities(2, 4);
    assert_eq!(all.create(1, GRANT), Ok(0x000f_0001_0000_0000));
    assert_eq!(all.create(1, GRANT), Ok(0x000f_0001_0000_0001));
}

#[test]
fn a_token_is_worth_nothing_in_another_table() {
    let mut all = capabilities(2, 4);
    let token = all.create(0, GRANT).expect("a free slot");
    assert!(all.validate(0, token, Kind::Endpoint, 1).is_ok());
    assert_eq!(all.lookup(1, token), Err(Error::BadToken));
}

#[test]
fn every_part_of_a_token_counts() {
    let mut all = capabilities(1, 4);
    let token = all.create(0, GRANT).expect("a free slot");
    for bit in 0..64 {
        assert!(all.lookup(0, token ^ (1 << bit)).is_err(), "bit {bit}");
    }
    assert_eq!(all.validate(0, token, Kind::Power, 1).err(), Some(Error::WrongKind));
    assert_eq!(all.validate(0, token, Kind::Endpoint, 0b1_0000).err(), Some(Error::MissingRight));
}

#[test]
fn a_dropped_token_is_stale_even_when_its_slot_is_used_again() {
    let mut all = capabilities(1, 1);
    let token = all.create(0, GRANT).expect("a free slot");
    all.drop_entry(all.lookup(0, token).expect("just made"));
    assert_eq!(all.lookup(0, token), Err(Error::StaleToken));
    let again = all.create(0, GRANT).expect("the slot is free again");
    assert_eq!(all.lookup(0, token), Err(Error::StaleToken));
    assert!(all.lookup(0, again).is_ok());
}

#[test]
fn a_slot_retires_before_its_generation_wraps() {
    let mut all = capabilities(1, 1);
    let mut made = 0;
    while let Ok(token) = all.create(0, GRANT) {
        all.drop_entry(all.lookup(0, token).expect("just made"));
        made += 1;
    }
    assert_eq!(made, 0xffff);
}

#[test]
fn deriving_never_widens() {
    let mut all = capabilities(1, 4);
    let token = all.create(0, Grant { rights: 0b0101, ..GRANT }).expect("a free slot");
    let parent = all.lookup(0, token).expect("just made");
    for rights in 0..=u16::MAX {
        let child = all.derive(parent, 0, rights);
        assert_eq!(child.is_ok(), rights & !0b0101 == 0, "{rights:#b}");
        if let Ok(child) = child {
            all.drop_entry(all.lookup(0, child).expect("just derived"));
        }
    }
}

/// A token with the table that it is good in.
type Node = (u32, u64);

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
        let mut all = capabilities(3, 6);
        let mut model = Model::default();
        for _ in 0..300 {
            let owner = random.below(3) as u32;
            let nodes: Vec<_> = model.live.keys().copied().collect();
            let pick = (!nodes.is_empty()).then(|| nodes[random.below(nodes.len() as u64) as usize]);
            match (random.below(8), pick) {
                (0, _) | (_, None) => {
                    let rights = (random.below(16)) as u16;
                    if let Ok(token) = all.create(owner, Grant { rights, ..GRANT }) {
                        model.live.insert((owner, token), (None, rights));
                    }
                }
                (1, Some(node)) => {
                    let id = all.lookup(node.0, node.1).expect("live in the model");
                    assert_eq!(all.revoke(id), model.revoke(node));
                }
                (2, Some(node)) => {
                    all.drop_entry(all.lookup(node.0, node.1).expect("live in the model"));
                    model.revoke(node);
                    model.live.remove(&node);
                    model.dead.push(node);
                }
                (_, Some(node)) => {
                    let id = all.lookup(node.0, node.1).expect("live in the model");
                    let had = model.live[&node].1;
                    let rights = had & random.below(16) as u16;
                    if let Ok(token) = all.derive(id, owner, rights) {
                        model.live.insert((owner, token), (Some(node), rights));
                    }
                }
            }
            for (node, (_, rights)) in &model.live {
                let id = all.lookup(node.0, node.1).expect("live in the model");
                assert_eq!(all.entry(id).rights(), *rights);
            }
            for node in &model.dead {
                assert_eq!(all.lookup(node.0, node.1), Err(Error::StaleToken));
            }
        }
    }
}
