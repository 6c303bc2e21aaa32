//! Processor cores: where each has its stacks and its block, and how it starts.

use super::descriptors::Stacks;
use super::mapper;
use crate::paging::{Access, PAGE, STACKS};
use core::ops::Range;
use veridian_port::{FrameSource, PhysicalAddress};

/// Addresses from one core's memory to the next one's.
const AREA: u64 = 16 * PAGE;
/// Bytes of the kernel stack.
const STACK_SIZE: u64 = 4 * PAGE;
/// Bytes of what the kernel and its port keep of a core.
pub(super) const BLOCK_SIZE: u64 = 2 * PAGE;

/// A core's memory. An unmapped page is below each of its three stacks.
#[derive(Clone, Copy)]
pub(super) struct Area {
    start: u64,
}

impl Area {
    pub(super) const fn of(core: u32) -> Self {
        Self { start: STACKS + AREA * core as u64 }
    }

    /// Where the kernel stack ends and the block begins.
    pub(super) const fn block(self) -> u64 {
        self.start + PAGE + STACK_SIZE
    }

    const fn double_fault_stack(self) -> u64 {
        self.block() + BLOCK_SIZE + PAGE
    }

    const fn alarm_stack(self) -> u64 {
        self.double_fault_stack() + 2 * PAGE
    }

    pub(super) const fn stacks(self) -> Stacks {
        Stacks {
            kernel: self.block(),
            double_fault: self.double_fault_stack() + PAGE,
            alarm: self.alarm_stack() + PAGE,
        }
    }

    /// What is mapped of it.
    const fn parts(self) -> [Range<u64>; 3] {
        [
            self.start + PAGE..self.block() + BLOCK_SIZE,
            self.double_fault_stack()..self.double_fault_stack() + PAGE,
            self.alarm_stack()..self.alarm_stack() + PAGE,
        ]
    }

    /// Maps it. `None` where frames ran dry.
    ///
    /// # Safety
    /// As for [`mapper::map_page`]; nobody has mapped it before.
    pub(super) unsafe fn map(self, root: u64, frames: FrameSource<'_>) -> Option<()> {
        for part in self.parts() {
            for page in part.step_by(PAGE as usize) {
                let PhysicalAddress(frame) = frames()?;
                // SAFETY: the caller promises it; the frame is new.
                unsafe { mapper::map_page(root, page, frame, Access::WRITE, frames)? };
            }
        }
        Some(())
    }
}
