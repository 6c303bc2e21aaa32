/** The vocabulary of a definition. */

export type { Machine } from '../arch/machine.js';
export type { Holding, Step } from '../synth/authority/index.js';
export { App } from './app.js';
export type { AnyCapability, Capability } from './capability.js';
export { Census } from './census.js';
export { Component, type ComponentProps, type Grants, type Serves } from './component.js';
export { Declaration } from './declaration.js';
export { DefinitionError, DefinitionErrors, type Mistake } from './definition-error.js';
export { Dma, type DmaProps } from './dma.js';
export { Driver } from './driver.js';
export { ms, ns, seconds, us } from './durations.js';
export { Element, type Surroundings } from './element.js';
export { type AnyEndpoint, Endpoint, type EndpointProps } from './endpoint.js';
export { bool, bytes, i8, i16, i32, i64, type LengthProps, text, u8, u16, u32, u64 } from './fields.js';
export type { Source, SystemGraph } from './graph/index.js';
export {
  defineInterface,
  type Fields,
  Interface,
  type MethodDeclaration,
  type MethodProps,
  method,
  oneway,
} from './interface.js';
export { Interrupt, type InterruptProps } from './interrupt.js';
export { IoPorts, type IoPortsProps } from './io-ports.js';
export { MemoryPool, type MemoryPoolProps } from './memory-pool.js';
export { MemoryZone, type MemoryZoneProps } from './memory-zone.js';
export { Metrics } from './metrics.js';
export { Mmio, type MmioProps } from './mmio.js';
export { Notification } from './notification.js';
export {
  type AcknowledgeProps,
  acknowledge,
  type Place,
  policy,
  type RightsProps,
  type RuleProps,
  SystemView,
  type Verdict,
  type ViolationProps,
  type WayProps,
} from './policy/index.js';
export { Power } from './power.js';
export { type NeedsOf, Program, type ProgramProps } from './program.js';
export { batch, interactive, realtime, type Scheduling, type Timing } from './scheduling.js';
export { Service } from './service.js';
export { SharedRegion, type SharedRegionProps } from './shared-region.js';
export { GiB, KiB, MiB } from './sizes.js';
export { System, type SystemProps } from './system.js';
export { Timer, type TimerProps } from './timer.js';
