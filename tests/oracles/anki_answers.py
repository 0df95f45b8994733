"""Cards of choice and written cards, answered as learners answer them: taps and keys, every outcome.

In: `Checks`, a browser, decks. Each `check_…` answers cards in the apps of `anki_apps.py` and puts down what did not hold. The page
keeps to this: `ol.options > li` with the classes `right` and `chosen`; on the back `.letters` and `#result[data-result]`;
`button.check` for several right options; `ol.rubric > li[data-points]` with the class `revealed` and `data-given`, `.score`,
`button.next`.
"""

import re
from collections import Counter, defaultdict
from itertools import permutations

from anki_apps import Android, Desktop, Ios, Study

SHOWINGS = 600
"""How often one card is shown to see how its options fall."""
CHI_SQUARE = 95
"""23 degrees of freedom: a fair shuffle is above this less than once in ten thousand million runs."""
UNHURRIED = 700
"""Milliseconds before a key that is meant for the card; the release of the key that graded the last card comes sooner."""


class Choice:
    """A card of choice: what its author wrote, and how it stands on the screen."""

    STATE = """(authored) => {
        const page = document.createElement("template");
        page.innerHTML = authored;
        const plain = (node) => {
            const copy = node.cloneNode(true);
            for (const math of copy.querySelectorAll("mjx-container")) math.remove();
            return copy.textContent.replace(/\\\\[(\\[].*?\\\\[)\\]]/gs, "").replace(/\\s+/g, "");
        };
        const written = [...page.content.querySelectorAll("ol.options > li")].map(plain);
        const items = [...document.querySelectorAll("ol.options > li")];
        const at = items.map((item) => {
            const text = plain(item);
            const fits = written.map((words, index) => [words, index]).filter(([words]) => text.startsWith(words));
            return fits.length ? fits.sort((a, b) => b[0].length - a[0].length)[0][1] : -1;
        });
        const having = (name) => at.filter((_, place) => items[place].classList.contains(name)).sort();
        const letters = document.querySelector(".letters");
        const result = document.querySelector("#result");
        return { order: at, chosen: having("chosen"), right: having("right"),
                 letters: letters && letters.textContent.trim(), result: result && result.dataset.result };
    }"""

    def __init__(self, side):
        self.side, options = side, side.fields["Options"]
        items = re.findall(r"<li( class=\"right\")?>", options.split("<ol class=\"options", 1)[1])
        # A list within an option would be counted too; the banks tried here have none.
        self.count = len(items)
        self.right = [place for place, mark in enumerate(items) if mark]
        self.wrong = [place for place, mark in enumerate(items) if not mark]
        self.multiple = side.kind == "multiple-choice"
        self.shuffled = bool(side.fields["Shuffle"]) and side.kind != "true-false"
        self.kept = int(side.fields["KeepLast"] or 0)

    def state(self, app):
        """Order, choice, letters and result, as options of the author counted from 0."""
        return app.js(self.STATE, self.side.fields["Options"])

    def ways(self):
        """What a learner may choose: (options, result)."""
        if not self.multiple:
            return [(self.right, "right"), (self.wrong[:1], "wrong"), ([], "none")]
        return [(self.right, "right"), (self.right[:1], "partly"), (self.right[:1] + self.wrong[:1], "wrong"),
                (self.wrong[:1], "wrong"), ([], "none")]

    def may_stand(self, order):
        """Whether the author allows this order."""
        if sorted(order) != list(range(self.count)):
            return False
        fixed = self.kept if self.shuffled else self.count
        return order[self.count - fixed:] == list(range(self.count - fixed, self.count))

    def letters(self, order):
        """The letters of the right options in this order."""
        return "".join(chr(ord("A") + place) for place, option in enumerate(order) if option in self.right)


def option(app, order, which):
    """The place on the screen of an option of the author."""
    return app.page.locator("ol.options > li").nth(order.index(which))


