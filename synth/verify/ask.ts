/** Asks the audit service of a machine in that machine’s memory. */
import { existsSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import { ToolError } from '../findings/index.js';
import { GuestMemory, type MemoryFile } from '../qemu/index.js';
import { type Census, readCensus } from './census.js';
import { Mailbox } from './mailbox.js';

/** Milliseconds between two looks for an answer. */
const PAUSE = 20;

/** The census of the machine whose memory these files are. `signal` ends the wait. */
export async function askCensus(files: readonly MemoryFile[], mark: Uint8Array, signal: AbortSignal): Promise<Census> {
  const pause = (): Promise<void> => after(PAUSE, undefined, { signal }).catch(() => {});
  const exist = (): boolean => files.every(({ path }) => existsSync(path));
  while (!exist() && !signal.aborted) await pause();
  if (!exist()) throw unanswered();
  const memory = new GuestMemory(files);
  try {
    const mailbox = new Mailbox(memory, mark);
    mailbox.ask();
    let text = '';
    while (!signal.aborted) {
      const part = mailbox.answer();
      if (part === undefined) {
        await pause();
        continue;
      }
      text += part;
      const census = readCensus(text);
      if (census) return census;
      mailbox.ask();
    }
    throw unanswered();
  } finally {
    memory.close();
  }
}

function unanswered(): ToolError {
  return new ToolError({
    code: 'VRD0992',
    message: 'the audit service did not answer',
    help: 'it runs when nothing more urgent does; --expect says when to ask it, --timeout how long to wait',
  });
}
