/** The public package: what `import … from 'veridian'` gives. */
export {
  type ConsoleDevice,
  machines,
  type Q35Props,
  type RiscvVirtProps,
  type VirtProps,
} from './arch/index.js';
export * from './constructs/index.js';
export * from './services/index.js';
