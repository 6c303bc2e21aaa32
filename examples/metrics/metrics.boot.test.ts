import { bootSystem, everyMachine } from 'veridian/testing';
import { expect, test } from 'vitest';
import { silent } from '../../synth/toolchain/index.js';
import { traceSystem } from '../../synth/trace/index.js';

/** What the watcher says. */
const said = (console: string): string[] =>
  console.split(/\r?\n/).flatMap((line) => (line.startsWith('watcher  | ') ? [line.slice(11)] : []));

/** All on one core, or each on another. */
const places = everyMachine.flatMap((machine) => [
  { definition: 'main.ts', machine, on: [0, 0, 0, 0] },
  { definition: 'cores.ts', machine, on: [2, 1, 0, 0] },
]);

test.each(places)(
  'the kernel counts what 100 calls and a fault are, on and off the fast path: $definition on $machine',
  async ({ definition, machine, on }) => {
    const cores = Math.max(...on) + 1;
    const others = [
      'pages taken of the pool Some(8), of memory 8',
      'given back: true',
      `4 components, ${cores} cores, 1 pools, 1 faults`,
      'up for a while',
      // The clumsy one, the server, the driver, and the watcher with its 100 calls and those to the console.
      `component 0: core ${on[0]} calls 0 sent 0 faults 1`,
      `component 1: core ${on[1]} calls 0 sent 0 faults 0`,
      `component 2: core ${on[2]} calls 0 sent 0 faults 0`,
      `component 3: core ${on[3]} calls 111 sent 0 faults 0`,
      ...Array.from({ length: cores }, (_, core) => `core ${core}: ticks idle for some`),
      'switches of cores are those of all: true',
      'beyond the last there is nobody: true',
    ];
    const { system, console, code } = await bootSystem(import.meta.dirname, { definition, machine });
    expect(said(console)).toEqual([
      'messages 100',
      'switches 200',
      'latencies measured 0',
      'average latency unknown',
      ...others,
    ]);
    expect(code).toBe(0);

    // While messages are traced, no call takes the fast path: the same is counted, and latencies are measured.
    const { graph, output } = system;
    const image = output?.image ?? '';
    const traced = await traceSystem({ graph, image, reporter: silent, timeout: 60_000, onMessage: () => {} });
    expect(said(traced.console)).toEqual([
      'messages 100',
      'switches 200',
      'latencies measured 100',
      'average latency known',
      ...others,
    ]);
  },
);
