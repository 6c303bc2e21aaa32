import { bytes, defineInterface, method, u32 } from 'veridian';

/** Remembers pages that were made once. */
export const Cache = defineInterface('Cache', {
  get: method({ page: u32 }, { content: bytes({ max: 48 }) }),
  put: method({ page: u32, content: bytes({ max: 48 }) }, {}),
});

/** Blocks of the disk. */
export const Disk = defineInterface('Disk', {
  read: method({ block: u32 }, { content: bytes({ max: 48 }) }),
  write: method({ block: u32, content: bytes({ max: 48 }) }, {}),
});
