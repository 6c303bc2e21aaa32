//! Interfaces between components: client and server halves.
//!
//! Rendered from `interfaces/*.ts` by Veridian; edit those.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(clippy::all)]

/// Client end of `Division`.
#[derive(Clone, Copy, Debug)]
pub struct Division(::veridian::Client);

/// Rights of `Division`.
pub struct DivisionRights;

#[allow(non_upper_case_globals)]
impl DivisionRights {
    /// The right `divide`.
    pub const divide: ::veridian::Right = ::veridian::Right { name: "divide", mask: 1 << 4 };
    /// Passing a capability along with a message.
    pub const delegate: ::veridian::Right = ::veridian::Right { name: "delegate", mask: ::veridian::abi::rights::endpoint::DELEGATE };
}

impl ::veridian::Interface for Division {
    const NAME: &'static str = "Division";
    const DIGEST: &'static str = "0749ffbb9159c98a";
    type Rights = DivisionRights;
}

impl ::veridian::Need for Division {
    const KIND: &'static [&'static str] = &["Division"];
    const INTERFACE: Option<(&'static str, &'static str)> = Some(("Division", "0749ffbb9159c98a"));
    type Rights = DivisionRights;

    fn from_granted(granted: ::veridian::needs::Granted) -> Self {
        Self(::veridian::Client::from_granted(granted))
    }
}

impl ::veridian::ClientEnd for Division {
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

/// What `Division` answers to `divide`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DivisionDivideResponse {
    /// The field `quotient`.
    pub quotient: u64,
    /// The field `served`.
    pub served: u64,
}

impl Division {
    /// Calls `divide`. Needs the right `divide`.
    pub fn divide(&self, dividend: u64, divisor: u64) -> ::veridian::Result<DivisionDivideResponse> {
        let mut writer_ = ::veridian::Writer::new();
        writer_.u64(dividend)?;
        writer_.u64(divisor)?;
        let reply_ = self.0.call(&writer_.finish(0))?;
        let mut reader_ = ::veridian::Reader::new(&reply_)?;
        let field0 = reader_.u64()?;
        let field1 = reader_.u64()?;
        reader_.finish()?;
        Ok(DivisionDivideResponse { quotient: field0, served: field1 })
    }
}

/// What a server of `Division` does; serve it with `needs.requests.serve(&mut server)`.
pub trait DivisionServer {
    /// Serves `divide`, for callers that hold the right `divide`.
    fn divide(&mut self, caller: &::veridian::Caller, dividend: u64, divisor: u64) -> ::veridian::Result<DivisionDivideResponse>;

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

impl<S: DivisionServer + ?Sized> ::veridian::Dispatch<S> for Division {
    fn dispatch(server: &mut S, received: &::veridian::Received) -> ::veridian::Message {
        let answer = (|| -> ::veridian::Result<::veridian::Message> {
            match received.message.label {
                0 => {
                    if !received.allows(DivisionRights::divide.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let mut fields = ::veridian::Reader::new(&received.message)?;
                    let field0 = fields.u64()?;
                    let field1 = fields.u64()?;
                    fields.finish()?;
                    let DivisionDivideResponse { quotient: field0, served: field1 } = server.divide(&received.caller(), field0, field1)?;
                    let mut reply = ::veridian::Writer::new();
                    reply.u64(field0)?;
                    reply.u64(field1)?;
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
