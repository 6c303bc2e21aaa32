export * from './finding.js';
export * from './render.js';
