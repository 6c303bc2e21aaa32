//! The ABI of the Veridian kernel: object kinds, rights, system calls, errors, boot table records, limits.
//!
//! Rendered from `kernel/abi/*.ts` by `npm run generate`; edit those.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(rustfmt, rustfmt_skip)]

/// SHA-256 of the ABI.
pub const ABI_DIGEST: [u8; 32] = [0x0c, 0x80, 0x5f, 0xb5, 0x75, 0x71, 0xf7, 0x36, 0xe8, 0x03, 0x58, 0xfb, 0xef, 0x71, 0xb7, 0xe0, 0x14, 0x65, 0x9d, 0x92, 0x3c, 0x19, 0x92, 0xdd, 0xff, 0x47, 0xfb, 0xa1, 0xde, 0x7d, 0x04, 0x78];
/// Its first 8 bytes, big-endian, as the boot table carries them.
pub const ABI_ID: u64 = 0x0c805fb57571f736;
/// "VERIDIAN" in ASCII, little-endian.
pub const TABLE_MAGIC: u64 = 0x4e41494449524556;
/// Version of the boot table's outer layout.
pub const TABLE_VERSION: u32 = 1;
/// System calls below this number may block or carry a message.
pub const BLOCKING_LIMIT: u64 = 16;
/// First of an endpoint's right bits that belong to the interface.
pub const INTERFACE_RIGHTS_FIRST: u32 = 4;
/// Owner name of the ELF note that lists a program's needs.
pub const NOTE_NAME: &str = "Veridian";
/// Type of that note.
pub const NOTE_TYPE: u32 = 1;

/// Numbers that both sides rely on; bytes unless the name says otherwise.
#[expect(missing_docs, reason = "each is described where it is defined, in `kernel/abi/limits.ts`")]
pub mod limits {
    pub const PAGE_SIZE: u64 = 0x1000;
    pub const MAX_PAGE_SIZE: u64 = 0x10000;
    pub const MESSAGE_WORDS: u64 = 0x8;
    pub const MESSAGE_LONG: u64 = 0xff;
    pub const MESSAGE_BUFFER_SIZE: u64 = 0x1000;
    pub const SPARE_SLOTS: u64 = 0x10;
    pub const MADE_SLOTS: u64 = 0x20;
    pub const MAX_MADE: u64 = 0x1000;
    pub const MAX_SLOTS: u64 = 0x1000;
    pub const MAX_COMPONENTS: u64 = 0x4000;
    pub const MAX_OBJECTS: u64 = 0x10000;
    pub const MAX_CAPABILITIES: u64 = 0x40000;
    pub const MAX_MAPPINGS: u64 = 0x40000;
    pub const MAX_ZONES: u64 = 0x10;
    pub const MAX_NODES: u64 = 0x8;
    pub const MAX_CORES: u64 = 0x10;
    pub const MAX_LINES: u64 = 0x400;
    pub const MAX_MAPPING_PAGES: u64 = 0x40000;
    pub const FIRST_GENERATION: u64 = 0x1;
    pub const USER_BASE: u64 = 0x10000;
    pub const USER_END: u64 = 0x7ffffffff000;
    pub const STACK_TOP: u64 = 0x7fffffff0000;
    pub const STACK_SIZE: u64 = 0x8000;
    pub const PROGRAM_BASE: u64 = 0x400000;
    pub const PROGRAM_END: u64 = 0x20000000;
    pub const REGIONS_BASE: u64 = 0x1000000000;
    pub const DYNAMIC_BASE: u64 = 0x2000000000;
    pub const DYNAMIC_END: u64 = 0x3000000000;
    pub const MAX_RUN_PAGES: u64 = 0x40;
    pub const NONE: u64 = 0xffffffff;
    pub const REALTIME_FIRST: u64 = 0x0;
    pub const REALTIME_LAST: u64 = 0x63;
    pub const INTERACTIVE_FIRST: u64 = 0x64;
    pub const INTERACTIVE_LAST: u64 = 0x8b;
    pub const BATCH_FIRST: u64 = 0x8c;
    pub const BATCH_LAST: u64 = 0xc7;
    pub const POWER_CODE_MAX: u64 = 0x7f;
    pub const TICK_NANOSECONDS: u64 = 0xf4240;
    pub const MAX_PERIOD_TICKS: u64 = 0xffff;
    pub const FOREVER: u64 = 0xffffffffffffffff;
    pub const ORIGIN_CALL: u64 = 0x0;
    pub const ORIGIN_SEND: u64 = 0x1;
    pub const ORIGIN_NOTIFICATION: u64 = 0x2;
    pub const ORIGIN_FAULT: u64 = 0x3;
    pub const FAULT_MEMORY: u64 = 0x1;
    pub const FAULT_INSTRUCTION: u64 = 0x2;
    pub const FAULT_ARITHMETIC: u64 = 0x3;
    pub const FAULT_PROTECTION: u64 = 0x4;
    pub const FAULT_BREAKPOINT: u64 = 0x5;
    pub const FAULT_OTHER: u64 = 0x6;
    pub const FAULT_REPLY_RESUME: u64 = 0x0;
    pub const FAULT_REPLY_STOP: u64 = 0x1;
    pub const REPLY_OK: u64 = 0x0;
    pub const REPLY_DENIED: u64 = 0x1;
    pub const REPLY_UNKNOWN_METHOD: u64 = 0x2;
    pub const REPLY_MALFORMED: u64 = 0x3;
    pub const REPLY_FIRST_ERROR: u64 = 0x10;
    pub const EXIT_NORMAL: u64 = 0x0;
    pub const EXIT_CRASH: u64 = 0x1;
    pub const EXIT_STOPPED: u64 = 0x2;
    pub const STEP: u64 = 0x20;
    pub const MAP_READ: u64 = 0x1;
    pub const MAP_WRITE: u64 = 0x2;
    pub const MAP_EXECUTE: u64 = 0x4;
    pub const MAP_DEVICE: u64 = 0x8;
    pub const SOURCE_IMAGE: u64 = 0x0;
    pub const SOURCE_ZERO: u64 = 0x1;
    pub const SOURCE_REGION: u64 = 0x2;
    pub const SOURCE_DMA: u64 = 0x3;
    pub const SOURCE_MMIO: u64 = 0x4;
    pub const SOURCE_BUFFER: u64 = 0x5;
    pub const CENSUS_NOTHING: u64 = 0x0;
    pub const CENSUS_COMPONENT: u64 = 0x1;
    pub const CENSUS_CAPABILITY: u64 = 0x2;
    pub const CENSUS_MAPPING: u64 = 0x3;
    pub const CENSUS_SPACE: u64 = 0x4;
    pub const MAX_TRACE_EVENTS: u64 = 0x10000;
    pub const TRACE_MESSAGE: u64 = 0x1;
    pub const TRACE_REPLY: u64 = 0x2;
    pub const METRICS_SYSTEM: u64 = 0x0;
    pub const METRICS_COMPONENT: u64 = 0x1;
    pub const METRICS_CORE: u64 = 0x2;
    pub const METRICS_POOL: u64 = 0x3;
    pub const CENSUS_STATE_STOPPED: u64 = 0x0;
    pub const CENSUS_STATE_READY: u64 = 0x1;
    pub const CENSUS_STATE_BLOCKED: u64 = 0x2;
    pub const ZONE_DMA: u64 = 0x0;
    pub const ZONE_NORMAL: u64 = 0x1;
    pub const ZONE_HIGH: u64 = 0x2;
    pub const TRIGGER_EDGE: u64 = 0x0;
    pub const TRIGGER_LEVEL: u64 = 0x1;
}

