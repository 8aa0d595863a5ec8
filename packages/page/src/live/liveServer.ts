/** The server that this page came from. Its policy lets it talk to no other one. */
export interface LiveServer {
  /** Its own name for itself: what assertions are aimed at. */
  readonly org: string
  /** Whether a URL is one of this server, under any of its names. */
  has(url: string): boolean
  /** Asks this server, whichever of its names a URL has, at the address that the page came from. */
  readonly fetch: typeof globalThis.fetch
}

/**
 * Finds the server that this page came from: it tells its names in an element of the document. In a file there is none, and the policy
 * forbids every connection.
 */
export function findLiveServer(document: Document, here: string): LiveServer | undefined {
  const names = document.querySelector('meta[name="pkjwt-server"]')?.getAttribute('content')?.split(' ') ?? []
  const [org] = names
  // A served page that somebody saved still names its server, and can reach nobody.
  if (org === undefined || org === '' || !/^https?:/.test(here)) return undefined
  const origins = new Set([...names, here])
  const has = (url: string) => URL.canParse(url) && origins.has(new URL(url).origin)
  function localUrl(url: string): string {
    if (!has(url)) throw new TypeError(`Cannot ask ${url.slice(0, 200)}: this page talks to ${org} only`)
    const { pathname, search } = new URL(url)
    return `${here}${pathname}${search}`
  }
  return {
    org,
    has,
    fetch: (input, init) => {
      const target = input instanceof Request ? new Request(localUrl(input.url), input) : localUrl(String(input))
      // What proves who asks stands in the request; nothing that a browser would add by itself goes along.
      return globalThis.fetch(target, { credentials: 'omit', cache: 'no-store', ...init })
    },
  }
}
