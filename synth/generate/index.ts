export { interfaceModules, loadInterfaces } from './interfaces.js';
export { generateProject } from './project.js';
export { exampleProjects, generateRepository, staleFiles } from './repository.js';
