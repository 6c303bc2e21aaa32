export { type Explained, explainedText, explainPath } from './explain.js';
export { graphsOf, knownNames } from './graphs.js';
export { matrix, matrixText } from './matrix.js';
export { completions, type Named, resolveName } from './names.js';
export { type Way, wayText, why } from './why.js';
