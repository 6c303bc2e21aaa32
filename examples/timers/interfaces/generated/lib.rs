//! Interfaces between components: client and server halves.
//!
//! Rendered from `interfaces/*.ts` by Veridian; edit those.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(clippy::all)]

/// Client end of `Beats`.
#[derive(Clone, Copy, Debug)]
pub struct Beats(::veridian::Client);

/// Rights of `Beats`.
pub struct BeatsRights;

#[allow(non_upper_case_globals)]
impl BeatsRights {
    /// The right `count`.
    pub const count: ::veridian::Right = ::veridian::Right { name: "count", mask: 1 << 4 };
    /// Passing a capability along with a message.
    pub const delegate: ::veridian::Right = ::veridian::Right { name: "delegate", mask: ::veridian::abi::rights::endpoint::DELEGATE };
}

impl ::veridian::Interface for Beats {
    const NAME: &'static str = "Beats";
    const DIGEST: &'static str = "c0d67bacd6272c15";
    type Rights = BeatsRights;
}

impl ::veridian::Need for Beats {
    const KIND: &'static [&'static str] = &["Beats"];
    const INTERFACE: Option<(&'static str, &'static str)> = Some(("Beats", "c0d67bacd6272c15"));
    type Rights = BeatsRights;

    fn from_granted(granted: ::veridian::needs::Granted) -> Self {
        Self(::veridian::Client::from_granted(granted))
    }
}

impl ::veridian::ClientEnd for Beats {
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

/// What `Beats` answers to `count`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BeatsCountResponse {
    /// The field `beats`.
    pub beats: u64,
    /// The field `early`.
    pub early: u64,
}

impl Beats {
    /// Calls `count`. Needs the right `count`.
    pub fn count(&self) -> ::veridian::Result<BeatsCountResponse> {
        let writer_ = ::veridian::Writer::new();
        let reply_ = self.0.call(&writer_.finish(0))?;
        let mut reader_ = ::veridian::Reader::new(&reply_)?;
        let field0 = reader_.u64()?;
        let field1 = reader_.u64()?;
        reader_.finish()?;
        Ok(BeatsCountResponse { beats: field0, early: field1 })
    }
}

/// What a server of `Beats` does; serve it with `needs.requests.serve(&mut server)`.
pub trait BeatsServer {
    /// Serves `count`, for callers that hold the right `count`.
    fn count(&mut self, caller: &::veridian::Caller) -> ::veridian::Result<BeatsCountResponse>;

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

impl<S: BeatsServer + ?Sized> ::veridian::Dispatch<S> for Beats {
    fn dispatch(server: &mut S, received: &::veridian::Received) -> ::veridian::Message {
        let answer = (|| -> ::veridian::Result<::veridian::Message> {
            match received.message.label {
                0 => {
                    if !received.allows(BeatsRights::count.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let fields = ::veridian::Reader::new(&received.message)?;
                    fields.finish()?;
                    let BeatsCountResponse { beats: field0, early: field1 } = server.count(&received.caller())?;
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
