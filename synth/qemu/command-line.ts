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
  /**
   * File of this machine that is the memory of that one, so that it can be looked at: a path to make, and others beside
   * it where there are nodes (`memoryFiles`).
   * @default none
   */
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

/** A file of this machine that is memory of that one, or a part of it. */
export interface MemoryFile {
  readonly path: string;
  /** Bytes that it has once QEMU has made it. */
  readonly size: number;
}

/** The files that a machine's memory is when it is told to be `path`, in order of addresses: one for each node. */
export function memoryFiles(
  path: string,
  { memory, options = {} }: Pick<QemuMachine, 'memory' | 'options'>,
): MemoryFile[] {
  const count = Number(options.nodes ?? 1);
  const size = (Math.ceil(memory / MEBIBYTE) / count) * MEBIBYTE;
  return Array.from({ length: count }, (_, node) => ({ path: node === 0 ? path : `${path}.${node}`, size }));
}

/** A piece of memory, which may be a file. */
function backend(id: string, size: string, file: string | undefined): string[] {
  const kind =
    file === undefined
      ? 'memory-backend-ram'
      : // A comma in a value is written twice.
        `memory-backend-file,share=on,mem-path=${file.replaceAll(',', ',,')}`;
  return ['-object', `${kind},id=${id},size=${size}`];
}

/** Memory and cores: NUMA nodes share both equally, each as far from the others as its number differs. */
function memoryAndCores({ machine, memoryFile }: QemuOptions): string[] {
  const { arch, memory, options = {}, cores: used = 1 } = machine;
  const count = Number(options.nodes ?? 1);
  // The board of RISC-V has a hart at least in every node, whether it is used or not.
  const cores = arch === 'riscv64' ? Math.max(used, count) : used;
  const mebibytes = Math.ceil(memory / MEBIBYTE);
  const processors = cores === 1 ? [] : ['-smp', `${cores}`];
  const size = ['-m', `${mebibytes}M`];
  if (count === 1)
    return [...size, ...(memoryFile === undefined ? [] : backend('ram', `${mebibytes}M`, memoryFile)), ...processors];
  const all = Array.from({ length: count }, (_, node) => node);
  const files = memoryFile === undefined ? [] : memoryFiles(memoryFile, machine);
  const pairs = all.flatMap((from) => all.filter((to) => to > from).map((to) => [from, to] as const));
  const near = (node: number): string => {
    const own = Array.from({ length: cores }, (_, core) => core).filter(
      (core) => Math.floor((core * count) / cores) === node,
    );
    return own.map((core) => `,cpus=${core}`).join('');
  };
  return [
    ...size,
    ...processors,
    ...all.flatMap((node) => [
      ...backend(`ram${node}`, `${mebibytes / count}M`, files[node]?.path),
      ...['-numa', `node,nodeid=${node},memdev=ram${node}${near(node)}`],
    ]),
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
  const isFile = memoryFile !== undefined && memoryFiles(memoryFile, machine).length === 1;
  return [
    ...['-M', isFile ? `${board(machine)},memory-backend=ram` : board(machine)],
    ...['-cpu', processor ?? (machine.arch === 'riscv64' ? 'rv64' : 'max')],
    // A /dev/kvm that is there is no proof that it is fast, and only tcg gives the same run everywhere.
    ...['-accel', 'tcg'],
    ...memoryAndCores(options),
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
