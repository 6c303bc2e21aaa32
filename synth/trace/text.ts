/** A traced message as a line that people read. */
import type { TracedMessage } from './story.js';

const arrows = { call: '→', send: '⇢', fault: '✗', reply: '←' } as const;

/** "1,234" of a count of nanoseconds, in the unit that fits. */
export function timeText(nanoseconds: number): string {
  if (nanoseconds < 1000) return `${nanoseconds} ns`;
  if (nanoseconds < 1_000_000) return `${(nanoseconds / 1000).toFixed(1)} µs`;
  return `${(nanoseconds / 1_000_000).toFixed(1)} ms`;
}

/** `     0.012345  client → greeter  greetings.greet(name: "hello")`: seconds since boot, who to whom, and what. */
export function messageText(message: TracedMessage): string {
  const { kind, time, sent, from, to, endpoint, method, fields, failure } = message;
  const values = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  const at = (time / 1e9).toFixed(6).padStart(12);
  // A reply goes from right to left, so that its caller stands where it stood in the call.
  const who = kind === 'reply' ? `${to} ${arrows.reply} ${from}` : `${from} ${arrows[kind]} ${to}`;
  const what = `${endpoint === undefined ? '' : `${endpoint}.`}${method}`;
  if (kind !== 'reply') return `${at}  ${who}  ${what}(${values.join(', ')})`;
  return `${at}  ${who}  ${what} = ${failure ?? `(${values.join(', ')})`}  ${timeText(time - sent)}`;
}
