export type { Listed, ListedKey } from '../protocol/management.js'
export type { LogPage, LogQuery } from '../protocol/managementLog.js'
export { type AppAdmin, type AppAdminOptions, createAppAdmin } from './appAdmin.js'
export type { RetryOptions, Wait } from './attempts.js'
export type { RotateKeyOptions } from './clientRotation.js'
export type { DpopOption } from './dpop.js'
export { diagnosticsChannelName, type TokenEvent, type TokenEventDetail } from './events.js'
export type { KeyHome } from './keyHome.js'
export { findKeyRefusal } from './keyProbe.js'
export { createApiRegister, createJwksRegister, isSameKey, type JwksHome, type KeyRegister } from './keyRegister.js'
export type { KeyInput, KeyOptions } from './keySource.js'
export { type Rotated, type RotationOptions, type RotationStep, rotateKey } from './rotateKey.js'
export type { TargetOptions } from './target.js'
export { createTokenClient, type TokenClient, type TokenClientOptions, type TokenOptions } from './tokenClient.js'
export {
  type FoundToken,
  readStoredToken,
  type StoredToken,
  type TokenIdentity,
  type TokenStore,
  tokenNameOf,
} from './tokenStore.js'
