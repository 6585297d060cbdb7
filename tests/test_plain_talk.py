"""Plain talk: what a person tries first, in the most ordinary words. Known failures are strict, so that a mended one is noticed."""

import pytest

PAIR = ("zorbing", "glamping")  # invented terms would do as well; A and B in the expected view stand for them
PLAIN = [
    ("synonym", "Zorbing and glamping are the same thing."),
    ("synonym", "Zorbing is just another word for glamping."),
    ("synonym", "Zorbing, also known as glamping, is fun for kids."),
    ("synonym", "Zorbing (or glamping) costs about 20 euro here."),
    ("synonym", "In Ireland they call zorbing glamping."),
    ("synonym", "There is no real difference between zorbing and glamping."),
    ("synonym", "For our purposes zorbing and glamping are equivalent."),
    ("synonym", "Zorbing = glamping."),
    ("synonym", "I use zorbing and glamping interchangeably."),
    ("synonym", "Zorbing is basically glamping with a new name."),
    ("subset B", "Zorbing is a type of glamping."),
    ("subset B", "Zorbing is a subset of glamping."),
    ("subset A", "Glamping is part of zorbing."),
    ("subset B", "Zorbing falls under the umbrella of glamping."),
    ("subset B", "All zorbing is glamping, but not all glamping is zorbing."),
    ("subset A", "Zorbing includes glamping, climbing and more."),
    ("subset B", "Glamping is the broader term and zorbing is one form of it."),
    ("subset B", "Zorbing is a branch of glamping."),
    ("subset B", "Zorbing is one example of glamping."),
    ("subset B", "Zorbing is glamping done in a ball."),
    ("tool-use A", "Zorbing is a tool for glamping."),
    ("tool-use A", "We use zorbing for our glamping."),
    ("tool-use A", "Zorbing is a great way to do glamping."),
    ("tool-use B", "Glamping is the medium, zorbing is what you do with it."),
    ("tool-use A", "Glamping is done through zorbing."),
    ("tool-use A", "Zorbing is the vehicle and glamping the activity."),
    ("tool-use A", "Zorbing is just a channel for glamping."),
    ("tool-use A", "He does his glamping with zorbing."),
    ("enables A", "Zorbing leads to glamping."),
    ("enables A", "Zorbing causes glamping."),
    ("enables A", "Zorbing makes glamping possible."),
    ("enables A", "Without zorbing there would be no glamping."),
    ("enables B", "Zorbing is a result of glamping."),
    ("enables A", "Zorbing is the foundation of glamping."),
    ("enables A", "Zorbing is the key to good glamping."),
    ("enables A", "Zorbing enables glamping."),
    ("enables A", "You can have zorbing without glamping, but you can't have glamping without zorbing."),
    ("enables B", "Zorbing depends on glamping."),
    ("enables B", "Zorbing comes from glamping."),
    ("enables A", "Zorbing breeds glamping."),
    ("complement", "Zorbing and glamping go hand in hand."),
    ("complement", "Zorbing and glamping complement each other."),
    ("complement", "You need both zorbing and glamping."),
    ("complement", "Zorbing and glamping overlap."),
    ("complement", "Zorbing and glamping are closely intertwined."),
    ("complement", "Zorbing works best together with glamping."),
    ("complement", "Zorbing and glamping are two sides of the same coin."),
    ("complement", "They are not mutually exclusive, zorbing and glamping."),
    ("distinct", "Zorbing is not the same as glamping."),
    ("distinct", "Zorbing and glamping are two different things."),
    ("distinct", "There is a big difference between zorbing and glamping."),
    ("distinct", "Don't confuse zorbing with glamping."),
    ("distinct", "Zorbing is cheap, whereas glamping is expensive."),
    ("distinct", "Zorbing is for kids. Glamping is for couples."),
    ("distinct", "Zorbing requires far more skill than glamping."),
    ("distinct", "Many people use zorbing and glamping interchangeably, but they are different."),
    ("distinct", "Zorbing and glamping are unrelated."),
    ("distinct", "Zorbing has nothing to do with glamping."),
    ("distinct", "Unlike zorbing, glamping needs a tent."),
    ("distinct", "If it rains it's zorbing, if it's dry it's glamping."),
    ("distinct", "Zorbing does not mean glamping."),
    ("distinct", "The former is elected, the latter is hired: zorbing and glamping."),
    ("distinct", "Zorbing and glamping are similar, but they are not the same."),
    ("distinct", "Zorbing refers to rolling downhill, while glamping refers to sleeping in tents."),
    ("none", "What is the difference between zorbing and glamping?"),
    ("none", "Is zorbing the same as glamping?"),
    ("none", "Great article on zorbing and glamping, thanks!"),
    ("none", "We went zorbing on Saturday and did some glamping on Sunday."),
    ("none", "I don't know the difference between zorbing and glamping."),
    ("none", "Zorbing is rolling downhill in a ball."),
    ("none", "Some say zorbing is glamping, others disagree."),
    ("none", "We offer zorbing, glamping and canoe trips."),
    ("none", "Can somebody explain zorbing vs glamping to me?"),
    ("none", "Looking for zorbing and glamping tips in Wales."),
]
LONGER = [
    ("distinct", "A lot of folks lump data warehouses and data lakes together, yet they serve different purposes.", ("data lake", "data warehouse")),
    ("distinct", "In my opinion a coach asks questions. A consultant gives answers.", ("coach", "consultant")),
    ("distinct", "Just to clarify: when I say bug I mean an error in the code, not a feature request.", ("bug", "feature request")),
    ("distinct", "I think you mean emigration. Immigration is when you come in.", ("emigration", "immigration")),
    ("distinct", "The main difference between a hub and a switch is that a switch knows which port to send the frame to.", ("hub", "switch")),
    ("distinct", "An accountant looks back at what happened; a financial planner looks ahead.", ("accountant", "financial planner")),
    ("distinct", "Being assertive isn't being aggressive. My boss has never understood that and it shows in every meeting we have.", ("assertiveness", "aggression")),
    ("distinct", "Correlation does not imply causation. Please read the methods section again before you post.", ("correlation", "causation")),
    ("distinct", "To be honest I always thought alligators and crocodiles were the same until the guide showed us the teeth.", ("alligator", "crocodile")),
    ("subset photosynthesis", "The Calvin cycle is one part of photosynthesis, the part that doesn't need light. For the test you only need to know where it takes place.", ("Calvin cycle", "photosynthesis")),
    ("subset dance", "Well, ballet is dance, but there is much more to dance than ballet.", ("ballet", "dance")),
    ("subset music therapy", "Music therapy is an umbrella that covers songwriting, drumming and guided listening, so to your question: yes drumming circles count.", ("drumming circle", "music therapy")),
    ("enables trust", "There's no teamwork without trust. We learned this the hard way in the spring when two people left over the rota.", ("trust", "teamwork")),
    ("enables inflation", "Inflation drives up interest rates, which is why my mortgage went from 2 to 6 percent in a year.", ("inflation", "interest rates")),
    ("enables lack of sleep", "My doctor says that migraines are often caused by lack of sleep, so now I'm in bed at ten.", ("lack of sleep", "migraine")),
    ("complement", "Theory and practice go together. In our apprenticeship it's three days in the shop and two in the classroom.", ("theory", "practice")),
    ("complement", "Strength training and cardio complement one another, I wouldn't want to drop either.", ("strength training", "cardio")),
    ("tool-use Slack", "We do our standups in Slack since half of us are remote, it works okay.", ("Slack", "standups")),
    ("tool-use GPS", "Navigation used to be done with a map, now everybody does it with GPS.", ("GPS", "navigation")),
    ("tool-use forums", "Forums were the medium for customer support back then.", ("forums", "customer support")),
    ("synonym", "What the British call a lorry, we call a truck.", ("lorry", "truck")),
    ("synonym", "Filesystem, file system, it doesn't matter how you spell it, it's one thing.", ("filesystem", "file system")),
    ("synonym", "As far as I'm concerned jelly and jam are one and the same, my kids eat both.", ("jelly", "jam")),
    ("synonym", "RAM, i.e. main memory, should be at least 16 GB.", ("RAM", "main memory")),
    ("none", "I've got a question about stocks and bonds for a school project, can anybody recommend a book?", ("stocks", "bonds")),
    ("none", "Our museum has a big collection of swords and daggers from the 15th century, open Tuesday to Sunday.", ("sword", "dagger")),
    ("none", "After ten years in sales I moved to marketing and now I manage a team of six in Leeds.", ("sales", "marketing")),
    ("none", "Can I take ibuprofen and paracetamol on the same day? My knee is killing me.", ("ibuprofen", "paracetamol")),
    ("none", "The committee discussed climate policy and energy policy and will meet again in May.", ("climate policy", "energy policy")),
    ("none", "The difference in price between oat milk and almond milk has gone down since last year according to the paper.", ("oat milk", "almond milk")),
    ("distinct", "Oat milk is thicker and sweeter than almond milk.", ("oat milk", "almond milk")),
    ("distinct", "My aunt thinks an occupational therapist is a physical therapist. I've stopped explaining.", ("occupational therapist", "physical therapist")),
    ("distinct", "sympathy =/= empathy", ("sympathy", "empathy")),
    ("distinct", "Anime vs cartoons: please stop calling my anime cartoons.", ("anime", "cartoon")),
]  # fmt: skip
KNOWN_FAILURES = {
    "The difference in price between oat milk and almond milk has gone down since last year according to the paper.",
    "To be honest I always thought alligators and crocodiles were the same until the guide showed us the teeth.",
    "My aunt thinks an occupational therapist is a physical therapist. I've stopped explaining.",
}


