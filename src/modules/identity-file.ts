import type { Question } from '../shell/question.ts';
import type { Answers } from './module.ts';

/** Larger is not a file that holds an id. */
const maxBytes = 16 * 1024;

/** What must be known of a small file that says whom a data directory belongs to. */
export function identityQuestions(path: string) {
  const content = { ask: 'content', path, maxBytes } as const;
  const stat = { ask: 'stat', path, follow: true } as const;
  return { content, stat, all: [content, stat] as readonly Question[] };
}

export type IdentityFile =
  | { readonly found: 'text'; readonly text: string }
  /** A fresh data directory. */
  | { readonly found: 'nothing' }
  /** It is there, but is no small file that can be read. */
  | { readonly found: 'unreadable' };

export function readIdentityFile(path: string, answers: Answers): IdentityFile {
  const { content, stat } = identityQuestions(path);
  const bytes = answers.get(content);
  if (bytes !== null) return { found: 'text', text: Buffer.from(bytes).toString('utf8') };
  return { found: answers.get(stat) === null ? 'nothing' : 'unreadable' };
}
