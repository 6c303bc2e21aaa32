export * from './config.js';
export * from './digest.js';
export * from './interrupted.js';
export * from './lock.js';
export * from './output.js';
export * from './rules.js';
export * from './step-cache.js';
