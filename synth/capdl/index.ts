export { exportCapdl } from './export.js';
