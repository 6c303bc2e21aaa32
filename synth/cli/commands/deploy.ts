import {
  apply,
  broadens,
  defaultBootTimeout,
  forget,
  machineJson,
  machineLines,
  needTerraform,
  type Preparation,
  planJson,
  planText,
  prepare,
} from '../../deploy/index.js';
import { type Finding, renderFinding } from '../../findings/index.js';
import { synthesize } from '../../pipeline/index.js';
import { type Reporter, takesColour } from '../../toolchain/index.js';
import { exit } from '../failure.js';
import { locate } from '../locate.js';
import { duration } from '../options.js';
import { command, print, printJson } from './command.js';
import { printFindings } from './systems.js';

/** Says once that another command is at work. */
export const waitingFor =
  (reporter: Reporter) =>
  (pid: number): void =>
    reporter.warn(`waiting for another veridian (process ${pid})`);

/** Arguments that `plan` and `deploy` share. */
interface Given {
  readonly stack: string | undefined;
  readonly json: boolean;
  readonly 'boot-timeout': string | undefined;
}

/** Synthesizes the project and asks what deploying it would do; undefined where it has errors, which are printed. */
async function prepared(given: Given, reporter: Reporter): Promise<Preparation | undefined> {
  needTerraform();
  const { system, ...where } = locate(given.stack);
  const outcome = await synthesize({ ...where, write: true, reporter });
  if (!given.json) printFindings(outcome);
  if (outcome.findings.some(({ severity }) => severity === 'error')) {
    if (given.json) printJson({ findings: outcome.findings });
    return undefined;
  }
  const timeout = given['boot-timeout'];
  const step = reporter.begin('terraform');
  try {
    const preparation = await prepare({
      project: where.project,
      name: system,
      outcome,
      bootTimeout: timeout === undefined ? defaultBootTimeout : duration(timeout, '--boot-timeout'),
      colour: !given.json && takesColour(process.stdout),
      waiting: waitingFor(reporter),
    });
    step.done(`planned ${preparation.stack.id}`);
    return preparation;
  } catch (error) {
    step.failed('failed');
    throw error;
  }
}

/** `veridian plan` */
export const plan = command({
  usage: 'plan [stack]',
  describe: 'Say what deploying would change: authority first, then machines, then Terraform’s own plan',
  positionals: ['stack'],
  options: ['json', 'boot-timeout'],
  handler: async (given, reporter) => {
    const preparation = await prepared(given, reporter);
    if (preparation === undefined) return exit.findings;
    forget(preparation);
    if (given.json) printJson(planJson(preparation));
    else {
      print(planText(preparation, takesColour(process.stdout)));
      print(preparation.plan.text);
      if (broadens(preparation.authority)) print('deploying this needs --approve: it broadens authority');
    }
    return exit.fine;
  },
});

function approvalNeeded({ stack, authority }: Preparation): Finding {
  const systems = authority.filter((change) => broadens([change])).map(({ system }) => system);
  return {
    code: 'VRD0985',
    severity: 'error',
    message: `deploying ${stack.id} broadens the authority of ${systems.join(', ')}, and nobody approved that`,
    related: [],
    help: 'review what is newly reachable above; `--approve` deploys it',
  };
}

/** `veridian deploy` */
export const deploy = command({
  usage: 'deploy [stack]',
  describe: 'Start the VMs of a stack with Terraform, and replace those that boot something else',
  positionals: ['stack'],
  options: ['json', 'approve', 'boot-timeout'],
  handler: async (given, reporter) => {
    const preparation = await prepared(given, reporter);
    if (preparation === undefined) return exit.findings;
    if (!given.json) process.stderr.write(`${planText(preparation, takesColour(process.stderr))}\n`);
    if (broadens(preparation.authority) && !given.approve) {
      forget(preparation);
      const finding = approvalNeeded(preparation);
      if (given.json) printJson({ ...planJson(preparation), findings: [finding] });
      else process.stderr.write(`\n${renderFinding(finding, { stream: process.stderr })}\n`);
      return exit.findings;
    }
    const step = reporter.begin('machines');
    const { machines, started } = await apply(preparation).catch((error: unknown) => {
      step.failed('not all as planned');
      throw error;
    });
    step.done(`${machines.length} running`);
    if (given.json) printJson({ ...planJson(preparation), machines: machines.map((one) => machineJson(one, started)) });
    else for (const line of machineLines(machines, started)) print(line);
    return exit.fine;
  },
});
