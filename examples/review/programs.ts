import { type Capability, Program } from 'veridian';

/** Where a program asks for something: a comparison of authority needs none of them built. */
const source = (program: string, line: number) => ({ file: `programs/${program}/src/main.rs`, line });

/** Answers anybody on the network: what it can reach, an attacker can reach. */
export const web = Program.of<{ cache: Capability<'Cache', 'get' | 'put'> }>({
  name: 'web',
  file: 'cargo:web',
  needs: [{ name: 'cache', kind: 'Cache', rights: ['get', 'put'], source: source('web', 9) }],
});

export const lru = Program.of<{ requests: Capability<'Server<Cache>', 'get' | 'put'> }>({
  name: 'lru',
  file: 'cargo:lru',
  needs: [{ name: 'requests', kind: 'Server<Cache>', rights: ['get', 'put'], source: source('lru', 8) }],
});

/** Writes down every order. */
export const ledger = Program.of<{ disk: Capability<'Disk', 'read' | 'write'> }>({
  name: 'ledger',
  file: 'cargo:ledger',
  needs: [{ name: 'disk', kind: 'Disk', rights: ['read', 'write'], source: source('ledger', 8) }],
});

export const driver = Program.of<{
  requests: Capability<'Server<Disk>', 'read' | 'write'>;
  registers: Capability<'Mmio', 'read' | 'write'>;
}>({
  name: 'driver',
  file: 'cargo:driver',
  needs: [
    { name: 'requests', kind: 'Server<Disk>', rights: ['read', 'write'], source: source('driver', 9) },
    { name: 'registers', kind: 'Mmio', rights: ['read', 'write'], source: source('driver', 10) },
  ],
});
