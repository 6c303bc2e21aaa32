export * from './damaged.js';
export * from './image.js';
export { tableIn } from './table.js';
