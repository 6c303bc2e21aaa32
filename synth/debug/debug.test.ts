import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findGdb, gdbScript, needGdb } from './index.js';

const common = {
  arch: 'x86_64',
  kernel: {
    file: '/k/kernel.elf',
    system: 4096n,
    outline: {
      threads: 8n,
      threadSize: 100n,
      space: 16n,
      counters: 0n,
      reply: 0n,
      state: 0n,
      traceRing: 0n,
      traceCount: 0n,
      table: 0n,
      maker: 0n,
    },
  },
  socket: '/tmp/s',
  sources: { veridian: '/v', project: '/a "b"' },
} as const;

describe('what GDB is told', () => {
  test('without a component: to stop at kernel_main', () => {
    const script = gdbScript(common);
    expect(script).toContain('file "/k/kernel.elf"');
    expect(script).toContain('set substitute-path /project "/a \\"b\\""');
    expect(script.slice(-3)).toEqual(['target remote /tmp/s', 'thbreak *kernel_main', 'continue']);
  });

  test('with one: to stop at main in its address space alone, wherever its program lies', () => {
    const target = { index: 2, program: '/p/client.elf', slide: 0x3000n };
    const script = gdbScript({ ...common, arch: 'riscv64', target });
    expect(script).toContain('add-symbol-file "/p/client.elf" -o 0x3000');
    expect(script).toContain('set $thread = *((4104) as *const u64) + 200');
    expect(script).toContain('set $space = *(($thread + 16) as *const u64)');
    expect(script.slice(-2)).toEqual(['thbreak *main if $satp == $space', 'continue']);
  });
});

describe('finding GDB', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'veridian-gdb-'));
  });
  afterEach(() => {
    delete process.env.VERIDIAN_GDB;
    rmSync(folder, { recursive: true, force: true });
  });

  /** A program in GDB's place. */
  function standIn(script: string): void {
    const file = join(folder, 'gdb');
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    process.env.VERIDIAN_GDB = file;
  }

  test('its version is what it says', async () => {
    standIn('echo "GNU gdb (Debian 12.0-1) 14.2"');
    expect(await findGdb()).toMatchObject({ version: '14.2' });
  });
  test('one that does not know every architecture is none', async () => {
    standIn('echo "GNU gdb 13.1"; echo "Undefined item: \\"riscv:rv64\\"." >&2');
    expect(await findGdb()).toBeUndefined();
  });
  test('without one, says what brings it', async () => {
    process.env.VERIDIAN_GDB = join(folder, 'nowhere');
    await expect(needGdb()).rejects.toMatchObject({
      finding: { code: 'VRD0963', help: expect.stringContaining('gdb-multiarch') },
    });
  });
});
