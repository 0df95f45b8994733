#!/usr/bin/env python3
"""Drives the cards of decks in Chromium, as Anki, AnkiDroid and AnkiMobile show them, and says whether a learner is well served.

    python3 -m venv venv && venv/bin/pip install anki playwright && venv/bin/pip install --no-deps aqt
    venv/bin/python tests/oracles/anki_cards.py output/llm.apkg craft.apkg craft-en.apkg [--screenshots FOLDER]

Every card of every deck, both sides, on a telephone and on a large window, by day and by night: no script error, nothing missing,
nothing wider than the window, formulas set, text that can be told from its ground. Then cards of each type are answered: options
are tapped and chosen by keys, scoring points revealed; the order, the marks and the letters on the back must be those of the
front. Once more without scripts, and with a storage that refuses.

The banks in `anki_cards/` hold what the shipped one lacks; a check that finds no card to try fails.

Chromium is $CHROMIUM, or the first that starts of those installed, or the one of `playwright install chromium`. One line a check;
the exit code is 1 if one fails, 2 if there is no browser.
"""

import argparse
import os
import re
import shutil
import sys
import tempfile
from collections import Counter, defaultdict
from contextlib import ExitStack, contextmanager
from itertools import permutations
from pathlib import Path

from anki_apps import DESKTOP, PHONE, Android, Deck, Desktop, Ios, Plain, Study
from anki_import import Checks
from playwright.sync_api import Error, sync_playwright

LOOK = Path(__file__).with_name("anki_look.js").read_text("utf-8")
SIZES = {"phone": PHONE, "desktop": DESKTOP}
SHOWINGS = 600
"""How often one card is shown to see how its options fall."""
CHI_SQUARE = 95
"""23 degrees of freedom: a fair shuffle is above this less than once in ten thousand million runs."""
SMALL = 40
"""Cards of a deck that are all photographed, and all shown without scripts; of a larger deck, one of each kind."""
UNHURRIED = 700
"""Milliseconds before a key that is meant for the card; the release of the key that graded the last card comes sooner."""


# ---- the look of every card


LOOKS = {
    "fault": "no script error, no missing file, no request elsewhere",
    "wide": "nothing wider than the window",
    "formulas": "every formula is set",
    "pictures": "every picture is drawn",
    "faint": "text stands out from its ground, 4.5 to 1",
    "small": "what is tapped is 44 px high",
}


def check_looks(checks, browser, decks, shots):
    """Every card, both sides, two sizes, day and night."""
    for size in SIZES:
        found = defaultdict(list)
        count = 0
        for deck in decks:
            with shown(Desktop, browser, deck, size) as app:
                seen = set()
                for side in deck.cards:
                    kind = (side.type, side.kind, side.ordinal)
                    shoot = shots and (len(deck.cards) <= SMALL or kind not in seen)
                    seen.add(kind)
                    for back in (False, True):
                        app.back() if back else app.front(side)
                        count += 1
                        for night in (False, True):
                            app.set_night(night)
                            where = f"{side.name} {'back' if back else 'front'}{' by night' if night else ''}"
                            for what, offenders in app.js(LOOK).items():
                                found[what] += [f"{where}: {offender}" for offender in offenders]
                            if shoot:
                                photograph(app, shots, f"{side.id}-{side.ordinal}", back, size, night)
                        app.set_night(False)
                    found["fault"] += [f"{side.name}: {fault}" for fault in app.take_faults()]
        for what, words in LOOKS.items():
            checks.none(found[what], f"{size}, {count} sides, day and night: {words}")


def photograph(app, folder, name, back, size, night):
    """One picture of a whole side."""
    name = re.sub(r"[^\w.-]+", "-", name)
    file = f"{name}-{'back' if back else 'front'}-{size}-{'night' if night else 'day'}.png"
    app.js("() => { for (const animation of document.getAnimations()) animation.finish() }")
    app.page.screenshot(path=Path(folder, file), full_page=True)


# ---- cards of choice


