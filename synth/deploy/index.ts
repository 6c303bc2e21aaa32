export { broadens } from './authority.js';
export { apply, forget, type Preparation, prepare } from './deploy.js';
export { deployedStacks, destroy } from './destroy.js';
export { machineJson, machineLines, planJson, planText } from './render.js';
export { defaultBootTimeout } from './start.js';
export { findTerraform, installCommand, needTerraform } from './terraform.js';
