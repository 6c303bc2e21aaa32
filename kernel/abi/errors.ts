/** What a system call answers, in bits 0–7 of the `word` register. 0 is success. */
export const errors = {
  BadToken: { code: 1, doc: 'the token names no capability of the caller' },
  StaleToken: { code: 2, doc: 'the capability that the token named is gone' },
  WrongKind: { code: 3, doc: 'the capability is to an object of another kind' },
  MissingRight: { code: 4, doc: 'the capability lacks a right that the call needs' },
  BadArgument: { code: 5, doc: 'an argument is out of range' },
  TimedOut: { code: 6, doc: 'nothing happened in time' },
  TableFull: { code: 7, doc: 'no free slot in the capability table that should receive' },
  PeerGone: { code: 8, doc: 'the other side ended before it answered' },
  BadReply: { code: 9, doc: 'the reply token is forged, or was used before' },
  BadCall: { code: 10, doc: 'there is no system call of this number' },
  NoMemory: { code: 12, doc: 'the pool has no memory, or no object of this kind, left' },
  NoBuffer: { code: 13, doc: 'the message is longer than 64 bytes, and one of the two sides has no message buffer' },
  Interrupted: { code: 14, doc: 'somebody with the right to do so ended the wait' },
  Unfinished: { code: 11, doc: 'a step is done and more are left: make the same call again' },
} as const satisfies Readonly<Record<string, { readonly code: number; readonly doc: string }>>;

export type ErrorName = keyof typeof errors;