@contextmanager
def shown(kind, browser, deck, size, **options):
    """A page of an app, closed at the end."""
    app = kind(browser, deck, SIZES[size], **options)
    try:
        yield app
    finally:
        app.close()


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
            with shown(kind, browser, deck, "desktop" if kind is Desktop else "phone") as app:
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

    four = lambda choice: choice.shuffled and choice.count == 4 and not choice.kept and not choice.multiple
    deck, choice = pick(decks, four, "four options to shuffle")
    with shown(Desktop, browser, deck, "phone") as app:
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
    with shown(Desktop, browser, deck, "phone") as app:
        seen = orders(app, choice, 60)
        astray = [order for order in seen if not choice.may_stand(list(order))]
        checks.none(astray, f"the last {choice.kept} of {choice.count} stay last")
        checks.that(len(seen) > 1, "the others do not")
    for words, wanted in (("shuffle = false", lambda choice: not choice.shuffled and choice.side.kind != "true-false"),
                          ("true or false", lambda choice: choice.side.kind == "true-false")):
        deck, choice = pick(decks, wanted, words)
        with shown(Desktop, browser, deck, "phone") as app:
            seen = orders(app, choice, 30)
            checks.equal(list(seen), [tuple(range(choice.count))], f"{words}: 30 showings in the author's order")
    deck, choice = pick(decks, four, "four options to shuffle")
    with shown(Android, browser, deck, "phone") as app:
        seen = orders(app, choice, 15)
        checks.that(len(seen) > 2, "Android: the order changes from showing to showing", f"{len(seen)} orders of 15")


def check_first_frame(checks, browser, decks):
    """What is painted first is what stays."""
    for kind in (Desktop, Android, Ios):
        flashes = []
        for deck in decks[1:]:
            with shown(kind, browser, deck, "phone") as app:
                for choice in some_choices(deck):
                    if "\\(" in choice.side.fields["Options"]:
                        continue  # setting a formula changes the text that frames are told by
                    app.front(choice.side)
                    app.page.wait_for_timeout(60)
                    frames = app.js("() => frames_seen")
                    if len(frames) != 1:
                        flashes.append(f"{choice.side.name}: {frames}")
        checks.none(flashes, f"{kind.__name__}: no frame shows options in another order")


def check_keys(checks, browser, decks):
    """The keys 1 to 6, as each app hands them to a page."""
    deck, six = pick(decks, lambda choice: choice.multiple and choice.count == 6, "six options, several right")
    single = lambda choice: not choice.multiple and choice.side.kind == "single-choice" and choice.count == 4
    other, four = pick(decks, single, "four options, one right")
    for kind in (Desktop, Android):
        label = kind.__name__
        with shown(kind, browser, deck, "desktop") as app:
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
        with shown(kind, browser, other, "desktop") as app:
            app.front(four.side)
            app.page.wait_for_timeout(UNHURRIED)
            front = four.state(app)
            app.press("3")
            checks.that(app.asked_to_flip(), f"{label}: a key answers a card with one right option")
            app.back()
            state = four.state(app)
            checks.equal((state["chosen"], state["order"]), ([front["order"][2]], front["order"]), f"{label}: the back shows what the key chose")
            app.page.wait_for_timeout(UNHURRIED)
            app.press("1")
            checks.equal(four.state(app), state, f"{label}: a key on the back changes nothing")
        if kind is Desktop:
            with shown(kind, browser, other, "desktop") as app:
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
        with shown(kind, browser, deck, "phone", broken_storage=True) as app:
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


# ---- the other types


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
            with shown(kind, browser, deck, "phone") as app:
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


def check_cloze(checks, browser, decks):
    """The hint on the front, the answer on the back."""
    wrong, count = [], 0
    for deck in decks:
        with shown(Desktop, browser, deck, "phone") as app:
            for side in deck.cards:
                # The number, the answer and the hint of each deletion. Answers here hold no braces but those of formulas.
                found = re.findall(r"\{\{c(\d+)::(.*?)(?:::([^:{}]*))?\}\}", side.fields.get("Text", ""))
                mine = [(text, hint) for number, text, hint in found if int(number) == side.ordinal + 1]
                if not mine:
                    continue
                count += 1
                app.front(side)
                front = app.js("() => [...document.querySelectorAll('.cloze')].map((gap) => gap.textContent)")
                app.back()
                back = app.js("() => [...document.querySelectorAll('.cloze')].map((gap) => gap.textContent)")
                if len(front) != len(mine) or len(back) != len(mine):
                    wrong.append(f"{side.name}: {front} then {back}")
                    continue
                for (text, hint), gap, filled in zip(mine, front, back):
                    plain = re.sub(r"<.*?>", "", text)
                    is_words = "\\(" not in text
                    if hint and hint not in gap:
                        wrong.append(f"{side.name}: {gap} without its hint {hint}")
                    if is_words and (plain in gap or plain not in filled):
                        wrong.append(f"{side.name}: {gap} then {filled}, not {plain}")
    checks.that(count > 0, f"{count} cards with gaps tried")
    checks.none(wrong, "gaps: the hint on the front, the answer on the back")


