-- Times are whole seconds in UTC. JSON is kept as text and never searched.

create table apps (
  client_id text primary key,
  client_name text not null,
  status text not null check (status in ('ACTIVE', 'INACTIVE')),
  token_endpoint_auth_method text not null,
  grant_types text not null,
  jwks_uri text,
  dpop_bound_access_tokens integer not null check (dpop_bound_access_tokens in (0, 1)),
  profile text,
  network text,
  settings text not null,
  created integer not null,
  last_updated integer not null,
  ever_granted integer not null check (ever_granted in (0, 1)),
  tokens_valid_from integer not null,
  version integer not null
) strict;

-- What a new app with an old id must inherit: the sticky flag, the end of the old tokens, and a version that nobody has seen yet.
create table deleted_apps (
  client_id text primary key,
  deleted integer not null,
  ever_granted integer not null,
  version integer not null
) strict;

create table app_keys (
  position integer primary key autoincrement,
  id text not null unique,
  client_id text not null references apps (client_id) on delete cascade,
  kid text,
  thumbprint text not null,
  jwk text not null,
  use text not null check (use in ('sig', 'enc')),
  status text not null check (status in ('ACTIVE', 'INACTIVE')),
  created integer not null,
  last_updated integer not null,
  last_used integer,
  unique (client_id, kid),
  unique (client_id, thumbprint)
) strict;

create table grants (
  position integer primary key autoincrement,
  id text not null unique,
  client_id text not null references apps (client_id) on delete cascade,
  scope text not null,
  issuer text not null,
  created integer not null,
  created_by text not null,
  unique (client_id, scope, issuer)
) strict;

create index grants_by_scope on grants (scope);

create table roles (
  position integer primary key autoincrement,
  id text not null unique,
  client_id text not null references apps (client_id) on delete cascade,
  type text not null,
  created integer not null,
  unique (client_id, type)
) strict;

create index roles_by_type on roles (type);

create table users (
  id text primary key,
  login text not null unique,
  status text not null,
  created integer not null,
  last_updated integer not null,
  profile text not null,
  details text not null
) strict, without rowid;

create table authorization_servers (
  id text primary key,
  audience text not null,
  scopes text not null,
  default_scopes text not null,
  created integer not null,
  last_updated integer not null
) strict, without rowid;

-- One row a use, 16 random bytes as its name. There is no index on keep_until on purpose: it would cost as much as the table
-- itself, and a purge that walks along the key rewrites each page once, where one in the order of time rewrites one page a row.
create table used (
  key blob primary key,
  keep_until integer not null
) strict, without rowid;

create table revoked_tokens (
  jti text primary key,
  exp integer not null
) strict, without rowid;

create index revoked_tokens_by_exp on revoked_tokens (exp);

-- Up to when records may have been removed. It only ever rises.
create table purged (
  name text primary key,
  until integer not null
) strict, without rowid;

insert into purged (name, until) values ('used', 0), ('revoked_tokens', 0);

create table signing_keys (
  position integer primary key autoincrement,
  kid text not null unique,
  alg text not null,
  public_jwk text not null,
  secret text not null,
  sealed integer not null check (sealed in (0, 1)),
  created integer not null,
  not_before integer not null,
  not_after integer
) strict;

create table settings (
  name text primary key,
  value text not null
) strict, without rowid;

create table duties (
  name text primary key,
  holder text not null,
  until integer not null
) strict, without rowid;

create table log (
  instance text not null,
  seq integer not null,
  time integer not null,
  type text not null,
  detail text not null,
  previous_hash text not null,
  hash text not null,
  primary key (instance, seq)
) strict, without rowid;

create index log_by_time on log (time, instance, seq);

-- The head of each chain, and where retention cut it off.
create table log_chains (
  instance text primary key,
  removed_seq integer not null,
  removed_hash text not null,
  last_seq integer not null,
  last_hash text not null
) strict, without rowid;
