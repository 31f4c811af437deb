import type { Unrendered } from '../apply/render-files.ts';
import type { Problem } from '../errors.ts';
import type { Report } from '../report/sink.ts';

/** Tells what could not be rendered, the same of several hosts once, and where facts would come from. */
export function tellUnrendered(report: Report, unrendered: readonly Unrendered[], hasFacts: boolean): void {
  const hint = hasFacts
    ? undefined
    : 'facts are known here only from a file: brokkr facts -o facts.json, then the same with --facts facts.json';
  for (const { message, reason } of unrenderedTexts(unrendered)) {
    const mayBeFact = /ansible_|has no attribute/.test(reason);
    const problem: Problem = { message, ...(hint !== undefined && mayBeFact ? { hint } : {}) };
    report.emit({ event: 'problem', problem });
  }
}

/** What could not be rendered, in words, with all hosts that it is alike on. */
export function unrenderedTexts(unrendered: readonly Unrendered[]): { message: string; reason: string }[] {
  const hostsOf = new Map<string, { hosts: string[]; task: string; reason: string }>();
  for (const { host, task, reason } of unrendered) {
    const key = JSON.stringify([task, reason]);
    const known = hostsOf.get(key) ?? { hosts: [], task, reason };
    known.hosts.push(host);
    hostsOf.set(key, known);
  }
  return [...hostsOf.values()].map(({ hosts, task, reason }) => ({
    message: `${[...new Set(hosts)].join(', ')}: ${task}: not rendered: ${reason}`,
    reason,
  }));
}
