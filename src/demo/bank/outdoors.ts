/** Words about the sky, birds and gardens. */
import type {Theme} from './theme.ts'

export const sky: Theme = {
  posts: [
    'Saturn through a {small|borrowed|cheap} telescope still makes people {gasp|whisper|go quiet}. It never gets old. #astronomy',
    'Clear night, no wind, dew on the grass by {ten|eleven}. {Stayed out anyway.|Worth every cold toe.}',
    'Counted {nine|eleven|fourteen} meteors in an hour from the back step. The cat counted {one|none}.',
    'The {Pleiades|Hyades|Double Cluster} rising over the {bakery|bus depot|neighbour’s chimney} is my favourite clock.',
    'If you have never looked at the edge of the Moon’s shadow with binoculars: {tonight|this week} is the time. The craters there are all relief.',
    'Light from Andromeda left when our ancestors were learning to chip stone. It arrived in my garden at {9:40|10:15}, and I nearly missed it for a phone call.',
    'Tonight’s plan: {find Neptune|split Albireo|sketch Mare Imbrium}. Tonight’s clouds: {all of them|also have plans}.',
    'A planet does not twinkle, a star does. You can know that at {seven|seventy} and it is a pleasure every time.',
    'The International Space Station went over at {19:42|20:06}. I waved. It is only polite.',
    'Dark adaptation: twenty minutes to win, one {headlamp|phone|fridge door} to lose.',
    'Jupiter and four moons in a row, like {beads|a sentence with an ellipsis}. Galileo must have slept badly that week. #astronomy',
    'There is a {variable|double} star that I have looked at for {six|nine} winters. We know each other by now.',
    'Dew heater on, gloves on, {tea|soup} on the wall. The neighbours have stopped asking.',
  ],
  pictures: [
    {
      text: 'Milky Way over the ridge, {twenty|thirty} seconds, hands frozen. #astrophotography',
      alt: 'A dark ridge under a sky full of stars',
      scene: 'night',
    },
    {
      text: 'Moonrise, a little {late|orange} and very {large|pleased with itself}.',
      alt: 'A large moon low over dark hills',
      scene: 'moonrise',
    },
    {
      text: 'Last light, first planet. {Can you find it?|It is the small one.}',
      alt: 'A dusk sky fading from orange to blue over hills',
      scene: 'dusk',
    },
  ],
  talks: [
    [
      'Bought my first telescope! Where do I point it?',
      'Congratulations! The Moon, at its edge of light and shadow. Lowest power you have.',
      'Not Saturn? Everyone says Saturn.',
      'Saturn second. If you see the Moon first, you will know what sharp looks like when Saturn comes.',
      'It worked. I have been out for two hours and I cannot feel my hands.',
    ],
    [
      'Is it worth driving an hour to a dark sky?',
      'Once you have seen your own shadow by starlight you will not ask again.',
      'Surely not by starlight.',
      'By Venus and the Milky Way, on snow. Ask me for the place, I will draw you a map.',
    ],
  ],
  answers: [
    'We had cloud. We always have cloud. Thank you for looking for us.',
    'I went out because of this post and {saw it too|found it}!',
    'The seeing was {dreadful|lovely} here as well.',
    'That is {further|older} than I can think.',
    '{Naked eye, or glass?|What were you looking through?}',
    'I shall try from the {roof|allotment|car park} tonight.',
    'Now I am looking up, and {missing my stop|burning the onions}.',
    'Cold? {I know the answer.|It is always worth it.}',
  ],
  quotes: [
    'For everyone who asked me what to look at this week:',
    'This is the whole reason I own a coat.',
    'Look up tonight.',
  ],
  links: [
    {
      text: 'A new picture every day for thirty years, and I still click every morning: https://apod.nasa.gov',
      uri: 'https://apod.nasa.gov',
      title: 'Astronomy Picture of the Day',
      about: 'Each day a different image of our universe, with a brief explanation by an astronomer.',
    },
  ],
}

