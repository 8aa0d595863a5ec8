import { PkjwtError } from '../errors.js'
import type { Profile } from '../rules/rule.js'
import { auth0 } from './auth0.js'
import { entra } from './entra.js'
import { keycloak } from './keycloak.js'
import { okta } from './okta.js'
import { fapi2, rfc7523 } from './rfc.js'
import { smart } from './smart.js'

export type { Profile }

/** The profiles by name. */
export const profiles = { okta, rfc7523, fapi2, auth0, entra, keycloak, smart } as const satisfies Record<string, Profile>

/** The name of a profile that comes with pkjwt. */
export type ProfileName = keyof typeof profiles

/** The names of all profiles: every list of them, wherever it is shown, is this one. */
export const profileNames = Object.keys(profiles) as readonly ProfileName[]

/**
 * The profile of a name; one that is a profile already is given back.
 * @throws {PkjwtError} `option_invalid` when there is none of that name
 * @example
 * assert.equal(profileOf('fapi2').lifetimeSecondsMax, 310)
 */
export function profileOf(profile: ProfileName | Profile): Profile {
  if (typeof profile !== 'string') return profile
  if (Object.hasOwn(profiles, profile)) return profiles[profile]
  throw new PkjwtError('option_invalid', `Cannot use the profile ${JSON.stringify(profile)}: there is none of that name`, {
    hint: `Use one of ${profileNames.join(', ')}`,
  })
}
