import { describe, expect, test } from 'vitest';
import type { SystemGraph } from '../../constructs/graph/index.js';
import { limits } from '../../kernel/abi/index.js';
import type { Declared } from '../verify/index.js';
import { ChromeTrace, messageText } from './index.js';
import { decodeFields, failureOf } from './message.js';
import { eventSize, readEvent, ringRuns, type TraceEvent } from './ring.js';
import { Story } from './story.js';
import { timeText } from './text.js';

const file = { file: 'main.ts', line: 1 };
const component = (path: string) => ({ path, source: file });

/** What a story needs to know of a system. */
const declared = {
  graph: {
    interfaces: [
      {
        name: 'Store',
        rights: ['get', 'note'],
        methods: [
          {
            name: 'get',
            label: 0,
            right: 'get',
            oneway: false,
            request: [{ name: 'key', value: { type: 'text', max: 5 } }],
            response: [
              { name: 'value', value: { type: 'i16' } },
              { name: 'found', value: { type: 'bool' } },
            ],
          },
          { name: 'note', label: 1, right: 'note', oneway: true, request: [], response: [] },
        ],
      },
    ],
  } as unknown as SystemGraph,
  components: [component('shop/web'), component('shop/back/store')],
  names: { endpoints: [{ path: 'shop/requests', source: file, interface: 'Store' }] },
} as unknown as Declared;

const bytes = (...start: number[]): Uint8Array => Uint8Array.from({ length: 64 }, (_, index) => start[index] ?? 0);

/** An event from `web` to `store`, or back. */
function event(kind: TraceEvent['kind'], more: Partial<TraceEvent> = {}): TraceEvent {
  const [from, to] = kind === 'reply' ? [1, 0] : [0, 1];
  const endpoint = kind === 'reply' ? {} : { endpoint: 0 };
  const common = { kind, time: 2_000_000, sent: 1_000_000, from, to, label: 0, length: 0, rights: 0 };
  return { ...common, ...endpoint, token: 1n, bytes: bytes(), ...more };
}

const call = event('call', { length: 3, bytes: bytes(2, 0x61, 0x62) });
const reply = event('reply', { time: 5_500_000, length: 3, bytes: bytes(0xfe, 0xff, 1) });

describe('the ring', () => {
  test('an event is read as the kernel writes it', () => {
    const view = new DataView(new ArrayBuffer(8 + eventSize));
    const words = [7n, 5n, (3n << 32n) | 2n, (9n << 32n) | limits.TRACE_MESSAGE, 0n, 11n, 0x1122n];
    words[4] = (limits.ORIGIN_SEND << 48n) | (0x30n << 32n) | (4n << 16n) | (2n << 8n);
    for (const [index, word] of words.entries()) view.setBigUint64(8 + index * 8, word, true);
    const read = readEvent(view, 8);
    expect(read).toMatchObject({ kind: 'send', time: 7, sent: 5, from: 2, to: 3, endpoint: 9, label: 4, length: 2 });
    expect(read).toMatchObject({ rights: 0x30, token: 11n });
    expect([...read.bytes.subarray(0, 3)]).toEqual([0x22, 0x11, 0]);
  });

  test('what is new lies in one run or two, and what is overwritten is gone', () => {
    expect(ringRuns(0, 0, 4)).toEqual([]);
    expect(ringRuns(1, 3, 4)).toEqual([{ first: 1, number: 2 }]);
    expect(ringRuns(6, 9, 4)).toEqual([
      { first: 2, number: 2 },
      { first: 0, number: 1 },
    ]);
    expect(ringRuns(0, 9, 4)).toEqual([
      { first: 1, number: 3 },
      { first: 0, number: 1 },
    ]);
  });
});

