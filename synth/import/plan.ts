/** What a system description becomes: constructs and components of ours, before they are written as text. */

/** A construct that is no component. */
export interface PlannedObject {
  readonly variable: string;
  readonly type: 'Notification' | 'SharedRegion' | 'Mmio' | 'Dma' | 'Endpoint' | 'Interrupt' | 'IoPorts';
  readonly id: string;
  /** Properties as TypeScript: name and expression. */
  readonly props: readonly (readonly [string, string])[];
  /** Remarks, above it. */
  readonly notes: readonly string[];
}

/** An interface in place of protected procedures. */
export interface PlannedInterface {
  readonly variable: string;
  readonly name: string;
  readonly notes: readonly string[];
}

/** Something that a program asks for, and its grant. */
export interface PlannedNeed {
  readonly name: string;
  readonly kind: string;
  readonly rights: readonly string[];
  /** Line of the system description that says so. */
  readonly line: number;
  /** The object's variable. */
  readonly object: string;
  readonly method: 'grant' | 'serve';
  readonly notes: readonly string[];
}

export interface PlannedComponent {
  readonly id: string;
  readonly variable: string;
  readonly type: 'Component' | 'Driver' | 'Service';
  readonly program: string;
  readonly file: string;
  readonly scheduling: string;
  readonly stack: number | undefined;
  readonly supervisor: string | undefined;
  readonly needs: readonly PlannedNeed[];
  readonly notes: readonly string[];
}

export interface Plan {
  /** Id of the system. */
  readonly id: string;
  /** Name of the file that it is made from. */
  readonly file: string;
  /** Bytes of the machine. */
  readonly memory: number;
  readonly interfaces: readonly PlannedInterface[];
  readonly objects: readonly PlannedObject[];
  readonly components: readonly PlannedComponent[];
}

/** How a remark on a right that may be too much begins. */
export const narrow = 'NARROW:';
