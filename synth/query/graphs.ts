/** The graphs that a query is about: from the definition as it is now. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SystemGraph } from '../../constructs/graph/index.js';
import { runDefinition } from '../definition/index.js';
import { type Finding, ToolError } from '../findings/index.js';
import { outputFolder, readProject } from '../project/index.js';
import { completions } from './names.js';

/** Where a query looks. */
export interface Where {
  readonly project: string;
  readonly definition?: string;
  readonly system?: string;
}

/** Runs the definition and gives its graphs; neither types are checked nor programs built, so that it is fast. */
export async function graphsOf({ project, definition, system }: Where): Promise<{
  readonly graphs: readonly SystemGraph[];
  readonly findings: readonly Finding[];
}> {
  const { graphs, findings } = await runDefinition(readProject(project, definition));
  if (system === undefined || findings.length > 0) return { graphs, findings };
  const meant = graphs.filter((graph) => graph.system === system);
  if (meant.length > 0) return { graphs: meant, findings };
  throw new ToolError({
    code: 'VRD0026',
    message: `there is no system called ${system}`,
    help: `this definition makes ${graphs.map((graph) => graph.system).join(', ')}`,
  });
}

/** Names for the shell to complete, from the graphs that were written last; none where there are none. */
export function knownNames(project: string): string[] {
  try {
    const folder = join(project, outputFolder);
    return completions(
      readdirSync(folder).flatMap((system) => {
        const parsed = SystemGraph.safeParse(JSON.parse(readFileSync(join(folder, system, 'graph.json'), 'utf8')));
        return parsed.success ? [parsed.data] : [];
      }),
    );
  } catch {
    return [];
  }
}
