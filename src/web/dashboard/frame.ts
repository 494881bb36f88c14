import type { FastifyRequest } from 'fastify'
import { hasRole } from '../../model.ts'
import { actorOf } from '../route.ts'
import type { Web } from '../server.ts'
import { createActions } from './action.ts'
import type { Assets } from './assets.ts'
import { sendFile, viewList } from './list.ts'
import { takeNotice } from './notice.ts'
import type { Frame, Room } from './room.ts'
import { createTimes, type Times } from './times.ts'
import { zoneOf } from './zone.ts'

/** Builds what stands around the pages of all rooms: menu, search, times, notices. */
export function createFrame(web: Web, rooms: readonly Room[], assets: Assets): Frame {
  const { pages, deps, outbox, operations } = web
  const timesOf = (request: FastifyRequest): Times =>
    createTimes(zoneOf(request) ?? 'UTC', deps.clock.now())

  const frame: Frame = {
    web,
    times: timesOf,
    actions: (request) =>
      createActions((command) => {
        const operation = operations.find(({ name }) => name === command)
        return operation !== undefined && hasRole(actorOf(request), operation.needs)
      }),

    async page(request, reply, template, view) {
      const times = timesOf(request)
      const current = roomOf(rooms, request)
      const here = request.method === 'GET' ? request.url : '/admin'
      const html = pages.print(template, {
        ...{ cssUrl: assets.cssUrl, jsUrl: assets.jsUrl },
        zone: times.zone,
        zoneIsKnown: zoneOf(request) !== null,
        clock: times.show(times.now),
        rooms: rooms
          .filter(({ needs = 'viewer' }) => hasRole(actorOf(request), needs))
          .map(({ url, label, key }) => ({ url, label, key, current: url === current })),
        outbox: outbox !== null && hasRole(actorOf(request), 'operator'),
        name: actorOf(request).name,
        here,
        zoneUrl: `/admin/zone?${new URLSearchParams({ back: here })}`,
        notice: takeNotice(request, reply),
        token: reply.generateCsrf(),
        ...view,
      })
      return reply.type('text/html; charset=utf-8').send(html)
    },

    async list(request, reply, list, view, template = 'dashboard/list') {
      if (await sendFile(list, request, reply)) return reply
      const shown = await viewList(list, request, timesOf(request))
      return frame.page(request, reply, template, { ...view, list: shown })
    },
  }
  return frame
}

/** The room whose address the page lies below: the longest that fits, since one may hold another's. */
function roomOf(rooms: readonly Room[], request: FastifyRequest): string | undefined {
  const path = request.url.split('?')[0] ?? ''
  return rooms
    .map(({ url }) => url)
    .filter((url) => path === url || (url !== '/admin' && path.startsWith(`${url}/`)))
    .toSorted((a, b) => b.length - a.length)[0]
}
