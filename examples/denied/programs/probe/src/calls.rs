//! Every system call of the ABI, from the ABI's own list: one that is added there is tried here.

use crate::attempt::{Report, attempt};
use crate::tokens::{self, Held};
use veridian::abi::{Error, Kind, limits, rights, system_calls};
use veridian::arch::Frame;
use veridian::{Text, Token, system};

/// How the ABI's list marks a call that takes a capability of any kind.
const ANY_KIND: u16 = 0xffff;
/// Length of a message that is one byte too long, in its word.
const TOO_LONG: u64 = 65 << 8;

/// Tries all system calls, and then all numbers that are none.
pub fn try_all(report: &mut Report<'_>, held: &Held) {
    for (name, number, kind, rights) in system_calls::ALL {
        match (Kind::from_code(kind), kind, number) {
            (Some(kind), ..) => try_object(report, held, (name, number), kind, rights),
            (None, ANY_KIND, _) => try_any(report, held, name, number),
            (None, _, system_calls::REPLY) => try_reply(report, held, name, number),
            _ => report.open(name),
        }
    }
    try_messages(report, held);
    try_arguments(report, held);
    try_numbers(report);
}

/// Arguments that would be in order if the token were. What waits does not wait.
fn frame(number: u64, token: Token) -> Frame {
    let (a, b) = match number {
        system_calls::SIGNAL | system_calls::POWER_OFF => (1, 0),
        system_calls::PORT_READ | system_calls::PORT_WRITE => (0, 1),
        system_calls::ALLOCATE_FRAMES => (1, 0),
        system_calls::MAP_PAGE => (limits::DYNAMIC_BASE, limits::MAP_READ),
        _ => (0, 0),
    };
    Frame { word: number, token: token.0, a, b, ..Frame::default() }
}

/// Tokens that name no capability of the probe, in any call that takes a token.
fn try_unheld(report: &mut Report<'_>, held: &Held, name: &str, number: u64, good: Token) {
    for (how, token) in tokens::forged(good) {
        report.refuse(name, how, frame(number, token), Error::BadToken);
    }
    report.refuse(name, "token of another component", frame(number, held.foreign), Error::BadToken);
    for (how, token) in [("stale: dropped", tokens::stale(good)), ("stale: revoked", tokens::revoked(good))] {
        let result = token.and_then(|token| attempt(frame(number, token)));
        report.expect(name, how, result.map_err(veridian::Error::System), veridian::Error::System(Error::StaleToken));
    }
}

/// A call that takes a capability of one kind with some rights: every other kind, and every right that can be
/// missing.
fn try_object(report: &mut Report<'_>, held: &Held, (name, number): (&str, u64), kind: Kind, rights: u16) {
    for other in Kind::ALL.into_iter().filter(|other| *other != kind) {
        if let Some(token) = held.of(other) {
            report.refuse(name, &text(format_args!("kind {}", other.name())), frame(number, token), Error::WrongKind);
        }
    }
    let Some(good) = held.with(kind, rights).or(held.of(kind)) else {
        // No object of this kind is on this machine: what is left are tokens made up from others.
        let another = Kind::ALL.into_iter().find_map(|other| held.of(other));
        return another.into_iter().for_each(|token| try_unheld(report, held, name, number, token));
    };
    try_unheld(report, held, name, number, good);
    for bit in (0..u16::BITS).filter(|bit| rights & 1 << bit != 0) {
        let Ok(narrowed) = tokens::without(good, 1 << bit) else {
            continue;
        };
        let how = text(format_args!("without right {bit}"));
        report.refuse(name, &how, frame(number, narrowed), Error::MissingRight);
        let put_back = frame(number, narrowed.with_rights(narrowed.rights() | 1 << bit));
        report.refuse(name, &text(format_args!("right {bit} put back")), put_back, Error::BadToken);
        let _ = system::capability_drop(narrowed);
    }
    if rights != 0
        && let Ok(bare) = tokens::without(good, u16::MAX)
    {
        report.refuse(name, "without any right", frame(number, bare), Error::MissingRight);
        let _ = system::capability_drop(bare);
    }
}

fn text(arguments: core::fmt::Arguments<'_>) -> Text<30> {
    Text::format(arguments).unwrap_or_default()
}

/// A call that takes a capability of any kind.
fn try_any(report: &mut Report<'_>, held: &Held, name: &str, number: u64) {
    for kind in Kind::ALL {
        let Some(good) = held.of(kind) else {
            continue;
        };
        try_unheld(report, held, name, number, good);
        if matches!(number, system_calls::CAPABILITY_REVOKE | system_calls::CAPABILITY_DROP)
            && let Ok(narrowed) = tokens::without(good, u16::MAX)
        {
            let answer = attempt(frame(number, narrowed));
            let unharmed = answer.is_ok() && system::capability_validate(good, good.rights()) == Ok(kind);
            report.harmless(name, &text(format_args!("aimed at parent {}", kind.name())), unharmed);
            // Revoking leaves the child itself; after a drop it is gone, and this says so to nobody.
            let _ = system::capability_drop(narrowed);
        }
        if matches!(number, system_calls::CAPABILITY_DERIVE | system_calls::CAPABILITY_VALIDATE)
            && let Ok(narrowed) = tokens::without(good, u16::MAX)
        {
            for bit in 0..u16::BITS {
                let wider = Frame { a: 1 << bit, ..frame(number, narrowed) };
                report.refuse(name, &text(format_args!("{} right {bit}", kind.name())), wider, Error::MissingRight);
            }
            let beyond = Frame { a: 1 << 16, ..frame(number, good) };
            report.refuse(name, &text(format_args!("{} right 16", kind.name())), beyond, Error::MissingRight);
            let _ = system::capability_drop(narrowed);
        }
    }
}

