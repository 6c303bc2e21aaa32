/** `count` nanoseconds, the unit in which definitions and graphs count time. */
export const ns = (count: number): number => count;

/** `count` microseconds, in nanoseconds. */
export const us = (count: number): number => Math.round(count * 1000);

/** `count` milliseconds, in nanoseconds. */
export const ms = (count: number): number => Math.round(count * 1_000_000);

/** `count` seconds, in nanoseconds. */
export const seconds = (count: number): number => Math.round(count * 1_000_000_000);
