import { describe, expect, it } from 'vitest'
import { looksLikeCurl, readCurl } from './curl.js'

const url = 'https://example.okta.com/oauth2/v1/token'
const bodyOf = (command: string) => readCurl(command).body

describe('looksLikeCurl()', () => {
  it.each([
    'curl x',
    '$ curl x',
    '$curl x',
    'curl\tx',
    'printf %s a | curl x',
    "$ printf '%s' 'a' | \\\n curl x",
    'printf "%s" a|curl x',
    '$printf  %s  a  |  curl x',
  ])('takes %j for a command', (text) => {
    expect(looksLikeCurl(text)).toBe(true)
  })

  it.each([
    'curl',
    'curly x',
    'x curl y',
    'echo a | curl x',
    'x printf %s a | curl x',
    'printf %s | curl x',
    'printf %s a | curly x',
    'printf %d a | curl x',
  ])('does not take %j for one', (text) => {
    expect(looksLikeCurl(text)).toBe(false)
  })
})

describe('readCurl() reads the method', () => {
  it.each([
    [`curl ${url}`, 'GET'],
    [`curl ${url} -d a=1`, 'POST'],
    [`curl -X PUT ${url} -d a=1`, 'PUT'],
    [`curl --request DELETE ${url}`, 'DELETE'],
  ])('of %s as %s', (command, method) => {
    expect(readCurl(command).method).toBe(method)
  })
})

describe('readCurl() reads the address', () => {
  it.each([
    [`curl ${url}`],
    ['curl --url https://example.okta.com/oauth2/v1/token -s'],
    [`curl -o ${'https://wrong.example'} ${url} --output https://wrong.example`],
    [
      `curl -A https://wrong.example -m 5 --user-agent https://wrong.example --max-time 9 ${url} --silent x:https://wrong.example`,
    ],
  ])('of %s', (command) => {
    expect(readCurl(command)).toMatchObject({ url, query: undefined })
  })

  it('apart from its query', () => {
    expect(readCurl(`curl '${url}?a=1&b=2'`)).toMatchObject({ url, query: 'a=1&b=2' })
    expect(readCurl('curl http://127.0.0.1:8080/x')).toMatchObject({ url: 'http://127.0.0.1:8080/x' })
  })

  it('of a command without one as nothing', () => {
    expect(readCurl('curl example.okta.com')).toMatchObject({ url: undefined, query: undefined, authorization: undefined })
  })
})

describe('readCurl() reads the headers', () => {
  it('in any letter case, with or without a space', () => {
    const command = `curl ${url} -H 'CONTENT-TYPE:application/json' --header "Authorization:  Bearer a:b "`
    expect(readCurl(command)).toMatchObject({ contentType: 'application/json', authorization: 'Bearer a:b' })
  })

  it('as curl sends them when none is given', () => {
    expect(readCurl(`curl ${url} -d a=1`)).toMatchObject({
      contentType: 'application/x-www-form-urlencoded',
      authorization: undefined,
    })
  })

  it('of a user and a password as credentials, and does not keep the password', () => {
    for (const flag of ['-u', '--user']) {
      const request = readCurl(`curl ${url} ${flag} id:s3cret`)
      expect(request.authorization).toBe('Basic')
      expect(JSON.stringify(request)).not.toContain('s3cret')
    }
  })
})

describe('readCurl() reads the body', () => {
  it.each(['-d', '--data', '--data-raw', '--data-ascii', '--data-binary'])('of %s as it is, joined', (flag) => {
    expect(bodyOf(`curl ${url} ${flag} 'a=1 2' ${flag} b=%41`)).toBe('a=1 2&b=%41')
  })

  it('of --data-urlencode with everything behind the first equals sign encoded', () => {
    expect(bodyOf(`curl ${url} --data-urlencode 'a=b c=d&e'`)).toBe('a=b%20c%3Dd%26e')
    expect(bodyOf(`curl ${url} --data-urlencode '=b c'`)).toBe('=b%20c')
    expect(bodyOf(`curl ${url} --data-urlencode 'b c'`)).toBe('b%20c')
  })

  it('that comes through a pipe', () => {
    expect(bodyOf(`printf %s 'a b' | curl ${url} --data-urlencode client_assertion@-`)).toBe('client_assertion=a%20b')
    expect(bodyOf(`curl ${url} --data-urlencode client_assertion@-`)).toBe('client_assertion=')
    expect(bodyOf(`printf %s a | curl ${url} --data-urlencode x=y@-`)).toBe('x=y%40-')
    expect(bodyOf(`printf %s a | curl ${url} --data-urlencode @-x`)).toBe('%40-x')
    expect(bodyOf(`printf %s a | curl ${url} --data-urlencode =y@-`)).toBe('=y%40-')
    expect(readCurl('printf %s https://wrong.example | curl --data-urlencode x@-').url).toBeUndefined()
  })

  it('whose flag is the last word as empty', () => {
    expect(readCurl(`curl ${url} -d`)).toMatchObject({ body: '', method: 'GET' })
  })
})

describe('readCurl() splits words as a shell does', () => {
  it.each([
    [`'a b'`, 'a b'],
    [`"a b"`, 'a b'],
    [`a\\ b`, 'a b'],
    [`'a'"b"c`, 'abc'],
    [`'a\\b'`, 'a\\b'],
    [`"a\\"b"`, 'a"b'],
    [`"a\\nb"`, 'a\\nb'],
    ['"a\\$b\\`c\\\\d"', 'a$b`c\\d'],
    [`a\\"b`, 'a"b'],
    [`'a\nb'`, 'a\nb'],
    [`''`, ''],
    [`"it's"`, "it's"],
    [`'say "x"'`, 'say "x"'],
  ])('%j', (word, value) => {
    expect(bodyOf(`curl ${url} -d ${word}`)).toBe(value)
  })

  it('over several lines', () => {
    expect(bodyOf(`curl ${url} \\\n  -d a=1 \\\r\n\t-d b=2`)).toBe('a=1&b=2')
    expect(bodyOf(`curl ${url} -d \\\n a=1 -d \\\r\n b=2`)).toBe('a=1&b=2')
  })
})