/// Kind of a kernel object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u16)]
pub enum Kind {
    /// A place where messages meet: clients call or send, servers receive.
    Endpoint = 1,
    /// 64 bits that are set by signals and taken, all at once, by a waiter.
    Notification = 2,
    /// Memory that components map: from the boot table, or taken from a pool at run time.
    SharedRegion = 3,
    /// One line of the interrupt controller, bound to a notification.
    Interrupt = 4,
    /// A range of x86 I/O ports.
    IoPorts = 5,
    /// A device's registers in physical memory, mapped uncached.
    Mmio = 6,
    /// Contiguous memory whose physical address a driver may learn.
    Dma = 7,
    /// The machine's power switch.
    Power = 8,
    /// What every component of the system holds, at this moment.
    Census = 9,
    /// A component, or a thread made at run time, as something that runs, ends and can be started anew.
    Process = 10,
    /// A budget that memory is taken from, and objects are made of, at run time.
    MemoryPool = 11,
    /// An address space made at run time, with a capability table of its own: what a new process lives in.
    AddressSpace = 12,
    /// What the kernel counts: switches of threads, messages, faults, time, free memory.
    Metrics = 13,
    /// A moment that comes once, bound to a notification.
    Timer = 14,
}

impl Kind {
    /// Every kind, in order of its code.
    pub const ALL: [Kind; 14] = [Kind::Endpoint, Kind::Notification, Kind::SharedRegion, Kind::Interrupt, Kind::IoPorts, Kind::Mmio, Kind::Dma, Kind::Power, Kind::Census, Kind::Process, Kind::MemoryPool, Kind::AddressSpace, Kind::Metrics, Kind::Timer, ];

    /// The kind of this code.
    #[must_use]
    pub const fn from_code(code: u16) -> Option<Kind> {
        match code {
            1 => Some(Kind::Endpoint),
            2 => Some(Kind::Notification),
            3 => Some(Kind::SharedRegion),
            4 => Some(Kind::Interrupt),
            5 => Some(Kind::IoPorts),
            6 => Some(Kind::Mmio),
            7 => Some(Kind::Dma),
            8 => Some(Kind::Power),
            9 => Some(Kind::Census),
            10 => Some(Kind::Process),
            11 => Some(Kind::MemoryPool),
            12 => Some(Kind::AddressSpace),
            13 => Some(Kind::Metrics),
            14 => Some(Kind::Timer),
            _ => None,
        }
    }

    /// Bits that a capability of this kind may carry.
    #[must_use]
    pub const fn rights(self) -> u16 {
        match self {
            Kind::Endpoint => 0xffff,
            Kind::Notification => 0x3,
            Kind::SharedRegion => 0x3,
            Kind::Interrupt => 0x1,
            Kind::IoPorts => 0x3,
            Kind::Mmio => 0x3,
            Kind::Dma => 0x3,
            Kind::Power => 0x3,
            Kind::Census => 0x1,
            Kind::Process => 0x1f,
            Kind::MemoryPool => 0x7,
            Kind::AddressSpace => 0x7,
            Kind::Metrics => 0x1,
            Kind::Timer => 0x1,
        }
    }

    /// The kind's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Endpoint => "Endpoint",
            Kind::Notification => "Notification",
            Kind::SharedRegion => "SharedRegion",
            Kind::Interrupt => "Interrupt",
            Kind::IoPorts => "IoPorts",
            Kind::Mmio => "Mmio",
            Kind::Dma => "Dma",
            Kind::Power => "Power",
            Kind::Census => "Census",
            Kind::Process => "Process",
            Kind::MemoryPool => "MemoryPool",
            Kind::AddressSpace => "AddressSpace",
            Kind::Metrics => "Metrics",
            Kind::Timer => "Timer",
        }
    }
}

/// Rights by kind, each a bit of bits 48–63 of a token.
pub mod rights {
    /// A place where messages meet: clients call or send, servers receive.
    pub mod endpoint {
        /// receive messages and reply to calls
        pub const RECEIVE: u16 = 1 << 0;
        /// send a message without waiting for an answer
        pub const SEND: u16 = 1 << 1;
        /// send a message and wait for its reply
        pub const CALL: u16 = 1 << 2;
        /// pass a capability along with a message
        pub const DELEGATE: u16 = 1 << 3;
    }
    /// 64 bits that are set by signals and taken, all at once, by a waiter.
    pub mod notification {
        /// set bits
        pub const SIGNAL: u16 = 1 << 0;
        /// wait for bits and take them
        pub const WAIT: u16 = 1 << 1;
    }
    /// Memory that components map: from the boot table, or taken from a pool at run time.
    pub mod shared_region {
        /// map it readable
        pub const READ: u16 = 1 << 0;
        /// map it writable
        pub const WRITE: u16 = 1 << 1;
    }
    /// One line of the interrupt controller, bound to a notification.
    pub mod interrupt {
        /// let the line fire again
        pub const ACKNOWLEDGE: u16 = 1 << 0;
    }
    /// A range of x86 I/O ports.
    pub mod io_ports {
        /// read a port of the range
        pub const READ: u16 = 1 << 0;
        /// write a port of the range
        pub const WRITE: u16 = 1 << 1;
    }
    /// A device's registers in physical memory, mapped uncached.
    pub mod mmio {
        /// map them readable
        pub const READ: u16 = 1 << 0;
        /// map them writable
        pub const WRITE: u16 = 1 << 1;
    }
    /// Contiguous memory whose physical address a driver may learn.
    pub mod dma {
        /// map it readable and learn its physical address
        pub const READ: u16 = 1 << 0;
        /// map it writable and learn its physical address
        pub const WRITE: u16 = 1 << 1;
    }
    /// The machine's power switch.
    pub mod power {
        /// power the machine off with a code
        pub const OFF: u16 = 1 << 0;
        /// reset the machine
        pub const RESET: u16 = 1 << 1;
    }
    /// What every component of the system holds, at this moment.
    pub mod census {
        /// be told of every component, capability and mapping
        pub const READ: u16 = 1 << 0;
    }
    /// A component, or a thread made at run time, as something that runs, ends and can be started anew.
    pub mod process {
        /// wait for its end and learn how it ended
        pub const WAIT: u16 = 1 << 0;
        /// end it
        pub const STOP: u16 = 1 << 1;
        /// end it, if it has not ended, and start it anew
        pub const RESTART: u16 = 1 << 2;
        /// set its priority, let it run, and take it off the processor
        pub const SCHEDULE: u16 = 1 << 3;
        /// block it, and end whatever it waits for
        pub const BLOCK: u16 = 1 << 4;
    }
    /// A budget that memory is taken from, and objects are made of, at run time.
    pub mod memory_pool {
        /// take regions from it, and page tables to map them with
        pub const ALLOCATE: u16 = 1 << 0;
        /// make endpoints and notifications out of it
        pub const CREATE: u16 = 1 << 1;
        /// make address spaces and threads out of it
        pub const SPAWN: u16 = 1 << 2;
    }
    /// An address space made at run time, with a capability table of its own: what a new process lives in.
    pub mod address_space {
        /// map regions, and pages that the caller can only read or execute, in it
        pub const MAP: u16 = 1 << 0;
        /// put capabilities in its table
        pub const GRANT: u16 = 1 << 1;
        /// make threads in it
        pub const SPAWN: u16 = 1 << 2;
    }
    /// What the kernel counts: switches of threads, messages, faults, time, free memory.
    pub mod metrics {
        /// be told the counters of the system, its components, cores and pools
        pub const READ: u16 = 1 << 0;
    }
    /// A moment that comes once, bound to a notification.
    pub mod timer {
        /// say when it comes, or that it does not
        pub const ARM: u16 = 1 << 0;
    }
}

