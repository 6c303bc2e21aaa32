import { App } from 'veridian';
import { fuzzing } from './system.js';

const app = new App();
// A hundred million calls.
fuzzing(app, 5500);
app.synth();
