/** One of the two ways out: data or talk. */
export interface OutStream {
  readonly isTerminal: boolean
  /** Characters that fit in a line of the terminal; undefined when it is none. */
  readonly columns: number | undefined
  /** @throws {PipeClosed} */
  write(text: string): void
}

/** The way in. It is opened when it is read, never before. */
export interface InStream {
  readonly isTerminal: boolean
  /**
   * Everything up to the end.
   * @param bytesMax More than this is refused.
   */
  read(bytesMax: number): Promise<Uint8Array<ArrayBuffer>>
}

/** A signal that asks the process to end. */
export type EndSignal = 'SIGINT' | 'SIGTERM'

/** The world around a command, so that a test can give it another one. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: InStream
  readonly stdout: OutStream
  readonly stderr: OutStream
  readonly clock: () => Date
  /** Resolves when the process is asked to end. A command that waits for it ends by itself; all others are just ended. */
  ended(): Promise<EndSignal>
}

/** Thrown when nobody reads any more: the end of `pkjwt … | head`, and no error. */
export class PipeClosed extends Error {}
