//! Interfaces between components: client and server halves.
//!
//! Rendered from `interfaces/*.ts` by Veridian; edit those.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(clippy::all)]

/// Client end of `Exchange`.
#[derive(Clone, Copy, Debug)]
pub struct Exchange(::veridian::Client);

/// Rights of `Exchange`.
pub struct ExchangeRights;

#[allow(non_upper_case_globals)]
impl ExchangeRights {
    /// The right `give`.
    pub const give: ::veridian::Right = ::veridian::Right { name: "give", mask: 1 << 4 };
    /// Passing a capability along with a message.
    pub const delegate: ::veridian::Right = ::veridian::Right { name: "delegate", mask: ::veridian::abi::rights::endpoint::DELEGATE };
}

impl ::veridian::Interface for Exchange {
    const NAME: &'static str = "Exchange";
    const DIGEST: &'static str = "07db6dd2d3abbab4";
    type Rights = ExchangeRights;
}

impl ::veridian::Need for Exchange {
    const KIND: &'static [&'static str] = &["Exchange"];
    const INTERFACE: Option<(&'static str, &'static str)> = Some(("Exchange", "07db6dd2d3abbab4"));
    type Rights = ExchangeRights;

    fn from_granted(granted: ::veridian::needs::Granted) -> Self {
        Self(::veridian::Client::from_granted(granted))
    }
}

impl ::veridian::ClientEnd for Exchange {
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

impl Exchange {
    /// Calls `give`. Needs the right `give`.
    pub fn give(&self) -> ::veridian::Result<()> {
        let writer_ = ::veridian::Writer::new();
        let reply_ = self.0.call(&writer_.finish(0))?;
        let reader_ = ::veridian::Reader::new(&reply_)?;
        reader_.finish()?;
        Ok(())
    }
}

/// What a server of `Exchange` does; serve it with `needs.requests.serve(&mut server)`.
pub trait ExchangeServer {
    /// Serves `give`, for callers that hold the right `give`.
    fn give(&mut self, caller: &::veridian::Caller) -> ::veridian::Result<()>;

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

impl<S: ExchangeServer + ?Sized> ::veridian::Dispatch<S> for Exchange {
    fn dispatch(server: &mut S, received: &::veridian::Received) -> ::veridian::Message {
        let answer = (|| -> ::veridian::Result<::veridian::Message> {
            match received.message.label {
                0 => {
                    if !received.allows(ExchangeRights::give.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let fields = ::veridian::Reader::new(&received.message)?;
                    fields.finish()?;
                    server.give(&received.caller())?;
                    let reply = ::veridian::Writer::new();
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
