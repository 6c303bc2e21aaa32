import { App } from 'veridian';
import { spawning } from './system.js';

const app = new App();
spawning(app, { cores: 1, core: 0 });
app.synth();
