import { Acts } from './acts.ts';
import type { Entry } from './entries.ts';
import { planned } from './place.ts';
import type { HostPass, PassMemory, PassSetting, Situation } from './planned.ts';
import { Walker } from './walker.ts';

/**
 * Decides as many tasks as can be decided without running anything, task by task and for each task host by host, as
 * Ansible's linear strategy would come to them. What a task would change is taken as done for the tasks after it.
 */
export function planPass(situations: readonly Situation[], setting: PassSetting): HostPass[] {
  const steps = passSteps(situations, setting);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same pass, which yields after each entry: nothing else may use the setting's state before its end. */
export function* passSteps(situations: readonly Situation[], setting: PassSetting): Generator<undefined, HostPass[]> {
  setting.gone.clear();
  const memory: PassMemory = { once: new Map(), clones: new Map(), acts: new Acts() };
  const walkers = situations.map((situation) => new Walker(situation, planned(situation.known, memory), setting));
  setting.follow(walkers);
  const passed = new Set<Entry>();
  // The list grows behind an entry that includes something; before it, too, by handlers at flushes that are over.
  for (const entry of setting.entries) {
    if (passed.has(entry)) continue;
    passed.add(entry);
    if (setting.takesPart?.(entry) === false) continue;
    for (const walker of walkers) {
      if (walker.comesTo(entry)) walker.step(entry, walkers, memory);
    }
    // In a run, a failure that is every host's is shared out when the task has run.
    if (setting.mode === 'plan' && walkers.some((walker) => walker.fatalAt === entry)) {
      for (const walker of walkers) walker.shareFailure(entry);
    }
    yield;
  }
  setting.follow([]);
  setting.gone.clear();
  return walkers.map((walker) => walker.result());
}
