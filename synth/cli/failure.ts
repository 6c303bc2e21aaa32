import { type Finding, renderFinding, ToolError } from '../findings/index.js';

/** Exit statuses of every command but `run`, which passes on the code that the machine powered off with. */
export const exit = { fine: 0, failed: 1, findings: 2 } as const;

/** A command line that cannot be understood. */
export class UsageError extends Error {
  readonly help: string;

  constructor(message: string, help: string) {
    super(message);
    this.name = 'UsageError';
    this.help = help;
  }
}

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && 'code' in error;

/** What to say of an error, without a stack: a stack helps only who works on the tool itself (VERIDIAN_DEBUG). */
export function describeFailure(error: unknown): Finding {
  const base = { severity: 'error', related: [] } as const;
  if (error instanceof ToolError) return error.finding;
  if (error instanceof UsageError) return { ...base, code: 'VRD0901', message: error.message, help: error.help };
  if (isSystemError(error)) {
    const where = error.path ? ` (${error.path})` : '';
    return {
      ...base,
      code: 'VRD0902',
      message: `${error.code}${where}: ${error.message}`,
      help: 'nothing was changed',
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    ...base,
    code: 'VRD0903',
    message: `a fault of Veridian itself: ${message}`,
    help: 'VERIDIAN_DEBUG=1 shows where; please report it',
  };
}

/** Prints an error on standard error as every finding is printed. */
export function printFailure(error: unknown): void {
  process.stderr.write(`${renderFinding(describeFailure(error), { stream: process.stderr })}\n`);
  if (process.env.VERIDIAN_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
}
