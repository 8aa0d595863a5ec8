import { z } from 'zod'

// Members of an app that the management API and the seed file spell the same.

/** A text that is shown on one line. */
export const oneLine = z.string().regex(/^[^\p{Cc}\p{Surrogate}]{1,255}$/u, 'has to be one line of 1 to 255 characters')

/** From where an app may ask. */
export const networkSchema = z.strictObject({
  connection: z.enum(['ANYWHERE', 'ZONE']),
  include: list(oneLine).optional(),
  exclude: list(oneLine).optional(),
})

/** Where an app publishes its keys. */
export const keysUrlSchema = z.string().refine(isKeysUrl, 'has to be an https URL without user, password or fragment')

/** A list that names nothing twice. */
export function list<Item extends z.ZodType<string>>(item: Item) {
  return z.array(item).superRefine((names, context) => {
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) < index) context.addIssue({ code: 'custom', path: [index], message: 'is there twice' })
    }
  })
}

/** Loopback may do without TLS, for tests. Where a request goes in the end is checked when the keys are fetched. */
function isKeysUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || url.username !== '' || url.password !== '' || url.hash !== '') return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname))
}
