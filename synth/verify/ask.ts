/** Asks the audit service of a machine over the socket of its line. */
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import { ToolError } from '../findings/index.js';
import { type Census, readCensus } from './census.js';

/** Milliseconds between two requests, until the service has begun to answer. */
const AGAIN = 500;

/** The census of the machine whose audit line is the socket `path`. `signal` ends the wait. */
export async function askCensus(path: string, signal: AbortSignal): Promise<Census> {
  const nonce = randomBytes(12).toString('hex');
  while (!signal.aborted) {
    const census = await attempt(path, nonce, signal);
    if (census) return census;
    await after(AGAIN / 5, undefined, { signal }).catch(() => {});
  }
  throw new ToolError({
    code: 'VRD0992',
    message: 'the audit service did not answer',
    help: 'it runs when nothing more urgent does; --expect says when to ask it, --timeout how long to wait',
  });
}

/** One connection: undefined where nobody listens yet. */
function attempt(path: string, nonce: string, signal: AbortSignal): Promise<Census | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let text = '';
    const ask = (): void => {
      if (!text.includes(`begin ${nonce}`)) socket.write(`\rcensus ${nonce}\r`);
    };
    const timer = setInterval(ask, AGAIN);
    const finish = (census?: Census): void => {
      clearInterval(timer);
      signal.removeEventListener('abort', stop);
      socket.destroy();
      resolve(census);
    };
    const stop = (): void => finish();
    signal.addEventListener('abort', stop, { once: true });
    socket.once('connect', ask);
    socket.once('error', stop);
    socket.once('close', stop);
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (!text.includes(`end ${nonce}`)) return;
      try {
        const census = readCensus(text, nonce);
        if (census) finish(census);
      } catch (error) {
        finish();
        reject(error);
      }
    });
  });
}
