import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../toolchain/index.js';
import { codeLines, repositoryFiles, testModules, withoutTests } from './repository.js';

const read = (path: string): string => readFileSync(join(packageRoot, path), 'utf8');

describe('dependency direction', () => {
  const [, table = ''] = /^## Folders(.*?)^## /ms.exec(read('docs/architecture.md')) ?? [];
  const rows = [...table.matchAll(/^\| `([^`]+)` \|[^|]*\|([^|]*)\|$/gm)];
  const allowed = new Map(
    rows.map(([, folder = '', list = '']) => [folder, [...list.matchAll(/`([^`]+)`/g)].map(([, name]) => name)]),
  );
  /** The folder of the table that a path belongs to: the longest that matches. */
  const folderOf = (path: string): string | undefined =>
    [...allowed.keys()]
      .filter((folder) => path === folder || path.startsWith(`${folder}/`))
      .sort((a, b) => b.length - a.length)[0];
  const forbidden = (from: string, to: string): boolean => {
    const [source, target] = [folderOf(from), folderOf(to)];
    if (source === undefined || target === undefined) return true;
    return source !== target && !allowed.get(source)?.includes(target);
  };

  test('the table names every top-level folder with code', () => {
    for (const folder of ['constructs', 'kernel', 'arch', 'services', 'synth', 'examples'])
      expect(allowed.has(folder), folder).toBe(true);
  });

  test('TypeScript imports only what the table allows', () => {
    const wrong: string[] = [];
    for (const folder of ['constructs', 'kernel', 'arch', 'services', 'synth', 'examples'])
      for (const file of repositoryFiles(folder, (name) => name.endsWith('.ts')))
        for (const [, target = ''] of read(file).matchAll(/(?:from|import\()\s*'(\.[^']*|veridian)'/g)) {
          const path = target === 'veridian' ? 'index.ts' : normalize(join(dirname(file), target));
          const isBootTest = file.startsWith('examples/') && file.endsWith('.test.ts');
          if (forbidden(file, path) && !isBootTest) wrong.push(`${file} imports ${path}`);
        }
    expect(wrong).toEqual([]);
  });

  test('examples import nothing of Veridian but the package', () => {
    const wrong = repositoryFiles('examples', (name) => name.endsWith('.ts') && !name.endsWith('.test.ts')).filter(
      (file) =>
        [...read(file).matchAll(/from '(\.[^']*)'/g)].some(
          ([, target = '']) => !normalize(join(dirname(file), target)).startsWith('examples/'),
        ),
    );
    expect(wrong).toEqual([]);
  });

  test('Cargo packages depend only on what the table allows', () => {
    const wrong: string[] = [];
    for (const folder of ['kernel', 'arch', 'services', 'examples'])
      for (const manifest of repositoryFiles(folder, (name) => name === 'Cargo.toml')) {
        const dependencies = read(manifest).matchAll(/^[\w-]+\s*=\s*\{[^}]*path\s*=\s*"([^"]+)"/gm);
        for (const [, path = ''] of dependencies) {
          const target = normalize(join(dirname(manifest), path));
          if (forbidden(dirname(manifest), target)) wrong.push(`${manifest} depends on ${target}`);
        }
      }
    expect(wrong).toEqual([]);
  });
});

describe('sizes', () => {
  const trusted = ['kernel', 'arch'];
  const files = trusted.flatMap((folder) => repositoryFiles(folder, (name) => name.endsWith('.rs')));
  const onlyTests = files.flatMap((file) => testModules(file, read(file)));
  const rust = files.filter(
    (file) => !onlyTests.some((path) => file === path || file.startsWith(path)) && !/(\/tests\/|build\.rs$)/.test(file),
  );

  test('a line counts when it has code', () => {
    expect(codeLines('// a\n\nfn b() {} // c\n/* d\n e */ f();\n/* /* g */\n*/\n')).toBe(2);
  });

  test('what is for tests alone does not count', () => {
    const tested = 'a();\n#[cfg(test)]\n#[allow(b)]\nmod tests {\n    c();\n}\n#[cfg(test)]\nmod d;\ne();\n';
    expect(withoutTests(tested)).toBe('a();\ne();\n');
    expect(testModules('kernel/src/lib.rs', tested)).toEqual(['kernel/src/d.rs', 'kernel/src/d/']);
    expect(testModules('kernel/src/a.rs', tested)).toEqual(['kernel/src/a/d.rs', 'kernel/src/a/d/']);
    expect(rust).not.toContain('kernel/src/testing.rs');
    expect(rust).not.toContain('kernel/src/capability/tests.rs');
  });

  test('kernel and ports stay within 15,000 lines of code', () => {
    for (const file of ['kernel/abi/src/lib.rs', 'kernel/src/main.rs', 'kernel/src/capability.rs'])
      expect(rust).toContain(file);
    for (const arch of ['x86_64', 'aarch64', 'riscv64']) expect(rust).toContain(`arch/${arch}/src/bare/entry.rs`);
    const lines = rust.reduce((sum, file) => sum + codeLines(withoutTests(read(file))), 0);
    expect(lines).toBeGreaterThan(1000);
    expect(lines).toBeLessThanOrEqual(15_000);
  });

  test('no external crate is in either; their tests on the host may use some', () => {
    const external = trusted
      .flatMap((folder) => repositoryFiles(folder, (name) => name === 'Cargo.toml'))
      .flatMap((manifest) => {
        // `dev-dependencies` are left out: what a kernel is built from has none of them.
        const sections = read(manifest).split(/^(?=\[)/m);
        const dependencies = sections.filter((section) => /^\[(target\..*\.)?(build-)?dependencies\]/.test(section));
        return dependencies
          .flatMap((section) => section.split('\n').slice(1))
          .filter((line) => /^[\w-]+/.test(line) && !/path\s*=/.test(line))
          .map((line) => `${manifest}: ${line}`);
      });
    expect(external).toEqual([]);
  });

  test('no file that people write is longer than 700 lines', () => {
    const written = repositoryFiles(
      '.',
      (name) => /\.(ts|mjs|rs|hbs|ld|md)$/.test(name) && name !== 'package-lock.json',
    ).filter((file) => file !== 'kernel/abi/src/lib.rs' && file !== 'docs/kernel.md');
    const long = written.filter((file) => read(file).split('\n').length > 701);
    expect(long).toEqual([]);
  });
});
