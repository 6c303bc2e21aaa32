export { type Census, type LiveCapability, type LiveMapping, readCensus } from './census.js';
export { type Comparison, compareSystems, isDrift } from './compare.js';
export { type Declared, readDeclared } from './declared.js';
export type { Drift, Verdict } from './drift.js';
export { comparisonText } from './render.js';
export { verifyRules } from './rules.js';
export { bootAndAsk, type VerifyOptions, verifySystem } from './verify.js';
