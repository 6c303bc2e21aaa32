/** Records of the boot table to bytes and back, by the definitions of the ABI. */
import { type FieldDefinition, type RecordDefinition, type SectionName, sections } from '../../kernel/abi/index.js';
import { recordLayout } from '../../kernel/abi/record-layout.js';

type Value<F> = F extends { readonly type: 'u64' } ? bigint : number;

/** The values of a record: 64-bit fields are bigints, the others numbers. */
export type RecordValues<R extends RecordDefinition> = {
  readonly [F in keyof R['fields']]: Value<R['fields'][F]>;
};

/** A record of a section. `reserved` is left to the encoder, which writes 0. */
export type SectionRecord<S extends SectionName> = Omit<RecordValues<Definition<S>>, 'reserved'>;

type Definition<S extends SectionName> = {
  readonly doc: string;
  readonly fields: {
    readonly [F in keyof (typeof sections)[S]['fields']]: (typeof sections)[S]['fields'][F] & FieldDefinition;
  };
};

/** All sections of a table. */
export type Sections = { readonly [S in SectionName]: readonly SectionRecord<S>[] };

/** Reads and writes records of one kind. */
export interface Codec {
  readonly size: number;
  /** Fields that are missing are written as 0. */
  write(view: DataView, offset: number, values: Readonly<Record<string, number | bigint>>): void;
  read(view: DataView, offset: number): Record<string, number | bigint>;
}

export function codec(record: RecordDefinition): Codec {
  const { size, offsets } = recordLayout(record);
  const fields = Object.entries(offsets).map(([name, { offset, type }]) => ({ name, offset, type }));
  return {
    size,
    write(view, offset, values) {
      for (const { name, offset: at, type } of fields) {
        const value = values[name] ?? 0;
        if (type === 'u64') view.setBigUint64(offset + at, BigInt(value), true);
        else if (type === 'u32') view.setUint32(offset + at, Number(value), true);
        else if (type === 'u16') view.setUint16(offset + at, Number(value), true);
        else view.setUint8(offset + at, Number(value));
      }
    },
    read(view, offset) {
      const values: Record<string, number | bigint> = {};
      for (const { name, offset: at, type } of fields) {
        if (type === 'u64') values[name] = view.getBigUint64(offset + at, true);
        else if (type === 'u32') values[name] = view.getUint32(offset + at, true);
        else if (type === 'u16') values[name] = view.getUint16(offset + at, true);
        else values[name] = view.getUint8(offset + at);
      }
      return values;
    },
  };
}

/** Sections in the order of the directory. */
export const sectionNames = Object.keys(sections) as readonly SectionName[];

/** A codec for each section. */
export const sectionCodecs = Object.fromEntries(
  Object.entries(sections).map(([name, record]) => [name, codec(record)]),
) as Readonly<Record<SectionName, Codec>>;
