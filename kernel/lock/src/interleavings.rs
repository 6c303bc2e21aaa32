//! The orders in which cores can come to the lock and to each other's requests, by the model checker `loom`:
//! `RUSTFLAGS="--cfg loom" cargo test -p veridian-lock`.

use crate::lock::Lock;
use crate::requests::Requests;
use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::sync::atomic::{
    AtomicU32,
    Ordering::{AcqRel, Acquire},
};
use loom::thread;

/// What the lock protects: the checker fails where two get to it at once, or one does not see what the other did.
#[derive(Default)]
struct Shared {
    lock: Lock,
    requests: [Requests; 2],
    entries: UnsafeCell<u32>,
    done: AtomicU32,
}

impl Shared {
    fn enter(&self) {
        // SAFETY: the checker says whether somebody else is here.
        self.entries.with_mut(|entries| unsafe { *entries += 1 });
    }

    fn entries(&self) -> u32 {
        // SAFETY: as above.
        self.entries.with(|entries| unsafe { *entries })
    }

    /// Does what is asked of a core.
    fn serve(&self, core: usize) {
        if let Some(request) = self.requests[core].pending() {
            self.requests[core].acknowledge(request);
        }
    }
}

/// Every order in which a core is interrupted at most so often.
fn explore(model: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.max_branches = 10_000;
    builder.check(model);
}

#[test]
fn of_those_who_try_one_at_a_time_has_the_lock_and_sees_what_the_one_before_it_did() {
    // As on the fast path: gives up where somebody else is.
    fn attempts(shared: &Shared) -> u32 {
        let mut entered = 0;
        for _ in 0..2 {
            if shared.lock.try_acquire() {
                shared.enter();
                shared.lock.release();
                entered += 1;
            }
        }
        entered
    }
    explore(|| {
        let shared = Arc::new(Shared::default());
        let other = Arc::clone(&shared);
        let other = thread::spawn(move || attempts(&other));
        let entered = attempts(&shared) + other.join().expect("it ends");
        assert!(entered > 0, "nobody had it");
        assert_eq!(shared.entries(), entered);
    });
}

#[test]
fn two_cores_that_ask_each_other_for_something_never_wait_for_ever() {
    fn core(shared: &Shared, own: usize) {
        shared.lock.acquire(|| shared.serve(own));
        shared.enter();
        shared.requests[1 - own].post();
        shared.requests[1 - own].wait();
        shared.lock.release();
        shared.done.fetch_add(1, AcqRel);
        // In user mode, where an interrupt makes it look.
        while shared.done.load(Acquire) < 2 {
            shared.serve(own);
            thread::yield_now();
        }
    }
    explore(|| {
        let shared = Arc::new(Shared::default());
        let other = Arc::clone(&shared);
        let other = thread::spawn(move || core(&other, 1));
        core(&shared, 0);
        other.join().expect("it ends");
        assert_eq!(shared.entries(), 2);
    });
}

#[test]
fn nobody_uses_what_a_request_has_taken_away() {
    explore(|| {
        let shared = Arc::new(Shared::default());
        let user = Arc::clone(&shared);
        let user = thread::spawn(move || {
            loop {
                if let Some(request) = user.requests[1].pending() {
                    user.requests[1].acknowledge(request);
                    return;
                }
                user.entries();
                thread::yield_now();
            }
        });
        shared.requests[1].post();
        shared.requests[1].wait();
        // The checker fails here where the other could still be reading.
        shared.enter();
        user.join().expect("it ends");
    });
}
