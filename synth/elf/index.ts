export * from './elf.js';
