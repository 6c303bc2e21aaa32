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
    /// The right `read`.
    pub const read: ::veridian::Right = ::veridian::Right { name: "read", mask: 1 << 4 };
    /// The right `rename`.
    pub const rename: ::veridian::Right = ::veridian::Right { name: "rename", mask: 1 << 5 };
    /// The right `type`.
    pub const r#type: ::veridian::Right = ::veridian::Right { name: "type", mask: 1 << 6 };
    /// The right `hint`.
    pub const hint: ::veridian::Right = ::veridian::Right { name: "hint", mask: 1 << 7 };
    /// Passing a capability along with a message.
    pub const delegate: ::veridian::Right = ::veridian::Right { name: "delegate", mask: ::veridian::abi::rights::endpoint::DELEGATE };
}

impl ::veridian::Interface for Store {
    const NAME: &'static str = "Store";
    const DIGEST: &'static str = "a402750f541dc4bf";
    type Rights = StoreRights;
}

impl ::veridian::Need for Store {
    const KIND: &'static [&'static str] = &["Store"];
    const INTERFACE: Option<(&'static str, &'static str)> = Some(("Store", "a402750f541dc4bf"));
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

/// What `Store` answers to `readBlock`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreReadBlockResponse {
    /// The field `data`.
    pub data: ::veridian::Bytes<48>,
    /// The field `last`.
    pub last: bool,
}

impl Store {
    /// Calls `readBlock`. Needs the right `read`.
    pub fn read_block(&self, block: u32, offset: i16) -> ::veridian::Result<StoreReadBlockResponse> {
        let mut writer_ = ::veridian::Writer::new();
        writer_.u32(block)?;
        writer_.i16(offset)?;
        let reply_ = self.0.call(&writer_.finish(0))?;
        let mut reader_ = ::veridian::Reader::new(&reply_)?;
        let field0 = reader_.bytes::<48>()?;
        let field1 = reader_.bool()?;
        reader_.finish()?;
        Ok(StoreReadBlockResponse { data: field0, last: field1 })
    }

    /// Calls `size`. Needs the right `read`.
    pub fn size(&self) -> ::veridian::Result<u64> {
        let writer_ = ::veridian::Writer::new();
        let reply_ = self.0.call(&writer_.finish(1))?;
        let mut reader_ = ::veridian::Reader::new(&reply_)?;
        let field0 = reader_.u64()?;
        reader_.finish()?;
        Ok(field0)
    }

    /// Calls `rename`. Needs the right `rename`.
    pub fn rename(&self, from: &str, to: &str) -> ::veridian::Result<()> {
        let mut writer_ = ::veridian::Writer::new();
        writer_.text(from, 20)?;
        writer_.text(to, 20)?;
        let reply_ = self.0.call(&writer_.finish(2))?;
        let reader_ = ::veridian::Reader::new(&reply_)?;
        reader_.finish()?;
        Ok(())
    }

    /// Calls `match`. Needs the right `type`.
    pub fn r#match(&self, r#type: u8, request: u8, caller: u8, reply: u8, fields: u8) -> ::veridian::Result<u8> {
        let mut writer_ = ::veridian::Writer::new();
        writer_.u8(r#type)?;
        writer_.u8(request)?;
        writer_.u8(caller)?;
        writer_.u8(reply)?;
        writer_.u8(fields)?;
        let reply_ = self.0.call(&writer_.finish(3))?;
        let mut reader_ = ::veridian::Reader::new(&reply_)?;
        let field0 = reader_.u8()?;
        reader_.finish()?;
        Ok(field0)
    }

    /// Sends `hint`. Needs the right `hint`.
    pub fn hint(&self, block: u32) -> ::veridian::Result<()> {
        let mut writer_ = ::veridian::Writer::new();
        writer_.u32(block)?;
        self.0.send(&writer_.finish(4))
    }

    /// Calls `describe`. Needs the right `read`.
    pub fn describe(&self, block: u32) -> ::veridian::Result<::veridian::Text<1000>> {
        let mut writer_ = ::veridian::Writer::new();
        writer_.u32(block)?;
        let reply_ = self.0.call(&writer_.finish(5))?;
        let mut reader_ = ::veridian::Reader::<1002>::long(&reply_)?;
        let field0 = reader_.text::<1000>()?;
        reader_.finish()?;
        Ok(field0)
    }
}

