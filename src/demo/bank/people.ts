/** The fifty people of the demo: invented, all of them. The first theme of each is what they mostly write about. */
import type {ThemeName} from './themes.ts'

export interface Person {
  /** First label of the handle. */
  readonly name: string
  readonly displayName: string
  readonly bio: string
  readonly themes: readonly [ThemeName, ThemeName]
  /** What they sometimes write in beside English. */
  readonly language?: 'de' | 'fr' | 'es' | 'pt' | 'ja' | 'it' | 'nl'
}

const person = (
  name: string,
  displayName: string,
  first: ThemeName,
  second: ThemeName,
  bio: string,
  language?: Person['language'],
): Person => ({name, displayName, bio, themes: [first, second], ...(language && {language})})

export const people: readonly Person[] = [
  person(
    'mira',
    'Mira Okafor',
    'sky',
    'books',
    'Amateur astronomer. Two telescopes, one patient cat. I answer questions about the Moon.',
  ),
  person(
    'jonas',
    'Jonas Lindqvist',
    'bread',
    'bikes',
    'Bakes before work. Rye, mostly. The starter is called Gustav and is older than my bike.',
  ),
  person(
    'yuki',
    'Yuki Tanabe',
    'trains',
    'walks',
    '各駅停車が好きです。Local trains, small stations, ekiben. I draw timetables for fun.',
    'ja',
  ),
  person('amara', 'Amara Diallo', 'garden', 'birds', 'Allotment no. 14. Beans, dahlias, opinions on compost.', 'fr'),
  person(
    'tomasz',
    'Tomasz Wrona',
    'birds',
    'walks',
    'Up at five for the warblers. Notebook full of small brown birds.',
  ),
  person('ines', 'Inês Carvalho', 'sea', 'music', 'Surf lifesaver, reluctant early riser. Escrevo sobre o mar.', 'pt'),
  person(
    'hannah',
    'Hannah Brandt',
    'code',
    'craft',
    'I write small programs and knit large blankets. Both have off-by-one errors.',
    'de',
  ),
  person('ravi', 'Ravi Menon', 'code', 'sky', 'Distributed systems by day, star atlases by night. Fond of logs.'),
  person(
    'clementine',
    'Clémentine Roux',
    'books',
    'walks',
    'Bibliothécaire. I read on the tram and miss my stop.',
    'fr',
  ),
  person(
    'diego',
    'Diego Fuentes',
    'bikes',
    'bread',
    'Mechanic at a community bike shop. If it squeaks, bring it in.',
    'es',
  ),
  person(
    'saoirse',
    'Saoirse Byrne',
    'music',
    'sea',
    'Fiddle, flute, and the session on Thursdays. Tunes are for sharing.',
  ),
  person('leo', 'Leo Marchetti', 'craft', 'garden', 'Potter. Mostly bowls. The kiln decides.', 'it'),
  person('noor', 'Noor Haddad', 'walks', 'birds', 'I walk across cities and write down what the streets are called.'),
  person(
    'ewa',
    'Ewa Kowalczyk',
    'garden',
    'bread',
    'Tomatoes in buckets on a fourth-floor balcony. It works better than you think.',
  ),
  person('sam', 'Sam Whitaker', 'trains', 'code', 'Signal engineer. I like it when nothing happens.'),
  person('aiko', 'Aiko Morita', 'craft', 'books', 'Bookbinding and paper. 紙のことならなんでも。', 'ja'),
  person('marcus', 'Marcus Bell', 'sea', 'birds', 'Warden on an island with more puffins than people.'),
  person('lotte', 'Lotte de Vries', 'bikes', 'garden', 'Bakfiets, twee kinderen, een hond. All weather.', 'nl'),
  person('priya', 'Priya Raman', 'music', 'sky', 'Veena student for twenty years, so nearly a beginner.'),
  person('olek', 'Oleksandr Bondar', 'sky', 'code', 'I grind my own mirrors. It takes as long as you have heard.'),
  person('fatima', 'Fatima Zahra', 'bread', 'garden', 'Flatbreads of everywhere. Tell me about yours.'),
  person('henrik', 'Henrik Dahl', 'walks', 'sea', 'Hut to hut, slowly. The flask is coffee.'),
  person(
    'zoe',
    'Zoë Papadaki',
    'books',
    'music',
    'Second-hand bookshop, first-hand opinions. Open when the cat is in.',
  ),
  person('kwame', 'Kwame Asante', 'birds', 'craft', 'Carves decoys, watches the real ones.'),
  person('nils', 'Nils Bergmann', 'trains', 'bikes', 'Nachtzug-Enthusiast. I have slept through most of Europe.', 'de'),
  person('paloma', 'Paloma Reyes', 'garden', 'sea', 'Semillas, sal y paciencia. Seed library volunteer.', 'es'),
  person(
    'theo',
    'Theo Nakamura',
    'code',
    'trains',
    'Maintainer of three libraries that nobody has heard of and everybody runs.',
  ),
  person('brigid', 'Brigid Nolan', 'craft', 'music', 'Natural dyes. My hands are blue, it is only indigo.'),
  person('anton', 'Anton Petrov', 'bread', 'books', 'Night-shift baker and novel reader. In that order.'),
  person('luisa', 'Luísa Moreira', 'walks', 'craft', 'Azulejos, escadas, miradouros. Lisbon on foot.', 'pt'),
  person('grace', 'Grace Mbeki', 'sky', 'garden', 'Teaches physics. Runs the school observatory, which is a shed.'),
  person('pierre', 'Pierre Lambert', 'music', 'bread', 'Accordéon. Yes, at weddings.', 'fr'),
  person('hana', 'Hana Novotná', 'books', 'trains', 'Translator. I collect words that fit nowhere else.'),
  person('ibrahim', 'Ibrahim Sesay', 'bikes', 'walks', 'Courier. I know every kerb in this town by name.'),
  person('freya', 'Freya Madsen', 'sea', 'craft', 'Winter swimmer. It is never as cold as the stairs down to it.'),
  person('carlo', 'Carlo Bianchi', 'bread', 'music', 'Pizza il venerdì, pane gli altri giorni.', 'it'),
  person('mei', 'Mei Lin', 'code', 'books', 'Type systems and tea. I review kindly.'),
  person('oscar', 'Oscar Hale', 'birds', 'sky', 'Swift boxes, owl pellets, binoculars from 1978.'),
  person('vera', 'Vera Schmitt', 'garden', 'walks', 'Streuobstwiese und Sensenmähen. Forty kinds of apple.', 'de'),
  person('joao', 'João Pires', 'sea', 'bikes', 'Wooden boats, one plank at a time.', 'pt'),
  person(
    'tess',
    'Tess Armitage',
    'trains',
    'books',
    'Volunteer fireman on a heritage line. Coal dust in every paperback.',
  ),
  person('emeka', 'Emeka Obi', 'music', 'code', 'Modular synths and highlife records. The neighbours have been asked.'),
  person('sofia', 'Sofía Herrera', 'walks', 'sky', 'Mapas, cerros y cielos oscuros.', 'es'),
  person('wim', 'Wim Jansen', 'birds', 'bikes', 'Telt ganzen. Every winter, all of them.', 'nl'),
  person(
    'ada',
    'Ada Thornbury',
    'craft',
    'code',
    'Weaving drafts are programs. I will not be taking questions. (I will.)',
  ),
  person('kenji', 'Kenji Watanabe', 'bread', 'trains', '駅前のパン屋。Melon pan at six, gone by seven.', 'ja'),
  person('rosa', 'Rosa Delgado', 'books', 'garden', 'Reads poems to seedlings. They have not complained.'),
  person(
    'elin',
    'Elin Sandberg',
    'sea',
    'sky',
    'Lighthouse keeper’s granddaughter. The light is automatic now, I am not.',
  ),
  person('bao', 'Bao Nguyen', 'bikes', 'music', 'Long rides, short songs.'),
  person('maeve', 'Maeve Gallagher', 'walks', 'birds', 'Bog, hill, shore, home, kettle.'),
]
