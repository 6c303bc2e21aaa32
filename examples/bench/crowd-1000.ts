import { crowd } from './crowd.js';

crowd(1000, 256);
