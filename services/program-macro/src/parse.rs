//! Reads `needs { name: Kind { right, … }, optional name: Kind { right, … }, … }`.

use proc_macro::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree, token_stream};
use std::iter::Peekable;

/// One need as it is written.
pub struct Need {
    pub name: Ident,
    /// The kind: a type.
    pub kind: Vec<TokenTree>,
    pub rights: Vec<Ident>,
    /// Whether the program does without it as well.
    pub optional: bool,
}

/// What is wrong, and where.
pub struct Error {
    span: Span,
    message: String,
}

type Result<T> = std::result::Result<T, Error>;
type Tokens = Peekable<token_stream::IntoIter>;

impl Error {
    fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into() }
    }

    /// `::core::compile_error! { "message" }`, all of it at the error's span.
    pub fn into_tokens(self) -> TokenStream {
        let span = self.span;
        let punct = |character, spacing| {
            let mut punct = Punct::new(character, spacing);
            punct.set_span(span);
            TokenTree::from(punct)
        };
        let mut message = Literal::string(&self.message);
        message.set_span(span);
        let mut body = Group::new(Delimiter::Brace, TokenTree::from(message).into());
        body.set_span(span);
        TokenStream::from_iter([
            punct(':', Spacing::Joint),
            punct(':', Spacing::Alone),
            Ident::new("core", span).into(),
            punct(':', Spacing::Joint),
            punct(':', Spacing::Alone),
            Ident::new("compile_error", span).into(),
            punct('!', Spacing::Alone),
            body.into(),
        ])
    }
}

/// Reads the whole input.
pub fn program(input: TokenStream) -> Result<Vec<Need>> {
    let mut tokens = input.into_iter().peekable();
    let keyword = ident(&mut tokens, Span::call_site(), "`needs { … }`")?;
    if keyword.to_string() != "needs" {
        return Err(Error::new(keyword.span(), format!("expected `needs {{ … }}`, found `{keyword}`")));
    }
    let body = braces(tokens.next(), keyword.span(), "`{ … }` after `needs`")?;
    if let Some(extra) = tokens.next() {
        return Err(Error::new(extra.span(), "`program!` holds one `needs { … }` and nothing else"));
    }
    let needs = list(&body, need)?;
    unique(needs.iter().map(|need| &need.name), "need")?;
    Ok(needs)
}

fn need(tokens: &mut Tokens) -> Result<Need> {
    let mut name = ident(tokens, Span::call_site(), "the name of a need")?;
    let optional = name.to_string() == "optional" && matches!(tokens.peek(), Some(TokenTree::Ident(_)));
    if optional {
        name = ident(tokens, name.span(), "the name of a need")?;
    }
    match tokens.next() {
        Some(TokenTree::Punct(colon)) if colon.as_char() == ':' => {}
        other => {
            return Err(Error::new(
                other.map_or(name.span(), |token| token.span()),
                format!("expected `{name}: Kind {{ right, … }}`"),
            ));
        }
    }
    let mut kind = Vec::new();
    loop {
        match tokens.next() {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                if kind.is_empty() {
                    return Err(Error::new(group.span(), format!("expected the kind of `{name}` before its rights")));
                }
                let rights = list(&group, |tokens| ident(tokens, name.span(), "a right"))?;
                if rights.is_empty() {
                    return Err(Error::new(
                        group.span(),
                        format!("`{name}` asks for no right: name those it needs, or leave it out"),
                    ));
                }
                unique(rights.iter(), "right")?;
                return Ok(Need { name, kind, rights, optional });
            }
            Some(TokenTree::Punct(comma)) if comma.as_char() == ',' && !inside(&kind) => {
                return Err(missing_rights(comma.span(), &name));
            }
            Some(token) => kind.push(token),
            None => {
                let span = kind.last().map_or(name.span(), TokenTree::span);
                return Err(missing_rights(span, &name));
            }
        }
    }
}

fn missing_rights(span: Span, name: &Ident) -> Error {
    Error::new(span, format!("`{name}` names no rights: write `{name}: Kind {{ right, … }}`"))
}

/// Whether an angle bracket of the kind is still open, so that a comma belongs to it.
fn inside(kind: &[TokenTree]) -> bool {
    let mut depth = 0;
    for token in kind {
        if let TokenTree::Punct(punct) = token {
            match punct.as_char() {
                '<' => depth += 1,
                '>' => depth -= 1,
                _ => {}
            }
        }
    }
    depth > 0
}

/// Items between commas; the last comma may be there or not.
fn list<T>(group: &Group, mut item: impl FnMut(&mut Tokens) -> Result<T>) -> Result<Vec<T>> {
    let mut tokens = group.stream().into_iter().peekable();
    let mut items = Vec::new();
    while tokens.peek().is_some() {
        items.push(item(&mut tokens)?);
        match tokens.next() {
            None => break,
            Some(TokenTree::Punct(comma)) if comma.as_char() == ',' => {}
            Some(other) => {
                return Err(Error::new(other.span(), format!("expected `,`, found `{other}`")));
            }
        }
    }
    Ok(items)
}

fn unique<'a>(names: impl Iterator<Item = &'a Ident>, what: &str) -> Result<()> {
    let mut seen = Vec::new();
    for name in names {
        let text = name.to_string();
        if seen.contains(&text) {
            return Err(Error::new(name.span(), format!("the {what} `{text}` is named twice")));
        }
        seen.push(text);
    }
    Ok(())
}

fn ident(tokens: &mut Tokens, end: Span, expected: &str) -> Result<Ident> {
    match tokens.next() {
        Some(TokenTree::Ident(ident)) => Ok(ident),
        Some(other) => Err(Error::new(other.span(), format!("expected {expected}, found `{other}`"))),
        None => Err(Error::new(end, format!("expected {expected}"))),
    }
}

fn braces(token: Option<TokenTree>, end: Span, expected: &str) -> Result<Group> {
    match token {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => Ok(group),
        other => Err(Error::new(other.map_or(end, |token| token.span()), format!("expected {expected}"))),
    }
}
