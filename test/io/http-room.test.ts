import { expect, test } from 'vitest'
import { createRoom } from '../../src/io/http-room.ts'

const never = new AbortController().signal

test('a room has so many places; whoever finds none waits for the first that is left', async () => {
  const room = createRoom(2)
  const [leaveFirst] = await Promise.all([room.enter(never), room.enter(never)])
  const order: string[] = []
  const third = room.enter(never).then((leave) => {
    order.push('third')
    return leave
  })
  const fourth = room.enter(never).then(() => order.push('fourth'))
  await Promise.resolve()
  expect(order).toEqual([])
  leaveFirst()
  leaveFirst() // leaving twice frees one place
  const leaveThird = await third
  expect(order).toEqual(['third'])
  leaveThird()
  await fourth
  expect(order).toEqual(['third', 'fourth'])
})

test('whoever is called off leaves the line', async () => {
  const room = createRoom(1)
  const leave = await room.enter(never)
  const off = new AbortController()
  const second = room.enter(off.signal)
  const third = room.enter(never)
  off.abort(new Error('called off'))
  await expect(second).rejects.toThrow('called off')
  leave()
  ;(await third)()
  await expect(room.enter(off.signal)).rejects.toThrow('called off')
})
