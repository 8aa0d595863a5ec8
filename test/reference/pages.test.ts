import { startTestServer } from '@pkjwt/server/testing'
import { createTokenClient } from 'pkjwt'
import { expect, it } from 'vitest'
import { counters, gauges, histograms, processGauges } from '../../packages/server/src/log/series.js'
import { commandLinePage } from './commandLinePage.js'
import { configurationPage, otherVariables, variablesRead } from './configurationPage.js'
import { errorsPage, roomsOf } from './errorsPage.js'
import { cliErrors, inputErrors, keyErrors, refusedErrors, unavailableErrors } from './errorTable.js'
import { eventsPage } from './eventsPage.js'
import { httpPage } from './httpPage.js'
import { metricsPage } from './metricsPage.js'
import { readOpenapi } from './openapi.js'

// Each page is written again with `npx vitest run test/reference -u`; without, a difference fails.

it('docs/reference/http.md says what the server does', async () => {
  await expect(httpPage(await readOpenapi())).toMatchFileSnapshot('../../docs/reference/http.md')
})

it('docs/reference/errors.md has every error code', async () => {
  await expect(errorsPage()).toMatchFileSnapshot('../../docs/reference/errors.md')
})

it('every error code is thrown somewhere', () => {
  const all = { ...keyErrors, ...refusedErrors, ...unavailableErrors, ...inputErrors, ...cliErrors }
  expect(Object.keys(all).filter((each) => roomsOf(each).length === 0)).toEqual([])
})

it('docs/reference/command-line.md has the help of every command', async () => {
  await expect(await commandLinePage()).toMatchFileSnapshot('../../docs/reference/command-line.md')
})

it('docs/reference/configuration.md has every flag and every variable', async () => {
  await expect(await configurationPage()).toMatchFileSnapshot('../../docs/reference/configuration.md')
})

it('docs/reference/configuration.md tells of each variable that is read', () => {
  expect(variablesRead().filter((name) => otherVariables[name] === undefined)).toEqual([])
  expect(Object.keys(otherVariables).filter((name) => !variablesRead().includes(name))).toEqual([])
})

it('docs/reference/events.md has every event', async () => {
  await expect(eventsPage()).toMatchFileSnapshot('../../docs/reference/events.md')
})

it('docs/reference/metrics.md has every series', async () => {
  await expect(metricsPage()).toMatchFileSnapshot('../../docs/reference/metrics.md')
})

it('what a server counts are series of the page, with the labels that the page tells', async () => {
  await using server = await startTestServer()
  const { clientId, key } = await server.addApp()
  const { org, fetch, clock } = server
  await createTokenClient({ org, clientId, key, scopes: ['okta.users.read'], fetch, clock }).token()
  await fetch(`${org}/oauth2/v1/token`, { method: 'POST' })
  const written = await (await fetch(`${org}/metrics`)).text()
  const told: Readonly<Record<string, { readonly help: string; readonly labels?: object }>> = {
    ...counters,
    ...gauges,
    ...histograms,
    ...processGauges,
  }
  const lines = written.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  expect(lines.length).toBeGreaterThan(10)
  for (const line of lines) {
    const [, series = '', labels = ''] = /^(\w+?)(?:_bucket|_sum|_count)?(?:\{(.*)\})? /.exec(line) ?? []
    const names = [...labels.matchAll(/(\w+)="/g)].map(([, name]) => name).filter((name) => name !== 'le')
    expect(names, line).toEqual(Object.keys(told[series]?.labels ?? {}))
    expect(Object.keys(told), line).toContain(series)
  }
})
