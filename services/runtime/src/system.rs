//! One function for each system call of the ABI, by the same name.
//!
//! Typed handles ([`crate::Power`], [`crate::IoPorts`], …) are built on these; a program rarely needs
//! them itself. Any token may be tried: the kernel refuses what the component does not hold.

use crate::arch::{self, Frame};
use crate::{Message, Received, ReplyToken, Timeout, Token};
use veridian_abi::system_calls as number;
use veridian_abi::{Error, Kind};

type Result<T> = core::result::Result<T, Error>;

/// The error of a status word. An unknown code means that kernel and program disagree on the ABI, which
/// the boot table's digest rules out; it shows as `BadCall`.
fn check(word: u64) -> Result<()> {
    match word as u8 {
        0 => Ok(()),
        code => Err(Error::from_code(code).unwrap_or(Error::BadCall)),
    }
}

fn simple(call: u64, token: u64, a: u64, b: u64, c: u64) -> Result<u64> {
    let (word, value) = arch::simple_call(call, token, a, b, c);
    check(word).map(|()| value)
}

/// A call that the kernel serves in steps, so that nobody waits long for any of them.
fn steps(call: u64, token: Token, [a, b, c]: [u64; 3]) -> Result<u64> {
    loop {
        match simple(call, token.0, a, b, c) {
            Err(Error::Unfinished) => {}
            done => return done,
        }
    }
}

fn frame(call: u64, token: Token, timeout: Timeout) -> Frame {
    Frame { token: token.0, word: call, a: timeout.as_nanoseconds(), ..Frame::default() }
}

fn with_message(mut frame: Frame, message: &Message) -> Frame {
    frame.word |= u64::from(message.length) << 8 | u64::from(message.label) << 16;
    frame.message = message.words;
    frame.c = message.capability.0;
    frame
}

fn message_of(frame: &Frame) -> Message {
    Message {
        words: frame.message,
        length: (frame.word >> 8) as u8,
        label: (frame.word >> 16) as u16,
        capability: Token(frame.c),
    }
}

fn received(frame: &Frame) -> Received {
    Received {
        message: message_of(frame),
        badge: frame.token,
        rights: (frame.word >> 32) as u16,
        origin: (frame.word >> 48) as u8,
        reply: ReplyToken(frame.b),
    }
}

/// Sends a message to a server and waits for its reply.
pub fn call(endpoint: Token, message: &Message, timeout: Timeout) -> Result<Message> {
    let mut frame = with_message(frame(number::CALL, endpoint, timeout), message);
    arch::message_call(&mut frame);
    check(frame.word).map(|()| message_of(&frame))
}

/// Replies to a caller and waits for the next message on an endpoint.
pub fn reply_receive(endpoint: Token, reply: ReplyToken, message: &Message, timeout: Timeout) -> Result<Received> {
    let mut frame = with_message(frame(number::REPLY_RECEIVE, endpoint, timeout), message);
    frame.b = reply.0;
    arch::message_call(&mut frame);
    check(frame.word).map(|()| received(&frame))
}

/// Waits for a message on an endpoint, or for the notification that is bound to it.
pub fn receive(endpoint: Token, timeout: Timeout) -> Result<Received> {
    let mut frame = frame(number::RECEIVE, endpoint, timeout);
    arch::message_call(&mut frame);
    check(frame.word).map(|()| received(&frame))
}

/// Sends a message and waits until somebody has received it, but for no reply.
pub fn send(endpoint: Token, message: &Message, timeout: Timeout) -> Result<()> {
    let mut frame = with_message(frame(number::SEND, endpoint, timeout), message);
    arch::message_call(&mut frame);
    check(frame.word)
}

/// Answers one call. A reply token works once.
pub fn reply(reply: ReplyToken, message: &Message) -> Result<()> {
    let mut frame = with_message(frame(number::REPLY, Token::NONE, Timeout::POLL), message);
    frame.b = reply.0;
    arch::message_call(&mut frame);
    check(frame.word)
}

