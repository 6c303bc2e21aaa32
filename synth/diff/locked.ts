/** Whether systems are broader than what was reviewed, as findings. */
import type { SystemGraph } from '../../constructs/graph/index.js';
import type { Finding, Related } from '../findings/index.js';
import { diffRevisions } from './compare.js';
import { lockFile } from './lock-file.js';
import { type ComponentDiff, gains } from './model.js';
import { changeLines, witnessText } from './render-text.js';

function related({ changes, reaches }: ComponentDiff): Related[] {
  return [
    ...changes
      .filter(({ verdict }) => gains(verdict))
      .flatMap(({ object, source, ...change }) =>
        changeLines({ object, source, ...change }).map((text) => ({ label: 'change', text, on: object, source })),
      ),
    ...reaches.flatMap(({ object, rights, witness }) => [
      { label: 'reaches', text: `${object} { ${rights.join(', ')} }` },
      ...(witness.length > 0 ? [{ label: 'path', text: witnessText(witness) }] : []),
    ]),
  ];
}

/** One finding for each component that can do more than the locked systems let it. */
export function lockedFindings(locked: readonly SystemGraph[], graphs: readonly SystemGraph[]): Finding[] {
  const wanted = new Set(graphs.map(({ system }) => system));
  // A system that was not asked for is not gone; one that is in nobody’s lock is new.
  const base = graphs.length < locked.length ? locked.filter(({ system }) => wanted.has(system)) : locked;
  const diff = diffRevisions({ name: lockFile, graphs: base }, { name: 'this system', graphs });
  const components = diff.systems.flatMap((system) => system.components.filter(({ verdict }) => gains(verdict)));
  const findings = components.map((component): Finding => {
    const { path, status, source } = component;
    return {
      code: 'VRD0421',
      severity: 'error',
      message: status === 'added' ? `${path} is new since ${lockFile}` : `${path} can do more than ${lockFile} says`,
      path,
      source,
      related: related(component),
      help: 'take the grant back, or review it with `veridian diff veridian.lock.json` and run `veridian lock`',
    };
  });
  const omitted = diff.systems.flatMap((system) => (system.omitted.length > 0 ? [system] : []));
  return [
    ...findings,
    ...omitted.map(
      ({ system, source, omitted: left }): Finding => ({
        code: 'VRD0421',
        severity: 'error',
        message: `${system} was not compared with ${lockFile} completely: ${left.join('; ')}`,
        path: system,
        source,
        related: [],
        help: 'compare it in smaller steps',
      }),
    ),
  ];
}
