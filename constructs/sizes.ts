/** `count` times 1,024 bytes. */
export const KiB = (count: number): number => count * 1024;

/** `count` times 1,048,576 bytes. */
export const MiB = (count: number): number => count * 1024 ** 2;

/** `count` times 1,073,741,824 bytes. */
export const GiB = (count: number): number => count * 1024 ** 3;
