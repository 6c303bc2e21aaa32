import {
  App,
  Component,
  Console,
  Endpoint,
  interactive,
  MemoryPool,
  machines,
  Service,
  SharedRegion,
  System,
} from 'veridian';
import { Doubles } from './interfaces/doubles.js';
import { doubler, hatcher, keeper } from './veridian.programs.js';

const app = new App();
const killed = new System(app, 'killed', { machine: machines.q35({ cores: 4 }) });

const doubles = new Endpoint(killed, 'doubles', { interface: Doubles });
const counters = new SharedRegion(killed, 'counters', { size: killed.pageSize });
const pool = new MemoryPool(killed, 'pool', {
  size: 64 * killed.pageSize,
  regions: 2,
  spaces: 1,
  threads: 2,
  cores: [2, 3],
});

// On cores of their own: who makes, who serves what was made, and who kills the first. What is made runs on others still.
const hatching = new Component(killed, 'hatcher', {
  program: hatcher,
  core: 1,
  scheduling: interactive(120),
  grants: {
    pool: pool.grant('allocate', 'spawn'),
    counters: counters.grant('read', 'write'),
    doubles: doubles.grant('double'),
  },
});
new Service(killed, 'doubler', { program: doubler, core: 2, grants: { requests: doubles.serve('double') } });
new Component(killed, 'keeper', {
  program: keeper,
  scheduling: interactive(130),
  grants: {
    hatcher: hatching.grant('wait', 'stop', 'restart'),
    counters: counters.grant('read', 'write'),
    doubles: doubles.grant('double'),
    log: new Console(killed, 'terminal').grant('write'),
    power: killed.power.grant('off'),
  },
});

app.synth();
