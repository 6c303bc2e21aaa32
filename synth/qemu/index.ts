export { type BootOptions, boot, type Ending, type Run } from './boot.js';
export {
  commandLine,
  type MemoryFile,
  memoryFiles,
  powerOffCode,
  type QemuMachine,
  type QemuOptions,
  qemuPrograms,
} from './command-line.js';
export { findQemu, needQemu, type Qemu, testedQemu, versionWarning } from './find.js';
export { GuestMemory } from './guest-memory.js';
