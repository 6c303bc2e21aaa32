// Written by `veridian` from the needs that the programs themselves declare. Change those, not this file.
import { type Capability, Program } from '../constructs/index.js';

export const audit = Program.of<{
  census: Capability<'Census', 'read'>;
}>({
  name: 'audit',
  file: 'veridian:audit',
  needs: [
    {
      name: 'census',
      kind: 'Census',
      rights: ['read'],
      source: { file: 'services/audit/src/main.rs', line: 16 },
    },
  ],
});

export const pl011 = Program.of<{
  requests: Capability<'Server<Console>', 'write' | 'read'>;
  registers: Capability<'Mmio', 'read' | 'write'>;
  interrupt: Capability<'Interrupt', 'acknowledge'>;
}>({
  name: 'pl011',
  file: 'veridian:pl011',
  needs: [
    {
      name: 'requests',
      kind: 'Server<Console>',
      rights: ['write', 'read'],
      source: { file: 'services/pl011/src/main.rs', line: 14 },
    },
    {
      name: 'registers',
      kind: 'Mmio',
      rights: ['read', 'write'],
      source: { file: 'services/pl011/src/main.rs', line: 15 },
    },
    {
      name: 'interrupt',
      kind: 'Interrupt',
      rights: ['acknowledge'],
      source: { file: 'services/pl011/src/main.rs', line: 16 },
    },
  ],
});

export const uart16550 = Program.of<{
  requests: Capability<'Server<Console>', 'write' | 'read'>;
  ports: Capability<'IoPorts', 'read' | 'write'>;
  interrupt: Capability<'Interrupt', 'acknowledge'>;
}>({
  name: 'uart16550',
  file: 'veridian:uart16550',
  needs: [
    {
      name: 'requests',
      kind: 'Server<Console>',
      rights: ['write', 'read'],
      source: { file: 'services/uart16550/src/main.rs', line: 13 },
    },
    {
      name: 'ports',
      kind: 'IoPorts',
      rights: ['read', 'write'],
      source: { file: 'services/uart16550/src/main.rs', line: 14 },
    },
    {
      name: 'interrupt',
      kind: 'Interrupt',
      rights: ['acknowledge'],
      source: { file: 'services/uart16550/src/main.rs', line: 15 },
    },
  ],
});

export const uart16550Mmio = Program.of<{
  requests: Capability<'Server<Console>', 'write' | 'read'>;
  registers: Capability<'Mmio', 'read' | 'write'>;
  interrupt: Capability<'Interrupt', 'acknowledge'>;
}>({
  name: 'uart16550-mmio',
  file: 'veridian:uart16550-mmio',
  needs: [
    {
      name: 'requests',
      kind: 'Server<Console>',
      rights: ['write', 'read'],
      source: { file: 'services/uart16550-mmio/src/main.rs', line: 11 },
    },
    {
      name: 'registers',
      kind: 'Mmio',
      rights: ['read', 'write'],
      source: { file: 'services/uart16550-mmio/src/main.rs', line: 12 },
    },
    {
      name: 'interrupt',
      kind: 'Interrupt',
      rights: ['acknowledge'],
      source: { file: 'services/uart16550-mmio/src/main.rs', line: 13 },
    },
  ],
});
