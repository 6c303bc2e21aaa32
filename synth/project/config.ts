/** A project: a folder with a `cdktf.json` that says how its definition is run. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ToolError } from '../findings/index.js';

/** CDK for Terraform has more fields; those are its own. */
const Config = z.looseObject({ language: z.literal('typescript'), app: z.string().min(1) });

export interface Project {
  /** Absolute path of the folder. */
  readonly root: string;
  /** Command that runs the definition, such as `tsx main.ts`. */
  readonly app: string;
  /** The file that the command runs, relative to the root, where the command is a plain `tsx FILE`. */
  readonly main?: string;
}

const plainCommand = /^(?:npx\s+)?tsx\s+([^\s"'$&|;<>`\\-][^\s"'$&|;<>`\\]*)$/;

/** Reads a project’s configuration; `definition` takes the place of the file that its command runs. */
export function readProject(root: string, definition?: string): Project {
  const help =
    'a project has a cdktf.json such as { "language": "typescript", "app": "tsx main.ts" }; `veridian init` makes one';
  const refuse = (why: string): ToolError =>
    new ToolError({ code: 'VRD0020', message: `cdktf.json ${why}`, source: { file: 'cdktf.json', line: 1 }, help });
  let text: string;
  try {
    text = readFileSync(join(root, 'cdktf.json'), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw refuse(code === 'ENOENT' ? 'is missing' : `cannot be read (${code})`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw refuse('is not JSON');
  }
  const config = Config.safeParse(json);
  if (!config.success) {
    const [issue] = config.error.issues;
    throw refuse(`is not right: ${issue?.path.join('.') || 'it'}: ${issue?.message}`);
  }
  if (definition !== undefined) return { root, app: `tsx ${definition}`, main: definition };
  const { app } = config.data;
  const main = plainCommand.exec(app.trim())?.[1];
  return { root, app, ...(main === undefined ? {} : { main }) };
}
