export * from './annotation.js';
export * from './layout.js';
export * from './program-image.js';
export * from './records.js';
export * from './rights.js';
export * from './slots.js';
export * from './table.js';
