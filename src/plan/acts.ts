import { NotYetKnown } from '../jinja/value.ts';
import type { Module } from '../modules/module.ts';
import type { Known } from './known.ts';

/** Who acts: two hosts of the inventory that are one machine have what is known of it in common. */
interface Actor {
  readonly host: string;
  readonly known: Known;
}

/** What the hosts of a pass do, as far as it keeps others from being decided before it is done. */
export class Acts {
  #noticed: string | undefined;
  readonly #onMachine = new Map<Known, { readonly host: string; readonly task: string }>();

  /** @param isNoticed other machines could notice it, too */
  note({ host, known }: Actor, task: string, isNoticed: boolean): void {
    if (!this.#onMachine.has(known)) this.#onMachine.set(known, { host, task });
    if (isNoticed) this.#noticed = `task '${task}' ran`;
  }

  /**
   * What is decided once for the batch waits for what others could notice. In a run, a host also waits for what the same machine
   * does under another name: their steps would meet, and what the one changes is found by the other.
   * @throws NotYetKnown
   */
  wait({ host, known }: Actor, { oncePerBatch }: Pick<Module, 'oncePerBatch'>, mode: 'plan' | 'apply'): void {
    if (this.#noticed !== undefined && oncePerBatch === true) throw new NotYetKnown(this.#noticed);
    const other = mode === 'apply' ? this.#onMachine.get(known) : undefined;
    if (other !== undefined && other.host !== host)
      throw new NotYetKnown(`task '${other.task}' ran on ${other.host}, which is the same machine`);
  }
}
