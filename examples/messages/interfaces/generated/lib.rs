//! Interfaces between components: client and server halves.
//!
//! Rendered from `interfaces/*.ts` by Veridian; edit those.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(clippy::all)]

/// Client end of `Archive`.
#[derive(Clone, Copy, Debug)]
pub struct Archive(::veridian::Client);

/// Rights of `Archive`.
pub struct ArchiveRights;

#[allow(non_upper_case_globals)]
impl ArchiveRights {
    /// The right `put`.
    pub const put: ::veridian::Right = ::veridian::Right { name: "put", mask: 1 << 4 };
    /// The right `get`.
    pub const get: ::veridian::Right = ::veridian::Right { name: "get", mask: 1 << 5 };
    /// The right `close`.
    pub const close: ::veridian::Right = ::veridian::Right { name: "close", mask: 1 << 6 };
    /// Passing a capability along with a message.
    pub const delegate: ::veridian::Right = ::veridian::Right { name: "delegate", mask: ::veridian::abi::rights::endpoint::DELEGATE };
}

impl ::veridian::Interface for Archive {
    const NAME: &'static str = "Archive";
    const DIGEST: &'static str = "acb05b221ad78906";
    type Rights = ArchiveRights;
}

impl ::veridian::Need for Archive {
    const KIND: &'static [&'static str] = &["Archive"];
    const INTERFACE: Option<(&'static str, &'static str)> = Some(("Archive", "acb05b221ad78906"));
    type Rights = ArchiveRights;

    fn from_granted(granted: ::veridian::needs::Granted) -> Self {
        Self(::veridian::Client::from_granted(granted))
    }
}

impl ::veridian::ClientEnd for Archive {
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

/// What `Archive` answers to `inspect`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArchiveInspectResponse {
    /// The field `rights`.
    pub rights: u16,
    /// The field `writable`.
    pub writable: bool,
}

impl Archive {
    /// Calls `put`. Needs the right `put`.
    pub fn put(&self, text: &str) -> ::veridian::Result<u32> {
        let mut writer_ = ::veridian::Writer::<3002>::long();
        writer_.text(text, 3000)?;
        let reply_ = self.0.call(&writer_.finish(0))?;
        let mut reader_ = ::veridian::Reader::new(&reply_)?;
        let field0 = reader_.u32()?;
        reader_.finish()?;
        Ok(field0)
    }

    /// Calls `get`. Needs the right `get`.
    pub fn get(&self) -> ::veridian::Result<::veridian::Text<3000>> {
        let writer_ = ::veridian::Writer::new();
        let reply_ = self.0.call(&writer_.finish(1))?;
        let mut reader_ = ::veridian::Reader::<3002>::long(&reply_)?;
        let field0 = reader_.text::<3000>()?;
        reader_.finish()?;
        Ok(field0)
    }

    /// Calls `inspect`. Needs the right `get`.
    pub fn inspect(&self) -> ::veridian::Result<ArchiveInspectResponse> {
        let writer_ = ::veridian::Writer::new();
        let reply_ = self.0.call(&writer_.finish(2))?;
        let mut reader_ = ::veridian::Reader::new(&reply_)?;
        let field0 = reader_.u16()?;
        let field1 = reader_.bool()?;
        reader_.finish()?;
        Ok(ArchiveInspectResponse { rights: field0, writable: field1 })
    }

    /// Calls `close`. Needs the right `close`.
    pub fn close(&self) -> ::veridian::Result<()> {
        let writer_ = ::veridian::Writer::new();
        let reply_ = self.0.call(&writer_.finish(3))?;
        let reader_ = ::veridian::Reader::new(&reply_)?;
        reader_.finish()?;
        Ok(())
    }
}

/// What a server of `Archive` does; serve it with `needs.requests.serve(&mut server)`.
pub trait ArchiveServer {
    /// Serves `put`, for callers that hold the right `put`.
    fn put(&mut self, caller: &::veridian::Caller, text: &str) -> ::veridian::Result<u32>;
    /// Serves `get`, for callers that hold the right `get`.
    fn get(&mut self, caller: &::veridian::Caller) -> ::veridian::Result<::veridian::Text<3000>>;
    /// Serves `inspect`, for callers that hold the right `get`.
    fn inspect(&mut self, caller: &::veridian::Caller) -> ::veridian::Result<ArchiveInspectResponse>;
    /// Serves `close`, for callers that hold the right `close`.
    fn close(&mut self, caller: &::veridian::Caller) -> ::veridian::Result<()>;

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

impl<S: ArchiveServer + ?Sized> ::veridian::Dispatch<S> for Archive {
    fn dispatch(server: &mut S, received: &::veridian::Received) -> ::veridian::Message {
        let answer = (|| -> ::veridian::Result<::veridian::Message> {
            match received.message.label {
                0 => {
                    if !received.allows(ArchiveRights::put.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let mut fields = ::veridian::Reader::<3002>::long(&received.message)?;
                    let field0 = fields.text::<3000>()?;
                    fields.finish()?;
                    let field0 = server.put(&received.caller(), &field0)?;
                    let mut reply = ::veridian::Writer::new();
                    reply.u32(field0)?;
                    Ok(reply.finish(0))
                }
                1 => {
                    if !received.allows(ArchiveRights::get.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let fields = ::veridian::Reader::new(&received.message)?;
                    fields.finish()?;
                    let field0 = server.get(&received.caller())?;
                    let mut reply = ::veridian::Writer::<3002>::long();
                    reply.text(&field0, 3000)?;
                    Ok(reply.finish(0))
                }
                2 => {
                    if !received.allows(ArchiveRights::get.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let fields = ::veridian::Reader::new(&received.message)?;
                    fields.finish()?;
                    let ArchiveInspectResponse { rights: field0, writable: field1 } = server.inspect(&received.caller())?;
                    let mut reply = ::veridian::Writer::new();
                    reply.u16(field0)?;
                    reply.bool(field1)?;
                    Ok(reply.finish(0))
                }
                3 => {
                    if !received.allows(ArchiveRights::close.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let fields = ::veridian::Reader::new(&received.message)?;
                    fields.finish()?;
                    server.close(&received.caller())?;
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
