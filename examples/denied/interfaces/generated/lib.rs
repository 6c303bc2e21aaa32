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
    /// The right `ask`.
    pub const ask: ::veridian::Right = ::veridian::Right { name: "ask", mask: 1 << 4 };
    /// The right `tell`.
    pub const tell: ::veridian::Right = ::veridian::Right { name: "tell", mask: 1 << 5 };
    /// Passing a capability along with a message.
    pub const delegate: ::veridian::Right = ::veridian::Right { name: "delegate", mask: ::veridian::abi::rights::endpoint::DELEGATE };
}

impl ::veridian::Interface for Bystander {
    const NAME: &'static str = "Bystander";
    const DIGEST: &'static str = "bb7e66c5f5ab76c6";
    type Rights = BystanderRights;
}

impl ::veridian::Need for Bystander {
    const KIND: &'static [&'static str] = &["Bystander"];
    const INTERFACE: Option<(&'static str, &'static str)> = Some(("Bystander", "bb7e66c5f5ab76c6"));
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

/// What `Bystander` answers to `ask`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BystanderAskResponse {
    /// The field `answer`.
    pub answer: u64,
    /// The field `token`.
    pub token: u64,
}

impl Bystander {
    /// Calls `ask`. Needs the right `ask`.
    pub fn ask(&self, number: u64) -> ::veridian::Result<BystanderAskResponse> {
        let mut writer_ = ::veridian::Writer::new();
        writer_.u64(number)?;
        let reply_ = self.0.call(&writer_.finish(0))?;
        let mut reader_ = ::veridian::Reader::new(&reply_)?;
        let field0 = reader_.u64()?;
        let field1 = reader_.u64()?;
        reader_.finish()?;
        Ok(BystanderAskResponse { answer: field0, token: field1 })
    }

    /// Calls `tell`. Needs the right `tell`.
    pub fn tell(&self, number: u64) -> ::veridian::Result<()> {
        let mut writer_ = ::veridian::Writer::new();
        writer_.u64(number)?;
        let reply_ = self.0.call(&writer_.finish(1))?;
        let reader_ = ::veridian::Reader::new(&reply_)?;
        reader_.finish()?;
        Ok(())
    }
}

/// What a server of `Bystander` does; serve it with `needs.requests.serve(&mut server)`.
pub trait BystanderServer {
    /// Serves `ask`, for callers that hold the right `ask`.
    fn ask(&mut self, caller: &::veridian::Caller, number: u64) -> ::veridian::Result<BystanderAskResponse>;
    /// Serves `tell`, for callers that hold the right `tell`.
    fn tell(&mut self, caller: &::veridian::Caller, number: u64) -> ::veridian::Result<()>;

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
                    if !received.allows(BystanderRights::ask.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let mut fields = ::veridian::Reader::new(&received.message)?;
                    let field0 = fields.u64()?;
                    fields.finish()?;
                    let BystanderAskResponse { answer: field0, token: field1 } = server.ask(&received.caller(), field0)?;
                    let mut reply = ::veridian::Writer::new();
                    reply.u64(field0)?;
                    reply.u64(field1)?;
                    Ok(reply.finish(0))
                }
                1 => {
                    if !received.allows(BystanderRights::tell.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let mut fields = ::veridian::Reader::new(&received.message)?;
                    let field0 = fields.u64()?;
                    fields.finish()?;
                    server.tell(&received.caller(), field0)?;
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

/// Client end of `Watch`.
#[derive(Clone, Copy, Debug)]
pub struct Watch(::veridian::Client);

/// Rights of `Watch`.
pub struct WatchRights;

#[allow(non_upper_case_globals)]
impl WatchRights {
    /// The right `faults`.
    pub const faults: ::veridian::Right = ::veridian::Right { name: "faults", mask: 1 << 4 };
    /// Passing a capability along with a message.
    pub const delegate: ::veridian::Right = ::veridian::Right { name: "delegate", mask: ::veridian::abi::rights::endpoint::DELEGATE };
}

impl ::veridian::Interface for Watch {
    const NAME: &'static str = "Watch";
    const DIGEST: &'static str = "a434251ea4c2207f";
    type Rights = WatchRights;
}

impl ::veridian::Need for Watch {
    const KIND: &'static [&'static str] = &["Watch"];
    const INTERFACE: Option<(&'static str, &'static str)> = Some(("Watch", "a434251ea4c2207f"));
    type Rights = WatchRights;

    fn from_granted(granted: ::veridian::needs::Granted) -> Self {
        Self(::veridian::Client::from_granted(granted))
    }
}

impl ::veridian::ClientEnd for Watch {
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

impl Watch {
    /// Calls `faults`. Needs the right `faults`.
    pub fn faults(&self) -> ::veridian::Result<u32> {
        let writer_ = ::veridian::Writer::new();
        let reply_ = self.0.call(&writer_.finish(0))?;
        let mut reader_ = ::veridian::Reader::new(&reply_)?;
        let field0 = reader_.u32()?;
        reader_.finish()?;
        Ok(field0)
    }
}

/// What a server of `Watch` does; serve it with `needs.requests.serve(&mut server)`.
pub trait WatchServer {
    /// Serves `faults`, for callers that hold the right `faults`.
    fn faults(&mut self, caller: &::veridian::Caller) -> ::veridian::Result<u32>;

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

impl<S: WatchServer + ?Sized> ::veridian::Dispatch<S> for Watch {
    fn dispatch(server: &mut S, received: &::veridian::Received) -> ::veridian::Message {
        let answer = (|| -> ::veridian::Result<::veridian::Message> {
            match received.message.label {
                0 => {
                    if !received.allows(WatchRights::faults.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let fields = ::veridian::Reader::new(&received.message)?;
                    fields.finish()?;
                    let field0 = server.faults(&received.caller())?;
                    let mut reply = ::veridian::Writer::new();
                    reply.u32(field0)?;
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
