/** Boots a system, asks its audit service what everybody holds, and compares that with its graph. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SystemGraph } from '../../constructs/graph/index.js';
import { ToolError } from '../findings/index.js';
import { boot, memoryFiles } from '../qemu/index.js';
import type { Arch } from '../toolchain/index.js';
import { askCensus } from './ask.js';
import type { Census } from './census.js';
import { type Comparison, compareSystems } from './compare.js';
import { readDeclared } from './declared.js';
import { markImage } from './mailbox.js';

export interface VerifyOptions {
  readonly graph: SystemGraph;
  /** Absolute path of the image. */
  readonly image: string;
  /** Ask when the console has shown this. @default as soon as somebody answers */
  readonly expect?: RegExp;
  /** Milliseconds until the census must be there. @default 60000 */
  readonly timeout?: number;
}

const TIMEOUT = 60_000;

/** Refuses a system that nobody can be asked of. */
function requireAudit({ graph }: VerifyOptions): void {
  const programs = new Set(graph.programs.filter(({ file }) => file === 'veridian:audit').map(({ name }) => name));
  if (graph.nodes.some((node) => node.type === 'Component' && programs.has(node.program))) return;
  throw new ToolError({
    code: 'VRD0991',
    message: `${graph.system} has no audit service to tell what is held`,
    source: graph.source,
    help: "give it one: new Audit(system, 'audit')",
  });
}

/** The census of a machine that is booted for it, and ended then. */
export async function bootAndAsk(options: VerifyOptions): Promise<Census> {
  const { graph, image, expect, timeout = TIMEOUT } = options;
  const folder = await mkdtemp(join(tmpdir(), 'veridian-'));
  const memoryFile = join(folder, 'memory');
  const copy = join(folder, 'image');
  const machine = new AbortController();
  const asking = new AbortController();
  try {
    const { image: marked, mark } = markImage(await readFile(image));
    await writeFile(copy, marked);
    let shown = '';
    let ready: () => void = () => {};
    const seen = new Promise<void>((resolve) => {
      ready = resolve;
    });
    const running = boot({
      machine: { ...graph.machine, arch: graph.machine.arch as Arch },
      image: copy,
      memoryFile,
      timeout,
      signal: machine.signal,
      onOutput: (chunk) => {
        shown += chunk.toString();
        if (!expect || expect.test(shown)) ready();
      },
    }).finally(() => {
      asking.abort();
      ready();
    });
    const answer = seen
      .then(() => askCensus(memoryFiles(memoryFile, graph.machine), mark, asking.signal))
      .finally(() => machine.abort());
    const [census] = await Promise.all([answer, running]);
    return census;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Boots a system and compares what everybody holds with what its image declares. */
export async function verifySystem(options: VerifyOptions): Promise<Comparison> {
  requireAudit(options);
  const declared = readDeclared(await readFile(options.image), options.image);
  return compareSystems(declared, await bootAndAsk(options));
}
