import { describe, expect, it } from 'vitest'
import {
  type ManagedApp,
  type ManagedKey,
  writeManagedApp,
  writeManagedClient,
  writeManagedGrant,
  writeManagedKey,
  writeManagedRole,
  writeTime,
} from './managementObjects.js'

const org = 'https://example.okta.com'
const created = 1_770_091_506
const [createdText, updatedText] = ['2026-02-03T04:05:06.000Z', '2026-02-03T04:05:07.000Z']

const key: ManagedKey = {
  id: 'pks1',
  clientId: '0oa1',
  kid: 'one',
  jwk: { kty: 'EC', crv: 'P-256', x: 'X', y: 'Y' },
  use: 'sig',
  status: 'ACTIVE',
  created,
  lastUpdated: created + 1,
  lastUsed: undefined,
}

const app: ManagedApp = {
  clientId: '0oa1',
  clientName: 'Nightly report',
  status: 'ACTIVE',
  applicationType: 'service',
  tokenEndpointAuthMethod: 'private_key_jwt',
  grantTypes: ['client_credentials'],
  jwksUri: undefined,
  dpopBoundAccessTokens: true,
  network: undefined,
  settings: {},
  created,
  lastUpdated: created + 1,
}

const members = {
  kty: 'EC',
  crv: 'P-256',
  x: 'X',
  y: 'Y',
  id: 'pks1',
  kid: 'one',
  use: null,
  status: 'ACTIVE',
  created: createdText,
  lastUpdated: updatedText,
  lastUsed: null,
}

it('writeTime() spells a time with milliseconds, in UTC', () => {
  expect(writeTime(created)).toBe(createdText)
})

describe('writeManagedApp()', () => {
  it('writes an app as /api/v1/apps spells it', () => {
    expect(writeManagedApp(app, [key], org)).toEqual({
      id: '0oa1',
      name: 'oidc_client',
      label: 'Nightly report',
      status: 'ACTIVE',
      lastUpdated: updatedText,
      created: createdText,
      accessibility: { selfService: false, errorRedirectUrl: null, loginRedirectUrl: null },
      visibility: { autoSubmitToolbar: false, hide: { iOS: true, web: true } },
      features: [],
      signOnMode: 'OPENID_CONNECT',
      credentials: {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a template of Okta's
        userNameTemplate: { template: '${source.login}', type: 'BUILT_IN' },
        signing: {},
        oauthClient: { autoKeyRotation: true, client_id: '0oa1', token_endpoint_auth_method: 'private_key_jwt' },
      },
      settings: {
        oauthClient: {
          client_uri: null,
          logo_uri: null,
          redirect_uris: [],
          response_types: ['token'],
          grant_types: ['client_credentials'],
          application_type: 'service',
          consent_method: 'TRUSTED',
          issuer_mode: 'ORG_URL',
          dpop_bound_access_tokens: true,
          jwks: { keys: [members] },
        },
      },
      _links: {
        self: { href: `${org}/api/v1/apps/0oa1`, hints: { allow: ['GET', 'PUT', 'DELETE'] } },
        deactivate: { href: `${org}/api/v1/apps/0oa1/lifecycle/deactivate`, hints: { allow: ['POST'] } },
      },
    })
  })

  it('gives back what an app was made with', () => {
    const settings = {
      accessibility: { selfService: true },
      visibility: { hide: {} },
      features: ['X'],
      profile: { team: 'a' },
      consent_method: 'REQUIRED',
      issuer_mode: 'DYNAMIC',
      client_uri: 'https://app.example',
    }
    const written = writeManagedApp({ ...app, settings, network: { connection: 'ANYWHERE' } }, [], org)
    expect(written).toMatchObject({
      accessibility: { selfService: true },
      visibility: { hide: {} },
      features: ['X'],
      profile: { team: 'a' },
      settings: {
        oauthClient: {
          consent_method: 'REQUIRED',
          issuer_mode: 'DYNAMIC',
          client_uri: 'https://app.example',
          network: { connection: 'ANYWHERE' },
          jwks: { keys: [] },
        },
      },
    })
    expect(written.settings.oauthClient).not.toHaveProperty('visibility')
  })

  it('links to the activation of an app that is deactivated', () => {
    const { _links } = writeManagedApp({ ...app, status: 'INACTIVE' }, [], org)
    expect(_links).toMatchObject({
      activate: { href: `${org}/api/v1/apps/0oa1/lifecycle/activate`, hints: { allow: ['POST'] } },
    })
    expect(_links).not.toHaveProperty('deactivate')
  })

  it('names the URL of the keys in their place', () => {
    const { oauthClient } = writeManagedApp({ ...app, jwksUri: 'https://app.example/keys' }, [key], org).settings
    expect(oauthClient).toMatchObject({ jwks_uri: 'https://app.example/keys' })
    expect(oauthClient).not.toHaveProperty('jwks')
  })
})

