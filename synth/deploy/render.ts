/** What a deployment would do and has done, in words. */
import { renderText } from '../diff/index.js';
import type { AuthorityChange } from './authority.js';
import type { Preparation } from './deploy.js';
import { type DeployedMachine, shownDigest } from './machine.js';
import type { MachinePlan } from './plan.js';

const words = {
  equivalent: 'equivalent to',
  narrower: 'narrower than',
  broader: 'BROADER than',
  incomparable: 'BROADER and narrower than',
} as const;

function authorityLine({ system, deployed, digest, verdict }: AuthorityChange, several: boolean): string {
  const label = `authority  ${several ? `${system}: ` : ''}`;
  if (verdict === undefined) return `${label}nothing of ${system} is deployed yet (graph ${shownDigest(digest)})`;
  const graphs = deployed.map((base) => `graph ${shownDigest(base)}`).join(', ');
  const now = deployed.length === 1 && deployed[0] === digest ? '' : ` → ${shownDigest(digest)}`;
  return `${label}${words[verdict]} what is deployed (${graphs}${now})`;
}

/** First digits of a file’s digest. */
const short = (digest: string): string => `${digest.slice(0, 4)}…`;

/** What becomes of the machines of one kind of change, in a line. */
function imageLines(machines: readonly MachinePlan[]): string[] {
  const count = machines.length;
  const lines: string[] = [];
  const changed = machines.filter(({ reason }) => reason === 'image');
  const pairs = new Set(changed.map((one) => `${short(one.imageBefore ?? '')} → ${short(one.imageAfter ?? '')}`));
  if (changed.length > 0) {
    const digests = [...pairs].join(', ');
    lines.push(`image      changed (sha256 ${digests}): ${changed.length} of ${count} VMs will be replaced`);
  }
  const say = (select: (machine: MachinePlan) => boolean, text: string): void => {
    const names = machines.filter(select).map(({ name }) => name);
    if (names.length > 0) lines.push(`machines   ${names.join(', ')}: ${text}`);
  };
  say(({ action }) => action === 'create', 'will be started');
  say(({ reason }) => reason === 'gone', 'not running any more, will be started again');
  say(({ reason }) => reason === 'settings', 'other settings, will be replaced');
  say(({ action }) => action === 'remove', 'will be stopped');
  if (lines.length === 0) lines.push(`machines   ${count === 0 ? 'none' : `${count} of ${count} run as they should`}`);
  return lines;
}

/** What would change in authority, and in machines. */
export function planText({ authority, plan }: Preparation, colour: boolean): string {
  const lines = authority.map((change) => authorityLine(change, authority.length > 1));
  const diffs = authority.flatMap((change) => change.diffs).filter(({ verdict }) => verdict !== 'equivalent');
  const details = diffs.map((diff) => `\n${renderText(diff, { colour })}`);
  return [...lines, ...imageLines(plan.machines), ...details].join('\n');
}

/** `127.0.0.1:8080→80, 127.0.0.1:8443→443`. */
export function addresses({ record }: DeployedMachine): string {
  const forwards = record.request.ports.map(({ host, guest }) => `127.0.0.1:${host}→${guest}`);
  return forwards.length === 0 ? 'no ports' : forwards.join(', ');
}

/** One line for each machine that is there. */
export function machineLines(machines: readonly DeployedMachine[], started: readonly string[]): string[] {
  const rows = machines.map((machine) => ({ name: machine.record.request.name, to: addresses(machine), machine }));
  const width = (pick: (row: (typeof rows)[number]) => string): number =>
    Math.max(0, ...rows.map((r) => pick(r).length));
  const [names, tos] = [width(({ name }) => name), width(({ to }) => to)];
  return rows.map(({ name, to, machine }) => {
    const does = started.includes(name) ? 'boots' : 'still runs';
    const graph = shownDigest(machine.record.graph);
    return `✓ ${name.padEnd(names)}  ${to.padEnd(tos)}  ${does} graph ${graph}`;
  });
}

/** What a program reads of a plan. */
export function planJson({ stack, authority, plan }: Preparation): Record<string, unknown> {
  return {
    stack: stack.id,
    authority,
    machines: plan.machines,
    changes: plan.changes,
  };
}

/** What a program reads of a machine that is there. */
export function machineJson({ folder, record }: DeployedMachine, started: readonly string[]): Record<string, unknown> {
  const { request, graph, supervisor, qemu } = record;
  return {
    name: request.name,
    graph,
    image: request.image,
    ports: request.ports,
    started: started.includes(request.name),
    pids: { supervisor: supervisor.pid, qemu: qemu?.pid },
    console: `${folder}/console.log`,
  };
}
