use super::*;

/// Flattens a tree, as a boot loader does.
struct Writer {
    structure: Vec<u8>,
    strings: Vec<u8>,
    reserved: Vec<(u64, u64)>,
}

impl Writer {
    fn new() -> Self {
        Self { structure: Vec::new(), strings: Vec::new(), reserved: Vec::new() }
    }

    fn cells(mut self, cells: &[u32]) -> Self {
        self.structure.extend(cells.iter().flat_map(|cell| cell.to_be_bytes()));
        self
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        self.structure.extend(bytes);
        self.structure.resize(self.structure.len().next_multiple_of(4), 0);
        self
    }

    fn begin(self, name: &str) -> Self {
        self.cells(&[1]).bytes(format!("{name}\0").as_bytes())
    }

    fn end(self) -> Self {
        self.cells(&[2])
    }

    fn property(mut self, name: &str, value: &[u8]) -> Self {
        let offset = self.strings.len() as u32;
        self.strings.extend(name.bytes().chain([0]));
        self.cells(&[3, value.len() as u32, offset]).bytes(value)
    }

    fn words(self, name: &str, cells: &[u32]) -> Self {
        let value: Vec<u8> = cells.iter().flat_map(|cell| cell.to_be_bytes()).collect();
        self.property(name, &value)
    }

    fn finish(self) -> Vec<u8> {
        let this = self.cells(&[9]);
        let reserved: Vec<u8> = this
            .reserved
            .iter()
            .chain([&(0, 0)])
            .flat_map(|(start, size)| start.to_be_bytes().into_iter().chain(size.to_be_bytes()))
            .collect();
        let structure = DeviceTree::HEADER + reserved.len();
        let strings = structure + this.structure.len();
        let size = strings + this.strings.len();
        let numbers = [
            0xd00d_feed,
            size,
            structure,
            strings,
            DeviceTree::HEADER,
            17,
            16,
            0,
            this.strings.len(),
            this.structure.len(),
        ];
        let header = numbers.iter().flat_map(|number| (*number as u32).to_be_bytes());
        header.chain(reserved).chain(this.structure).chain(this.strings).collect()
    }
}

fn board() -> Writer {
    let mut writer = Writer::new()
        .begin("")
        .words("#address-cells", &[2])
        .words("#size-cells", &[2])
        .property("compatible", b"riscv-virtio\0")
        .begin("memory@80000000")
        .property("device_type", b"memory\0")
        .words("reg", &[0, 0x8000_0000, 0, 0x400_0000])
        .end()
        .begin("cpus")
        .words("#address-cells", &[1])
        .words("#size-cells", &[0])
        .words("timebase-frequency", &[10_000_000])
        .begin("cpu@0")
        .words("reg", &[0])
        .begin("interrupt-controller")
        .words("phandle", &[7])
        .end()
        .end()
        .begin("cpu@1")
        .property("status", b"disabled\0")
        .words("reg", &[1])
        .end()
        .end()
        .cells(&[4])
        .begin("soc")
        .words("#address-cells", &[1])
        .words("#size-cells", &[1])
        .begin("plic@c000000")
        .property("compatible", b"sifive,plic-1.0.0\0riscv,plic0\0")
        .words("reg", &[0xc00_0000, 0x60_0000, 0xd00_0000, 0x1000])
        .words("riscv,ndev", &[96])
        .end()
        .end()
        .end();
    writer.reserved = vec![(0x8000_0000, 0x8_0000)];
    writer
}

#[test]
fn nodes_come_in_order_with_their_depth() {
    let bytes = board().finish();
    let tree = DeviceTree::read(&bytes).unwrap();
    let nodes: Vec<_> = tree.nodes().map(|node| (node.depth, str::from_utf8(node.name).unwrap())).collect();
    assert_eq!(
        nodes,
        [
            (0, ""),
            (1, "memory@80000000"),
            (1, "cpus"),
            (2, "cpu@0"),
            (3, "interrupt-controller"),
            (2, "cpu@1"),
            (1, "soc"),
            (2, "plic@c000000")
        ]
    );
}

#[test]
fn addresses_are_read_by_the_cells_of_the_node_above() {
    let bytes = board().finish();
    let reg = |name: &str| -> Vec<_> {
        let tree = DeviceTree::read(&bytes).unwrap();
        tree.nodes().find(|node| node.is_named(name)).unwrap().reg().collect()
    };
    assert_eq!(reg("memory@"), [0x8000_0000..0x8400_0000]);
    assert_eq!(reg("cpu@1"), [1..1]);
    assert_eq!(reg("plic@"), [0xc00_0000..0xc60_0000, 0xd00_0000..0xd00_1000]);
    assert!(reg("soc").is_empty());
}

