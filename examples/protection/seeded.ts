import { App } from 'veridian';
import { protection } from './system.js';

const app = new App();
protection(app, { seed: 'another deployment' });
app.synth();