/// Why a system call was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Error {
    /// the token names no capability of the caller
    BadToken = 1,
    /// the capability that the token named is gone
    StaleToken = 2,
    /// the capability is to an object of another kind
    WrongKind = 3,
    /// the capability lacks a right that the call needs
    MissingRight = 4,
    /// an argument is out of range
    BadArgument = 5,
    /// nothing happened in time
    TimedOut = 6,
    /// no free slot in the capability table that should receive
    TableFull = 7,
    /// the other side ended before it answered
    PeerGone = 8,
    /// the reply token is forged, or was used before
    BadReply = 9,
    /// there is no system call of this number
    BadCall = 10,
    /// the pool has no memory, or no object of this kind, left
    NoMemory = 12,
    /// the message is longer than 64 bytes, and one of the two sides has no message buffer
    NoBuffer = 13,
    /// somebody with the right to do so ended the wait
    Interrupted = 14,
    /// a step is done and more are left: make the same call again
    Unfinished = 11,
}

impl Error {
    /// The error of this status code; `None` for success and for unknown codes.
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Error> {
        match code {
            1 => Some(Error::BadToken),
            2 => Some(Error::StaleToken),
            3 => Some(Error::WrongKind),
            4 => Some(Error::MissingRight),
            5 => Some(Error::BadArgument),
            6 => Some(Error::TimedOut),
            7 => Some(Error::TableFull),
            8 => Some(Error::PeerGone),
            9 => Some(Error::BadReply),
            10 => Some(Error::BadCall),
            12 => Some(Error::NoMemory),
            13 => Some(Error::NoBuffer),
            14 => Some(Error::Interrupted),
            11 => Some(Error::Unfinished),
            _ => None,
        }
    }

    /// The error's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Error::BadToken => "BadToken",
            Error::StaleToken => "StaleToken",
            Error::WrongKind => "WrongKind",
            Error::MissingRight => "MissingRight",
            Error::BadArgument => "BadArgument",
            Error::TimedOut => "TimedOut",
            Error::TableFull => "TableFull",
            Error::PeerGone => "PeerGone",
            Error::BadReply => "BadReply",
            Error::BadCall => "BadCall",
            Error::NoMemory => "NoMemory",
            Error::NoBuffer => "NoBuffer",
            Error::Interrupted => "Interrupted",
            Error::Unfinished => "Unfinished",
        }
    }
}

