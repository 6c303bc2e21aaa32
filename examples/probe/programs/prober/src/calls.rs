//! System calls as they stand, with arguments that are in order whatever the token is.

use veridian::abi::{BLOCKING_LIMIT, Error, Kind, limits, system_calls};
use veridian::arch::{self, Frame};
use veridian::{Message, ReplyToken, Token, system};

/// How long a call waits for somebody who comes.
const PATIENCE: u64 = 5_000_000_000;
/// A code that `power_off` does not take: the call is tried, and the machine goes on.
const NO_CODE: u64 = 255;
/// Label of no method.
const NO_METHOD: u64 = 0xffff;

/// What calls are about besides their token.
pub struct Surroundings {
    /// A capability that can be passed on.
    pub passed: Token,
    /// A region that can be mapped.
    pub region: Token,
    /// A pool that page tables can be charged to.
    pub pool: Token,
    /// An address where nothing is mapped.
    pub address: u64,
    /// A page of the program, which it cannot write.
    pub code: u64,
    /// Where a thread can begin.
    pub entry: u64,
    /// The end of its stack.
    pub stack: u64,
}

/// Makes a call, and again while it has steps left. Returns the registers as the kernel left them.
pub fn attempt(frame: Frame) -> Result<Frame, Error> {
    loop {
        let mut done = frame;
        if frame.word & 0xff < BLOCKING_LIMIT {
            arch::message_call(&mut done);
        } else {
            (done.word, done.token) = arch::simple_call(frame.word, frame.token, frame.a, frame.b, frame.c);
        }
        match done.word as u8 {
            0 => return Ok(done),
            code => match Error::from_code(code) {
                Some(Error::Unfinished) => {}
                error => return Err(error.unwrap_or(Error::BadCall)),
            },
        }
    }
}

impl Surroundings {
    /// A call on an object of the kind that it is for.
    pub fn frame(&self, number: u64, token: Token) -> Frame {
        let frame = Frame { word: number, token: token.0, ..Frame::default() };
        match number {
            system_calls::CALL | system_calls::SEND => self.message(number, token, NO_METHOD, 0),
            system_calls::RECEIVE | system_calls::REPLY_RECEIVE | system_calls::WAIT | system_calls::PROCESS_WAIT => {
                Frame { a: PATIENCE, ..frame }
            }
            system_calls::BLOCK_THREAD => Frame { a: limits::FOREVER, ..frame },
            system_calls::SIGNAL | system_calls::ALLOCATE_FRAMES => Frame { a: 1, ..frame },
            system_calls::PORT_READ | system_calls::PORT_WRITE => Frame { b: 1, ..frame },
            system_calls::POWER_OFF => Frame { a: NO_CODE, ..frame },
            system_calls::MAP_PAGE => Frame { a: self.address, b: limits::MAP_READ, c: self.pool.0, ..frame },
            system_calls::CREATE_CAPABILITY => Frame { a: Kind::Notification as u64, ..frame },
            system_calls::CAPABILITY_GRANT => Frame { a: self.passed.0, b: self.passed.rights().into(), ..frame },
            system_calls::MAP_SHARED_REGION => {
                Frame { a: self.region.0, b: self.address, c: limits::MAP_READ, ..frame }
            }
            system_calls::SHARE_PAGES => Frame { a: self.code, b: 1, ..frame },
            system_calls::START_THREAD => Frame { a: self.entry, b: self.stack, ..frame },
            system_calls::SCHEDULE_THREAD => Frame { a: limits::BATCH_LAST, ..frame },
            _ => frame,
        }
    }

    /// A message of `length` bytes, whose words say of which capability it is, where they say anything.
    pub fn message(&self, number: u64, token: Token, label: u64, length: u64) -> Frame {
        let of = if length < 8 { 0 } else { token.slot().into() };
        Frame {
            message: [of, 0, 0, 0, 0, 0, 0, 0],
            token: token.0,
            word: number | length << 8 | label << 16,
            a: PATIENCE,
            ..Frame::default()
        }
    }
}

/// Answers whoever waits for it. Returns the label of the message that was received.
pub fn answer(received: &Frame) -> Result<u64, Error> {
    if received.b != 0 {
        system::reply(ReplyToken(received.b), &Message::empty(limits::REPLY_OK as u16))?;
    }
    Ok(received.word >> 16 & 0xffff)
}