/// Waits until a notification has bits set, takes them all, and returns them.
pub fn wait(notification: Token, timeout: Timeout) -> Result<u64> {
    let mut frame = frame(number::WAIT, notification, timeout);
    arch::message_call(&mut frame);
    check(frame.word).map(|()| frame.token)
}

/// Blocks the calling thread for a time in nanoseconds.
pub fn sleep(nanoseconds: u64) -> Result<()> {
    let time = Timeout::nanoseconds(nanoseconds);
    let mut frame = frame(number::SLEEP, Token::NONE, time);
    arch::message_call(&mut frame);
    check(frame.word)
}

/// Lets another ready thread of the same priority run.
pub fn yield_cpu() -> Result<()> {
    let mut frame = frame(number::YIELD_CPU, Token::NONE, Timeout::POLL);
    arch::message_call(&mut frame);
    check(frame.word)
}

/// Tells one thing that some component holds: the `CENSUS_*` kind of record as the label, its words, and
/// the cursor to go on with, 0 at the end.
pub fn census_read(census: Token, cursor: u64) -> Result<(Message, u64)> {
    let mut frame = frame(number::CENSUS_READ, census, Timeout::POLL);
    frame.a = cursor;
    arch::message_call(&mut frame);
    check(frame.word).map(|()| (message_of(&frame), frame.token))
}

/// Tells what the kernel has counted of one thing: a `METRICS_*` in bits 0–31, and which in 32–63.
pub fn kernel_metrics(metrics: Token, which: u64) -> Result<[u64; 8]> {
    let mut frame = frame(number::KERNEL_METRICS, metrics, Timeout::POLL);
    frame.a = which;
    arch::message_call(&mut frame);
    check(frame.word).map(|()| message_of(&frame).words)
}

/// Ends the calling component.
pub fn exit(code: u64) -> ! {
    arch::message_call(&mut frame(number::EXIT, Token(code), Timeout::POLL));
    arch::fault()
}

/// Blocks a thread that could run, or the caller, until it is woken or for a time.
pub fn block_thread(thread: Token, time: Timeout) -> Result<()> {
    let mut frame = frame(number::BLOCK_THREAD, thread, time);
    arch::message_call(&mut frame);
    check(frame.word)
}

/// Does nothing: the cost of entering and leaving the kernel.
pub fn null() -> Result<()> {
    simple(number::NULL, 0, 0, 0, 0).map(drop)
}

/// Sets bits of a notification and wakes a waiter.
pub fn signal(notification: Token, bits: u64) -> Result<()> {
    simple(number::SIGNAL, notification.0, bits, 0, 0).map(drop)
}

/// Unmasks an interrupt line after its driver has handled it.
pub fn interrupt_acknowledge(interrupt: Token) -> Result<()> {
    simple(number::INTERRUPT_ACKNOWLEDGE, interrupt.0, 0, 0, 0).map(drop)
}

/// Lets a timer signal its notification once, so many nanoseconds from now; 0 disarms it. Returns the nanoseconds that
/// were left of what it was armed for before, 0 if it was not armed.
pub fn timer_arm(timer: Token, nanoseconds: u64) -> Result<u64> {
    simple(number::TIMER_ARM, timer.0, nanoseconds, 0, 0)
}

/// Reads the I/O port at an offset into a range; `width` is 1, 2 or 4 bytes.
pub fn port_read(ports: Token, offset: u64, width: u64) -> Result<u64> {
    simple(number::PORT_READ, ports.0, offset, width, 0)
}

/// Writes the I/O port at an offset into a range; `width` is 1, 2 or 4 bytes.
pub fn port_write(ports: Token, offset: u64, width: u64, value: u64) -> Result<()> {
    simple(number::PORT_WRITE, ports.0, offset, width, value).map(drop)
}

/// Tells the physical address of a DMA buffer's first byte.
pub fn dma_address(dma: Token) -> Result<u64> {
    simple(number::DMA_ADDRESS, dma.0, 0, 0, 0)
}

