/** Names as Rust writes them. */

/** Words that Rust keeps for itself, of every edition up to 2024. */
const keywords = new Set(
  (
    'abstract as async await become box break const continue do dyn else enum extern false final fn for gen if impl ' +
    'in let loop macro match mod move mut override priv pub ref return static struct trait true try type typeof ' +
    'unsafe unsized use virtual where while yield'
  ).split(' '),
);

/** Keywords that even `r#` does not make a name. */
const reserved = new Set(['self', 'super', 'crate']);

const words = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .split('_')
    .filter((word) => word.length > 0);

/** `readBlock` → `read_block`; a keyword gets `r#` or, where Rust has no such name, a `_` behind it. */
export function snake(name: string): string {
  const text = words(name)
    .map((word) => word.toLowerCase())
    .join('_');
  return escapeKeyword(text);
}

/** The name itself where Rust can have it, else as {@link snake} escapes it. */
export function escapeKeyword(name: string): string {
  if (reserved.has(name) || name === 'Self') return `${name}_`;
  return keywords.has(name) ? `r#${name}` : name;
}

/** `readBlock` → `ReadBlock`. */
export function pascal(name: string): string {
  return words(name)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
