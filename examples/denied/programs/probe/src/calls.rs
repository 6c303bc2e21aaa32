//! Every system call of the ABI, from the ABI's own list: one that is added there is tried here.

use crate::attempt::{Report, attempt};
use crate::tokens::{self, Held};
use veridian::abi::{Error, Kind, limits, system_calls};
use veridian::arch::Frame;
use veridian::{Token, system};

/// How the ABI's list marks a call that takes a capability of any kind.
const ANY_KIND: u16 = 0xffff;
/// Length of a message that is one byte too long, in its word.
const TOO_LONG: u64 = 65 << 8;

/// Tries all system calls, and then all numbers that are none.
pub fn try_all(report: &mut Report<'_>, held: &Held) {
    for (name, number, kind) in system_calls::ALL {
        match (Kind::from_code(kind), kind, number) {
            (Some(kind), ..) => try_object(report, held, name, number, kind),
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

/// A call that takes a capability of one kind.
fn try_object(report: &mut Report<'_>, held: &Held, name: &str, number: u64, kind: Kind) {
    let receives = matches!(number, system_calls::RECEIVE | system_calls::REPLY_RECEIVE);
    let Some(good) = held.of_kind(kind, receives) else {
        // No object of this kind is on this machine: what is left are tokens of others.
        let another = held.of_another_kind(kind);
        try_unheld(report, held, name, number, another);
        return report.refuse(name, "object of another kind", frame(number, another), Error::WrongKind);
    };
    try_unheld(report, held, name, number, good);
    report.refuse(name, "object of another kind", frame(number, held.of_another_kind(kind)), Error::WrongKind);
    // The address of a buffer is told to whoever holds it, and whoever mapped a region may unmap it, so that
    // there is no right to lack.
    if matches!(number, system_calls::DMA_ADDRESS | system_calls::UNMAP_PAGE) {
        return;
    }
    if let Ok(narrowed) = tokens::narrowed(good) {
        report.refuse(name, "narrowed: no right left", frame(number, narrowed), Error::MissingRight);
        report.refuse(
            name,
            "narrowed: rights put back",
            frame(number, narrowed.with_rights(good.rights())),
            Error::BadToken,
        );
        let _ = system::capability_drop(narrowed);
    }
    let ungranted = match number {
        system_calls::CALL | system_calls::SEND => held.of_kind(kind, true),
        system_calls::RECEIVE | system_calls::REPLY_RECEIVE => held.of_kind(kind, false),
        system_calls::WAIT
        | system_calls::PORT_WRITE
        | system_calls::POWER_RESET
        | system_calls::PROCESS_STOP
        | system_calls::PROCESS_RESTART
        | system_calls::FREE_FRAMES => Some(good),
        _ => None,
    };
    if let Some(token) = ungranted {
        report.refuse(name, "right not granted", frame(number, token), Error::MissingRight);
    }
}

/// A call that takes a capability of any kind.
fn try_any(report: &mut Report<'_>, held: &Held, name: &str, number: u64) {
    for kind in Kind::ALL {
        let Some(good) = held.of_kind(kind, false) else {
            continue;
        };
        try_unheld(report, held, name, number, good);
        if matches!(number, system_calls::CAPABILITY_REVOKE | system_calls::CAPABILITY_DROP)
            && let Ok(narrowed) = tokens::narrowed(good)
        {
            let answer = attempt(frame(number, narrowed));
            let unharmed = answer.is_ok() && system::capability_validate(good, good.rights()) == Ok(kind);
            report.harmless(name, "narrowed: aimed at its parent", unharmed);
            // Revoking leaves the child itself; after a drop it is gone, and this says so to nobody.
            let _ = system::capability_drop(narrowed);
        }
        if matches!(number, system_calls::CAPABILITY_DERIVE | system_calls::CAPABILITY_VALIDATE) {
            let wider = Frame { a: u64::from(good.rights()) | 1 << 15, ..frame(number, good) };
            report.refuse(name, "a right more than held", wider, Error::MissingRight);
            let beyond = Frame { a: 1 << 16, ..frame(number, good) };
            report.refuse(name, "a right that cannot be", beyond, Error::MissingRight);
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
    let Some(client) = held.of_kind(Kind::Endpoint, false) else {
        return;
    };
    let Some(door) = held.of_kind(Kind::Endpoint, true) else {
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
    if let Some(ports) = held.of_kind(Kind::IoPorts, false) {
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
    if let Some(power) = held.of_kind(Kind::Power, false) {
        let off = Frame { a: 128, ..frame(system_calls::POWER_OFF, power) };
        report.refuse("power_off", "code 128", off, Error::BadArgument);
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
    let how = veridian::Text::<30>::format(format_args!("{count} numbers without a call")).unwrap_or_default();
    report.expect("(none)", &how, result.map_err(veridian::Error::System), veridian::Error::System(Error::BadCall));
}
