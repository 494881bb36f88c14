import type { FastifyReply, FastifyRequest } from 'fastify'
import type { UserRole } from '../../model.ts'
import type { Deps } from '../../workers/stage.ts'
import type { Route } from '../route.ts'
import type { Web } from '../server.ts'
import type { Actions } from './action.ts'
import type { List } from './list.ts'
import type { Times } from './times.ts'

/** Differs from the one before when something has changed. Asked every few seconds: keep it cheap. */
export type Stamp = (deps: Deps) => Promise<string>

/** A room of the dashboard: a few pages behind one entry of the menu. */
export type Room = {
  /** Where it begins; all its pages lie below. */
  readonly url: string
  readonly label: string
  /** The least role that finds it in the menu; `viewer` where absent. Its pages say so themselves. */
  readonly needs?: UserRole
  /** `g` and then this key leads here. */
  readonly key: string
  /** Parts of its pages that renew themselves: `data-live="name"` in a template. */
  readonly live?: Readonly<Record<string, Stamp>>
  pages(frame: Frame): readonly Route[]
}

export type PageView = { readonly title: string } & Readonly<Record<string, unknown>>

/** What stands around every page of a room. */
export type Frame = {
  readonly web: Web
  /** Instants as this visitor reads them. */
  times(request: FastifyRequest): Times
  /** Buttons, where this visitor may run their commands. */
  actions(request: FastifyRequest): Actions
  page(
    request: FastifyRequest,
    reply: FastifyReply,
    template: string,
    view: PageView,
  ): Promise<FastifyReply>
  /** A page around a list; `dashboard/list` where no template of its own is named. */
  list<Row>(
    request: FastifyRequest,
    reply: FastifyReply,
    list: List<Row>,
    view: PageView,
    template?: string,
  ): Promise<FastifyReply>
}

/** A page of the dashboard, for whoever may look. What it changes, commands do; see act.ts. */
export const lookPage = (url: string, summary: string, handle: Route['handle']): Route => ({
  method: 'GET',
  url,
  access: 'viewer',
  type: 'text/html',
  policy: 'dashboard',
  summary,
  handle,
})
