//! Needs whose handles are not used: what was granted is tried, whatever it is.

use core::marker::PhantomData;
use veridian::Need;
use veridian::needs::Granted;

/// A need of the kind `K`, as the startup block tells of it.
pub struct Held<K> {
    /// Token, and where it is mapped.
    pub granted: Granted,
    kind: PhantomData<K>,
}

impl<K: Need> Held<K> {
    /// The handle that a program would use.
    pub fn handle(&self) -> K {
        K::from_granted(self.granted)
    }
}

impl<K: Need> Need for Held<K> {
    const KIND: &'static [&'static str] = K::KIND;
    const INTERFACE: Option<(&'static str, &'static str)> = K::INTERFACE;
    type Rights = K::Rights;

    fn from_granted(granted: Granted) -> Self {
        Self { granted, kind: PhantomData }
    }
}
