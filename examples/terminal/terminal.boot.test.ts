import { spawn } from 'node:child_process';
import { bootSystem, everyMachine } from 'veridian/testing';
import { expect, test } from 'vitest';
import { commandLine, needQemu, powerOffCode } from '../../synth/qemu/index.js';

/** More than the UART's FIFO and one message hold, so that input arrives in several interrupts and reads. */
const long = 'a long line, '.repeat(9).trim();

test.each(everyMachine)('what is typed arrives by interrupt, whole and in order: %s', async (name) => {
  const { system } = await bootSystem(import.meta.dirname, { machine: name, expect: /say something/ });
  const { machine } = system.graph;
  if (system.output === undefined) throw new Error('it has an image');
  const { program } = await needQemu(machine.arch);
  const child = spawn(program, commandLine({ machine, image: system.output.image }));
  let text = '';
  let typed = 0;
  const lines = ['hello', long, ''];
  const type = (): void => {
    child.stdin.write(`${lines[typed]}\r`);
    typed += 1;
  };
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    // The next line once the last one was said again.
    if (typed < lines.length && text.split('parrot   | ').length > typed + 1 && text.endsWith('\n')) type();
  });
  const timer = setTimeout(() => child.kill(), 60_000);
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearTimeout(timer);
  expect(text.split(/\r?\n/).filter((line) => line.startsWith('parrot   | '))).toEqual([
    'parrot   | say something',
    'parrot   | hello',
    `parrot   | ${long}`,
  ]);
  expect(powerOffCode(status ?? 0)).toBe(0);
});
