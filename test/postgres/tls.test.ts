import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../../packages/server/src/store/open.js'
import { makeFolder } from '../cli/world.js'
import { type Certificate, makeCertificate } from '../server/certificate.js'
import { startPostgres, type TestPostgres } from './startPostgres.js'

let certificate: Certificate
let encrypted: TestPostgres
let plain: TestPostgres
let folder: Awaited<ReturnType<typeof makeFolder>>

beforeAll(async () => {
  certificate = makeCertificate()
  folder = await makeFolder()
  ;[encrypted, plain] = await Promise.all([startPostgres({ tls: certificate }), startPostgres()])
})

afterAll(async () => {
  await Promise.all([encrypted.close(), plain.close(), folder[Symbol.asyncDispose]()])
})

async function keepRoot({ cert }: Certificate, name = 'root.pem'): Promise<string> {
  const file = join(folder.path, name)
  await writeFile(file, cert)
  return file
}

const urlOf = ({ port }: TestPostgres, host = '127.0.0.1') => `postgres://postgres@${host}:${port}/postgres`

/** Opens a store, uses it, and says how its connections are encrypted. */
async function versionsWith(url: string): Promise<readonly unknown[]> {
  const store = await openStore(url)
  await store.ready()
  const watch = store.watchApps?.(() => {})
  await expect.poll(() => watch?.isCurrent()).toBe(true)
  const sql = postgres(urlOf(encrypted), { max: 1 })
  const rows = await sql`
    select distinct coalesce(version, 'none') as version from pg_stat_ssl join pg_stat_activity using (pid)
    where application_name like 'pkjwt%'`
  await sql.end()
  await store.close()
  return rows.map(({ version }) => version)
}

async function refusal(url: string): Promise<unknown> {
  return openStore(url).then(
    async (store) => {
      await store.close()
      return 'it was opened'
    },
    (error: unknown) => error,
  )
}

const away = (message: string) => ({ code: 'store_unavailable', message: expect.stringContaining(message) })

describe('a store in a PostgreSQL that offers TLS', () => {
  it.each(['127.0.0.1', 'localhost'])(
    'is opened with sslmode=verify-full at %s, and every connection is encrypted',
    async (host) => {
      const root = await keepRoot(certificate)
      expect(await versionsWith(`${urlOf(encrypted, host)}?sslmode=verify-full&sslrootcert=${root}`)).toEqual(['TLSv1.3'])
    },
  )

  it('is opened with sslmode=require, whoever signed', async () => {
    expect(await versionsWith(`${urlOf(encrypted)}?sslmode=require`)).toEqual(['TLSv1.3'])
  })

  it('is not encrypted without sslmode', async () => {
    expect(await versionsWith(urlOf(encrypted))).toEqual(['none'])
  })

  it('is refused with verify-full where another authority signed', async () => {
    const root = await keepRoot(makeCertificate(), 'other.pem')
    expect(await refusal(`${urlOf(encrypted)}?sslmode=verify-full&sslrootcert=${root}`)).toMatchObject(
      away('self-signed certificate'),
    )
  })

  it('is refused with verify-full where no authority that this machine knows signed', async () => {
    expect(await refusal(`${urlOf(encrypted)}?sslmode=verify-full`)).toMatchObject(away('self-signed certificate'))
  })

  it.each([
    ['localhost', ['DNS:db.example.com']],
    ['127.0.0.1', ['DNS:localhost']],
    ['127.0.0.1', ['IP:127.0.0.2']],
  ])('is refused with verify-full at %s where the certificate is for %j', async (host, names) => {
    const other = makeCertificate(names)
    await using database = await startPostgres({ tls: other })
    const root = await keepRoot(other, 'elsewhere.pem')
    expect(await refusal(`${urlOf(database, host)}?sslmode=verify-full&sslrootcert=${root}`)).toMatchObject(away('altnames'))
  })

  it('is refused where the file of the authority is not there', async () => {
    expect(await refusal(`${urlOf(encrypted)}?sslmode=verify-full&sslrootcert=/nowhere.pem`)).toMatchObject({
      code: 'config_invalid',
    })
  })
})

describe('a store in a PostgreSQL that offers no TLS', () => {
  it.each(['require', 'verify-full'])('is refused with sslmode=%s', async (mode) => {
    expect(await refusal(`${urlOf(plain)}?sslmode=${mode}`)).toMatchObject(away('does not support SSL'))
  })
})