/// Numbers of the system calls.
pub mod system_calls {
    /// Sends a message to a server and waits for its reply. The server runs at once, at the caller’s priority if that is higher than its own.
    pub const CALL: u64 = 0;
    /// Replies to a caller and waits for the next message on an endpoint: a server’s loop in one system call.
    pub const REPLY_RECEIVE: u64 = 1;
    /// Waits for a message on an endpoint, or for the notification that is bound to it.
    pub const RECEIVE: u64 = 2;
    /// Sends a message and waits until somebody has received it, but for no reply.
    pub const SEND: u64 = 3;
    /// Answers one call. A reply token works once.
    pub const REPLY: u64 = 4;
    /// Waits until a notification has bits set, and takes them all.
    pub const WAIT: u64 = 5;
    /// Blocks the calling thread for a time.
    pub const SLEEP: u64 = 6;
    /// Lets another ready thread of the same priority run.
    pub const YIELD_CPU: u64 = 7;
    /// Ends the calling thread. Whoever waits for a reply from it gets `PeerGone`. With a component’s first thread the component ends, with all threads that share its table.
    pub const EXIT: u64 = 8;
    /// Waits until a process has ended.
    pub const PROCESS_WAIT: u64 = 10;
    /// Tells one thing that some component holds, or an address space made at run time, and where to go on: what the kernel obeys at this moment, capability tables and page tables, not the boot table. The work of one call is bounded: one that found nothing in its share answers a record of kind CENSUS_NOTHING.
    pub const CENSUS_READ: u64 = 9;
    /// Blocks a thread that could run, until `wake_thread` or for a time; then it goes on where it was. It can be the caller itself.
    pub const BLOCK_THREAD: u64 = 15;
    /// Tells what the kernel has counted of one thing. Counters start at 0 at boot and wrap; those of a component go on over its start anew. A switch is counted with the component that the scheduler let run, or whose call it was, there and back. Latencies are measured only while messages are traced.
    pub const KERNEL_METRICS: u64 = 11;
    /// Does nothing: the cost of entering and leaving the kernel.
    pub const NULL: u64 = 16;
    /// Sets bits of a notification and wakes a waiter.
    pub const SIGNAL: u64 = 17;
    /// Unmasks an interrupt line after its driver has handled it.
    pub const INTERRUPT_ACKNOWLEDGE: u64 = 18;
    /// Reads an I/O port.
    pub const PORT_READ: u64 = 19;
    /// Writes an I/O port.
    pub const PORT_WRITE: u64 = 20;
    /// Tells the physical address of a DMA buffer.
    pub const DMA_ADDRESS: u64 = 21;
    /// Makes a capability to the same object with the same or fewer rights, as a child of the one given.
    pub const CAPABILITY_DERIVE: u64 = 22;
    /// Asks whether a token names a capability of the caller that carries certain rights.
    pub const CAPABILITY_VALIDATE: u64 = 23;
    /// Deletes every capability derived from this one, wherever it went. The one given stays.
    pub const CAPABILITY_REVOKE: u64 = 24;
    /// Revokes a capability’s descendants and deletes it from the caller’s table.
    pub const CAPABILITY_DROP: u64 = 25;
    /// Powers the machine off.
    pub const POWER_OFF: u64 = 26;
    /// Resets the machine.
    pub const POWER_RESET: u64 = 27;
    /// Tells the time since boot.
    pub const CLOCK: u64 = 28;
    /// Ends a process. Whoever waits for an answer from it gets `PeerGone`.
    pub const PROCESS_STOP: u64 = 29;
    /// Starts a component anew from the boot table: its memory, its capabilities and its first thread as they were at boot. What it derived from its capabilities is gone wherever it went, and so is what it made.
    pub const PROCESS_RESTART: u64 = 30;
    /// Takes memory from a pool, as a region of which the caller gets a capability with the rights to read and write. It is zeroed before it is mapped for the first time. It goes back to the pool when that capability is dropped or revoked.
    pub const ALLOCATE_FRAMES: u64 = 31;
    /// Maps a region, whole, into the caller’s address space, where nothing is mapped. Each capability maps at one place at a time; the mapping goes when the capability does. Memory from a pool is zeroed first, in steps.
    pub const MAP_PAGE: u64 = 32;
    /// Takes the mapping away that was made through this capability.
    pub const UNMAP_PAGE: u64 = 33;
    /// Gives a region back to its pool, after every capability derived from it and every mapping made through them is gone.
    pub const FREE_FRAMES: u64 = 34;
    /// Lets a timer signal its notification once, at the first tick at which the time has passed; never earlier. A time that it was armed for before counts no more. It is disarmed when the capability that it was armed through goes, or the last thread that could use that capability ends.
    pub const TIMER_ARM: u64 = 35;
    /// Makes an endpoint or a notification out of a pool, and a capability to it with all rights. The object goes when that capability is dropped: whoever waits there gets `PeerGone`. Capabilities to it can be put in address spaces that the caller made, but not be passed with messages: nobody else can come to hold one.
    pub const CREATE_CAPABILITY: u64 = 48;
    /// Makes an address space in which nothing is mapped, with an empty capability table, out of a pool, to which its page tables are charged. It goes when the capability is dropped: its threads end, its capabilities are dropped, and its page tables are the pool’s again. The capability cannot leave the caller’s table.
    pub const CREATE_ADDRESS_SPACE: u64 = 49;
    /// Puts a child of one of the caller’s capabilities, with the same or fewer rights, in the table of an address space.
    pub const CAPABILITY_GRANT: u64 = 50;
    /// Maps a region, whole, in another address space, where nothing is mapped: a child of the capability is put in its table, and the region is mapped through that one. It goes, and the mapping with it, when the caller’s is revoked.
    pub const MAP_SHARED_REGION: u64 = 51;
    /// Maps pages that the caller can read or execute, but not write, at the same addresses in another address space: its program’s code and constants.
    pub const SHARE_PAGES: u64 = 52;
    /// Makes a thread out of a pool: in the caller’s own address space, with the caller’s capability table, or in one that the caller made. It goes when the capability is dropped, wherever it runs. It has no supervisor: a fault ends it.
    pub const CREATE_THREAD: u64 = 53;
    /// Says where a thread that was made at run time begins. It has to be new, or to have ended; it runs from `schedule_thread` on.
    pub const START_THREAD: u64 = 54;
    /// Gives a thread a priority, and lets it run if it was taken off the processor or is new.
    pub const SCHEDULE_THREAD: u64 = 55;
    /// Takes a thread off the processor until `schedule_thread`. If it waits for something, that wait ends with `Interrupted`.
    pub const UNSCHEDULE_THREAD: u64 = 56;
    /// Lets a thread go on that `block_thread` has blocked. If it waits for something else, that wait ends with `Interrupted`.
    pub const WAKE_THREAD: u64 = 57;
    /// Name, number, the kind of object that the token must name (0: no token, 0xffff: any kind), and the rights
    /// of that kind that it must carry.
    pub const ALL: [(&str, u64, u16, u16); 43] = [
        ("call", 0, 1, 0x4),
        ("reply_receive", 1, 1, 0x1),
        ("receive", 2, 1, 0x1),
        ("send", 3, 1, 0x2),
        ("reply", 4, 0, 0x0),
        ("wait", 5, 2, 0x2),
        ("sleep", 6, 0, 0x0),
        ("yield_cpu", 7, 0, 0x0),
        ("exit", 8, 0, 0x0),
        ("process_wait", 10, 10, 0x1),
        ("census_read", 9, 9, 0x1),
        ("block_thread", 15, 10, 0x10),
        ("kernel_metrics", 11, 13, 0x1),
        ("null", 16, 0, 0x0),
        ("signal", 17, 2, 0x1),
        ("interrupt_acknowledge", 18, 4, 0x1),
        ("port_read", 19, 5, 0x1),
        ("port_write", 20, 5, 0x2),
        ("dma_address", 21, 7, 0x0),
        ("capability_derive", 22, 0xffff, 0x0),
        ("capability_validate", 23, 0xffff, 0x0),
        ("capability_revoke", 24, 0xffff, 0x0),
        ("capability_drop", 25, 0xffff, 0x0),
        ("power_off", 26, 8, 0x1),
        ("power_reset", 27, 8, 0x2),
        ("clock", 28, 0, 0x0),
        ("process_stop", 29, 10, 0x2),
        ("process_restart", 30, 10, 0x4),
        ("allocate_frames", 31, 11, 0x1),
        ("map_page", 32, 3, 0x1),
        ("unmap_page", 33, 3, 0x0),
        ("free_frames", 34, 3, 0x3),
        ("timer_arm", 35, 14, 0x1),
        ("create_capability", 48, 11, 0x2),
        ("create_address_space", 49, 11, 0x4),
        ("capability_grant", 50, 12, 0x2),
        ("map_shared_region", 51, 12, 0x1),
        ("share_pages", 52, 12, 0x1),
        ("create_thread", 53, 11, 0x4),
        ("start_thread", 54, 10, 0x4),
        ("schedule_thread", 55, 10, 0x8),
        ("unschedule_thread", 56, 10, 0x8),
        ("wake_thread", 57, 10, 0x10),
    ];

