//! Interfaces between components: client and server halves.
//!
//! Rendered from `interfaces/*.ts` by Veridian; edit those.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(clippy::all)]

/// Client end of `Orders`.
#[derive(Clone, Copy, Debug)]
pub struct Orders(::veridian::Client);

/// Rights of `Orders`.
pub struct OrdersRights;

#[allow(non_upper_case_globals)]
impl OrdersRights {
    /// The right `next`.
    pub const next: ::veridian::Right = ::veridian::Right { name: "next", mask: 1 << 4 };
    /// Passing a capability along with a message.
    pub const delegate: ::veridian::Right = ::veridian::Right { name: "delegate", mask: ::veridian::abi::rights::endpoint::DELEGATE };
}

impl ::veridian::Interface for Orders {
    const NAME: &'static str = "Orders";
    const DIGEST: &'static str = "806f2e5e47e37e75";
    type Rights = OrdersRights;
}

impl ::veridian::Need for Orders {
    const KIND: &'static [&'static str] = &["Orders"];
    const INTERFACE: Option<(&'static str, &'static str)> = Some(("Orders", "806f2e5e47e37e75"));
    type Rights = OrdersRights;

    fn from_granted(granted: ::veridian::needs::Granted) -> Self {
        Self(::veridian::Client::from_granted(granted))
    }
}

impl ::veridian::ClientEnd for Orders {
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

impl Orders {
    /// Calls `next`. Needs the right `next`.
    pub fn next(&self) -> ::veridian::Result<u64> {
        let writer_ = ::veridian::Writer::new();
        let reply_ = self.0.call(&writer_.finish(0))?;
        let mut reader_ = ::veridian::Reader::new(&reply_)?;
        let field0 = reader_.u64()?;
        reader_.finish()?;
        Ok(field0)
    }
}

/// What a server of `Orders` does; serve it with `needs.requests.serve(&mut server)`.
pub trait OrdersServer {
    /// Serves `next`, for callers that hold the right `next`.
    fn next(&mut self, caller: &::veridian::Caller) -> ::veridian::Result<u64>;

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

impl<S: OrdersServer + ?Sized> ::veridian::Dispatch<S> for Orders {
    fn dispatch(server: &mut S, received: &::veridian::Received) -> ::veridian::Message {
        let answer = (|| -> ::veridian::Result<::veridian::Message> {
            match received.message.label {
                0 => {
                    if !received.allows(OrdersRights::next.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let fields = ::veridian::Reader::new(&received.message)?;
                    fields.finish()?;
                    let field0 = server.next(&received.caller())?;
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
