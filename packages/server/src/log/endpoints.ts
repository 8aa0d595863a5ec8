/** What is called, by its name in metrics, logs, rate limits and faults on purpose. A route without a name here does not compile. */
export const endpoints = {
  token: '`POST /oauth2/v1/token`',
  introspect: '`POST /oauth2/v1/introspect`',
  revoke: '`POST /oauth2/v1/revoke`',
  keys: '`GET /oauth2/v1/keys`',
  metadata: 'Both metadata documents',
  apps: '`/api/v1/apps`',
  keys_of_apps: '`/api/v1/apps/{appId}/credentials/jwks`',
  grants: '`/api/v1/apps/{appId}/grants`',
  clients: '`/oauth2/v1/clients`',
  roles: '`/oauth2/v1/clients/{appId}/roles`',
  logs: '`GET /api/v1/logs`',
  users: '`GET /api/v1/users`',
  page: '`GET /`',
  openapi: '`GET /openapi.json`',
  health: '`GET /health/live`, `GET /health/ready`',
  metrics: '`GET /metrics`',
  control: '`/_control`',
  unknown: 'Any path that there is not',
} as const

/** The name of an endpoint. */
export type EndpointName = keyof typeof endpoints
