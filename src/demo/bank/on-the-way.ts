/** Words about bicycles and trains. */
import type {Theme} from './theme.ts'

export const bikes: Theme = {
  posts: [
    'It was not the bottom bracket. It was not the chain. It was {a coin in the bag|my own knee|the other bike}. #cycling',
    '{Forty|Sixty|Ninety} kilometres, all of them into the wind, including the way back. Explain that.',
    'Fixed {three|five} punctures today, none of them mine. The shop smells of rubber and {success|biscuits}.',
    'A bicycle lane that simply continues after the junction. I nearly wept.',
    'Somebody brought in their grandfather’s {Raleigh|Peugeot|Gazelle}. {Seventy|Eighty} years old, rides like a sofa.',
    'New chain day! For exactly one day I am {fast|silent}.',
    'Delivered across town: {a cake, without losing a crumb|a cello, without losing a string|a cactus, without losing a finger}.',
    'The ferry was full of bicycles and one embarrassed car.',
    'Lights, bell, mudguards: {boring|unfashionable}, dry, alive.',
    'Taught {three|four} grown-ups to ride in the car park today. The {shouting|silence} when it works!',
    'A saddle is right when you {stop thinking about it|forget that you have one}.',
    'Rode home with a {rocking chair|rhubarb cake|fir tree}. People make room for you. #cycling',
  ],
  pictures: [
    {
      text: 'Quiet road, late light, tail wind at last.',
      alt: 'A warm evening sky over rolling fields',
      scene: 'meadow',
    },
    {
      text: 'End of the climb. {The legs say hello.|The picture hides the wheezing.}',
      alt: 'Mountain ranges fading into blue',
      scene: 'mountains',
    },
  ],
  talks: [
    [
      'It clicks. Only uphill, only on the left. I have replaced everything.',
      'Seat post. Take it out, wipe it, grease it, put it back.',
      'It cannot be the seat post.',
      'It is always the seat post.',
      'It was the seat post.',
    ],
    [
      'Is it mad to ride to the sea and take the train back?',
      'It is the only sane way. Follow the river and you cannot get lost.',
      'I have got lost along rivers before.',
      'Then keep the water on the same side.',
    ],
  ],
  answers: [
    'What tyre pressure?',
    'Chapeau! {And the wind!|On that hill?}',
    'Grease it. {Then grease it again.|If in doubt, more grease.}',
    'I am never as fast as after a new chain.',
    'Which way round, {with the hills first|by the river}?',
    'That is a {proper|noble} machine.',
    'Wave when you come through {here|our village}!',
    'My knees read this and {sighed|left the room}.',
  ],
  quotes: ['Every mechanic knows this day.', 'More junctions like this one, please.'],
}

export const trains: Theme = {
  posts: [
    'The {05:52|06:14} was on time, empty and warm. {Four|Six} of us, all pretending to be asleep. #trains',
    'There is a station on this line with {two|three} trains a day and {a waiting room full of books|the best clock in the country|geraniums on both platforms}.',
    'Night train: asleep in the {hills|rain}, awake at the sea. Aeroplanes have nothing like it.',
    'A good day in signalling is a day that nobody notices. {Today was a very good day.|Nobody noticed. Thank you.}',
    'The restaurant car had {soup|real plates|cherry cake}. I may never get off.',
    'Somewhere between two stations the telephone lost its signal, and the whole carriage began to talk.',
    'Timetables are poems with {a strict metre|consequences}.',
    'The guard knew everybody by name, and the dog by {surname|rank}.',
    'A heron keeps pace with the {07:31|08:09} as far as the weir. {Every day.|It wins.} #trains',
    'Changed at a junction that is only a {junction|platform and a lamp}, and was sorry to leave it.',
    'Old timetable found in a coat: {eleven|nine} trains a day to places that now have none.',
    'The dining car served {dumplings|pancakes} at 160 km/h. Not one rolled.',
  ],
  pictures: [
    {
      text: 'View from the {sleeper|window seat}, {twenty|ten} minutes before the terminus.',
      alt: 'Hills and water passing at dawn',
      scene: 'shore',
    },
    {text: 'The line climbs for an hour, and then this.', alt: 'Mountains in layers of blue', scene: 'mountains'},
    {text: 'Last train, city side.', alt: 'A lit skyline by night', scene: 'city'},
  ],
  talks: [
    [
      'What is the prettiest line you have ever travelled?',
      'Any line that runs beside a river and stops everywhere.',
      'Name one!',
      'No. You would all go, and there are only two coaches.',
      'Fair. I have one like that, too.',
    ],
    [
      'Why do they announce the connection only after we have arrived?',
      'Because until then it may still be held for you. Somebody like me is on the telephone about it.',
      'So that was you at Kestrel Junction?',
      'Four minutes. You are welcome.',
    ],
  ],
  answers: [
    'Which {line|seat|side} is that?',
    'Left-hand window, I hope.',
    'On time! {Frame it.|Write it down.}',
    'I have slept through that very view {twice|every week for a year}.',
    'I am {packing|looking up the fares}.',
    'Best seat on the line, that.',
    'The {clock|tea} at that station! Say it is still there.',
    'Slow trains {are the good ones|see more}.',
  ],
  quotes: ['The correct way to travel.', 'Take me with you.'],
}
