/** Words about bread, and about things made by hand. */
import type {Theme} from './theme.ts'

export const bread: Theme = {
  posts: [
    '{78|80|82} % hydration was {brave|a mistake|a good idea until I had to move it}. Delicious puddle. #sourdough',
    'The secret of good bread is time. The other secret is {a hot oven|more salt than you think|not looking}.',
    'Fed the starter at {six|midnight}, and it has {tripled|climbed out of the jar|made a break for it}.',
    'A customer asked for “the ugly one, it tastes better”. She is right. She is always right.',
    'Rye bread on day {three|four} is a different thing from rye bread on day one, and a better one.',
    'Burnt the first {tray|batch}. Ate the first {tray|batch}. No evidence remains.',
    'What do you call the end of a loaf? Here it is {the knuckle|the heel|the kiss}, and there are fights over it.',
    'Four in the morning: the ovens, the radio, and {a fox at the back door|one taxi driver}. Best hour there is.',
    'The baguettes sang when they came out. {That is the crust, cracking.|Stand close and you hear it.}',
    'A loaf for the {postwoman|night bus}, as on every Friday.',
    'New flour from the {old mill|other side of the valley}. It drinks like a horse. #sourdough',
    'Cinnamon rolls: {twenty-four|thirty} at seven, none at {eight|twenty past}.',
    'My hands know the dough before I do. {They say: ten more minutes.|They are seldom wrong.}',
  ],
  pictures: [
    {
      text: 'Ovens on, street still dark. {The best view of the town is this one.|Good morning.}',
      alt: 'A town at night with a few lit windows',
      scene: 'city',
    },
    {
      text: 'Bakery door at sunrise, looking east. {The queue is behind me.|Worth the alarm.}',
      alt: 'An orange sunrise over low hills',
      scene: 'dusk',
    },
  ],
  talks: [
    [
      'My sourdough has stopped rising since the weather changed. What do I do?',
      'How warm is your kitchen?',
      'Seventeen degrees, perhaps.',
      'Put it in the oven with only the light on. Overnight. Do not heat the oven.',
      'I heated the oven.',
      'Everyone heats the oven once. Start again, friend.',
    ],
    [
      'What is the flatbread of where you are from?',
      'Msemen! Folded in a square, eaten with honey, gone before it is cold.',
      'Do you fold it in three or in four?',
      'Depends which grandmother is watching.',
    ],
  ],
  answers: [
    'Crumb shot, or it did not happen.',
    'What flour is that?',
    'I can {hear|smell} that crust from here.',
    'Lower, longer. {Trust me.|My oven taught me that the hard way.}',
    'With {butter|salt and oil}, and nothing else.',
    'Save me {the end|a corner}!',
    'How long did it {rest|prove}?',
    'I have the flour. I have the {time|fear}.',
  ],
  quotes: ['I read this at 5 a.m. with flour on my hands, and nodded.', 'Somebody make this and bring it round.'],
}

export const craft: Theme = {
  posts: [
    'Ripped out {eleven rows|a whole sleeve|three evenings}. The jumper and I are not speaking. #knitting',
    'Kiln opening day. {Two|Three} cracks, one miracle, and a blue that I shall never get again.',
    'Indigo goes in green and comes out blue while you watch. I have done it for {twelve|twenty} years, and I still call people over.',
    'Made a book with blank pages for a friend who says that she has nothing to write. {We shall see.|She is on page forty.}',
    'There are {two|three} kinds of bowl: the one you meant, and the one you {got|keep}.',
    'Sharpened every chisel. Made nothing. Very good day.',
    'Plain weave is one over, one under. Everything else is {gossip|commentary}.',
    'The loom is warped: {two|three} days, {four hundred|six hundred} threads, one of them wrong. #weaving',
    'Mended a {teapot|chair} with the crack left to be seen. It is better company now.',
    '{Walnut|Onion} skins in the pot. The kitchen is not for cooking this week.',
    'Turned a spoon out of the branch that fell on the {fence|shed}. Forgiven.',
    'Somebody wore the {scarf|gloves} on the tram today. They did not know that I was looking.',
  ],
  pictures: [
    {
      text: 'Glaze tests. {The third from the left, please, for ever.|I pretend to have a favourite.}',
      alt: 'Overlapping rings of glaze colours',
      scene: 'rings',
    },
    {text: 'Finished! {Fourteen|Nine} months of evenings.', alt: 'Woven bands of colour', scene: 'weave'},
    {text: 'Today’s dye pots, in order.', alt: 'Stripes of plant-dyed colour', scene: 'weave'},
  ],
  talks: [
    [
      'How do I stop making everything slightly too big?',
      'Did you knit a swatch?',
      'I am not going to answer that.',
      'Then knit for slightly larger friends.',
    ],
    [
      'First bowl off the wheel. It leans.',
      'It does not lean, it listens.',
      'I am keeping it for keys.',
      'Keep it for ever. Date the bottom. You will want to know how far you have come.',
    ],
  ],
  answers: [
    'The colour! {What is it?|Madder?|I want to eat it.}',
    'How long did that take? {No, do not tell me.|Be honest.}',
    'The mistakes are how one knows that a person made it.',
    'Teach me.',
    'The edges! {How?|So straight.}',
    'One wants to {touch it|hold it up to the light}.',
    'Is that {your own|a traditional} pattern?',
    'Slow work. {It shows.|The best kind.}',
  ],
  quotes: ['Look at the edges on this. The edges!', 'Made by hand, and one can tell, and that is the point.'],
}
