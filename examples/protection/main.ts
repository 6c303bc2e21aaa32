import { App } from 'veridian';
import { protection } from './system.js';

const app = new App();
protection(app);
app.synth();