describe('messages', () => {
  test('have the fields of their method, and none where they are not whole', () => {
    const fields = [
      { name: 'a', value: { type: 'u16' } },
      { name: 'b', value: { type: 'bytes', max: 3 } },
    ] as const;
    expect(decodeFields([...fields], bytes(1, 2, 2, 0xab, 0xcd), 5)).toEqual({ a: '513', b: '[abcd]' });
    expect(decodeFields([...fields], bytes(1, 2, 2, 0xab, 0xcd), 6)).toBeUndefined();
    expect(decodeFields([...fields], bytes(1, 2, 2, 0xab), 4)).toBeUndefined();
    expect(decodeFields([...fields], bytes(1, 2, 9), 12)).toBeUndefined();
    expect(decodeFields([...fields], bytes(1, 2), 2)).toBeUndefined();
  });

  test('tell the outcomes that every interface has', () => {
    expect([0, 1, 2, 3, 19].map(failureOf)).toEqual([undefined, 'denied', 'unknown method', 'malformed', 'error 3']);
  });

  test('are told in names, with the time from call to reply', () => {
    const story = new Story(declared);
    const text = [call, reply, event('send', { label: 1, token: 0n }), event('send', { label: 7, length: 2 })].map(
      (one) => messageText(story.tell(one)),
    );
    expect(text).toEqual([
      '    0.002000  web → back/store  requests.get(key: "ab")',
      '    0.005500  web ← back/store  requests.get = (value: -2, found: true)  4.5 ms',
      '    0.002000  web ⇢ back/store  requests.note()',
      '    0.002000  web ⇢ back/store  requests.label 7(bytes: 0000)',
    ]);
    const long = event('call', { length: Number(limits.MESSAGE_LONG), bytes: bytes(0xe8, 3) });
    expect(messageText(story.tell(long))).toContain('requests.get(long: 1000 bytes)');
  });

  test('of faults say what happened and what was decided; a refused call says why', () => {
    const story = new Story(declared);
    const fault = event('fault', { bytes: bytes(1, 0, 0, 0, 0, 0, 0, 0, 0x10), length: 32 });
    expect(messageText(story.tell(fault))).toContain('requests.fault(kind: memory, address: 0x10, instruction: 0x0)');
    expect(messageText(story.tell(event('reply', { label: 1 })))).toContain('requests.fault = (decision: stop)');
    story.tell(call);
    expect(messageText(story.tell(event('reply', { label: 1 })))).toContain('requests.get = denied');
    expect(messageText(story.tell(event('reply', { token: 99n })))).toContain('call = ()');
  });

  test('times have the unit that fits', () => {
    expect([999, 1500, 2_500_000].map(timeText)).toEqual(['999 ns', '1.5 µs', '2.5 ms']);
  });
});

describe('in the format of Chrome', () => {
  test('a call is a slice of its caller and one of its server, with an arrow between', () => {
    const story = new Story(declared);
    const chrome = new ChromeTrace('shop');
    for (const one of [call, reply]) chrome.add(story.tell(one));
    const { traceEvents } = chrome.finish(6_000_000);
    const named = traceEvents.filter(({ ph }) => ph === 'M').map(({ name, tid, args }) => [name, tid, args?.name]);
    expect(named).toEqual([
      ['process_name', 0, 'shop'],
      ['thread_name', 1, 'web'],
      ['thread_name', 2, 'back/store'],
    ]);
    const slices = traceEvents.filter(({ ph }) => ph === 'X');
    expect(slices.map(({ name, tid, ts, dur }) => [name, tid, ts, dur])).toEqual([
      ['requests.get', 1, 1000, 4500],
      ['requests.get', 2, 2000, 3500],
    ]);
    expect(slices[0]?.args).toMatchObject({ request: { key: '"ab"' }, reply: { value: '-2' } });
    const arrows = traceEvents.filter(({ ph }) => ph === 's' || ph === 'f');
    expect(arrows.map(({ ph, tid, ts, id }) => [ph, tid, ts, id])).toEqual([
      ['s', 1, 1000, '1'],
      ['f', 2, 2000, '1'],
    ]);
  });

  test('a call without an answer lasts until its caller makes another, or the trace ends', () => {
    const story = new Story(declared);
    const chrome = new ChromeTrace('shop');
    for (const one of [call, event('call', { sent: 3_000_000, time: 3_000_000, token: 2n })])
      chrome.add(story.tell(one));
    const slices = chrome.finish(9_000_000).traceEvents.filter(({ ph }) => ph === 'X');
    expect(slices.map(({ ts, dur }) => [ts, dur])).toEqual([
      [1000, 2000],
      [3000, 6000],
    ]);
  });
});
