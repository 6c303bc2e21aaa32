import { expect, test } from 'vitest';
import { buildElf } from '../elf/fixture.js';
import { readElf } from '../elf/index.js';
import { type Manifest, ManifestError, manifestText, parseManifest, readManifest } from './index.js';

const manifest: Manifest = {
  program: 'web',
  interfaces: new Map([['FileSystem', '0123456789abcdef']]),
  needs: [
    {
      name: 'files',
      kind: 'FileSystem',
      rights: ['open', 'read'],
      source: { file: 'services/web/src/main.rs', line: 12 },
    },
    { name: 'requests', kind: 'Server<Web>', rights: ['get'], source: { file: 'a folder/main.rs', line: 13 } },
    { name: 'nothing', kind: 'Power', rights: [], source: { file: 'main.rs', line: 14 } },
    { name: 'log', kind: 'Console', rights: ['write'], optional: true, source: { file: 'main.rs', line: 15 } },
  ],
};

const elfWith = (texts: readonly (string | Uint8Array)[]) =>
  readElf(
    buildElf({
      segments: [],
      notes: texts.map((text) => ({ owner: 'Veridian', type: 1, description: Buffer.from(text) })),
    }),
  );

test('the needs note of a program is read as it was written', () => {
  expect(readManifest(elfWith([manifestText(manifest)]))).toEqual(manifest);
});

test('a note that is missing, doubled or damaged says so', () => {
  expect(() => readManifest(elfWith([]))).toThrow('it has no needs note');
  expect(() => readManifest(elfWith([manifestText(manifest), manifestText(manifest)]))).toThrow('it has 2 needs notes');
  expect(() => readManifest(elfWith([new Uint8Array([0xff, 0xfe])]))).toThrow('its needs note is not UTF-8');
  expect(() => parseManifest('veridian-needs 2\n')).toThrow('starts with "veridian-needs 2"');
  expect(() => parseManifest('veridian-needs 1\nneed x\n')).toThrow(ManifestError);
  expect(() => parseManifest('veridian-needs 1\n')).toThrow('does not name the program');
});
