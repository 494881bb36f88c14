import * as openid from 'openid-client'

/** What a provider (OpenID Connect Core 1.0) must know us by. */
export type ClientOptions = {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
}

/** What the browser must bring back, so that an answer belongs to the question. */
export type Round = { readonly state: string; readonly nonce: string; readonly verifier: string }

/** What a provider tells of somebody. */
export type Claims = Readonly<Record<string, unknown>> & {
  readonly iss: string
  readonly sub: string
}

export type Provider = {
  /** How people know it. */
  readonly host: string
  /** Where a browser signs in, and what it must keep until it comes back. */
  begin(redirectUri: string, claims: readonly string[]): Promise<{ url: string; round: Round }>
  /**
   * @param answer the URL the browser came back to.
   * @throws {ProviderFault}
   */
  finish(answer: URL, round: Round): Promise<Claims>
}

/**
 * Why a provider let nobody in.
 * spent    the code was used before, or is too old
 * refused  it said no
 * broken   it is down, or says what nobody can use; the message tells, and holds no secret
 */
export class ProviderFault extends Error {
  override readonly name = 'ProviderFault'
  readonly kind: 'spent' | 'refused' | 'broken'

  constructor(kind: ProviderFault['kind'], message: string) {
    super(message)
    this.kind = kind
  }
}

const TIMEOUT_SECONDS = 10
const SCOPES = ['openid', 'profile', 'email']

/** A provider is asked what it can do when somebody first signs in: one that is down stops nothing else. */
export function createProvider({ issuer, clientId, clientSecret }: ClientOptions): Provider {
  const url = new URL(issuer)
  let found: Promise<openid.Configuration> | null = null

  function discover(): Promise<openid.Configuration> {
    found ??= openid
      .discovery(url, clientId, undefined, secretOf(clientSecret), {
        execute: url.protocol === 'http:' ? [openid.allowInsecureRequests] : [],
        timeout: TIMEOUT_SECONDS,
      })
      .catch((error) => {
        found = null
        throw error
      })
    return found
  }

  async function begin(redirectUri: string, claims: readonly string[]) {
    const config = await discover()
    const [state, nonce] = [openid.randomState(), openid.randomNonce()]
    const verifier = openid.randomPKCECodeVerifier()
    const to = openid.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: scopesOf(claims, config.serverMetadata().scopes_supported).join(' '),
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...{ state, nonce },
    })
    return { url: to.href, round: { state, nonce, verifier } }
  }

  async function finish(answer: URL, { state, nonce, verifier }: Round): Promise<Claims> {
    const config = await discover()
    const tokens = await openid.authorizationCodeGrant(config, answer, {
      ...{ expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier },
      idTokenExpected: true,
    })
    const claims = tokens.claims()
    if (!claims) throw new ProviderFault('broken', 'it sent no ID token')
    if (!config.serverMetadata().userinfo_endpoint) return claims
    const more = await openid.fetchUserInfo(config, tokens.access_token, claims.sub)
    return { ...more, ...claims }
  }

  return {
    host: url.host,
    begin: (...args) => begin(...args).catch(fail),
    finish: (...args) => finish(...args).catch(fail),
  }
}

/** Many providers tell groups only to whom asks for them by their name. */
export function scopesOf(claims: readonly string[], supported: readonly string[] = SCOPES) {
  const wanted = new Set([...SCOPES, ...claims])
  return [...wanted].filter((scope) => scope === 'openid' || supported.includes(scope))
}

/** In the header, which is the default of the specification, unless a provider takes it in the body only. */
function secretOf(secret: string): openid.ClientAuth {
  const [basic, post] = [openid.ClientSecretBasic(secret), openid.ClientSecretPost(secret)]
  return (server, ...rest) => {
    const ways = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    return (ways.includes('client_secret_basic') ? basic : post)(server, ...rest)
  }
}

function fail(error: unknown): never {
  if (error instanceof ProviderFault) throw error
  if (error instanceof openid.AuthorizationResponseError)
    throw new ProviderFault(error.error === 'access_denied' ? 'refused' : 'broken', wordsOf(error))
  if (error instanceof openid.ResponseBodyError)
    throw new ProviderFault(error.error === 'invalid_grant' ? 'spent' : 'broken', wordsOf(error))
  const { message, cause } = error as Error
  const why = cause instanceof Error ? `${message}: ${cause.message}` : message
  throw new ProviderFault('broken', why)
}

type Answered = { readonly error: string; readonly error_description?: string | undefined }

const wordsOf = ({ error, error_description: more }: Answered): string =>
  more === undefined ? error : `${error}: ${more}`
