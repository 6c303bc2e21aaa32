/** Rights by name, as graphs have them, and as the bits that the kernel enforces. */
import type { Interface, Node } from '../../constructs/graph/index.js';
import { interfaceRights, type Kind, kinds } from '../../kernel/abi/index.js';

const endpoint = kinds.Endpoint.rights;
const bit = (position: number): number => 1 << position;
const kernelBits = Object.entries(endpoint).map(([name, { bit: position }]) => ({ name, mask: bit(position) }));

/** Kernel rights that each right of an interface takes: its methods are called or sent. */
function transport(description: Interface): Map<string, number> {
  const masks = new Map<string, number>();
  for (const { right, oneway } of description.methods) {
    const mask = bit(oneway ? endpoint.send.bit : endpoint.call.bit);
    masks.set(right, (masks.get(right) ?? 0) | mask);
  }
  return masks;
}

/** Whether a kind name is the server end of an endpoint. */
export function isServer(kind: string): boolean {
  return kind.startsWith('Server<');
}

/** Bits of a capability to an endpoint. A right that the interface does not have is an error of the caller. */
export function endpointMask(kind: string, rights: readonly string[], description: Interface): number {
  const masks = transport(description);
  let mask = isServer(kind) ? bit(endpoint.receive.bit) : 0;
  for (const right of rights) {
    const index = description.rights.indexOf(right);
    if (right === 'delegate') mask |= bit(endpoint.delegate.bit);
    else if (index < 0) throw new RangeError(`${kind} has no right ${right}`);
    else mask |= bit(interfaceRights.first + index) | (isServer(kind) ? 0 : (masks.get(right) ?? 0));
  }
  return mask;
}

/**
 * The kind and rights that a holder of these bits really has. A right whose methods it can neither call
 * nor send is none; a kernel right that no right of the interface explains is named as the kernel does.
 */
export function endpointRights(
  mask: number,
  description: Interface,
): { readonly kind: string; readonly rights: string[] } {
  const has = (position: number): boolean => (mask & bit(position)) !== 0;
  const client = has(endpoint.call.bit) || has(endpoint.send.bit);
  const kind = has(endpoint.receive.bit) && !client ? `Server<${description.name}>` : description.name;
  const masks = transport(description);
  const rights: string[] = [];
  let explained = isServer(kind) ? bit(endpoint.receive.bit) : 0;
  for (const [index, right] of description.rights.entries()) {
    if (!has(interfaceRights.first + index)) continue;
    const needed = isServer(kind) ? 0 : (masks.get(right) ?? 0);
    if ((mask & needed) !== needed) continue;
    rights.push(right);
    explained |= needed;
  }
  for (const { name, mask: one } of kernelBits) {
    if ((mask & one) !== 0 && (explained & one) === 0) rights.push(name);
  }
  return { kind, rights };
}

/** Bits of a capability to an object of the kernel’s own kinds. */
export function kernelMask(kind: Exclude<Kind, 'Endpoint'>, rights: readonly string[]): number {
  const known: Readonly<Record<string, { readonly bit: number }>> = kinds[kind].rights;
  let mask = 0;
  for (const right of rights) {
    const definition = known[right];
    if (!definition) throw new RangeError(`${kind} has no right ${right}`);
    mask |= bit(definition.bit);
  }
  return mask;
}

/** Their names, in order of bit. */
export function kernelRights(kind: Kind, mask: number): string[] {
  return Object.entries(kinds[kind].rights)
    .filter(([, definition]) => (mask & bit(definition.bit)) !== 0)
    .map(([name]) => name);
}

/** The kernel kind of a node, for those that capabilities can name. */
export function kernelKind({ type }: Node): Kind | undefined {
  if (type === 'MemoryZone') return undefined;
  return type === 'Component' ? 'Process' : type;
}
