import { createExtra, iatOffsetDefault, otherProfileNames, type Provider, type SignForm } from './form.js'

/** Members of a link, each with the words that are shown before it is copied. No key, token, signature or value of a claim can be one. */
export interface Shared {
  readonly name: string
  readonly value: string
}

const providers: readonly Provider[] = ['okta', 'okta-custom', 'other']

/** What a link to this form would hold. */
export function sharedOf(form: SignForm, { withClientId }: { readonly withClientId: boolean }): Shared[] {
  const { provider, domain, serverId, endpoint, audience, clientId, scopes, lifetimeSeconds, extras, rules } = form
  const isOther = provider === 'other'
  const all: Shared[] = [
    { name: 'provider', value: provider },
    { name: 'domain', value: isOther ? '' : domain.trim() },
    { name: 'server', value: provider === 'okta-custom' ? serverId.trim() : '' },
    { name: 'endpoint', value: isOther ? endpoint.trim() : '' },
    { name: 'audience', value: audience.trim() },
    { name: 'rules', value: isOther ? rules : '' },
    { name: 'client', value: withClientId ? clientId.trim() : '' },
    { name: 'scopes', value: scopes.join(' ') },
    { name: 'lifetime', value: String(lifetimeSeconds) },
    {
      name: 'claims',
      value: extras
        .map(({ name }) => name.trim())
        .filter((name) => name !== '')
        .join(' '),
    },
  ]
  return all.filter(({ value }) => value !== '')
}

/** The part of a link behind "#". */
export function writeFragment(shared: readonly Shared[]): string {
  return new URLSearchParams(shared.map(({ name, value }) => [name, value])).toString()
}

/** Reads a link's fragment into the form; what it does not know, or cannot use, it leaves out. */
export function readFragment(fragment: string, form: SignForm): SignForm {
  const members = new URLSearchParams(fragment.replace(/^#/, '').slice(0, 4096))
  const text = (name: string, otherwise: string) => members.get(name)?.slice(0, 512) ?? otherwise
  const words = (name: string) =>
    text(name, '')
      .split(' ')
      .filter((word) => word !== '')
      .slice(0, 100)
  const lifetime = Number(members.get('lifetime'))
  return {
    ...form,
    provider: providers.find((provider) => provider === members.get('provider')) ?? form.provider,
    domain: text('domain', form.domain),
    serverId: text('server', form.serverId),
    endpoint: text('endpoint', form.endpoint),
    audience: text('audience', form.audience),
    rules: otherProfileNames.find((name) => name === members.get('rules')) ?? form.rules,
    clientId: text('client', form.clientId),
    scopes: members.has('scopes') ? words('scopes') : form.scopes,
    lifetimeSeconds: Number.isInteger(lifetime) && lifetime > 0 && lifetime <= 3600 ? lifetime : form.lifetimeSeconds,
    iatOffset: iatOffsetDefault,
    extras: words('claims').map((name) => createExtra(name)),
  }
}
