import type { RuleId } from './rule.js'

/** What stands behind a rule: for `docs/rules.md`, and for a server's answer that comes without the assertion it is about. */
export interface Reason {
  /** The fault in a few words. */
  readonly title: string
  /** Why servers insist on it. */
  readonly why: string
  /** What it usually is, and what to do. */
  readonly usual: string
}

/** The reason of every rule; one without does not compile. */
export const reasons: Readonly<Record<RuleId, Reason>> = {
  'request-method': {
    title: 'The request is not a POST',
    why: 'A GET would put credentials into URLs, and URLs into logs.',
    usual: 'A browser opened the URL, or curl was called without -d. Send the parameters as a POST form.',
  },
  'request-media-type': {
    title: 'The body is not sent as a form',
    why: 'OAuth fixed the form encoding in RFC 6749, and servers read nothing else.',
    usual: 'A client that sends JSON by default. Send application/x-www-form-urlencoded.',
  },
  'request-encoding': {
    title: 'The form cannot be decoded',
    why: 'A server that guesses at broken encoding checks something else than what was sent.',
    usual: 'A form that was put together by hand. Let a library encode it.',
  },
  'parameter-repeated': {
    title: 'A parameter is sent more than once',
    why: 'Two readers could each take another one of the two values.',
    usual: 'Several scopes in several "scope" parameters. Send one, with spaces between the scopes.',
  },
  'parameter-in-query': {
    title: 'A parameter stands in the URL',
    why: 'URLs end up in logs, histories and Referer headers.',
    usual: 'Parameters appended to the token URL. Send all of them in the body.',
  },
  'credentials-multiple': {
    title: 'The client proves itself in two ways',
    why: 'With two proofs nobody can say which one was checked.',
    usual: 'A library that adds an Authorization header or a client secret by itself. Send the assertion alone.',
  },
  'credentials-missing': {
    title: 'The request carries no credentials',
    why: 'A token is for somebody, and the server must know for whom.',
    usual: 'The assertion was lost on the way: an empty variable, or a body that was not sent as a form.',
  },
  'credentials-secret': {
    title: 'The client sends a secret instead of an assertion',
    why: 'A secret can be copied from every place that it passes; a signature cannot.',
    usual: 'An app or a library set up for client_secret_basic. Choose "Public key / Private key" and send a signed assertion.',
  },
  'assertion-type': {
    title: '"client_assertion_type" is not the one for a JWT',
    why: 'The type says how the assertion is to be read.',
    usual: 'A typing error in the URN, or a shell variable that is empty.',
  },
  'assertion-empty': {
    title: 'The assertion is missing or empty',
    why: 'The type announces a JWT, and there is none.',
    usual: 'A shell variable that is empty because signing failed before.',
  },
  'token-size': {
    title: 'The assertion is too large',
    why: 'A limit on size keeps a hostile sender from occupying the server.',
    usual: 'Claims that do not belong there: certificates, whole documents. Seven claims are enough.',
  },
  'token-form': {
    title: 'It is not a compact JWT',
    why: 'A signed JWT has three parts; five parts are an encrypted one, braces are another serialisation.',
    usual: 'A token that was cut while copying, or something else pasted in its place.',
  },
  'token-encoding': {
    title: 'A part is not base64url',
    why: 'Lenient decoding would let a changed text pass for the signed one.',
    usual: 'Plain base64 with "+", "/" and "=", or a line break inside the token.',
  },
  'token-json': {
    title: 'Header or payload is not a JSON object',
    why: 'A member that stands there twice is read differently by different parsers.',
    usual: 'A payload put together as text. Let a JSON library write it.',
  },
  'header-extension': {
    title: 'The header asks for an extension',
    why: '"crit" lists what a reader must understand or refuse; no token endpoint understands any.',
    usual: 'A signing library with unusual options. Sign without "crit", "b64" and "zip".',
  },
  'header-alg': {
    title: 'The algorithm is none, symmetric, or unknown',
    why: 'An unsigned token proves nothing, and a shared secret proves only that two sides know it.',
    usual: 'A library whose default is HS256. Name the algorithm of the key: RS256, ES256.',
  },
  'header-typ': {
    title: 'The header names another kind of token',
    why: 'A token made for one purpose must not pass for another one (RFC 8725 §3.11).',
    usual: 'An access token, an ID token or a DPoP proof sent as the client assertion.',
  },
  'header-kid': {
    title: '"kid" is not a usable string',
    why: 'It is a name to look up; anything else could not be found or would be an attack.',
    usual: 'A "kid" read from a configuration that has none.',
  },
  'header-key': {
    title: 'The header brings its own key',
    why: 'Whoever signs can put any key there: it proves nothing, and fetching it would be a request in an attacker’s name.',
    usual: 'A signing library that embeds the JWK. Register the key with the app instead.',
  },
  'iss-missing': {
    title: '"iss" is missing',
    why: 'It says who asks.',
    usual: 'A payload without the client id. Set "iss" and "sub" to it.',
  },
  'iss-unknown': {
    title: '"iss" is not a client id of this server',
    why: 'A service app speaks for itself, so the issuer is its client id.',
    usual: 'The URL of the organisation, the name of the app, or a client id of another organisation in "iss".',
  },
  'sub-missing': {
    title: '"sub" is missing',
    why: 'It says for whom the token is to be: the app itself.',
    usual: 'A payload without "sub". Set it to the client id.',
  },
  'sub-mismatch': {
    title: '"iss" and "sub" differ',
    why: 'An app may ask for a token for itself only.',
    usual: 'A user or an e-mail address in "sub". Set both to the client id.',
  },
  'client-id-mismatch': {
    title: '"client_id" names another client than the assertion',
    why: 'Two names for one caller leave open who was authenticated.',
    usual: 'A client id left over in a configuration. Leave the parameter out.',
  },
  'client-inactive': {
    title: 'The app is deactivated',
    why: 'Deactivating an app must stop it at once.',
    usual: 'Somebody deactivated the app, or its secret or method does not fit. Look at it in the admin console.',
  },
  'client-type': {
    title: 'The app is not a service app',
    why: 'Web and native apps act for users; this flow has none.',
    usual: 'An app that was created as a web app. Create one with the sign-in method "API Services".',
  },
  'client-method': {
    title: 'The app does not use private_key_jwt',
    why: 'The organisation server gives API tokens for signed assertions only.',
    usual: 'An app left at "Client secret". Choose "Public key / Private key".',
  },
  'alg-profile': {
    title: 'The algorithm is not accepted by this server',
    why: 'A short list of algorithms is easier to keep safe than a long one.',
    usual: 'PS256 or EdDSA at a server that takes RS and ES only, or RS256 at a FAPI server.',
  },
  'aud-missing': {
    title: '"aud" is missing or empty',
    why: 'Without an audience the assertion could be used at any server.',
    usual: 'A payload without "aud". Set it to the full URL of the token endpoint.',
  },
  'aud-list': {
    title: '"aud" is a list',
    why: 'Every server that the list names could use the assertion at the others (CVE-2025-27371).',
    usual: 'A library that always writes a list. Write one string.',
  },
  'aud-mismatch': {
    title: '"aud" is not the endpoint that was called',
    why: 'An assertion must work at one place only, so servers compare the URL exactly.',
    usual:
      'The issuer instead of the token endpoint, a slash too many, the custom server’s URL at the organisation server, or the -admin host.',
  },
  'exp-missing': {
    title: '"exp" is missing',
    why: 'An assertion without an end could be used for ever.',
    usual: 'A payload without "exp", or with one that is no number. Set seconds since the epoch, five minutes ahead.',
  },
  'exp-type': {
    title: '"exp" is not a whole number of seconds',
    why: 'RFC 7519 counts in seconds as a JSON number; strings and fractions are read differently by different servers.',
    usual: 'A quoted number, as in Okta’s own sample. Take the quotes away.',
  },
  'exp-past': {
    title: 'The assertion is expired',
    why: 'The short life limits what a stolen assertion is good for.',
    usual: 'An assertion that was kept and used later, or a clock that is behind. Sign a new one for every request.',
  },
  'exp-far': {
    title: '"exp" lies too far ahead',
    why: 'An hour is the longest that Okta lets an assertion live.',
    usual:
      'Milliseconds instead of seconds, or a lifetime of exactly one hour and a clock that is a second fast. Use five minutes.',
  },
  'exp-near-limit': {
    title: '"exp" lies close to the limit',
    why: 'Okta gives no leeway: a clock one second fast breaks an assertion of exactly one hour.',
    usual: 'A lifetime of 60 minutes. Use five.',
  },
  'iat-type': {
    title: '"iat" is not a whole number of seconds',
    why: 'RFC 7519 counts in seconds as a JSON number.',
    usual: 'A quoted number or a date text. Write seconds as a number.',
  },
  'iat-future': {
    title: '"iat" lies in the future',
    why: 'A token cannot be received before it was made: one of the two clocks is wrong.',
    usual:
      'The clock of the machine that signs is fast, or "iat" is in milliseconds. Set the clock, or back-date "iat" by a few seconds.',
  },
  'iat-after-exp': {
    title: '"iat" is later than "exp"',
    why: 'Nothing expires before it is made.',
    usual: 'The two claims are swapped, or one is from another time zone.',
  },
  'nbf-type': {
    title: '"nbf" is not a whole number of seconds',
    why: 'RFC 7519 counts in seconds as a JSON number.',
    usual: 'A quoted number. Leave "nbf" out: nobody needs it here.',
  },
  'nbf-future': {
    title: '"nbf" lies in the future',
    why: 'The assertion itself says that it is not valid yet.',
    usual: 'A library that sets "nbf" to the present time on a machine whose clock is fast. Leave it out.',
  },
  'jti-missing': {
    title: '"jti" is missing',
    why: 'Without a name of its own an assertion cannot be recognised the second time.',
    usual: 'A payload without "jti" at a server that wants one. Add a random UUID.',
  },
  'jti-type': {
    title: '"jti" is not a usable string',
    why: 'It is remembered byte by byte, so it must have exactly one form.',
    usual: 'A number or an empty string. Use a random UUID.',
  },
  'jti-size': {
    title: '"jti" is too long',
    why: 'The server keeps it until the assertion expires.',
    usual: 'A whole document as "jti". Use a random UUID.',
  },
  'keys-missing': {
    title: 'No public key is registered with the app',
    why: 'Without it no signature can be checked.',
    usual: 'The key pair was made and its public half never saved with the app.',
  },
  'keys-unavailable': {
    title: 'The key set of the app cannot be fetched',
    why: 'The server reads the keys from the jwks_uri of the app, over https and without redirects.',
    usual: 'A URL that only works inside your network, a redirect, or an error page.',
  },
  'keys-empty': {
    title: 'The key set at jwks_uri is empty',
    why: 'Without a key no signature can be checked.',
    usual: 'A rotation that took the old key away before the new one was there.',
  },
  'keys-ambiguous': {
    title: 'Keys at jwks_uri share a "kid"',
    why: 'A name must stand for one key.',
    usual: 'A set put together from two files. Give each key its thumbprint as "kid".',
  },
  'kid-missing': {
    title: '"kid" is missing, and the app has several keys',
    why: 'Without a name nobody knows which key to check with.',
    usual: 'A second key was added to the app, and the signer sends no "kid". Put it into the header.',
  },
  'kid-absent': {
    title: '"kid" is missing, and works by luck',
    why: 'While one key is active there is no choice; a second key ends that.',
    usual: 'A key in PEM form, which has no room for a name. Give "kid" when signing.',
  },
  'kid-unknown': {
    title: '"kid" names a key that is not registered',
    why: 'A name that nobody knows cannot be looked up.',
    usual: 'The "kid" of another key, of another app, or of a key that was deleted. Compare it with the app’s page.',
  },
  'key-inactive': {
    title: 'The key is deactivated',
    why: 'Deactivating a key must stop it at once.',
    usual: 'A rotation that ended on the server and not in the client. Sign with the new key.',
  },
  'key-use': {
    title: 'The registered key is not for signatures',
    why: 'A key for encryption must not be used to sign: what is safe for one can be unsafe for the other.',
    usual: 'A generator left at "encryption". Register the key with "use": "sig".',
  },
  'key-ops': {
    title: 'The registered key may not verify',
    why: '"key_ops" lists what a key may be used for.',
    usual: 'A private key’s "key_ops": ["sign"] copied to the public half. Write ["verify"], or leave it out.',
  },
  'key-alg': {
    title: 'The algorithm does not belong to the key',
    why: 'A key that takes any algorithm lets an attacker choose the weakest.',
    usual: 'RS256 with an EC key, ES256 with a key on P-384, or a key registered with another "alg".',
  },
  'signature-missing': {
    title: 'The token is not signed',
    why: 'Everybody can write a payload.',
    usual: 'The third part was lost while copying, or a library made an unsecured token.',
  },
  'signature-der': {
    title: 'The ECDSA signature is in DER form',
    why: 'JWS wants r and s side by side; openssl, KMS and HSM give DER.',
    usual: 'A signature made by openssl or a KMS and put in unconverted.',
  },
  'signature-hmac': {
    title: 'The token was signed with the public key as a secret',
    why: 'The public key is public: everybody could sign so.',
    usual: 'A library whose default is HS256, given the PEM of a key as its secret.',
  },
  'signature-mismatch': {
    title: 'The signature does not fit the registered key',
    why: 'It is the proof itself.',
    usual: 'The private key belongs to another public key than the registered one, or the token was changed after signing.',
  },
  'jti-used': {
    title: 'The assertion was used before',
    why: 'What works once is worth nothing to a thief.',
    usual: 'A retry with the same assertion, or a client that keeps one. Sign a new one for every request.',
  },
  'exp-forgotten': {
    title: 'The assertion is older than the server’s memory',
    why: 'When the clock of the server goes back, records of used assertions are gone that would be needed.',
    usual: 'The clock of the server was set back.',
  },
  'grant-type-missing': {
    title: '"grant_type" is missing',
    why: 'The token endpoint serves several grants.',
    usual: 'A form without it. Send grant_type=client_credentials.',
  },
  'grant-type-unsupported': {
    title: 'The grant type is unknown',
    why: 'The server does what it was set up for.',
    usual: 'A typing error, or the jwt-bearer grant in place of client_credentials.',
  },
  'grant-type-unauthorized': {
    title: 'The app may not use this grant type',
    why: 'Each app is allowed the grants that it needs.',
    usual: 'The settings of the app lack "Client Credentials".',
  },
  'scope-missing': {
    title: 'No scope is asked for',
    why: 'A token without a scope opens nothing.',
    usual: 'A form without "scope". Name the scopes that were granted to the app.',
  },
  'scope-default-missing': {
    title: 'No scope is asked for, and there are no default ones',
    why: 'A token without a scope opens nothing.',
    usual: 'A form without "scope" at a custom authorization server without default scopes. Name the scopes.',
  },
  'scope-form': {
    title: 'The scopes are not written as OAuth wants them',
    why: 'Scopes are separated by one space each.',
    usual: 'Commas between the scopes. Use spaces.',
  },
  'scope-openid': {
    title: 'A scope about a user is asked for',
    why: 'A service app has no user to tell about.',
    usual: 'A scope list copied from a web app. Leave openid, profile and offline_access out.',
  },
  'scope-self': {
    title: 'A .self scope is asked for',
    why: '.self stands for the user who is signed in, and there is none.',
    usual: 'A scope list copied from a user’s app. Ask for the scope without .self.',
  },
  'scope-unknown': {
    title: 'The server does not know the scope',
    why: 'A typing error must not become a silent lack of rights.',
    usual: 'A typing error, or a scope of a custom authorization server asked for at the organisation server.',
  },
  'scope-not-granted': {
    title: 'None of the scopes is granted to the app',
    why: 'An app gets what an administrator gave it.',
    usual: 'The scope was never granted: a Super Admin does it on the tab "Okta API Scopes" of the app.',
  },
  'scope-narrowed': {
    title: 'Some scopes were dropped without a word',
    why: 'The server gives what is granted and says nothing of the rest; calls fail later with insufficient_scope.',
    usual: 'One of several scopes was never granted.',
  },
  'proof-missing': {
    title: 'The request brings no DPoP proof',
    why: 'A token of this app is bound to a key, and the proof says to which.',
    usual:
      'New API service apps have the box "Require Demonstrating Proof of Possession" ticked. Send a proof, or take the tick away.',
  },
  'proof-several': {
    title: 'The request brings several DPoP proofs',
    why: 'With two proofs nobody can say which one counts.',
    usual: 'A proxy or a retry layer that adds the header again. Send one.',
  },
  'proof-form': {
    title: 'The DPoP proof is not a compact JWT',
    why: 'A proof is a signed JWT, whole and alone in its header.',
    usual: 'A proof that was cut, or another value in the header.',
  },
  'proof-typ': {
    title: 'The header of the proof does not say "dpop+jwt"',
    why: 'A token made for one purpose must not pass for another one.',
    usual: 'The client assertion sent as the proof, or a signing library that always writes "JWT".',
  },
  'proof-alg': {
    title: 'The proof is signed with an algorithm that is not taken',
    why: 'A proof shows that its sender holds a private key; a shared secret shows nothing.',
    usual: 'A library whose default is HS256, or EdDSA at Okta.',
  },
  'proof-extension': {
    title: 'The header of the proof asks for an extension',
    why: '"crit" lists what a reader must understand or refuse.',
    usual: 'A signing library with unusual options. Sign without "crit", "b64" and "zip".',
  },
  'proof-key': {
    title: 'The proof brings no usable key',
    why: 'The proof is verified with the public key that it brings.',
    usual: 'The private JWK in the header, or no "jwk" at all. Put the public members there.',
  },
  'proof-signature': {
    title: 'The signature of the proof does not hold',
    why: 'It is the proof itself.',
    usual: 'The "jwk" of one key and the signature of another one.',
  },
  'proof-htm': {
    title: '"htm" is not the method of the request',
    why: 'A proof is for one request.',
    usual: 'The method in lower case.',
  },
  'proof-htu': {
    title: '"htu" is not the URL of the request',
    why: 'A proof is for one request.',
    usual: 'The query of the URL left in, or the URL of another endpoint.',
  },
  'proof-iat': {
    title: '"iat" of the proof is missing or no number',
    why: 'A proof is for now.',
    usual: 'A date as text.',
  },
  'proof-iat-future': {
    title: 'The proof was made in the future',
    why: 'One of the two clocks is wrong.',
    usual: 'The clock of the client is fast.',
  },
  'proof-iat-past': {
    title: 'The proof is older than five minutes',
    why: 'A proof is for now.',
    usual: 'A proof that was kept, or a clock that is behind. Make a new one for every request.',
  },
  'proof-exp': {
    title: 'The proof is expired',
    why: 'The proof itself says so.',
    usual: 'A proof that was kept. Make a new one for every request, without "exp".',
  },
  'proof-jti': {
    title: '"jti" of the proof is missing or not usable',
    why: 'Without a name of its own a proof cannot be recognised the second time.',
    usual: 'A proof without "jti". Add a random UUID.',
  },
  'proof-ath': {
    title: '"ath" is not the hash of the access token',
    why: 'It ties the proof to the token beside it.',
    usual: 'A proof made before the token was renewed.',
  },
  'proof-binding': {
    title: 'The token is bound to another key',
    why: 'A stolen token is worth nothing without its key.',
    usual: 'A key that was made anew after the token was bought.',
  },
  'proof-nonce': {
    title: 'The proof lacks the nonce of the server',
    why: 'A nonce shows that the proof was made just now and not in advance.',
    usual: 'The first request of every client: repeat it with the nonce of the answer, a new proof and a new assertion.',
  },
  'proof-used': {
    title: 'The proof was used before',
    why: 'What works once is worth nothing to a thief.',
    usual: 'A retry that sends the same proof. Make a new one for every request.',
  },
  'token-dressed': {
    title: 'Something stands around the token',
    why: 'A server takes the token as it comes; quotes and spaces make it another text.',
    usual: 'Quotes copied along from JSON or a shell.',
  },
  'token-kind': {
    title: 'It is a token of another kind',
    why: 'Each kind of token is for another reader.',
    usual: 'The access token pasted in place of the assertion.',
  },
  'input-unknown': {
    title: 'It is neither a token nor a request nor an answer',
    why: 'There is nothing in it to check.',
    usual: 'Something else was in the clipboard.',
  },
  'key-unregistered': {
    title: 'The private key is not one of the registered ones',
    why: 'The server can check only with what was registered.',
    usual: 'The key was made anew, and its public half was not registered.',
  },
  'jwks-private': {
    title: 'The registered key set holds private keys',
    why: 'Whoever reads the set can sign in the app’s name.',
    usual: 'The private JWK was registered or published in place of the public one. Make a new key pair.',
  },
  'clock-skew': {
    title: 'The two clocks differ',
    why: 'Times in an assertion are compared with the server’s clock.',
    usual: 'A virtual machine that slept, or a machine without time synchronisation.',
  },
  'endpoint-mismatch': {
    title: 'The request went to another URL than it is meant for',
    why: 'The audience must be the URL that is called.',
    usual: 'Two settings that should be one: the URL to call, and the audience.',
  },
  'answer-success': {
    title: 'The server gave a token',
    why: 'There is nothing to refuse.',
    usual: 'Look at the scopes when a later call fails.',
  },
  'answer-unexplained': {
    title: 'The server refuses, and nothing seen here explains it',
    why: 'Some facts are known to the server only.',
    usual: 'The state of the app, of its keys or of its grants on the server.',
  },
  'answer-unknown': {
    title: 'The answer is not that of a token endpoint',
    why: 'Token endpoints answer in JSON with "error", or "errorCode".',
    usual: 'A proxy, a login page, or the wrong URL.',
  },
}
