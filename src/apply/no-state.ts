import { BrokkrError } from '../errors.ts';
import { quote } from '../shell/quote.ts';

/** @param told lines of a host: where its records would stand, whose that is if it is somebody else's, and the reason */
export function noStateError(host: string, told: string): BrokkrError {
  const [place = '', owned = '', why = ''] = told.split('\n');
  const [owner = '', ...type] = owned.split(' ');
  if (owner !== '') {
    return new BrokkrError(
      `brokkr keeps no lock and journal on ${host} in ${place}: that is a ${type.join(' ')} of ${owner}`,
      {
        hint: `look at it, and let ${owner} or root remove it: ls -ld ${quote(place)}; or give the account a home of its own`,
      },
    );
  }
  // The folders of a home that lead to it may not be there yet.
  const above = place.replace(/(\/\.local\/state)?\/[^/]*$/, '');
  return new BrokkrError(
    `brokkr cannot keep its lock and journal on ${host}: ${place} cannot be made or written there${why === '' ? '' : `: ${why}`}`,
    {
      hint: `look for a full or read-only file system: df -h ${quote(above === '' ? '/' : above)}; mount | grep -w ro`,
    },
  );
}
