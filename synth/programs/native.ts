/** A native program as its binary says: the truth that the graph's programs are filled from. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { userSpace } from '../../arch/index.js';
import type { Machine, Program, Source, SystemGraph } from '../../constructs/graph/index.js';
import { limits } from '../../kernel/abi/index.js';
import { type Elf, ElfError, ET_DYN, ET_EXEC, elfMachines, machineName, readElf } from '../elf/index.js';
import type { Finding } from '../findings/index.js';
import { type Manifest, ManifestError, readManifest } from '../manifest/index.js';

export interface NativeProgram {
  /** SHA-256 of the file, in hexadecimal. */
  readonly sha256: string;
  readonly elf: Elf;
  readonly manifest: Manifest;
}

/** Rules that a program's file must keep. */
export const programRules = {
  VRD0401: 'program file cannot be read',
  VRD0402: 'program is not an ELF file',
  VRD0403: 'program for another machine',
  VRD0404: 'program file is damaged',
  VRD0405: 'program without a needs note',
  VRD0406: 'needs note cannot be read',
  VRD0407: 'program outside its address range',
  VRD0408: 'program has another name',
} as const;

type ProgramCode = keyof typeof programRules;
export type Arch = Machine['arch'];

/** Why a program cannot be used: a rule, what is wrong, and the way out; who uses it is added later. */
export class ProgramError extends Error {
  readonly code: ProgramCode;
  readonly help: string;

  constructor(code: ProgramCode, message: string, help: string) {
    super(message);
    this.name = 'ProgramError';
    this.code = code;
    this.help = help;
  }
}

const elfCodes = { 'not-elf': 'VRD0402', machine: 'VRD0403', truncated: 'VRD0404', malformed: 'VRD0404' } as const;

/** Lowest addresses that a program may not use: what synth maps itself lies there and above. */
const programEnd = limits.PROGRAM_END;

function hex(address: bigint): string {
  return `0x${address.toString(16)}`;
}

function checkSegments({ segments: all, entry }: Elf, page: bigint): void {
  const segments = all.filter(({ memorySize }) => memorySize > 0n);
  const help = `link the program at ${hex(limits.PROGRAM_BASE)}: segments lie from ${hex(limits.USER_BASE)} to ${hex(programEnd)}`;
  for (const { address, memorySize } of segments) {
    if (address < limits.USER_BASE || address + memorySize > programEnd) {
      const range = `${hex(address)}–${hex(address + memorySize)}`;
      throw new ProgramError('VRD0407', `has a segment at ${range}, outside what a program may use`, help);
    }
  }
  for (const [index, { address }] of segments.entries()) {
    const before = segments[index - 1];
    if (before && (before.address + before.memorySize - 1n) / page === address / page) {
      throw new ProgramError(
        'VRD0404',
        `has two segments in the page at ${hex(address - (address % page))}`,
        `link it with -zmax-page-size=${page} and -zseparate-code, so that each segment has pages of its own`,
      );
    }
  }
  const executable = segments.some(
    (segment) => segment.executable && entry >= segment.address && entry < segment.address + segment.memorySize,
  );
  if (!executable) {
    throw new ProgramError('VRD0407', `starts at ${hex(entry)}, which is in none of its executable segments`, help);
  }
}

/** Reads a program from the bytes of its file, for pages of so many bytes. Throws a `ProgramError`. */
export function parseProgram(bytes: Uint8Array, arch: Arch, pageSize = Number(limits.PAGE_SIZE)): NativeProgram {
  let elf: Elf;
  try {
    elf = readElf(bytes);
  } catch (error) {
    if (!(error instanceof ElfError)) throw error;
    throw new ProgramError(
      elfCodes[error.problem],
      error.message,
      `a program is a static 64-bit ELF executable for ${arch}; build it again`,
    );
  }
  if (elf.machine !== elfMachines[arch]) {
    throw new ProgramError(
      'VRD0403',
      `is built for ${machineName(elf.machine)}, the machine is ${arch}`,
      `build the program for ${arch}, or give the system a machine of its architecture`,
    );
  }
  if (elf.type !== ET_EXEC && elf.type !== ET_DYN) {
    throw new ProgramError('VRD0404', 'is not an executable', 'link it with relocation-model=pie');
  }
  checkSegments(elf, BigInt(pageSize));
  try {
    return { sha256: createHash('sha256').update(bytes).digest('hex'), elf, manifest: readManifest(elf) };
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    throw new ProgramError(
      error.missing ? 'VRD0405' : 'VRD0406',
      `cannot be used: ${error.message}`,
      'declare what the program needs with `program! { needs { … } }` of the runtime, and build it again',
    );
  }
}

/** Reads a program's file, for pages of so many bytes. Throws a `ProgramError`. */
export function readProgram(file: string, arch: Arch, pageSize = Number(limits.PAGE_SIZE)): NativeProgram {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const why = code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder' : `cannot be read (${code})`;
    throw new ProgramError('VRD0401', why, 'build the program first, or correct the file that the Program names');
  }
  return parseProgram(bytes, arch, pageSize);
}

/** What became of the programs of a graph. */
export interface ResolvedPrograms {
  /** The graph with digest and needs from the binaries. */
  readonly graph: SystemGraph;
  /** By name; a program that cannot be used is missing and has a finding. */
  readonly natives: ReadonlyMap<string, NativeProgram>;
  readonly findings: readonly Finding[];
}

/** A file on this machine for what a `Program` names; throws a `ProgramError` where there is none. */
export type Locate = (file: string) => string;

function users(graph: SystemGraph, program: Program): { readonly path: string; readonly source: Source }[] {
  return graph.nodes.filter((node) => node.type === 'Component' && node.program === program.name);
}

/**
 * Reads every program of a graph. The binary is the truth: its needs replace those that TypeScript
 * believed, so that the checks see what will really run.
 */
export function resolvePrograms(graph: SystemGraph, locate: Locate, read = readProgram): ResolvedPrograms {
  const natives = new Map<string, NativeProgram>();
  const findings: Finding[] = [];
  const { pageSize } = userSpace(graph.machine);
  const programs = graph.programs.map((program) => {
    try {
      const native = read(locate(program.file), graph.machine.arch, pageSize);
      if (native.manifest.program !== program.name) {
        throw new ProgramError(
          'VRD0408',
          `calls itself ${native.manifest.program}`,
          'write veridian.programs.ts again with `veridian build`, or correct the file that the Program names',
        );
      }
      natives.set(program.name, native);
      return { ...program, sha256: native.sha256, needs: [...native.manifest.needs] };
    } catch (error) {
      if (!(error instanceof ProgramError)) throw error;
      const [first, ...others] = users(graph, program);
      findings.push({
        code: error.code,
        severity: 'error',
        message: `program ${program.name} (${program.file}) ${error.message}`,
        ...(first ? { path: first.path, source: first.source } : { source: graph.source }),
        related: others.map(({ path, source }) => ({ label: 'also', text: path, source })),
        help: error.help,
      });
      return program;
    }
  });
  return { graph: { ...graph, programs }, natives, findings };
}
