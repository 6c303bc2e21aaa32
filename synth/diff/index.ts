export * from './compare.js';
export * from './model.js';
export * from './render-html.js';
export * from './render-json.js';
export * from './render-markdown.js';
export * from './render-sarif.js';
export * from './render-text.js';
