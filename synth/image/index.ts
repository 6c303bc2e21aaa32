export * from './damaged.js';
export * from './image.js';
export { markSize, notes, recordingSize, withRecording } from './recording.js';
export { tableIn } from './table.js';
