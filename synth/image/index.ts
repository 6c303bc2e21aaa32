export * from './damaged.js';
export * from './image.js';