    /// The kind of object that the token must name and the rights that it must carry; `None` for calls that
    /// take no token, or none of a certain kind and rights.
    #[must_use]
    pub const fn needs(number: u64) -> Option<(super::Kind, u16)> {
        Some(match number {
            CALL => (super::Kind::Endpoint, 0x4),
            REPLY_RECEIVE => (super::Kind::Endpoint, 0x1),
            RECEIVE => (super::Kind::Endpoint, 0x1),
            SEND => (super::Kind::Endpoint, 0x2),
            WAIT => (super::Kind::Notification, 0x2),
            PROCESS_WAIT => (super::Kind::Process, 0x1),
            CENSUS_READ => (super::Kind::Census, 0x1),
            BLOCK_THREAD => (super::Kind::Process, 0x10),
            KERNEL_METRICS => (super::Kind::Metrics, 0x1),
            SIGNAL => (super::Kind::Notification, 0x1),
            INTERRUPT_ACKNOWLEDGE => (super::Kind::Interrupt, 0x1),
            PORT_READ => (super::Kind::IoPorts, 0x1),
            PORT_WRITE => (super::Kind::IoPorts, 0x2),
            POWER_OFF => (super::Kind::Power, 0x1),
            POWER_RESET => (super::Kind::Power, 0x2),
            PROCESS_STOP => (super::Kind::Process, 0x2),
            PROCESS_RESTART => (super::Kind::Process, 0x4),
            ALLOCATE_FRAMES => (super::Kind::MemoryPool, 0x1),
            MAP_PAGE => (super::Kind::SharedRegion, 0x1),
            FREE_FRAMES => (super::Kind::SharedRegion, 0x3),
            TIMER_ARM => (super::Kind::Timer, 0x1),
            CREATE_CAPABILITY => (super::Kind::MemoryPool, 0x2),
            CREATE_ADDRESS_SPACE => (super::Kind::MemoryPool, 0x4),
            CAPABILITY_GRANT => (super::Kind::AddressSpace, 0x2),
            MAP_SHARED_REGION => (super::Kind::AddressSpace, 0x1),
            SHARE_PAGES => (super::Kind::AddressSpace, 0x1),
            CREATE_THREAD => (super::Kind::MemoryPool, 0x4),
            START_THREAD => (super::Kind::Process, 0x4),
            SCHEDULE_THREAD => (super::Kind::Process, 0x8),
            UNSCHEDULE_THREAD => (super::Kind::Process, 0x8),
            WAKE_THREAD => (super::Kind::Process, 0x10),
            _ => return None,
        })
    }
}

fn take<const N: usize>(bytes: &[u8], offset: usize) -> Option<[u8; N]> {
    bytes.get(offset..offset.checked_add(N)?)?.try_into().ok()
}

/// First bytes of the table, which starts on a page boundary right behind the kernel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// “VERIDIAN”
    pub magic: u64,
    /// first 8 bytes, big-endian, of the ABI digest
    pub abi: u64,
    /// first 8 bytes, big-endian, of the graph digest
    pub graph: u64,
    /// bytes of table and payload, from the magic on; a multiple of the page size
    pub size: u64,
    /// version of this outer layout
    pub version: u32,
    /// entries of the section directory that follows
    pub sections: u32,
    /// offset of the payload pages, page-aligned; SOURCE_IMAGE offsets count from the table’s start and lie at or behind this
    pub payload: u64,
    /// offset of the annotation (names and source lines; the kernel never reads it)
    pub annotation: u64,
    /// its bytes
    pub annotation_size: u64,
    /// events of messages that the kernel keeps for a debugger; 0 for none, as synth writes it
    pub trace: u32,
    /// must be 0
    pub reserved: u32,
    /// bits of an address that the machine’s port is to translate, where it has a choice; else 0
    pub address_bits: u32,
    /// bytes of a page: all pages of the table are of this size
    pub page_size: u32,
    /// offset of pages behind the payload in which the kernel notes which rights are used, page-aligned; 0 for none. The fast path is off where there are some
    pub record: u64,
}

impl Header {
    /// Bytes of one record.
    pub const SIZE: usize = 88;

    /// Decodes the record at a byte offset; `None` where the bytes end early.
    #[must_use]
    pub fn read(bytes: &[u8], offset: usize) -> Option<Self> {
        Some(Self {
            magic: u64::from_le_bytes(take(bytes, offset.checked_add(0)?)?),
            abi: u64::from_le_bytes(take(bytes, offset.checked_add(8)?)?),
            graph: u64::from_le_bytes(take(bytes, offset.checked_add(16)?)?),
            size: u64::from_le_bytes(take(bytes, offset.checked_add(24)?)?),
            version: u32::from_le_bytes(take(bytes, offset.checked_add(32)?)?),
            sections: u32::from_le_bytes(take(bytes, offset.checked_add(36)?)?),
            payload: u64::from_le_bytes(take(bytes, offset.checked_add(40)?)?),
            annotation: u64::from_le_bytes(take(bytes, offset.checked_add(48)?)?),
            annotation_size: u64::from_le_bytes(take(bytes, offset.checked_add(56)?)?),
            trace: u32::from_le_bytes(take(bytes, offset.checked_add(64)?)?),
            reserved: u32::from_le_bytes(take(bytes, offset.checked_add(68)?)?),
            address_bits: u32::from_le_bytes(take(bytes, offset.checked_add(72)?)?),
            page_size: u32::from_le_bytes(take(bytes, offset.checked_add(76)?)?),
            record: u64::from_le_bytes(take(bytes, offset.checked_add(80)?)?),
        })
    }
}

/// Where a section lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SectionEntry {
    /// from the table’s start; a multiple of 8
    pub offset: u32,
    /// records in it
    pub count: u32,
}

impl SectionEntry {
    /// Bytes of one record.
    pub const SIZE: usize = 8;

    /// Decodes the record at a byte offset; `None` where the bytes end early.
    #[must_use]
    pub fn read(bytes: &[u8], offset: usize) -> Option<Self> {
        Some(Self {
            offset: u32::from_le_bytes(take(bytes, offset.checked_add(0)?)?),
            count: u32::from_le_bytes(take(bytes, offset.checked_add(4)?)?),
        })
    }
}

/// A memory zone with its budget.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ZoneRecord {
    /// ZONE_DMA, ZONE_NORMAL or ZONE_HIGH
    pub kind: u32,
    /// budget
    pub pages: u32,
    /// NUMA node that its memory comes from first, by the firmware’s number; NONE: that of the core that a component runs on
    pub node: u32,
    /// must be 0
    pub reserved: u32,
}

impl ZoneRecord {
    /// Bytes of one record.
    pub const SIZE: usize = 16;

