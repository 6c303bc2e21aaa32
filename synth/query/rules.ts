/** What can be wrong with a question. */
export const queryRules = {
  VRD0027: 'nothing of this name',
  VRD0028: 'several things of this name',
  VRD0029: 'not a component',
} as const;
