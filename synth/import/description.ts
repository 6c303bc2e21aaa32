/** What a Microkit system description says, in the terms of its manual, with the line of every element. */

/** Who says that a program learns a value through a variable of its own. */
export interface SetVariable {
  readonly symbol: string;
  /** The attribute, such as `setvar_vaddr`, or `region_paddr` of a `setvar` element. */
  readonly of: string;
}

export interface RegionMap {
  readonly line: number;
  readonly region: string;
  readonly address: number;
  readonly read: boolean;
  readonly write: boolean;
  readonly execute: boolean;
  /** Whether the description says so itself: without `perms`, reading and writing are allowed. */
  readonly stated: boolean;
  readonly cached: boolean;
  readonly variables: readonly SetVariable[];
}

export interface Irq {
  readonly line: number;
  readonly id: number;
  /** Line of the interrupt controller. */
  readonly number: number;
  readonly trigger: 'edge' | 'level';
  readonly low: boolean;
  readonly variables: readonly SetVariable[];
}

export interface PortRange {
  readonly line: number;
  readonly id: number;
  readonly first: number;
  readonly count: number;
  readonly variables: readonly SetVariable[];
}

export interface ProtectionDomain {
  readonly line: number;
  readonly name: string;
  /** 0 to 254; the highest is the most urgent. */
  readonly priority: number;
  /** Bytes; undefined when the description leaves it to Microkit. */
  readonly stack: number | undefined;
  readonly image: string;
  readonly imageLine: number;
  /** Attributes that have no counterpart, as they are written. */
  readonly dropped: readonly string[];
  readonly maps: readonly RegionMap[];
  readonly irqs: readonly Irq[];
  readonly ports: readonly PortRange[];
  /** Regions of which it learns the physical address. */
  readonly physical: readonly { readonly line: number; readonly region: string; readonly symbol: string }[];
  readonly parent: string | undefined;
  readonly children: readonly {
    readonly name: string;
    readonly id: number;
    readonly variables: readonly SetVariable[];
  }[];
}

export interface MemoryRegion {
  readonly line: number;
  readonly name: string;
  readonly size: number;
  readonly physical: number | undefined;
}

export interface ChannelEnd {
  readonly line: number;
  readonly domain: string;
  readonly id: number;
  /** Whether it may call the other end. */
  readonly calls: boolean;
  /** Whether it may notify the other end. */
  readonly notifies: boolean;
  /** Whether the description says so itself: without `notify`, it may. */
  readonly stated: boolean;
  readonly variables: readonly SetVariable[];
}

export interface Channel {
  readonly line: number;
  readonly ends: readonly [ChannelEnd, ChannelEnd];
}

export interface SystemDescription {
  readonly line: number;
  readonly domains: readonly ProtectionDomain[];
  readonly regions: readonly MemoryRegion[];
  readonly channels: readonly Channel[];
}
