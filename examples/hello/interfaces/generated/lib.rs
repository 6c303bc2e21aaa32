//! Interfaces between components: client and server halves.
//!
//! Rendered from `interfaces/*.ts` by Veridian; edit those.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(clippy::all)]

/// Client end of `Greeter`.
#[derive(Clone, Copy, Debug)]
pub struct Greeter(::veridian::Client);

/// Rights of `Greeter`.
pub struct GreeterRights;

#[allow(non_upper_case_globals)]
impl GreeterRights {
    /// The right `greet`.
    pub const greet: ::veridian::Right = ::veridian::Right { name: "greet", mask: 1 << 4 };
    /// Passing a capability along with a message.
    pub const delegate: ::veridian::Right = ::veridian::Right { name: "delegate", mask: ::veridian::abi::rights::endpoint::DELEGATE };
}

impl ::veridian::Interface for Greeter {
    const NAME: &'static str = "Greeter";
    const DIGEST: &'static str = "1f8d9ea6d8253e52";
    type Rights = GreeterRights;
}

impl ::veridian::Need for Greeter {
    const KIND: &'static [&'static str] = &["Greeter"];
    const INTERFACE: Option<(&'static str, &'static str)> = Some(("Greeter", "1f8d9ea6d8253e52"));
    type Rights = GreeterRights;

    fn from_granted(granted: ::veridian::needs::Granted) -> Self {
        Self(::veridian::Client::from_granted(granted))
    }
}

impl ::veridian::ClientEnd for Greeter {
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

impl Greeter {
    /// Calls `greet`. Needs the right `greet`.
    pub fn greet(&self, name: &str) -> ::veridian::Result<::veridian::Text<56>> {
        let mut writer_ = ::veridian::Writer::new();
        writer_.text(name, 48)?;
        let reply_ = self.0.call(&writer_.finish(0))?;
        let mut reader_ = ::veridian::Reader::new(&reply_)?;
        let field0 = reader_.text::<56>()?;
        reader_.finish()?;
        Ok(field0)
    }
}

/// What a server of `Greeter` does; serve it with `needs.requests.serve(&mut server)`.
pub trait GreeterServer {
    /// Serves `greet`, for callers that hold the right `greet`.
    fn greet(&mut self, caller: &::veridian::Caller, name: &str) -> ::veridian::Result<::veridian::Text<56>>;

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

impl<S: GreeterServer + ?Sized> ::veridian::Dispatch<S> for Greeter {
    fn dispatch(server: &mut S, received: &::veridian::Received) -> ::veridian::Message {
        let answer = (|| -> ::veridian::Result<::veridian::Message> {
            match received.message.label {
                0 => {
                    if !received.allows(GreeterRights::greet.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let mut fields = ::veridian::Reader::new(&received.message)?;
                    let field0 = fields.text::<48>()?;
                    fields.finish()?;
                    let field0 = server.greet(&received.caller(), &field0)?;
                    let mut reply = ::veridian::Writer::new();
                    reply.text(&field0, 56)?;
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
