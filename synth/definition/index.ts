export * from './run.js';
export * from './types.js';
