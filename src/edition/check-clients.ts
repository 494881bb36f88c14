import { UNSUPPORTED } from './client-support.ts'

/** Something a mail uses that a big client does not support. */
export type ClientFinding = {
  /** Where it is told what was tested: `https://www.caniemail.com/features/<slug>/`. */
  readonly slug: string
  readonly feature: string
  /** The clients that lack it, e.g. `Outlook (Windows, Windows Mail)`. */
  readonly lacking: string
  /** Why nothing is lost without it; `null` where something may be. */
  readonly harmless: string | null
}

/** What our own templates use all the same. */
const HARMLESS: Readonly<Record<string, string>> = {
  'css-at-media': 'dark colours and phone sizes; without them the light, fluid sheet is shown',
  'css-at-media-prefers-color-scheme': 'dark colours; without them the light sheet is shown',
  'html-style': 'holds the @media rules only; all else is inlined',
  'css-important': 'only the @media rules need it',
  'html-meta-color-scheme': 'a hint; clients that ignore it choose colours themselves',
  'css-color-scheme': 'a hint; clients that ignore it choose colours themselves',
  'css-display-none': 'the preview line then stands in 2 px type',
  'css-white-space': 'keeps marks and date together; without it they may wrap',
  'css-word-break': 'breaks the long link of a letter; without it a phone shows a wider sheet',
  'html-doctype': 'they set a page of their own around the mail',
  'html-role': 'for screen readers; others lay out the table as before',
  'html-body': 'replaced by a div; the ground colour is on the outer table as well',
}

const harmlessOf = (slug: string): string | null =>
  slug.startsWith('css-selector-')
    ? 'only the @media rules have selectors; all else is inlined'
    : (HARMLESS[slug] ?? null)

/** What a mail is made of, as far as clients differ in it. */
type Parts = {
  readonly html: string
  readonly tags: ReadonlySet<string>
  readonly attributes: ReadonlySet<string>
  readonly atRules: string
  readonly selectors: string
  readonly properties: ReadonlySet<string>
  /** All values, each behind its property: `display:none`. */
  readonly values: string
}

/**
 * What of a mail Gmail, Apple Mail, Outlook and Yahoo do not support, by the tests of caniemail.com. What
 * they support in part is left out: of that every mail has some, and it says little.
 */
export function checkClients(html: string): ClientFinding[] {
  const parts = partsOf(html)
  return table().flatMap(({ slug, feature, lacking }) =>
    uses(parts, slug, feature) ? [{ slug, feature, lacking, harmless: harmlessOf(slug) }] : [],
  )
}

type Row = { readonly slug: string; readonly feature: string; readonly lacking: string }
let rows: readonly Row[] | undefined

/** Read when it is first asked for. */
function table(): readonly Row[] {
  rows ??= UNSUPPORTED.trim()
    .split('\n')
    .map((line) => {
      const [slug = '', feature = '', lacking = ''] = line.split('|')
      return { slug, feature, lacking }
    })
  return rows
}

