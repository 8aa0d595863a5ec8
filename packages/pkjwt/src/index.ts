export {
  createTokenClient,
  type TokenClient,
  type TokenClientOptions,
  type TokenEvent,
  type TokenOptions,
  type TokenStore,
} from './client/index.js'
export {
  type ErrorCode,
  type Finding,
  KeyError,
  PkjwtError,
  type PkjwtErrorJson,
  type Refusal,
  RefusedError,
  UnavailableError,
} from './errors.js'
export { type VerifiedJws, verifyJws } from './jwt/index.js'
export {
  type Algorithm,
  type Certificate,
  type CreateSignerOptions,
  createSigner,
  type GenerateKeyOptions,
  generateKey,
  type KeySet,
  type PrivateJwk,
  type PrivateKeyFormat,
  type PublicJwk,
  type PublicKey,
  type PublicKeyFormat,
  type ReadPrivateKeyOptions,
  readCertificate,
  readPrivateKey,
  readPublicKeys,
  type Signer,
  type SigningKey,
  writePrivateKey,
  writePublicKeys,
} from './keys/index.js'
export type { Profile, ProfileName } from './profiles/index.js'
export {
  type AccessToken,
  type AssertionOptions,
  createAssertion,
  type Diagnosis,
  type DiagnosisInput,
  type DiagnosisOptions,
  diagnose,
  type VerifiedAssertion,
  type VerifyAssertionOptions,
  verifyAssertion,
} from './protocol/index.js'