    /// Decodes the record at a byte offset; `None` where the bytes end early.
    #[must_use]
    pub fn read(bytes: &[u8], offset: usize) -> Option<Self> {
        Some(Self {
            kind: u32::from_le_bytes(take(bytes, offset.checked_add(0)?)?),
            pages: u32::from_le_bytes(take(bytes, offset.checked_add(4)?)?),
            node: u32::from_le_bytes(take(bytes, offset.checked_add(8)?)?),
            reserved: u32::from_le_bytes(take(bytes, offset.checked_add(12)?)?),
        })
    }
}

/// A component: one address space, one capability table, one thread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ComponentRecord {
    /// address of the first instruction
    pub entry: u64,
    /// first stack pointer
    pub stack: u64,
    /// address of the startup block, passed to the entry point
    pub startup: u64,
    /// index of its first record in `mappings`
    pub first_mapping: u32,
    /// how many
    pub mappings: u32,
    /// index of its first record in `capabilities`
    pub first_capability: u32,
    /// how many
    pub capabilities: u32,
    /// size of its capability table
    pub slots: u32,
    /// 0–199, lower is more urgent
    pub priority: u32,
    /// endpoint that is told of its faults, or NONE
    pub supervisor: u32,
    /// badge that fault messages carry
    pub badge: u32,
    /// zone that its private memory is charged to
    pub zone: u32,
    /// ticks that it may run in each period, real time alone; 0 for no limit
    pub budget: u32,
    /// ticks of a period; 0 without a budget
    pub period: u32,
    /// number of the processor core that it runs on
    pub core: u32,
}

impl ComponentRecord {
    /// Bytes of one record.
    pub const SIZE: usize = 72;

    /// Decodes the record at a byte offset; `None` where the bytes end early.
    #[must_use]
    pub fn read(bytes: &[u8], offset: usize) -> Option<Self> {
        Some(Self {
            entry: u64::from_le_bytes(take(bytes, offset.checked_add(0)?)?),
            stack: u64::from_le_bytes(take(bytes, offset.checked_add(8)?)?),
            startup: u64::from_le_bytes(take(bytes, offset.checked_add(16)?)?),
            first_mapping: u32::from_le_bytes(take(bytes, offset.checked_add(24)?)?),
            mappings: u32::from_le_bytes(take(bytes, offset.checked_add(28)?)?),
            first_capability: u32::from_le_bytes(take(bytes, offset.checked_add(32)?)?),
            capabilities: u32::from_le_bytes(take(bytes, offset.checked_add(36)?)?),
            slots: u32::from_le_bytes(take(bytes, offset.checked_add(40)?)?),
            priority: u32::from_le_bytes(take(bytes, offset.checked_add(44)?)?),
            supervisor: u32::from_le_bytes(take(bytes, offset.checked_add(48)?)?),
            badge: u32::from_le_bytes(take(bytes, offset.checked_add(52)?)?),
            zone: u32::from_le_bytes(take(bytes, offset.checked_add(56)?)?),
            budget: u32::from_le_bytes(take(bytes, offset.checked_add(60)?)?),
            period: u32::from_le_bytes(take(bytes, offset.checked_add(64)?)?),
            core: u32::from_le_bytes(take(bytes, offset.checked_add(68)?)?),
        })
    }
}

/// A run of pages in a component’s address space.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MappingRecord {
    /// page-aligned virtual address
    pub address: u64,
    /// into the image, region, buffer or device range; page-aligned; 0 for SOURCE_ZERO and SOURCE_BUFFER
    pub offset: u64,
    /// length
    pub pages: u32,
    /// MAP_* bits; never write and execute at once
    pub flags: u32,
    /// SOURCE_*
    pub source: u32,
    /// index of the region, DMA buffer or device range; NONE for image, zero pages and message buffer
    pub object: u32,
}

impl MappingRecord {
    /// Bytes of one record.
    pub const SIZE: usize = 32;

    /// Decodes the record at a byte offset; `None` where the bytes end early.
    #[must_use]
    pub fn read(bytes: &[u8], offset: usize) -> Option<Self> {
        Some(Self {
            address: u64::from_le_bytes(take(bytes, offset.checked_add(0)?)?),
            offset: u64::from_le_bytes(take(bytes, offset.checked_add(8)?)?),
            pages: u32::from_le_bytes(take(bytes, offset.checked_add(16)?)?),
            flags: u32::from_le_bytes(take(bytes, offset.checked_add(20)?)?),
            source: u32::from_le_bytes(take(bytes, offset.checked_add(24)?)?),
            object: u32::from_le_bytes(take(bytes, offset.checked_add(28)?)?),
        })
    }
}

/// A capability that a component holds from the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CapabilityRecord {
    /// slot in the component’s table
    pub slot: u32,
    /// index in the section of its kind
    pub object: u32,
    /// what the receiver of its messages sees
    pub badge: u32,
    /// object kind
    pub kind: u16,
    /// rights
    pub rights: u16,
}

impl CapabilityRecord {
    /// Bytes of one record.
    pub const SIZE: usize = 16;

    /// Decodes the record at a byte offset; `None` where the bytes end early.
    #[must_use]
    pub fn read(bytes: &[u8], offset: usize) -> Option<Self> {
        Some(Self {
            slot: u32::from_le_bytes(take(bytes, offset.checked_add(0)?)?),
            object: u32::from_le_bytes(take(bytes, offset.checked_add(4)?)?),
            badge: u32::from_le_bytes(take(bytes, offset.checked_add(8)?)?),
            kind: u16::from_le_bytes(take(bytes, offset.checked_add(12)?)?),
            rights: u16::from_le_bytes(take(bytes, offset.checked_add(14)?)?),
        })
    }
}

/// An endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EndpointRecord {
    /// notification whose bits are delivered to its receivers, or NONE
    pub notification: u32,
    /// must be 0
    pub reserved: u32,
}

impl EndpointRecord {
    /// Bytes of one record.
    pub const SIZE: usize = 8;

    /// Decodes the record at a byte offset; `None` where the bytes end early.
    #[must_use]
    pub fn read(bytes: &[u8], offset: usize) -> Option<Self> {
        Some(Self {
            notification: u32::from_le_bytes(take(bytes, offset.checked_add(0)?)?),
            reserved: u32::from_le_bytes(take(bytes, offset.checked_add(4)?)?),
        })
    }
}

/// A notification.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NotificationRecord {
    /// bits that are set at boot
    pub initial: u64,
}

impl NotificationRecord {
    /// Bytes of one record.
    pub const SIZE: usize = 8;

    /// Decodes the record at a byte offset; `None` where the bytes end early.
    #[must_use]
    pub fn read(bytes: &[u8], offset: usize) -> Option<Self> {
        Some(Self {
            initial: u64::from_le_bytes(take(bytes, offset.checked_add(0)?)?),
        })
    }
}

