/** Whether what lies in a folder is removed at boot or by a cleaner. */
export function isTemporary(folder: string): boolean {
  return (
    /^\/(?:private\/)?(?:var\/)?tmp(?:\/|$)/.test(folder) ||
    /^[A-Za-z]:[\\/]+(?:windows[\\/]+)?te?mp(?:[\\/]|$)/i.test(folder)
  );
}

/** Whether a folder lies in memory on current distributions. */
export function isVolatile(folder: string): boolean {
  return /^\/(?:var\/)?run(?:\/|$)|^\/dev\/shm(?:\/|$)/.test(folder);
}

/** Whether a folder is another one, or lies below it. */
export function isBelow(folder: string, above: string): boolean {
  return folder === above || folder.startsWith(above.endsWith('/') ? above : `${above}/`);
}