/// Replies to calls that nobody made.
fn try_reply(report: &mut Report<'_>, held: &Held, name: &str, number: u64) {
    for (how, reply) in
        [("no reply token", 0), ("forged: every bit set", u64::MAX), ("a capability's token", held.foreign.0)]
    {
        let frame = Frame { b: reply, ..frame(number, Token::NONE) };
        report.refuse(name, how, frame, Error::BadReply);
    }
    // Somebody waits for a reply of somebody else now and then: all threads, all young calls.
    let guess = |reply| attempt(Frame { b: reply, ..frame(number, Token::NONE) });
    let mut result = Err(Error::BadReply);
    for thread in 0..64 {
        for sequence in 0..64 {
            let answer = guess(sequence << 32 | thread);
            if answer != Err(Error::BadReply) {
                result = answer;
            }
        }
    }
    report.expect(
        name,
        "4096 guesses at others' calls",
        result.map_err(veridian::Error::System),
        veridian::Error::System(Error::BadReply),
    );
}

/// Messages that may not be sent with a capability that is good.
fn try_messages(report: &mut Report<'_>, held: &Held) {
    let Some(client) = held.with(Kind::Endpoint, rights::endpoint::CALL) else {
        return;
    };
    let Some(door) = held.with(Kind::Endpoint, rights::endpoint::RECEIVE) else {
        return;
    };
    let call = frame(system_calls::CALL, client);
    let too_long = Frame { word: call.word | TOO_LONG, ..call };
    report.refuse("call", "message of 65 bytes", too_long, Error::BadArgument);
    let passing = Frame { c: client.0, ..call };
    report.refuse("call", "capability without delegate", passing, Error::MissingRight);
    let forged = Frame { b: u64::MAX, ..frame(system_calls::REPLY_RECEIVE, door) };
    report.refuse("reply_receive", "forged reply token", forged, Error::BadReply);
}

/// Arguments out of range, with capabilities that are good.
fn try_arguments(report: &mut Report<'_>, held: &Held) {
    if let Some(ports) = held.of(Kind::IoPorts) {
        let read = frame(system_calls::PORT_READ, ports);
        for (how, a, b) in [
            ("port beyond the range", 1, 1),
            ("last port, two bytes wide", 0, 2),
            ("offset that wraps around", u64::MAX, 1),
            ("three bytes wide", 0, 3),
        ] {
            report.refuse("port_read", how, Frame { a, b, ..read }, Error::BadArgument);
        }
    }
    if let Some(power) = held.of(Kind::Power) {
        let off = Frame { a: 128, ..frame(system_calls::POWER_OFF, power) };
        report.refuse("power_off", "code 128", off, Error::BadArgument);
    }
    let region = held.with(Kind::SharedRegion, rights::shared_region::WRITE);
    if let (Some(region), Some(pool), Some(other)) = (region, held.of(Kind::MemoryPool), held.of(Kind::Notification)) {
        let map = frame(system_calls::MAP_PAGE, region);
        report.refuse("map_page", "charged to another kind", Frame { c: other.0, ..map }, Error::WrongKind);
        report.refuse("map_page", "charged to nobody", Frame { c: u64::MAX, ..map }, Error::BadToken);
        if let Ok(bare) = tokens::without(pool, u16::MAX) {
            report.refuse("map_page", "charged without allocate", Frame { c: bare.0, ..map }, Error::MissingRight);
            let _ = system::capability_drop(bare);
        }
        if let Ok(readable) = tokens::without(region, rights::shared_region::WRITE) {
            let write = limits::MAP_READ | limits::MAP_WRITE;
            let write = Frame { b: write, c: pool.0, ..frame(system_calls::MAP_PAGE, readable) };
            report.refuse("map_page", "writable without write", write, Error::MissingRight);
            let _ = system::capability_drop(readable);
        }
    }
}

/// Numbers that no system call has, of both sorts.
fn try_numbers(report: &mut Report<'_>) {
    let exists = |number| system_calls::ALL.iter().any(|call| call.1 == number);
    let mut count = 0;
    let mut result = Err(Error::BadCall);
    for number in (0..256).filter(|number| !exists(*number)) {
        count += 1;
        let answer = attempt(frame(number, Token::NONE));
        if answer != Err(Error::BadCall) {
            result = answer;
        }
    }
    let how = text(format_args!("{count} numbers without a call"));
    report.expect("(none)", &how, result.map_err(veridian::Error::System), veridian::Error::System(Error::BadCall));
}
