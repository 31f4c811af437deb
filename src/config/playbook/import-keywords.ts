import type { MappingNode } from '../node.ts';
import { inheritedKeywords } from './keywords.ts';
import { addProblem, type LoadContext } from './load-context.ts';

/** What Ansible takes beside an import and makes nothing of: there is no task that it could be of. */
const idle = 'register until retries delay changed_when failed_when async poll'.split(' ');

/** Tells what cannot stand beside an import, and what has no effect there. */
export function checkImportKeywords(
  item: MappingNode,
  module: string,
  own: ReadonlySet<string>,
  context: LoadContext,
): void {
  for (const { key, keyAt } of item.entries) {
    if (own.has(key) || inheritedKeywords.includes(key)) continue;
    if (idle.includes(key)) {
      const hint = `give it to a task that is imported, or write ${module.replace('import', 'include')}`;
      context.warnings.push({ message: `'${key}' has no effect beside '${module}'`, at: keyAt, hint });
      continue;
    }
    const hint = `the tasks inherit ${inheritedKeywords.join(', ')}`;
    addProblem(context, keyAt, `'${key}' cannot stand beside '${module}'`, hint);
  }
}
