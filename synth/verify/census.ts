/** What the audit service of a running system says: its answer as records. */
import { ToolError } from '../findings/index.js';

/** A component as the kernel has it. Objects and components are numbers, as the kernel knows them. */
export interface LiveComponent {
  readonly index: number;
  readonly priority: number;
  readonly slots: number;
  readonly supervisor: number;
  readonly badge: number;
  readonly state: number;
}

/** An address space made at run time, or set aside for one: what a process lives in. */
export interface LiveSpace {
  /** Its number among all holders: behind the components. */
  readonly holder: number;
  /** Its number among address spaces. */
  readonly space: number;
  readonly slots: number;
  /** Threads in it that have not ended. */
  readonly threads: number;
}

/** A capability in the table of a component or address space. */
export interface LiveCapability {
  readonly holder: number;
  readonly slot: number;
  readonly kind: number;
  readonly rights: number;
  readonly generation: number;
  readonly object: number;
  readonly badge: number;
  readonly parent?: { readonly holder: number; readonly slot: number };
}

/** Pages side by side in an address space. */
export interface LiveMapping {
  readonly holder: number;
  readonly address: bigint;
  readonly pages: number;
  readonly flags: number;
  readonly physical: bigint;
}

export interface Census {
  readonly components: readonly LiveComponent[];
  readonly capabilities: readonly LiveCapability[];
  readonly mappings: readonly LiveMapping[];
  readonly spaces: readonly LiveSpace[];
}

function damaged(line: string): ToolError {
  return new ToolError({
    code: 'VRD0992',
    message: `the audit service said ${JSON.stringify(line)}, which is no part of an answer`,
    help: 'synthesize it again, so that tool and service are of one version',
  });
}

const hex = (text: string | undefined): bigint => BigInt(`0x${text}`);

/** The records of an answer, once it is whole; undefined until then. A line that is none is an error. */
export function readCensus(text: string): Census | undefined {
  if (!/^end .*\n/m.test(text)) return undefined;
  const lines = text.split('\n');
  const begin = lines.indexOf('begin');
  const end = lines.findIndex((line) => line.startsWith('end '));
  if (begin !== 0) throw damaged(lines[0] ?? '');
  const census = {
    components: [] as LiveComponent[],
    capabilities: [] as LiveCapability[],
    mappings: [] as LiveMapping[],
    spaces: [] as LiveSpace[],
  };
  for (const line of lines.slice(begin + 1, end)) {
    const [letter, ...words] = line.split(' ');
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0] = words.map(Number);
    if (letter === 'c' && words.length === 6 && /^c( \d+)+$/.test(line))
      census.components.push({ index: a, priority: b, slots: c, supervisor: d, badge: e, state: f });
    else if (letter === 'h' && words.length === 9 && /^h( \d+){7} (- -|\d+ \d+)$/.test(line)) {
      const [holder, slot] = words.slice(7).map(Number);
      const parent = words[7] === '-' ? {} : { parent: { holder: holder ?? 0, slot: slot ?? 0 } };
      const held = { holder: a, slot: b, kind: c, rights: d, generation: e, object: f, badge: g };
      census.capabilities.push({ ...held, ...parent });
    } else if (letter === 'm' && words.length === 5 && /^m \d+ [0-9a-f]+ \d+ \d+ [0-9a-f]+$/.test(line))
      census.mappings.push({ holder: a, address: hex(words[1]), pages: c, flags: d, physical: hex(words[4]) });
    else if (letter === 's' && words.length === 4 && /^s( \d+)+$/.test(line))
      census.spaces.push({ holder: a, space: b, slots: c, threads: d });
    else throw damaged(line);
  }
  const count = Object.values(census).reduce((sum, records) => sum + records.length, 0);
  if (lines[end] !== `end ${count}`) throw damaged(lines[end] ?? '');
  return census;
}
