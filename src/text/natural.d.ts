/** What we use of `natural`'s deep paths; its own types cover the bare import only, which costs half a second. */
declare module 'natural/lib/natural/stemmers/*' {
  const stemmer: { readonly stem: (word: string) => string }
  export default stemmer
}

declare module 'natural/lib/natural/util/*' {
  const list: { readonly words: readonly string[] }
  export default list
}
