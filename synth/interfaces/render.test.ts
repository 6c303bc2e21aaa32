import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { bool, bytes, defineInterface, i16, method, oneway, text, u8, u32, u64 } from '../../constructs/index.js';
import { ConsoleInterface } from '../../services/index.js';
import { findRust } from '../toolchain/index.js';
import { interfaceDigest } from './digest.js';
import { renderInterfaces } from './render.js';

/** One of everything: all sorts of fields, shared rights, one-way methods, names that Rust keeps for itself. */
const Store = defineInterface('Store', {
  readBlock: method({ block: u32, offset: i16 }, { data: bytes({ max: 48 }), last: bool }, { right: 'read' }),
  size: method({}, { blocks: u64 }, { right: 'read' }),
  rename: method({ from: text({ max: 20 }), to: text({ max: 20 }) }, {}),
  match: method({ type: u8, request: u8, caller: u8, reply: u8, fields: u8 }, { self_: u8 }, { right: 'type' }),
  hint: oneway({ block: u32 }),
  describe: method({ block: u32 }, { text: text({ max: 1000 }) }, { right: 'read' }),
});

const golden = new URL('./golden/store.rs', import.meta.url);

test('the rendering is the golden file', async () => {
  const rendered = renderInterfaces([Store.definition], { root: true, origin: 'interfaces/*.ts' });
  await expect(rendered).toMatchFileSnapshot(golden.pathname);
});

test('the same interfaces in another order give the same bytes', () => {
  const both = [Store.definition, ConsoleInterface.definition];
  expect(renderInterfaces(both)).toBe(renderInterfaces([...both].reverse()));
});

test('the runtime’s Console is the one that is declared', async () => {
  const file = new URL('../../services/runtime/src/interfaces/console.rs', import.meta.url);
  const rendered = renderInterfaces([ConsoleInterface.definition], {
    root: false,
    origin: 'services/console/interface.ts',
  });
  expect(await readFile(file, 'utf8'), 'stale: run `npm run generate`').toBe(rendered);
});

test('the digest follows the meaning, not the order of keys', () => {
  const [first] = Store.definition.methods;
  if (first === undefined) throw new Error('Store has methods');
  const reordered = {
    methods: Store.definition.methods.map(
      (entry) => Object.fromEntries(Object.entries(entry).reverse()) as typeof entry,
    ),
    rights: Store.definition.rights,
    name: Store.definition.name,
  };
  expect(interfaceDigest(reordered)).toBe(interfaceDigest(Store.definition));
  const changed = { ...Store.definition, methods: [{ ...first, right: 'peek' }, ...Store.definition.methods.slice(1)] };
  expect(interfaceDigest(changed)).not.toBe(interfaceDigest(Store.definition));
});

test('names that are one in Rust are refused', () => {
  const clash = defineInterface('Clash', { readBlock: method({}, {}), read_block: method({}, {}) });
  expect(() => renderInterfaces([clash.definition])).toThrow(
    'Clash: `readBlock` and `read_block` are both `read_block` in Rust',
  );
  const fields = defineInterface('Clash', { read: method({ blockSize: u8, block_size: u8 }, {}) });
  expect(() => renderInterfaces([fields.definition])).toThrow('Clash.read: `blockSize` and `block_size`');
});

