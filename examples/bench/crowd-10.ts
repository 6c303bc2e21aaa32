import { crowd } from './crowd.js';

crowd(10, 64);
