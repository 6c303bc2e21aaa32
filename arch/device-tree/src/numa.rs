//! Which memory and cores a tree says are near each other (binding `numa.txt`).

use crate::{Node, cell};
use veridian_port::{MemoryRange, Nodes, PhysicalAddress};

/// Takes what one node of a tree says of it: `numa-node-id` of memory and cores, and the matrix of distances.
pub fn read_numa(node: &Node<'_>, nodes: &mut Nodes) {
    if node.depth == 1 && node.is_named("memory") {
        if let Some(id) = node.cell("numa-node-id") {
            for range in node.reg() {
                let size = range.end.saturating_sub(range.start);
                nodes.add_memory(MemoryRange { start: PhysicalAddress(range.start), size }, id);
            }
        }
    } else if node.depth == 2 && node.is_named("cpu@") {
        if let (Some(id), Some(reg)) = (node.cell("numa-node-id"), node.reg().next().map(|range| range.start)) {
            nodes.add_core(reg, id);
        }
    } else if node.depth == 1 && node.is_named("distance-map") {
        for entry in node.property("distance-matrix").unwrap_or(&[]).chunks_exact(12) {
            if let (Some(from), Some(to), Some(distance)) = (cell(entry, 0), cell(entry, 4), cell(entry, 8)) {
                nodes.set_distance(from, to, u8::try_from(distance).unwrap_or(u8::MAX));
            }
        }
    }
}
