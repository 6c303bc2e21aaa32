//! `program!`: what a program needs, as typed fields, as its entry point, and as an ELF note.
//!
//! Written on `proc_macro` alone, so that a program builds without crates from elsewhere. It is a
//! procedural macro for the sake of spans: every need keeps its own line, and what is wrong is marked
//! where it is written.

mod expand;
mod parse;

use proc_macro::TokenStream;

/// Declares what a program needs.
///
/// ```ignore
/// program! {
///     needs {
///         greeter: Greeter { greet },
///         requests: Serve<Greeter> { greet },
///         area: SharedRegion { read, write },
///         optional log: Console { write },
///     }
/// }
///
/// fn main(needs: Needs) -> Result<()> { … }
/// ```
///
/// It makes `struct Needs` with a public field for each need, an `Option` for one that is marked optional, the entry point that calls `main` with it
/// (`Ok` exits with 0, `Err` with 1), and the ELF note from which `veridian` writes the program's
/// TypeScript type. Kinds and rights are names that `rustc` resolves: an unknown one is its error, at
/// that very word.
#[proc_macro]
pub fn program(input: TokenStream) -> TokenStream {
    match parse::program(input) {
        Ok(needs) => expand::program(&needs),
        Err(error) => error.into_tokens(),
    }
}
