//! Interfaces between components: client and server halves.
//!
//! Rendered from `interfaces/*.ts` by Veridian; edit those.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(clippy::all)]

/// Client end of `Talk`.
#[derive(Clone, Copy, Debug)]
pub struct Talk(::veridian::Client);

/// Rights of `Talk`.
pub struct TalkRights;

#[allow(non_upper_case_globals)]
impl TalkRights {
    /// The right `ask`.
    pub const ask: ::veridian::Right = ::veridian::Right { name: "ask", mask: 1 << 4 };
    /// The right `tell`.
    pub const tell: ::veridian::Right = ::veridian::Right { name: "tell", mask: 1 << 5 };
    /// The right `hint`.
    pub const hint: ::veridian::Right = ::veridian::Right { name: "hint", mask: 1 << 6 };
    /// The right `whisper`.
    pub const whisper: ::veridian::Right = ::veridian::Right { name: "whisper", mask: 1 << 7 };
    /// Passing a capability along with a message.
    pub const delegate: ::veridian::Right = ::veridian::Right { name: "delegate", mask: ::veridian::abi::rights::endpoint::DELEGATE };
}

impl ::veridian::Interface for Talk {
    const NAME: &'static str = "Talk";
    const DIGEST: &'static str = "ccadcbd10633a4da";
    type Rights = TalkRights;
}

impl ::veridian::Need for Talk {
    const KIND: &'static [&'static str] = &["Talk"];
    const INTERFACE: Option<(&'static str, &'static str)> = Some(("Talk", "ccadcbd10633a4da"));
    type Rights = TalkRights;

    fn from_granted(granted: ::veridian::needs::Granted) -> Self {
        Self(::veridian::Client::from_granted(granted))
    }
}

impl ::veridian::ClientEnd for Talk {
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

impl Talk {
    /// Calls `ask`. Needs the right `ask`.
    pub fn ask(&self, of: u64) -> ::veridian::Result<()> {
        let mut writer_ = ::veridian::Writer::new();
        writer_.u64(of)?;
        let reply_ = self.0.call(&writer_.finish(0))?;
        let reader_ = ::veridian::Reader::new(&reply_)?;
        reader_.finish()?;
        Ok(())
    }

    /// Calls `tell`. Needs the right `tell`.
    pub fn tell(&self, of: u64) -> ::veridian::Result<()> {
        let mut writer_ = ::veridian::Writer::new();
        writer_.u64(of)?;
        let reply_ = self.0.call(&writer_.finish(1))?;
        let reader_ = ::veridian::Reader::new(&reply_)?;
        reader_.finish()?;
        Ok(())
    }

    /// Sends `hint`. Needs the right `hint`.
    pub fn hint(&self, of: u64) -> ::veridian::Result<()> {
        let mut writer_ = ::veridian::Writer::new();
        writer_.u64(of)?;
        self.0.send(&writer_.finish(2))
    }

    /// Sends `whisper`. Needs the right `whisper`.
    pub fn whisper(&self, of: u64) -> ::veridian::Result<()> {
        let mut writer_ = ::veridian::Writer::new();
        writer_.u64(of)?;
        self.0.send(&writer_.finish(3))
    }
}

/// What a server of `Talk` does; serve it with `needs.requests.serve(&mut server)`.
pub trait TalkServer {
    /// Serves `ask`, for callers that hold the right `ask`.
    fn ask(&mut self, caller: &::veridian::Caller, of: u64) -> ::veridian::Result<()>;
    /// Serves `tell`, for callers that hold the right `tell`.
    fn tell(&mut self, caller: &::veridian::Caller, of: u64) -> ::veridian::Result<()>;
    /// Serves `hint`, for callers that hold the right `hint`.
    fn hint(&mut self, caller: &::veridian::Caller, of: u64) -> ::veridian::Result<()>;
    /// Serves `whisper`, for callers that hold the right `whisper`.
    fn whisper(&mut self, caller: &::veridian::Caller, of: u64) -> ::veridian::Result<()>;

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

impl<S: TalkServer + ?Sized> ::veridian::Dispatch<S> for Talk {
    fn dispatch(server: &mut S, received: &::veridian::Received) -> ::veridian::Message {
        let answer = (|| -> ::veridian::Result<::veridian::Message> {
            match received.message.label {
                0 => {
                    if !received.allows(TalkRights::ask.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let mut fields = ::veridian::Reader::new(&received.message)?;
                    let field0 = fields.u64()?;
                    fields.finish()?;
                    server.ask(&received.caller(), field0)?;
                    let reply = ::veridian::Writer::new();
                    Ok(reply.finish(0))
                }
                1 => {
                    if !received.allows(TalkRights::tell.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let mut fields = ::veridian::Reader::new(&received.message)?;
                    let field0 = fields.u64()?;
                    fields.finish()?;
                    server.tell(&received.caller(), field0)?;
                    let reply = ::veridian::Writer::new();
                    Ok(reply.finish(0))
                }
                2 => {
                    if !received.allows(TalkRights::hint.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let mut fields = ::veridian::Reader::new(&received.message)?;
                    let field0 = fields.u64()?;
                    fields.finish()?;
                    server.hint(&received.caller(), field0)?;
                    let reply = ::veridian::Writer::new();
                    Ok(reply.finish(0))
                }
                3 => {
                    if !received.allows(TalkRights::whisper.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let mut fields = ::veridian::Reader::new(&received.message)?;
                    let field0 = fields.u64()?;
                    fields.finish()?;
                    server.whisper(&received.caller(), field0)?;
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
