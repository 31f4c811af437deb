import type { Task } from '../config/play.ts';
import type { VariableScope } from '../config/variables/scope.ts';
import { BrokkrError } from '../errors.ts';
import { NotYetKnown } from '../jinja/value.ts';
import { toText } from '../jinja/values/text.ts';
import type { Module } from '../modules/module.ts';
import type { BlockTracker } from './block-tracker.ts';
import { neverCountsAsChanged } from './claims.ts';
import type { TaskEntry } from './entries.ts';
import type { Handler } from './handlers.ts';
import { AnswersWanted } from './known.ts';
import { flushHolds } from './place.ts';
import type { PassSetting } from './planned.ts';
import type { WantedAnswers } from './wanted.ts';

/** Of one host in a plan: the handlers of which only a run can tell whether they are notified. */
export class OpenNotices {
  readonly #until = new Map<Task, string>();
  readonly #handlersOf: (notified: string) => readonly Handler[];
  readonly #moduleOf: (name: string) => Pick<Module, 'neverChanges'>;
  readonly #wanted: WantedAnswers;

  constructor(host: string, setting: Pick<PassSetting, 'handlersOf' | 'moduleOf'>, wanted: WantedAnswers) {
    this.#handlersOf = (notified) => setting.handlersOf(host, notified);
    this.#moduleOf = setting.moduleOf;
    this.#wanted = wanted;
  }

  /** Notes what a task would notify of which only a run can tell what it comes to. */
  note(entry: TaskEntry, name: string, scope: VariableScope): void {
    const module = this.#moduleOf(entry.task.module);
    // A block hands its `notify` down to tasks that only look, too.
    if (entry.task.changedWhen === undefined ? module.neverChanges === true : neverCountsAsChanged(entry)) return;
    try {
      for (const node of entry.lineage.flatMap((each) => each.notify)) {
        const value = scope.at(entry.lineage).template(node);
        const handlers = (Array.isArray(value) ? value : [value]).flatMap((each) => this.#handlersOf(toText(each)));
        for (const { task } of handlers) if (!this.#until.has(task)) this.#until.set(task, `task '${name}' ran`);
      }
    } catch (error) {
      if (error instanceof AnswersWanted) this.#wanted.add(error);
      // When it is known what it comes to, it is told what is wrong with it.
      else if (!(error instanceof NotYetKnown || error instanceof BrokkrError)) throw error;
    }
  }

  /** Is the entry, as its blocks stand, a handler that may be notified? */
  has(entry: TaskEntry, blocks: BlockTracker): boolean {
    return entry.isHandler && this.#until.has(entry.task) && !blocks.skips(entry);
  }

  /** A host has come to a handler. @returns what it waits for, if that may be notified and nothing forbids it */
  take(entry: TaskEntry, scope: VariableScope): NotYetKnown | undefined {
    const until = this.#until.get(entry.task);
    if (until === undefined || !flushHolds(entry, scope)) return undefined;
    this.#until.delete(entry.task);
    try {
      if (!scope.at(entry.lineage).condition(entry.lineage.flatMap((each) => each.when))) return undefined;
    } catch (error) {
      if (error instanceof AnswersWanted) return error;
      if (!(error instanceof NotYetKnown || error instanceof BrokkrError)) throw error;
    }
    return new NotYetKnown(until);
  }

  /** The handler is known to run: it is no longer owed to anybody. */
  forget(handler: Task): void {
    this.#until.delete(handler);
  }
}
