/** Words about the sea, and about walking. */
import type {Theme} from './theme.ts'

export const sea: Theme = {
  posts: [
    'Water {nine|eleven|fourteen} degrees, air {less|not much more}. Seven of us went in, seven came out {laughing|shouting}. #wildswimming',
    'Low tide at {6:40|7:15}. You can walk out to the {wreck|old posts|second bar} and be back for breakfast, if you mind the time.',
    'The {ferry|pilot boat|harbour dog} was late this morning, and the whole quay talked to each other for once.',
    'Found on the beach: {a message in a bottle, in Portuguese|one glove, left|a chair, unharmed}. Returned: nothing, sadly.',
    'There is a word here for the hour when the wind drops and the boats turn round. It does not translate. It smells of {tar|rain|toast}.',
    'Varnished the {tiller|oars|hatch} for the {third|fourth} time. It will want a fifth.',
    'The sea was {silver|green|the colour of slate} today. It has never once repeated itself.',
    'Rowed out with the {tide|post}, came back with {mackerel|gossip}.',
    'The lighthouse has been automatic for {thirty|forty} years, and still somebody cleans the {brass|windows}.',
    'A seal looked at us as one looks at {tourists|late trains}.',
    'Wind {six|seven}, so the boats are in and the {café|chandlery} is full.',
    'Learned a new knot from a {girl of nine|man who cannot swim}. It holds. #sailing',
  ],
  pictures: [
    {
      text: 'The bay at {five|half past five}, before anybody had touched it.',
      alt: 'A calm sea with the low sun and its reflection',
      scene: 'sea',
    },
    {
      text: 'Weather coming in. {We went home.|We stayed for it.}',
      alt: 'Dark water under heavy layered clouds',
      scene: 'storm',
    },
    {text: 'Home light.', alt: 'Dusk over still water with a line of hills', scene: 'shore'},
  ],
  talks: [
    [
      'Thinking of trying winter swimming. Talk me out of it?',
      'No. Start now, while it is merely cold, and come along every week as it gets colder. You will not notice.',
      'I will certainly notice.',
      'For ninety seconds. Then you will be smug until Thursday.',
    ],
    [
      'Anyone know what the small blue sail-shaped things on the beach are? Hundreds of them.',
      'By-the-wind sailors! Velella. Each one is a whole colony with a sail.',
      'They have sails??',
      'Half lean left and half lean right, so that some are always blown home.',
    ],
  ],
  answers: [
    'That light! {What time was it?|Worth getting up for.}',
    'How cold was it, {truthfully|in swear words}?',
    'I can smell this post.',
    'Fair winds. {Mind the bar.|Mind the rope.}',
    'Keep me a {towel|place in the boat}.',
    'I miss that {noise|smell}.',
    'On which tide?',
    'We are two hours inland and I can {taste|hear} it.',
  ],
  quotes: ['Sending this to everyone who asked why I moved here.', 'Some seconds of calm for your timeline.'],
}

export const walks: Theme = {
  posts: [
    'Today I walked {every street that begins with K|along the old city wall|from the first tram stop to the last}: {14|19|22} kilometres, {two|three} coffees, one blister. #walking',
    'The shortest way is {past the station|by the main road}. The right way is {through the churchyard|along the canal|up the steps}.',
    'Somebody has put a bench exactly where a bench should be. I would like to shake their hand.',
    'A street near here is called {Street of the Good Children|Little Patience|Crooked Elbow}. Nobody knows why, and everybody has a theory.',
    'Map: 2 hours. Me: {3|4} hours. Blackberries: {responsible|excellent}.',
    'Met a man with {six dogs|a ladder|a tuba} on the top of the hill. We nodded, as one does.',
    'Walked home through the first {snow|warm evening|proper rain} of the year and took the long way twice.',
    'Followed a {cat|brass band} for half a kilometre, and found the best {bakery|courtyard} in town.',
    'The path is closed because of {lambs|a wedding}. Quite right.',
    'Boots: {new soles|third soles}. Legs: original.',
    'A stile, a field, a stile, a field, {a bull|an inn}. I have told it in order of surprise.',
    'Wrote down every {shop sign|door knocker} from here to the river. There is a poem in it, or a map.',
  ],
  pictures: [
    {
      text: 'Top of the pass. {Lunch had to wait.|Sandwich for scale: eaten.}',
      alt: 'Blue mountain ranges one behind the other',
      scene: 'mountains',
    },
    {
      text: 'City lights from the hill, {ten|five} minutes after the last good bench.',
      alt: 'A skyline at night with lit windows',
      scene: 'city',
    },
    {text: 'The valley full of fog this morning, and us above it.', alt: 'Hills fading into fog', scene: 'fog'},
  ],
  talks: [
    [
      'Best walk you can do from a railway station, anywhere?',
      'Out of the back door of the station, up the vineyard steps, over the ridge, and back by the next station down the line.',
      'How long?',
      'Three hours, or five with the inn in it. There is no version without the inn.',
      'We did it on Sunday. You were right about the inn.',
    ],
    [
      'Are paper maps still worth carrying?',
      'A paper map never ran out of battery, and it tells you what is just outside the part you are looking for.',
      'It is also a tablecloth.',
      'And a windbreak, once.',
    ],
  ],
  answers: [
    'Which way up did you take? {The east side is kinder.|Not the gully, I hope.}',
    'I know that bench!',
    'Adding it to the list. The list is {long|a cry for help}.',
    'How were the {midges|cows|views}?',
    'And {the view|the soup} at the end?',
    'I would have taken the {left fork|bus}.',
    'How far, {in biscuits|in honest kilometres}?',
    'Next time I am {coming along|carrying the sandwiches}.',
  ],
  quotes: ['See? Always take the long way.', 'Who is coming with me on Sunday?'],
  links: [
    {
      text: 'I fixed a footpath on the map today and felt like a minor explorer. You can, too: https://www.openstreetmap.org',
      uri: 'https://www.openstreetmap.org',
      title: 'OpenStreetMap',
      about: 'The map of the world that is made by people like you, and free to use.',
    },
  ],
}
