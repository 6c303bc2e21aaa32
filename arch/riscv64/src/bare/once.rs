//! A value that is set once during boot and only read from then on.

use core::cell::OnceCell;

/// See the module.
pub(super) struct Once<T>(OnceCell<T>);

// SAFETY: it is set during boot, when one core runs and no interrupt is served; after that it is only
// read, and what is read may be shared.
unsafe impl<T: Sync + Send> Sync for Once<T> {}

impl<T> Once<T> {
    pub(super) const fn new() -> Self {
        Self(OnceCell::new())
    }

    /// Sets the value, if it has none yet, and returns it.
    pub(super) fn set(&self, value: T) -> &T {
        self.0.get_or_init(|| value)
    }

    #[inline]
    pub(super) fn get(&self) -> Option<&T> {
        self.0.get()
    }
}