export const birds: Theme = {
  posts: [
    'First {swift|cuckoo|swallow} of the year at {6:12|5:48|7:03}. I put the kettle down and just stood there. #birds',
    'The blackbird on the {aerial|gable|lamp post} has learned {the ambulance|a ringtone|four notes of my whistle}. Nobody is safe.',
    'A {wren|robin|goldcrest} weighs as much as a {coin|sheet of paper|teaspoon of sugar} and is louder than the bus.',
    'Spent the morning sure it was a rare pipit. It was a {common|very ordinary|sparrow that fooled a} pipit. Good morning all the same.',
    'Goldfinches on the teasels: {seven|nine|a dozen} flying sparks.',
    'If a heron stands still for {ten|twenty} minutes and you also stand still, who is watching whom?',
    'Two {jackdaws|magpies} have opened negotiations about the chimney. I am not a party to them.',
    'A {kestrel|sparrowhawk} on the {bus shelter|church cross}, and forty people below it looking at their telephones.',
    'The starlings turned over the {gasworks|pier|stubble field} like one thought. I forgot to count. #birds',
    'Put up {two|three} boxes. The sparrows have moved into the letter box.',
    'Long-tailed tits: a {bag of|dozen} lollipops blown through the hedge.',
    'An owl called at {three|four} this morning. Everybody in this house denies having answered.',
  ],
  pictures: [
    {
      text: 'Geese going over at {dawn|dusk}. You hear them long before.',
      alt: 'Small birds in a line across a pale sky above low hills',
      scene: 'birds',
    },
    {
      text: 'The estuary at low tide, {four|six} thousand waders and one very tired observer.',
      alt: 'Flat water and mud banks under a wide evening sky',
      scene: 'shore',
    },
  ],
  talks: [
    [
      'Something has nested in my bicycle helmet in the shed. Small, brown, cross with me.',
      'Cocked tail? Then it is a wren, and the helmet is hers until June.',
      'Cocked tail. So how do I get to work?',
      'By bus, with pride.',
      'Update: five eggs. I have bought a second helmet.',
    ],
    [
      'Which binoculars for a ten-year-old?',
      '6×30. Light, wide, forgiving. Big ones end up in a drawer.',
      'Thank you! She has already identified a crow, a crow and a crow.',
      'An excellent start. Most of it is crows.',
    ],
  ],
  answers: [
    'Was it {calling|singing} or just {passing|showing off}?',
    'Ours came back on the very same {day|wire}!',
    'I still cannot tell those two apart. {Nobody can.|Do not tell anyone.}',
    'Put it on the {list|county record}, please, that is early.',
    'What a {morning|list}!',
    'I heard one last week and {thought it was a gate|did not dare to move}.',
    'They know that you are watching. {They always know.|It is a performance.}',
    'Mine sits on the feeder and {throws out the peanuts|glares}.',
  ],
  quotes: ['My favourite genre: person loses argument with small bird.', 'Field notes like these, please.'],
}

export const garden: Theme = {
  posts: [
    'First {tomato|bean|strawberry} of the year eaten standing up, still warm. This is what the {watering|digging|waiting} was for. #gardening',
    'Slugs {3|5|7}, gardener {0|1}. We play again tomorrow.',
    'Compost is {up to 61 degrees|steaming}. I have shown it to everyone who came to the door.',
    'Planted {garlic|tulips|broad beans} in the rain, since they do not mind and I have stopped minding.',
    'A neighbour left {eleven courgettes|a bag of plums|one enormous marrow} on my step and ran. It begins.',
    'Seeds saved from {last year’s beans|a market pumpkin|grandmother’s sweet peas}: {nine|twelve} of {ten|twelve} are up.',
    'The {dahlias|hollyhocks|sunflowers} have decided to be taller than the {shed|fence|postman}.',
    'If you only grow one thing, grow {chives|mint in a pot|salad leaves}. It forgives everything.',
    'The robin supervises the digging. {Standards are high.|I am told to go deeper.}',
    'Leaf mould from {two|three} autumns ago: black, sweet, and better than anything in a bag. #gardening',
    'Pruned the {apple|pear} tree by the book. The tree has read another book.',
    'Swapped {rhubarb crowns|raspberry canes} for {a ladder|two hens}, and I think that I won.',
    'The greenhouse smells of {tomato leaves|geraniums}. I stood there for a while and called it work.',
  ],
  pictures: [
    {
      text: 'Evening in the meadow, nothing to do but sit.',
      alt: 'A meadow of flowers under a warm sky',
      scene: 'meadow',
    },
    {
      text: 'Fog in the orchard at {six|half past six}. {Apples by the sound of them.|You could hear apples fall.}',
      alt: 'Layers of hills and trees fading into fog',
      scene: 'fog',
    },
    {
      text: 'Colour plan for the {front|long} bed. {Ambitious, yes.|The slugs have not been told.}',
      alt: 'Overlapping circles in garden colours',
      scene: 'rings',
    },
  ],
  talks: [
    [
      'My tomatoes have flowers and no fruit. What am I doing wrong?',
      'Balcony? Give the stem a flick at noon. There are no bees up there, so you are the bee.',
      'I feel ridiculous.',
      'You look ridiculous, too. It works.',
      'Three weeks later: FOURTEEN. I am the bee.',
    ],
    [
      'Can anybody name this apple? Small, red on one side, smells of strawberries.',
      'Ripe in September, and it bruises if you look at it? Could be a Worcester.',
      'Bruises if I even think about it.',
      'Then eat them all now. That is the variety’s only instruction.',
    ],
  ],
  answers: [
    'What are you feeding {them|it}? Asking for my sad {peppers|roses}.',
    'Mine {bolted|sulked|were eaten}, so I shall live through yours.',
    'I have spare {seedlings|raspberry canes|pots} if you need any.',
    'Mulch! {Always mulch.|The answer is mulch.}',
    'The {robin|neighbour} will hear of this.',
    'Pictures in {July|September}, please. We will wait.',
    'Which variety? I am collecting {courage|names}.',
    'It is the soil. {Yours is happy.|I am jealous of it.}',
  ],
  quotes: ['Proof that it can be done on a balcony.', 'Weekend plan, decided.'],
}
