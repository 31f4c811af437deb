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
        `<span><b style="background:${colors[status === 'gate' ? 'gate' : (status as keyof typeof names)]}"></b>${name}</span>`,
    );
    return [
      '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
      // It asks for nothing, not even for an icon where it is served.
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">`,
      '<link rel="icon" href="data:,"><title>brokkr restart</title>',
      `<style>${style}</style>`,
      `<h1>Restart of ${escaped(this.#begun.toISOString())}</h1>`,
      `<p>${[...legend, '<span><b style="background:#c23030"></b>failed, or no acknowledgement</span>'].join(' ')} <span>${seconds(end)} from left to right</span></p>`,
      `<table>${[...rows, ...gaps].join('\n')}</table>`,
      `<pre>${escaped([...this.#failures(), ...this.#summary].join('\n'))}</pre></html>`,
      '',
    ].join('\n');
  }

  /** A finger cannot rest on a bar to read its title. */
  #failures(): readonly string[] {
    return this.#heard.flatMap(({ event }) =>
      event.status === 'failed' ? [`${event.cluster} on ${event.host} failed: ${event.text ?? ''}`] : [],
    );
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
  ':root{color-scheme:light dark;--back:#fff;--row:#f3f3f3;--dim:#666}',
  '@media(prefers-color-scheme:dark){:root{--back:#16181b;--row:#26292e;--dim:#a0a4aa}}',
  'body{font:14px sans-serif;margin:2em;background:var(--back)}table{width:100%;border-collapse:collapse}',
  'h1{font-size:1.5em}th{text-align:left;white-space:nowrap;padding:4px 1em 4px 0;font-weight:normal}',
  'td{position:relative;width:100%;height:22px;background:var(--row);border:1px solid var(--back)}',
  'td i{position:absolute;top:2px;bottom:2px;min-width:1px}td span{padding-left:.5em;color:var(--dim)}',
  'p span{display:inline-block;margin-right:1em}p b{display:inline-block;width:1em;height:1em;margin-right:.3em;vertical-align:-2px}',
  'pre{background:var(--row);padding:1em;white-space:pre-wrap;overflow-wrap:anywhere}',
  '@media(max-width:600px){body{margin:1em}th{padding-right:.5em;font-size:12px}pre{font-size:12px}}',
].join('');

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (each) => `&#${each.charCodeAt(0)};`);
}
