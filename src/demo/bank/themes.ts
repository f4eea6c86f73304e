/** What people of the demo care about. */
import {birds, garden, sky} from './outdoors.ts'
import {sea, walks} from './shores.ts'
import {bread, craft} from './made-by-hand.ts'
import {bikes, trains} from './on-the-way.ts'
import {books, code, music} from './indoors.ts'

export const themes = {sky, birds, garden, sea, walks, bread, craft, bikes, trains, books, code, music} as const
export type ThemeName = keyof typeof themes

/** Things said in other languages, on any day. */
export const asides: Readonly<Record<string, readonly string[]>> = {
  de: [
    'Erster Kaffee auf dem Balkon, und die Mauersegler sind wieder da.',
    'Heute nichts geschafft außer einem Kuchen. Reicht.',
    'Gibt es ein Wort für die Freude, wenn der Zug pünktlich ist und man selbst auch?',
    'Der Nebel hat die halbe Stadt verschluckt und gibt sie bis Mittag nicht her.',
    'Flohmarkt: ein Atlas von 1931, vier Tassen, kein Plan.',
  ],
  fr: [
    'Le marché du samedi : trois tomates, deux amis, un chien qui connaît tout le monde.',
    'Il pleut sur la verrière et je n’ai aucune raison de sortir. Quel luxe.',
    'Relu la même page quatre fois. Elle est toujours aussi belle.',
    'Premier figuier de l’année. Je ne dirai pas où.',
    'Quelqu’un joue de l’accordéon dans la cour, et personne ne se plaint.',
  ],
  es: [
    'Hoy el mar estaba tan quieto que parecía pensar.',
    'Sobremesa de tres horas. Nadie miró el reloj.',
    'Las jacarandas empezaron sin avisar. La calle es morada.',
    'Café, pan de ayer y un buen libro: domingo completo.',
    'Subí al cerro a ver las estrellas y bajé con frío y con suerte: tres fugaces.',
  ],
  pt: [
    'Mar de vidro às sete da manhã. Ninguém na água, só gaivotas e eu.',
    'Pastel de nata ainda quente. Não há mais notícias.',
    'O eléctrico avariou na subida e toda a gente desceu a rir.',
    'Chuva no telhado de zinco, o melhor som do mundo.',
    'Encontrei um azulejo partido e um gato inteiro. Boa caminhada.',
  ],
  ja: [
    '始発の窓から見た海がきれいだった。今日はもうこれで十分。',
    '新しいノートの一ページ目は、いつも少し緊張する。',
    '雨の日のパン屋は、いつもよりいい匂いがする。',
    '駅のツバメ、今年も三羽。みんな見上げて笑っていた。',
    '本を一冊読み終えて、しばらく窓の外を見ていた。',
  ],
  it: [
    'Il pane è uscito storto e buonissimo, come piace a me.',
    'Nebbia in pianura, sole in collina: oggi si sale.',
    'Prima cottura dell’anno: due ciotole perse, una bellissima.',
    'Mia nonna dice che si è sempre fatto così. Non è vero, ma è buono.',
    'Il treno delle sette era pieno di biciclette e di risate.',
    'Pioggia tutto il giorno, zuppa tutto il giorno.',
  ],
  nl: [
    'Tegenwind heen, en natuurlijk ook terug.',
    'Vanochtend tweehonderd ganzen boven het huis. De koffie werd koud, dat gaf niet.',
    'IJs op de sloot, maar nog niet genoeg. Geduld.',
    'Brug open, iedereen wacht, niemand heeft haast. Mooi zo.',
    'Appeltaart van de buurvrouw. Meer nieuws is er niet.',
  ],
}

/** Said to anyone, about anything. */
export const courtesies: readonly string[] = [
  'This made my {morning|day|evening}, thank you.',
  '{Lovely|Wonderful|Oh, this is good}. {More, please.|Keep them coming.}',
  'I come here for posts like this.',
  'Saving this for {later|the weekend|my sister, who needs it}.',
  'I {read this twice|smiled at this}, and the whole {tram|kitchen|office} looked at me.',
  'Reading this aloud to {my sister|the cat|the whole table} {at once|at supper}.',
  'There should be a {prize|button|small bell} for posts like this one.',
  'That is the best {sentence|thing} I have read {today|all week|before coffee}.',
  'Could you say more about this? {I have tea.|I have time.}',
  '{Noted|Filed|Pinned to the wall}, with thanks.',
  'You always find {the words|the good ones}.',
  'Best thing on my {timeline|screen} {today|since breakfast}.',
  'I was having an ordinary {Sunday|hour} until I read this.',
  'Small joys. {We need them.|Thank you for the delivery.}',
  'Go on! {I have put the kettle on.|We are all listening.}',
  'I {needed|had been waiting for} this today.',
  'One could {frame|embroider} this.',
  'Please never stop posting.',
  'Waving from {three time zones away|the other side of the hill|the night shift}.',
]

/** Said about somebody, whose name stands for NAME. */
export const namings: readonly string[] = [
  'If you do not follow NAME yet: {do|today is the day|what are you waiting for}.',
  'NAME was right, and I would like it on {record|the public log}.',
  'Thank you to NAME for {the idea|the loan of the ladder|listening}. You know what for.',
  'Lunch with NAME today, which is to say {three hours of talk|two soups and a plan}.',
  'I asked NAME one small question and have been {happily lost|reading} ever since.',
]

/** Said to somebody who has just come. */
export const greetings: readonly string[] = [
  'Welcome! {Good to see a new face here.|Pull up a chair.|The kettle is on.}',
  'Oh, hello! {You will like it here.|Tell us what you are up to.}',
  '{Nice to meet you.|Hello and welcome.} {What do you like: trains, bread, or small brown birds?|We are mostly harmless.}',
]
