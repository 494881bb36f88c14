/** As much of jsdom as the benches call; it brings no types. */
declare module 'jsdom' {
  export class JSDOM {
    constructor(html: string, options?: { url?: string; virtualConsole?: VirtualConsole })
    readonly window: { readonly document: object; close(): void }
  }
  /** Swallows what pages' style sheets make jsdom say. */
  export class VirtualConsole {}
}
