export { type Shown, viewPage } from './assemble.js';
export { type ViewEdge, type ViewGraph, type ViewNode, viewGraph } from './model.js';
