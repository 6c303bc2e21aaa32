const UNITS = { ms: 1, s: 1000, m: 60_000 } as const;

/** Milliseconds of "20s", "500ms", "2m" or "20" (seconds); undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text.trim()) ?? [];
  if (amount === undefined) return undefined;
  const milliseconds = Number(amount) * UNITS[unit as keyof typeof UNITS];
  return milliseconds > 0 ? milliseconds : undefined;
}
