//! The server loop.

use crate::{Message, ReplyToken, Result, Serve, SystemError, Timeout, Token, system};
use veridian_abi::limits;

/// A message as the kernel handed it over, with what the kernel, not the sender, says of the sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    /// The message.
    pub message: Message,
    /// Which capability it came through.
    pub badge: u64,
    /// Rights of that capability.
    pub rights: u16,
    /// An `ORIGIN_*` of the ABI.
    pub origin: u8,
    /// How to reply; [`ReplyToken::NONE`] where no reply is expected.
    pub reply: ReplyToken,
}

/// Who calls a method, as the kernel says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Which capability the call came through; each client of an endpoint has its own.
    pub badge: u64,
    /// Rights of that capability.
    pub rights: u16,
    /// A capability that came along, or [`Token::NONE`]. It is the server's until it drops it.
    pub capability: Token,
}

impl Received {
    /// Who sent it.
    #[must_use]
    pub const fn caller(&self) -> Caller {
        Caller { badge: self.badge, rights: self.rights, capability: self.message.capability }
    }

    /// Whether the sender's capability carries all of `rights`.
    #[must_use]
    pub const fn allows(&self, rights: u16) -> bool {
        self.rights & rights == rights
    }
}

/// A component's fault, told to its supervisor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The badge that the component's fault messages carry.
    pub badge: u64,
    /// A `FAULT_*` of the ABI.
    pub kind: u64,
    /// The address that could not be accessed; 0 where there is none.
    pub address: u64,
    /// The instruction that faulted.
    pub instruction: u64,
    /// What the processor says of it.
    pub code: u64,
}

impl Fault {
    /// Reads a fault message.
    #[must_use]
    pub const fn from_received(received: &Received) -> Self {
        let [kind, address, instruction, code, ..] = received.message.words;
        Self { badge: received.badge, kind, address, instruction, code }
    }

    /// Index, in the boot table, of the component that faulted.
    #[must_use]
    pub const fn component(&self) -> u32 {
        self.badge as u32 & 0x7fff_ffff
    }

    /// What happened, in a word.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self.kind {
            limits::FAULT_MEMORY => "memory",
            limits::FAULT_INSTRUCTION => "instruction",
            limits::FAULT_ARITHMETIC => "arithmetic",
            limits::FAULT_PROTECTION => "protection",
            limits::FAULT_BREAKPOINT => "breakpoint",
            _ => "other",
        }
    }
}

/// What becomes of a component that faulted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultReply {
    /// It goes on at the instruction that faulted.
    Resume,
    /// It stays stopped.
    Stop,
}

/// An interface that `S` serves; its rendering implements this for every `S` with the interface's
/// server trait.
pub trait Dispatch<S: ?Sized> {
    /// Checks rights and fields of a message, calls the method, and makes the reply.
    fn dispatch(server: &mut S, received: &Received) -> Message;

    /// Handles bits of the notification that is bound to the endpoint.
    fn notified(server: &mut S, bits: u64);

    /// Decides on a component that this endpoint supervises.
    fn faulted(server: &mut S, fault: &Fault) -> FaultReply;
}

/// Serves an endpoint for ever: replies and receives in one system call. Returns only where the kernel
/// refuses to receive.
pub fn serve<I: Dispatch<S>, S: ?Sized>(endpoint: &Serve<I>, server: &mut S) -> Result<()> {
    let token = endpoint.token();
    let mut received = system::receive(token, Timeout::FOREVER)?;
    loop {
        let message = answer::<I, S>(server, &received);
        received = if received.reply == ReplyToken::NONE {
            system::receive(token, Timeout::FOREVER)?
        } else {
            match system::reply_receive(token, received.reply, &message, Timeout::FOREVER) {
                // The client is gone or could not take the reply: its loss, the next one is served.
                Err(SystemError::BadReply | SystemError::PeerGone | SystemError::TableFull | SystemError::NoBuffer) => {
                    system::receive(token, Timeout::FOREVER)?
                }
                result => result?,
            }
        };
    }
}

fn answer<I: Dispatch<S>, S: ?Sized>(server: &mut S, received: &Received) -> Message {
    match u64::from(received.origin) {
        limits::ORIGIN_NOTIFICATION => {
            let [bits, ..] = received.message.words;
            I::notified(server, bits);
            Message::empty(0)
        }
        limits::ORIGIN_FAULT => {
            let label = match I::faulted(server, &Fault::from_received(received)) {
                FaultReply::Resume => limits::FAULT_REPLY_RESUME,
                FaultReply::Stop => limits::FAULT_REPLY_STOP,
            };
            Message::empty(label as u16)
        }
        _ => I::dispatch(server, received),
    }
}

#[cfg(test)]
mod tests {
    use super::{Dispatch, Fault, FaultReply, Received, answer};
    use crate::{Message, ReplyToken};
    use veridian_abi::limits;

    struct Echo;

    impl Dispatch<Vec<u64>> for Echo {
        fn dispatch(server: &mut Vec<u64>, received: &Received) -> Message {
            server.push(received.badge);
            received.message
        }

        fn notified(server: &mut Vec<u64>, bits: u64) {
            server.push(bits);
        }

        fn faulted(server: &mut Vec<u64>, fault: &Fault) -> FaultReply {
            server.push(fault.address);
            FaultReply::Stop
        }
    }

    fn received(origin: u64) -> Received {
        Received {
            message: Message { words: [limits::FAULT_MEMORY, 0x1234, 0x40_0000, 6, 0, 0, 0, 0], ..Message::empty(5) },
            badge: 0x8000_0003,
            rights: 0x30,
            origin: origin as u8,
            reply: ReplyToken(1),
        }
    }

    #[test]
    fn each_origin_reaches_its_handler() {
        let mut log = Vec::new();
        let call = answer::<Echo, _>(&mut log, &received(limits::ORIGIN_CALL));
        assert_eq!(call.label, 5);
        answer::<Echo, _>(&mut log, &received(limits::ORIGIN_NOTIFICATION));
        let fault = answer::<Echo, _>(&mut log, &received(limits::ORIGIN_FAULT));
        assert_eq!(u64::from(fault.label), limits::FAULT_REPLY_STOP);
        assert_eq!(log, [0x8000_0003, limits::FAULT_MEMORY, 0x1234]);
    }

    #[test]
    fn a_fault_names_its_component() {
        let fault = Fault::from_received(&received(limits::ORIGIN_FAULT));
        assert_eq!((fault.component(), fault.name()), (3, "memory"));
    }

    #[test]
    fn a_caller_needs_every_right_asked_for() {
        assert!(received(0).allows(0x10));
        assert!(!received(0).allows(0x50));
    }
}
