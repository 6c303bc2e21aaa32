export * from './canonical.js';
export * from './schema.js';
