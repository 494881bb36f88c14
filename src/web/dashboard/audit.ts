import type { FastifyRequest } from 'fastify'
import type { AuditEntry } from '../../store/audit.ts'
import { Refusal } from '../refusal.ts'
import { param } from '../route.ts'
import type { Action } from './action.ts'
import { type List, timeColumn } from './list.ts'
import { type Frame, lookPage, type Room } from './room.ts'

const PATH = '/admin/audit'

/** Who did what, when and from where; and back again where a command names the way. */
export const audit: Room = {
  url: PATH,
  label: 'Audit',
  key: 'a',
  pages: (frame) => [
    lookPage(PATH, 'Who did what, when and from where', (request, reply) =>
      frame.list(request, reply, entries(frame), {
        title: 'Audit',
        lead: 'Every change, with who made it, and who came or was not let in. Open one to see more.',
      }),
    ),
    lookPage(`${PATH}/:id`, 'One change', async (request, reply) => {
      const entry = await frame.web.deps.store.audit.get(param(request, 'id'))
      if (!entry) throw new Refusal(404, 'missing')
      return frame.page(request, reply, 'dashboard/audit-entry', {
        title: entry.action,
        entry,
        at: frame.times(request).show(entry.at),
        facts: factsOf(entry),
        undo: undoOf(frame, request, entry),
      })
    }),
  ],
}

function entries({ web }: Frame): List<AuditEntry> {
  const nouns = new Set(
    web.operations.filter(({ changes }) => changes).map(({ name }) => noun(name)),
  )
  return {
    name: 'audit',
    search: 'who, what or which',
    filters: [
      {
        name: 'noun',
        label: 'About',
        options: [...nouns].toSorted().map((value) => ({ value, label: value })),
      },
    ],
    empty: 'Nothing was changed yet.',
    columns: [
      timeColumn('at', 'When', ({ at }) => at),
      { key: 'actor', label: 'Who', value: ({ actor }) => actor },
      { key: 'address', label: 'From', value: ({ address }) => address },
      {
        key: 'action',
        label: 'What',
        value: ({ action }) => action,
        show: ({ action, id }) => ({ text: action, url: `${PATH}/${id}` }),
      },
      { key: 'object', label: 'Which', value: ({ object }) => object },
    ],
    rows: ({ search, filters, after, limit }) =>
      web.deps.store.audit.list({
        limit,
        ...(search && { search }),
        ...(filters.noun && { action: filters.noun }),
        ...(after && { after }),
      }),
    keyOf: ({ id }) => id,
  }
}

const noun = (name: string): string => name.split(' ')[0] ?? ''

type Fact = { readonly name: string; readonly from?: string; readonly to: string }

/** What was changed from what to what, and what else the command told. */
function factsOf({ detail }: AuditEntry): readonly Fact[] {
  const { changed = {}, undo: _, ...rest } = detail
  return [
    ...Object.entries(changed as Record<string, { from: unknown; to: unknown }>).map(
      ([name, { from, to }]) => ({ name, from: shown(from), to: shown(to) }),
    ),
    ...Object.entries(rest).map(([name, to]) => ({ name, to: shown(to) })),
  ]
}

const shown = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '–')

/** The button that takes it back, where there is a way and the visitor may go it. */
function undoOf(
  { actions }: Frame,
  request: FastifyRequest,
  { detail }: AuditEntry,
): Action | null {
  const undo = detail.undo as { name: string; input: Record<string, unknown> } | undefined
  if (!undo) return null
  const inputs = Object.entries(undo.input).map(([name, value]) => [name, String(value)])
  return actions(request).button(undo.name, 'Undo', Object.fromEntries(inputs), undo.name)
}
