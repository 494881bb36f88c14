import type { Http, HttpResult } from '../io/http.ts'
import type { HttpRequest } from '../io/http-request.ts'
import type { Access } from '../store/access.ts'
import type { Source } from '../store/sources.ts'
import type { Deps } from './stage.ts'

/** What decides how a source is asked, whether it is saved yet or not. */
export type Asked = Pick<Source, 'kind' | 'url'> & { readonly access: Access }

/**
 * Asks for what a source names, with the headers and through the proxy its operator gave it. A list
 * is a page like others: robots.txt of its host is obeyed.
 *
 * @throws {DoseError} as `Http.get` does.
 */
export function ask(
  { kind, url, access }: Asked,
  http: Http,
  request: Pick<HttpRequest, 'validators' | 'signal'> & { readonly url?: string } = {},
): Promise<HttpResult> {
  const isList = kind === 'list'
  return http.get({
    url,
    accept: isList ? 'page' : 'feed',
    robots: isList,
    headers: access.headers,
    proxy: access.proxy ?? undefined,
    ...request,
  })
}

/** @throws {DoseError} SECRETS_UNREADABLE. */
export const askedOf = async (source: Source, { store }: Pick<Deps, 'store'>): Promise<Asked> => ({
  kind: source.kind,
  url: source.url,
  access: await store.access.of(source),
})
