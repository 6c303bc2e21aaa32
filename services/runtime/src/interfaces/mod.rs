//! Interfaces of the stock services, rendered from `services/*/interface.ts`.

mod console;

pub use console::{Console, ConsoleRights, ConsoleServer};
