import { readDraftJwt } from 'pkjwt/jwt'
import { type AccessTokenClaims, verifyAccessToken } from 'pkjwt/protocol'
import type { Context } from '../context.js'
import type { App } from '../store/store.js'

/** An access token that opens something now, and the app that it was issued to. */
export interface LiveToken {
  readonly claims: AccessTokenClaims
  readonly app: App
}

/** The authorization server that a token has to be of. The organisation's own has neither id nor audience. */
interface IssuedBy {
  readonly id?: string | undefined
  readonly audience?: string | undefined
}

/** Finds out whether a token was issued here, lives, was not revoked, and was not outlived by its app. */
export async function findLiveToken(value: string, server: IssuedBy, context: Context): Promise<LiveToken | undefined> {
  const { addresses, signingKeys, store, clock } = context
  const claims = await verifyAccessToken(value, {
    keys: await signingKeys.keySet(readDraftJwt(value).header?.kid),
    issuer: addresses.issuer(server.id),
    audience: server.audience ?? addresses.issuer(),
    now: Math.floor(clock().getTime() / 1000),
  })
  if (typeof claims === 'string') return undefined
  const { jti, exp, cid, iat } = claims
  const [app, isRevoked] = await Promise.all([store.findApp(cid), store.isTokenRevoked({ jti, exp })])
  return app?.status === 'ACTIVE' && !isRevoked && iat >= app.tokensValidFrom ? { claims, app } : undefined
}
