/** What can keep a running system from being compared with its graph. */
export const verifyRules = {
  VRD0991: 'nobody to ask what a system holds',
  VRD0992: 'no answer from the audit service',
} as const;
