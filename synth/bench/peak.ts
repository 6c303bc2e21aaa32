import { readFileSync } from 'node:fs';

/**
 * The most memory that this process has taken, in MiB. Linux tells it since the process began to run its program; what
 * it counts for `getrusage` begins with what the parent had.
 */
export function peakMemory(): number {
  try {
    const [, kibibytes] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    if (kibibytes !== undefined) return Number(kibibytes) / 1024;
  } catch {
    // Another system than Linux.
  }
  return process.resourceUsage().maxRSS / 1024;
}
