//! Interfaces between components: client and server halves.
//!
//! Rendered from `interfaces/*.ts` by Veridian; edit those.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(clippy::all)]

/// Client end of `Bystander`.
#[derive(Clone, Copy, Debug)]
pub struct Bystander(::veridian::Client);

/// Rights of `Bystander`.
pub struct BystanderRights;

#[allow(non_upper_case_globals)]
impl BystanderRights {
    /// The right `next`.
    pub const next: ::veridian::Right = ::veridian::Right { name: "next", mask: 1 << 4 };
    /// Passing a capability along with a message.
    pub const delegate: ::veridian::Right = ::veridian::Right { name: "delegate", mask: ::veridian::abi::rights::endpoint::DELEGATE };
}

impl ::veridian::Interface for Bystander {
    const NAME: &'static str = "Bystander";
    const DIGEST: &'static str = "fa52c122725496fa";
    type Rights = BystanderRights;
}

impl ::veridian::Need for Bystander {
    const KIND: &'static [&'static str] = &["Bystander"];
    const INTERFACE: Option<(&'static str, &'static str)> = Some(("Bystander", "fa52c122725496fa"));
    type Rights = BystanderRights;

    fn from_granted(granted: ::veridian::needs::Granted) -> Self {
        Self(::veridian::Client::from_granted(granted))
    }
}

impl ::veridian::ClientEnd for Bystander {
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

impl Bystander {
    /// Calls `next`. Needs the right `next`.
    pub fn next(&self, number: u64) -> ::veridian::Result<u64> {
        let mut writer_ = ::veridian::Writer::new();
        writer_.u64(number)?;
        let reply_ = self.0.call(&writer_.finish(0))?;
        let mut reader_ = ::veridian::Reader::new(&reply_)?;
        let field0 = reader_.u64()?;
        reader_.finish()?;
        Ok(field0)
    }
}

/// What a server of `Bystander` does; serve it with `needs.requests.serve(&mut server)`.
pub trait BystanderServer {
    /// Serves `next`, for callers that hold the right `next`.
    fn next(&mut self, caller: &::veridian::Caller, number: u64) -> ::veridian::Result<u64>;

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

impl<S: BystanderServer + ?Sized> ::veridian::Dispatch<S> for Bystander {
    fn dispatch(server: &mut S, received: &::veridian::Received) -> ::veridian::Message {
        let answer = (|| -> ::veridian::Result<::veridian::Message> {
            match received.message.label {
                0 => {
                    if !received.allows(BystanderRights::next.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let mut fields = ::veridian::Reader::new(&received.message)?;
                    let field0 = fields.u64()?;
                    fields.finish()?;
                    let field0 = server.next(&received.caller(), field0)?;
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
