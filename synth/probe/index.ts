export { type KernelMap, type Outline, readKernelMap } from './kernel-map.js';
export { framed, Remote, takePackets } from './remote.js';
