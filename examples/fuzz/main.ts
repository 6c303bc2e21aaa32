import { App } from 'veridian';
import { fuzzing } from './system.js';

const app = new App();
// 550 lives and the first one: ten million calls, since some end early.
fuzzing(app, 550);
app.synth();
