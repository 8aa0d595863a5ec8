import { keysPerAppMax } from '../store/store.js'

/** What Okta's management API says when it refuses a body; where Okta's words are not known, ours. */
export const texts = {
  kidMissing:
    'Each key should have a unique kid when adding multiple keys. Use the Apps API to update the JWKS to add a kid for the existing key, or delete the existing key and re-add the key with a kid using the JWKS APIs.',
  kidTaken: "All keys in the 'jwks' must have a unique `kid`.",
  kidUnusable: "'kid' must be one line of 1 to 255 characters.",
  keyTypeMissing: 'kty: The field cannot be left blank',
  keyAlgUnfit: "'alg' must be an algorithm that the key can sign with.",
  keyTaken: "All keys in the 'jwks' must be different. This key is registered already.",
  keyTooSmall: "RSA key length in the 'jwks' is less than '2,048' bits for the given key.",
  keyPrivate:
    'The key is a private key. It was not registered, and it must not be used any more: whoever saw this request can sign with it. Make a new pair and send the public half.',
  keysTooMany: `You can't create a new key. You have reached the maximum number of keys allowed (${keysPerAppMax}). To add another key, you must first delete an existing one.`,
  encryptionKeyActive: "The client can have only one active encryption key in the 'jwks'.",
  keyActive: "You can't delete an active JSON Web Key. Deactivate the key before deleting it.",
  keyLastLive:
    "Can't deactivate the only active JSON Web Key when the value for `token_endpoint_auth_method` is `private_key_jwt`.",
  keyEncryptionDeactivate: "You can't deactivate the active encryption key.",
  keysElsewhere: "Keys can't be added to an app that publishes them at its 'jwks_uri'.",
  keysMissing: "'jwks' or 'jwks_uri' must be provided when 'token_endpoint_auth_method' is 'private_key_jwt'.",
  keysTwice: "'jwks' and 'jwks_uri' can't be used together.",
  secretForbidden: "'client_secret' cannot be used when 'token_endpoint_auth_method' is 'private_key_jwt'.",
  methodUnsupported: "'token_endpoint_auth_method' must be 'private_key_jwt': this server keeps no client secrets.",
  clientIdTaken: "The 'client_id' is already in use.",
  clientIdFixed: "The 'client_id' can't be changed.",
  scopeUnknown: "scopeId: The scope doesn't exist.",
  scopeGranted: 'scopeId: The scope is granted to the app already.',
  issuerUnknown: 'issuer: The issuer must be the URL of the organization.',
  roleUnknown: 'type: The role is not one of the standard admin roles.',
  roleAssigned: 'The role specified is already assigned to the client.',
  cursorUnknown: 'after: The cursor is unknown.',
  filterUnknown: 'filter: The filter is not supported here.',
} as const
