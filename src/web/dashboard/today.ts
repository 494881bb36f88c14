import { pipeline } from '../../workers/pipeline.ts'
import type { Deps } from '../../workers/stage.ts'
import { lookPage, type Room } from './room.ts'

/** Is everything all right? */
export const today: Room = {
  url: '/admin',
  label: 'Today',
  key: 't',
  pages: (frame) => [
    lookPage('/admin', 'Is everything all right?', async (request, reply) =>
      frame.page(request, reply, 'dashboard/today', {
        title: 'Today',
        stages: await stagesOf(frame.web.deps),
      }),
    ),
  ],
}

const stagesOf = ({ queues }: Deps) =>
  Promise.all(
    pipeline.map(async ({ name, does }) => ({ name, does, ...(await queues.counts(name)) })),
  )
