"""The cards of a deck as Anki, AnkiDroid and AnkiMobile put them on the screen.

In: a package. Out: `Deck`, whose sides are rendered by Anki's own backend, and one class an app, which shows a side in a page of
Chromium as that app does. What an app does was read in its own files:

- `Desktop` runs Anki's own `reviewer.js`, `reviewer.css` and MathJax, from the wheel `aqt`: one page for all cards, each side set
  into `#qa`, its scripts run one after the other, formulas typeset, then shown. A digit from 1 to 7 reaches a page as `keyup` alone,
  for Anki takes the press as a shortcut (seen in the real app, with key presses of an X server).
- `Android` loads a page a side, as `card_template.html` of AnkiDroid does: scripts run while the page is parsed, nothing on `window`
  lives on, `sessionStorage` does. Its `class AnkiDroidJS` is no property of `window`.
- `Study` is AnkiDroid's new study screen: Anki's reviewer again, with taps that are taken for gestures unless what is tapped says that
  it is a control (`ankidroid-reviewer.js`).
- `Ios` sets each side into one page as AnkiMobile does: as `Desktop`, but with neither `pycmd` nor Anki's style sheet.
- `Plain` is a page without JavaScript.

Every request of a page is answered here; one that asks for what is not there, or for anything elsewhere, is kept in `faults`.
Nothing here judges a card: that is `anki_cards.py`.
"""

import importlib.util
import mimetypes
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from anki.collection import Collection
from anki_import import import_package
from playwright.sync_api import Error

ORIGIN = "http://127.0.0.1:40404"
PATIENCE = 1500
"""Milliseconds until what is to be tapped must be there."""
SIZES = {"phone": (360, 740), "desktop": (1280, 800)}
"""Width and height of a window, in CSS pixels."""

MATHJAX = "<script src='/_anki/js/mathjax.js'></script><script src='/_anki/js/vendor/mathjax/tex-chtml-full.js'></script>"

# Looks at every frame that is about to be painted and keeps each order of options that it sees. Runs before anything of the page.
WATCH = """
window.frames_seen = [];
window.commands = [];
(function watch() {
  const list = document.querySelector("ol.options");
  const shown = list && list.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  if (shown) {
    const order = [...list.children].map((option) => option.textContent.trim()).join("|");
    if (frames_seen[frames_seen.length - 1] !== order) frames_seen.push(order);
  }
  requestAnimationFrame(watch);
})();
"""

BROKEN_STORAGE = """
for (const name of ["sessionStorage", "localStorage"])
  Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });
"""

NO_LOCAL_STORAGE = """
Object.defineProperty(window, "localStorage", { get() { throw new Error("a card asks for localStorage"); } });
"""


def web_folder():
    """Anki's own scripts and style sheets, in the wheel `aqt`, which need not be able to run."""
    found = importlib.util.find_spec("_aqt")
    if found is None:
        raise SystemExit("Anki's scripts are not there: pip install --no-deps aqt, of the version of anki")
    return Path(next(iter(found.submodule_search_locations)), "data", "web")


@dataclass
class Side:
    """Both sides of one card, with the style of its note type in front, as the app gets them."""

    id: str
    type: str
    kind: str
    ordinal: int
    front: str
    back: str
    fields: dict = field(repr=False)

    @property
    def name(self):
        """The card in a line of a report."""
        return f"{self.id} card {self.ordinal + 1}" if self.ordinal else self.id


class Deck:
    """A package in a fresh collection."""

    def __init__(self, path, folder):
        self.col = Collection(str(Path(folder, "collection.anki2")))
        import_package(self.col, path)
        self.media = Path(self.col.media.dir())
        self.cards = [self.side(number) for number in self.col.db.list("SELECT id FROM cards ORDER BY due, ord")]

    def side(self, number):
        """Both sides of a card as Anki renders them now."""
        card = self.col.get_card(number)
        note = card.note()
        fields = dict(note.items())
        show = self.col.media.escape_media_filenames
        return Side(fields["Id"], card.note_type()["name"], fields["Kind"], card.ord,
                    show(card.question()), show(card.answer()), fields)

    def close(self):
        """Gives the collection back."""
        self.col.close()


PLAY = re.compile(r"\[anki:(play:(.):(\d+))\]")

PLAY_DESKTOP = (
    r"""<a class="replay-button soundLink" href=# onclick="pycmd('\1'); return false;" draggable="false">"""
    r"""<svg class="playImage" viewBox="0 0 64 64" version="1.1"><circle cx="32" cy="32" r="29" />"""
    r"""<path d="M56.5,32.3l-37.5,20.1l0.3,-40.8l37.2,20.7Z" /></svg></a>"""
)

