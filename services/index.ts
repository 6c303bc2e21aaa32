/** The stock services: each a native program and the construct that declares it. */
export { Console, type ConsoleProps } from './console/console.js';
export { ConsoleInterface } from './console/interface.js';
