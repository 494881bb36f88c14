import type { FastifyRequest } from 'fastify'
import { USER_ROLES } from '../../model.ts'
import type { Account } from '../../store/accounts.ts'
import type { Session } from '../../store/sessions.ts'
import type { ApiToken } from '../../store/tokens.ts'
import type { Route } from '../route.ts'
import { type Ask, type List, timeColumn } from './list.ts'
import { type Frame, lookPage, type Room } from './room.ts'

/** Who may come in: accounts, their sessions, tokens of scripts. */
export const access: Room = {
  url: '/admin/access',
  label: 'Access',
  key: 'i', // who may come in
  needs: 'admin',
  pages: (frame) => {
    const page = <Row>(
      path: string,
      title: string,
      template: string,
      list: (frame: Frame, request: FastifyRequest) => List<Row>,
    ): Route => ({
      ...lookPage(
        `/admin/access${path}`,
        `${title}, and what may be done to them`,
        (request, reply) =>
          frame.list(
            request,
            reply,
            list(frame, request),
            { title, roles: USER_ROLES },
            `dashboard/${template}`,
          ),
      ),
      access: 'admin',
    })
    return [
      page('', 'Accounts', 'accounts', accounts),
      page('/sessions', 'Sessions', 'sessions', sessions),
      page('/tokens', 'Tokens', 'tokens', tokens),
    ]
  },
}

/** There are few of them: they are read whole, and searched here. */
function narrow<Row>(
  rows: readonly Row[],
  textOf: (row: Row) => string,
  { search, after, limit }: Ask,
) {
  const from = after === null ? 0 : rows.findIndex((row) => textOf(row) === after) + 1
  const found = rows.slice(from).filter((row) => textOf(row).includes(search.toLowerCase()))
  return found.slice(0, limit)
}

const nameOf = ({ name }: { readonly name: string }): string => name.toLowerCase()

function accounts({ web, actions }: Frame, request: FastifyRequest): List<Account> {
  const { bulk } = actions(request)
  return {
    name: 'accounts',
    search: 'name',
    empty: 'There is no account. Make one above.',
    columns: [
      { key: 'name', label: 'Name', value: ({ name }) => name },
      { key: 'role', label: 'Role', value: ({ role }) => role },
      {
        key: 'state',
        label: 'State',
        value: stateOf,
        show: (row) => ({ text: stateOf(row), tone: row.ready ? undefined : 'warn' }),
      },
      {
        key: 'codes',
        label: 'One-time codes',
        value: ({ secondFactor }) => secondFactor,
        show: ({ secondFactor }) => ({ text: secondFactor ? 'on' : 'off' }),
      },
      timeColumn('created', 'Since', ({ createdAt }) => createdAt),
    ],
    rows: async (ask) => narrow(await web.deps.store.accounts.list(), nameOf, ask),
    keyOf: nameOf,
    select: {
      idOf: nameOf,
      actions: [
        ...USER_ROLES.flatMap((role) => bulk('user set', `Make ${role}`, 'name', { role })),
        ...bulk('user reset', 'Reset, with a new link', 'name', {}),
        ...bulk('user remove', 'Remove', 'name', {}),
      ],
    },
  }
}

function stateOf({ issuer, ready, linkUntil }: Account): string {
  if (issuer !== null) return `signs in with ${issuer}`
  if (ready) return 'has a password'
  return linkUntil === null ? 'has no way in; reset it' : 'has not used its link yet'
}

type SignedInSession = Session & { readonly name: string }

function sessions({ web, actions }: Frame, request: FastifyRequest): List<SignedInSession> {
  const { store, clock } = web.deps
  const textOf = ({ name, hash }: SignedInSession) => `${name} ${hash}`.toLowerCase()
  return {
    name: 'sessions',
    search: 'name',
    empty: 'Nobody is signed in.',
    columns: [
      { key: 'name', label: 'Account', value: ({ name }) => name },
      { key: 'address', label: 'Address', value: ({ address }) => address },
      { key: 'agent', label: 'Browser', value: ({ agent }) => agent },
      timeColumn('seen', 'Last seen', ({ seenAt }) => seenAt),
      timeColumn('since', 'Since', ({ createdAt }) => createdAt),
    ],
    rows: async (ask) => narrow(await store.sessions.list(clock.now()), textOf, ask),
    keyOf: textOf,
    select: {
      idOf: ({ hash }) => hash,
      actions: actions(request).bulk('session end', 'Sign out', 'id', {}),
    },
  }
}

function tokens({ web, actions }: Frame, request: FastifyRequest): List<ApiToken> {
  return {
    name: 'tokens',
    search: 'name',
    empty: 'There is no token. Scripts elsewhere need one; make it above.',
    columns: [
      { key: 'name', label: 'Name', value: ({ name }) => name },
      { key: 'role', label: 'Role', value: ({ role }) => role },
      {
        key: 'nouns',
        label: 'For',
        value: ({ nouns }) => nouns?.join(',') ?? null,
        show: ({ nouns }) => ({ text: nouns?.join(', ') ?? 'everything' }),
      },
      timeColumn('used', 'Last used', ({ usedAt }) => usedAt),
      timeColumn('ends', 'Ends', ({ endsAt }) => endsAt),
    ],
    rows: async (ask) => narrow(await web.deps.store.tokens.list(), nameOf, ask),
    keyOf: nameOf,
    select: {
      idOf: ({ name }) => name,
      actions: actions(request).bulk('token remove', 'Remove', 'name', {}),
    },
  }
}