/// A shared region.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RegionRecord {
    /// length
    pub pages: u32,
    /// zone that it is charged to
    pub zone: u32,
}

impl RegionRecord {
    /// Bytes of one record.
    pub const SIZE: usize = 8;

    /// Decodes the record at a byte offset; `None` where the bytes end early.
    #[must_use]
    pub fn read(bytes: &[u8], offset: usize) -> Option<Self> {
        Some(Self {
            pages: u32::from_le_bytes(take(bytes, offset.checked_add(0)?)?),
            zone: u32::from_le_bytes(take(bytes, offset.checked_add(4)?)?),
        })
    }
}

/// An interrupt line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InterruptRecord {
    /// bits that it sets in its notification
    pub bits: u64,
    /// global line number of the interrupt controller
    pub line: u32,
    /// notification that it signals
    pub notification: u32,
    /// TRIGGER_*
    pub trigger: u32,
    /// must be 0
    pub reserved: u32,
}

impl InterruptRecord {
    /// Bytes of one record.
    pub const SIZE: usize = 24;

    /// Decodes the record at a byte offset; `None` where the bytes end early.
    #[must_use]
    pub fn read(bytes: &[u8], offset: usize) -> Option<Self> {
        Some(Self {
            bits: u64::from_le_bytes(take(bytes, offset.checked_add(0)?)?),
            line: u32::from_le_bytes(take(bytes, offset.checked_add(8)?)?),
            notification: u32::from_le_bytes(take(bytes, offset.checked_add(12)?)?),
            trigger: u32::from_le_bytes(take(bytes, offset.checked_add(16)?)?),
            reserved: u32::from_le_bytes(take(bytes, offset.checked_add(20)?)?),
        })
    }
}

/// A timer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimerRecord {
    /// bits that it sets in its notification
    pub bits: u64,
    /// notification that it signals
    pub notification: u32,
    /// must be 0
    pub reserved: u32,
}

impl TimerRecord {
    /// Bytes of one record.
    pub const SIZE: usize = 16;

    /// Decodes the record at a byte offset; `None` where the bytes end early.
    #[must_use]
    pub fn read(bytes: &[u8], offset: usize) -> Option<Self> {
        Some(Self {
            bits: u64::from_le_bytes(take(bytes, offset.checked_add(0)?)?),
            notification: u32::from_le_bytes(take(bytes, offset.checked_add(8)?)?),
            reserved: u32::from_le_bytes(take(bytes, offset.checked_add(12)?)?),
        })
    }
}

/// A range of x86 I/O ports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PortsRecord {
    /// first port
    pub first: u32,
    /// how many
    pub count: u32,
}

impl PortsRecord {
    /// Bytes of one record.
    pub const SIZE: usize = 8;

    /// Decodes the record at a byte offset; `None` where the bytes end early.
    #[must_use]
    pub fn read(bytes: &[u8], offset: usize) -> Option<Self> {
        Some(Self {
            first: u32::from_le_bytes(take(bytes, offset.checked_add(0)?)?),
            count: u32::from_le_bytes(take(bytes, offset.checked_add(4)?)?),
        })
    }
}

/// A range of device registers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MmioRecord {
    /// page-aligned physical address
    pub address: u64,
    /// length
    pub pages: u32,
    /// must be 0
    pub reserved: u32,
}

impl MmioRecord {
    /// Bytes of one record.
    pub const SIZE: usize = 16;

    /// Decodes the record at a byte offset; `None` where the bytes end early.
    #[must_use]
    pub fn read(bytes: &[u8], offset: usize) -> Option<Self> {
        Some(Self {
            address: u64::from_le_bytes(take(bytes, offset.checked_add(0)?)?),
            pages: u32::from_le_bytes(take(bytes, offset.checked_add(8)?)?),
            reserved: u32::from_le_bytes(take(bytes, offset.checked_add(12)?)?),
        })
    }
}

/// A contiguous buffer for a device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DmaRecord {
    /// length
    pub pages: u32,
    /// zone that it is charged to
    pub zone: u32,
}

impl DmaRecord {
    /// Bytes of one record.
    pub const SIZE: usize = 8;

    /// Decodes the record at a byte offset; `None` where the bytes end early.
    #[must_use]
    pub fn read(bytes: &[u8], offset: usize) -> Option<Self> {
        Some(Self {
            pages: u32::from_le_bytes(take(bytes, offset.checked_add(0)?)?),
            zone: u32::from_le_bytes(take(bytes, offset.checked_add(4)?)?),
        })
    }
}

/// A memory pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolRecord {
    /// budget
    pub pages: u32,
    /// zone that it is charged to
    pub zone: u32,
    /// regions that can be taken from it at the same time
    pub regions: u32,
    /// endpoints that can be made of it at the same time
    pub endpoints: u32,
    /// notifications
    pub notifications: u32,
    /// address spaces
    pub spaces: u32,
    /// threads
    pub threads: u32,
    /// a bit for each core that these may be put on, besides their maker’s
    pub cores: u32,
}

impl PoolRecord {
    /// Bytes of one record.
    pub const SIZE: usize = 32;

    /// Decodes the record at a byte offset; `None` where the bytes end early.
    #[must_use]
    pub fn read(bytes: &[u8], offset: usize) -> Option<Self> {
        Some(Self {
            pages: u32::from_le_bytes(take(bytes, offset.checked_add(0)?)?),
            zone: u32::from_le_bytes(take(bytes, offset.checked_add(4)?)?),
            regions: u32::from_le_bytes(take(bytes, offset.checked_add(8)?)?),
            endpoints: u32::from_le_bytes(take(bytes, offset.checked_add(12)?)?),
            notifications: u32::from_le_bytes(take(bytes, offset.checked_add(16)?)?),
            spaces: u32::from_le_bytes(take(bytes, offset.checked_add(20)?)?),
            threads: u32::from_le_bytes(take(bytes, offset.checked_add(24)?)?),
            cores: u32::from_le_bytes(take(bytes, offset.checked_add(28)?)?),
        })
    }
}

/// The power switch; at most one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PowerRecord {
    /// must be 0
    pub reserved: u64,
}

impl PowerRecord {
    /// Bytes of one record.
    pub const SIZE: usize = 8;

    /// Decodes the record at a byte offset; `None` where the bytes end early.
    #[must_use]
    pub fn read(bytes: &[u8], offset: usize) -> Option<Self> {
        Some(Self {
            reserved: u64::from_le_bytes(take(bytes, offset.checked_add(0)?)?),
        })
    }
}

/// What every component holds; at most one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// must be 0
    pub reserved: u64,
}

