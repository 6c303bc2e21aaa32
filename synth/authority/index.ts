export { Authority, type Holder, type Holding, type Search } from './authority.js';
export type { Closure } from './closure.js';
export type { Step, Via } from './step.js';
export { shortPath, stepLines, stepText } from './text.js';
