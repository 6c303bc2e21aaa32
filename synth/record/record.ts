/** Boots a system on a machine whose memory can be looked at, and reads from it which rights were used. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ToolError } from '../findings/index.js';
import { markSize, recordingSize, tableIn, withRecording } from '../image/index.js';
import { type BootOptions, boot, GuestMemory, memoryFiles, type Run } from '../qemu/index.js';
import { readDeclared } from '../verify/index.js';
import { type Recorded, readUses } from './uses.js';

/** A run and what it used. */
export interface RecordedBoot {
  readonly run: Run;
  /** Milliseconds from the start of the machine to its end. */
  readonly milliseconds: number;
  readonly recorded: Recorded;
}

/** Boots as `boot` does, from a copy of the image that records, which is gone when it ends. */
export async function bootRecording(options: Omit<BootOptions, 'memoryFile'>): Promise<RecordedBoot> {
  const image = await readFile(options.image);
  const declared = readDeclared(image, options.image);
  const folder = await mkdtemp(join(tmpdir(), 'veridian-record-'));
  const clean = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const mark = randomBytes(markSize);
    const copy = join(folder, 'image');
    const memoryFile = join(folder, 'memory');
    await writeFile(copy, withRecording(image, mark));
    const started = performance.now();
    const run = await boot({ ...options, image: copy, memoryFile });
    const milliseconds = Math.round(performance.now() - started);
    const memory = new GuestMemory(memoryFiles(memoryFile, options.machine));
    try {
      // A loader may leave the file as it read it elsewhere in memory: there nothing is noted.
      const size = recordingSize(tableIn(image)?.data ?? image);
      const found = memory.find(mark).map((offset) => readUses(declared, memory.read(offset, size)));
      const [recorded, ...others] = found.sort((a, b) => b.uses.length - a.uses.length);
      if (!recorded || others.some(({ uses }) => uses.length > 0)) throw unrecorded();
      return { run, milliseconds, recorded };
    } finally {
      memory.close();
    }
  } finally {
    await clean();
  }
}

function unrecorded(): ToolError {
  return new ToolError({
    code: 'VRD0993',
    message: 'the machine ended before its system was in memory: nothing was recorded',
    help: 'let it run longer',
  });
}
