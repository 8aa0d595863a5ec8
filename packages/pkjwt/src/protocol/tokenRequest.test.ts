import { describe, expect, it } from 'vitest'
import { jwtBearerAssertionType } from '../rules/request.js'
import { type RawRequest, readTokenRequest, writeTokenRequest } from './tokenRequest.js'

const bytes = (...values: number[]) => Uint8Array.from(values)
const faultOf = (request: RawRequest) => readTokenRequest(request).facts.encodingFault

describe('writeTokenRequest()', () => {
  it('writes the form of RFC 7523', () => {
    expect([...new URLSearchParams(writeTokenRequest({ assertion: 'a.b.c', scopes: ['x', 'y'] }))]).toEqual([
      ['grant_type', 'client_credentials'],
      ['scope', 'x y'],
      ['client_assertion_type', jwtBearerAssertionType],
      ['client_assertion', 'a.b.c'],
    ])
  })

  it('leaves the scope out when none is asked for, and names a resource when one is', () => {
    const form = new URLSearchParams(writeTokenRequest({ assertion: 'a', scopes: [], resource: 'https://api.example' }))
    expect(form.has('scope')).toBe(false)
    expect(form.get('resource')).toBe('https://api.example')
  })

  it('writes what readTokenRequest() reads', () => {
    const body = writeTokenRequest({ assertion: 'a.b.c', scopes: ['x', 'y'] })
    const read = { assertion: 'a.b.c', clientId: undefined, grantType: 'client_credentials', scope: 'x y' }
    expect(readTokenRequest({ body })).toMatchObject(read)
    expect(readTokenRequest({ body: new TextEncoder().encode(body) })).toMatchObject(read)
  })
})

describe('readTokenRequest()', () => {
  it('hands on what HTTP brought', () => {
    const request = {
      method: 'PUT',
      contentType: 'text/plain',
      authorization: 'Basic x',
      query: 'b=1&a=%41&b',
      body: 'client_id=c',
    }
    expect(readTokenRequest(request)).toEqual({
      facts: {
        method: 'PUT',
        contentType: 'text/plain',
        authorization: 'Basic x',
        queryNames: ['b', 'a', 'b'],
        parameters: [['client_id', 'c']],
        encodingFault: undefined,
      },
      assertion: undefined,
      clientId: 'c',
      grantType: undefined,
      scope: undefined,
    })
  })

  it.each([[undefined], ['']])('finds no names in the query %j', (query) => {
    expect(readTokenRequest({ query, body: '' }).facts.queryNames).toEqual([])
  })

  it('finds fault with bytes that are no UTF-8, and with what the form says of itself', () => {
    expect(faultOf({ body: bytes(0x61, 0x3d, 0xc3, 0xbf) })).toBeUndefined()
    expect(faultOf({ body: bytes(0x61, 0x3d, 0xff) })).toBe('bytes that are no UTF-8')
    expect(readTokenRequest({ body: bytes(0x61, 0x3d, 0xff) }).facts.parameters).toEqual([])
    expect(faultOf({ body: 'a=%ff' })).toBe('a percent-escape that is no UTF-8')
  })

  it('takes a byte order mark for what it is: a part of the first name', () => {
    expect(readTokenRequest({ body: bytes(0xef, 0xbb, 0xbf, 0x61, 0x3d) }).facts.parameters).toEqual([['\ufeffa', '']])
  })

  it.each([
    undefined,
    'application/x-www-form-urlencoded',
    'application/x-www-form-urlencoded; charset=UTF-8',
    'application/x-www-form-urlencoded;charset=utf8',
    'application/x-www-form-urlencoded ; Charset = "utf-8"',
    'application/x-www-form-urlencoded; boundary=x; charset=utf-8; x=y',
    'charset=latin1',
  ])('takes the content type %j', (contentType) => {
    expect(faultOf({ contentType, body: 'a=1' })).toBeUndefined()
  })

  it.each(['latin1', 'utf-16', 'xutf-8', 'utf-8x', '"iso-8859-1"', ''])('finds fault with the charset %j', (charset) => {
    const contentType = `application/x-www-form-urlencoded; charset=${charset}`
    expect(faultOf({ contentType, body: 'a=%ff' })).toBe('a charset other than UTF-8')
  })

  it.each([';charset=latin1', ';\t CHARSET \t=\t"latin1"'])('finds fault with the charset however it is written: %j', (rest) => {
    expect(faultOf({ contentType: `application/x-www-form-urlencoded${rest}`, body: '' })).toBe('a charset other than UTF-8')
  })
})
