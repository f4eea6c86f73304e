/** Words about books, programs and music. */
import type {Theme} from './theme.ts'

export const books: Theme = {
  posts: [
    'Missed my stop again. Chapter {eleven|nineteen} is to blame. #amreading',
    'A book came back to the library after {31|47} years with a note: “{Sorry, I was a slow reader|It was better the second time}.”',
    'There are people who read the last page first, and {I share a house with one|they walk among us}.',
    'Currently reading {three|five} books, which is to say that I am reading one and carrying {two|four}.',
    'Found between the pages of a second-hand {atlas|cookbook|novel}: {a tram ticket from 1962|a pressed violet|a shopping list that says only “courage”}.',
    'Translation problem of the day: a word that means both “{homesick|evening}” and “{far away|forgiven}”.',
    'Poetry is the only thing that I can read on {Mondays|trains that stop too often}.',
    'The cat has sat down on the book. The book is therefore finished.',
    'Lent out my favourite novel. {It will come back changed, and so will the reader.|I have already missed it.}',
    'A {boy|girl} asked for “the saddest book that ends well”. We were an hour at it, and it was a good hour.',
    'Read under the blankets with a torch at {forty|fifty}. Recommended.',
    'The shop smelled of {rain|oranges} and old paper today, and I sold nothing. A fine day.',
    'Rereading: the same words, {another person|better light}. #amreading',
  ],
  pictures: [
    {
      text: 'Cover ideas for the little press. {The third?|Be honest.}',
      alt: 'Concentric rings in printed colours',
      scene: 'rings',
    },
    {text: 'Reading light, with view.', alt: 'Dusk over a line of hills', scene: 'dusk'},
  ],
  talks: [
    [
      'Recommend me a book in which nothing happens, beautifully.',
      'A book about a lake, in which a man builds a boathouse over four hundred pages.',
      'Does he finish it?',
      'I shall not spoil it. There is a storm on page 212. That is all of the plot.',
      'Bought it. If there are TWO storms, I want my money back.',
    ],
    [
      'Is it all right to write in books?',
      'In pencil, and only to the next reader.',
      'What do you write?',
      '“Wait for it.”',
    ],
  ],
  answers: [
    'Who is it by? I need it {by tonight|for the train}.',
    'I read that at {sixteen|forty}, and it was two different books.',
    'The ending!! {No, I say nothing.|Have you got there?}',
    'My pile grows. You are all to blame.',
    'That goes on top of the pile.',
    'I can see the {cover|last line} before me.',
    'Paper or {headphones|screen}? I take all three.',
    'Now I want to {read it again|cancel supper and read}.',
  ],
  quotes: ['This is why I sell books.', 'To be read aloud.'],
  links: [
    {
      text: 'Seventy thousand books, no account, no nonsense. Half of my education is from here: https://www.gutenberg.org',
      uri: 'https://www.gutenberg.org',
      title: 'Project Gutenberg',
      about: 'A library of over 70,000 free eBooks.',
    },
  ],
}

