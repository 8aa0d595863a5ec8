/**
 * Whether a value is an object with members: neither `null` nor an array.
 *
 * @example
 * assert.equal(isJsonObject({}), true)
 * assert.equal(isJsonObject([]), false)
 */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
