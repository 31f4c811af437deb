/**
 * Whether a `myid` is the one that the inventory gives the server.
 * @returns what is wrong, naming both; `undefined` when they are the same
 */
export function compareMyid(path: string, text: string, id: number): { message: string; hint: string } | undefined {
  const held = text.trim();
  if (!/^\d+$/.test(held)) {
    const shown = JSON.stringify(held.slice(0, 40));
    return {
      message: `${path} holds ${shown}, which is not the id of a server; the inventory says ${id}`,
      hint: `see whose data it is; if it is this server's, write ${id} into it`,
    };
  }
  if (Number(held) === id) return undefined;
  return {
    message: `${path} says that this is server ${held}, but the inventory says that it is server ${id}`,
    hint: `correct zookeeper_id in the inventory, or move the data of server ${held} away; an id must not change with data`,
  };
}