impl Census {
    /// Bytes of one record.
    pub const SIZE: usize = 8;

    /// Decodes the record at a byte offset; `None` where the bytes end early.
    #[must_use]
    pub fn read(bytes: &[u8], offset: usize) -> Option<Self> {
        Some(Self {
            reserved: u64::from_le_bytes(take(bytes, offset.checked_add(0)?)?),
        })
    }
}

/// What the kernel counts; at most one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Metrics {
    /// must be 0
    pub reserved: u64,
}

impl Metrics {
    /// Bytes of one record.
    pub const SIZE: usize = 8;

    /// Decodes the record at a byte offset; `None` where the bytes end early.
    #[must_use]
    pub fn read(bytes: &[u8], offset: usize) -> Option<Self> {
        Some(Self {
            reserved: u64::from_le_bytes(take(bytes, offset.checked_add(0)?)?),
        })
    }
}

/// Start of the startup block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StartupHeader {
    /// entries that follow
    pub needs: u64,
    /// bytes of a page of this machine
    pub page_size: u64,
    /// address of the component’s message buffer; 0 where it has none
    pub buffer: u64,
    /// first address for what it maps while it runs, where it has a memory pool; else 0
    pub dynamic: u64,
}

impl StartupHeader {
    /// Bytes of one record.
    pub const SIZE: usize = 32;

    /// Decodes the record at a byte offset; `None` where the bytes end early.
    #[must_use]
    pub fn read(bytes: &[u8], offset: usize) -> Option<Self> {
        Some(Self {
            needs: u64::from_le_bytes(take(bytes, offset.checked_add(0)?)?),
            page_size: u64::from_le_bytes(take(bytes, offset.checked_add(8)?)?),
            buffer: u64::from_le_bytes(take(bytes, offset.checked_add(16)?)?),
            dynamic: u64::from_le_bytes(take(bytes, offset.checked_add(24)?)?),
        })
    }
}

/// One need of the program and what it was granted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StartupNeed {
    /// capability token
    pub token: u64,
    /// where a region, buffer or device range is mapped; 0 for others
    pub address: u64,
    /// bytes mapped, or ports in the range; 0 for others
    pub size: u64,
    /// must be 0
    pub reserved: u64,
}

impl StartupNeed {
    /// Bytes of one record.
    pub const SIZE: usize = 32;

    /// Decodes the record at a byte offset; `None` where the bytes end early.
    #[must_use]
    pub fn read(bytes: &[u8], offset: usize) -> Option<Self> {
        Some(Self {
            token: u64::from_le_bytes(take(bytes, offset.checked_add(0)?)?),
            address: u64::from_le_bytes(take(bytes, offset.checked_add(8)?)?),
            size: u64::from_le_bytes(take(bytes, offset.checked_add(16)?)?),
            reserved: u64::from_le_bytes(take(bytes, offset.checked_add(24)?)?),
        })
    }
}

/// First bytes of the pages in which used rights are noted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordHeader {
    /// with the three that follow: 32 bytes by which a host finds the pages; the kernel leaves them alone
    pub mark0: u64,
    /// see `mark0`
    pub mark1: u64,
    /// see `mark0`
    pub mark2: u64,
    /// see `mark0`
    pub mark3: u64,
    /// uses that were not noted, because of capabilities derived through too many steps
    pub lost: u64,
    /// must be 0
    pub reserved: u64,
}

impl RecordHeader {
    /// Bytes of one record.
    pub const SIZE: usize = 48;

    /// Decodes the record at a byte offset; `None` where the bytes end early.
    #[must_use]
    pub fn read(bytes: &[u8], offset: usize) -> Option<Self> {
        Some(Self {
            mark0: u64::from_le_bytes(take(bytes, offset.checked_add(0)?)?),
            mark1: u64::from_le_bytes(take(bytes, offset.checked_add(8)?)?),
            mark2: u64::from_le_bytes(take(bytes, offset.checked_add(16)?)?),
            mark3: u64::from_le_bytes(take(bytes, offset.checked_add(24)?)?),
            lost: u64::from_le_bytes(take(bytes, offset.checked_add(32)?)?),
            reserved: u64::from_le_bytes(take(bytes, offset.checked_add(40)?)?),
        })
    }
}

/// Which rights of one capability were used: by its holder, or through what was derived from it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordNote {
    /// the kernel’s rights
    pub rights: u64,
    /// labels of messages called or sent with it, a bit each; bit 63 for those from 63 on
    pub labels: u64,
}

impl RecordNote {
    /// Bytes of one record.
    pub const SIZE: usize = 16;

    /// Decodes the record at a byte offset; `None` where the bytes end early.
    #[must_use]
    pub fn read(bytes: &[u8], offset: usize) -> Option<Self> {
        Some(Self {
            rights: u64::from_le_bytes(take(bytes, offset.checked_add(0)?)?),
            labels: u64::from_le_bytes(take(bytes, offset.checked_add(8)?)?),
        })
    }
}

/// Sections of the boot table, in the order of its directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Section {
    /// A memory zone with its budget.
    Zones = 0,
    /// A component: one address space, one capability table, one thread.
    Components = 1,
    /// A run of pages in a component’s address space.
    Mappings = 2,
    /// A capability that a component holds from the start.
    Capabilities = 3,
    /// An endpoint.
    Endpoints = 4,
    /// A notification.
    Notifications = 5,
    /// A shared region.
    Regions = 6,
    /// An interrupt line.
    Interrupts = 7,
    /// A timer.
    Timers = 8,
    /// A range of x86 I/O ports.
    Ports = 9,
    /// A range of device registers.
    Mmio = 10,
    /// A contiguous buffer for a device.
    Dma = 11,
    /// A memory pool.
    Pools = 12,
    /// The power switch; at most one.
    Power = 13,
    /// What every component holds; at most one.
    Census = 14,
    /// What the kernel counts; at most one.
    Metrics = 15,
}

impl Section {
    /// Every section with its name and the size of its records.
    pub const ALL: [(Section, &'static str, usize); 16] = [
        (Section::Zones, "zones", 16),
        (Section::Components, "components", 72),
        (Section::Mappings, "mappings", 32),
        (Section::Capabilities, "capabilities", 16),
        (Section::Endpoints, "endpoints", 8),
        (Section::Notifications, "notifications", 8),
        (Section::Regions, "regions", 8),
        (Section::Interrupts, "interrupts", 24),
        (Section::Timers, "timers", 16),
        (Section::Ports, "ports", 8),
        (Section::Mmio, "mmio", 16),
        (Section::Dma, "dma", 8),
        (Section::Pools, "pools", 32),
        (Section::Power, "power", 8),
        (Section::Census, "census", 8),
        (Section::Metrics, "metrics", 8),
    ];
}
