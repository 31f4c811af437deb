import type { InheritedKeywords } from '../play.ts';
import type { KeywordReader } from './keyword-reader.ts';
import type { KeywordOwner } from './keywords.ts';

/** The keywords that a block hands down to its tasks. */
export function readInherited(keywords: KeywordReader, owner: KeywordOwner): InheritedKeywords {
  keywords.checkCollections();
  return {
    name: keywords.text('name'),
    at: keywords.at,
    when: keywords.conditions('when') ?? [],
    become: keywords.become(),
    vars: keywords.variables('vars', `${owner} vars`),
    moduleDefaults: keywords.moduleDefaults(),
    environment: keywords.environment(),
    tags: keywords.tags(),
    notify: keywords.texts('notify'),
    ignoreErrors: keywords.boolean('ignore_errors'),
    ignoreUnreachable: keywords.boolean('ignore_unreachable'),
    anyErrorsFatal: keywords.boolean('any_errors_fatal'),
    noLog: keywords.boolean('no_log'),
    checkMode: keywords.boolean('check_mode'),
    diff: keywords.boolean('diff'),
    runOnce: keywords.boolean('run_once'),
    delegateTo: keywords.text('delegate_to'),
    delegateFacts: keywords.boolean('delegate_facts'),
    connection: keywords.connection(),
    throttle: keywords.number('throttle'),
  };
}