/** A tag with its attributes; what stands in comments only Outlook reads. */
const TAG = /<([a-z][a-z0-9]*)\b((?:"[^"]*"|'[^']*'|[^>"'])*)>/gi
const ATTRIBUTE = /([a-z][a-z-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'))?/gi

function partsOf(mail: string): Parts {
  const html = mail.replace(/<!--[\s\S]*?-->/g, '')
  const sheet = [...html.matchAll(/<style\b[^>]*>([\s\S]*?)<\/style>/gi)].map(([, css]) => css)
  const tags = new Set<string>()
  const attributes = new Set<string>()
  const declared = new Set<string>()
  for (const [, tag = '', inside = ''] of html.matchAll(TAG)) {
    tags.add(tag.toLowerCase())
    for (const [, name = '', double, single] of inside.matchAll(ATTRIBUTE)) {
      attributes.add(name.toLowerCase())
      if (name.toLowerCase() === 'style') declared.add(double ?? single ?? '')
    }
  }
  const css = sheet.join('\n').replace(/\/\*[\s\S]*?\*\//g, '')
  const heads = [...css.matchAll(/([^{};]+)\{/g)].map(([, head = '']) => head.trim())
  for (const [, body = ''] of css.matchAll(/\{([^{}]*)\}/g)) declared.add(body)
  const declarations = [...declared].flatMap((body) => body.split(';')).map((one) => one.trim())
  return {
    html,
    tags,
    attributes,
    atRules: heads.filter((head) => head.startsWith('@')).join('\n'),
    selectors: heads.filter((head) => !head.startsWith('@')).join('\n'),
    properties: new Set(
      declarations.map((one) => one.split(':', 1)[0]?.trim().toLowerCase() ?? ''),
    ),
    values: declarations.map((one) => one.replace(/\s*:\s*/, ':').toLowerCase()).join('\n'),
  }
}

/** Features that their name alone does not tell. */
const SPECIAL: Readonly<Record<string, (parts: Parts) => boolean>> = {
  'css-at-media': ({ atRules }) => atRules.includes('@media'),
  'css-flex-direction': ({ values }) => /^flex-direction:column/m.test(values),
  'css-flex-wrap': ({ values }) => /^flex-wrap:wrap/m.test(values),
  'css-important': ({ values }) => values.includes('!important'),
  'css-variables': ({ values }) => /^--|var\(/m.test(values),
  'css-rgb': ({ values }) => values.includes('rgb('),
  'css-rgba': ({ values }) => values.includes('rgba('),
  'css-modern-color': ({ values }) => /\b(?:ok)?l(?:ch|ab)\(/.test(values),
  'css-sytem-ui': ({ values }) =>
    /\b(?:system-ui|ui-(?:serif|sans-serif|rounded|monospace))\b/.test(values),
  'css-intrinsic-size': ({ values }) => /\b(?:fit|min|max)-content\b/.test(values),
  'css-unit-calc': ({ values }) => values.includes('calc('),
  'css-unit-initial': ({ values }) => /:initial\b/.test(values),
  'css-unit-percent': ({ values }) => /\d%/.test(values),
  'css-selector-adjacent-sibling': ({ selectors }) => selectors.includes('+'),
  'css-selector-attribute': ({ selectors }) => selectors.includes('['),
  'css-selector-chaining': ({ selectors }) => /[\w-]\.[\w-]+\.[\w-]/.test(selectors),
  'css-selector-child': ({ selectors }) => selectors.includes('>'),
  'css-selector-class': ({ selectors }) => selectors.includes('.'),
  'css-selector-descendant': ({ selectors }) => /[\w\])]\s+[\w.#[*]/.test(selectors),
  'css-selector-general-sibling': ({ selectors }) => selectors.includes('~'),
  'css-selector-grouping': ({ selectors }) => selectors.includes(','),
  'css-selector-id': ({ selectors }) => selectors.includes('#'),
  'css-selector-type': ({ selectors }) => /(?:^|[\s,>+~])[a-z]/im.test(selectors),
  'css-selector-universal': ({ selectors }) => selectors.includes('*'),
  'html-anchor-links': ({ html }) => /\bhref="#/.test(html),
  'html-button-reset': ({ html }) => /<button\b[^>]*type="reset"/i.test(html),
  'html-button-submit': ({ html }) => /<button\b[^>]*type="submit"/i.test(html),
  'html-doctype': ({ html }) => /^\s*<!doctype html>/i.test(html),
  'html-h1-h6': ({ tags }) => ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].some((tag) => tags.has(tag)),
  'html-image-maps': ({ tags }) => tags.has('map'),
  'html-lists': ({ tags }) => ['ul', 'ol', 'dl'].some((tag) => tags.has(tag)),
  'html-mailto-links': ({ html }) => /\bhref="mailto:/i.test(html),
  'html-meta-color-scheme': ({ html }) =>
    /<meta\b[^>]*name="(?:supported-)?color-schemes?"/i.test(html),
  'html-semantics': ({ tags }) =>
    [
      'article',
      'aside',
      'details',
      'figcaption',
      'figure',
      'footer',
      'header',
      'main',
      'mark',
      'nav',
      'section',
      'summary',
      'time',
    ].some((tag) => tags.has(tag)),
  'html-srcset': ({ attributes }) => attributes.has('srcset') || attributes.has('sizes'),
}

/** Properties of features that stand for several, or are called otherwise. */
const PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  'css-block-inline-size': ['block-size', 'inline-size'],
  'css-border-inline-block': ['border-inline', 'border-block'],
  'css-column-layout-properties': [
    'columns',
    'column-width',
    'column-rule',
    'column-span',
    'column-fill',
  ],
  'css-gap': ['gap', 'column-gap', 'row-gap'],
  'css-grid-template': [
    'grid-template',
    'grid-template-columns',
    'grid-template-rows',
    'grid-template-areas',
  ],
  'css-left-right-top-bottom': ['left', 'right', 'top', 'bottom'],
  'css-margin-block-start-end': ['margin-block-start', 'margin-block-end'],
  'css-margin-inline-block': ['margin-inline', 'margin-block'],
  'css-margin-inline-start-end': ['margin-inline-start', 'margin-inline-end'],
  'css-padding-block-start-end': ['padding-block-start', 'padding-block-end'],
  'css-padding-inline-block': ['padding-inline', 'padding-block'],
  'css-padding-inline-start-end': ['padding-inline-start', 'padding-inline-end'],
}

function uses(parts: Parts, slug: string, feature: string): boolean {
  const special = SPECIAL[slug]
  if (special) return special(parts)
  const { tags, attributes, atRules, selectors, properties, values, html } = parts
  const rest = (prefix: string) => (slug.startsWith(prefix) ? slug.slice(prefix.length) : null)
  const condition = rest('css-at-media-')
  if (condition) return atRules.includes(condition)
  const rule = rest('css-at-')
  if (rule) return atRules.includes(`@${rule}`)
  const pseudo = rest('css-pseudo-class-') ?? rest('css-pseudo-element-')
  if (pseudo) return new RegExp(`:${pseudo}(?![\\w-])`).test(selectors)
  const unit = rest('css-unit-')
  if (unit) return new RegExp(`\\d${unit}\\b`).test(values)
  const called = rest('css-function-') ?? (slug.endsWith('-gradient') ? rest('css-') : null)
  if (called) return values.includes(`${called}(`)
  const shown = rest('css-display-')
  if (shown) return new RegExp(`^display:(?:inline-)?${shown}\\b`, 'm').test(values)
  const property = rest('css-')
  if (property) return (PROPERTIES[slug] ?? [property]).some((one) => properties.has(one))
  const input = rest('html-input-')
  if (input) return new RegExp(`<input\\b[^>]*type="${input}"`, 'i').test(html)
  const name = rest('html-') ?? ''
  return feature.endsWith('attribute')
    ? attributes.has(feature.split(' ', 1)[0] ?? '')
    : tags.has(name)
}
