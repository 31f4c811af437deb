import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Answers } from '../../src/modules/module.ts';
import { HostTable, Missing } from '../../src/plan/host-table.ts';
import type { Answer, AnswerOf, Question, Stat } from '../../src/shell/question.ts';
import { questionKey } from '../../src/shell/question.ts';
import { answerControl } from './case-control.ts';
import { modeOf, typeOf } from './case-files.ts';
import type { Case, CaseFile } from './case-schema.ts';

/** The host of a case: a table in which everything is told, and answers that throw for what is not. */
export class CaseHost {
  readonly table = new HostTable();
  readonly #case: Case;

  constructor(of: Case) {
    this.#case = of;
    const { host } = of;
    this.table.learn({ ask: 'identity' }, identityOf(of));
    const files = new Map(Object.entries(host.files).map(([path, spec]) => [posix.resolve('/', path), spec]));
    for (const path of [...files.keys()]) {
      for (let folder = posix.dirname(path); folder !== '/'; folder = posix.dirname(folder)) {
        if (!files.has(folder)) files.set(folder, null);
      }
    }
    const tree = [...files].map(([path, spec]) => ({ path, stat: this.#statOf(spec) }));
    this.table.learn({ ask: 'stat', path: '/', follow: false }, this.#statOf(null));
    this.table.learn({ ask: 'tree', path: '/' }, tree);
    for (const [path, spec] of files) this.#learnContent(path, spec);
  }

  answers(): Answers {
    const get = <Q extends Question>(question: Q): Answer<Q> => {
      const known = this.table.answer(question);
      if (known !== Missing) return known;
      const answer = this.#tell(question);
      if (answer === undefined) throw new Error(`the case does not say: ${questionKey(question)}`);
      // The answer is of its question's kind.
      const told = answer as Answer<Q>;
      if (question.ask !== 'control') this.table.learn(question, told);
      return told;
    };
    return { get, require: (questions) => void questions.map(get) };
  }

  /** What is not listed is not there. */
  #tell(question: Question): AnswerOf[keyof AnswerOf] | undefined {
    const { host } = this.#case;
    switch (question.ask) {
      case 'passwd': {
        const user = question.name === 'root' ? rootEntry : host.users[question.name];
        if (user === undefined) return null;
        const { uid, group, groups, home, shell, comment } = user;
        const gid = host.groups[group] ?? 0;
        return { name: question.name, uid, gid, gecos: comment, home, shell, groups, primaryGroup: group };
      }
      case 'group': {
        const gid = question.name === 'root' ? 0 : host.groups[question.name];
        return gid === undefined ? null : { name: question.name, gid, members: [] };
      }
      case 'unit': {
        const unit = host.units[question.name];
        const sub = unit?.active === 'active' ? 'running' : 'dead';
        if (unit !== undefined) return { manager: host.manager, sub, mainPid: 0, ...unit };
        const none = { load: 'not-found', active: 'inactive', enabled: '', needsReload: false };
        return { manager: host.manager, sub, mainPid: 0, ...none };
      }
      case 'listening':
        return host.listening.includes(question.port);
      case 'facts':
        return host.facts === undefined ? undefined : new Map(Object.entries(host.facts));
      case 'output': {
        const told = [host.outputs[question.about] ?? []].flat();
        return told.find(({ of }) => question.script.includes(of));
      }
      case 'control':
        return answerControl(question, this.#case);
      default:
        return undefined;
    }
  }

  #learnContent(path: string, spec: CaseFile): void {
    const content = typeof spec === 'string' ? spec : (spec?.content ?? undefined);
    if (content !== undefined) {
      const bytes = new TextEncoder().encode(content);
      this.table.learn({ ask: 'content', path, maxBytes: bytes.length }, bytes);
      this.table.learn({ ask: 'hash', path }, createHash('sha256').update(bytes).digest('hex'));
    } else if (typeof spec === 'object' && spec?.sha256 !== undefined) {
      this.table.learn({ ask: 'hash', path }, spec.sha256);
    }
  }

  #statOf(spec: CaseFile): Stat {
    const { host } = this.#case;
    const said = typeof spec === 'string' ? { content: spec } : (spec ?? {});
    const type = said.type ?? typeOf(said);
    const { owner = 'root', group = owner === 'root' ? 'root' : owner } = said;
    const size = said.size ?? Buffer.byteLength(said.content ?? said.link ?? '');
    return {
      type,
      mode: modeOf(said.mode) ?? { file: 0o644, directory: 0o755, link: 0o777, other: 0o644 }[type],
      uid: owner === 'root' ? 0 : (host.users[owner]?.uid ?? 4000),
      gid: group === 'root' ? 0 : (host.groups[group] ?? 4000),
      owner,
      group,
      size: type === 'directory' ? 4096 : size,
      mtime: said.mtime ?? 1000,
      inode: said.inode ?? nextInode(),
      links: 1,
      ...(said.link === undefined ? {} : { target: said.link }),
    };
  }
}

const rootEntry = { uid: 0, group: 'root', groups: [], home: '/root', shell: '/bin/sh', comment: 'root' };

let lastInode = 100;
function nextInode(): number {
  return ++lastInode;
}

function identityOf({ host }: Case): AnswerOf['identity'] {
  const { user, umask } = host;
  return user === 'root' ? { user, uid: 0, home: '/root', umask } : { user, uid: 1000, home: '/home/admin', umask };
}
