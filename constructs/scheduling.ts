/** When a component runs: lower numbers are more urgent, and a class comes before the next one. */
export interface Scheduling {
  readonly class: 'realtime' | 'interactive' | 'batch';
  readonly priority: number;
}

/** Before everything else. @param priority 0 to 99 */
export const realtime = (priority: number): Scheduling => ({ class: 'realtime', priority });

/** For what answers somebody. @param priority 100 to 139 */
export const interactive = (priority: number): Scheduling => ({ class: 'interactive', priority });

/** For what may wait. @param priority 140 to 199 */
export const batch = (priority: number): Scheduling => ({ class: 'batch', priority });
