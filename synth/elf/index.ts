export * from './elf.js';
export { moved } from './moved.js';
