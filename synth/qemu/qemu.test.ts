import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { boot, commandLine, findQemu, GuestMemory, memoryFiles, powerOffCode, versionWarning } from './index.js';

const machine = { name: 'q35', arch: 'x86_64', memory: 64 * 1024 * 1024 } as const;
let folder: string;

/** A program in QEMU's place that behaves as `script` says: QEMU itself cannot be made to fail in these ways. */
function standIn(script: string): void {
  const file = join(folder, 'qemu');
  writeFileSync(file, `#!/bin/sh\n[ "$1" = --version ] && { echo 'QEMU emulator version 8.2.1'; exit; }\n${script}\n`);
  chmodSync(file, 0o755);
  process.env.VERIDIAN_QEMU = file;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'veridian-qemu-'));
});
afterEach(() => {
  delete process.env.VERIDIAN_QEMU;
  rmSync(folder, { recursive: true, force: true });
});

describe('the command line', () => {
  test('has the memory of the machine and nothing that was not declared', () => {
    expect(commandLine({ machine, image: 'image.elf' }).join(' ')).toBe(
      '-M q35 -cpu max -accel tcg -m 64M -nodefaults -display none -serial stdio ' +
        '-device isa-debug-exit,iobase=0xf4,iosize=0x4 -no-reboot -kernel image.elf',
    );
  });
  test('is the board of each architecture, with what was chosen of it', () => {
    const line = (name: string, arch: 'aarch64' | 'riscv64', options?: Record<string, string>) =>
      commandLine({ machine: { name, arch, memory: 64 * 1024 * 1024, options }, image: 'image' }).join(' ');
    expect(line('virt', 'aarch64')).toBe(
      '-M virt,gic-version=2 -cpu max -accel tcg -m 64M -nodefaults -display none -serial stdio ' +
        '-semihosting-config enable=on,target=native -no-reboot -kernel image',
    );
    expect(line('virt', 'aarch64', { gic: '3' })).toMatch(/^-M virt,gic-version=3 /);
    expect(line('virt', 'aarch64', { virtualization: 'on' })).toMatch(/^-M virt,gic-version=2,virtualization=on /);
    expect(line('riscv-virt', 'riscv64')).toBe(
      '-M virt -cpu rv64 -accel tcg -m 64M -nodefaults -display none -serial stdio ' +
        '-bios default -no-reboot -kernel image',
    );
  });
  test('keeps memory in a file when asked', () => {
    const line = commandLine({ machine, image: 'i', memoryFile: '/tmp/a,b/memory' }).join(' ');
    expect(line).toMatch(/^-M q35,memory-backend=ram /);
    expect(line).toContain('-object memory-backend-file,share=on,mem-path=/tmp/a,,b/memory,id=ram,size=64M ');
  });
  test('shares memory and cores among the nodes of a machine, with a hart in each where the board asks for it', () => {
    const line = (arch: 'x86_64' | 'riscv64', cores: number, memoryFile?: string) =>
      commandLine({
        machine: { name: 'board', arch, cores, memory: 64 * 1024 * 1024, options: { nodes: '2' } },
        image: 'i',
        ...(memoryFile === undefined ? {} : { memoryFile }),
      }).join(' ');
    const node = (number: number, cores: string) =>
      `-object memory-backend-ram,id=ram${number},size=32M -numa node,nodeid=${number},memdev=ram${number}${cores}`;
    const distance = '-numa dist,src=0,dst=1,val=20 ';
    expect(line('x86_64', 1)).toContain(`-m 64M ${node(0, ',cpus=0')} ${node(1, '')} ${distance}`);
    const four = `-smp 4 ${node(0, ',cpus=0,cpus=1')} ${node(1, ',cpus=2,cpus=3')} ${distance}`;
    expect(line('x86_64', 4)).toContain(four);
    expect(line('riscv64', 4)).toContain(four);
    expect(line('riscv64', 1)).toContain(`-smp 2 ${node(0, ',cpus=0')} ${node(1, ',cpus=1')} ${distance}`);
    const file = (number: number, path: string) =>
      `-object memory-backend-file,share=on,mem-path=${path},id=ram${number},size=32M `;
    const files = line('x86_64', 4, '/tmp/memory');
    expect(files).toContain(file(0, '/tmp/memory'));
    expect(files).toContain(file(1, '/tmp/memory.1'));
    expect(files).not.toContain('memory-backend=');
  });

  test('reads and writes memory that is several files as one', () => {
    const path = join(folder, 'memory');
    const files = memoryFiles(path, { memory: 2 * 1024 * 1024, options: { nodes: '2' } });
    expect(files).toEqual([
      { path, size: 1024 * 1024 },
      { path: `${path}.1`, size: 1024 * 1024 },
    ]);
    for (const { path, size } of files) writeFileSync(path, Buffer.alloc(size));
    const memory = new GuestMemory(files);
    const seam = 1024 * 1024;
    memory.write(seam - 2, Buffer.from('mark'));
    expect(memory.read(seam - 4, 8).toString('latin1')).toBe('\0\0mark\0\0');
    expect(memory.find(Buffer.from('rk'))).toEqual([seam]);
    memory.close();
    expect(() => new GuestMemory([{ path: join(folder, 'none'), size: 1 }])).toThrow(/ENOENT/);
  });
  test('counts instructions when asked', () => {
    expect(commandLine({ machine, image: 'i', icount: 0 })).toContain('shift=0');
  });
});

