import type Handlebars from 'handlebars'
import { safeUrl } from './escape.ts'
import { leanStandIn, PERSONAL } from './personal.ts'
import type { Speak, TextKey } from './texts.ts'

/** The only helpers templates may call, beside Handlebars' own. */
export const KNOWN_HELPERS = {
  ...{ t: true, link: true, personal: true, lean: true, position: true },
} as const

type Root = { readonly data: { readonly root: { readonly say: Speak } }; readonly hash: object }

/** Registers our helpers in one environment of Handlebars. */
export function registerHelpers(environment: typeof Handlebars, base: string): void {
  environment.registerHelper({
    /** `{{t 'sources' n=3}}`: a text in the language of the page. */
    t: (key: TextKey, { data, hash }: Root) => data.root.say(key, { ...hash }),
    /** `href="{{link url}}"`: http, https, mailto and paths of this site; anything else is `#`. */
    link: (url: unknown) => siteLink(String(url ?? ''), base),
    /** `{{personal 'viewUrl'}}`: a stand-in that each reader's value replaces. */
    personal: (name: keyof typeof PERSONAL) => PERSONAL[name],
    /** `{{lean storyId 'more'}}`: the same for a story's link for more, or less, like it. */
    lean: leanStandIn,
    /** `{{position @index}}`: places counted from 1. */
    position: (index: number) => index + 1,
  })
}

function siteLink(url: string, base: string): string {
  if (/^\/(?![/\\])/.test(url)) return base + url
  return url.startsWith('#') ? url : (safeUrl(url) ?? '#')
}
