import { describe, expect, it } from 'vitest';
import { judged, skipped } from '../../../src/verify/check.ts';
import { htmlPage } from '../../../src/verify/html-page.ts';
import { junitText } from '../../../src/verify/junit.ts';
import type { Verified } from '../../../src/verify/verify-cluster.ts';
import { verifyJson } from '../../../src/verify/verify-json.ts';
import { verifyLines } from '../../../src/verify/verify-text.ts';
import { healthy, subject } from './healthy.ts';

const evil = '<script>alert("x")</script> & \u0007';
const of = { group: 'Kafka', what: 'it works' } as const;
const verified: Verified = {
  checks: [
    judged({ ...of, id: 'a.good', good: ['seen'], bad: [], hint: 'none' }),
    judged({ ...of, id: 'a.bad', good: [], bad: [evil], hint: 'mend it' }),
    skipped({ ...of, id: 'a.skipped' }, 'not asked'),
  ],
  survey: healthy(),
  proof: undefined,
  timeline: [{ what: 'look', startMs: 0, endMs: 10 }],
  startedAt: new Date(0),
  seconds: 1,
};

describe('the forms of a result', () => {
  it('as text: a verdict for each check, and what to do where it is not well', () => {
    const text = verifyLines(verified, (_, word) => word).join('\n');
    expect(text).toMatch(/ok +a\.good +it works/);
    expect(text).toMatch(/FAIL +a\.bad/);
    expect(text).toContain('→ mend it');
    expect(text).toContain('1 check passed, 1 failed, 1 skipped');
  });

  it('as JUnit: failures and skips are counted, and markup of hosts is none', () => {
    const xml = junitText(verified);
    expect(xml).toContain('tests="3" failures="1" skipped="1"');
    expect(xml).not.toContain('<script>');
    expect(xml).not.toContain('\u0007');
  });

  it('as a page: it says what failed, fetches nothing and runs nothing', () => {
    const page = htmlPage(subject, verified);
    expect(page).toContain('A cluster that is not well');
    expect(page).toContain('&lt;script&gt;');
    expect(page).not.toMatch(/<script|src=|url\(|href="(?!data:)|@import/);
    expect(page).toContain('prefers-color-scheme:dark');
  });

  it('as JSON: one object that can be read back', () => {
    expect(JSON.parse(JSON.stringify(verifyJson(verified)))).toMatchObject({
      good: false,
      summary: { pass: 1, warn: 0, fail: 1, skipped: 1 },
      kafka: { cluster_id: 'abc', controller: 1 },
    });
  });
});
