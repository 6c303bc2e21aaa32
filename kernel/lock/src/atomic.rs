//! The processor's atomic words; for the model checker of interleavings (`--cfg loom`) its own.

#[cfg(not(all(test, loom)))]
pub(crate) use core::sync::atomic::{AtomicU32, Ordering};
#[cfg(all(test, loom))]
pub(crate) use loom::sync::atomic::{AtomicU32, Ordering};

/// Lets others go on, while this one waits for them.
#[inline(always)]
pub(crate) fn pause() {
    #[cfg(not(all(test, loom)))]
    core::hint::spin_loop();
    #[cfg(all(test, loom))]
    loom::thread::yield_now();
}

/// A function that is `const`, but for the model checker, whose words are made at run time.
macro_rules! const_unless_loom {
    ($(#[$attribute:meta])* pub fn $name:ident() -> $result:ty $body:block) => {
        #[cfg(not(all(test, loom)))]
        $(#[$attribute])*
        pub const fn $name() -> $result $body
        #[cfg(all(test, loom))]
        $(#[$attribute])*
        pub fn $name() -> $result $body
    };
}

pub(crate) use const_unless_loom;
