/** What a system is granted against what its recorded runs used: which grants could be narrower. */
import type { Edge, Source, SystemGraph } from '../../constructs/graph/index.js';
import { grantText, quoted } from '../check/context.js';
import { isServer } from '../layout/index.js';
import type { RecordFile } from './record-file.js';

/** A grant that could be narrower, or could go. */
export interface Proposal {
  readonly subject: string;
  readonly need: string;
  readonly object: string;
  readonly kind: string;
  readonly granted: readonly string[];
  readonly used: readonly string[];
  /** Methods that were called, of an interface. */
  readonly methods: readonly string[];
  /** Line of the grant. */
  readonly source: Source;
  /** What to write there; undefined where the grant is to go. */
  readonly grant?: string;
  /** What the program would have to ask for: the line of its need, and rights that no component that runs it used. */
  readonly program?: { readonly name: string; readonly source: Source; readonly rights: readonly string[] };
  /** Why it cannot be followed as it is. */
  readonly obstacle?: string;
}

export interface Tightening {
  readonly system: string;
  readonly grants: number;
  /** Grants of which every right was used. */
  readonly used: number;
  /** Server ends: what a server serves follows from its clients. */
  readonly notJudged: number;
  readonly proposals: readonly Proposal[];
}

/** Rights that can be judged: of a server end only the one to pass capabilities back. */
const judged = ({ kind, rights }: Edge): readonly string[] =>
  isServer(kind) ? rights.filter((right) => right === 'delegate') : rights;

/** Compares grants with a record of the same system. */
export function tighten(graph: SystemGraph, record: RecordFile): Tightening {
  const uses = new Map(record.uses.map((use) => [`${use.subject} ${use.need}`, use]));
  const usedOf = ({ subject, need }: Edge) => uses.get(`${subject} ${need}`);
  const programs = new Map(graph.programs.map((program) => [program.name, program]));
  const programOf = new Map(
    graph.nodes.flatMap((node) =>
      node.type === 'Component' ? [[node.path, programs.get(node.program)] as const] : [],
    ),
  );
  const proposals: Proposal[] = [];
  let used = 0;
  let notJudged = 0;
  for (const edge of graph.edges) {
    const rights = judged(edge);
    if (rights.length === 0) {
      notJudged += 1;
      continue;
    }
    const use = usedOf(edge);
    const unused = rights.filter((right) => !use?.rights.includes(right));
    if (unused.length === 0) {
      used += 1;
      continue;
    }
    const kept = edge.rights.filter((right) => !unused.includes(right));
    const program = programOf.get(edge.subject);
    const need = program?.needs.find(({ name }) => name === edge.need);
    // A grant has the rights of its need, so that the need goes first, and with it the grants of all who run it.
    const others = graph.edges.filter(
      (other) => other !== edge && other.need === edge.need && programOf.get(other.subject) === program,
    );
    const using = others.filter((other) => usedOf(other)?.rights.some((right) => unused.includes(right)));
    const leftOut = need?.optional === true && kept.length === 0;
    const obstacle = leftOut ? undefined : obstacleOf(program?.file, using, unused);
    proposals.push({
      subject: edge.subject,
      need: edge.need,
      object: edge.object,
      kind: edge.kind,
      granted: edge.rights,
      used: use?.rights ?? [],
      methods: use?.methods ?? [],
      source: edge.source,
      ...(kept.length > 0 ? { grant: grantText(edge.object, edge.kind, kept) } : {}),
      ...(program && need && !leftOut ? { program: { name: program.name, source: need.source, rights: kept } } : {}),
      ...(obstacle === undefined ? {} : { obstacle }),
    });
  }
  return { system: graph.system, grants: graph.edges.length, used, notJudged, proposals };
}

function obstacleOf(file: string | undefined, using: readonly Edge[], unused: readonly string[]): string | undefined {
  if (using.length > 0) {
    const who = [...new Set(using.map(({ subject }) => subject))].join(', ');
    return `${who}, which runs the same program, used ${quoted(unused)}: this one would need a program of its own`;
  }
  return file?.startsWith('veridian:') ? 'its program comes with Veridian and asks for it' : undefined;
}