def check_without_scripts(checks, browser, decks):
    """A card that runs no script shows all that it has, in the order in which it was written."""
    hidden, order, buttons = [], [], []
    count = 0
    for deck in decks:
        cards = deck.cards
        if len(cards) > SMALL:
            kinds = {(side.type, side.kind, side.ordinal): side for side in cards}
            cards = list(kinds.values())
        with shown(Plain, browser, deck, "phone") as app:
            for side in cards:
                for back in (False, True):
                    app.back() if back else app.front(side)
                    count += 1
                    # A blank is a gap; tags are for searching, and say again what the head of the card says.
                    unseen = [words for words in app.js(LOOK)["unseen"] if not re.search(r"\.(blank|tags?)\b", words)]
                    hidden += [f"{side.name}: {words}" for words in unseen]
                    seen = app.js("""() => [...document.querySelectorAll("button")]
                        .filter((button) => button.checkVisibility({ visibilityProperty: true })).length""")
                    if seen:
                        buttons.append(side.name)
                if side.type == "Cardpress Choice":
                    state = (choice := Choice(side)).state(app)
                    if state["order"] != list(range(choice.count)) or (
                        side.kind != "true-false" and state["letters"] != choice.letters(state["order"])
                    ):
                        order.append(f"{side.name}: {state}")
    checks.none(hidden, f"without scripts, {count} sides: all text shows")
    checks.none(buttons, "without scripts: no button that does nothing")
    checks.none(order, "without scripts: options in the author's order, with their letters")


def photograph_answers(browser, decks, folder):
    """Pictures of answered cards, for the eye."""
    for deck in decks[1:]:
        for size in SIZES:
            with shown(Desktop, browser, deck, size) as app:
                for choice in some_choices(deck):
                    for number, (picks, result) in enumerate(choice.ways()):
                        answer(app, choice, picks, defaultdict(list))
                        for night in (False, True):
                            app.set_night(night)
                            photograph(app, folder, f"{choice.side.id}-{number}-{result}", True, size, night)
                        app.set_night(False)
                for side in deck.cards:
                    if side.type == "Cardpress Written":
                        mark_written(app, side, defaultdict(list))
                        photograph(app, folder, f"{side.id}-marked", True, size, False)


# ---- the run


def start(playwright, stack):
    """A Chromium that runs, and what it is."""
    names = ("google-chrome", "google-chrome-stable", "chromium", "chromium-browser")
    places = [os.environ.get("CHROMIUM"), *map(shutil.which, names), ""]
    for place in places:
        if place is None:
            continue
        try:
            # Chromium refuses its sandbox to root, and a machine of CI is often root's.
            browser = playwright.chromium.launch(executable_path=place or None, args=["--no-sandbox", "--hide-scrollbars"])
        except Error as error:
            print(f"{place or 'the browser of playwright'} does not start: {str(error).splitlines()[0]}", file=sys.stderr)
            continue
        stack.callback(browser.close)
        return browser
    print("no Chromium: apt-get install chromium, or playwright install --with-deps chromium", file=sys.stderr)
    sys.exit(2)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", type=Path, nargs="+", help="the .apkg files; those after the first are small")
    parser.add_argument("--screenshots", type=Path, metavar="FOLDER", help="where to put pictures of cards, to be looked at")
    arguments = parser.parse_args()

    checks = Checks()
    with ExitStack() as stack:
        playwright = stack.enter_context(sync_playwright())
        browser = start(playwright, stack)
        print(f"Chromium {browser.version}")
        decks = []
        for package in arguments.packages:
            deck = Deck(package, stack.enter_context(tempfile.TemporaryDirectory()))
            stack.callback(deck.close)
            decks.append(deck)
        if arguments.screenshots:
            arguments.screenshots.mkdir(parents=True, exist_ok=True)
            photograph_answers(browser, decks, arguments.screenshots)
        check_looks(checks, browser, decks, arguments.screenshots)
        check_choice(checks, browser, decks)
        check_shuffle(checks, browser, decks)
        check_first_frame(checks, browser, decks)
        check_keys(checks, browser, decks)
        check_broken_storage(checks, browser, decks)
        check_written(checks, browser, decks)
        check_cloze(checks, browser, decks)
        check_without_scripts(checks, browser, decks)
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
