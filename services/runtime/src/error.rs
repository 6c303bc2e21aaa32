//! What can go wrong between a program, the kernel and a service.

use core::fmt;
use veridian_abi::{Error as SystemError, limits};

/// Why an operation did not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The kernel refused the system call.
    System(SystemError),
    /// The service refused: the capability lacks the right that the method needs.
    Denied,
    /// The service has no such method.
    UnknownMethod,
    /// One side could not read the message of the other.
    Malformed,
    /// A text or byte string is longer than its field; nothing was sent.
    TooLong,
    /// An offset lies beyond the object, or is not aligned.
    OutOfBounds,
    /// The service's own error; 0 where it failed for a reason that is nobody else's business.
    Service(u16),
}

/// The result of whatever a program does with its needs.
pub type Result<T, E = Error> = core::result::Result<T, E>;

impl Error {
    /// The error that the label of a reply stands for; `None` for success.
    #[must_use]
    pub const fn from_reply_label(label: u16) -> Option<Self> {
        match label as u64 {
            limits::REPLY_OK => None,
            limits::REPLY_DENIED => Some(Self::Denied),
            limits::REPLY_UNKNOWN_METHOD => Some(Self::UnknownMethod),
            label if label >= limits::REPLY_FIRST_ERROR => {
                Some(Self::Service((label - limits::REPLY_FIRST_ERROR) as u16))
            }
            _ => Some(Self::Malformed),
        }
    }

    /// The label of a reply that tells this error. What the kernel or another service refused to the
    /// server is told as `Service(0)`: a client learns nothing of what the server holds.
    #[must_use]
    pub const fn to_reply_label(self) -> u16 {
        let label = match self {
            Self::Denied => limits::REPLY_DENIED,
            Self::UnknownMethod => limits::REPLY_UNKNOWN_METHOD,
            Self::Malformed | Self::TooLong => limits::REPLY_MALFORMED,
            Self::Service(code) => limits::REPLY_FIRST_ERROR.saturating_add(code as u64),
            Self::System(_) | Self::OutOfBounds => limits::REPLY_FIRST_ERROR,
        };
        if label > u16::MAX as u64 { u16::MAX } else { label as u16 }
    }
}

impl From<SystemError> for Error {
    fn from(error: SystemError) -> Self {
        Self::System(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System(error) => formatter.write_str(error.name()),
            Self::Denied => formatter.write_str("Denied"),
            Self::UnknownMethod => formatter.write_str("UnknownMethod"),
            Self::Malformed => formatter.write_str("Malformed"),
            Self::TooLong => formatter.write_str("TooLong"),
            Self::OutOfBounds => formatter.write_str("OutOfBounds"),
            Self::Service(code) => write!(formatter, "Service({code})"),
        }
    }
}

impl core::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::Error;
    use veridian_abi::Error as SystemError;

    #[test]
    fn a_label_tells_the_error_that_made_it() {
        for error in [Error::Denied, Error::UnknownMethod, Error::Malformed, Error::Service(0), Error::Service(7)] {
            assert_eq!(Error::from_reply_label(error.to_reply_label()), Some(error), "{error}");
        }
        assert_eq!(Error::from_reply_label(0), None);
    }

    #[test]
    fn what_a_server_was_refused_stays_with_it() {
        let label = Error::System(SystemError::MissingRight).to_reply_label();
        assert_eq!(Error::from_reply_label(label), Some(Error::Service(0)));
    }

    #[test]
    fn a_service_code_too_large_for_a_label_saturates() {
        assert_eq!(Error::Service(u16::MAX).to_reply_label(), u16::MAX);
    }
}
