import { quote } from '../shell/quote.ts';
import type { Target } from './target.ts';

/** The command with which the same can be tried by hand. */
export function tryHint(target: Target): string {
  const { call } = target;
  if (call !== undefined) return `try: ssh ${[...call.arguments, call.host].map(quote).join(' ')} true`;
  const chain: string[] = [];
  for (let { jump } = target; jump !== undefined; { jump } = jump) {
    chain.unshift(`${jump.user}@${jump.address}${jump.port === 22 ? '' : `:${jump.port}`}`);
  }
  const words = [
    ...(target.privateKeyFile === undefined ? [] : ['-i', target.privateKeyFile]),
    ...(chain.length === 0 ? [] : ['-J', chain.join(',')]),
    ...(target.proxyCommand === undefined ? [] : ['-o', quote(`ProxyCommand=${target.proxyCommand}`)]),
  ];
  return `try: ssh -p ${target.port} ${words.map((word) => `${word} `).join('')}${target.user}@${target.address} true`;
}
