// Rows in bulk for the bench of the stores: every table that grows gets so many, with statements that both databases understand.

/** The app from which all others are copied. */
export const template = 'template'
export const instance = 'bench'
/** The first moment of the log; each entry is a second later. */
export const logStart = 1_700_000_000
/** When the used assertions end: long after the bench. */
export const keepUntil = 4_000_000_000

const digits = (n) => `substr('000000' || cast(${n} as text), -7)`
const digitsPostgres = (n) => `lpad(cast(${n} as text), 7, '0')`

export const appId = (number) => `app${String(number).padStart(7, '0')}`

/**
 * @param dialect `sqlite` or `postgres`
 * @returns statements that make rows 1 to `count` of each table, from the one of the template that is there already
 */
export function fillStatements(count, dialect) {
  const isSqlite = dialect === 'sqlite'
  const n = 'n'
  const id = `'app' || ${isSqlite ? digits(n) : digitsPostgres(n)}`
  const numbers = isSqlite
    ? `(with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ${count}) select n from numbers) as numbers`
    : `(select n from generate_series(1, ${count}) as n) as numbers`
  const bytes = isSqlite ? 'randomblob(16)' : 'uuid_send(gen_random_uuid())'
  const source = (table) => `from ${table} cross join ${numbers} where client_id = '${template}'`
  const text = (expression) => `cast(${expression} as text)`
  return [
    `insert into apps select ${id}, client_name, status, token_endpoint_auth_method, grant_types, jwks_uri, dpop_bound_access_tokens,
      profile, network, settings, created, last_updated, ever_granted, tokens_valid_from, version ${source('apps')}`,
    `insert into app_keys (id, client_id, kid, thumbprint, jwk, use, status, created, last_updated, last_used)
      select 'key' || ${text(n)}, ${id}, kid, thumbprint, jwk, use, status, created, last_updated, last_used ${source('app_keys')}`,
    `insert into grants (id, client_id, scope, issuer, created, created_by)
      select 'grant' || ${text(n)}, ${id}, 'scope' || ${text(`${n} % 50`)}, issuer, created, created_by ${source('grants')}`,
    `insert into roles (id, client_id, type, created) select 'role' || ${text(n)}, ${id}, type, created ${source('roles')}`,
    `insert into deleted_apps select 'gone' || ${text(n)}, 1, ${isSqlite ? 1 : 'true'}, 1 from ${numbers}`,
    `insert into users select 'user' || ${isSqlite ? digits(n) : digitsPostgres(n)}, 'login' || ${text(n)}, status, created, last_updated,
      profile, details from users cross join ${numbers} where id = '${template}'`,
    `insert into used select ${bytes}, ${keepUntil} from ${numbers}`,
    `insert into revoked_tokens select 'jti' || ${text(n)}, ${keepUntil} from ${numbers}`,
    `insert into log select instance, ${n} + 1, ${logStart} + ${n}, case when ${n} % ${Math.floor(count / 5)} = 0 then 'rare' else type end,
      detail, previous_hash, hash from log cross join ${numbers} where instance = '${instance}' and seq = 1`,
    `update log_chains set last_seq = ${count + 1} where instance = '${instance}'`,
    isSqlite ? 'pragma wal_checkpoint(truncate)' : 'vacuum analyze',
  ]
}