/// What a server of `Store` does; serve it with `needs.requests.serve(&mut server)`.
pub trait StoreServer {
    /// Serves `readBlock`, for callers that hold the right `read`.
    fn read_block(&mut self, caller: &::veridian::Caller, block: u32, offset: i16) -> ::veridian::Result<StoreReadBlockResponse>;
    /// Serves `size`, for callers that hold the right `read`.
    fn size(&mut self, caller: &::veridian::Caller) -> ::veridian::Result<u64>;
    /// Serves `rename`, for callers that hold the right `rename`.
    fn rename(&mut self, caller: &::veridian::Caller, from: &str, to: &str) -> ::veridian::Result<()>;
    /// Serves `match`, for callers that hold the right `type`.
    fn r#match(&mut self, caller_: &::veridian::Caller, r#type: u8, request: u8, caller: u8, reply: u8, fields: u8) -> ::veridian::Result<u8>;
    /// Serves `hint`, for callers that hold the right `hint`.
    fn hint(&mut self, caller: &::veridian::Caller, block: u32) -> ::veridian::Result<()>;
    /// Serves `describe`, for callers that hold the right `read`.
    fn describe(&mut self, caller: &::veridian::Caller, block: u32) -> ::veridian::Result<::veridian::Text<1000>>;

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
                    if !received.allows(StoreRights::read.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let mut fields = ::veridian::Reader::new(&received.message)?;
                    let field0 = fields.u32()?;
                    let field1 = fields.i16()?;
                    fields.finish()?;
                    let StoreReadBlockResponse { data: field0, last: field1 } = server.read_block(&received.caller(), field0, field1)?;
                    let mut reply = ::veridian::Writer::new();
                    reply.bytes(&field0, 48)?;
                    reply.bool(field1)?;
                    Ok(reply.finish(0))
                }
                1 => {
                    if !received.allows(StoreRights::read.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let fields = ::veridian::Reader::new(&received.message)?;
                    fields.finish()?;
                    let field0 = server.size(&received.caller())?;
                    let mut reply = ::veridian::Writer::new();
                    reply.u64(field0)?;
                    Ok(reply.finish(0))
                }
                2 => {
                    if !received.allows(StoreRights::rename.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let mut fields = ::veridian::Reader::new(&received.message)?;
                    let field0 = fields.text::<20>()?;
                    let field1 = fields.text::<20>()?;
                    fields.finish()?;
                    server.rename(&received.caller(), &field0, &field1)?;
                    let reply = ::veridian::Writer::new();
                    Ok(reply.finish(0))
                }
                3 => {
                    if !received.allows(StoreRights::r#type.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let mut fields = ::veridian::Reader::new(&received.message)?;
                    let field0 = fields.u8()?;
                    let field1 = fields.u8()?;
                    let field2 = fields.u8()?;
                    let field3 = fields.u8()?;
                    let field4 = fields.u8()?;
                    fields.finish()?;
                    let field0 = server.r#match(&received.caller(), field0, field1, field2, field3, field4)?;
                    let mut reply = ::veridian::Writer::new();
                    reply.u8(field0)?;
                    Ok(reply.finish(0))
                }
                4 => {
                    if !received.allows(StoreRights::hint.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let mut fields = ::veridian::Reader::new(&received.message)?;
                    let field0 = fields.u32()?;
                    fields.finish()?;
                    server.hint(&received.caller(), field0)?;
                    let reply = ::veridian::Writer::new();
                    Ok(reply.finish(0))
                }
                5 => {
                    if !received.allows(StoreRights::read.mask) {
                        return Err(::veridian::Error::Denied);
                    }
                    let mut fields = ::veridian::Reader::new(&received.message)?;
                    let field0 = fields.u32()?;
                    fields.finish()?;
                    let field0 = server.describe(&received.caller(), field0)?;
                    let mut reply = ::veridian::Writer::<1002>::long();
                    reply.text(&field0, 1000)?;
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