it('writeManagedClient() writes an app as /oauth2/v1/clients spells it', () => {
  const settings = { visibility: {}, profile: {}, client_uri: 'https://app.example' }
  expect(writeManagedClient({ ...app, settings }, [key])).toEqual({
    client_id: '0oa1',
    client_id_issued_at: created,
    client_name: 'Nightly report',
    client_uri: 'https://app.example',
    logo_uri: null,
    redirect_uris: [],
    response_types: ['token'],
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'private_key_jwt',
    application_type: 'service',
    dpop_bound_access_tokens: true,
    jwks: { keys: [members] },
  })
})

describe('writeManagedKey()', () => {
  const url = `${org}/api/v1/apps/0oa1/credentials/jwks/pks1`

  it('writes an active key, which can be deactivated', () => {
    expect(writeManagedKey(key, org)).toEqual({
      ...members,
      _links: { deactivate: { href: `${url}/lifecycle/deactivate`, hints: { allow: ['POST'] } } },
    })
  })

  it('writes an inactive key, which can be activated and deleted', () => {
    expect(writeManagedKey({ ...key, status: 'INACTIVE' }, org)).toEqual({
      ...members,
      status: 'INACTIVE',
      _links: {
        activate: { href: `${url}/lifecycle/activate`, hints: { allow: ['POST'] } },
        delete: { href: url, hints: { allow: ['DELETE'] } },
      },
    })
  })

  it('writes what a key says of itself, and when it was used last', () => {
    expect(writeManagedKey({ ...key, kid: undefined, lastUsed: created, jwk: { ...key.jwk, use: 'sig' } }, org)).toMatchObject({
      kid: null,
      use: 'sig',
      lastUsed: createdText,
    })
    expect(writeManagedKey({ ...key, use: 'enc' }, org).use).toBe('enc')
  })
})

describe('writeManagedGrant()', () => {
  const grant = { id: 'oag1', clientId: '0oa1', scope: 'okta.users.read', issuer: '', created, createdBy: '00u1' }

  it('writes a grant as Okta spells it', () => {
    expect(writeManagedGrant(grant, org)).toEqual({
      id: 'oag1',
      status: 'ACTIVE',
      created: createdText,
      createdBy: { id: '00u1', type: 'User' },
      lastUpdated: createdText,
      issuer: org,
      clientId: '0oa1',
      scopeId: 'okta.users.read',
      source: 'ADMIN',
      _embedded: { scope: { id: 'okta.users.read' } },
      _links: {
        app: { href: `${org}/api/v1/apps/0oa1` },
        self: { href: `${org}/api/v1/apps/0oa1/grants/oag1`, hints: { allow: ['GET', 'DELETE'] } },
        client: { href: `${org}/oauth2/v1/clients/0oa1` },
      },
    })
  })

  it('keeps the issuer that a grant was made with', () => {
    expect(writeManagedGrant({ ...grant, issuer: 'https://alias.example' }, org)['issuer']).toBe('https://alias.example')
  })
})

it('writeManagedRole() writes a role with a name that people read', () => {
  expect(writeManagedRole({ id: 'ra1', clientId: '0oa1', type: 'READ_ONLY_ADMIN', created }, org)).toEqual({
    id: 'ra1',
    label: 'Read Only Admin',
    type: 'READ_ONLY_ADMIN',
    status: 'ACTIVE',
    created: createdText,
    lastUpdated: createdText,
    assignmentType: 'CLIENT',
    _links: { assignee: { href: `${org}/oauth2/v1/clients/0oa1` } },
  })
})
