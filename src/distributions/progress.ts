/** How far something that takes a while has come. */
export interface Progress {
  /** What is being obtained, in words. */
  readonly what: string;
  readonly receivedBytes: number;
  /** `undefined` when nobody knows yet. */
  readonly totalBytes: number | undefined;
}

export type OnProgress = (progress: Progress) => void;
