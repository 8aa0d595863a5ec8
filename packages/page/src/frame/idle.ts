/** A key is forgotten when nobody touched the page for this long. */
export const idleMillisecondsMax = 15 * 60_000

const signsOfLife = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const

/**
 * Calls back once nobody has touched the page for fifteen minutes, and each time again. Timers sleep with the machine, so the clock is
 * read, not a timer waited for.
 *
 * @returns What ends the watch.
 */
export function watchIdle(onIdle: () => void): () => void {
  let last = Date.now()
  const touched = () => {
    last = Date.now()
  }
  const look = () => {
    if (Date.now() - last < idleMillisecondsMax) return
    touched()
    onIdle()
  }
  for (const name of signsOfLife) addEventListener(name, touched, { passive: true, capture: true })
  const timer = setInterval(look, 5_000)
  return () => {
    clearInterval(timer)
    for (const name of signsOfLife) removeEventListener(name, touched, { capture: true })
  }
}
