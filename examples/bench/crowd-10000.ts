import { crowd } from './crowd.js';

crowd(10_000, 1024);
