/** Function words and words of reporting that `natural`'s English list leaves out. */
export const STOP_EN: readonly string[] = [
  // pronouns, determiners, auxiliaries, negation
  ...'any anyone anything either else every everyone everything few herself hers itself myself'.split(
    ' ',
  ),
  ...'neither nobody none nor not no nothing one ones someone something themselves us whose yourselves'.split(
    ' ',
  ),
  ...'another enough several whether may shall will ought let cannot did does doing having'.split(
    ' ',
  ),
  // prepositions, conjunctions, adverbs
  ...'across against along although among around away back behind beyond despite down even ever'.split(
    ' ',
  ),
  ...'however just later least less near next off often once perhaps quite rather really soon'.split(
    ' ',
  ),
  ...'though thus together toward towards unless upon via within without yet already almost'.split(
    ' ',
  ),
  ...'always anyway instead maybe meanwhile nearly recently today tomorrow yesterday'.split(' '),
  // reporting
  ...'say says saying tell tells told according add added adds ask asked asks'.split(' '),
  ...'mr mrs ms dr read reads go goes going went gone want wants wanted know known'.split(' '),
  ...'think thought thing things made makes making gets getting give given gave'.split(' '),
]

/** German function words; `natural` ships none of its own. */
export const STOP_DE: readonly string[] = [
  ...'der die das den dem des ein eine einen einem einer eines kein keine keinen keinem keiner'.split(
    ' ',
  ),
  ...'und oder aber denn sondern doch als wie wenn weil dass daß ob damit obwohl während bis seit'.split(
    ' ',
  ),
  ...'ich du er sie es wir ihr mich mir dich dir ihn ihm uns euch ihnen sich man wer was wen wem'.split(
    ' ',
  ),
  ...'mein meine dein seine sein seinen seinem seiner ihre ihren ihrem ihrer unser unsere euer'.split(
    ' ',
  ),
  ...'dieser diese dieses diesen diesem jener jene jenes welcher welche welches jeder jede jedes'.split(
    ' ',
  ),
  ...'in im an am auf aus bei beim mit nach von vom vor zu zum zur für durch gegen ohne um über'.split(
    ' ',
  ),
  ...'unter zwischen hinter neben wegen trotz ab je pro laut bereits'.split(' '),
  ...'ist sind war waren wird werden wurde wurden worden hat haben hatte hatten habe bin bist'.split(
    ' ',
  ),
  ...'kann können konnte muss müssen soll sollen sollte will wollen wollte darf dürfen mag'.split(
    ' ',
  ),
  ...'nicht nur auch noch schon sehr so da dort hier nun jetzt dann immer wieder mehr viel'.split(
    ' ',
  ),
  ...'sagt sagte sagten worauf wobei wo wann warum etwa rund allem alle allen aller alles'.split(
    ' ',
  ),
]
