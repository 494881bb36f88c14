import type { FastifyInstance } from 'fastify'
import type { Templates } from '../../edition/compile.ts'
import type { Route } from '../route.ts'
import type { Web } from '../server.ts'
import { access } from './access.ts'
import { accountPages } from './account.ts'
import { actRoute } from './act.ts'
import { alerts } from './alerts.ts'
import { createAssets } from './assets.ts'
import { audit } from './audit.ts'
import { deliveries } from './deliveries.ts'
import { editions } from './editions.ts'
import { createFrame } from './frame.ts'
import { house } from './house.ts'
import { liveRoute } from './live.ts'
import { readers } from './readers.ts'
import { replays } from './replays.ts'
import type { Room } from './room.ts'
import { runs } from './runs.ts'
import { schedules } from './schedules.ts'
import { sources } from './sources.ts'
import { stories } from './stories.ts'
import { today } from './today.ts'
import { xray } from './xray.ts'
import { zonePages } from './zone.ts'

/** The rooms of the dashboard, in the order of its menu. A new room is a file, a template, a line. */
const rooms: readonly Room[] = [
  today, // is everything all right?
  schedules, // what rings by the clock, and what came of it
  sources, // what is read, how it does, what it gives
  runs, // what the stages do, did, and could not do
  stories, // what there is to tell, and why it stands where it stands
  editions, // what will be sent, and what was
  replays, // past days with other weights
  readers, // who reads what
  deliveries, // who got which edition
  xray, // one thing looked through, from source to inbox
  alerts, // what is not as it should be
  house, // what is kept, what it weighs
  audit, // who did what?
  access, // who may come in?
]

/** Every page of the dashboard. */
export function dashboardRoutes(
  app: FastifyInstance,
  web: Web,
  templates: Templates,
): readonly Route[] {
  const assets = createAssets(templates)
  const frame = createFrame(web, rooms, assets)
  const stamps = Object.assign({}, ...rooms.map(({ live }) => live))
  return [
    ...rooms.flatMap((room) => room.pages(frame)),
    ...zonePages(frame),
    ...accountPages(frame),
    actRoute(frame),
    liveRoute(app, web.deps, stamps),
    assets.route,
  ]
}
