/** Boots a system, asks its audit service what everybody holds, and compares that with its graph. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SystemGraph } from '../../constructs/graph/index.js';
import { ToolError } from '../findings/index.js';
import { boot } from '../qemu/index.js';
import type { Arch } from '../toolchain/index.js';
import { askCensus } from './ask.js';
import type { Census } from './census.js';
import { type Comparison, compareSystems } from './compare.js';
import { readDeclared } from './declared.js';

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
/** First port of the UART that a machine’s second serial line is. */
const SECOND_LINE = 0x2f8;

/** Refuses a system that nobody can be asked of. */
function requireAudit({ graph }: VerifyOptions): void {
  const programs = new Set(graph.programs.filter(({ file }) => file === 'veridian:audit').map(({ name }) => name));
  const service = graph.nodes.find((node) => node.type === 'Component' && programs.has(node.program));
  const line = graph.nodes.some((node) => node.type === 'IoPorts' && node.first === SECOND_LINE);
  if (service && line) return;
  throw new ToolError({
    code: 'VRD0991',
    message: service
      ? `${service.path} speaks over a line that is not the second one of the machine`
      : `${graph.system} has no audit service to tell what is held`,
    ...(service ? { path: service.path, source: service.source } : { source: graph.source }),
    help: "give it one, with its default ports: new Audit(system, 'audit')",
  });
}

/** The census of a machine that is booted for it, and ended then. */
export async function bootAndAsk(options: VerifyOptions): Promise<Census> {
  const { graph, image, expect, timeout = TIMEOUT } = options;
  const folder = await mkdtemp(join(tmpdir(), 'veridian-'));
  const socket = join(folder, 'audit');
  const machine = new AbortController();
  const asking = new AbortController();
  try {
    let shown = '';
    let ready: () => void = () => {};
    const seen = new Promise<void>((resolve) => {
      ready = resolve;
    });
    const running = boot({
      machine: { ...graph.machine, arch: graph.machine.arch as Arch },
      image,
      secondSerial: socket,
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
    const answer = seen.then(() => askCensus(socket, asking.signal)).finally(() => machine.abort());
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
