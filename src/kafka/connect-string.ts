/**
 * `zookeeper.connect` as it is written: the servers between its commas, blanks around them taken away, and the path behind the
 * last of them, `''` when there is none. Source: ConnectStringParser of ZooKeeper.
 */
export function splitConnect(text: string): { readonly servers: readonly string[]; readonly chroot: string } {
  const slash = text.indexOf('/');
  const [names, chroot] = slash < 0 ? [text, ''] : [text.slice(0, slash), text.slice(slash)];
  return { servers: names.split(',').map((each) => each.trim()), chroot };
}
