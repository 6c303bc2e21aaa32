//! Interfaces between components: client and server halves.
//!
//! Rendered from `services/console/interface.ts` by Veridian; edit those.
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(clippy::all)]

/// Client end of `Console`.
#[derive(Clone, Copy, Debug)]
pub struct Console(::veridian::Client);

/// Rights of `Console`.
pub struct ConsoleRights;

#[allow(non_upper_case_globals)]
impl ConsoleRights {
    /// The right `write`.
    pub const write: ::veridian::Right = ::veridian::Right { name: "write", mask: 1 << 4 };
    /// The right `read`.
    pub const read: ::veridian::Right = ::veridian::Right { name: "read", mask: 1 << 5 };
    /// Passing a capability along with a message.
    pub const delegate: ::veridian::Right = ::veridian::Right { name: "delegate", mask: ::veridian::abi::rights::endpoint::DELEGATE };
}

impl ::veridian::Interface for Console {
    const NAME: &'static str = "Console";
    const DIGEST: &'static str = "49607c772b839c7a";
    type Rights = ConsoleRights;
}

impl ::veridian::Need for Console {
    const KIND: &'static [&'static str] = &["Console"];
    const INTERFACE: Option<(&'static str, &'static str)> = Some(("Console", "49607c772b839c7a"));
    type Rights = ConsoleRights;

    fn from_granted(granted: ::veridian::needs::Granted) -> Self {
        Self(::veridian::Client::from_granted(granted))
    }
}

impl ::veridian::ClientEnd for Console {
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

impl Console {
    /// Calls `write`. Needs the right `write`.
    pub fn write(&self, text: &str) -> ::veridian::Result<()> {
        let mut writer_ = ::veridian::Writer::new();
        writer_.text(text, 62)?;
        let reply_ = self.0.call(&writer_.finish(0))?;
        let reader_ = ::veridian::Reader::new(&reply_)?;
        reader_.finish()?;
        Ok(())
    }

    /// Calls `read`. Needs the right `read`.
    pub fn read(&self) -> ::veridian::Result<::veridian::Bytes<62>> {
        let writer_ = ::veridian::Writer::new();
        let reply_ = self.0.call(&writer_.finish(1))?;
        let mut reader_ = ::veridian::Reader::new(&reply_)?;
        let field0 = reader_.bytes::<62>()?;
        reader_.finish()?;
        Ok(field0)
    }
}

/// What a server of `Console` does; serve it with `needs.requests.serve(&mut server)`.
pub trait ConsoleServer {
    /// Serves `write`, for callers that hold the right `write`.
    fn write(&mut self, caller: &::veridian::Caller, text: &str) -> ::veridian::Result<()>;
    /// Serves `read`, for callers that hold the right `read`.
    fn read(&mut self, caller: &::veridian::Caller) -> ::veridian::Result<::veridian::Bytes<62>>;

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

impl<S: ConsoleServer + ?Sized> ::veridian::Dispatch<S> for Console {
    fn dispatch(server: &mut S, received: &::veridian::Received) -> ::veridian::Message {
        let answer = (|| -> ::veridian::Result<::veridian::Message> {
            match received.message.label {
                0 => {
                    if !received.allows(ConsoleRights::write.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let mut fields = ::veridian::Reader::new(&received.message)?;
                    let field0 = fields.text::<62>()?;
                    fields.finish()?;
                    server.write(&received.caller(), &field0)?;
                    let reply = ::veridian::Writer::new();
                    Ok(reply.finish(0))
                }
                1 => {
                    if !received.allows(ConsoleRights::read.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let fields = ::veridian::Reader::new(&received.message)?;
                    fields.finish()?;
                    let field0 = server.read(&received.caller())?;
                    let mut reply = ::veridian::Writer::new();
                    reply.bytes(&field0, 62)?;
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
