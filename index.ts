/** The public package: what `import … from 'veridian'` gives. */
export * from './constructs/index.js';
export * from './services/index.js';
