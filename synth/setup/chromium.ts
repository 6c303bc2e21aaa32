/** The browser in which the graph view is tested. */
import { accessSync, constants } from 'node:fs';
import { which } from '../toolchain/index.js';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Debian's packages of it: the browser, and letters to draw with. */
export const chromiumPackages = ['chromium', 'fonts-dejavu-core'];

/** Absolute path of a Chromium: `CHROMIUM`, else what is found on the path; undefined where there is none. */
export function findChromium(): string | undefined {
  const given = process.env.CHROMIUM;
  if (given === undefined || given === '') return which(...names);
  try {
    accessSync(given, constants.X_OK);
    return given;
  } catch {
    return undefined;
  }
}
