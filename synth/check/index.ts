export * from './check.js';
export * from './codes.js';
