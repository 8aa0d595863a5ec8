import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openStore } from './open.js'

const folder = mkdtempSync(join(tmpdir(), 'pkjwt-open-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const refusal = async (where: string) => {
  const error = await openStore(where).catch((cause: unknown) => cause)
  expect(error).toMatchObject({ name: 'PkjwtError', code: 'config_invalid' })
  return error instanceof Error ? error.message : ''
}

describe('openStore()', () => {
  it('opens a path, the same with sqlite: before it, and memory', async () => {
    const path = join(folder, 'a.db')
    const first = await openStore(path)
    await first.saveSetting('a', '1')
    await first.close()
    for (const where of [`sqlite:${path}`, `sqlite://${path}`]) {
      const store = await openStore(where)
      expect(await store.findSetting('a')).toBe('1')
      await store.close()
    }
    for (const where of [':memory:', 'sqlite::memory:']) {
      const store = await openStore(where)
      expect(await store.findSetting('a')).toBeUndefined()
      await store.close()
    }
  })

  it('does not repeat the password of a PostgreSQL URL that it refuses', async () => {
    for (const where of [
      'postgres://user:secret@db.example',
      'postgres://user:secret@:5432x/a',
      'postgresql://user:secret@db/a?sslmode=prefer',
    ]) {
      expect(await refusal(where)).not.toContain('secret')
    }
  })

  it('refuses what is no store', async () => {
    expect(await refusal('https://user:secret@db.example/')).toBe('Cannot open the store: there is none with the scheme "https:"')
    expect(await refusal('')).toContain('its path is empty')
    expect(await refusal('sqlite:')).toContain('its path is empty')
  })
})
