/** What can keep used rights from being recorded, or narrower grants from being proposed. */
export const recordRules = {
  VRD0993: 'no record of what a system uses',
  VRD0994: 'record is damaged, or of another state of the system',
} as const;
