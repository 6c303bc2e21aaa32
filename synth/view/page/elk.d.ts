/** What the page uses of elkjs, and of what is inlined beside it. */
interface ElkPoint {
  x: number;
  y: number;
}
interface ElkLabel {
  text: string;
  width: number;
  height: number;
  x?: number;
  y?: number;
}
interface ElkEdge {
  id: string;
  sources: string[];
  targets: string[];
  labels?: ElkLabel[];
  sections?: { startPoint: ElkPoint; endPoint: ElkPoint; bendPoints?: ElkPoint[] }[];
}
interface ElkNode {
  id: string;
  x?: number;
  y?: number;
  width?: number;
  height?: number;
  labels?: ElkLabel[];
  children?: ElkNode[];
  edges?: ElkEdge[];
  layoutOptions?: Record<string, string>;
}
declare class ELK {
  constructor(options: { workerUrl: string });
  layout(graph: ElkNode): Promise<ElkNode>;
}

type Change = 'same' | 'added' | 'removed' | 'changed';
interface PageNode {
  path: string;
  type: string;
  source: string;
  facts: [string, string][];
  change: Change;
  /** Its path in the base, where that was another. */
  was?: string;
}
interface PageEdge {
  subject: string;
  object: string;
  need: string;
  kind: string;
  rights: string[];
  /** Rights in the base, where they differ. */
  was?: string[];
  source: string;
  change: Change;
}
interface PageGraph {
  system: string;
  digest: string;
  machine: string;
  nodes: PageNode[];
  edges: PageEdge[];
}
/** A step of a path: from a component over an object to the next component. */
interface Step {
  edges: PageEdge[];
  to: string;
}
