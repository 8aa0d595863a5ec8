import { describe, expect, it } from 'vitest'
import { createExtra, emptyForm, type SignForm } from './form.js'
import { readFragment, sharedOf, writeFragment } from './share.js'

const form: SignForm = {
  ...emptyForm,
  provider: 'okta-custom',
  domain: 'example.okta.com',
  serverId: 'aus1',
  clientId: '0oa1',
  scopes: ['a.read', 'b.read'],
  lifetimeSeconds: 600,
  jtiMode: 'held',
  jti: 'secret-jti',
  extras: [createExtra('tenant', 'secret-value')],
  payload: 'secret-payload',
}

describe('a link', () => {
  it('brings back what it was made of', () => {
    const read = readFragment(`#${writeFragment(sharedOf(form, { withClientId: true }))}`, emptyForm)
    const { provider, domain, serverId, clientId, scopes, lifetimeSeconds } = form
    expect(read).toMatchObject({ provider, domain, serverId, clientId, scopes, lifetimeSeconds })
    expect(read.extras.map(({ name, text }) => [name, text])).toEqual([['tenant', '']])
  })

  it('holds no client id unless it is asked for, and never a value', () => {
    const fragment = writeFragment(sharedOf(form, { withClientId: false }))
    expect(fragment).not.toMatch(/0oa1|secret/)
  })

  it.each(['#lifetime=-1', '#lifetime=99999', '#provider=evil', '#rules=none', '#', '#%', `#scopes=${'a '.repeat(9999)}`])(
    'leaves out what it cannot use: %.40s',
    (fragment) => {
      const { lifetimeSeconds, provider, rules, scopes } = readFragment(fragment, emptyForm)
      expect({ lifetimeSeconds, provider, rules }).toEqual({ lifetimeSeconds: 300, provider: 'okta', rules: 'rfc7523' })
      expect(scopes.length).toBeLessThanOrEqual(100)
    },
  )
})
