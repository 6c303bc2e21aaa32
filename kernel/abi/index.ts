/** The one source of every number that the kernel, the programs and the tools share. */
export * from './digest.js';
export * from './errors.js';
export * from './limits.js';
export * from './objects.js';
export * from './system-calls.js';
export * from './table.js';
export * from './token.js';
