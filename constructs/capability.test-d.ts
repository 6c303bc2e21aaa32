import { describe, expectTypeOf, test } from 'vitest';
import {
  App,
  type Capability,
  Component,
  defineInterface,
  Endpoint,
  Interrupt,
  method,
  Notification,
  oneway,
  Program,
  System,
  Timer,
} from './index.js';

const FileSystem = defineInterface('FileSystem', {
  open: method({}, {}),
  read: method({}, {}),
  list: method({}, {}, { right: 'read' }),
  remove: oneway({}),
});
const Log = defineInterface('Log', { write: method({}, {}) });
const machine = { name: 'none', arch: 'x86_64', memory: 0, cores: 1 } as const;
const system = new System(new App(), 'shop', { machine });
const files = new Endpoint(system, 'files', { interface: FileSystem });
const log = new Endpoint(system, 'log', { interface: Log });
const web = Program.of<{ files: Capability<'FileSystem', 'open' | 'read'>; log: Capability<'Log', 'write'> }>({
  name: 'web',
  file: 'cargo:web',
  needs: [],
});

const quiet = Program.of<{ files: Capability<'FileSystem', 'open'>; log?: Capability<'Log', 'write'> }>({
  name: 'quiet',
  file: 'cargo:quiet',
  needs: [],
});
const store = Program.of<{
  requests: Capability<'Server<FileSystem>', 'open' | 'read'>;
  log: Capability<'Log', 'write'>;
}>({ name: 'store', file: 'cargo:store', needs: [] });

test('an optional need may be left out, and is as exact as any when it is granted', () => {
  const grants = { files: files.grant('open') };
  new Component(system, 'without', { program: quiet, grants });
  new Component(system, 'with', { program: quiet, grants: { ...grants, log: log.grant('write') } });
  new Component(system, 'wrong', {
    program: quiet,
    // @ts-expect-error of another kind
    grants: { ...grants, log: files.grant('open') },
  });
  // @ts-expect-error `files` is not optional
  new Component(system, 'none', { program: quiet, grants: {} });
});

test('times are declared of what is served, right by right', () => {
  const grants = { requests: files.serve('open', 'read'), log: log.grant('write') };
  new Component(system, 'one', { program: store, grants, serves: { requests: 1000 }, calls: { log: 2 } });
  new Component(system, 'each', { program: store, grants, serves: { requests: { open: 1000, read: 200 } } });
  // @ts-expect-error `log` is called, not served
  new Component(system, 'called', { program: store, grants, serves: { log: 1000 } });
  // @ts-expect-error it does not serve `remove`
  new Component(system, 'more', { program: store, grants, serves: { requests: { remove: 1000 } } });
});

describe('the types of capabilities', () => {
  test('are the interface and exactly the rights granted', () => {
    expectTypeOf(files.grant('open', 'read')).toEqualTypeOf<Capability<'FileSystem', 'open' | 'read'>>();
    expectTypeOf(files.grant('open', 'delegate')).toEqualTypeOf<Capability<'FileSystem', 'open' | 'delegate'>>();
    expectTypeOf(files.serve('read')).toEqualTypeOf<Capability<'Server<FileSystem>', 'read'>>();
    expectTypeOf(new Notification(system, 'tick').grant('wait')).toEqualTypeOf<Capability<'Notification', 'wait'>>();
    expectTypeOf(system.power.grant('off')).toEqualTypeOf<Capability<'Power', 'off'>>();
  });

  test('offer the rights of the methods, by the right and not by the method', () => {
    expectTypeOf(FileSystem.rights).toEqualTypeOf<readonly ('open' | 'read' | 'remove')[]>();
    // @ts-expect-error `list` needs the right `read`; there is no right `list`
    files.grant('list');
    // @ts-expect-error a grant names its rights
    files.grant();
  });

  test('are invariant in the rights', () => {
    expectTypeOf<Capability<'A', 'x'>>().not.toExtend<Capability<'A', 'x' | 'y'>>();
    expectTypeOf<Capability<'A', 'x' | 'y'>>().not.toExtend<Capability<'A', 'x'>>();
    expectTypeOf<Capability<'A', 'x'>>().not.toExtend<Capability<'B', 'x'>>();
    expectTypeOf<Capability<'A', 'x'>>().not.toExtend<Capability<string, 'x'>>();
    expectTypeOf<{ kind: 'A'; rights: 'x'[] }>().not.toExtend<Capability<'A', 'x'>>();
  });

  test('only narrow in derive', () => {
    const wide = files.grant('open', 'read');
    expectTypeOf(wide.derive('read')).toEqualTypeOf<Capability<'FileSystem', 'read'>>();
    // @ts-expect-error amplification: `remove` was never granted
    wide.derive('read', 'remove');
    // @ts-expect-error amplification: what derive took away does not come back
    wide.derive('read').derive('open');
  });
});

