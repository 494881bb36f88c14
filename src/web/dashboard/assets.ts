import { createHash } from 'node:crypto'
import type { Templates } from '../../edition/compile.ts'
import { Refusal } from '../refusal.ts'
import { param, type Route } from '../route.ts'

const TYPES = { css: 'text/css', js: 'text/javascript' } as const
/** A changed file has another address. */
const FOR_GOOD = 'private, max-age=31536000, immutable'

export type Assets = {
  /** Addresses of the style sheet and the script. */
  readonly cssUrl: string
  readonly jsUrl: string
  readonly route: Route
}

/** The style sheet and the script of the dashboard, each under an address that its content makes. */
export function createAssets(templates: Templates): Assets {
  const files = new Map<string, { readonly type: string; readonly text: string }>()
  const add = (extension: keyof typeof TYPES): string => {
    const text = templates[`dashboard/dashboard.${extension}`] ?? ''
    const hash = createHash('sha256').update(text).digest('base64url').slice(0, 16)
    files.set(`${hash}.${extension}`, { type: TYPES[extension], text })
    return `/admin/assets/${hash}.${extension}`
  }
  return {
    cssUrl: add('css'),
    jsUrl: add('js'),
    route: {
      method: 'GET',
      url: '/admin/assets/:file',
      access: 'viewer',
      type: 'text/css',
      summary: 'Style sheet and script of the dashboard',
      handle(request, reply) {
        const file = files.get(param(request, 'file'))
        if (!file) throw new Refusal(404, 'missing')
        reply.header('cache-control', FOR_GOOD)
        return reply.type(`${file.type}; charset=utf-8`).send(file.text)
      },
    },
  }
}
