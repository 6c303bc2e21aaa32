import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { end, identify, isRunning } from './process-identity.js';

test('a process is known by when it began, not by its number alone', () => {
  const here = identify(process.pid);
  expect(here).toBeDefined();
  expect(here && isRunning(here)).toBe(true);
  expect(isRunning({ pid: process.pid, started: 'another time' })).toBe(false);
});

test('one that does not listen is ended all the same, and none of its number instead', async () => {
  const child = spawn('sh', ['-c', 'trap "" TERM; echo ready; while :; do sleep 1; done']);
  await new Promise((done) => child.stdout.once('data', done));
  const known = identify(child.pid ?? 0);
  if (known === undefined) throw new Error('it runs');
  await end({ ...known, started: 'another time' }, 100);
  expect(isRunning(known)).toBe(true);
  await end(known, 100);
  expect(isRunning(known)).toBe(false);
});
