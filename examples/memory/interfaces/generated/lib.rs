//! Interfaces between components: client and server halves.
//!
//! Rendered from `interfaces/*.ts` by Veridian; edit those.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(clippy::all)]

/// Client end of `Sums`.
#[derive(Clone, Copy, Debug)]
pub struct Sums(::veridian::Client);

/// Rights of `Sums`.
pub struct SumsRights;

#[allow(non_upper_case_globals)]
impl SumsRights {
    /// The right `sum`.
    pub const sum: ::veridian::Right = ::veridian::Right { name: "sum", mask: 1 << 4 };
    /// The right `again`.
    pub const again: ::veridian::Right = ::veridian::Right { name: "again", mask: 1 << 5 };
    /// Passing a capability along with a message.
    pub const delegate: ::veridian::Right = ::veridian::Right { name: "delegate", mask: ::veridian::abi::rights::endpoint::DELEGATE };
}

impl ::veridian::Interface for Sums {
    const NAME: &'static str = "Sums";
    const DIGEST: &'static str = "d97a0f10c1543796";
    type Rights = SumsRights;
}

impl ::veridian::Need for Sums {
    const KIND: &'static [&'static str] = &["Sums"];
    const INTERFACE: Option<(&'static str, &'static str)> = Some(("Sums", "d97a0f10c1543796"));
    type Rights = SumsRights;

    fn from_granted(granted: ::veridian::needs::Granted) -> Self {
        Self(::veridian::Client::from_granted(granted))
    }
}

impl ::veridian::ClientEnd for Sums {
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

impl Sums {
    /// Calls `sum`. Needs the right `sum`.
    pub fn sum(&self, pages: u64) -> ::veridian::Result<u64> {
        let mut writer_ = ::veridian::Writer::new();
        writer_.u64(pages)?;
        let reply_ = self.0.call(&writer_.finish(0))?;
        let mut reader_ = ::veridian::Reader::new(&reply_)?;
        let field0 = reader_.u64()?;
        reader_.finish()?;
        Ok(field0)
    }

    /// Calls `again`. Needs the right `again`.
    pub fn again(&self) -> ::veridian::Result<u64> {
        let writer_ = ::veridian::Writer::new();
        let reply_ = self.0.call(&writer_.finish(1))?;
        let mut reader_ = ::veridian::Reader::new(&reply_)?;
        let field0 = reader_.u64()?;
        reader_.finish()?;
        Ok(field0)
    }
}

/// What a server of `Sums` does; serve it with `needs.requests.serve(&mut server)`.
pub trait SumsServer {
    /// Serves `sum`, for callers that hold the right `sum`.
    fn sum(&mut self, caller: &::veridian::Caller, pages: u64) -> ::veridian::Result<u64>;
    /// Serves `again`, for callers that hold the right `again`.
    fn again(&mut self, caller: &::veridian::Caller) -> ::veridian::Result<u64>;

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

impl<S: SumsServer + ?Sized> ::veridian::Dispatch<S> for Sums {
    fn dispatch(server: &mut S, received: &::veridian::Received) -> ::veridian::Message {
        let answer = (|| -> ::veridian::Result<::veridian::Message> {
            match received.message.label {
                0 => {
                    if !received.allows(SumsRights::sum.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let mut fields = ::veridian::Reader::new(&received.message)?;
                    let field0 = fields.u64()?;
                    fields.finish()?;
                    let field0 = server.sum(&received.caller(), field0)?;
                    let mut reply = ::veridian::Writer::new();
                    reply.u64(field0)?;
                    Ok(reply.finish(0))
                }
                1 => {
                    if !received.allows(SumsRights::again.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let fields = ::veridian::Reader::new(&received.message)?;
                    fields.finish()?;
                    let field0 = server.again(&received.caller())?;
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
