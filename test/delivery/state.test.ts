import { expect, test } from 'vitest'
import { mayBecome } from '../../src/delivery/state.ts'
import type { DeliveryState } from '../../src/model.ts'

const STATES: DeliveryState[] = [
  'planned',
  'deferred',
  'claimed',
  'submitted',
  'accepted',
  'bounced',
  'complained',
  'unknown',
  'skipped',
]
const FINAL: DeliveryState[] = ['accepted', 'bounced', 'complained', 'unknown', 'skipped']
const isFinal = (state: DeliveryState) => FINAL.includes(state)

test.each([
  { name: 'the straight road', road: ['planned', 'claimed', 'submitted', 'accepted'] },
  {
    name: 'put off and tried again',
    road: ['planned', 'claimed', 'deferred', 'planned', 'claimed'],
  },
  { name: 'the body put off', road: ['submitted', 'deferred', 'claimed'] },
  { name: 'its sender died before the body', road: ['claimed', 'planned'] },
  { name: 'its sender died after the body began', road: ['submitted', 'unknown'] },
  { name: 'suppressed at the last look', road: ['claimed', 'skipped'] },
  { name: 'its sender was alive after all', road: ['submitted', 'unknown', 'accepted'] },
  { name: 'a late bounce', road: ['accepted', 'bounced'] },
  { name: 'a complaint', road: ['accepted', 'complained'] },
] as const)('$name', ({ road }) => {
  for (const [n, to] of road.slice(1).entries())
    expect(mayBecome(road[n] as DeliveryState, to)).toBe(true)
})

test.each([
  { name: 'what may have left is not planned again', from: 'submitted', to: 'planned' },
  { name: 'nor is it claimed again', from: 'submitted', to: 'claimed' },
  { name: 'what was accepted is not sent again', from: 'accepted', to: 'planned' },
  { name: 'the unknown stays so until someone decides', from: 'unknown', to: 'planned' },
  { name: 'nor tried again later', from: 'unknown', to: 'deferred' },
  { name: 'the body never leaves unrecorded', from: 'claimed', to: 'accepted' },
  { name: 'a claim is not taken over', from: 'claimed', to: 'claimed' },
  { name: 'a skipped one stays skipped', from: 'skipped', to: 'claimed' },
] as const)('$name', ({ from, to }) => {
  expect(mayBecome(from, to)).toBe(false)
})

test('no final state leads back to a sending', () => {
  for (const from of FINAL) {
    for (const to of STATES.filter((state) => !isFinal(state)))
      expect(mayBecome(from, to)).toBe(false)
  }
})

test('every other state leads to a final one', () => {
  for (const from of STATES.filter((state) => !isFinal(state))) {
    expect(STATES.some((to) => isFinal(to) && mayBecome(from, to))).toBe(true)
  }
})
