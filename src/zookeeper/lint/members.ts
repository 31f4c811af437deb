import type { Settings } from '../../lint/settings.ts';

/** One `server.N=host:peer port:election port[:role][;client]` line. */
export interface Member {
  readonly key: string;
  readonly id: number;
  readonly host: string;
  readonly peerPort: number;
  readonly electionPort: number;
  readonly isObserver: boolean;
  /** From 3.5 on a line may end in `;[address:]port`. */
  readonly clientPort: number | undefined;
}

const ADDRESS = /^(\[[^\]]+\]|[^:[\]]*):(\d+):(\d+)(?::(\w+))?$/;

/** What is wrong with a line of the list; `undefined` when nothing is. */
export function memberProblem(key: string, value: string): string | undefined {
  if (!/^server\.\d+$/.test(key)) return `${key} does not end in the number of a server`;
  const [addresses = '', client, ...more] = value.split(';');
  if (more.length > 0) return 'there is more than one ;';
  for (const address of addresses.split('|')) {
    const match = ADDRESS.exec(address.trim());
    if (match === null) return `${address.trim() || 'nothing'} is not host:peer port:election port`;
    if (match[1] === '') return 'the host is missing';
    if (/\s/.test(match[1] ?? '')) return 'there is a blank in the host';
    if ([match[2], match[3]].some((port) => Number(port) < 1 || Number(port) > 65535))
      return `a port is not between 1 and 65535`;
    if (match[4] !== undefined && !/^(?:participant|observer)$/i.test(match[4]))
      return `${match[4]} is neither participant nor observer`;
  }
  return client === undefined || /^(?:.*:)?\d+$/.test(client.trim()) ? undefined : `${client} is not [address:]port`;
}

export function readMembers(settings: Settings): Member[] {
  return [...settings.entries()].flatMap(({ key }) => {
    const value = settings.given(key);
    if (!key.startsWith('server.') || value === undefined || memberProblem(key, value) !== undefined) return [];
    const [addresses = '', client] = value.split(';');
    const [, host = '', peer, election, role] = ADDRESS.exec((addresses.split('|')[0] ?? '').trim()) ?? [];
    return [
      {
        key,
        id: Number(key.slice('server.'.length)),
        host,
        peerPort: Number(peer),
        electionPort: Number(election),
        isObserver: role?.toLowerCase() === 'observer',
        clientPort: client === undefined ? undefined : Number(client.trim().replace(/^.*:/, '')),
      },
    ];
  });
}

export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\./.test(host);
}
