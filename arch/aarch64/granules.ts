/** Bytes of the pages that a machine may have beside those of 4 KiB, by the names of its option `granule`. */
export const granules: Readonly<Record<string, number>> = { '16K': 0x4000, '64K': 0x1_0000 };
