import { spell } from 'pkjwt/rules'

/** A moment as this machine's clock shows it, to the second, with its zone where the date is told. */
export function localTime(moment: Date): string {
  return moment.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false })
}

/** A date and a time, in this machine's zone. */
export function localDateTime(moment: Date): string {
  const date = moment.toLocaleDateString(undefined, { year: 'numeric', month: 'short', day: 'numeric' })
  return `${date}, ${localTime(moment)}`
}

/** What is left of a time, in the two biggest units: "4 min 12 s". */
export function countdown(seconds: number): string {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  if (hours > 0) return `${hours} h ${minutes} min`
  return minutes > 0 ? `${minutes} min ${String(rest).padStart(2, '0')} s` : `${rest} s`
}

/** A distance in words: "5 minutes ago", "in 5 minutes", "now". */
export function distance(seconds: number): string {
  if (seconds === 0) return 'now'
  return seconds < 0 ? `${spell(-seconds)} ago` : `in ${spell(seconds)}`
}

const wholeUnits = [86_400, 3600, 60]

/** How long ago a moment was, in its biggest unit. What a clock that runs ahead puts into the future is now. */
export function ago(moment: Date, now: Date): string {
  const seconds = epochSeconds(now) - epochSeconds(moment)
  if (seconds < 2) return 'just now'
  const unit = wholeUnits.find((each) => seconds >= each) ?? 1
  return distance(-Math.floor(seconds / unit) * unit)
}

/** Whole seconds since the epoch. */
export function epochSeconds(moment: Date): number {
  return Math.floor(moment.getTime() / 1000)
}