def answer(app, choice, picks, failures):
    """Shows a card, taps options, flips, and keeps in `failures` what was not as it must be. Gives the state of the back."""
    where = f"{choice.side.name} {picks}"

    def must(holds, what, detail=""):
        if not holds:
            failures[what].append(f"{where} {detail}".strip())

    app.front(choice.side)
    front = choice.state(app)
    must(choice.may_stand(front["order"]), "order", front["order"])
    must(not front["chosen"], "afresh", front["chosen"])
    must(front["result"] is None, "afresh", front["result"])
    for which in picks:
        app.tap(option(app, front["order"], which))
    if picks and choice.multiple:
        must(choice.state(app)["chosen"] == sorted(picks), "marked", choice.state(app)["chosen"])
        app.tap("button.check")
    if picks and not isinstance(app, Ios):
        must(app.asked_to_flip(), "flip")
    app.back()
    back = choice.state(app)
    must(back["order"] == front["order"], "same order", f"{front['order']} then {back['order']}")
    must(back["chosen"] == sorted(picks), "chosen on the back", back["chosen"])
    must(back["right"] == choice.right, "right on the back", back["right"])
    if choice.side.kind != "true-false":
        must(back["letters"] == choice.letters(back["order"]), "letters", f"{back['letters']} for {back['order']}")
    return back


ANSWERED = {
    "order": "the order is one that the author allows",
    "afresh": "a card starts afresh",
    "marked": "options that are tapped are marked",
    "flip": "the answer asks the app for the back",
    "same order": "the order of the front holds on the back",
    "chosen on the back": "what was chosen is marked on the back",
    "right on the back": "the right options are marked",
    "letters": "the letters are those of the order shown",
    "result": "right, partly, wrong and not answered are told apart",
    "fault": "no script error",
}


def check_choice(checks, browser, decks):
    """Cards of choice, answered in every way, in every app."""
    for kind in (Desktop, Android, Study, Ios):
        failures, count = defaultdict(list), 0
        for deck in decks:
            with kind(browser, deck, "desktop" if kind is Desktop else "phone") as app:
                for choice in some_choices(deck):
                    for picks, result in choice.ways():
                        back = answer(app, choice, picks, failures)
                        count += 1
                        if back["result"] != result:
                            failures["result"].append(f"{choice.side.name} {picks}: {back['result']}, not {result}")
                    failures["fault"] += app.take_faults()
        for what, words in ANSWERED.items():
            if what != "flip" or kind is not Ios:
                checks.none(failures[what], f"{kind.__name__}, {count} answers: {words}")
        checks.that(count > 0, f"{kind.__name__}: cards of choice were answered")


def some_choices(deck):
    """All of a small deck, two of each kind of a large one."""
    choices = [Choice(side) for side in deck.cards if side.type == "Cardpress Choice"]
    if len(choices) < 12:
        return choices
    kinds = Counter()
    return [choice for choice in choices if not kinds.update([choice.side.kind]) and kinds[choice.side.kind] <= 2]


def pick(decks, wanted, what):
    """The first card for which `wanted` holds, with its deck."""
    for deck in decks:
        for side in deck.cards:
            if side.type == "Cardpress Choice" and wanted(choice := Choice(side)):
                return deck, choice
    raise SystemExit(f"no deck has a card with {what}")


