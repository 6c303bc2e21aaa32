export { bootRecording, type RecordedBoot } from './record.js';
export { addRun, type RecordedRun, type RecordFile, readRecord, recordPath, writeRecord } from './record-file.js';
export { recordRules } from './rules.js';
export { runText, tighteningText } from './text.js';
export { type Proposal, type Tightening, tighten } from './tighten.js';
export type { Recorded, Use } from './uses.js';
