export { type ComponentActivity, type Row, type Snapshot, snapshot, type ThreadSample } from './snapshot.js';
export { frame, snapshotText } from './text.js';
export { type TopOptions, topSystem } from './top.js';
