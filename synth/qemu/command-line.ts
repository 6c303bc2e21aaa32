import type { Arch } from '../toolchain/index.js';

/** The part of a graph's machine that QEMU must know. */
export interface QemuMachine {
  /** QEMU's name of the board, such as `q35`. */
  readonly name: string;
  readonly arch: Arch;
  /** Bytes of memory. */
  readonly memory: number;
}

/** What to boot, and how. */
export interface QemuOptions {
  readonly machine: QemuMachine;
  /** Boot image: an ELF file. */
  readonly image: string;
  /**
   * Counts instructions instead of time: an instruction takes 2^icount nanoseconds of the machine's clock, so that
   * every run is the same. @default the clock of the host
   */
  readonly icount?: number;
}

const MEBIBYTE = 1024 * 1024;

/** Name of the QEMU program for each architecture. */
export const qemuPrograms: Readonly<Record<Arch, string>> = { x86_64: 'qemu-system-x86_64' };

/** Port of the device through which a machine ends QEMU with a code. */
const debugExit: Readonly<Record<Arch, readonly string[]>> = {
  x86_64: ['-device', 'isa-debug-exit,iobase=0xf4,iosize=0x4'],
};

/** Arguments of QEMU: nothing but what the system declares, its serial port on standard input and output. */
export function commandLine({ machine, image, icount }: QemuOptions): string[] {
  return [
    ...['-M', machine.name],
    ...['-cpu', 'max'],
    // A /dev/kvm that is there is no proof that it is fast, and only tcg gives the same run everywhere.
    ...['-accel', 'tcg'],
    ...['-m', `${Math.ceil(machine.memory / MEBIBYTE)}M`],
    ...['-nodefaults', '-display', 'none'],
    ...['-serial', 'stdio'],
    ...debugExit[machine.arch],
    '-no-reboot',
    ...(icount === undefined ? [] : ['-icount', `shift=${icount}`]),
    ...['-kernel', image],
  ];
}

/**
 * The code that the machine powered off with, from QEMU's exit status; undefined where it ended without one. The
 * device makes `(code << 1) | 1` of it.
 */
export function powerOffCode(status: number): number | undefined {
  return status % 2 === 1 ? status >> 1 : undefined;
}
