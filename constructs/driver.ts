import { Component } from './component.js';
import { interactive, type Scheduling } from './scheduling.js';

/** A component that works a device. */
export class Driver<Needs = unknown> extends Component<Needs> {
  protected override role(): 'driver' {
    return 'driver';
  }

  protected override defaultScheduling(): Scheduling {
    return interactive(100);
  }
}
