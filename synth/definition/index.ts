export { bundleLibrary, findLibrary } from './library.js';
export * from './run.js';
export * from './types.js';
