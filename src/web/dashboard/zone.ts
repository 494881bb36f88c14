import type { FastifyRequest } from 'fastify'
import { isTimeZone } from '../../delivery/zone.ts'
import { ZONES } from '../choices.ts'
import { safeNext } from '../next.ts'
import { field, type Route } from '../route.ts'
import { type Frame, lookPage } from './room.ts'

/** Set by the script from the browser's own zone, or by the form below; it holds no secret. */
const COOKIE = 'dose_zone'
const YEAR_SECONDS = 365 * 86_400

/** The zone in which a visitor reads times; `null` until it is known. */
export function zoneOf(request: FastifyRequest): string | null {
  const zone = request.cookies[COOKIE] ?? ''
  return isTimeZone(zone) ? zone : null
}

/** Where a visitor says in which zone they read times. */
export function zonePages(frame: Frame): readonly Route[] {
  return [
    lookPage('/admin/zone', 'Asks for the time zone of the visitor', (request, reply) => {
      const current = frame.times(request).zone
      return frame.page(request, reply, 'dashboard/zone', {
        title: 'Time zone',
        back: safeNext(field(request.query, 'back'), '/admin'),
        zones: ZONES.map((value) => ({ value, chosen: value === current })),
      })
    }),
    {
      method: 'POST',
      url: '/admin/zone',
      access: 'viewer',
      type: 'text/html',
      policy: 'dashboard',
      csrf: true,
      summary: 'Sets the time zone of the visitor',
      handle(request, reply) {
        const zone = field(request.body, 'zone')
        if (isTimeZone(zone))
          reply.setCookie(COOKIE, zone, { sameSite: 'lax', maxAge: YEAR_SECONDS })
        return reply.redirect(safeNext(field(request.body, '_back'), '/admin'), 303)
      },
    },
  ]
}
