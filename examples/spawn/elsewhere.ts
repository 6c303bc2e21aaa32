import { App } from 'veridian';
import { spawning } from './system.js';

const app = new App();
spawning(app, { cores: 2, core: 1 });
app.synth();
