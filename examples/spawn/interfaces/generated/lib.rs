//! Interfaces between components: client and server halves.
//!
//! Rendered from `interfaces/*.ts` by Veridian; edit those.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(clippy::all)]

/// Client end of `Doubles`.
#[derive(Clone, Copy, Debug)]
pub struct Doubles(::veridian::Client);

/// Rights of `Doubles`.
pub struct DoublesRights;

#[allow(non_upper_case_globals)]
impl DoublesRights {
    /// The right `double`.
    pub const double: ::veridian::Right = ::veridian::Right { name: "double", mask: 1 << 4 };
    /// Passing a capability along with a message.
    pub const delegate: ::veridian::Right = ::veridian::Right { name: "delegate", mask: ::veridian::abi::rights::endpoint::DELEGATE };
}

impl ::veridian::Interface for Doubles {
    const NAME: &'static str = "Doubles";
    const DIGEST: &'static str = "387963fd4b8bbb1c";
    type Rights = DoublesRights;
}

impl ::veridian::Need for Doubles {
    const KIND: &'static [&'static str] = &["Doubles"];
    const INTERFACE: Option<(&'static str, &'static str)> = Some(("Doubles", "387963fd4b8bbb1c"));
    type Rights = DoublesRights;

    fn from_granted(granted: ::veridian::needs::Granted) -> Self {
        Self(::veridian::Client::from_granted(granted))
    }
}

impl ::veridian::ClientEnd for Doubles {
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

impl Doubles {
    /// Calls `double`. Needs the right `double`.
    pub fn double(&self, value: u64) -> ::veridian::Result<u64> {
        let mut writer_ = ::veridian::Writer::new();
        writer_.u64(value)?;
        let reply_ = self.0.call(&writer_.finish(0))?;
        let mut reader_ = ::veridian::Reader::new(&reply_)?;
        let field0 = reader_.u64()?;
        reader_.finish()?;
        Ok(field0)
    }
}

/// What a server of `Doubles` does; serve it with `needs.requests.serve(&mut server)`.
pub trait DoublesServer {
    /// Serves `double`, for callers that hold the right `double`.
    fn double(&mut self, caller: &::veridian::Caller, value: u64) -> ::veridian::Result<u64>;

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

impl<S: DoublesServer + ?Sized> ::veridian::Dispatch<S> for Doubles {
    fn dispatch(server: &mut S, received: &::veridian::Received) -> ::veridian::Message {
        let answer = (|| -> ::veridian::Result<::veridian::Message> {
            match received.message.label {
                0 => {
                    if !received.allows(DoublesRights::double.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let mut fields = ::veridian::Reader::new(&received.message)?;
                    let field0 = fields.u64()?;
                    fields.finish()?;
                    let field0 = server.double(&received.caller(), field0)?;
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
