//! Writes `Needs`, the note and the entry point.

use crate::parse::Need;
use proc_macro::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};

/// Everything that `program!` stands for.
pub fn program(needs: &[Need]) -> TokenStream {
    let mut output =
        rust("/// What this program was granted: one field for each need.\n#[allow(dead_code)] pub struct Needs");
    output.extend([braced(needs.iter().map(field).collect())]);

    let mut body = rust("const NEEDS: &[::veridian::needs::NeedNote] = &");
    body.extend([bracketed(needs.iter().map(note).collect())]);
    body.extend(rust(
        r#"; const NAME: &str = ::core::env!("CARGO_BIN_NAME");
        const SIZE: usize = ::veridian::needs::note_size(NAME, NEEDS);
        #[used]
        #[unsafe(link_section = ".note.veridian")]
        static NOTE: ::veridian::needs::Note<SIZE> = ::veridian::needs::note(NAME, NEEDS);"#,
    ));
    body.extend(rust(&format!("fn needs(granted: [::veridian::needs::Granted; {}]) -> Needs", needs.len())));
    body.extend([braced(constructor(needs))]);
    body.extend(rust(
        r#"extern "C" fn start(startup: usize) -> ! {
            // SAFETY: the kernel enters a program with the address of its startup block, which is
            // mapped read-only.
            unsafe { ::veridian::startup::run(NAME, startup, needs, main) }
        }
        ::veridian::__entry_point!(start);"#,
    ));
    output.extend(rust("const _: () ="));
    output.extend([braced(body)]);
    output.extend(rust(";"));
    output
}

/// `pub name: Kind,` or, of an optional need, `pub name: Option<Kind>,`
fn field(need: &Need) -> TokenStream {
    let mut tokens = rust(&format!("#[doc = \"The need `{}`.\"] pub", need.name));
    tokens.extend([TokenTree::from(need.name.clone())]);
    tokens.extend(rust(if need.optional { ": ::core::option::Option<" } else { ":" }));
    tokens.extend(need.kind.iter().cloned());
    tokens.extend(rust(if need.optional { ">," } else { "," }));
    tokens
}

/// `::veridian::needs::NeedNote { … },`, in which every right is a constant of the kind's rights.
fn note(need: &Need) -> TokenStream {
    let span = need.name.span();
    let name = need.name.to_string();
    let mut fields = rust("name:");
    fields.extend([text(name.trim_start_matches("r#"))]);
    fields.extend(rust(", kind: <"));
    fields.extend(need.kind.iter().cloned());
    fields.extend(rust("as ::veridian::Need>::KIND, interface: <"));
    fields.extend(need.kind.iter().cloned());
    fields.extend(rust("as ::veridian::Need>::INTERFACE, rights: &"));
    let mut rights = TokenStream::new();
    for right in &need.rights {
        rights.extend(rust("<<"));
        rights.extend(need.kind.iter().cloned());
        rights.extend(rust("as ::veridian::Need>::Rights>::"));
        rights.extend([TokenTree::from(right.clone())]);
        rights.extend(rust(","));
    }
    fields.extend([bracketed(rights)]);
    fields.extend(rust(if need.optional { ", optional: true" } else { ", optional: false" }));
    fields.extend(rust(", file:"));
    fields.extend([text(&span.file())]);
    fields.extend(rust(", line:"));
    fields.extend([text(&span.line().to_string())]);
    let mut tokens = rust("::veridian::needs::NeedNote");
    tokens.extend([braced(fields)]);
    tokens.extend(rust(","));
    tokens
}

/// `let [need0, …] = granted; Needs { name: <Kind as Need>::from_granted(need0), … }`
fn constructor(needs: &[Need]) -> TokenStream {
    let granted = |index| Ident::new(&format!("need{index}"), Span::mixed_site());
    let mut names = TokenStream::new();
    let mut fields = TokenStream::new();
    for (index, need) in needs.iter().enumerate() {
        names.extend([TokenTree::from(granted(index))]);
        names.extend(rust(","));
        fields.extend([TokenTree::from(need.name.clone())]);
        fields.extend(rust(if need.optional { ": ::veridian::needs::optional::<" } else { ": <" }));
        fields.extend(need.kind.iter().cloned());
        fields.extend(rust(if need.optional { ">" } else { "as ::veridian::Need>::from_granted" }));
        let argument = TokenTree::from(granted(index)).into();
        fields.extend([TokenTree::from(Group::new(Delimiter::Parenthesis, argument))]);
        fields.extend(rust(","));
    }
    let mut tokens = rust("let");
    tokens.extend([bracketed(names)]);
    tokens.extend(rust("= granted; Needs"));
    tokens.extend([braced(fields)]);
    tokens
}

/// Tokens of Rust text that is written here, and therefore reads.
fn rust(text: &str) -> TokenStream {
    text.parse().expect("the macro's own text is Rust")
}

fn text(value: &str) -> TokenTree {
    Literal::string(value).into()
}

fn braced(tokens: TokenStream) -> TokenTree {
    Group::new(Delimiter::Brace, tokens).into()
}

fn bracketed(tokens: TokenStream) -> TokenTree {
    Group::new(Delimiter::Bracket, tokens).into()
}
