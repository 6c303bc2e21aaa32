import { explainedText, explainPath, resolveName } from '../../query/index.js';
import { analyseTiming, coreText } from '../../timing/index.js';
import { rulePage, ruleTitles } from '../explain.js';
import { exit } from '../failure.js';
import { command, print, printJson } from './command.js';
import { withGraphs } from './query.js';

/** `veridian explain` */
export const explain = command({
  usage: 'explain [code]',
  describe: 'Print what a rule means, or what a construct holds, can reach, and is reached by',
  positionals: ['code'],
  options: ['in', 'json'],
  handler: async ({ code, in: system, json }) => {
    if (code !== undefined && !/^(VRD)?\d+$/i.test(code)) {
      return withGraphs(system, (graphs) => {
        const named = resolveName(graphs, code);
        const found = explainPath(named);
        const cores = named.path === named.graph.system ? analyseTiming(named.graph) : [];
        if (json) printJson(found);
        else print([...cores.map(coreText), ...found.map(explainedText)].join('\n\n'));
        return exit.fine;
      });
    }
    if (code !== undefined) {
      const page = rulePage(code);
      if (json) printJson({ code: code.toUpperCase(), page });
      else print(page);
    } else if (json) printJson(ruleTitles());
    else
      print(
        ruleTitles()
          .map((rule) => `${rule.code}  ${rule.title}`)
          .join('\n'),
      );
    return exit.fine;
  },
});
