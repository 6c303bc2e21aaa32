/** What an image says that every component holds when it starts, by the numbers that the kernel knows. */
import type { Edge, Source, SystemGraph } from '../../constructs/graph/index.js';
import { tableIn } from '../image/index.js';
import { inspectImage } from '../inspect/index.js';
import { Annotation, decodeTable, type SectionRecord } from '../layout/index.js';

export interface DeclaredComponent {
  readonly path: string;
  readonly source: Source;
  readonly record: SectionRecord<'components'>;
  /** By slot. */
  readonly capabilities: readonly DeclaredCapability[];
  readonly mappings: readonly SectionRecord<'mappings'>[];
}

export interface DeclaredCapability {
  readonly record: SectionRecord<'capabilities'>;
  readonly edge: Edge;
}

export interface Declared {
  readonly graph: SystemGraph;
  readonly components: readonly DeclaredComponent[];
  /** Bytes of a page. */
  readonly pageSize: number;
  /** Physical addresses of device registers, by number. */
  readonly mmio: readonly bigint[];
  /** Paths of objects by section. */
  readonly names: Annotation;
}

/** Reads what an image declares. Throws what `inspectImage` throws. */
export function readDeclared(image: Uint8Array, name: string): Declared {
  const { graph } = inspectImage(image, name);
  const { sections, annotation, pageSize } = decodeTable(tableIn(image)?.data ?? image);
  const names = Annotation.parse(JSON.parse(new TextDecoder().decode(annotation)));
  const edges = new Map(graph.edges.map((edge) => [`${edge.subject} ${edge.need}`, edge]));
  const needs = new Map(names.programs.map((program) => [program.name, program.needs]));
  const components = sections.components.map((record, index): DeclaredComponent => {
    const name = names.components[index];
    const { path, source } = name ?? { path: `component ${index}`, source: graph.source };
    const held = sections.capabilities.slice(record.first_capability, record.first_capability + record.capabilities);
    return {
      path,
      source,
      record,
      capabilities: held.flatMap((capability) => {
        const edge = edges.get(
          `${path} ${needs.get(name?.program ?? '')?.[name?.needs?.[capability.slot] ?? capability.slot]?.name}`,
        );
        return edge ? [{ record: capability, edge }] : [];
      }),
      mappings: sections.mappings.slice(record.first_mapping, record.first_mapping + record.mappings),
    };
  });
  return {
    graph,
    components,
    pageSize,
    mmio: sections.mmio.map(({ address }) => address),
    names,
  };
}
