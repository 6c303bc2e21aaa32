/**
 * What an image carries beside the table so that it can be read back: names, source lines, interfaces and
 * programs. Authority is not in it: rights, sizes, priorities and lines are read from the table itself.
 */
import * as z from 'zod';
import { Aslr, Interface, Machine, Program, Source } from '../../constructs/graph/index.js';

export const annotationFormat = 'veridian.annotation/1';

const named = z.strictObject({ path: z.string(), source: Source });

/** For each section the name and line of each record, in the order of the table. */
export const Annotation = z.strictObject({
  format: z.literal(annotationFormat),
  system: z.string(),
  source: Source,
  machine: Machine,
  aslr: Aslr.optional(),
  interfaces: z.array(Interface),
  programs: z.array(Program),
  zones: z.array(named),
  components: z.array(
    named.extend({
      role: z.enum(['component', 'driver', 'service']),
      program: z.string(),
      /** Numbers of the needs that its slots fill, where it leaves some that are optional. */
      needs: z.array(z.int().nonnegative()).optional(),
    }),
  ),
  /** Files that `capabilities` refers to by index. */
  files: z.array(z.string()),
  /** The line of each grant: file, line, and column where known. */
  capabilities: z.array(z.array(z.int().nonnegative()).min(2).max(3)),
  endpoints: z.array(named.extend({ interface: z.string() })),
  notifications: z.array(named),
  regions: z.array(named),
  interrupts: z.array(named),
  timers: z.array(named),
  ports: z.array(named),
  mmio: z.array(named),
  dma: z.array(named),
  pools: z.array(named),
  power: z.array(named),
  census: z.array(named),
  metrics: z.array(named),
});

export type Annotation = z.infer<typeof Annotation>;