test('a power-off code comes back out of the exit status, and a status without one has none', () => {
  expect([0, 1, 3, 7, 127].map((code) => powerOffCode((code << 1) | 1))).toEqual([0, 1, 3, 7, 127]);
  expect(powerOffCode(0)).toBeUndefined();
});

describe('versions', () => {
  test('tested ones are passed over in silence', () => {
    expect(versionWarning('7.2')).toBeUndefined();
    expect(versionWarning('10.0')).toBeUndefined();
  });
  test('others get a warning with the tested range', () => {
    for (const version of ['5.2', '42.0', undefined]) expect(versionWarning(version)).toMatch(/tested with 7\.2 to/);
  });
  test('the version is what the program says', async () => {
    standIn('exit 0');
    expect(await findQemu('x86_64')).toMatchObject({ version: '8.2' });
  });
});

describe('endings', () => {
  test('a code', async () => {
    standIn('echo ready; exit 7');
    expect(await boot({ machine, image: 'x' })).toEqual({ ending: 'powered-off', code: 3, console: 'ready\n' });
  });
  test('a reset', async () => {
    standIn('exit 0');
    expect(await boot({ machine, image: 'x' })).toMatchObject({ ending: 'reset' });
  });
  test('an expected line ends a machine that would run on', async () => {
    standIn('echo is ready; exec sleep 60');
    expect(await boot({ machine, image: 'x', expect: /ready/ })).toMatchObject({ ending: 'expected' });
  });
  test('a timeout ends it too', async () => {
    standIn('exec sleep 60');
    expect(await boot({ machine, image: 'x', timeout: 200 })).toMatchObject({ ending: 'timeout' });
  });
  test('so does whoever started it', async () => {
    standIn('exec sleep 60');
    expect(await boot({ machine, image: 'x', signal: AbortSignal.timeout(200) })).toMatchObject({
      ending: 'interrupted',
    });
  });
  test('a QEMU that refuses its arguments is an error of the tool, with what it said', async () => {
    standIn('echo "qemu: bad image" >&2; exit 1');
    await expect(boot({ machine, image: 'x' })).rejects.toThrow(/bad image/);
  });
  test('a QEMU that is not there is an error that leads to doctor', async () => {
    process.env.VERIDIAN_QEMU = join(folder, 'nowhere');
    await expect(boot({ machine, image: 'x' })).rejects.toMatchObject({
      finding: { code: 'VRD0961', help: expect.stringContaining('doctor') },
    });
  });
});
