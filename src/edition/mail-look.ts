/** How a mail is looked at before it leaves. */
export type MailLook = { readonly dark: boolean; readonly images: boolean }

const DARK = /@media\s*\(prefers-color-scheme:\s*dark\)/g
const PICTURE = /(<img\b[^>]*?)\ssrc="[^"]*"/g

/** The HTML of a mail as one client shows it: in the dark or not, with or without its pictures. */
export function lookAt(html: string, { dark, images }: MailLook): string {
  const coloured = html.replace(DARK, dark ? '@media all' : '@media not all')
  return images ? coloured : coloured.replace(PICTURE, '$1')
}
