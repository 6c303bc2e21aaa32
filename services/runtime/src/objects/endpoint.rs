//! The two ends of an endpoint.

use crate::needs::Granted;
use crate::{Dispatch, Error, Interface, Message, Need, Result, Timeout, Token, system};
use core::marker::PhantomData;

/// The client end of an endpoint, without its interface: what rendered interfaces are made of.
#[derive(Clone, Copy, Debug)]
pub struct Client {
    token: Token,
    timeout: Timeout,
    capability: Token,
}

impl Client {
    /// The client end that was granted; it waits for ever.
    #[must_use]
    pub const fn from_granted(granted: Granted) -> Self {
        Self { token: granted.token, timeout: Timeout::FOREVER, capability: Token::NONE }
    }

    /// The same client end, whose calls wait at most this long.
    #[must_use]
    pub const fn within(self, timeout: Timeout) -> Self {
        Self { timeout, ..self }
    }

    /// The same client end, whose messages pass a capability along. Needs the right `delegate`. The token says
    /// which rights the server gets: [`Token::with_rights`] leaves some out.
    #[must_use]
    pub const fn passing(self, capability: Token) -> Self {
        Self { capability, ..self }
    }

    /// A message as this client end sends it.
    fn complete(&self, message: &Message) -> Message {
        if self.capability == Token::NONE { *message } else { message.passing(self.capability) }
    }

    /// The capability behind this handle.
    #[must_use]
    pub const fn token(&self) -> Token {
        self.token
    }

    /// Calls a method and waits for its reply; a reply that tells an error is that error.
    pub fn call(&self, request: &Message) -> Result<Message> {
        let reply = system::call(self.token, &self.complete(request), self.timeout)?;
        match Error::from_reply_label(reply.label) {
            None => Ok(reply),
            Some(error) => Err(error),
        }
    }

    /// Sends a message for which no reply is expected.
    pub fn send(&self, message: &Message) -> Result<()> {
        Ok(system::send(self.token, &self.complete(message), self.timeout)?)
    }
}

/// What every rendered client end can do. It is a trait, so that an interface may have methods of these
/// names.
pub trait ClientEnd: Sized {
    /// The client end without its interface.
    fn client(&self) -> &Client;

    /// The same client end, whose calls wait at most this long.
    #[must_use]
    fn within(self, timeout: Timeout) -> Self;

    /// The same client end, whose messages pass a capability along: see [`Client::passing`].
    #[must_use]
    fn passing(self, capability: Token) -> Self;

    /// The capability behind this handle.
    fn token(&self) -> Token {
        self.client().token()
    }
}

/// The server end of an endpoint that speaks the interface `I`.
pub struct Serve<I> {
    token: Token,
    interface: PhantomData<I>,
}

impl<I> Serve<I> {
    /// The capability behind this handle.
    #[must_use]
    pub const fn token(&self) -> Token {
        self.token
    }

    /// Serves for ever; see [`crate::serve`].
    pub fn serve<S: ?Sized>(&self, server: &mut S) -> Result<()>
    where
        I: Dispatch<S>,
    {
        crate::serve(self, server)
    }
}

impl<I: Interface> Need for Serve<I> {
    const KIND: &'static [&'static str] = &["Server<", I::NAME, ">"];
    const INTERFACE: Option<(&'static str, &'static str)> = Some((I::NAME, I::DIGEST));
    type Rights = I::Rights;

    fn from_granted(granted: Granted) -> Self {
        Self { token: granted.token, interface: PhantomData }
    }
}

/// A reply that tells whether a method succeeded.
impl From<Result<Message>> for Message {
    fn from(result: Result<Message>) -> Self {
        result.unwrap_or_else(|error| Self::empty(error.to_reply_label()))
    }
}
