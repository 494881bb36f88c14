import type { Page } from 'playwright-core'
import type { House } from '../house.ts'

/** What an operator does in one room, told as a test: at both sizes, in the same house for all rooms. */
export type RoomStory = {
  readonly name: string
  /** Rows that the room shows; once, before any page is opened. */
  furnish?(house: House): Promise<void>
  visit(walk: Walk): Promise<void>
}

/** One visitor's way through the dashboard, signed in. */
export type Walk = {
  readonly tab: Page
  readonly house: House
  readonly width: number
  /** Opens a page of the dashboard. */
  go(path: string): Promise<void>
  /**
   * Looks at the page as it stands: nothing too wide, nothing serious for axe-core; with SCREENSHOTS
   * set, a picture is taken, light and dark.
   */
  look(name: string): Promise<void>
}
