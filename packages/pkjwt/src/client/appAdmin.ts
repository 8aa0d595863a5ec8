import type { UnavailableError } from '../errors.js'
import { orgOf, readIssuer } from '../protocol/endpoints.js'
import {
  type AppRequest,
  type Listed,
  type ListedKey,
  managementPaths as paths,
  readKeyList,
  readList,
  readListed,
  readListedKey,
  readManagementAnswer,
  writeAppRequest,
  writeGrantRequest,
  writeRoleRequest,
} from '../protocol/management.js'
import { type LogPage, type LogQuery, readLogPage, writeLogPath } from '../protocol/managementLog.js'
import type { RawResponse } from '../protocol/tokenResponse.js'
import { readRetryPolicy, type Wait, withAttempts } from './attempts.js'
import { explain, readText, refuseRedirect } from './exchange.js'
import { waitFor } from './waiting.js'

/** Which organisation is administered, and who calls it. */
export interface AppAdminOptions {
  /** The organisation whose apps are administered. */
  readonly org: string
  /** Sends a request with what proves that the caller may: the `fetch` of a token client, or one that adds an SSWS token. */
  readonly fetch: typeof globalThis.fetch
  /** How it waits when the server says that it is busy. */
  readonly wait?: Wait | undefined
}

/** Administers service apps through the management API of an organisation: ours or a real one. */
export interface AppAdmin {
  readonly org: string
  createApp(request: AppRequest): Promise<Listed>
  findApp(appId: string): Promise<Listed>
  listApps(): Promise<readonly Listed[]>
  /** An inactive app gets no token, and those that it has are worth nothing any more. */
  setAppStatus(appId: string, status: 'ACTIVE' | 'INACTIVE'): Promise<void>
  /** Deactivates an app and deletes it. */
  deleteApp(appId: string): Promise<void>
  listKeys(appId: string): Promise<readonly ListedKey[]>
  addKey(appId: string, jwk: object): Promise<ListedKey>
  setKeyStatus(appId: string, keyId: string, status: ListedKey['status']): Promise<ListedKey>
  removeKey(appId: string, keyId: string): Promise<void>
  listGrants(appId: string): Promise<readonly Listed[]>
  addGrant(appId: string, scope: string): Promise<Listed>
  removeGrant(appId: string, grantId: string): Promise<void>
  listRoles(appId: string): Promise<readonly Listed[]>
  addRole(appId: string, type: string): Promise<Listed>
  removeRole(appId: string, roleId: string): Promise<void>
  /** One page of the audit log. */
  readLog(query?: LogQuery): Promise<LogPage>
}

/** One call of the API. */
interface ApiCall {
  /** For the sentence of an error: `add the key`. */
  readonly task: string
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly body?: object
}

/**
 * Creates an administrator of service apps. Nothing is sent yet.
 *
 * @throws {PkjwtError} `option_invalid`
 * @example
 * const admin = createAppAdmin({ org: 'example.okta.com', fetch: client.fetch })
 * const [first] = await admin.listKeys('0oa1')
 * assert.equal(first?.kid, key.kid)
 */