def told(analyzer, text, pair):
    record = analyzer(text, pair=pair, definitions=False)
    return record.view, record.direction


def cases():
    for expected, text in PLAIN:
        view, _, term = expected.partition(" ")
        yield text, PAIR, view, {"A": PAIR[0], "B": PAIR[1], "": None}[term]
    for expected, text, pair in LONGER:
        view, _, term = expected.partition(" ")
        yield text, pair, view, term or None


CASES = [
    pytest.param(*case, id=case[0][:40], marks=[pytest.mark.xfail(strict=True)] if case[0] in KNOWN_FAILURES else []) for case in cases()
]


@pytest.mark.parametrize(("text", "pair", "view", "direction"), CASES)
def test_plain_talk(analyzer, text, pair, view, direction):
    assert told(analyzer, text, pair) == (view, direction)


BESIDE = (
    "The train was cancelled, not that it mattered to anyone.", "Mine does the same when it is cold.", "Does anyone know a good dentist in Hull?",
    "Thanks, that worked!", "They sell three different sizes and none of them fits.", "Preheat the oven to 180 degrees.", "That paint is a sort of grey, only warmer.",
    "My sister is a nurse and her husband is a teacher, they both work nights.", "first!", "The second half was better than the first.",
    "Whether we go hangs on the forecast.", "I moved the router upstairs and now the signal is fine in both rooms.",
    "My cousin broke his wrist zorbing, same as I did on the ice.", "Zorbing was part of the school trip last year.", "I saw a zorbing place on the way to the airport, is it still open?",
    "Zorbing makes me sick, it's the smell of the plastic.", "We were going to go zorbing but the car wouldn't start.",
    "What sets my two boys apart is that one loves zorbing and the other reads.", "Zorbing leads to bruises.", "Is zorbing allowed for under tens?",
    "Zorbing costs 40 euro now, it was 25 before the pandemic.", "There are two zorbing tracks, a wet one and a dry one, and they are quite different.",
    "zorbing 10/10 would do again", "Our zorbing instructor also works as a plumber.",
)  # fmt: skip
"""What people say beside the question: of anything else, or of one term alone."""


def test_what_is_said_beside_the_question_holds_no_view(analyzer):
    records = list(analyzer.pipe(BESIDE, PAIR, definitions=False))
    viewed = [record for record in records if record.view != "none"]
    assert len(viewed) <= 5, [(record.view, record.text) for record in viewed]
    assert sum(record.confident for record in viewed) <= 2