export const code: Theme = {
  posts: [
    'Deleted {400|1,200} lines today. Everything still works. {Best kind of day.|Suspicious.} #programming',
    'The bug was in the part that I was {proud of|sure about}. As ever.',
    'Every cache is a bet that you will remember it later. {I did not.|I lost.}',
    'Wrote the test first. Felt {virtuous|insufferable} until lunch.',
    'A log you can read from the top is worth {three|ten} dashboards.',
    'Naming things: still hard. Today’s candidates: `{thing|manager|stuff}`, `{thing2|helper}`, and despair.',
    'Your data in your own repository, signed with your own key, and any app can read it. It took me a while to see how much follows from that. #atproto',
    'Moved my account to another server tonight. My followers did not notice, which is the whole point. #atproto',
    'The fastest code of the week is the code that we {did not write|asked about first}. #programming',
    'Read a {stack trace|changelog} from top to bottom, like a letter. It said everything.',
    'Two people, one keyboard, {forty minutes|one pot of tea}: a month of bug, gone.',
    'Wrote down how it works. Found {two|three} places where it does not.',
    'A record, a hash, a signature. It fits on a {postcard|napkin}, and I find that beautiful. #atproto',
  ],
  pictures: [
    {
      text: 'What the tree of my repository looks like, if you are generous with the colours.',
      alt: 'Concentric coloured rings that overlap',
      scene: 'rings',
    },
    {text: 'Deploy finished. Outside, this.', alt: 'A city by night with lit windows', scene: 'city'},
  ],
  talks: [
    [
      'Why is my build slow only on Tuesdays?',
      'What else runs on Tuesdays?',
      'Nothing. Backups. Oh.',
      'There it is.',
      'I have been at this for three weeks.',
    ],
    [
      'Explain a relay to me as if I were a gardener.',
      'Every garden writes down what it does, in its own notebook. The relay walks along the fences, checks that each page is signed, and reads all of them out over one loudspeaker.',
      'And the AppView?',
      'The neighbour who listens to the loudspeaker and can tell you who grows dahlias.',
      'I understand everything now, and I want to see the notebooks.',
    ],
    ['Tabs or spaces? Choose.', 'Whatever the formatter says. I have a garden to get to.', 'Diplomatic.', 'Tabs.'],
  ],
  answers: [
    'Have you {turned it off and on|read the error message aloud to someone}?',
    'It is DNS. {It is always DNS.|I do not even need to know the question.}',
    'Write it down! Someone will search for exactly this in {two|five} years. Probably you.',
    'Which version? {No. Do not tell me.|Asking with dread.}',
    'A comment above that line would have saved me {a week|a marriage}.',
    'I have this on a {mug|sticky note}.',
    'Small steps. {Smaller.|One test each.}',
    'This is the {whole craft|second hardest part}.',
  ],
  quotes: ['Print this and hang it over the machine.', 'Every project has one of these.'],
  links: [
    {
      text: 'If you want to know how all of this works underneath, begin here and follow the links: https://atproto.com',
      uri: 'https://atproto.com',
      title: 'AT Protocol',
      about: 'An open, decentralised network for building social applications.',
    },
  ],
}

export const music: Theme = {
  posts: [
    'Played the same eight bars for {an hour|two hours}. The dog has left. Bars {three|five} and six are better. #music',
    'Session last night: {nine|eleven} fiddles, one bodhrán, {no quarrels|one quarrel}, and a tune that none of us knew the name of.',
    'There is a chord in the second movement that does not resolve until the {bus stop|washing-up}.',
    'New strings. For a day I sound like {a person who practises|somebody else}.',
    'My grandmother sang this while shelling peas, and it has a {bridge|key change} in it that would make you {cry|pull the car over}.',
    'Recorded the {rain on the tin roof|tram bell|kettle}. It is in {G|B flat}, if anyone asks.',
    'A neighbour knocked about the noise. She plays the {cello|trumpet}. We rehearse on {Tuesday|Sunday}.',
    'Found the metronome. It had been right {all along|for thirty years}.',
    'The choir has {two|three} tenors now. We are told not to frighten them.',
    'Learned a tune from a {bus driver|baker} who whistled it. Neither of us knows what it is called. #music',
    'Tuned the {piano|harp} in the cold, and tuned it again when the stove was warm.',
    'An encore in the kitchen, for {the soup|one cat, standing}.',
  ],
  pictures: [
    {text: 'What the slow movement looks like to me.', alt: 'Bands of deep colour', scene: 'weave'},
    {text: 'Played on the quay until it got dark.', alt: 'Calm water and a low sun', scene: 'sea'},
  ],
  talks: [
    [
      'Too old to start the fiddle at 54?',
      'You will be 64 anyway. Would you rather be 64 with a fiddle, or without?',
      'With. Loudly.',
      'That is the spirit. First year: shut the windows.',
    ],
    [
      'What is the tune that goes da-da dum, da-diddly dum?',
      'All of them.',
      'It has a B part that climbs.',
      'Ah! That narrows it to half. Come on Thursday and play it to us.',
      'It was The Silver Spear. It is always The Silver Spear.',
    ],
  ],
  answers: [
    'Is there a recording? {Please.|Even a bad one.}',
    'In which key?',
    'Slower, and it will dance by itself.',
    'I have had this in my head since {breakfast|Tuesday}. Thank you, I think.',
    'I would come and listen {through the wall|in the rain}.',
    'Now do it in waltz time.',
    'My {uncle|teacher} used to play that, badly and with love.',
    'It has got into my feet.',
  ],
  quotes: ['Turn it up.', 'This is what Thursdays are for.'],
}
