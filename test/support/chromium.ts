import { type Browser, chromium } from 'playwright-core'
import { findPrograms } from '../setups/programs.ts'

/** The Chromium of this machine; `null` for none. */
export const chromiumPath: string | null = findPrograms().chromium

/** Starts it with nothing that would reach outside. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath ?? '',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
