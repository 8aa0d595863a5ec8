import { algProfile } from './algorithm.js'
import { audList, audMismatch, audMissing } from './audience.js'
import * as client from './client.js'
import { headerMissing } from './header.js'
import * as key from './key.js'
import * as request from './request.js'
import type { Rule } from './rule.js'
import * as shape from './shape.js'
import * as signature from './signature.js'
import * as time from './time.js'
import { jtiMissing, jtiSize, jtiType } from './tokenId.js'
import * as use from './use.js'

// One list a stage, each in the order in which a server refuses: whoever needs one stage bundles no other.

/** The form that carries the assertion. */
export const requestRules: readonly Rule<request.RequestFacts>[] = [
  request.requestMethod,
  request.requestMediaType,
  request.requestEncoding,
  request.parameterRepeated,
  request.parameterInQuery,
  request.credentialsMultiple,
  request.credentialsMissing,
  request.credentialsSecret,
  request.assertionType,
  request.assertionEmpty,
]

/** The outer form of the token, before anything in it is looked at. */
export const shapeRules: readonly Rule<shape.ShapeFacts>[] = [
  shape.tokenSize,
  shape.tokenForm,
  shape.tokenEncoding,
  shape.tokenJson,
  shape.headerExtension,
  shape.headerAlg,
  shape.headerTyp,
  shape.headerKid,
  shape.headerKey,
]

/** What the assertion says of its client; a signer runs these too. */
export const identityRules: readonly Rule<client.ClientFacts>[] = [
  client.issMissing,
  client.issUnknown,
  client.subMissing,
  client.subMismatch,
]

/** What the server knows of the client. */
export const clientRules: readonly Rule<client.ClientFacts>[] = [
  client.clientIdMissing,
  client.clientIdMismatch,
  client.clientInactive,
  client.clientType,
  client.clientMethod,
]

/** For whom the assertion is, and for how long. */
export const claimsRules: readonly Rule<time.ClaimsFacts>[] = [
  algProfile,
  headerMissing,
  audMissing,
  audList,
  audMismatch,
  time.expMissing,
  time.expType,
  time.expPast,
  time.expFar,
  time.expNearLimit,
  time.iatType,
  time.iatFuture,
  time.iatAfterExp,
  time.iatPast,
  time.nbfType,
  time.nbfFuture,
  jtiMissing,
  jtiType,
  jtiSize,
]

/** Which registered key is to verify it. */
export const keyRules: readonly Rule<key.KeyFacts>[] = [
  key.keysUnavailable,
  key.keysEmpty,
  key.keysAmbiguous,
  key.keysMissing,
  key.kidMissing,
  key.kidUnknown,
  key.keyInactive,
  key.keyUse,
  key.keyOps,
  key.keyAlg,
  key.kidAbsent,
]

/** What a signer runs of these, on its own key: it has no register that could lack the key. */
export const ownKeyRules: readonly Rule<key.KeyFacts>[] = [key.keyInactive, key.keyUse, key.keyOps, key.keyAlg, key.kidAbsent]

/** Whether that key made the signature. */
export const signatureRules: readonly Rule<signature.SignatureFacts>[] = [
  signature.signatureMissing,
  signature.signatureDer,
  signature.signatureHmac,
  signature.signatureMismatch,
]

/** What becomes of the `jti`; a server runs these first of the stage, so that whatever follows finds the assertion burnt. */
export const rememberRules: readonly Rule<use.UseFacts>[] = [use.expForgotten, use.jtiUsed]

/** What is asked for. A server looks at the DPoP proof between this and the scopes. */
export const grantTypeRules: readonly Rule<use.UseFacts>[] = [
  use.grantTypeMissing,
  use.grantTypeUnsupported,
  use.grantTypeUnauthorized,
]

/** Which scopes are asked for. */
export const scopeRules: readonly Rule<use.UseFacts>[] = [
  use.scopeMissing,
  use.scopeDefaultMissing,
  use.scopeForm,
  use.scopeOpenid,
  use.scopeSelf,
  use.scopeNotDefault,
  use.scopeUnknown,
  use.scopeNotGranted,
  use.scopeNarrowed,
]