def check_shuffle(checks, browser, decks):
    """How options fall over many showings."""
    def orders(app, choice, count):
        app.front(choice.side)
        collected = []
        for _ in range(count):
            app.front(choice.side)
            collected.append(tuple(choice.state(app)["order"]))
        return Counter(collected)

    def four(choice):
        return choice.shuffled and choice.count == 4 and not choice.kept and not choice.multiple

    deck, choice = pick(decks, four, "four options to shuffle")
    with Desktop(browser, deck, "phone") as app:
        seen = orders(app, choice, SHOWINGS)
        checks.that(set(seen) == set(permutations(range(4))), f"{SHOWINGS} showings: all 24 orders come up", f"{len(seen)} did")
        expected = SHOWINGS / 24
        statistic = sum((seen[order] - expected) ** 2 / expected for order in permutations(range(4)))
        checks.that(statistic < CHI_SQUARE, "no order is favoured", f"chi-square {statistic:.0f} over {CHI_SQUARE}")

        # The page has run the script many hundred times by now: whatever it listens to must still act once.
        several = next((other for side in deck.cards if side.kind == "multiple-choice" and (other := Choice(side))), None)
        if several:
            app.front(several.side)
            app.tap(option(app, several.state(app)["order"], 0))
            found = several.state(app)["chosen"]
            checks.equal(found, [0], "one tap chooses once, after hundreds of showings")
        checks.none(app.take_faults(), "many showings: no script error")

    deck, choice = pick(decks, lambda choice: choice.shuffled and choice.kept >= 1, "options that stay last")
    with Desktop(browser, deck, "phone") as app:
        seen = orders(app, choice, 60)
        astray = [order for order in seen if not choice.may_stand(list(order))]
        checks.none(astray, f"the last {choice.kept} of {choice.count} stay last")
        checks.that(len(seen) > 1, "the others do not")
    for words, wanted in (("shuffle = false", lambda choice: not choice.shuffled and choice.side.kind != "true-false"),
                          ("true or false", lambda choice: choice.side.kind == "true-false")):
        deck, choice = pick(decks, wanted, words)
        with Desktop(browser, deck, "phone") as app:
            seen = orders(app, choice, 30)
            checks.equal(list(seen), [tuple(range(choice.count))], f"{words}: 30 showings in the author's order")
    deck, choice = pick(decks, four, "four options to shuffle")
    with Android(browser, deck, "phone") as app:
        seen = orders(app, choice, 15)
        checks.that(len(seen) > 2, "Android: the order changes from showing to showing", f"{len(seen)} orders of 15")


def check_first_frame(checks, browser, decks):
    """What is painted first is what stays."""
    for kind in (Desktop, Android, Ios):
        flashes = []
        for deck in decks:
            with kind(browser, deck, "phone") as app:
                for choice in some_choices(deck):
                    if "\\(" in choice.side.fields["Options"]:
                        continue  # setting a formula changes the text that frames are told by
                    app.front(choice.side)
                    # Until it is painted, however slow the machine, and some frames more.
                    app.page.wait_for_function("() => frames_seen.length > 0")
                    app.js("""() => new Promise((done) => {
                        let left = 4;
                        (function next() { left-- ? requestAnimationFrame(next) : done() })();
                    })""")
                    frames = app.js("() => frames_seen")
                    if len(frames) != 1:
                        flashes.append(f"{choice.side.name}: {frames}")
        checks.none(flashes, f"{kind.__name__}: no frame shows options in another order")


def check_keys(checks, browser, decks):
    """The keys 1 to 6, as each app hands them to a page."""
    deck, six = pick(decks, lambda choice: choice.multiple and choice.count == 6, "six options, several right")
    other, four = pick(decks, lambda choice: choice.side.kind == "single-choice" and choice.count == 4, "four options, one right")
    for kind in (Desktop, Android):
        label = kind.__name__
        with kind(browser, deck, "desktop") as app:
            app.front(six.side)
            app.page.wait_for_timeout(UNHURRIED)
            wrong = []
            for place in range(6):
                app.press(str(place + 1))
                state = six.state(app)
                if state["chosen"] != sorted(state["order"][:place + 1]):
                    wrong.append(f"{place + 1}: {state['chosen']} of {state['order']}")
            checks.none(wrong, f"{label}: the keys 1 to 6 choose the options as they stand")
            app.page.wait_for_timeout(UNHURRIED)  # sooner, it would be a key that is held
            app.press("2")
            state = six.state(app)
            checks.that(state["order"][1] not in state["chosen"] and len(state["chosen"]) == 5, f"{label}: a second press takes it back",
                        state["chosen"])
            before = six.state(app)
            for key in ("7", "9", "0", "x"):
                app.press(key)
            checks.equal(six.state(app), before, f"{label}: other keys choose nothing")
            checks.none(app.take_faults(), f"{label}: keys: no script error")
        with kind(browser, other, "desktop") as app:
            app.front(four.side)
            app.page.wait_for_timeout(UNHURRIED)
            front = four.state(app)
            app.press("3")
            checks.that(app.asked_to_flip(), f"{label}: a key answers a card with one right option")
            app.back()
            state = four.state(app)
            wanted = ([front["order"][2]], front["order"])
            checks.equal((state["chosen"], state["order"]), wanted, f"{label}: the back shows what the key chose")
            app.page.wait_for_timeout(UNHURRIED)
            app.press("1")
            checks.equal(four.state(app), state, f"{label}: a key on the back changes nothing")
        if kind is Desktop:
            with kind(browser, other, "desktop") as app:
                app.front(four.side)
                for _ in range(3):  # a key that is held is released again and again
                    app.page.keyboard.up("3")
                    app.page.wait_for_timeout(30)
                checks.that(not four.state(app)["chosen"] and not app.asked_to_flip(),
                            f"{label}: the release of the key that graded the last card chooses nothing")


