/**
 * What a probe reads beside its questions: the handlers that are owed, and the step that was begun and has not ended. Where there
 * is anything of that, a third frame holds the holder of the lock, if that one is alive: it is no earlier run that has left it.
 * Who the holder is, and whether it lives, is told as in {@link LOCK}.
 */
export const READ_STATE = [
  'l=; s owed; for f in "$S"/owed/*; do [ -f "$f" ] && { l=yes; IFS= read -r h < "$f"; printf \'%s\\n\' "$h"; }; done',
  's running; [ -f "$S/running" ] && { l=yes; IFS= read -r h < "$S/running"; printf \'%s\\n\' "$h"; }',
].join('\n');

/**
 * Comes after {@link READ_STATE} where the lock is not this run's own. The frame `left`, which is empty, is there where a run
 * that is gone has not tidied up after itself.
 */
export const READ_HOLDER = [
  's holder; a=; if [ -L "$S/holder" ]; then',
  '  w=; k=$S/holder; i=0',
  '  while [ "$i" -lt 50 ] && n=$(readlink "$k"); do w=$n; set -- $w; k=$S/holder-after-$1-$2; i=$((i + 1)); done',
  '  set -- $w; t=$3; boot=; b=',
  '  { IFS= read -r boot </proc/sys/kernel/random/boot_id; IFS= read -r b <"/proc/$2/stat"; } 2>/dev/null',
  '  [ "$4" = "$boot" ] || b=',
  // The command's name may hold blanks and brackets, so fields are counted after the last bracket: start time is the 20th.
  '  b=${b##*) }; set -- $b; if [ "$#" -gt 19 ]; then shift 19; [ "$1" != "$t" ] || { a=yes; [ -z "$l" ] || printf \'%s\\n\' "$w"; }; fi',
  'fi',
  'if [ -z "$a" ]; then if [ -L "$S/holder" ] || [ -f "$S/running" ] || [ -f "$S/temporary" ]; then s left; fi; fi',
].join('\n');
