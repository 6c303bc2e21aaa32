import { App } from 'veridian';
import { metricsOn } from './system.js';

const app = new App();
metricsOn(app, 3);
app.synth();
