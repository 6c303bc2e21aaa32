/** The stock services: each a native program and the construct that declares it. */
export { Audit, type AuditProps } from './audit/audit.js';
export { Console, type ConsoleProps } from './console/console.js';
export { ConsoleInterface } from './console/interface.js';