export function createAppAdmin(options: AppAdminOptions): AppAdmin {
  const org = orgOf(readIssuer(options.org))
  const calling = { ...options, org }
  const call = (request: ApiCall) => callApi(request, calling)
  const none = async (request: ApiCall) => void (await call(request))
  return {
    org,
    createApp: async (request) =>
      readListed(
        await call({ task: 'create the app', method: 'POST', path: paths.apps, body: writeAppRequest(request) }),
        'the app',
      ),
    findApp: async (appId) => readListed(await call({ task: 'read the app', path: paths.app(appId) }), 'the app'),
    listApps: () => listAll('list the apps', paths.apps, calling),
    setAppStatus(appId, status) {
      const step = status === 'ACTIVE' ? 'activate' : 'deactivate'
      return none({ task: `${step} the app`, method: 'POST', path: paths.appLifecycle(appId, step) })
    },
    async deleteApp(appId) {
      await call({ task: 'deactivate the app', method: 'POST', path: paths.appLifecycle(appId, 'deactivate') })
      await call({ task: 'delete the app', method: 'DELETE', path: paths.app(appId) })
    },
    listKeys: async (appId) => readKeyList(await call({ task: 'list the keys', path: paths.keys(appId) })),
    addKey: async (appId, jwk) =>
      readListedKey(await call({ task: 'add the key', method: 'POST', path: paths.keys(appId), body: jwk })),
    async setKeyStatus(appId, keyId, status) {
      const step = status === 'ACTIVE' ? 'activate' : 'deactivate'
      const path = paths.keyLifecycle(appId, keyId, step)
      return readListedKey(await call({ task: `${step} the key`, method: 'POST', path }))
    },
    removeKey: (appId, keyId) => none({ task: 'remove the key', method: 'DELETE', path: paths.key(appId, keyId) }),
    listGrants: (appId) => listAll('list the grants', paths.grants(appId), calling),
    addGrant: async (appId, scope) => {
      const body = writeGrantRequest(scope, org)
      return readListed(await call({ task: `grant ${scope}`, method: 'POST', path: paths.grants(appId), body }), 'the grant')
    },
    removeGrant: (appId, grantId) => none({ task: 'remove the grant', method: 'DELETE', path: paths.grant(appId, grantId) }),
    listRoles: (appId) => listAll('list the roles', paths.roles(appId), calling),
    addRole: async (appId, type) => {
      const body = writeRoleRequest(type)
      return readListed(await call({ task: `assign ${type}`, method: 'POST', path: paths.roles(appId), body }), 'the role')
    },
    removeRole: (appId, roleId) => none({ task: 'remove the role', method: 'DELETE', path: paths.role(appId, roleId) }),
    async readLog(query = {}) {
      const { answer, link } = await send({ task: 'read the log', path: writeLogPath(query) }, calling)
      return readLogPage(answer, nextPath(link, org))
    },
  }
}

/** No organisation has more apps, and no app more grants; a server whose pages have no end is not followed for ever. */
const pagesMax = 500

async function listAll(task: string, path: string, options: AppAdminOptions): Promise<readonly Listed[]> {
  const found: Listed[] = []
  let next: string | undefined = path
  for (let page = 0; next !== undefined && page < pagesMax; page += 1) {
    const { answer, link } = await send({ task, path: next }, options)
    found.push(...readList(answer, task.replace(/^list /, '')))
    next = nextPath(link, options.org)
  }
  return found
}

/**
 * The path of the next page. The host in the link is passed over: a server may know itself by another name than it was called by, and the
 * token goes to no other host.
 */
function nextPath(link: string | null, org: string): string | undefined {
  const target = /<([^>]*)>\s*;\s*rel="next"/.exec(link ?? '')?.[1]
  if (target === undefined || !URL.canParse(target, org)) return undefined
  const { pathname, search } = new URL(target, org)
  return `${pathname}${search}`
}

async function callApi(request: ApiCall, options: AppAdminOptions): Promise<unknown> {
  return (await send(request, options)).answer
}

async function send({ task, method = 'GET', path, body }: ApiCall, { org, fetch, wait = waitFor }: AppAdminOptions) {
  const never = new AbortController().signal
  // Busy means that nothing was done. After any other failure a change may have been made, so that only reading is repeated.
  const mayPass = ({ code }: UnavailableError) => code === 'server_busy' || (method === 'GET' && code !== 'server_answer_invalid')
  const headers = { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  return withAttempts(
    async () => {
      const raw = await reach(`${org}${path}`, { method, headers, redirect: 'manual', ...sent }, fetch)
      return { answer: readManagementAnswer(raw, task), link: raw.header('link') ?? null }
    },
    { policy: readRetryPolicy(), signal: never, wait, mayPass, onRetry: () => {} },
  )
}

/** A page of apps is longer than any token. */
const answerCharactersMax = 16 * 1024 * 1024

async function reach(url: string, init: RequestInit, fetch: typeof globalThis.fetch): Promise<RawResponse> {
  try {
    const response = await fetch(url, init)
    refuseRedirect(url, response)
    const body = await readText(response, url, answerCharactersMax)
    return { status: response.status, header: (name) => response.headers.get(name), body }
  } catch (error) {
    throw explain(error, url)
  }
}
