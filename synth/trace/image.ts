/** An image whose kernel traces. */
import { header } from '../../kernel/abi/index.js';
import { recordLayout } from '../../kernel/abi/record-layout.js';
import { ToolError } from '../findings/index.js';
import { tableIn } from '../image/index.js';

/** The image as it is but for one number of its boot table: how many events the kernel keeps. */
export function withTrace(image: Uint8Array, events: number): Uint8Array {
  const table = tableIn(image);
  const field = recordLayout(header).offsets.trace;
  if (!table || !field)
    throw new ToolError({
      code: 'VRD0501',
      message: 'there is no boot table in the image',
      help: 'synthesize it again',
    });
  const traced = image.slice();
  new DataView(traced.buffer).setUint32(table.offset + field.offset, events, true);
  return traced;
}
