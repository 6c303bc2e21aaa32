/** Whether periodic work is done in time, on what is declared of it. */
import type { SystemGraph } from '../../constructs/graph/index.js';
import type { Finding, Related } from '../findings/index.js';
import { analyseTiming, type CoreTiming, durationText, percentText, type TaskTiming } from '../timing/index.js';

export const timingRules = {
  VRD0335: 'deadline is missed',
  VRD0336: 'more work than a core can do',
  VRD0337: 'core is nearly full',
  VRD0338: 'response time without a bound',
} as const;

type Code = keyof typeof timingRules;

function finding(code: Code, severity: Finding['severity'], rest: Omit<Finding, 'code' | 'severity'>): Finding {
  return { code, severity, ...rest };
}

const parts = ({ terms }: TaskTiming): Related[] =>
  terms
    .filter(({ time }) => time > 0)
    .map(({ label, text, time, source }) => ({ label, text: `${durationText(time).padStart(8)}  ${text}`, source }));

function deadline(task: TaskTiming): Finding[] {
  const { component, source, response, deadline: allowed, unknown } = task;
  const known = response === undefined ? 'never surely' : `after ${durationText(response)}`;
  if (unknown.length > 0 || (response !== undefined && response <= allowed)) return [];
  return [
    finding('VRD0335', 'error', {
      message: `${component} is to be done after ${durationText(allowed)}, and can be done ${known}`,
      path: component,
      source,
      related: parts(task),
      help: 'shorten one of these, make it more urgent than what runs before it, or give it a later deadline',
    }),
  ];
}

function unbounded({ component, source, unknown }: TaskTiming): Finding[] {
  if (unknown.length === 0) return [];
  return [
    finding('VRD0338', 'warning', {
      message: `nobody can say when ${component} is done`,
      path: component,
      source,
      related: unknown.map(({ text, source: at }) => ({ label: 'because', text, source: at })),
      help: 'declare the times: `serves` of a server, `realtime(n, { period, worstCase })` of what runs by itself',
    }),
  ];
}

function full({ core, utilisation, bound, tasks }: CoreTiming, graph: SystemGraph): Finding[] {
  const related = tasks.map(({ component, work = 0, period, source }) => ({
    label: 'takes',
    text: `${percentText(work / period).padStart(7)}  ${component}, ${durationText(work)} every ${durationText(period)}`,
    source,
  }));
  const place = { path: graph.system, source: graph.source, related };
  if (utilisation > 1) {
    return [
      finding('VRD0336', 'error', {
        ...place,
        message: `core ${core} would be ${percentText(utilisation)} busy with periodic work`,
        help: 'give the work longer periods, or less to do',
      }),
    ];
  }
  if (utilisation <= bound) return [];
  return [
    finding('VRD0337', 'warning', {
      ...place,
      message: `core ${core} is ${percentText(utilisation)} busy with periodic work; ${percentText(bound)} is always safe`,
      help: 'leave more room: a little more work anywhere can make others late',
    }),
  ];
}

/** Findings on the times that a graph declares; none where it declares none. */
export function checkTiming(graph: SystemGraph): Finding[] {
  return analyseTiming(graph).flatMap((core) => [
    ...full(core, graph),
    ...core.tasks.flatMap((task) => [...deadline(task), ...unbounded(task)]),
  ]);
}
