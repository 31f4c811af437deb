import { expect, it } from 'vitest';
import { layOut } from '../../../src/lab/layout.ts';
import { hostNamed } from '../../../src/lab/ssh.ts';

const surroundings = { workingDirectory: '/w', isRoot: true, userName: 'ada', isFree: () => true };

it('finds a host of the lab, and refuses one that it has not', () => {
  const lab = layOut({}, { ...surroundings, platform: 'linux' });
  expect(hostNamed(lab, 's2').name).toBe('s2');
  const refuse = (name: string) => expect(() => hostNamed(lab, name));
  refuse('s9').toThrow('the lab has no host s9\n  → did you mean s1? its hosts are s1, s2, s3');
  refuse('broker').toThrow(expect.objectContaining({ exitCode: 4 }));
});
