import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { framed, Remote, takePackets } from './index.js';

test('packets are taken whole, whatever comes between them and however they are cut', () => {
  expect(takePackets('+$OK#9a+$T05thread:01;#07$m')).toEqual({ packets: ['OK', 'T05thread:01;'], rest: '$m' });
  expect(takePackets('')).toEqual({ packets: [], rest: '' });
  expect(framed('m0,8')).toBe('$m0,8#01');
});

describe('a machine', () => {
  let folder: string;
  let server: Server;
  /** What the machine answers to each request. */
  let answers: (request: string) => string | undefined;
  const asked: string[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'veridian-probe-'));
    asked.length = 0;
    answers = () => 'OK';
    server = createServer((socket) => {
      socket.setEncoding('latin1');
      socket.on('error', () => {});
      socket.on('data', (text: string) => {
        const { packets } = takePackets(text);
        for (const request of text.includes('\x03') ? ['interrupt'] : packets) {
          asked.push(request);
          const answer = answers(request);
          if (answer === undefined) socket.destroy();
          else if (answer !== '') socket.write(framed(answer));
        }
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(join(folder, 'gdb'), resolve);
    });
  });
  afterEach(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const connected = async (): Promise<Remote> => {
    const remote = await Remote.connect(join(folder, 'gdb'), new AbortController().signal);
    if (!remote) throw new Error('not connected');
    return remote;
  };

  test('memory is read in pieces that fit a packet', async () => {
    answers = (request) => {
      const [, address = '', size = ''] = /^m(\w+),(\w+)$/.exec(request) ?? [];
      return size === '' ? 'OK' : Number.parseInt(address, 16).toString(16).slice(-2).repeat(Number.parseInt(size, 16));
    };
    const remote = await connected();
    const view = await remote.read(0xffff_ffff_8000_0011n, 1500);
    expect(view.byteLength).toBe(1500);
    expect(asked.slice(1)).toEqual(['mffffffff80000011,400', 'mffffffff80000411,1dc']);
    remote.close();
  });

  test('what cannot be read is an error that says where', async () => {
    const remote = await connected();
    answers = () => 'E14';
    await expect(remote.word(0x10n)).rejects.toThrow(/nothing can be read at 0x10/);
    remote.close();
  });

  test('it runs until it stops, until it is interrupted, and until it is gone', async () => {
    const remote = await connected();
    answers = () => 'T05thread:01;';
    expect(await remote.resume()).toBe(true);
    answers = (request) => (request === 'interrupt' ? 'T02thread:01;' : '');
    const stopped = remote.resume();
    remote.interrupt();
    expect(await stopped).toBe(true);
    answers = () => undefined;
    expect(await remote.resume()).toBe(false);
    expect(await remote.step()).toBe(false);
  });

  test('nobody is waited for who will never be there', async () => {
    expect(await Remote.connect(join(folder, 'nowhere'), AbortSignal.abort())).toBeUndefined();
  });
});
