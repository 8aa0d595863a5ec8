/** What a key is read from: a text, or the bytes of a file. */
export type KeyInput = string | Uint8Array

/** What the reading of a key may need beside its text. */
export interface ReadOptions {
  readonly passphrase?: string | undefined
  readonly kid?: string | undefined
}