describe('the grants of a component', () => {
  test('fit when they are what the program needs', () => {
    new Component(system, 'web', {
      program: web,
      grants: { files: files.grant('open', 'read'), log: log.grant('write') },
    });
    new Component(system, 'derived', {
      program: web,
      grants: { files: files.grant('open', 'read', 'remove').derive('open', 'read'), log: log.grant('write') },
    });
  });

  test('refuse a missing grant', () => {
    new Component(system, 'web', {
      program: web,
      // @ts-expect-error `log` is missing
      grants: { files: files.grant('open', 'read') },
    });
  });

  test('refuse an excess right, and a right too few', () => {
    new Component(system, 'web', {
      program: web,
      grants: {
        // @ts-expect-error `remove` is more than the need
        files: files.grant('open', 'read', 'remove'),
        log: log.grant('write'),
      },
    });
    new Component(system, 'web', {
      program: web,
      grants: {
        // @ts-expect-error `read` is needed as well
        files: files.grant('open'),
        log: log.grant('write'),
      },
    });
  });

  test('refuse a grant that no need asks for', () => {
    new Component(system, 'web', {
      program: web,
      grants: {
        files: files.grant('open', 'read'),
        log: log.grant('write'),
        // @ts-expect-error the program has no need `disk`
        disk: files.grant('remove'),
      },
    });
  });

  test('refuse a capability of the wrong kind', () => {
    new Component(system, 'web', {
      program: web,
      grants: {
        // @ts-expect-error a Log is no FileSystem
        files: log.grant('write'),
        log: log.grant('write'),
      },
    });
    new Component(system, 'web', {
      program: web,
      grants: {
        // @ts-expect-error the server's end is not the client's
        files: files.serve('open', 'read'),
        log: log.grant('write'),
      },
    });
  });

  test('refuse an amplified capability', () => {
    new Component(system, 'web', {
      program: web,
      grants: {
        // @ts-expect-error derive cannot add `read`
        files: files.grant('open').derive('open', 'read'),
        log: log.grant('write'),
      },
    });
  });

  test('of a program without needs are empty', () => {
    const idle = Program.of<Record<never, never>>({ name: 'idle', file: 'cargo:idle', needs: [] });
    new Component(system, 'idle', { program: idle, grants: {} });
    new Component(system, 'idle', {
      program: idle,
      // @ts-expect-error it needs nothing
      grants: { log: log.grant('write') },
    });
  });
});

describe('the arguments of constructs', () => {
  test('are checked by the compiler as well', () => {
    // @ts-expect-error there is no argument `intreface`
    new Endpoint(system, 'x', { intreface: Log });
    // @ts-expect-error the line is missing
    new Interrupt(system, 'x', { notification: new Notification(system, 'n') });
    // @ts-expect-error what it signals is missing
    new Timer(system, 'x', { bit: 1 });
    // @ts-expect-error a need is a capability
    Program.of<{ log: 'Log' }>({ name: 'x', file: 'x', needs: [] });
  });

  test('take any endpoint as supervisor', () => {
    new Component(system, 'web', {
      program: web,
      grants: { files: files.grant('open', 'read'), log: log.grant('write') },
      supervisor: files,
    });
  });
});