PLAY_ANDROID = (
    r"""<a class="replay-button replaybutton soundLink" href="playsound:\2\3"><span>"""
    r"""<svg class="playImage" viewBox="0 0 64 64" version="1.1"><circle cx="32" cy="32" r="29" />"""
    r"""<path d="M56.5,32.3l-37.5,20.1l0.3,-40.8l37.2,20.7Z" /></svg></span></a>"""
)


class App:
    """A page in which cards are shown. `body` is the class of its body by day, `night` what night adds to it."""

    body = "card card{number}"
    night = "nightMode night_mode"
    touch = False
    scripts = True

    def __init__(self, browser, deck, size, broken_storage=False):
        self.deck, self.faults, self.is_night, self.side = deck, [], False, None
        width, height = SIZES[size]
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, has_touch=self.touch, java_script_enabled=self.scripts
        )
        if self.scripts:
            self.context.add_init_script(WATCH + (BROKEN_STORAGE if broken_storage else NO_LOCAL_STORAGE))
        self.context.route("**/*", self._serve)
        self.page = self.context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.documents = {}

    def _heard(self, message):
        # MathJax of Anki says so of its own extensions.
        if message.type == "error" or (message.type == "warning" and "No version information" not in message.text):
            self.faults.append(f"console: {message.text}")

    def _serve(self, route):
        address = urlsplit(route.request.url)
        path = unquote(address.path)
        if f"{address.scheme}://{address.netloc}" != ORIGIN:
            self.faults.append(f"asks for {route.request.url[:120]}")
            route.abort()
        elif path in self.documents:
            route.fulfill(body=self.documents[path], content_type="text/html; charset=utf-8")
        elif path == "/favicon.ico":
            route.fulfill(status=204)
        else:
            file = web_folder() / path.removeprefix("/_anki/") if path.startswith("/_anki/") else self.deck.media / path[1:]
            if file.is_file():
                route.fulfill(path=file, content_type=mimetypes.guess_type(file.name)[0] or "application/octet-stream")
            else:
                self.faults.append(f"there is no {path}")
                route.fulfill(status=404)

    def classes(self):
        """The class of the body for the side at hand."""
        plain = self.body.format(number=self.side.ordinal + 1)
        return f"{plain} {self.night}" if self.is_night else plain

    def js(self, code, argument=None):
        """Runs a function of JavaScript in the page and gives what it returns."""
        return self.page.evaluate(code, argument)

    def set_night(self, is_night):
        """Day or night, for the side that is shown and for all that follow."""
        self.is_night = is_night
        if self.side:
            self.js("classes => { document.body.className = classes }", self.classes())

    def tap(self, where):
        """A finger or a mouse on something of the page. What cannot be touched is a fault."""
        target = self.page.locator(where) if isinstance(where, str) else where
        try:
            target.tap(timeout=PATIENCE) if self.touch else target.click(timeout=PATIENCE)
        except Error as error:
            self.faults.append(f"not to be tapped: {where}: {str(error).splitlines()[0]}")

    def press(self, key):
        """A key, as this app gives it to a page."""
        self.page.keyboard.press(key)

    def asked_to_flip(self):
        """Whether the page has asked the app for the back, once, since this was asked last, and no tap was taken for a gesture."""
        asked = self.js("() => commands.splice(0)")
        return asked.count("ans") == 1 and "gesture" not in asked

    def take_faults(self):
        """What went wrong since this was asked last."""
        faults, self.faults = self.faults, []
        return faults

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()


class Desktop(App):
    """Anki for the desktop."""

    body = "card card{number} isLin fancy"
    bridge = "var pycmd = (command) => { commands.push(command) }, bridgeCommand = pycmd;"

    def __init__(self, browser, deck, size, **options):
        super().__init__(browser, deck, size, **options)
        self.documents["/reviewer"] = (
            "<!doctype html><html class='linux chrome' dir='ltr' data-bs-theme='light'><head><meta charset='utf-8'>"
            f"<base href='{ORIGIN}/'>"
            "<link rel='stylesheet' href='/_anki/css/webview.css'><link rel='stylesheet' href='/_anki/css/reviewer.css'></head>"
            f"<body class='isLin fancy'><script>{self.bridge}</script>"
            "<script src='/_anki/js/webview.js'></script><script src='/_anki/js/reviewer.js'></script>"
            "<div id='_mark' hidden></div><div id='_flag' hidden></div><div id='qa' dir='auto'></div></body></html>"
        )
        self.page.goto(f"{ORIGIN}/reviewer")

    def _classes_of_page(self):
        self.js("night => { document.documentElement.classList.toggle('night-mode', night) }", self.is_night)

    def set_night(self, is_night):
        super().set_night(is_night)
        self._classes_of_page()

    def front(self, side):
        """The question of a card."""
        self.side = side
        self.js("""async ([front, back, classes]) => {
            frames_seen.length = commands.length = 0;
            _showQuestion(front, back, classes);
            await new Promise((done) => _queueAction(done));
        }""", [PLAY.sub(PLAY_DESKTOP, side.front), side.back, self.classes()])

    def back(self):
        """The answer of the card whose question is shown."""
        self.js("""async ([back, classes]) => {
            commands.length = 0;
            _showAnswer(back, classes);
            await new Promise((done) => _queueAction(done));
        }""", [PLAY.sub(PLAY_DESKTOP, self.side.back), self.classes()])

    def press(self, key):
        if key in "1234567":
            self.page.keyboard.up(key)  # the press was Anki's
        else:
            super().press(key)


