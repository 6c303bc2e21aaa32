import { arches, buildStock, kernelFile, lineReporter } from './index.js';

/** Builds the kernels and the stock services before the first machine boots, so that no test waits for a compiler. */
export default async function build(): Promise<void> {
  const reporter = lineReporter();
  for (const arch of arches) {
    await kernelFile(arch, reporter);
    await buildStock(arch, reporter);
  }
}
