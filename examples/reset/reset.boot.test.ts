import { bootSystem, everyMachine } from 'veridian/testing';
import { expect, test } from 'vitest';

const started = /^veridian \S+ \S+ abi [0-9a-f]{8} graph [0-9a-f]{8}\r?$/gm;

// The firmware of AArch64 is called in another way where there is a level for hypervisors.
test.each([...everyMachine, 'virt,virtualization=on'])(
  'whoever may reset lets the machine start again, from the beginning: %s',
  async (machine) => {
    const once = await bootSystem(import.meta.dirname, { machine });
    expect(once.ending).toBe('reset');
    expect(once.console.match(started)).toHaveLength(1);
    const again = await bootSystem(import.meta.dirname, {
      machine,
      reboot: true,
      expect: new RegExp(`(${started.source}[^]*){3}`, 'm'),
    });
    expect(again.ending).toBe('expected');
    const [first, ...others] = again.console.match(started) ?? [];
    expect(first).toBe(once.console.match(started)?.[0]);
    for (const other of others) expect(other).toBe(first);
    expect(again.console).not.toContain('fatal');
  },
);