/** Uses both halves as a program would. */
const user = `
use interfaces::{Store, StoreReadBlockResponse, StoreServer};
use veridian::prelude::*;
use veridian::{Dispatch, Message, Received, ReplyToken, Writer, abi::limits};

struct Disk(Vec<u32>);

impl StoreServer for Disk {
    fn read_block(&mut self, _: &Caller, block: u32, offset: i16) -> Result<StoreReadBlockResponse> {
        self.0.push(block);
        Ok(StoreReadBlockResponse { data: Bytes::from_slice(&offset.to_le_bytes())?, last: block == 7 })
    }
    fn size(&mut self, caller: &Caller) -> Result<u64> { Ok(caller.badge) }
    fn rename(&mut self, _: &Caller, from: &str, to: &str) -> Result<()> {
        if from == to { Err(Error::Service(3)) } else { Ok(()) }
    }
    fn r#match(&mut self, _: &Caller, r#type: u8, _: u8, _: u8, _: u8, _: u8) -> Result<u8> { Ok(r#type) }
    fn hint(&mut self, _: &Caller, block: u32) -> Result<()> { self.0.push(block); Ok(()) }
    fn describe(&mut self, _: &Caller, block: u32) -> Result<Text<1000>> {
        Text::from_text(&"ab".repeat(block as usize))
    }
}

pub fn client(store: &Store) -> Result<u64> {
    store.hint(1)?;
    store.rename("a", "b")?;
    let StoreReadBlockResponse { data, last } = store.read_block(1, 2)?;
    store.within(Timeout::milliseconds(5)).size().map(|size| size + data.len() as u64 + u64::from(last))
}

fn deliver(rights: u16, label: u16, write: fn(&mut Writer) -> Result<()>) -> Message {
    let mut writer = Writer::new();
    write(&mut writer).unwrap();
    let received = Received { message: writer.finish(label), badge: 5, rights, origin: 0, reply: ReplyToken(1) };
    <Store as Dispatch<Disk>>::dispatch(&mut Disk(Vec::new()), &received)
}

const READ: u16 = 1 << 4;
const RENAME: u16 = 1 << 5;

#[test]
fn the_server_half_answers_what_the_caller_may() {
    let reply = deliver(READ, 0, |w| { w.u32(7)?; w.i16(-2) });
    assert_eq!((u64::from(reply.label), reply.length), (limits::REPLY_OK, 4));
    assert_eq!(reply.words[0].to_le_bytes()[..3], [2, 0xfe, 0xff]);
    assert_eq!(deliver(READ, 1, |_| Ok(())).words[0], 5);
    let long = deliver(READ, 5, |w| w.u32(500));
    assert_eq!((u64::from(long.length), long.words[0]), (limits::MESSAGE_LONG, 1002));
    assert_eq!(deliver(READ, 5, |w| w.u32(3)).length, 8);
    assert_eq!(u64::from(deliver(READ, 5, |w| w.u32(501)).label), limits::REPLY_MALFORMED);
}

#[test]
fn the_server_half_refuses_the_rest() {
    assert_eq!(u64::from(deliver(READ, 2, |w| { w.text("a", 20)?; w.text("b", 20) }).label), limits::REPLY_DENIED);
    assert_eq!(u64::from(deliver(0xffff, 6, |_| Ok(())).label), limits::REPLY_UNKNOWN_METHOD);
    assert_eq!(u64::from(deliver(READ, 0, |w| w.u32(7)).label), limits::REPLY_MALFORMED);
    assert_eq!(u64::from(deliver(READ, 1, |w| w.u8(7)).label), limits::REPLY_MALFORMED);
    let same = deliver(RENAME, 2, |w| { w.text("a", 20)?; w.text("a", 20) });
    assert_eq!(u64::from(same.label), limits::REPLY_FIRST_ERROR + 3);
}
`;

test('both halves compile, and the server half keeps the rights', async () => {
  const rust = await findRust('x86_64');
  if (rust === undefined) throw new Error('this test needs Rust; `npm run veridian -- doctor` says how to get it');
  const root = new URL('../..', import.meta.url).pathname;
  const folder = await mkdtemp(join(tmpdir(), 'veridian-interfaces-'));
  try {
    const runtime = `veridian = { path = ${JSON.stringify(join(root, 'services/runtime'))} }`;
    const manifest = (name: string, more: string) =>
      `[package]\nname = "${name}"\nversion = "0.0.0"\nedition = "2024"\n\n[dependencies]\n${runtime}\n${more}`;
    await mkdir(join(folder, 'interfaces'));
    await mkdir(join(folder, 'src'));
    await writeFile(join(folder, 'interfaces/Cargo.toml'), manifest('interfaces', '[lib]\npath = "lib.rs"\n'));
    await writeFile(
      join(folder, 'interfaces/lib.rs'),
      renderInterfaces([Store.definition, ConsoleInterface.definition]),
    );
    const interfaces = 'interfaces = { path = "interfaces" }\n[workspace]\n';
    await writeFile(join(folder, 'Cargo.toml'), manifest('user', interfaces));
    await writeFile(join(folder, 'src/lib.rs'), user);
    const target = join(root, 'target/interfaces');
    const { stdout } = await promisify(execFile)(
      rust.cargo,
      ['test', '--offline', '--lib', '--manifest-path', join(folder, 'Cargo.toml'), '--target-dir', target],
      { env: { ...rust.env, RUSTFLAGS: '-D warnings' } },
    );
    expect(stdout).toContain('2 passed; 0 failed');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 300_000);
