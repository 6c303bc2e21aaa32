/** The remote protocol of GDB, as much of it as it takes to stop a machine and read its memory. */
import { connect, type Socket } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import { ToolError } from '../findings/index.js';

/** Bytes that one request reads: QEMU takes packets of 4096 characters, two for each byte. */
const CHUNK = 1024;
/** Milliseconds between two looks for a socket that is not there yet, and until it is given up. */
const AGAIN = 20;
const PATIENCE = 20_000;

const INTERRUPT = '\x03';

function failed(message: string): ToolError {
  return new ToolError({
    code: 'VRD0964',
    message: `the machine cannot be looked into: ${message}`,
    help: 'try again; the version of QEMU that `veridian doctor` shows may not be one that it was tested with',
  });
}

/** Packets in what has come so far, and what is left of it. Acknowledgements between them are passed over. */
export function takePackets(text: string): { readonly packets: readonly string[]; readonly rest: string } {
  const packets: string[] = [];
  let rest = text;
  for (;;) {
    const found = /\$([^#]*)#[0-9a-f]{2}/.exec(rest);
    if (!found) return { packets, rest };
    packets.push(found[1] ?? '');
    rest = rest.slice(found.index + found[0].length);
  }
}

/** A payload as it goes over the line: with its sum. */
export function framed(payload: string): string {
  const sum = [...payload].reduce((total, character) => total + character.charCodeAt(0), 0) % 256;
  return `$${payload}#${sum.toString(16).padStart(2, '0')}`;
}

/** A connection to a stopped machine. One request at a time. */
export class Remote {
  readonly #socket: Socket;
  #text = '';
  #waiting: ((packet: string | undefined) => void) | undefined;
  readonly #packets: string[] = [];
  #closed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => this.#take(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#closed = true;
      this.#waiting?.(undefined);
    });
  }

  /** Connects to a machine that is about to listen at `path`; undefined where `signal` ends the wait. */
  static async connect(path: string, signal: AbortSignal): Promise<Remote | undefined> {
    for (const end = Date.now() + PATIENCE; Date.now() < end; await after(AGAIN)) {
      if (signal.aborted) return undefined;
      const socket = await new Promise<Socket | undefined>((resolve) => {
        const attempt = connect(path);
        attempt.once('connect', () => resolve(attempt));
        attempt.once('error', () => resolve(undefined));
      });
      if (!socket) continue;
      const remote = new Remote(socket);
      // It answers the first request with an acknowledgement, and none after that.
      await remote.#ask('QStartNoAckMode');
      return remote;
    }
    throw failed('it does not listen');
  }

  #take(chunk: string): void {
    const { packets, rest } = takePackets(this.#text + chunk);
    this.#text = rest;
    this.#packets.push(...packets);
    const [next] = this.#packets;
    if (next === undefined || !this.#waiting) return;
    this.#packets.shift();
    this.#waiting(next);
  }

  /** The next packet; undefined once the machine is gone. */
  #next(): Promise<string | undefined> {
    const known = this.#packets.shift();
    if (known !== undefined || this.#closed) return Promise.resolve(known);
    return new Promise((resolve) => {
      this.#waiting = (packet) => {
        this.#waiting = undefined;
        resolve(packet);
      };
    });
  }

  async #ask(request: string): Promise<string> {
    this.#socket.write(framed(request), 'latin1');
    const answer = await this.#next();
    if (answer === undefined) throw failed(`it ended while it was asked ${request}`);
    return answer;
  }

  /** Bytes at an address that the processor that stopped translates. */
  async read(address: bigint, size: number): Promise<DataView> {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; at += CHUNK) {
      const length = Math.min(CHUNK, size - at);
      const answer = await this.#ask(`m${(address + BigInt(at)).toString(16)},${length.toString(16)}`);
      const chunk = Buffer.from(answer, 'hex');
      if (chunk.length !== length) throw failed(`nothing can be read at 0x${(address + BigInt(at)).toString(16)}`);
      bytes.set(chunk, at);
    }
    return new DataView(bytes.buffer);
  }

  /** A word of memory. */
  async word(address: bigint): Promise<bigint> {
    return (await this.read(address, 8)).getBigUint64(0, true);
  }

  /** Stops whoever executes the instruction at an address. */
  async setBreakpoint(address: bigint): Promise<void> {
    if ((await this.#ask(`Z1,${address.toString(16)},1`)) !== 'OK') throw failed('it takes no breakpoint');
  }

  async clearBreakpoint(address: bigint): Promise<void> {
    if ((await this.#ask(`z1,${address.toString(16)},1`)) !== 'OK') throw failed('it does not let a breakpoint go');
  }

  async #run(command: string): Promise<boolean> {
    if (this.#closed) return false;
    this.#socket.write(framed(command), 'latin1');
    for (;;) {
      const packet = await this.#next();
      if (packet === undefined || /^[WX]/.test(packet)) return false;
      // What the machine's firmware or semihosting says on the way is no stop.
      if (/^[ST]/.test(packet)) return true;
    }
  }

  /** Lets the machine run until it stops. False once it has ended. */
  resume(): Promise<boolean> {
    return this.#run('c');
  }

  /** One instruction. False once the machine has ended. */
  step(): Promise<boolean> {
    return this.#run('s');
  }

  /** Stops a machine that runs, wherever it is: ends what `resume` waits for. */
  interrupt(): void {
    if (!this.#closed) this.#socket.write(INTERRUPT, 'latin1');
  }

  close(): void {
    this.#socket.destroy();
  }
}
