//! Typed handles: one for each kind of object that a program can hold a capability to.

mod census;
mod device;
mod endpoint;
mod memory;
mod metrics;
mod notification;
mod pool;
mod power;
mod process;
mod space;
mod timer;

pub use census::{Census, Record};
pub use device::{Interrupt, IoPorts, Mmio, Register};
pub use endpoint::{Client, ClientEnd, Serve};
pub use memory::{Dma, ReadBytes, SharedRegion, WriteBytes};
pub use metrics::{ComponentMetrics, CoreMetrics, KernelMetrics, Metrics};
pub use notification::Notification;
pub use pool::MemoryPool;
pub use power::Power;
pub use process::{Process, ProcessExit};
pub use space::AddressSpace;
pub use timer::Timer;

/// Implements [`crate::Need`] for a kernel kind: its rights as the ABI has them, and how its handle is
/// made from what was granted.
macro_rules! kernel_kind {
    ($kind:ident, $rights:ident, $module:ident { $($right:ident = $constant:ident),* }, $make:expr) => {
        #[doc = concat!("Rights of `", stringify!($kind), "`.")]
        pub struct $rights;

        #[allow(non_upper_case_globals)]
        impl $rights {
            $(
                #[doc = concat!("The right `", stringify!($right), "`.")]
                pub const $right: $crate::Right = $crate::Right {
                    name: stringify!($right),
                    mask: veridian_abi::rights::$module::$constant,
                };
            )*
        }

        impl $crate::Need for $kind {
            const KIND: &'static [&'static str] = &[stringify!($kind)];
            const INTERFACE: Option<(&'static str, &'static str)> = None;
            type Rights = $rights;

            fn from_granted(granted: $crate::needs::Granted) -> Self {
                let make: fn($crate::needs::Granted) -> Self = $make;
                make(granted)
            }
        }

        impl $kind {
            /// The capability behind this handle.
            #[must_use]
            pub const fn token(&self) -> $crate::Token {
                self.token
            }
        }
    };
}
use kernel_kind;
