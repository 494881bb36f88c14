import { sql } from 'kysely'
import { PRINT_PARTS } from '../model.ts'

const hasPart = (name: string) =>
  sql<boolean>`card->'parts' @> ${JSON.stringify([{ name }])}::jsonb`

/** Whether `card`, of an edition’s pool, would be printed if there is room: noise only where an editor put it. */
export const isPrinted = sql<boolean>`(not ${hasPart(PRINT_PARTS.noise)} or ${hasPart(PRINT_PARTS.placed)})`
