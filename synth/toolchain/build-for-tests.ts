import { buildStock, kernelFile, lineReporter } from './index.js';

/** Builds the kernel and the stock services before the first machine boots, so that no test waits for a compiler. */
export default async function build(): Promise<void> {
  const reporter = lineReporter();
  await kernelFile('x86_64', reporter);
  await buildStock('x86_64', reporter);
}
