import { App, Component, Console, Dma, MemoryZone, MiB, machines, System } from 'veridian';
import { surveyor } from './veridian.programs.js';

const app = new App();
// Two nodes of 64 MiB each.
const numa = new System(app, 'numa', { machine: machines.q35({ memory: MiB(128), nodes: 2 }) });

const terminal = new Console(numa, 'terminal');
const near = new MemoryZone(numa, 'near', { kind: 'high', size: MiB(4) });
const far = new MemoryZone(numa, 'far', { kind: 'high', size: MiB(72), numaNode: 1 });

new Component(numa, 'surveyor', {
  program: surveyor,
  grants: {
    near: new Dma(numa, 'close', { size: MiB(4), zone: near }).grant('read'),
    far: new Dma(numa, 'distant', { size: MiB(40), zone: far }).grant('read'),
    // More than the node has left: what is missing comes from the other one.
    more: new Dma(numa, 'further', { size: MiB(32), zone: far }).grant('read'),
    log: terminal.grant('write'),
    power: numa.power.grant('off'),
  },
});

app.synth();
