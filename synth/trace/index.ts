export { type ChromeEvent, ChromeTrace } from './chrome.js';
export type { TracedMessage } from './story.js';
export { messageText, timeText } from './text.js';
export { type TraceOptions, traceSystem } from './trace.js';
