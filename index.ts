/** The public package: what `import … from 'veridian'` gives. */
export { machines, type Q35Props } from './arch/index.js';
export * from './constructs/index.js';
export * from './services/index.js';
