//! Interfaces between components: client and server halves.
//!
//! Rendered from `interfaces/*.ts` by Veridian; edit those.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(clippy::all)]

/// Client end of `Bench`.
#[derive(Clone, Copy, Debug)]
pub struct Bench(::veridian::Client);

/// Rights of `Bench`.
pub struct BenchRights;

#[allow(non_upper_case_globals)]
impl BenchRights {
    /// The right `measure`.
    pub const measure: ::veridian::Right = ::veridian::Right { name: "measure", mask: 1 << 4 };
    /// Passing a capability along with a message.
    pub const delegate: ::veridian::Right = ::veridian::Right { name: "delegate", mask: ::veridian::abi::rights::endpoint::DELEGATE };
}

impl ::veridian::Interface for Bench {
    const NAME: &'static str = "Bench";
    const DIGEST: &'static str = "17d9d0bccfafbdc7";
    type Rights = BenchRights;
}

impl ::veridian::Need for Bench {
    const KIND: &'static [&'static str] = &["Bench"];
    const INTERFACE: Option<(&'static str, &'static str)> = Some(("Bench", "17d9d0bccfafbdc7"));
    type Rights = BenchRights;

    fn from_granted(granted: ::veridian::needs::Granted) -> Self {
        Self(::veridian::Client::from_granted(granted))
    }
}

impl ::veridian::ClientEnd for Bench {
    fn client(&self) -> &::veridian::Client {
        &self.0
    }

    fn within(self, timeout: ::veridian::Timeout) -> Self {
        Self(self.0.within(timeout))
    }

    fn passing(self, capability: ::veridian::Token) -> Self {
        Self(self.0.passing(capability))
    }
}

impl Bench {
    /// Calls `measure`. Needs the right `measure`.
    pub fn measure(&self) -> ::veridian::Result<u64> {
        let writer_ = ::veridian::Writer::new();
        let reply_ = self.0.call(&writer_.finish(0))?;
        let mut reader_ = ::veridian::Reader::new(&reply_)?;
        let field0 = reader_.u64()?;
        reader_.finish()?;
        Ok(field0)
    }
}

/// What a server of `Bench` does; serve it with `needs.requests.serve(&mut server)`.
pub trait BenchServer {
    /// Serves `measure`, for callers that hold the right `measure`.
    fn measure(&mut self, caller: &::veridian::Caller) -> ::veridian::Result<u64>;

    /// Bits of the notification that is bound to the endpoint.
    fn on_notification(&mut self, bits: u64) {
        let _ = bits;
    }

    /// A component that this endpoint supervises has faulted; unless said otherwise it stays stopped.
    fn on_fault(&mut self, fault: &::veridian::Fault) -> ::veridian::FaultReply {
        let _ = fault;
        ::veridian::FaultReply::Stop
    }
}

impl<S: BenchServer + ?Sized> ::veridian::Dispatch<S> for Bench {
    fn dispatch(server: &mut S, received: &::veridian::Received) -> ::veridian::Message {
        let answer = (|| -> ::veridian::Result<::veridian::Message> {
            match received.message.label {
                0 => {
                    if !received.allows(BenchRights::measure.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let fields = ::veridian::Reader::new(&received.message)?;
                    fields.finish()?;
                    let field0 = server.measure(&received.caller())?;
                    let mut reply = ::veridian::Writer::new();
                    reply.u64(field0)?;
                    Ok(reply.finish(0))
                }
                _ => Err(::veridian::Error::UnknownMethod),
            }
        })();
        ::veridian::Message::from(answer)
    }

    fn notified(server: &mut S, bits: u64) {
        server.on_notification(bits);
    }

    fn faulted(server: &mut S, fault: &::veridian::Fault) -> ::veridian::FaultReply {
        server.on_fault(fault)
    }
}

/// Client end of `Large`.
#[derive(Clone, Copy, Debug)]
pub struct Large(::veridian::Client);

/// Rights of `Large`.
pub struct LargeRights;

#[allow(non_upper_case_globals)]
impl LargeRights {
    /// The right `carry`.
    pub const carry: ::veridian::Right = ::veridian::Right { name: "carry", mask: 1 << 4 };
    /// Passing a capability along with a message.
    pub const delegate: ::veridian::Right = ::veridian::Right { name: "delegate", mask: ::veridian::abi::rights::endpoint::DELEGATE };
}

impl ::veridian::Interface for Large {
    const NAME: &'static str = "Large";
    const DIGEST: &'static str = "fc51f774e98f00e3";
    type Rights = LargeRights;
}

impl ::veridian::Need for Large {
    const KIND: &'static [&'static str] = &["Large"];
    const INTERFACE: Option<(&'static str, &'static str)> = Some(("Large", "fc51f774e98f00e3"));
    type Rights = LargeRights;

    fn from_granted(granted: ::veridian::needs::Granted) -> Self {
        Self(::veridian::Client::from_granted(granted))
    }
}

impl ::veridian::ClientEnd for Large {
    fn client(&self) -> &::veridian::Client {
        &self.0
    }

    fn within(self, timeout: ::veridian::Timeout) -> Self {
        Self(self.0.within(timeout))
    }

    fn passing(self, capability: ::veridian::Token) -> Self {
        Self(self.0.passing(capability))
    }
}

impl Large {
    /// Calls `carry`. Needs the right `carry`.
    pub fn carry(&self, content: &[u8]) -> ::veridian::Result<::veridian::Bytes<4094>> {
        let mut writer_ = ::veridian::Writer::<4096>::long();
        writer_.bytes(content, 4094)?;
        let reply_ = self.0.call(&writer_.finish(0))?;
        let mut reader_ = ::veridian::Reader::<4096>::long(&reply_)?;
        let field0 = reader_.bytes::<4094>()?;
        reader_.finish()?;
        Ok(field0)
    }
}

/// What a server of `Large` does; serve it with `needs.requests.serve(&mut server)`.
pub trait LargeServer {
    /// Serves `carry`, for callers that hold the right `carry`.
    fn carry(&mut self, caller: &::veridian::Caller, content: &[u8]) -> ::veridian::Result<::veridian::Bytes<4094>>;

    /// Bits of the notification that is bound to the endpoint.
    fn on_notification(&mut self, bits: u64) {
        let _ = bits;
    }

    /// A component that this endpoint supervises has faulted; unless said otherwise it stays stopped.
    fn on_fault(&mut self, fault: &::veridian::Fault) -> ::veridian::FaultReply {
        let _ = fault;
        ::veridian::FaultReply::Stop
    }
}

impl<S: LargeServer + ?Sized> ::veridian::Dispatch<S> for Large {
    fn dispatch(server: &mut S, received: &::veridian::Received) -> ::veridian::Message {
        let answer = (|| -> ::veridian::Result<::veridian::Message> {
            match received.message.label {
                0 => {
                    if !received.allows(LargeRights::carry.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let mut fields = ::veridian::Reader::<4096>::long(&received.message)?;
                    let field0 = fields.bytes::<4094>()?;
                    fields.finish()?;
                    let field0 = server.carry(&received.caller(), &field0)?;
                    let mut reply = ::veridian::Writer::<4096>::long();
                    reply.bytes(&field0, 4094)?;
                    Ok(reply.finish(0))
                }
                _ => Err(::veridian::Error::UnknownMethod),
            }
        })();
        ::veridian::Message::from(answer)
    }

    fn notified(server: &mut S, bits: u64) {
        server.on_notification(bits);
    }

    fn faulted(server: &mut S, fault: &::veridian::Fault) -> ::veridian::FaultReply {
        server.on_fault(fault)
    }
}
