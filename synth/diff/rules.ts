/** What a comparison of authority can find, and why one cannot be made. */
export const diffRules = {
  VRD0421: 'authority is broader than reviewed',
  VRD0422: 'authority is narrower than reviewed',
  VRD0423: 'there is no lock file',
  VRD0424: 'lock file is damaged',
  VRD0425: 'no such revision',
  VRD0426: 'not something to compare with',
  VRD0427: 'graph or lock file of another version',
  VRD0428: 'the revision cannot be synthesized',
} as const;
