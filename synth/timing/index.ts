export { analyseTiming, type CoreTiming, type TaskTiming, type Term } from './analyse.js';
export { coreText, durationText, percentText } from './text.js';
