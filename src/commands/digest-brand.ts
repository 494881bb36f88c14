import { readFile, stat } from 'node:fs/promises'
import { z } from 'zod'
import { colourFault, palettesOf } from '../edition/palette.ts'
import { DoseError } from '../errors.ts'
import { pictureKind } from '../io/picture-kind.ts'
import type { Brand, Colours, Scheme } from '../model.ts'
import type { Logo } from '../store/brands.ts'
import type { Deps } from '../workers/stage.ts'
import { difference, showChanged } from './changes.ts'
import { command } from './command.ts'
import { findDigest } from './digest.ts'
import { shownText } from './inputs.ts'

/** Every mail loads it, and phones pay for it. */
const LOGO_BYTES_MAX = 200_000
const NONE = 'none'

const COLOUR_SAYS = 'write #rrggbb, or two for light and dark: #0b5cad,#8ec5ff, or none'

type Pair = Readonly<Partial<Record<Scheme, string>>>

const HEX = /^#[0-9a-f]{6}$/

function isPair(given: unknown): given is Pair {
  if (typeof given !== 'object' || given === null) return false
  const { light, dark, ...more } = given as Record<string, unknown>
  const isColour = (one: unknown) => one === undefined || HEX.test(String(one))
  return isColour(light) && isColour(dark) && Object.keys(more).length === 0
}

/** One colour of both schemes as people type it. */
const colour = z
  .union([z.custom<Pair>(isPair), z.string()])
  .transform((given, { addIssue }): Pair => {
    if (typeof given === 'object') return given
    const parts = given === NONE ? [] : given.split(',').map((part) => part.trim().toLowerCase())
    const [light, dark] = parts.map((part) => {
      const [, short, long] = /^#?(?:([0-9a-f]{3})|([0-9a-f]{6}))$/.exec(part) ?? []
      if (short) return `#${short.replace(/./g, '$&$&')}`
      if (!long) addIssue(COLOUR_SAYS)
      return `#${long}`
    })
    if (parts.length > 2) addIssue(COLOUR_SAYS)
    return { ...(light && { light }), ...(dark && { dark }) }
  })

export const brand = command({
  name: 'digest brand',
  summary: 'Change how a digest looks in mails and pages, without options show it.',
  input: z.object({
    name: z.string().describe('Name of the digest'),
    accent: colour
      .optional()
      .describe('Colour of labels and marks: `#rrggbb[,#rrggbb in the dark]`'),
    ink: colour.optional().describe('Colour of text'),
    paper: colour.optional().describe('Colour behind the text'),
    logo: z.string().optional().describe('Picture above the name: a file or URL, or `none`'),
    intro: shownText.optional().describe('Words below the masthead, or `none`'),
    footer: shownText.optional().describe('Words at the end, or `none`'),
    reset: z.boolean().default(false).describe('Look as shipped again'),
    picture: z.base64().optional().describe('Bytes of the file; read by the command line'),
  }),
  positional: ['name'],
  changes: true,
  prepare: async (input) =>
    input.logo === undefined || input.logo === NONE || isUrl(input.logo)
      ? input
      : { ...input, picture: await readLogo(input.logo) },
  async run({ name, logo, picture, intro, footer, reset, ...pairs }, { deps, out }) {
    const before = await findDigest(deps, name)
    const { brands } = deps.store
    if (reset) await brands.reset(before.id)
    const start = reset ? null : before.brand
    const changes = {
      ...colourChanges(start, pairs),
      ...(logo !== undefined && { logo: await logoOf(logo, picture, deps) }),
      ...(intro !== undefined && { intro: wordsOf(intro) }),
      ...(footer !== undefined && { footer: wordsOf(footer) }),
    }
    if (Object.keys(changes).length > 0) await brands.put(before.id, changes)
    const after = await findDigest(deps, before.id)
    const changed = difference({ ...before.brand }, { ...after.brand })
    out({ id: after.id, name: after.name, ...after.brand, changed })
    return 0
  },
  show: showChanged,
})

const wordsOf = (given: string): string => (given === NONE ? '' : given)

/** @throws {DoseError} USAGE naming the two colours that cannot be told apart. */
function colourChanges(before: Brand | null, pairs: Readonly<Record<string, Pair | undefined>>) {
  const given = Object.entries(pairs).flatMap(([key, pair]) => (pair ? [{ key, pair }] : []))
  if (given.length === 0) return {}
  const scheme = (name: Scheme): Partial<Colours> => {
    const own: Record<string, string> = { ...before?.colours[name] }
    for (const { key, pair } of given) {
      delete own[key]
      if (pair[name]) own[key] = pair[name]
    }
    return own
  }
  const colours = { light: scheme('light'), dark: scheme('dark') }
  const fault = colourFault(palettesOf(colours))
  if (fault) throw new DoseError('USAGE', `${fault}.`)
  return { colours }
}

const isUrl = (text: string): boolean => /^https?:\/\//i.test(text)

async function readLogo(file: string): Promise<string> {
  const found = await stat(file).catch(() => null)
  if (!found?.isFile()) throw new DoseError('USAGE', `--logo ${file}: no such file.`)
  if (found.size > LOGO_BYTES_MAX) throw tooLarge(file)
  return (await readFile(file)).toString('base64')
}

async function logoOf(
  given: string,
  picture: string | undefined,
  { http }: Deps,
): Promise<Logo | null> {
  if (given === NONE) return null
  const bytes = picture ? Buffer.from(picture, 'base64') : await fetchLogo(given, http)
  const kind = pictureKind(bytes)
  if (!kind || kind.type === 'image/avif')
    throw new DoseError('USAGE', `--logo ${given}: mail programs show PNG, JPEG, GIF and WebP.`)
  if (bytes.length > LOGO_BYTES_MAX) throw tooLarge(given)
  return { type: kind.type, bytes }
}

async function fetchLogo(url: string, http: Deps['http']): Promise<Buffer> {
  if (!isUrl(url)) throw new DoseError('USAGE', `--logo ${url}: neither a file nor a URL.`)
  const answer = await http.get({ url, accept: 'image' })
  if (answer.kind !== 'fetched') throw new DoseError('SOURCE_UNREACHABLE', `--logo ${url}`)
  return Buffer.from(answer.bytes)
}

const tooLarge = (what: string): DoseError =>
  new DoseError('USAGE', `--logo ${what}: more than ${LOGO_BYTES_MAX / 1_000} KB; make it smaller.`)
