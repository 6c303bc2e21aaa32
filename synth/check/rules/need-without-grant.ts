import { capabilityText, grantText, type Rule, withArticle } from '../context.js';

export const needWithoutGrant: Rule = {
  code: 'VRD0101',
  title: 'need without grant',
  *check(context) {
    for (const component of context.components) {
      const granted = new Set(context.granted(component.path).map(({ need }) => need));
      for (const need of context.programs.get(component.program)?.needs ?? []) {
        if (granted.has(need.name) || need.optional) continue;
        const [candidate] = context.candidates(need.kind);
        const grant = candidate ? `${need.name}: ${grantText(candidate.path, need.kind, need.rights)}` : undefined;
        yield {
          message: `${component.path} is not granted \`${need.name}\`, which its program needs`,
          path: component.path,
          source: component.source,
          related: [{ label: 'needs', text: capabilityText(need.kind, need.rights), source: need.source }],
          help: grant
            ? `add ${grant} to its grants, or take the need out of the program`
            : `declare ${withArticle(need.kind)} in the system and grant it as \`${need.name}\`, or take the need out of the program`,
        };
      }
    }
  },
};
