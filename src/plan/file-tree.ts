import { posix } from 'node:path';
import type { Answer, AnswerOf, Question, Stat } from '../shell/question.ts';
import { contentOf, type Found, hashOf, wrap } from './file-answers.ts';
import { absent, aged, type FileEntry, isOneFile, isSame, isStat, isVague } from './file-entry.ts';
import { folderOf, isWithin, plain } from './path-text.ts';

/** A real path, and whether something may be known there. */
interface Place {
  readonly path: string;
  readonly is: 'there' | 'absent' | 'acted';
}

type Tree = Extract<Question, { ask: 'tree' }>;

/** Linux gives up after so many links. */
const maxLinks = 40;

/** The files of a host as far as they are known, by their real paths: links that are known are walked through. */
export class FileTree {
  readonly #entries: Map<string, FileEntry>;
  readonly #supposed: boolean;
  #changed: string[] = [];

  constructor(supposed: boolean, entries: Map<string, FileEntry> = new Map()) {
    this.#supposed = supposed;
    this.#entries = entries;
  }

  clone(supposed: boolean): FileTree {
    return new FileTree(supposed, new Map(this.#entries));
  }

  clear(): void {
    this.#entries.clear();
  }

  /** What is known of a real path, by itself or because of a folder above it. */
  at(path: string): FileEntry {
    const entry = this.#entries.get(path);
    if (entry !== undefined) return entry;
    if (this.#entries.size === 0) return {};
    for (let below = path, folder = folderOf(path); below !== '/'; below = folder, folder = folderOf(folder)) {
      const above = this.#entries.get(folder);
      if (above?.lstat === null) return absent;
      if (above?.complete === true && !this.#entries.has(below)) return absent;
      if (above?.blurredBelow === true) return { lstat: 'acted', hash: 'acted', content: 'acted' };
    }
    return {};
  }

  /** What an action has made of a path. */
  set(path: string, entry: FileEntry): void {
    this.#changed.push(path);
    const before = this.at(path).lstat;
    if (!isSame(before, entry.lstat)) this.#age(posix.dirname(path));
    if (isStat(before) && before.type === 'file' && before.links > 1) this.#tellOtherNames(path, before, entry);
    this.#entries.set(path, entry);
  }

  /** What is done to a file under one name is seen under the others; a file that takes its place has that name only. */
  #tellOtherNames(path: string, before: Stat, after: FileEntry): void {
    for (const [other, entry] of this.#entries) {
      const { lstat } = entry;
      if (other === path || !isStat(lstat) || !isOneFile(lstat, before)) continue;
      this.#changed.push(other);
      const isKept = isSame(before, after.lstat);
      this.#entries.set(other, isKept ? after : { ...entry, lstat: { ...lstat, links: lstat.links - 1 } });
    }
  }

  /** The real paths on which actions were done since this was asked last. */
  takeChanged(): readonly string[] {
    const changed = this.#changed;
    this.#changed = [];
    return changed;
  }

  /** Nothing is there any more, and nothing below. */
  remove(path: string): void {
    for (const below of this.below(path)) this.#entries.delete(below);
    this.set(path, absent);
  }

  /** Whatever is at the path and below may be different now; a folder stays one. */
  blur(path: string): void {
    const { lstat } = this.at(path);
    for (const below of this.below(path)) this.#entries.delete(below);
    this.set(path, {
      lstat: isStat(lstat) && lstat.type === 'directory' ? aged(lstat) : this.unknown(),
      hash: this.unknown(),
      content: this.unknown(),
      blurredBelow: this.#supposed,
    });
  }

  /** Something came into a folder under a name that nobody knows. */
  addUnnamed(folder: string): void {
    const entry = this.at(folder);
    // What is asked of another name is known as before; only a list of the folder is not.
    const contents = this.#supposed ? { hasUnnamed: true } : { complete: false };
    this.set(folder, { ...entry, ...contents });
    this.#age(folder);
  }

  /** The real paths below a folder of which something is known. */
  below(path: string): string[] {
    const prefix = path === '/' ? '/' : `${path}/`;
    return [...this.#entries.keys()].filter((each) => each.startsWith(prefix) && each !== path);
  }

  /** What an action leaves behind that nobody can foretell: to be asked, or, if it is only supposed, to wait for. */
  unknown(): 'acted' | undefined {
    return this.#supposed ? 'acted' : undefined;
  }

  /** The real path, for an action that is going to be done there: known links are followed, the rest is taken as it is. */
  realPath(path: string, follow: boolean): string {
    return this.#locate(path, follow).path;
  }

  /** Takes an answer about files; false for any other. */
  learn(question: Question, answer: Answer): boolean {
    switch (question.ask) {
      case 'stat':
        this.#learnStat(question.path, question.follow, answer as AnswerOf['stat']);
        return true;
      case 'hash':
        this.#merge(this.realPath(question.path, true), { hash: answer as AnswerOf['hash'] });
        return true;
      case 'content': {
        const content = answer as AnswerOf['content'];
        const path = this.realPath(question.path, true);
        this.#merge(path, content === null ? { longerThan: question.maxBytes } : { content });
        return true;
      }
      case 'tree':
        this.#learnTree(question, answer as AnswerOf['tree']);
        return true;
      default:
        return false;
    }
  }

  lookup(question: Question): Found | 'elsewhere' {
    switch (question.ask) {
      case 'stat':
      case 'hash':
      case 'content':
      case 'tree': {
        const place = this.#locate(question.path, question.ask !== 'stat' || question.follow);
        if (place.is === 'absent') return { answer: null };
        if (place.is === 'acted') return 'acted';
        const entry = this.at(place.path);
        if (question.ask === 'stat')
          return wrap(entry.lstat === undefined && question.follow ? entry.followed : entry.lstat);
        const stands = entry.lstat === undefined ? entry.followed : entry.lstat;
        if (stands === null) return { answer: null };
        if (question.ask === 'hash') return hashOf(entry, stands);
        if (question.ask === 'content') return contentOf(entry, stands, question.maxBytes);
        return this.#treeOf(place.path, question, entry, stands);
      }
      default:
        return 'elsewhere';
    }
  }

  /** Something was made, replaced or removed in a folder. */
  #age(folder: string): void {
    const entry = this.#entries.get(folder);
    if (entry === undefined) return;
    const { lstat, followed } = entry;
    if (isStat(lstat)) this.#entries.set(folder, { ...entry, lstat: aged(lstat) });
    else if (isStat(followed)) this.#entries.set(folder, { ...entry, followed: aged(followed) });
  }

  #merge(path: string, news: FileEntry): void {
    this.#entries.set(path, { ...this.#entries.get(path), ...news });
  }

  #learnStat(path: string, follow: boolean, stat: Stat | null): void {
    const place = this.realPath(path, follow);
    const entry = this.at(place);
    if (follow && entry.lstat === undefined) this.#merge(place, { followed: stat });
    else if (follow && isStat(entry.lstat) && entry.lstat.type === 'link') return;
    else if (stat === null) this.#entries.set(place, absent);
    else {
      this.#merge(place, { lstat: stat });
      if (stat.type === 'link') this.#learnLink(place, entry);
    }
  }

  /** What was known of the path, and of paths below it, is about what the link leads to. */
  #learnLink(path: string, before: FileEntry): void {
    const { lstat } = this.at(path);
    const below = this.below(path).map((each) => [each, this.at(each)] as const);
    this.#entries.set(path, { lstat });
    const target = this.#locate(path, true);
    if (target.is !== 'there' || target.path === path) return;
    const { followed, hash, content, longerThan } = before;
    const known = this.at(target.path);
    this.#entries.set(target.path, {
      ...known,
      lstat: known.lstat === undefined ? followed : known.lstat,
      hash: known.hash ?? hash,
      content: known.content ?? content,
      longerThan: known.longerThan ?? longerThan,
    });
    for (const [each, entry] of below) {
      this.#entries.delete(each);
      const real = target.path + each.slice(path.length);
      this.#entries.set(real, { ...entry, ...this.#entries.get(real) });
    }
  }

  #learnTree({ path, depth }: Tree, tree: AnswerOf['tree']): void {
    const place = this.realPath(path, true);
    if (tree === null) return;
    for (const known of this.below(place)) this.#entries.delete(known);
    this.#merge(place, { complete: true, blurredBelow: false, hasUnnamed: false });
    for (const { path: each, stat } of tree) {
      const below = each.slice(posix.resolve('/', path).length);
      this.#entries.set(place + below, {
        lstat: stat,
        ...(stat.type === 'directory' && isWithin(below, depth) ? { complete: true } : {}),
      });
    }
  }

  #treeOf(real: string, { path: asked, depth, times }: Tree, entry: FileEntry, stands: FileEntry['lstat']): Found {
    if (stands === 'acted' || isVague(entry)) return 'acted';
    if (isStat(stands) && stands.type !== 'directory') return { answer: null };
    if (entry.complete !== true) return undefined;
    const tree: { path: string; stat: Stat }[] = [];
    for (const path of this.below(real).sort()) {
      const below = path.slice(real.length);
      if (!isWithin(below, depth, 1)) continue;
      const entry = this.at(path);
      const { lstat, complete } = entry;
      if (lstat === null) continue;
      const isDeeper = isWithin(below, depth);
      if (lstat === 'acted' || (isVague(entry) && isDeeper)) return 'acted';
      if (lstat === undefined || (lstat.type === 'directory' && complete !== true && isDeeper)) return undefined;
      if (times === true && (Number.isNaN(lstat.mtime) || Number.isNaN(lstat.ctime))) return this.unknown();
      tree.push({ path: posix.resolve('/', asked) + below, stat: lstat });
    }
    return { answer: tree };
  }

  /** Walks a path from the root through every link that is known. */
  #locate(path: string, follow: boolean): Place {
    // What is still ahead begins with a slash; at the root itself, nothing is.
    let ahead = plain(path);
    // So it is in the first pass over every task.
    if (this.#entries.size === 0) return { path: ahead === '' ? '/' : ahead, is: 'there' };
    let at = '';
    let blurred = false;
    for (let links = 0; ahead !== ''; ) {
      const end = ahead.indexOf('/', 1);
      const isLast = end === -1;
      const rest = isLast ? '' : ahead.slice(end);
      const next = at + (isLast ? ahead : ahead.slice(0, end));
      const whole = next + rest;
      const folder = this.#entries.get(at === '' ? '/' : at);
      const entry = this.#entries.get(next);
      blurred = blurred || folder?.blurredBelow === true;
      if (entry === undefined && folder?.complete === true) return { path: whole, is: 'absent' };
      if (entry === undefined && blurred) return { path: whole, is: 'acted' };
      const stat = entry?.lstat;
      if (stat === null && (follow || !isLast)) return { path: whole, is: 'absent' };
      if (isStat(stat) && stat.type === 'link' && (follow || !isLast)) {
        if (++links > maxLinks) return { path: whole, is: 'absent' };
        ahead = plain(posix.resolve(at === '' ? '/' : at, stat.target ?? '')) + rest;
        at = '';
        continue;
      }
      if (isStat(stat) && stat.type !== 'directory' && !isLast) return { path: whole, is: 'absent' };
      if (stat === 'acted' && !isLast && entry?.complete !== true) blurred = true;
      at = next;
      ahead = rest;
    }
    return { path: at === '' ? '/' : at, is: 'there' };
  }
}
