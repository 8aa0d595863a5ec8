import { describe, expect, it } from 'vitest'
import { createId } from './ids.js'

describe('createId()', () => {
  it("makes ids of Okta's form", () => {
    expect(createId('app')).toMatch(/^0oa[0-9A-Za-z]{17}$/)
    expect(createId('key')).toMatch(/^pks[0-9A-Za-z]{17}$/)
  })

  it('makes another one each time', () => {
    expect(new Set(Array.from({ length: 1000 }, () => createId('grant'))).size).toBe(1000)
  })
})
