//! Interfaces between components: client and server halves.
//!
//! Rendered from `interfaces/*.ts` by Veridian; edit those.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(clippy::all)]

/// Client end of `Echo`.
#[derive(Clone, Copy, Debug)]
pub struct Echo(::veridian::Client);

/// Rights of `Echo`.
pub struct EchoRights;

#[allow(non_upper_case_globals)]
impl EchoRights {
    /// The right `echo`.
    pub const echo: ::veridian::Right = ::veridian::Right { name: "echo", mask: 1 << 4 };
    /// Passing a capability along with a message.
    pub const delegate: ::veridian::Right = ::veridian::Right { name: "delegate", mask: ::veridian::abi::rights::endpoint::DELEGATE };
}

impl ::veridian::Interface for Echo {
    const NAME: &'static str = "Echo";
    const DIGEST: &'static str = "d9e7f6df486f3178";
    type Rights = EchoRights;
}

impl ::veridian::Need for Echo {
    const KIND: &'static [&'static str] = &["Echo"];
    const INTERFACE: Option<(&'static str, &'static str)> = Some(("Echo", "d9e7f6df486f3178"));
    type Rights = EchoRights;

    fn from_granted(granted: ::veridian::needs::Granted) -> Self {
        Self(::veridian::Client::from_granted(granted))
    }
}

impl ::veridian::ClientEnd for Echo {
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

impl Echo {
    /// Calls `echo`. Needs the right `echo`.
    pub fn echo(&self, value: u64) -> ::veridian::Result<u64> {
        let mut writer_ = ::veridian::Writer::new();
        writer_.u64(value)?;
        let reply_ = self.0.call(&writer_.finish(0))?;
        let mut reader_ = ::veridian::Reader::new(&reply_)?;
        let field0 = reader_.u64()?;
        reader_.finish()?;
        Ok(field0)
    }
}

/// What a server of `Echo` does; serve it with `needs.requests.serve(&mut server)`.
pub trait EchoServer {
    /// Serves `echo`, for callers that hold the right `echo`.
    fn echo(&mut self, caller: &::veridian::Caller, value: u64) -> ::veridian::Result<u64>;

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

impl<S: EchoServer + ?Sized> ::veridian::Dispatch<S> for Echo {
    fn dispatch(server: &mut S, received: &::veridian::Received) -> ::veridian::Message {
        let answer = (|| -> ::veridian::Result<::veridian::Message> {
            match received.message.label {
                0 => {
                    if !received.allows(EchoRights::echo.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let mut fields = ::veridian::Reader::new(&received.message)?;
                    let field0 = fields.u64()?;
                    fields.finish()?;
                    let field0 = server.echo(&received.caller(), field0)?;
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
