import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** What every project shares: `veridian` is the source here, as it is for node under `veridian-source`. */
const resolve = {
  alias: [
    { find: /^veridian$/, replacement: here('./index.ts') },
    { find: /^veridian\/terraform$/, replacement: here('./constructs/terraform/index.ts') },
    { find: /^veridian\/testing$/, replacement: here('./synth/testing/index.ts') },
  ],
  conditions: ['veridian-source', 'node', 'import', 'module', 'default'],
};
const exclude = ['**/node_modules/**', '**/dist/**', '**/target/**', '**/veridian.out/**', '**/.veridian/**'];

/**
 * Three projects: `unit` runs on the host alone; `types` hands the `*.test-d.ts` files to the compiler; `boot` runs
 * systems in QEMU, one at a time since a machine under emulation takes a whole core, after one native build.
 */
export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...exclude, '**/*.boot.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        resolve,
        test: {
          name: 'types',
          include: [],
          exclude,
          typecheck: { enabled: true, only: true, include: ['**/*.test-d.ts'], exclude, tsconfig: './tsconfig.json' },
        },
      },
      {
        resolve,
        test: {
          name: 'boot',
          include: ['**/*.boot.test.ts'],
          exclude,
          fileParallelism: false,
          globalSetup: ['./synth/toolchain/build-for-tests.ts'],
          testTimeout: 180_000,
          hookTimeout: 600_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
