/** Of the lines that `--json` prints. Changed only when a consumer of the lines would have to change, too. */
export const eventsVersion = 1;
