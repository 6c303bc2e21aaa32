import { bool, defineInterface, method, text, u16, u32 } from 'veridian';

/** Keeps one long text, looks at a capability that comes along, and ends when it is told to. */
export const Archive = defineInterface('Archive', {
  put: method({ text: text({ max: 3000 }) }, { bytes: u32 }),
  get: method({}, { text: text({ max: 3000 }) }),
  inspect: method({}, { rights: u16, writable: bool }, { right: 'get' }),
  close: method({}, {}),
});
