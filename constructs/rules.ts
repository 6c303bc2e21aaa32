/**
 * The rules of writing a definition. What breaks one of them cannot be lowered to a graph; everything
 * that can is left to the checks, which show all findings at once. `docs/rules` has a page for each.
 */
export const definitionRules = {
  VRD0001: 'the definition failed',
  VRD0002: 'unknown argument',
  VRD0003: 'bad argument',
  VRD0004: 'bad id',
  VRD0005: 'id taken twice',
  VRD0006: 'construct in the wrong place',
  VRD0007: 'constructs nest in a cycle',
  VRD0008: 'grant without a right',
  VRD0009: 'unknown right',
  VRD0010: 'derived capability is wider',
  VRD0011: 'grant that is not a capability',
  VRD0012: 'bad interface',
  VRD0013: 'nothing was synthesized',
  VRD0014: 'port of this machine taken twice',
  VRD0015: 'a rule of your own failed',
} as const;

/** Code of a rule of writing a definition. */
export type DefinitionCode = keyof typeof definitionRules;
