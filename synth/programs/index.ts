export * from './native.js';
export * from './render.js';
