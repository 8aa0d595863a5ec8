import { PkjwtError } from '../errors.js'
import type { Signer } from '../keys/key.js'
import { type ApiCaller, callApi } from './apiFetch.js'
import { type AppAdmin, createAppAdmin } from './appAdmin.js'
import { isKeyHome, type KeyHome } from './keyHome.js'
import { createApiRegister, createJwksRegister, type JwksHome, type KeyRegister } from './keyRegister.js'
import { createKeySource, useKey } from './keySource.js'
import { buyToken } from './purchase.js'
import type { Purchaser } from './purchaser.js'
import { type Rotated, type RotationOptions, rotateKey } from './rotateKey.js'

/** How a client rotates its own key. */
export interface RotateKeyOptions extends Partial<Omit<RotationOptions, 'register' | 'probe' | 'onSwitch' | 'clock' | 'wait'>> {
  /** Who changes the keys of the app. Default the client itself, with `okta.apps.manage` and the role of a Super Admin. */
  readonly admin?: AppAdmin | undefined
  /** For an app that publishes its keys: where the set lies. Then no admin is needed. */
  readonly jwks?: JwksHome | undefined
}

/** The client whose key is replaced. */
export interface RotatingClient {
  readonly buyer: Purchaser
  readonly caller: ApiCaller
  readonly scopes: readonly string[]
}

/** Replaces the key of a token client; the client signs with the next one as soon as the server takes it. */
export function rotateClientKey({ buyer, caller, scopes }: RotatingClient, options: RotateKeyOptions): Promise<Rotated> {
  const { clock, wait, keys } = buyer
  const { signal = new AbortController().signal } = options
  return rotateKey({
    ...options,
    home: options.home ?? homeOf(keys.key),
    register: registerOf({ buyer, caller, scopes }, options),
    probe: (key) => buyToken({ ...buyer, keys: createKeySource({ key }) }, scopes, signal),
    onSwitch: (key: Signer) => useKey(keys, key),
    clock,
    wait,
  })
}

function homeOf(key: unknown): KeyHome {
  if (isKeyHome(key)) return key
  throw new PkjwtError('option_invalid', 'Cannot rotate the key: nobody knows where the next one is to be kept', {
    hint: 'Give the client { key: createKeyFile(path) } of pkjwt/node, or give rotateKey { home }',
  })
}

function registerOf({ buyer, caller }: RotatingClient, { admin, jwks }: RotateKeyOptions): KeyRegister {
  if (jwks !== undefined) return createJwksRegister(jwks)
  const { target, wait } = buyer
  const { apiBase } = target
  if (admin === undefined && apiBase === undefined) {
    throw new PkjwtError('option_invalid', 'Cannot rotate the key: nobody knows where the keys of the app are changed', {
      hint: 'Create the client with { org }, or give rotateKey { admin } or { jwks }',
    })
  }
  const api = admin ?? createAppAdmin({ org: apiBase ?? '', fetch: (input, init) => callApi(caller, input, init), wait })
  return createApiRegister(api, buyer.clientId)
}
