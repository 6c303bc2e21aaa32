/**
 * Runs a definition that the `veridian` command has made one file of. The command starts this process while it still
 * bundles, so that the library is loaded by then; it says on standard input that the bundle is there, or ends it
 * without a word where there will be none. VERIDIAN_DEFINITION names the bundle.
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import '../index.js';

const bundle = process.env.VERIDIAN_DEFINITION;
if (bundle !== undefined && readFileSync(0, 'utf8') !== '') {
  // Not before: without a bundle there is nothing to report on.
  await import('./report-errors.js');
  await import(pathToFileURL(bundle).href);
}
