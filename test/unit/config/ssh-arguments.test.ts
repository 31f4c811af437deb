import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSshArguments } from '../../../src/config/ssh-arguments.ts';
import type { Problem } from '../../../src/errors.ts';

function read(text: string) {
  const problems: Problem[] = [];
  const { words, options, needSsh } = readSshArguments(text, 'h1', problems);
  return { words, options: Object.fromEntries(options), needSsh, problems };
}

describe('arguments of ssh', () => {
  test.each([
    ['', {}, false],
    ['-C -o ControlMaster=auto -o ControlPersist=60s', { controlmaster: 'auto', controlpersist: '60s' }, false],
    [
      '-o UserKnownHostsFile=/k -o user=me -i /key',
      { userknownhostsfile: '/k', user: 'me', identityfile: '/key' },
      false,
    ],
    ['-o "StrictHostKeyChecking No"', { stricthostkeychecking: 'no' }, false],
    ['-oUser=a -o User=b', { user: 'a' }, false],
    ['-J me@bastion:22,two', { proxyjump: 'me@bastion:22,two' }, true],
    ['-o ProxyJump=bastion', { proxyjump: 'bastion' }, true],
    ['-o ProxyCommand="ssh -W %h:%p -q me@bastion"', { proxycommand: 'ssh -W %h:%p -q me@bastion' }, true],
    ['-o \'ProxyCommand=nc -x "a b" %h %p\'', { proxycommand: 'nc -x "a b" %h %p' }, true],
    ['-F /my/config', { configfile: '/my/config' }, true],
    ['-qCTi /key -4', { identityfile: '/key' }, true],
    ['-p 2222', { port: '2222' }, true],
  ])('%j', (text, options, needSsh) => {
    expect(read(text)).toMatchObject({ options, needSsh, problems: [] });
  });

  test('what ssh does not know, and what would not run a command, is told', () => {
    const { problems } = read('-o ProxyJmp=b -o Nonsense=1 -L 1:a:2 -N -W a:1 word -o');
    expect(problems.map(({ message, hint }) => [message, hint])).toEqual([
      [
        'h1: the ssh option ProxyJmp is not supported',
        'did you mean proxyjump? (ssh takes upper and lower case alike)',
      ],
      ['h1: the ssh option Nonsense is not supported', undefined],
      ['h1: the ssh argument -L is not supported', undefined],
      ['h1: the ssh argument -N is not supported', undefined],
      ['h1: the ssh argument -W is not supported', undefined],
      ['h1: the ssh argument word is not supported', undefined],
      ['h1: the ssh option  is not supported', undefined],
    ]);
  });

  test('flags that nothing could stand before are written as options', () => {
    expect(read('-CqJ me@bastion -S /a/b -qT -i /key -oUser=me -q').words).toEqual(
      '-C -o ProxyJump=me@bastion -o ControlPath="/a/b" -T -i /key -o User=me'.split(' '),
    );
  });

  test('a quote that is not closed', () => {
    expect(read('-o "User=me').problems[0]?.message).toContain('cannot be split into words');
  });

  test('any text is read, or told what is wrong with it', () => {
    const piece = fc.constantFrom(
      '-o',
      '-J',
      '-i',
      'User=',
      '"',
      "'",
      '\\',
      ' ',
      '=',
      'a',
      '-',
      '#',
      'ProxyCommand=x y',
      '\n',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(text, (words) => {
        const { problems, options } = read(words);
        for (const { message } of problems) expect(message).toMatch(/^h1: /);
        for (const name of Object.keys(options)) expect(name).toMatch(/^[a-z0-9]+$/);
      }),
    );
  });
});
