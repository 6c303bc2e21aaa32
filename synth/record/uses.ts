/** Which granted rights a machine’s memory says were used. */
import type { Edge, SystemGraph } from '../../constructs/graph/index.js';
import { kinds } from '../../kernel/abi/index.js';
import { notes } from '../image/index.js';
import { isServer, kernelKind, kernelRights } from '../layout/index.js';
import type { Declared } from '../verify/index.js';

/** What was used of one grant. */
export interface Use {
  readonly subject: string;
  readonly need: string;
  /** In the order in which the kind has them. */
  readonly rights: readonly string[];
  /** Methods that were called, of an interface. */
  readonly methods: readonly string[];
}

/** What the pages of a recording say. */
export interface Recorded {
  /** One for each grant of which anything was used. */
  readonly uses: readonly Use[];
  /** Uses that the kernel could not tell whose they are. */
  readonly lost: number;
}

const delegate = 1n << BigInt(kinds.Endpoint.rights.delegate.bit);
/** The bit that stands for every label from its own on. */
const lastLabel = 63;

/** What was used of a grant, given the kernel’s rights and a bit for each label of a message. */
function useOf(graph: SystemGraph, edge: Edge, rights: bigint, labels: bigint): Use {
  const { subject, need, kind, object } = edge;
  const node = graph.nodes.find(({ path }) => path === object);
  const kernel = node && kernelKind(node);
  if (kernel !== 'Endpoint') {
    const used = kernel ? kernelRights(kernel, Number(rights)) : [];
    return { subject, need, rights: used, methods: [] };
  }
  const description = graph.interfaces.find(({ name }) => node?.type === 'Endpoint' && name === node.interface);
  const called = isServer(kind)
    ? []
    : (description?.methods ?? []).filter(({ label }) => labels & (1n << BigInt(Math.min(label, lastLabel))));
  const used = new Set(called.map(({ right }) => right));
  return {
    subject,
    need,
    rights: [
      ...(description?.rights ?? []).filter((right) => used.has(right)),
      ...(rights & delegate ? ['delegate'] : []),
    ],
    methods: called.map(({ name }) => name),
  };
}

/** Reads the pages of a recording of this image. */
export function readUses(declared: Declared, pages: Uint8Array): Recorded {
  const view = new DataView(pages.buffer, pages.byteOffset, pages.byteLength);
  const uses = declared.components.flatMap(({ record, capabilities }) =>
    capabilities.map(({ record: { slot }, edge }) => {
      const at = notes.first + (record.first_capability + slot) * notes.size;
      return useOf(declared.graph, edge, view.getBigUint64(at, true), view.getBigUint64(at + 8, true));
    }),
  );
  return {
    uses: uses.filter(({ rights, methods }) => rights.length + methods.length > 0),
    lost: Number(view.getBigUint64(notes.lost, true)),
  };
}