def check_broken_storage(checks, browser, decks):
    """Where sessionStorage refuses."""
    deck, choice = pick(decks, lambda choice: choice.shuffled and choice.count == 4, "four options to shuffle")
    for kind in (Desktop, Android):
        failures = defaultdict(list)
        with kind(browser, deck, "phone", broken_storage=True) as app:
            for _ in range(6):
                for picks, result in choice.ways():
                    back = answer(app, choice, picks, failures)
                    if kind is Desktop and back["result"] != result:
                        failures["result"].append(f"{picks}: {back['result']}, not {result}")
            failures["fault"] += app.take_faults()
        if kind is Android:
            # A page a side and no storage: nothing of the front is known on the back.
            for what in ("same order", "chosen on the back"):
                failures.pop(what, None)
        checks.none([f"{what}: {words}" for what, found in failures.items() for words in found],
                    f"{kind.__name__}, storage refuses: the back agrees with itself" + (" and with the front" if kind is Desktop else ""))


# ---- written cards


RUBRIC = """() => {
    const items = [...document.querySelectorAll("ol.rubric > li")];
    const score = document.querySelector(".score");
    const next = document.querySelector("button.next");
    return {
        points: items.map((item) => Number(item.dataset.points)),
        revealed: items.map((item) => item.classList.contains("revealed")),
        readable: items.map((item) => item.checkVisibility({ opacityProperty: true, visibilityProperty: true })
            && [...item.querySelectorAll("*"), item].every((part) => getComputedStyle(part).color !== "rgba(0, 0, 0, 0)")),
        given: items.map((item) => item.dataset.given === undefined ? null : Number(item.dataset.given)),
        score: score && score.checkVisibility() ? (score.textContent.match(/[\\d.]+/g) || []).map(Number) : null,
        next: !!next && next.checkVisibility(),
    };
}"""


def check_written(checks, browser, decks):
    """Scoring points are revealed one by one and added up."""
    for kind in (Desktop, Android, Ios):
        failures, count = defaultdict(list), 0
        for deck in decks:
            cards = [side for side in deck.cards if side.type == "Cardpress Written" and "<li" in side.fields["Rubric"]]
            with kind(browser, deck, "phone") as app:
                for side in cards[:4]:
                    count += 1
                    mark_written(app, side, failures)
                    failures["no script error"] += app.take_faults()
        checks.that(count > 0, f"{kind.__name__}, {count} written cards marked")
        for what in WRITTEN:
            checks.none(failures[what], f"{kind.__name__}: {what}")


WRITTEN = (
    "scoring points are hidden at first", "one more point with each press", "points are given full, half or not at all",
    "the score is the sum of what was given, out of the sum of the points", "no script error",
)


def mark_written(app, side, failures):
    """Reveals the points of a card one by one and gives each of them full, half and no marks."""
    hidden, one, given, score, _ = WRITTEN

    def must(holds, what, state):
        if not holds:
            failures[what].append(f"{side.name}: {state}")

    app.front(side)
    app.back()
    state = app.js(RUBRIC)
    points = state["points"]
    must(not any(state["revealed"]) and not any(state["readable"]) and state["next"], hidden, state)
    if not state["next"]:
        return
    for turn in range(len(points)):
        app.tap("button.next")
        state = app.js(RUBRIC)
        must(state["revealed"] == [place <= turn for place in range(len(points))] == state["readable"], one, state)
    for place, full in enumerate(points):
        values = {state["given"][place]}
        for _ in range(3):
            app.tap(app.page.locator("ol.rubric > li").nth(place))
            state = app.js(RUBRIC)
            values.add(state["given"][place])
            total = sum(value or 0 for value in state["given"])
            must(state["score"] == [total, sum(points)], score, state)
        must(values - {None} == {0, full / 2, full}, given, f"{values} of {full}")