/// Makes a capability to the same object with the same or fewer rights, as a child of the one given.
pub fn capability_derive(parent: Token, rights: u16) -> Result<Token> {
    simple(number::CAPABILITY_DERIVE, parent.0, rights.into(), 0, 0).map(Token)
}

/// Asks whether a token names a capability of the caller that carries certain rights, and to what kind
/// of object.
pub fn capability_validate(capability: Token, rights: u16) -> Result<Kind> {
    let kind = simple(number::CAPABILITY_VALIDATE, capability.0, rights.into(), 0, 0)?;
    Kind::from_code(kind as u16).ok_or(Error::WrongKind)
}

/// Deletes every capability derived from this one, wherever it went.
pub fn capability_revoke(capability: Token) -> Result<()> {
    steps(number::CAPABILITY_REVOKE, capability, [0; 3]).map(drop)
}

/// Revokes a capability's descendants and deletes it from the caller's table.
pub fn capability_drop(capability: Token) -> Result<()> {
    steps(number::CAPABILITY_DROP, capability, [0; 3]).map(drop)
}

/// Waits until a process has ended. Returns how it did, as the ABI has it.
pub fn process_wait(process: Token, timeout: Timeout) -> Result<u64> {
    let mut frame = frame(number::PROCESS_WAIT, process, timeout);
    arch::message_call(&mut frame);
    check(frame.word).map(|()| frame.token)
}

/// Ends a process.
pub fn process_stop(process: Token) -> Result<()> {
    steps(number::PROCESS_STOP, process, [0; 3]).map(drop)
}

/// Starts a process anew from the boot table.
pub fn process_restart(process: Token) -> Result<()> {
    steps(number::PROCESS_RESTART, process, [0; 3]).map(drop)
}

/// Takes zeroed memory of up to 64 pages from a pool.
pub fn allocate_frames(pool: Token, pages: u64) -> Result<Token> {
    simple(number::ALLOCATE_FRAMES, pool.0, pages, 0, 0).map(Token)
}

/// Gives a region back to its pool, by the capability that [`allocate_frames`] made.
pub fn free_frames(region: Token) -> Result<()> {
    steps(number::FREE_FRAMES, region, [0; 3]).map(drop)
}

/// Maps a region at an address where nothing is mapped; `flags` are the ABI's `MAP_*`.
pub fn map_page(region: Token, address: u64, flags: u64, pool: Token) -> Result<()> {
    steps(number::MAP_PAGE, region, [address, flags, pool.0]).map(drop)
}

/// Takes the mapping away that was made through this capability.
pub fn unmap_page(region: Token) -> Result<()> {
    simple(number::UNMAP_PAGE, region.0, 0, 0, 0).map(drop)
}

/// Makes an endpoint or a notification out of a pool, and a capability to it with all rights.
pub fn create_capability(pool: Token, kind: Kind, badge: u32) -> Result<Token> {
    simple(number::CREATE_CAPABILITY, pool.0, kind as u64, badge.into(), 0).map(Token)
}

/// Makes an address space with an empty capability table out of a pool.
pub fn create_address_space(pool: Token) -> Result<Token> {
    simple(number::CREATE_ADDRESS_SPACE, pool.0, 0, 0, 0).map(Token)
}

/// Puts a child of a capability, with the same or fewer rights, in the table of an address space. Returns its
/// token there.
pub fn capability_grant(space: Token, capability: Token, rights: u16) -> Result<Token> {
    simple(number::CAPABILITY_GRANT, space.0, capability.0, rights.into(), 0).map(Token)
}

/// Maps a region in another address space; `flags` are the ABI's `MAP_*`. Returns the token there of the child
/// through which it is mapped.
pub fn map_shared_region(space: Token, region: Token, address: u64, flags: u64) -> Result<Token> {
    steps(number::MAP_SHARED_REGION, space, [region.0, address, flags]).map(Token)
}

