/**
 * The names of hosts within `width` columns: all of them when they fit, else as many as do and how many more there are;
 * `all 100 hosts` when they are all there are.
 * @param everyone the hosts that could have been named
 */
export function foldHosts(hosts: readonly string[], everyone: readonly string[], width: number): string {
  const joined = hosts.join(' ');
  if (joined.length <= width || hosts.length === 1) return joined;
  if (hosts.length === everyone.length) return `all ${hosts.length} hosts`;
  const shown: string[] = [];
  let used = ' and 9999 more'.length;
  for (const host of hosts) {
    used += host.length + 1;
    if (used > width) break;
    shown.push(host);
  }
  return shown.length === 0 ? `${hosts.length} hosts` : `${shown.join(' ')} and ${hosts.length - shown.length} more`;
}

/** Seconds as people read them: `0.4 s`, `12 s`, `3 min 20 s`. */
export function describeSeconds(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return whole % 60 === 0 ? `${whole / 60} min` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** `1 host`, `3 hosts`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
