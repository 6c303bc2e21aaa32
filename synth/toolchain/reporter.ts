/** A step that is under way. Exactly one of `done` and `failed` ends it. */
export interface Step {
  /** Says what the step is doing now; shown on a terminal only, in place. */
  update(detail: string): void;
  /** Ends the step well; `detail` is what it found or made. The time taken is added when it is worth saying. */
  done(detail: string): void;
  /** Ends the step badly; the error itself is thrown, not reported here. */
  failed(detail: string): void;
}

/** Where progress goes: never standard output, which carries data alone. */
export interface Reporter {
  /** Begins a step called `name` ("rust", "programs", …). */
  begin(name: string): Step;
  /** Something that the user should know and that stops nothing. */
  warn(message: string): void;
}

/** Says nothing: for tests, and for callers that show only results. */
export const silent: Reporter = {
  begin: () => ({ update: () => {}, done: () => {}, failed: () => {} }),
  warn: () => {},
};

/** The part of a terminal stream that the reporter uses. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const CLEAR_LINE = '\r\x1b[2K';
const NAME_WIDTH = 11;
/** Times below this many milliseconds say nothing about where the time went. */
const WORTH_SAYING = 100;

/** Whether `output` takes colours: a terminal, and NO_COLOR (any value but empty) does not ask otherwise. */
export function takesColour(output: Output, env: NodeJS.ProcessEnv = process.env): boolean {
  return output.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}

/** A reporter that writes one line a step: a check mark, the step, what came out, seconds. */
export function lineReporter(output: Output = process.stderr, colour: boolean = takesColour(output)): Reporter {
  const paint = (code: number, text: string): string => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);
  const inPlace = output.isTTY === true;
  return {
    begin(name) {
      const started = performance.now();
      const label = name.padEnd(NAME_WIDTH);
      const end = (mark: string, detail: string): void => {
        const taken = performance.now() - started;
        const time = taken >= WORTH_SAYING ? `${(taken / 1000).toFixed(1)} s` : '';
        const line = time ? `${detail.padEnd(26)} ${paint(2, time)}` : detail;
        output.write(`${inPlace ? CLEAR_LINE : ''}${mark} ${label} ${line.trimEnd()}\n`);
      };
      const update = (detail: string): void => {
        if (!inPlace) return;
        const room = Math.max(20, (output.columns ?? 80) - 1);
        output.write(CLEAR_LINE + `· ${label} ${detail}`.slice(0, room));
      };
      update('…');
      return {
        update,
        done: (detail) => end(paint(32, '✓'), detail),
        failed: (detail) => end(paint(31, '✗'), detail),
      };
    },
    warn(message) {
      output.write(`${inPlace ? CLEAR_LINE : ''}${paint(33, '!')} ${message}\n`);
    },
  };
}
