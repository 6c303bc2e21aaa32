import type { Arch } from '../toolchain/index.js';

/** The part of a graph's machine that QEMU must know. */
export interface QemuMachine {
  /** Name of the board, such as `q35`. */
  readonly name: string;
  readonly arch: Arch;
  /** Bytes of memory. */
  readonly memory: number;
  /** Processor cores. @default 1 */
  readonly cores?: number;
  /** What the board is made with where there is a choice. */
  readonly options?: Readonly<Record<string, string>> | undefined;
}

/** What to boot, and how. */
export interface QemuOptions {
  readonly machine: QemuMachine;
  /** Boot image, in the format of its architecture. */
  readonly image: string;
  /**
   * Counts instructions instead of time: an instruction takes 2^icount nanoseconds of the machine's clock, so that
   * every run is the same. @default the clock of the host
   */
  readonly icount?: number;
  /**
   * Socket of this machine over which a debugger speaks GDB's remote protocol: a path to make. The machine waits for
   * one before its first instruction. @default none
   */
  readonly debugger?: string;
  /** Whether the machine starts again after a reset, which ends it else. @default false */
  readonly reboot?: boolean;
  /** QEMU’s name of the processor. @default all that QEMU has */
  readonly processor?: string;
  /** File of this machine that is the memory of that one, so that it can be looked at: a path to make. @default none */
  readonly memoryFile?: string;
}

const MEBIBYTE = 1024 * 1024;

/** Name of the QEMU program for each architecture. */
export const qemuPrograms: Readonly<Record<Arch, string>> = {
  x86_64: 'qemu-system-x86_64',
  aarch64: 'qemu-system-aarch64',
  riscv64: 'qemu-system-riscv64',
};

/** QEMU's own name of a board, and what it is made with where there is a choice. */
function board({ name, arch, options = {} }: QemuMachine): string {
  if (arch === 'aarch64') {
    const level = options.virtualization === undefined ? '' : `,virtualization=${options.virtualization}`;
    return `virt,gic-version=${options.gic ?? '2'}${level}`;
  }
  return arch === 'riscv64' ? 'virt' : name;
}

/**
 * NUMA nodes that share the memory equally, each as far from the others as its number differs. Memory that is a file is
 * one piece.
 */
function numa({ arch, memory, options = {}, cores = 1 }: QemuMachine): string[] {
  const count = Number(options.nodes ?? 1);
  if (count === 1) return [];
  const all = Array.from({ length: count }, (_, node) => node);
  const share = `${Math.ceil(memory / MEBIBYTE) / count}M`;
  const pairs = all.flatMap((from) => all.filter((to) => to > from).map((to) => [from, to] as const));
  return [
    ...all.flatMap((node) => [
      ...['-object', `memory-backend-ram,id=ram${node},size=${share}`],
      ...['-numa', `node,nodeid=${node},memdev=ram${node}`],
    ]),
    // The board of RISC-V has a hart at least in every node, whether it is used or not.
    ...(arch === 'riscv64' && cores < count ? ['-smp', `${count}`] : []),
    ...pairs.flatMap(([from, to]) => ['-numa', `dist,src=${from},dst=${to},val=${10 * (1 + to - from)}`]),
  ];
}

/**
 * What a machine ends QEMU with, and starts with. On x86_64 and AArch64 the kernel asks an emulated device or debugger
 * for the end; on RISC-V the board has a device for it, and OpenSBI starts the kernel.
 */
const surroundings: Readonly<Record<Arch, readonly string[]>> = {
  x86_64: ['-device', 'isa-debug-exit,iobase=0xf4,iosize=0x4'],
  aarch64: ['-semihosting-config', 'enable=on,target=native'],
  riscv64: ['-bios', 'default'],
};

/** Arguments of QEMU: nothing but what the system declares, its serial port on standard input and output. */
export function commandLine(options: QemuOptions): string[] {
  const { machine, image, icount, reboot = false, processor, memoryFile, debugger: socket } = options;
  const memory = `${Math.ceil(machine.memory / MEBIBYTE)}M`;
  return [
    ...['-M', memoryFile === undefined ? board(machine) : `${board(machine)},memory-backend=ram`],
    ...['-cpu', processor ?? (machine.arch === 'riscv64' ? 'rv64' : 'max')],
    // A /dev/kvm that is there is no proof that it is fast, and only tcg gives the same run everywhere.
    ...['-accel', 'tcg'],
    ...['-m', memory],
    ...(memoryFile === undefined
      ? []
      : // A comma in a value is written twice.
        ['-object', `memory-backend-file,id=ram,share=on,size=${memory},mem-path=${memoryFile.replaceAll(',', ',,')}`]),
    ...(machine.cores === undefined || machine.cores === 1 ? [] : ['-smp', `${machine.cores}`]),
    ...(memoryFile === undefined ? numa(machine) : []),
    ...['-nodefaults', '-display', 'none'],
    ...['-serial', 'stdio'],
    ...surroundings[machine.arch],
    ...(socket === undefined ? [] : ['-S', '-gdb', `unix:${socket},server=on,wait=off`]),
    ...(reboot ? [] : ['-no-reboot']),
    ...(icount === undefined ? [] : ['-icount', `shift=${icount}`]),
    ...['-kernel', image],
  ];
}

/**
 * The code that the machine powered off with, from QEMU's exit status; undefined where it ended without one. On every
 * architecture a kernel ends QEMU with `(code << 1) | 1`, as the device of x86_64 has it, so that an end without a code
 * (0) is told apart.
 */
export function powerOffCode(status: number): number | undefined {
  return status % 2 === 1 ? status >> 1 : undefined;
}
