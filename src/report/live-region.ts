import type { WriteStream } from 'node:tty';
import { DefaultRenderer, Listr, ListrLogger, type ListrTaskWrapper, ProcessOutput, type SimpleRenderer } from 'listr2';

/** listr2 draws only when the process's own standard output is a terminal; which stream it is, is our caller's choice. */
class StreamRenderer extends DefaultRenderer {
  static override nonTTY = true;
}

interface Drawing {
  readonly task: Promise<Drawn>;
  readonly finish: () => void;
  readonly ended: Promise<unknown>;
}

type Drawn = ListrTaskWrapper<unknown, typeof StreamRenderer, typeof SimpleRenderer>;

/**
 * The moving part of a terminal: a title with a spinner and some lines beneath, drawn anew in place by listr2. What is to
 * stay is written while it is hidden, so that it never grows taller than its few lines.
 */
export class LiveRegion {
  readonly #stream: WriteStream;
  readonly #color: boolean;
  #drawn: Drawing | undefined;

  constructor(stream: WriteStream, color: boolean) {
    this.#stream = stream;
    this.#color = color;
  }

  /** Draws, or changes what is drawn. Lines have to be cut to the terminal's width. */
  async show(title: string, lines: readonly string[]): Promise<void> {
    this.#drawn ??= this.#start(title);
    const task = await this.#drawn.task;
    task.title = title;
    // listr2 takes no empty output for "nothing", but leaves out what is only blank.
    task.output = lines.length === 0 ? ' ' : lines.join('\n');
  }

  /** Takes everything away that was drawn. */
  async hide(): Promise<void> {
    const drawn = this.#drawn;
    if (drawn === undefined) return;
    this.#drawn = undefined;
    drawn.finish();
    await drawn.ended;
  }

  #start(title: string): Drawing {
    let finish = (): void => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let begun: (task: Drawn) => void = () => {};
    const task = new Promise<Drawn>((resolve) => {
      begun = resolve;
    });
    const plain = (text?: string): string => text ?? '';
    const list = new Listr<unknown, typeof StreamRenderer, typeof SimpleRenderer>(
      [
        {
          title,
          task: async (_, wrapper) => {
            begun(wrapper);
            await finished;
          },
        },
      ],
      {
        // listr2's own handler ends the process on Ctrl-C at once, in the middle of a change.
        registerSignalListeners: false,
        renderer: StreamRenderer,
        rendererOptions: {
          clearOutput: true,
          // It holds back what others write to its streams while it draws; standard error is none of its business.
          logger: new ListrLogger({
            processOutput: new ProcessOutput(this.#stream, this.#stream),
            useIcons: true,
            toStderr: [],
          }),
          ...(this.#color ? {} : { color: { PENDING: plain, OUTPUT: plain } }),
        },
      },
    );
    return { task, finish, ended: list.run() };
  }
}
