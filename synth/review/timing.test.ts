import { expect, test } from 'vitest';
import { App } from '../../constructs/app.js';
import { ms, us } from '../../constructs/durations.js';
import { Files, graphOf, machine } from '../../constructs/fixture.js';
import type { SystemGraph } from '../../constructs/graph/index.js';
import { type Capability, Component, Endpoint, realtime, type Scheduling, System } from '../../constructs/index.js';
import { Program } from '../../constructs/program.js';
import { batch, interactive } from '../../constructs/scheduling.js';
import { renderFinding } from '../findings/index.js';
import { analyseTiming, coreText } from '../timing/index.js';
import { review } from './index.js';

const source = { file: 'main.rs', line: 1 };
const client = Program.of<{ files: Capability<'Files', 'open'> }>({
  name: 'client',
  file: 'cargo:client',
  needs: [{ name: 'files', kind: 'Files', rights: ['open'], source }],
});
const server = Program.of<{ requests: Capability<'Server<Files>', 'open'> }>({
  name: 'server',
  file: 'cargo:server',
  needs: [{ name: 'requests', kind: 'Server<Files>', rights: ['open'], source }],
});

interface Change {
  readonly serves?: number;
  readonly control?: Scheduling;
  readonly fast?: Scheduling;
  readonly server?: Scheduling;
}

/** `control` calls a server that `batch` calls as well; `fast` runs before it. */
function plant(change: Change = {}): SystemGraph {
  const app = new App();
  const system = new System(app, 'plant', { machine });
  const files = new Endpoint(system, 'files', { interface: Files });
  const each = { program: client, grants: { files: files.grant('open') } };
  new Component(system, 'server', {
    program: server,
    grants: { requests: files.serve('open') },
    scheduling: change.server ?? realtime(5),
    ...('serves' in change
      ? change.serves === undefined
        ? {}
        : { serves: { requests: change.serves } }
      : { serves: { requests: { open: us(100) } } }),
  });
  new Component(system, 'control', {
    ...each,
    scheduling: change.control ?? realtime(20, { period: ms(10), worstCase: ms(1), deadline: ms(5) }),
    calls: { files: 2 },
  });
  new Component(system, 'fast', {
    ...each,
    scheduling: change.fast ?? realtime(10, { period: ms(2), worstCase: us(500) }),
    calls: { files: 0 },
  });
  new Component(system, 'report', { ...each, scheduling: batch(150) });
  return graphOf(app);
}

const found = (change: Change, code: string): string[] =>
  review(plant(change), '2026-11-22')
    .filter((one) => one.code === code)
    .map((one) => renderFinding(one).replaceAll(/ +\S*timing\.test\.ts:[\d:]+/g, ''));

test('what meets its deadlines is said to, with its numbers', () => {
  const graph = plant();
  expect(review(graph, '2026-11-22')).toEqual([]);
  expect(analyseTiming(graph).map(coreText)).toEqual([
    `core 0  37.0 % busy with periodic work
  plant/fast     500 µs  every 2 ms   done after 600 µs  of 2 ms
  plant/control  1.2 ms  every 10 ms  done after 1.8 ms  of 5 ms`,
  ]);
});

test('a deadline that is missed is an error with every part of the time and its line', () => {
  expect(found({ fast: realtime(10, { period: ms(2), worstCase: us(1900) }) }, 'VRD0335')).toEqual([
    `error VRD0335  plant/control is to be done after 5 ms, and can be done after 26 ms
  -->
   works       1 ms  plant/control
   calls     200 µs  2 × open of plant/files
   waits     100 µs  for plant/server, which may work for plant/report
   behind   24.7 ms  13 × plant/fast
   help    shorten one of these, make it more urgent than what runs before it, or give it a later deadline`,
  ]);
  expect(found({}, 'VRD0335')).toEqual([]);
});

test('a core that has more to do than it can', () => {
  const [text] = found({ fast: realtime(10, { period: ms(2), worstCase: us(1999) }) }, 'VRD0336');
  expect(text).toContain('error VRD0336  core 0 would be 111.9 % busy with periodic work');
  expect(text).toContain('100.0 %  plant/fast, 1.999 ms every 2 ms');
  expect(found({ fast: realtime(10, { period: ms(2), worstCase: us(1700) }) }, 'VRD0336')).toEqual([]);
});

test('a core that is nearly full', () => {
  const [text] = found({ fast: realtime(10, { period: ms(2), worstCase: us(1500) }) }, 'VRD0337');
  expect(text).toContain('warning VRD0337  core 0 is 87.0 % busy with periodic work; 82.8 % is always safe');
  expect(found({}, 'VRD0337')).toEqual([]);
});

test('times that are not declared leave no bound', () => {
  expect(found({ serves: undefined } as never, 'VRD0338')[0]).toContain(
    'because  plant/server declares no time for `open` of `requests`',
  );
  expect(found({ fast: realtime(10) }, 'VRD0338')[0]).toContain(
    'because  plant/fast can run before it, and declares no period and time',
  );
  // A server that is less urgent works at the priority of whom it works for: what is between can run.
  const between = { server: interactive(110), fast: interactive(105) };
  expect(found(between, 'VRD0338')[0]).toContain('because  plant/fast can run before it');
  expect(found({ server: interactive(110) }, 'VRD0338')).toEqual([]);
  expect(found({}, 'VRD0338')).toEqual([]);
});

test('a system without times is looked at as before', () => {
  const graph = plant();
  const { timings: _, ...bare } = graph;
  expect(analyseTiming(bare)).toEqual([]);
});
