/** An XML document as a tree that knows its lines. */
import { SaxesParser } from 'saxes';
import type { Finding } from '../findings/index.js';
import { ImportError } from './rules.js';

/** An element of a document. */
export interface XmlElement {
  readonly name: string;
  /** Where its start tag ends; lines count from 1. */
  readonly line: number;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** What is written between its tags, without its elements. */
  readonly text: string;
}

interface Open {
  name: string;
  line: number;
  attributes: Map<string, string>;
  children: XmlElement[];
  text: string;
}

/**
 * Parses a document. Entities of a document's own are refused, as everything that XML refuses.
 *
 * @param file its name, for findings
 * @throws ImportError at the first place that is not well-formed
 */
export function parseXml(text: string, file: string): XmlElement {
  const parser = new SaxesParser();
  const open: Open[] = [];
  let root: XmlElement | undefined;
  let startLine = 1;
  /** The tag that was read last. */
  let near: string | undefined;
  const fail = (message: string): never => {
    const finding: Finding = {
      code: 'VRD0431',
      severity: 'error',
      message,
      source: { file, line: parser.line },
      related: [],
      help: 'a system description is one XML document with <system> around everything',
    };
    throw new ImportError([finding]);
  };
  parser.on('error', (error) => {
    fail(
      `${file} is not XML${near === undefined ? '' : `, near <${near}>`}: ${error.message.replace(/^\d+:\d+: /, '')}`,
    );
  });
  parser.on('doctype', () => fail(`${file} has a document type`));
  parser.on('opentagstart', () => {
    startLine = parser.line;
  });
  parser.on('opentag', ({ name, attributes }) => {
    near = name;
    open.push({ name, line: startLine, attributes: new Map(Object.entries(attributes)), children: [], text: '' });
  });
  parser.on('text', (chunk) => {
    const inside = open.at(-1);
    if (inside) inside.text += chunk;
  });
  parser.on('closetag', () => {
    const element = open.pop();
    if (!element) return;
    near = element.name;
    const parent = open.at(-1);
    if (parent) parent.children.push(element);
    else root = element;
  });
  parser.write(text).close();
  return root ?? fail(`${file} has no element`);
}
