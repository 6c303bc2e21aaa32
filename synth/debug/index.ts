export { type DebugOptions, debugSystem } from './debug.js';
export { findGdb, type Gdb, needGdb } from './gdb.js';
export { gdbScript, type ScriptOptions, type Target } from './script.js';
