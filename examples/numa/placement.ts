/** Components on the cores of two nodes, and where their own memory is put. */
import { App, Audit, Component, Console, MemoryZone, MiB, machines, System } from 'veridian';
import { resident } from './veridian.programs.js';

const app = new App();
// Cores 0 and 1 are near the first node, 2 and 3 near the second.
const machine = machines.q35({ memory: MiB(128), nodes: 2, cores: 4 });
const placement = new System(app, 'placement', { machine });

new Audit(placement, 'audit');
const terminal = new Console(placement, 'terminal');
const log = terminal.grant('write');
const first = new MemoryZone(placement, 'first', { kind: 'normal', size: MiB(1), numaNode: 0 });
// More than the second node has: what is missing comes from the first. It is the last by its path, so the last to be built.
const much = new MemoryZone(placement, 'much', { kind: 'normal', size: MiB(72) });

new Component(placement, 'here', { program: resident, core: 1, grants: { log } });
new Component(placement, 'there', { program: resident, core: 2, grants: { log } });
new Component(placement, 'away', { program: resident, core: 3, zone: first, grants: { log } });
new Component(placement, 'vast', { program: resident, core: 3, zone: much, stack: MiB(68), grants: { log } });

app.synth();