class Study(Desktop):
    """AnkiDroid's new study screen."""

    body = "card card{number}"
    night = "night_mode nightMode ankidroid_dark_mode"
    touch = True
    bridge = """
        var ankidroid = {}, bridgeCommand = () => {};
        function showAnswer() { commands.push("ans") }
        document.addEventListener("touchend", (event) => {
            for (let node = event.target; node && node !== document; node = node.parentNode)
                if (/^(A|BUTTON|VIDEO|SUMMARY|INPUT)$/.test(node.nodeName) || node.onclick || node.classList.contains("tappable")) return;
            commands.push("gesture");
        }, { passive: true });
    """

    def press(self, key):
        App.press(self, key)


class Ios(App):
    """AnkiMobile: its page has no `pycmd`, and the margin of its style sheet."""

    body = "card card{number}"
    night = "nightMode"
    touch = True

    def __init__(self, browser, deck, size, **options):
        super().__init__(browser, deck, size, **options)
        self.documents["/card"] = (
            "<!doctype html><html class='webkit safari mobile iphone js'><head><meta charset='utf-8'>"
            "<meta name='viewport' content='width=device-width,initial-scale=1.0'>"
            "<style>body { text-align: center } img { max-width: 95% } .card { margin: 20px }</style></head>"
            "<body><script>var anki = {}, sendMessage2 = (name, what) => { commands.push(name === 'ankitap' ? 'ans' : name) };</script>"
            f"{MATHJAX}<div id='qa'></div></body></html>"
        )
        self.page.goto(f"{ORIGIN}/card")

    def _show(self, html):
        self.js("""async ([html, classes]) => {
            const qa = document.getElementById("qa");
            document.body.className = classes;
            qa.innerHTML = html;
            frames_seen.length = 0;
            for (const old of [...qa.querySelectorAll("script")]) {
                const fresh = document.createElement("script");
                fresh.textContent = old.textContent;
                old.replaceWith(fresh);
            }
            await MathJax.startup.promise;
            MathJax.typesetClear();
            await MathJax.typesetPromise([qa]);
        }""", [PLAY.sub(PLAY_DESKTOP, html), self.classes()])

    def front(self, side):
        """The question of a card."""
        self.side = side
        self._show(side.front)

    def back(self):
        """The answer of the card whose question is shown."""
        self._show(self.side.back)


class Android(App):
    """AnkiDroid: a page a side."""

    body = "card card{number} ankidroid_white_mode"
    night = "night_mode nightMode ankidroid_dark_mode"
    touch = True

    def _show(self, html):
        # MathJax is loaded where a side has a formula; the page is typeset once it is there.
        math = MATHJAX if re.search(r"\\[(\[]", html) else ""
        self.documents["/side"] = (
            "<!doctype html><html class='mobile android linux js'><head><meta charset='utf-8'>"
            f"<base href='{ORIGIN}/'>"
            "<style>body { margin: 0 0 30px; padding: 0 } body.night_mode { color: white; background-color: black }"
            " #content { margin: 0.5em } .chrome img { max-width: 100%; max-height: 90% }</style>"
            + math +
            "<script>class AnkiDroidJS {} function showAnswer() { commands.push('ans') }"
            " onload = () => { location.hash = '#answer' };</script></head>"
            f"<body class='{self.classes()} chrome'><div id='content'>{PLAY.sub(PLAY_ANDROID, html)}</div></body></html>"
        )
        self.page.goto(f"{ORIGIN}/side")
        self.js("""async () => {
            if (!window.MathJax) return;
            await MathJax.startup.promise;
            await MathJax.typesetPromise([document.body]);
        }""")

    def front(self, side):
        """The question of a card."""
        self.side = side
        self._show(side.front)

    def back(self):
        """The answer of the card whose question is shown."""
        self._show(self.side.back)


class Plain(App):
    """A page that runs no scripts."""

    scripts = False

    def _show(self, html):
        self.documents["/plain"] = (
            f"<!doctype html><html><head><meta charset='utf-8'><base href='{ORIGIN}/'></head>"
            f"<body class='{self.classes()}'><div id='qa'>{PLAY.sub(PLAY_DESKTOP, html)}</div></body></html>"
        )
        self.page.goto(f"{ORIGIN}/plain")

    def front(self, side):
        """The question of a card."""
        self.side = side
        self._show(side.front)

    def back(self):
        """The answer of the card whose question is shown."""
        self._show(self.side.back)
