import type { Event } from '../apply/events.ts';

/** What was heard of a roll, in milliseconds since its beginning. */
interface Heard {
  readonly at: number;
  readonly event: Extract<Event, { event: 'server' }>;
}

/** A time in which the canary got no acknowledgement for long, in milliseconds since the roll's beginning. */
export interface CanaryGap {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

const colors: Readonly<Partial<Record<Heard['event']['status'], string>>> = {
  gate: '#8aa4c8',
  stopping: '#d9822b',
  starting: '#e0b000',
  returning: '#7b61b5',
};
const names = { gate: 'gate', stopping: 'stopping', starting: 'starting', returning: 'until in step' } as const;

/** Listens to a roll, and draws its timeline: a page that needs nothing else, neither scripts nor other files. */
export class RollPage {
  readonly #heard: Heard[] = [];
  readonly #begun: Date;
  readonly #now: () => number;
  readonly #from: number;
  #gaps: readonly CanaryGap[] = [];
  #summary: readonly string[] = [];

  /** @param now milliseconds of a clock that only goes forward */
  constructor(begun: Date, now: () => number) {
    this.#begun = begun;
    this.#now = now;
    this.#from = now();
  }

  readonly hear = (event: Event): void => {
    if (event.event === 'server') this.#heard.push({ at: this.#now() - this.#from, event });
  };

  /** What the canary noticed, and the lines that close the report. @param gaps on the same clock as `now` */
  close(gaps: readonly CanaryGap[], summary: readonly string[]): void {
    this.#gaps = gaps.map(({ partition, from, to }) => ({ partition, from: from - this.#from, to: to - this.#from }));
    this.#summary = summary;
  }

  html(): string {
    const end = Math.max(1, this.#now() - this.#from);
    const left = (at: number) => `${((100 * Math.max(0, at)) / end).toFixed(3)}%`;
    const bar = (from: number, to: number, color: string, title: string) =>
      `<i style="left:${left(from)};width:${left(to - from)};background:${color}" title="${escaped(title)}"></i>`;
    const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
    const rows = [...this.#byServer()].map(([name, heard]) => {
      const bars = heard.flatMap(({ at, event }, index) => {
        const to = heard[index + 1]?.at ?? end;
        const color = colors[event.status];
        if (event.status === 'failed') return [bar(at, end, '#c23030', `failed: ${event.text ?? ''}`)];
        if (color === undefined) return [];
        return [bar(at, to, color, `${event.status} ${seconds(to - at)} (from ${seconds(at)})`)];
      });
      const last = heard.at(-1)?.event;
      const note = last?.status === 'skipped' || last?.status === 'altered' ? (last.text ?? last.status) : '';
      return `<tr><th>${escaped(name)}</th><td>${bars.join('')}${note === '' ? '' : `<span>${escaped(note)}</span>`}</td></tr>`;
    });
    const gaps = [...new Set(this.#gaps.map(({ partition }) => partition))].map((partition) => {
      const bars = this.#gaps
        .filter((gap) => gap.partition === partition)
        .map(({ from, to }) => bar(from, to, '#c23030', `no acknowledgement for ${seconds(to - from)}`));
      return `<tr><th>canary, partition ${partition}</th><td>${bars.join('')}</td></tr>`;
    });
    const legend = Object.entries(names).map(
      ([status, name]) =>
        `<b style="background:${colors[status === 'gate' ? 'gate' : (status as keyof typeof names)]}"></b>${name}`,
    );
    return [
      '<!doctype html><html lang="en"><meta charset="utf-8"><title>brokkr restart</title>',
      `<style>${style}</style>`,
      `<h1>Restart of ${escaped(this.#begun.toISOString())}</h1>`,
      `<p>${[...legend, '<b style="background:#c23030"></b>failed, or no acknowledgement'].join(' ')}; ${seconds(end)} from left to right</p>`,
      `<table>${[...rows, ...gaps].join('\n')}</table>`,
      `<pre>${escaped(this.#summary.join('\n'))}</pre></html>`,
      '',
    ].join('\n');
  }

  #byServer(): ReadonlyMap<string, readonly Heard[]> {
    const found = new Map<string, Heard[]>();
    for (const heard of this.#heard) {
      const name = `${heard.event.cluster} on ${heard.event.host}`;
      found.set(name, [...(found.get(name) ?? []), heard]);
    }
    return found;
  }
}

const style = [
  'body{font:14px sans-serif;margin:2em}table{width:100%;border-collapse:collapse}',
  'th{text-align:left;white-space:nowrap;padding:4px 1em 4px 0;font-weight:normal}',
  'td{position:relative;width:100%;height:22px;background:#f3f3f3;border:1px solid #fff}',
  'td i{position:absolute;top:2px;bottom:2px;min-width:1px}td span{padding-left:.5em;color:#666}',
  'p b{display:inline-block;width:1em;height:1em;margin:0 .3em 0 1em;vertical-align:-2px}pre{background:#f3f3f3;padding:1em}',
].join('');

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (each) => `&#${each.charCodeAt(0)};`);
}
