/** Rules that a project and what is made of it must keep, beside those on the system itself. */
export const projectRules = {
  VRD0020: 'not a project',
  VRD0021: 'the app command failed',
  VRD0022: 'the definition was made with another version of Veridian',
  VRD0023: 'type error',
  VRD0024: 'written file is out of date',
  VRD0025: 'output cannot be written',
  VRD0026: 'no such system',
} as const;
