import type { Paint } from './colour.js'
import type { OutStream } from './io.js'

/** Everything that is said on stderr. Results never go this way. */
export interface Talk {
  readonly paint: Paint
  /** Something worth knowing; left out with `--quiet`. */
  note(sentence: string): void
  /** It works, and may not tomorrow; left out with `--quiet`. */
  warn(sentence: string, hint?: string): void
  error(sentence: string, hint?: string): void
  /** A text as it is: the findings behind an error, or a help page. */
  print(text: string): void
}

export function createTalk(stderr: OutStream, options: { readonly paint: Paint; readonly quiet: boolean }): Talk {
  const { paint, quiet } = options
  const line = (label: string, sentence: string) => stderr.write(`pkjwt: ${label} ${safe(sentence)}\n`)
  const hintLine = (hint: string | undefined) => hint !== undefined && line(paint.cyan('hint:'), hint)
  return {
    paint,
    note: (sentence) => void (quiet || line('note:', sentence)),
    warn(sentence, hint) {
      if (quiet) return
      line(paint.yellow('warning:'), sentence)
      hintLine(hint)
    },
    error(sentence, hint) {
      line(paint.red('error:'), sentence)
      hintLine(hint)
    },
    print: (text) => stderr.write(text),
  }
}

/** A text that cannot steer the terminal it is printed on: every character that is not seen is escaped. */
export function safe(text: string): string {
  return text.replace(
    /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
