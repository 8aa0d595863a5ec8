const limitDefault = 200
const limitMax = 1000

/** How many rows a page has. */
export function pageLimit(limit = limitDefault): number {
  return Math.min(Math.max(1, Math.trunc(limit)), limitMax)
}