/// Maps pages of the caller's program, which it cannot write, at the same addresses in another address space.
pub fn share_pages(space: Token, address: u64, pages: u64) -> Result<()> {
    simple(number::SHARE_PAGES, space.0, address, pages, 0).map(drop)
}

/// Makes a thread out of a pool, in an address space or, for [`Token::NONE`], in the caller's own; on a core, or on
/// the caller's own.
pub fn create_thread(pool: Token, space: Token, core: Option<u32>) -> Result<Token> {
    let core = core.map_or(0, |core| u64::from(core) + 1);
    simple(number::CREATE_THREAD, pool.0, space.0, core, 0).map(Token)
}

/// Says where a thread that was made at run time begins: its first instruction, stack pointer, and argument.
pub fn start_thread(thread: Token, entry: u64, stack: u64, argument: u64) -> Result<()> {
    steps(number::START_THREAD, thread, [entry, stack, argument]).map(drop)
}

/// Gives a thread a priority, no more urgent than the caller's own, and lets it run.
pub fn schedule_thread(thread: Token, priority: u8) -> Result<()> {
    simple(number::SCHEDULE_THREAD, thread.0, priority.into(), 0, 0).map(drop)
}

/// Takes a thread off the processor until it is scheduled.
pub fn unschedule_thread(thread: Token) -> Result<()> {
    simple(number::UNSCHEDULE_THREAD, thread.0, 0, 0, 0).map(drop)
}

/// Lets a thread go on that is blocked, or ends what it waits for.
pub fn wake_thread(thread: Token) -> Result<()> {
    simple(number::WAKE_THREAD, thread.0, 0, 0, 0).map(drop)
}

/// Powers the machine off with a code of 0–127. Returns only where that is refused.
pub fn power_off(power: Token, code: u64) -> Result<()> {
    simple(number::POWER_OFF, power.0, code, 0, 0).map(drop)
}

/// Resets the machine. Returns only where that is refused.
pub fn power_reset(power: Token) -> Result<()> {
    simple(number::POWER_RESET, power.0, 0, 0, 0).map(drop)
}

/// Nanoseconds since boot.
#[must_use]
pub fn clock() -> u64 {
    simple(number::CLOCK, 0, 0, 0, 0).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{check, frame, message_of, received, with_message};
    use crate::{Message, ReplyToken, Timeout, Token};
    use veridian_abi::{Error, system_calls};

    #[test]
    fn every_system_call_of_the_abi_has_a_wrapper_and_no_other_exists() {
        let mut wrappers: Vec<&str> = include_str!("system.rs")
            .lines()
            .filter_map(|line| line.strip_prefix("pub fn ")?.split_once('('))
            .map(|(name, _)| name)
            .collect();
        let mut calls: Vec<&str> = system_calls::ALL.iter().map(|(name, ..)| *name).collect();
        wrappers.sort_unstable();
        calls.sort_unstable();
        assert_eq!(wrappers, calls);
    }

    #[test]
    fn a_message_survives_the_registers() {
        let message = Message { words: [1, 2, 3, 4, 5, 6, 7, 8], length: 61, label: 0xabcd, capability: Token(9) };
        let frame = with_message(frame(2, Token(5), Timeout::FOREVER), &message);
        assert_eq!(frame.word, 0xabcd_3d02);
        assert_eq!(message_of(&frame), message);
    }

    #[test]
    fn what_the_kernel_says_of_a_sender_is_read_from_the_word() {
        let mut frame = frame(0, Token(77), Timeout::POLL);
        frame.word = 0x0002_0030_0001_0800;
        frame.b = 12;
        let received = received(&frame);
        assert_eq!((received.badge, received.rights), (77, 0x30));
        assert_eq!((received.origin, received.reply), (2, ReplyToken(12)));
        assert_eq!((received.message.label, received.message.length), (1, 8));
    }

    #[test]
    fn a_status_is_an_error_of_the_abi() {
        assert_eq!(check(0xff00), Ok(()));
        assert_eq!(check(2), Err(Error::StaleToken));
        assert_eq!(check(250), Err(Error::BadCall));
    }
}
