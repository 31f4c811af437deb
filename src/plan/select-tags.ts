/** Which tasks take part, by their tags. */
export interface TagSelection {
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
}

/** Ansible's rule: `always` runs unless it is skipped by name, `never` only when a tag of the task is asked for. */
export function isSelected(tags: readonly string[], { tags: wanted, skipTags }: TagSelection): boolean {
  const named = wanted.some((tag) => tags.includes(tag));
  const all = wanted.length === 0 || wanted.includes('all');
  const tagged = wanted.includes('tagged') && tags.length > 0 && !tags.includes('never');
  const untagged = wanted.includes('untagged') && tags.length === 0;
  const always = tags.includes('always') && !skipTags.includes('always');
  const selected = named || tagged || untagged || always || (all && !tags.includes('never'));
  const skipped =
    skipTags.some((tag) => tags.includes(tag)) ||
    (skipTags.includes('all') && !always) ||
    (skipTags.includes('tagged') && tags.length > 0) ||
    (skipTags.includes('untagged') && tags.length === 0);
  return selected && !skipped;
}
