//! Interfaces between components: client and server halves.
//!
//! Rendered from `interfaces/*.ts` by Veridian; edit those.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(clippy::all)]

/// Client end of `Store`.
#[derive(Clone, Copy, Debug)]
pub struct Store(::veridian::Client);

/// Rights of `Store`.
pub struct StoreRights;

#[allow(non_upper_case_globals)]
impl StoreRights {
    /// The right `get`.
    pub const get: ::veridian::Right = ::veridian::Right { name: "get", mask: 1 << 4 };
    /// The right `put`.
    pub const put: ::veridian::Right = ::veridian::Right { name: "put", mask: 1 << 5 };
    /// The right `watch`.
    pub const watch: ::veridian::Right = ::veridian::Right { name: "watch", mask: 1 << 6 };
    /// Passing a capability along with a message.
    pub const delegate: ::veridian::Right = ::veridian::Right { name: "delegate", mask: ::veridian::abi::rights::endpoint::DELEGATE };
}

impl ::veridian::Interface for Store {
    const NAME: &'static str = "Store";
    const DIGEST: &'static str = "31b3e2811e15deb4";
    type Rights = StoreRights;
}

impl ::veridian::Need for Store {
    const KIND: &'static [&'static str] = &["Store"];
    const INTERFACE: Option<(&'static str, &'static str)> = Some(("Store", "31b3e2811e15deb4"));
    type Rights = StoreRights;

    fn from_granted(granted: ::veridian::needs::Granted) -> Self {
        Self(::veridian::Client::from_granted(granted))
    }
}

impl ::veridian::ClientEnd for Store {
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

impl Store {
    /// Calls `get`. Needs the right `get`.
    pub fn get(&self) -> ::veridian::Result<u64> {
        let writer_ = ::veridian::Writer::new();
        let reply_ = self.0.call(&writer_.finish(0))?;
        let mut reader_ = ::veridian::Reader::new(&reply_)?;
        let field0 = reader_.u64()?;
        reader_.finish()?;
        Ok(field0)
    }

    /// Calls `put`. Needs the right `put`.
    pub fn put(&self, value: u64) -> ::veridian::Result<()> {
        let mut writer_ = ::veridian::Writer::new();
        writer_.u64(value)?;
        let reply_ = self.0.call(&writer_.finish(1))?;
        let reader_ = ::veridian::Reader::new(&reply_)?;
        reader_.finish()?;
        Ok(())
    }

    /// Calls `watch`. Needs the right `watch`.
    pub fn watch(&self) -> ::veridian::Result<()> {
        let writer_ = ::veridian::Writer::new();
        let reply_ = self.0.call(&writer_.finish(2))?;
        let reader_ = ::veridian::Reader::new(&reply_)?;
        reader_.finish()?;
        Ok(())
    }
}

/// What a server of `Store` does; serve it with `needs.requests.serve(&mut server)`.
pub trait StoreServer {
    /// Serves `get`, for callers that hold the right `get`.
    fn get(&mut self, caller: &::veridian::Caller) -> ::veridian::Result<u64>;
    /// Serves `put`, for callers that hold the right `put`.
    fn put(&mut self, caller: &::veridian::Caller, value: u64) -> ::veridian::Result<()>;
    /// Serves `watch`, for callers that hold the right `watch`.
    fn watch(&mut self, caller: &::veridian::Caller) -> ::veridian::Result<()>;

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

impl<S: StoreServer + ?Sized> ::veridian::Dispatch<S> for Store {
    fn dispatch(server: &mut S, received: &::veridian::Received) -> ::veridian::Message {
        let answer = (|| -> ::veridian::Result<::veridian::Message> {
            match received.message.label {
                0 => {
                    if !received.allows(StoreRights::get.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let fields = ::veridian::Reader::new(&received.message)?;
                    fields.finish()?;
                    let field0 = server.get(&received.caller())?;
                    let mut reply = ::veridian::Writer::new();
                    reply.u64(field0)?;
                    Ok(reply.finish(0))
                }
                1 => {
                    if !received.allows(StoreRights::put.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let mut fields = ::veridian::Reader::new(&received.message)?;
                    let field0 = fields.u64()?;
                    fields.finish()?;
                    server.put(&received.caller(), field0)?;
                    let reply = ::veridian::Writer::new();
                    Ok(reply.finish(0))
                }
                2 => {
                    if !received.allows(StoreRights::watch.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let fields = ::veridian::Reader::new(&received.message)?;
                    fields.finish()?;
                    server.watch(&received.caller())?;
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