#[test]
fn a_node_is_everything_that_it_says_it_is_compatible_with() {
    let bytes = board().finish();
    let plic = DeviceTree::read(&bytes).unwrap().nodes().last().unwrap();
    assert!(plic.is("sifive,plic-1.0.0") && plic.is("riscv,plic0"));
    assert!(!plic.is("riscv,plic") && !plic.is("plic0"));
    assert_eq!(plic.cell("riscv,ndev"), Some(96));
    assert_eq!(plic.cell("riscv,nde"), None);
    assert!(plic.is_enabled());
    let tree = DeviceTree::read(&bytes).unwrap();
    assert!(!tree.nodes().find(|node| node.is_named("cpu@1")).unwrap().is_enabled());
}

#[test]
fn reservations_end_with_an_empty_one() {
    let bytes = board().finish();
    assert_eq!(DeviceTree::read(&bytes).unwrap().reserved().collect::<Vec<_>>(), [0x8000_0000..0x8008_0000]);
}

#[test]
fn what_is_no_tree_is_refused() {
    let good = board().finish();
    assert_eq!(DeviceTree::size(&good), Some(good.len()));
    for (offset, value) in [(0, 0xfeed_d00d), (4, 8), (4, u32::MAX), (24, 17)] {
        let mut bytes = good.clone();
        bytes[offset..offset + 4].copy_from_slice(&u32::to_be_bytes(value));
        assert_eq!(DeviceTree::size(&bytes), None, "{offset}");
    }
    for offset in [8, 12, 16, 32, 36] {
        let mut bytes = good.clone();
        bytes[offset..offset + 4].copy_from_slice(&[0xff; 4]);
        assert!(DeviceTree::read(&bytes).is_none(), "{offset}");
    }
}

#[test]
fn a_damaged_tree_ends_early_and_never_fails() {
    let good = board().finish();
    for length in 0..good.len() {
        if let Some(tree) = DeviceTree::read(&good[..length]) {
            let _ = tree.nodes().map(|node| node.reg().count()).sum::<usize>();
        }
    }
    for position in DeviceTree::HEADER..good.len() {
        for value in [0, 1, 3, 0x7f, 0xff] {
            let mut bytes = good.clone();
            bytes[position] = value;
            let tree = DeviceTree::read(&bytes).unwrap();
            let count = tree.nodes().filter(|node| node.property("riscv,ndev") != Some(&[])).count();
            assert!(count <= good.len() / 4);
            let _ = tree.reserved().count();
        }
    }
}

#[test]
fn nodes_deeper_than_any_machine_has_end_the_reading() {
    let writer = (0..100).fold(Writer::new(), |writer, _| writer.begin("deep"));
    let bytes = writer.finish();
    assert_eq!(DeviceTree::read(&bytes).unwrap().nodes().count(), 16);
}

#[test]
fn memory_and_cores_are_of_the_nodes_that_the_tree_says() {
    use veridian_port::PhysicalAddress;
    let tree = Writer::new()
        .begin("")
        .words("#address-cells", &[2])
        .words("#size-cells", &[2])
        .begin("memory@80000000")
        .words("numa-node-id", &[1])
        .words("reg", &[0, 0x8000_0000, 0, 0x10_0000])
        .end()
        .begin("memory@90000000")
        .words("reg", &[0, 0x9000_0000, 0, 0x10_0000])
        .end()
        .begin("cpus")
        .words("#address-cells", &[1])
        .words("#size-cells", &[0])
        .begin("cpu@3")
        .words("reg", &[3])
        .words("numa-node-id", &[1])
        .end()
        .end()
        .begin("distance-map")
        .words("distance-matrix", &[0, 1, 40, 1, 0, 1000, 7])
        .end()
        .end()
        .finish();
    let read = |bytes: &[u8]| {
        let mut nodes = veridian_port::Nodes::ONE;
        if let Some(tree) = DeviceTree::read(bytes) {
            tree.nodes().for_each(|node| read_numa(&node, &mut nodes));
        }
        nodes
    };
    let nodes = read(&tree);
    assert_eq!((nodes.count(), nodes.of_core(3), nodes.of_core(0)), (2, 1, 0));
    assert_eq!([0x8000_0000, 0x9000_0000].map(|start| nodes.of_memory(PhysicalAddress(start)).0), [1, 0]);
    for position in 0..tree.len() {
        let mut damaged = tree.clone();
        damaged[position] ^= 0x41;
        assert!(read(&damaged).count() <= veridian_port::MAX_NODES);
    }
}
