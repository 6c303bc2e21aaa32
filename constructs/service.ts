import { Component } from './component.js';
import { interactive, type Scheduling } from './scheduling.js';

/** A component that works for others. */
export class Service<Needs = unknown> extends Component<Needs> {
  protected override role(): 'service' {
    return 'service';
  }

  protected override defaultScheduling(): Scheduling {
    return interactive(110);
  }
}
